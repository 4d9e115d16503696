"""FDA's UNII: `UNII_Records_*.txt` (one substance a row) and `UNII_Names_*.txt` (one name a row), tab-separated."""

from itertools import groupby

from ontology.importers import xrefs
from ontology.importers.files import VocabularyFile
from ontology.importers.model import BadRow, ImportedKind, ImportedTerm, Layout, Rows, distinct
from ontology.importers.tables import cell, columns, rows

LABELS = ("display name", "display_name", "pt")
OTHERS = (
    ("rn", "cas"),
    ("ncit", "ncit"),
    ("rxcui", "rxnorm"),
    ("pubchem", "pubchem.compound"),
    ("inchikey", "inchikey"),
)


def recognise_records(head: str) -> str | None:
    """`unii` for a table of substances."""
    names = set(columns(head, "\t"))
    return "unii" if "unii" in names and names & set(LABELS) and names & {"rn", "ncit", "inchikey"} else None


def recognise_names(head: str) -> str | None:
    """`unii` for a table of names."""
    names = set(columns(head, "\t"))
    return "unii" if {"name", "type", "unii"} <= names else None


def read_records(file: VocabularyFile, source: str) -> Rows:
    """Every substance, with its codes elsewhere as cross-references."""
    for place, row in rows(file, "\t", quoted=False):
        found, label = xrefs.of(source, [row["unii"]]), cell(row, *LABELS)
        if not found or not label:
            yield BadRow(place, "the row has no UNII or no name")
            continue
        others = [f"{prefix}:{value}" for column, prefix in OTHERS if (value := cell(row, column))]
        yield ImportedTerm(found[0], label, ImportedKind.CHEMICAL, xrefs=xrefs.all_curies(others))


def read_names(file: VocabularyFile, source: str) -> Rows:
    """Every substance with its names, taken from rows that stand together; one that comes again gets more names."""
    for unii, group in groupby(rows(file, "\t", quoted=False), key=lambda item: item[1]["unii"]):
        items = list(group)
        found, label = xrefs.of(source, [unii]), cell(items[0][1], *LABELS)
        if not found or not label:
            yield BadRow(items[0][0], "the row has no UNII or no display name")
            continue
        yield ImportedTerm(
            found[0], label, ImportedKind.CHEMICAL, distinct([row["name"] for _, row in items], without=label)
        )


RECORDS_LAYOUT = Layout("unii-records", recognise_records, read_records)
NAMES_LAYOUT = Layout("unii-names", recognise_names, read_names)
