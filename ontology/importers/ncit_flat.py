"""NCI Thesaurus as its owner publishes it: `Thesaurus.FLAT`, tab-separated, no header, packed in a .zip.

Columns (EVS, "Flat format"): code, concept IRI, parents, synonyms (the preferred name first), definition, display
name, concept status, semantic type, and since 2021 the subsets that the concept is in. Lists are joined with `|`.
"""

import re

from ontology.importers import xrefs
from ontology.importers.files import VocabularyFile
from ontology.importers.model import BadRow, ImportedTerm, Layout, Rows, distinct
from ontology.importers.semantic import kind_of
from ontology.importers.tables import first_line

CODE = re.compile(r"C\d+")
WIDTHS = (8, 9)
GONE = {"Retired_Concept", "Obsolete_Concept"}


def recognise(head: str) -> str | None:
    """`ncit` for a table whose first row has a code and its concept IRI."""
    cells = first_line(head).split("\t")
    is_row = len(cells) in WIDTHS and CODE.fullmatch(cells[0])
    return "ncit" if is_row and cells[1].strip("<>").endswith(f"#{cells[0]}") else None


def read(file: VocabularyFile, source: str) -> Rows:
    """Every concept; definitions are not taken."""
    for number, line in file.lines():
        if not line:
            continue
        cells = line.split("\t")
        if len(cells) not in WIDTHS:
            raise file.error(f"the row has {len(cells)} cells, not {WIDTHS[0]} or {WIDTHS[1]}", f"line {number}")
        yield _term(cells, source) if CODE.fullmatch(cells[0]) else BadRow(f"line {number}", "the code is none of NCIt")


def _term(cells: list[str], source: str) -> ImportedTerm | BadRow:
    code, _, parents, synonyms, _, display, status, types = cells[:8]
    names = distinct(synonyms.split("|"))
    label = names[0] if names else display.strip()
    if not label:
        return BadRow(code, "the concept has no name")
    return ImportedTerm(
        f"{source}:{code}",
        label,
        kind_of(types.split("|")),
        distinct([*names, display], without=label),
        xrefs.of(source, parents.split("|")),
        obsolete=not GONE.isdisjoint(status.split("|")),
    )


LAYOUT = Layout("ncit-flat", recognise, read)
