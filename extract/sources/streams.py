"""Byte streams with bounds: what packed files grow to, how long a line may be, which encoding it is in."""

import codecs
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from extract.sources.limits import BadRecordError, Limits

CHUNK = 1 << 16
# Longest first: the BOM of UTF-32 begins with that of UTF-16.
_WIDE_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class Readable(Protocol):
    """Anything to read bytes from."""

    def read(self, size: int = -1, /) -> bytes:
        """Up to `size` bytes; none at the end."""


class Meter(io.RawIOBase):
    """Reads through `source`, counts the bytes, and asks `check` after each chunk whether to go on.

    `head` is handed out first: what was read ahead to tell the format.
    """

    def __init__(self, source: Readable, *, head: bytes = b"", check: Callable[[int], None] | None = None) -> None:
        super().__init__()
        self._source = source
        self._pending = memoryview(head)
        self._check = check
        self.count = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        """As `io.RawIOBase`."""
        if not self._pending:
            self._pending = memoryview(self._source.read(len(buffer)))
        size = min(len(buffer), len(self._pending))
        buffer[:size] = self._pending[:size]
        self._pending = self._pending[size:]
        self.count += size
        if self._check:
            self._check(self.count)
        return size


def buffered(raw: Meter) -> io.BufferedReader:
    """The same with `readline` and `peek`."""
    return io.BufferedReader(raw, CHUNK)


def read_head(source: Readable, size: int = CHUNK) -> bytes:
    """The first `size` bytes, fewer only at the end; a pipe may give them in small pieces."""
    pieces, left = [], size
    while left > 0 and (piece := source.read(left)):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


def as_utf8(source: Readable, head: bytes) -> tuple[Readable, bytes]:
    """The same text in UTF-8 without a byte order mark, and its new head.

    UTF-16 and UTF-32 are known by their mark alone; without one they are binary.
    """
    if head.startswith(codecs.BOM_UTF8):
        return source, head[len(codecs.BOM_UTF8) :]
    for mark, name in _WIDE_BOMS:
        if head.startswith(mark):
            recoded = codecs.EncodedFile(buffered(Meter(source, head=head)), "utf-8", name)
            return recoded, read_head(recoded)
    return source, head


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its end; `number` counts from 1, `offset` bytes from 0. `data` None: longer than a line may be."""

    number: int
    offset: int
    data: bytes | None


def lines(stream: io.BufferedReader, limits: Limits, ahead: Iterable[bytes] = ()) -> Iterator[Line]:
    """The lines of a stream, those of `ahead` first: they were read from it already."""
    number, offset = 1, 0
    for data in ahead:
        yield Line(number, offset, data)
        number, offset = number + 1, offset + len(data)
    while data := stream.readline(limits.line + 1):
        size = len(data)
        if size > limits.line and not data.endswith(b"\n"):
            yield Line(number, offset, None)
            size += _skip_line(stream)
        else:
            yield Line(number, offset, data)
        number, offset = number + 1, offset + size


def read_all(stream: io.BufferedReader, limit: int, what: str) -> bytes:
    """Everything.

    Raises:
        BadRecordError: more than `limit` bytes.
    """
    data = stream.read(limit + 1)
    if len(data) > limit:
        raise BadRecordError(f"{what} is larger than {limit // 1_000_000} MB", hint="split it, or use JSON Lines")
    return data


def decode(data: bytes, offset: int = 0) -> str:
    """UTF-8 text.

    Raises:
        BadRecordError: bytes that are no UTF-8, with their offset; `offset` is where `data` begins in the file.
    """
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        wrong = data[error.start]
        raise BadRecordError(
            f"not UTF-8: byte 0x{wrong:02x}", offset=offset + error.start, hint="save it as UTF-8"
        ) from error


def _skip_line(stream: io.BufferedReader) -> int:
    skipped = 0
    while piece := stream.readline(CHUNK):
        skipped += len(piece)
        if piece.endswith(b"\n"):
            break
    return skipped
