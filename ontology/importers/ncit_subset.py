"""NCIt's treatment concepts as pharmOncoX publishes them: a TSV with a header, with a ChEMBL id for some."""

from html import unescape

from ontology.importers import xrefs
from ontology.importers.files import VocabularyFile
from ontology.importers.model import BadRow, ImportedTerm, Layout, Release, Rows, distinct
from ontology.importers.semantic import kind_of
from ontology.importers.tables import first_line, has_columns, rows

COLUMNS = ("nci_t", "nci_concept_synonym_all", "nci_concept_display_name", "nci_concept_semantic_type")


def recognise(head: str) -> str | None:
    """`ncit` for a table with these columns."""
    return "ncit" if has_columns(head, "\t", COLUMNS) else None


def release(head: str) -> Release:
    """The version that the first row cites in its last column."""
    lines = head.split("\n", 2)
    is_dated = first_line(head).endswith("nci_db_version") and len(lines) > 2
    return Release(lines[1].rstrip("\r").rsplit("\t", 1)[-1]) if is_dated else Release()


def read(file: VocabularyFile, source: str) -> Rows:
    """Every concept; a concept that has several ChEMBL ids has several rows, each a term of one IRI."""
    for place, row in rows(file, "\t", quoted=False):
        code, label = row["nci_t"], unescape(row["nci_concept_display_name"]).strip()
        if not code or not label:
            yield BadRow(place, "the row has no code or no name")
            continue
        yield ImportedTerm(
            f"{source}:{code}",
            label,
            kind_of(row["nci_concept_semantic_type"].split("|")),
            distinct(unescape(row["nci_concept_synonym_all"]).split("|"), without=label),
            xrefs=xrefs.of("chembl.compound", [row.get("molecule_chembl_id", "")]),
        )


LAYOUT = Layout("ncit-subset", recognise, read, release)
