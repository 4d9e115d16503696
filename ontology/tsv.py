"""Read and write the vocabulary's tables: tab-separated, a header, one thing a row, lists in a cell joined with `|`.

There is no quoting: a cell holds neither tab nor line break. So a diff of two builds shows facts and nothing else.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ontology.errors import VocabularyError, Where


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one table, each as long as `columns`; `file` is for messages."""

    file: str
    columns: tuple[str, ...]
    rows: list[list[str]]


def parse(file: str, text: str, columns: Sequence[str]) -> Table:
    """The rows of a table's text.

    Raises:
        VocabularyError: the header is not `columns`, or a row has more or fewer cells; names file and line.
    """
    lines = text.split("\n")
    header = lines[0].rstrip("\r").split("\t")
    if header != list(columns):
        reason = f"the header is {header}, not {list(columns)}"
        raise VocabularyError(reason, where=Where(file=file, record="line 1"), hint="restore the column names")
    width = len(columns)
    rows = [line.split("\t") for line in lines[1:] if line]
    if any(len(row) != width for row in rows):
        _report_width(file, lines, width)
    return Table(file, tuple(columns), rows)


def _report_width(file: str, lines: list[str], width: int) -> None:
    """Raise the error for the first row of a wrong width."""
    for number, line in enumerate(lines[1:], start=2):
        cells = line.count("\t") + 1
        if line and cells != width:
            reason = f"the row has {cells} cells, not {width}"
            where = Where(file=file, record=f"line {number}")
            raise VocabularyError(reason, where=where, hint="cells are tab-separated")


def bad_cell(table: Table, row: int, column: str, reason: str) -> VocabularyError:
    """The error for one cell; `row` counts data rows from 0, the message counts lines as an editor does."""
    return VocabularyError(reason, where=Where(file=table.file, record=f"line {row + 2}", field=column))


def parts(cell: str) -> tuple[str, ...]:
    """The members of a list cell."""
    return tuple(cell.split("|")) if cell else ()


def render(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The text of a table, its rows sorted and without doubles.

    Raises:
        VocabularyError: a cell holds a tab or a line break.
    """
    return "\n".join(["\t".join(columns), *sorted(set(_lines(rows)))]) + "\n"


def _lines(rows: Iterable[Sequence[str]]) -> Iterator[str]:
    for row in rows:
        line = "\t".join(row)
        if line.count("\t") != len(row) - 1 or "\n" in line:
            raise VocabularyError(f"a cell holds a tab or a line break: {row}", hint="clean it where the row is made")
        yield line
