"""How large the sources are, and how much of them has been read: for whoever shows how far it has got."""

import os
import stat
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from extract.sources.streams import Readable

STDIN = "-"


def total_bytes(sources: Iterable[str]) -> int | None:
    """The sizes of all files that `read_sources` would read, as they are on disk: packed ones packed.

    None if it cannot be told: standard input, a pipe. What cannot be looked at counts as nothing.
    """
    total = 0
    for source in sources:
        size = None if source == STDIN else _size(Path(source))
        if size is None:
            return None
        total += size
    return total


def _size(path: Path) -> int | None:
    try:
        status = path.stat()
    except OSError:
        return 0
    if stat.S_ISDIR(status.st_mode):
        return sum(_sizes(str(path), set()))
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def _sizes(folder: str, seen: set[tuple[int, int]]) -> Iterator[int]:
    """Of the files that `read_sources` walks; a name is looked at once, since a folder may hold half a million."""
    try:
        status = os.stat(folder)  # noqa: PTH116 (half a million paths take seconds to make)
        entries = list(os.scandir(folder))
    except OSError:
        return
    if (status.st_dev, status.st_ino) in seen:
        return
    seen.add((status.st_dev, status.st_ino))
    for entry in entries:
        if not entry.name.startswith("."):
            yield from _sizes(entry.path, seen) if entry.is_dir() else _regular(entry)


def _regular(entry: os.DirEntry[str]) -> Iterator[int]:
    try:
        status = entry.stat()
    except OSError:
        return
    if stat.S_ISREG(status.st_mode):
        yield status.st_size


class Counted:
    """Reads through `source` and counts: to ask the file for its place after each record is a call of the system."""

    def __init__(self, source: Readable) -> None:
        self._source = source
        self._count = 0

    def read(self, size: int = -1, /) -> bytes:
        """As the source."""
        data = self._source.read(size)
        self._count += len(data)
        return data

    def place(self) -> int:
        """How many bytes have been read."""
        return self._count


class Gauge:
    """Tells how many bytes of one file have been read since it last told.

    Readers take stretches that hold many records, the whole file at times. So a stretch counts once the next one is
    begun: by then all records in it have been handed out.
    """

    def __init__(self, tell: Callable[[int], None]) -> None:
        self._tell = tell
        self._told = self._at = 0

    def at(self, place: int) -> None:
        """The reading has come to this byte."""
        if place != self._at:
            self.end(self._at)
            self._at = place

    def end(self, place: int) -> None:
        """All records before this byte have been handed out."""
        if place > self._told:
            self._tell(place - self._told)
            self._told = place
