"""What several commands share: the store that a setting names, the sources that a call names, the ways out."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import IO, BinaryIO, TypeVar

from api.errors import one_line
from extract.model import Document, Failure, Record
from extract.sources.read import read_records, read_sources
from ontology.errors import UsageError, Where

SMALL = 64
"""Up to so many records, starting worker processes takes longer than the work."""

T = TypeVar("T")


def read(sources: Sequence[str]) -> Iterator[Document | Failure]:
    """What the sources hold; `-` is standard input."""
    return read_sources(sources, stdin=_stdin(sources))


def records(sources: Sequence[str], consumed: Callable[[int], None] | None = None) -> Iterator[Record]:
    """The same, with the rest of a record unread until it is wanted; `consumed` is told of bytes, as `read_records`."""
    return read_records(sources, stdin=_stdin(sources), consumed=consumed)


def _stdin(sources: Sequence[str]) -> BinaryIO | None:
    return sys.stdin.buffer if "-" in sources else None


def existing(sources: Sequence[str]) -> tuple[list[str], bool]:
    """The sources that are there (`-` always is), each other one told of; and whether all are."""
    found = [source for source in sources if source == "-" or os.path.lexists(source)]
    for source in sources:
        if source not in found:
            complain(UsageError("no such file or folder", where=Where(source)))
    return found, len(found) == len(sources)


def few(items: Iterable[T]) -> tuple[Iterator[T], bool]:
    """The same items, and whether they are so few that one process does it sooner than several."""
    iterator = iter(items)
    head = list(islice(iterator, SMALL + 1))
    return chain(head, iterator), len(head) <= SMALL


def complain(error: BaseException | str) -> None:
    """One line on standard error."""
    say(f"trialgraph: {error if isinstance(error, str) else one_line(error)}")


def say(line: str) -> None:
    """A line on standard error."""
    sys.stderr.write(line + "\n")


def results() -> IO[bytes]:
    """Standard output, for bytes: results are UTF-8 whatever the terminal's locale is."""
    return sys.stdout.buffer


def write_line(text: str) -> None:
    """A line of result."""
    results().write(text.encode("utf-8", "replace") + b"\n")


@contextmanager
def output_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears under its name only when it is complete; `-` is standard output."""
    if str(path) == "-":
        yield results()
        return
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            yield file
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
