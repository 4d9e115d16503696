"""The ATC classification as a table of codes and names, CSV or TSV; the hierarchy is in the codes themselves.

WHO's levels have 1, 3, 4, 5 and 7 characters ("Structure and principles" of the ATC guidelines); the seventh is the
substance. A code with several defined daily doses has several rows.
"""

from ontology.importers import xrefs
from ontology.importers.files import VocabularyFile
from ontology.importers.model import BadRow, ImportedKind, ImportedTerm, Layout, Rows
from ontology.importers.tables import cell, columns, rows

CODES = ("atc_code", "atc code", "atccode", "atc", "class id", "code")
NAMES = ("atc_name", "atc level name", "atc name", "level_name", "preferred label", "name")
LENGTHS = (1, 3, 4, 5, 7)


def recognise(head: str) -> str | None:
    """`atc` for a table with a column of codes and one of names."""
    names = set(columns(head, _delimiter(head)))
    return "atc" if names & set(CODES[:4]) and names & set(NAMES) else None


def read(file: VocabularyFile, source: str) -> Rows:
    """Every code once."""
    seen: set[str] = set()
    for place, row in rows(file, _delimiter(file.head())):
        code, label = cell(row, *CODES).rsplit("/", 1)[-1].upper(), cell(row, *NAMES)
        found = xrefs.of(source, [code])
        if not found or not label or len(code) not in LENGTHS:
            yield BadRow(place, "the row has no ATC code or no name")
        elif code not in seen:
            seen.add(code)
            kind = ImportedKind.DRUG if len(code) == LENGTHS[-1] else ImportedKind.OTHER
            yield ImportedTerm(found[0], label, kind, parents=_above(source, code))


def _above(source: str, code: str) -> tuple[str, ...]:
    level = LENGTHS.index(len(code))
    return (f"{source}:{code[: LENGTHS[level - 1]]}",) if level else ()


def _delimiter(head: str) -> str:
    line = head.split("\n", 1)[0]
    return max((",", "\t", ";"), key=line.count)


LAYOUT = Layout("atc-table", recognise, read)
