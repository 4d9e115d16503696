"""Reads through gzip, Zstandard and zip, told by their magic numbers; members are streamed, growth is bounded.

Sources: RFC 1952 (gzip), RFC 8878 (Zstandard), PKWARE APPNOTE 4.3 (zip).
"""

import gzip
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, cast

import zstandard

from extract.model import Failure
from extract.sources.limits import BadRecordError, Limits
from extract.sources.streams import CHUNK, Meter, Readable, buffered, read_head

# What reading a packed or a plain file may raise; each fault is one file's.
READ_ERRORS = (OSError, EOFError, zlib.error, zipfile.BadZipFile, zstandard.ZstdError, NotImplementedError)
_GZIP, _ZSTD = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_WINDOW = 1 << 27
_ZSTD_PIECE = 1 << 10
_OFFICE = "[Content_Types].xml"
_SPOOL = 64_000_000

Place = Callable[[], int]
Opener = Callable[[], tuple[IO[bytes], Meter]]


@dataclass(frozen=True, slots=True)
class Unpacked:
    """One stream of plain bytes with its name, and the head that was already read from it.

    `path` is the innermost file's: the member's in a zip. `place` is how far the outermost stream has been read.
    """

    name: str
    path: str
    head: bytes
    rest: Readable
    place: Place


def unknown() -> int:
    """The place in a stream that cannot tell it."""
    return 0


def unpack(
    name: str, stream: Readable, limits: Limits, *, path: str | None = None, depth: int = 0, place: Place = unknown
) -> Iterator[Unpacked | Failure]:
    """The plain streams inside a stream: itself, or what it packs. A fault inside one member is that member's.

    A stream is to be read before the next one is asked for. `place` tells how many bytes of the outermost one have been
    read; inside a zip, which is read at once, the part of them that the members so far have taken.
    """
    start = place()
    head = read_head(stream)
    packed = head.startswith((_GZIP, _ZSTD, *_ZIP))
    if not packed:
        yield Unpacked(name, path or name, head, stream, place)
        return
    if depth >= limits.depth:
        yield Failure(name, None, f"packed more than {limits.depth} times over")
        return
    inner = Meter(stream, head=head)
    if head.startswith(_ZIP):
        yield from _members(name, inner, limits, depth, start, place)
        return
    plain = _gunzip(inner) if head.startswith(_GZIP) else _Unzstd(inner)
    bounded = Meter(plain, check=_growth(lambda: inner.count, limits))
    yield from unpack(name, bounded, limits, path=path, depth=depth + 1, place=place)


def _gunzip(source: Meter) -> Readable:
    return cast("Readable", gzip.GzipFile(fileobj=buffered(source)))


class _Unzstd:
    """Reads Zstandard frames; the library's own reader takes a frame that is cut for the end of the data.

    Small pieces go in, because one kilobyte may hold blocks that unpack to 32 MB.
    """

    def __init__(self, source: Readable) -> None:
        self._source = source
        self._decompressor = zstandard.ZstdDecompressor(max_window_size=_WINDOW)
        self._frame = self._decompressor.decompressobj()
        self._fed = b""
        self._begun = False

    def read(self, size: int = -1, /) -> bytes:
        """The next stretch, of whatever length; none at the end.

        Raises:
            EOFError: the data ends within a frame.
        """
        del size
        while True:
            piece = self._fed or self._source.read(_ZSTD_PIECE)
            if not piece:
                return self._end()
            self._begun = True
            plain = self._frame.decompress(piece)
            self._fed = b""
            if self._frame.eof:
                self._fed = self._frame.unused_data
                self._frame, self._begun = self._decompressor.decompressobj(), False
            if plain:
                return plain

    def _end(self) -> bytes:
        if self._begun:
            raise EOFError("the Zstandard data ends within a frame")
        return b""


def _growth(packed: Callable[[], int], limits: Limits) -> Callable[[int], None]:
    """A check that fails once what comes out is out of proportion to what went in."""

    def check(count: int) -> None:
        if count > limits.ratio_floor and count > limits.ratio * max(1, packed()):
            reason = f"unpacks to more than {limits.ratio} times its size: looks like a zip bomb"
            raise BadRecordError(reason, hint="unpack it yourself if you trust it")

    return check


def _members(
    name: str, source: Meter, limits: Limits, depth: int, start: int, place: Place
) -> Iterator[Unpacked | Failure]:
    """The zip's files in their order; hidden ones are left out, as in folders."""
    with tempfile.SpooledTemporaryFile(max_size=_SPOOL) as spooled:
        shutil.copyfileobj(cast("IO[bytes]", source), spooled, CHUNK)
        size, taken = spooled.tell(), place() - start
        spooled.seek(0)
        with zipfile.ZipFile(cast("IO[bytes]", spooled)) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir() and not _hidden(info.filename)]
            if any(info.filename == _OFFICE for info in infos):
                yield Failure(name, None, "an Office document, not a record", hint="save it as plain text")
                return
            if not infos:
                yield Failure(name, None, "the archive is empty")
            check = _Total(_growth(lambda: size, limits))
            for info in infos:
                opener = _opener(archive, info, check)
                yield from _member(name, opener, info, limits, depth, lambda: start + taken * spooled.tell() // size)


class _Total:
    """Checks what has come out of all members together; called with the count of the one that is being read."""

    def __init__(self, check: Callable[[int], None]) -> None:
        self._check = check
        self._before = 0
        self._now = 0

    def begin(self) -> None:
        """Another member is read from now on."""
        self._before, self._now = self._before + self._now, 0

    def __call__(self, count: int) -> None:
        self._now = count
        self._check(self._before + count)


def _opener(archive: zipfile.ZipFile, info: zipfile.ZipInfo, check: _Total) -> Opener:
    def opened() -> tuple[IO[bytes], Meter]:
        check.begin()
        member = archive.open(info)
        return member, Meter(cast("Readable", member), check=check)

    return opened


def _member(
    name: str, opener: Opener, info: zipfile.ZipInfo, limits: Limits, depth: int, place: Place
) -> Iterator[Unpacked | Failure]:
    member = f"{name}!{info.filename}"
    if info.flag_bits & 1:
        yield Failure(member, None, "encrypted", hint="unpack it with its password first")
        return
    try:
        opened, meter = opener()
        with opened:
            yield from unpack(member, meter, limits, path=info.filename, depth=depth + 1, place=place)
    except READ_ERRORS as error:
        yield Failure(member, None, f"cannot be unpacked: {error}")
    except BadRecordError as error:
        yield error.failure(member)


def _hidden(path: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in path.split("/"))
