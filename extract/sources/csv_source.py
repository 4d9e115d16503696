"""A CSV source to documents, row by row: a row that cannot be read is a failure, the next ones go on."""

import csv
import io
from collections import deque
from collections.abc import Iterator

from extract.model import Document, Failure
from extract.sources.csv_download import Header, read_header, read_row
from extract.sources.detect import delimiter, split_row
from extract.sources.limits import BadRecordError, Limits
from extract.sources.registry_words import registry_words
from extract.sources.sections import NCT_ID
from extract.sources.streams import Line, lines

_UNCLOSED = "a quote mark does not close: another record's row begins inside this one"


def read_csv(name: str, stream: io.BufferedReader, limits: Limits) -> Iterator[Document | Failure]:
    """Documents and failures of one CSV source, in its order.

    A row in which another row begins has a quote mark that does not close: it is a failure, and reading goes on from
    that other row, so that what the quote swallowed is not lost.

    Raises:
        BadRecordError: no header with the needed columns.
    """
    csv.field_size_limit(limits.line)  # The module's own limit of 128 kB is less than some lists of locations.
    text = _Lines(stream, limits)
    mark = delimiter(stream.peek(1).decode("utf-8", "replace"), registry_words()) or ","
    rows = csv.reader(text, delimiter=mark)
    header = _header(rows)
    text.require_utf8()
    number = 0
    while True:
        text.begin_row()
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            number += 1
            yield Failure(name, f"row {number} ({text.place()})", f"malformed CSV: {error}", offset=text.start)
            text.resume(text.swallowed(header, mark) or 0)
            continue
        if not any(cell.strip() for cell in cells) and text.bad is None:
            continue
        number += 1
        swallowed = text.swallowed(header, mark)
        if swallowed is None:
            yield _row(name, header, cells, number, text, limits)
        else:
            yield Failure(name, f"row {number} ({text.place()})", _UNCLOSED, offset=text.start)
            text.resume(swallowed)


def _header(rows: Iterator[list[str]]) -> Header:
    try:
        return read_header(next(rows, []))
    except csv.Error as error:
        raise BadRecordError(f"malformed CSV header: {error}") from error


class _Lines:
    """The lines of a stream as text for `csv.reader`, which calls for one at a time.

    `bad` is the offset of the row's first byte that is no UTF-8: the row is a failure, and its bytes go on as
    surrogates so that the rows after it stay in step.
    """

    def __init__(self, stream: io.BufferedReader, limits: Limits) -> None:
        self._lines = lines(stream, limits)
        self._again: deque[Line] = deque()
        self._taken: list[Line] = []
        self.start = 0
        self.bad: int | None = None

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.start = self.start if self._taken else line.offset
        self._taken.append(line)
        if line.data is None:
            raise csv.Error("a line is too long")
        try:
            return line.data.decode("utf-8")
        except UnicodeDecodeError as error:
            self.bad = line.offset + error.start if self.bad is None else self.bad
            return line.data.decode("utf-8", "surrogateescape")

    def begin_row(self) -> None:
        """Forget the lines of the row before."""
        self._taken, self.bad = [], None

    def swallowed(self, header: Header, mark: str) -> int | None:
        """Which of the row's lines begins a row of its own: an NCT id stands in its id column. None: none does."""
        for index, line in enumerate(self._taken[1:], start=1):
            if line.data and b"NCT" in line.data.upper():
                text = line.data.decode("utf-8", "replace")
                cells = split_row(text, mark)
                column = header.values["id"]
                if column < len(cells) - 1 and NCT_ID.fullmatch(cells[column].strip()):
                    return index
        return None

    def resume(self, index: int) -> None:
        """Hand out the row's lines again from that one on; 0 for none of them."""
        if index:
            self._again.extendleft(reversed(self._taken[index:]))

    def require_utf8(self) -> None:
        """Raises: BadRecordError, if a byte of the row is no UTF-8."""
        if self.bad is not None:
            raise BadRecordError("not UTF-8", offset=self.bad, hint="save it as UTF-8")

    def place(self) -> str:
        """The row's lines, for a message."""
        numbers = [line.number for line in self._taken] or [0]
        return f"line {numbers[0]}" if len(numbers) == 1 else f"lines {numbers[0]} to {numbers[-1]}"


def _row(name: str, header: Header, cells: list[str], number: int, text: _Lines, limits: Limits) -> Document | Failure:
    try:
        text.require_utf8()
        return read_row(header, _fitted(cells, header), f"{name}#row {number}", limits)
    except BadRecordError as error:
        return error.failure(name, f"row {number} ({text.place()})")


def _fitted(cells: list[str], header: Header) -> list[str]:
    """As many cells as the header has; empty ones too many at the end go."""
    width = len(header.names)
    if len(cells) < width or any(cell.strip() for cell in cells[width:]):
        reason = f"{len(cells)} cells, the header has {width}"
        raise BadRecordError(reason, hint="the file is cut, or a comma stands outside quote marks")
    return cells[:width]
