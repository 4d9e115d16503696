"""Rows of the official tables: CSV and TSV with a header, told by the names of their columns."""

import csv
from collections.abc import Iterable, Iterator, Mapping

from ontology.importers.files import VocabularyFile

Row = tuple[str, Mapping[str, str]]
"""The place of a row ("line 3") and its cells by column."""


def first_line(head: str) -> str:
    """The first line of a file's head."""
    return head.split("\n", 1)[0].rstrip("\r")


def columns(head: str, delimiter: str) -> list[str]:
    """The names in the first line, folded to lower case without blanks around."""
    return [name.strip().lower() for name in next(csv.reader([first_line(head)], delimiter=delimiter), [])]


def has_columns(head: str, delimiter: str, wanted: Iterable[str]) -> bool:
    """Whether the first line names all these columns."""
    return set(wanted) <= set(columns(head, delimiter))


def rows(file: VocabularyFile, delimiter: str, *, quoted: bool = True) -> Iterator[Row]:
    """Every row by the folded names of its columns.

    Args:
        file: the table.
        delimiter: what stands between cells.
        quoted: whether a cell in quotes may hold the delimiter, as in RFC 4180.

    Raises:
        VocabularyError: a row has another number of cells than the header, or the file is cut or binary.
    """
    lines = (f"{line}\n" for _, line in file.lines())
    unquoted = csv.reader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
    reader = csv.reader(lines, delimiter=delimiter, strict=True) if quoted else unquoted
    header: list[str] | None = None
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise file.error(f"the table is broken: {error}", f"line {reader.line_num}") from None
        if header is None:
            header = [name.strip().lower() for name in cells]
        elif cells and len(cells) != len(header):
            reason = f"the row has {len(cells)} cells, the header {len(header)}"
            raise file.error(reason, f"line {reader.line_num}")
        elif cells:
            yield f"line {reader.line_num}", dict(zip(header, cells, strict=True))


def cell(row: Mapping[str, str], *names: str) -> str:
    """The first cell that is not empty, of columns that releases have called differently."""
    return next((text for name in names if (text := row.get(name, "").strip())), "")
