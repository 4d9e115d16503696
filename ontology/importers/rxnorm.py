"""RxNorm's concept names: `RXNCONSO.RRF` of the full or prescribable release, 18 columns with a bar after each.

Columns: the RxNorm technical documentation, section 12.4. Ingredients and brands are taken, not products; rows of
other sources under the same RXCUI give its codes in ATC, DrugBank and UNII.
"""

from collections.abc import Iterator
from itertools import groupby

from ontology.importers import xrefs
from ontology.importers.files import VocabularyFile
from ontology.importers.model import BadRow, ImportedKind, ImportedTerm, Layout, Rows, distinct
from ontology.importers.tables import first_line

WIDTH = 19  # 18 columns, and what follows the last bar
RXCUI, SAB, TTY, CODE, STR, SUPPRESS = 0, 11, 12, 13, 14, 16
LABELS = ("IN", "PIN", "MIN", "BN")
SYNONYMS = frozenset({"SY", "TMSY", "PSN"})
CODES = {"ATC": "atc", "DRUGBANK": "drugbank", "MTHSPL": "unii", "NCI": "ncit", "MSH": "mesh"}
HIDDEN = frozenset("OYE")


def recognise(head: str) -> str | None:
    """`rxnorm` for rows of that width whose first cell is a number."""
    cells = first_line(head).split("|")
    return "rxnorm" if len(cells) == WIDTH and cells[RXCUI].isdecimal() else None


def read(file: VocabularyFile, source: str) -> Rows:
    """Every ingredient, combination of ingredients and brand; rows of one RXCUI stand together."""
    for number, rows in groupby(_rows(file), key=lambda cells: cells[RXCUI]):
        term = _term(source, number, list(rows))
        if term is not None:
            yield term


def _rows(file: VocabularyFile) -> Iterator[list[str]]:
    for number, line in file.lines():
        cells = line.split("|")
        if line and len(cells) != WIDTH:
            raise file.error(f"the row has {len(cells) - 1} cells, not {WIDTH - 1}", f"line {number}")
        if line:
            yield cells


def _term(source: str, number: str, rows: list[list[str]]) -> ImportedTerm | BadRow | None:
    """One concept, or None for a product, or one that RxNorm itself does not name."""
    own = [row for row in rows if row[SAB] == "RXNORM" and row[SUPPRESS] not in HIDDEN]
    labels = [row[STR] for tty in LABELS for row in own if row[TTY] == tty]
    if not labels:
        return None
    found = xrefs.of(source, [number])
    if not found or not labels[0].strip():
        return BadRow(f"RXCUI {number}", "the concept has no number or no name")
    synonyms = distinct([*labels, *(row[STR] for row in own if row[TTY] in SYNONYMS)], without=labels[0])
    others = [f"{CODES[row[SAB]]}:{row[CODE]}" for row in rows if row[SAB] in CODES]
    return ImportedTerm(found[0], labels[0], ImportedKind.DRUG, synonyms, xrefs=xrefs.all_curies(others))


LAYOUT = Layout("rxnorm-rrf", recognise, read)
