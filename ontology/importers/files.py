"""Open an official file, plain, gzipped or zipped, as one stream of bytes with a bound on its size."""

import gzip
import hashlib
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from ontology.errors import VocabularyError, Where

HEAD = 65_536
"""Bytes that are looked at to tell a layout."""

LARGEST = 8_000_000_000
"""Unpacked bytes of one file, at most: the largest official file (ChEBI in OWL) is under 1 GB."""

BLOCK = 1 << 20
TABLES = ("RXNCONSO.RRF",)
"""Members to read of archives that hold many tables."""


@dataclass(frozen=True, slots=True)
class VocabularyFile:
    """A file on this machine; it may be read several times."""

    path: Path
    largest: int = LARGEST

    @property
    def name(self) -> str:
        """The file's name, for messages."""
        return self.path.name

    def digest(self) -> str:
        """The SHA-256 of the file as it lies there, packed or not."""
        total = hashlib.sha256()
        with _readable(self.name), self.path.open("rb") as file:
            while block := file.read(BLOCK):
                total.update(block)
        return total.hexdigest()

    def head(self) -> str:
        """The first characters, for telling the layout; what is no UTF-8 becomes U+FFFD."""
        with self.open() as file:
            return file.read(HEAD).decode("utf-8-sig", "replace")

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """The unpacked bytes.

        Raises:
            VocabularyError: the file is missing, cut, no such archive, or larger than `largest`.
        """
        with _readable(self.name), self.path.open("rb") as raw:
            magic = raw.read(4)
            raw.seek(0)
            if magic[:2] == b"\x1f\x8b":
                with gzip.GzipFile(fileobj=raw) as unpacked:
                    yield _bounded(unpacked, self)
            elif magic == b"PK\x03\x04":
                with zipfile.ZipFile(raw) as archive, archive.open(_member(archive, self.name)) as unpacked:
                    yield _bounded(unpacked, self)
            else:
                yield raw

    def lines(self) -> Iterator[tuple[int, str]]:
        """Lines without their end, numbered from 1.

        Raises:
            VocabularyError: as `open`; or the text is no UTF-8.
        """
        with self.open() as file:
            for number, line in enumerate(file, 1):
                try:
                    yield number, line.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
                except UnicodeDecodeError as error:
                    where = Where(self.name, record=f"line {number}", offset=error.start)
                    raise VocabularyError("the text is no UTF-8", where=where, hint="give the official file") from None

    def error(self, reason: str, place: str | None = None, *, hint: str = "get the file again") -> VocabularyError:
        """The error for a fault at a place of this file."""
        return VocabularyError(reason, where=Where(self.name, record=place), hint=hint)


class _Bounded(io.RawIOBase):
    """A stream that ends with an error where it gets too long."""

    def __init__(self, inner: BinaryIO, largest: int, stop: Callable[[], VocabularyError]) -> None:
        super().__init__()
        self._inner = inner
        self._left = largest
        self._stop = stop

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        block = self._inner.read(len(buffer))
        self._left -= len(block)
        if self._left < 0:
            raise self._stop()
        buffer[: len(block)] = block
        return len(block)


def _bounded(inner: object, file: VocabularyFile) -> BinaryIO:
    """An unpacked stream with its bound: a small archive may unpack to anything."""

    def stop() -> VocabularyError:
        return file.error(f"the file unpacks to more than {file.largest} bytes", hint="unpack it yourself")

    return io.BufferedReader(_Bounded(cast("BinaryIO", inner), file.largest, stop), BLOCK)


def _member(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    """The member that holds the vocabulary: a table of a known name, else the largest."""
    members = [member for member in archive.infolist() if not member.is_dir()]
    if not members:
        raise VocabularyError("the archive is empty", where=Where(name), hint="get the file again")
    known = [member for member in members if member.filename.endswith(TABLES)]
    return max(known or members, key=lambda member: member.file_size)


@contextmanager
def _readable(name: str) -> Iterator[None]:
    """What goes wrong while reading, as our error."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile, zipfile.BadZipFile) as error:
        raise VocabularyError(f"the archive is broken: {error}", where=Where(name), hint="get it again") from error
    except OSError as error:
        reason = f"the file cannot be read: {error.strerror or error}"
        raise VocabularyError(reason, where=Where(name), hint="check path and permissions") from error
