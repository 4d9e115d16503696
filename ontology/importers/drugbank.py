"""DrugBank's open vocabulary: `drugbank vocabulary.csv`, RFC 4180, lists joined with ` | `."""

from ontology.importers import xrefs
from ontology.importers.files import VocabularyFile
from ontology.importers.model import BadRow, ImportedKind, ImportedTerm, Layout, Rows, distinct
from ontology.importers.tables import cell, has_columns, rows

COLUMNS = ("drugbank id", "common name", "cas", "unii", "synonyms")


def recognise(head: str) -> str | None:
    """`drugbank` for a table with these columns."""
    return "drugbank" if has_columns(head, ",", COLUMNS) else None


def read(file: VocabularyFile, source: str) -> Rows:
    """Every drug, with UNII, CAS and InChIKey as cross-references."""
    for place, row in rows(file, ","):
        found, label = xrefs.of(source, [row["drugbank id"]]), cell(row, "common name")
        if not found or not label:
            yield BadRow(place, "the row has no DrugBank id or no name")
            continue
        same = (("unii", "unii"), ("cas", "cas"), ("standard inchi key", "inchikey"))
        others = [f"{prefix}:{value}" for column, prefix in same if (value := cell(row, column))]
        synonyms = distinct(row["synonyms"].split(" | "), without=label)
        yield ImportedTerm(found[0], label, ImportedKind.DRUG, synonyms, xrefs=xrefs.all_curies(others))


LAYOUT = Layout("drugbank-csv", recognise, read)
