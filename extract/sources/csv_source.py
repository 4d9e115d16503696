"""A CSV source to documents, row by row: a row that cannot be read is a failure, the next ones go on."""

import csv
import io
from collections.abc import Iterator

from extract.model import Document, Failure
from extract.sources.csv_download import Header, read_header, read_row
from extract.sources.detect import delimiter
from extract.sources.limits import BadRecordError, Limits
from extract.sources.registry_words import registry_words
from extract.sources.streams import lines


def read_csv(name: str, stream: io.BufferedReader, limits: Limits) -> Iterator[Document | Failure]:
    """Documents and failures of one CSV source, in its order.

    Raises:
        BadRecordError: no header with the needed columns.
    """
    csv.field_size_limit(limits.line)  # The module's own limit of 128 kB is less than some lists of locations.
    text = _Lines(stream, limits)
    mark = delimiter(stream.peek(1).decode("utf-8", "replace"), registry_words()) or ","
    rows = csv.reader(text, delimiter=mark)
    header = read_header(next(rows))
    number = 0
    while True:
        start = text.number + 1
        number += 1
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield Failure(name, f"row {number} (line {start})", f"malformed CSV: {error}", offset=text.offset)
            continue
        bad, text.bad = text.bad, None
        if any(cell.strip() for cell in cells) or bad is not None:
            yield _row(name, header, cells, (number, start), bad, limits)


class _Lines:
    """The lines of a stream as text for `csv.reader`, which calls for one at a time.

    `bad` is the offset of the first byte that is no UTF-8 since it was last reset: the row is a failure, and its bytes
    go on as surrogates so that the rows after it stay in step.
    """

    def __init__(self, stream: io.BufferedReader, limits: Limits) -> None:
        self._lines = lines(stream, limits)
        self.number = 0
        self.offset = 0
        self.bad: int | None = None

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        self.number, self.offset, line = next(self._lines)
        if line is None:
            raise csv.Error("a line is too long")
        try:
            return line.decode("utf-8")
        except UnicodeDecodeError as error:
            self.bad = self.offset + error.start if self.bad is None else self.bad
            return line.decode("utf-8", "surrogateescape")


def _row(
    name: str, header: Header, cells: list[str], place: tuple[int, int], bad: int | None, limits: Limits
) -> Document | Failure:
    where = f"row {place[0]} (line {place[1]})"
    try:
        if bad is not None:
            raise BadRecordError("not UTF-8", offset=bad, hint="save it as UTF-8")
        return read_row(header, _fitted(cells, header), f"{name}#row {place[0]}", limits)
    except BadRecordError as error:
        record = f"{error.record} ({where})" if error.record else where
        return Failure(name, record, error.reason, error.field, error.offset, error.hint)


def _fitted(cells: list[str], header: Header) -> list[str]:
    """As many cells as the header has; empty ones too many at the end go."""
    width = len(header.names)
    if len(cells) < width or any(cell.strip() for cell in cells[width:]):
        reason = f"{len(cells)} cells, the header has {width}"
        raise BadRecordError(reason, hint="the file is cut, or a quote mark does not close")
    return cells[:width]
