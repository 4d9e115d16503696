"""How far a search has got, page by page, on disk: what a killed fetch goes on from.

One file a search, `<key>.part` while it runs and `<key>.done` after: JSON Lines, first a header, then a line for each
page that is in the folder. A line that was cut off by a kill counts for nothing: its page is fetched again.
"""

import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import orjson

from api.registry.search import Parameters, Search


@dataclass(frozen=True, slots=True)
class PageNote:
    """One page: the token that gave it (None: the first), the token of the next (None: the last), its ETag, its ids."""

    token: str | None
    next: str | None
    etag: str | None
    ids: tuple[str, ...]
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Header:
    """What was asked, and the time stamp of the registry's data when it was."""

    search: Parameters
    undated: str
    data: str


class Journal:
    """The journal of one search in a folder; it is read when made."""

    def __init__(self, folder: Path, search: Search, data: str) -> None:
        self._header = Header(search.parameters(), search.undated().key(), data)
        self._part, self._done = folder / f"{search.key()}.part", folder / f"{search.key()}.done"
        header, self.pages = _read(self._part)
        self.is_resumed = header == self._header and bool(self.pages)
        if not self.is_resumed:
            self.restart()
        self._known = {note.token: note for note in _read(self._done)[1]}

    @property
    def is_complete(self) -> bool:
        """Whether the last page is there."""
        return bool(self.pages) and self.pages[-1].next is None

    @property
    def token(self) -> str | None:
        """The token of the page that is to come; None for the first."""
        return self.pages[-1].next if self.pages else None

    @property
    def total(self) -> int | None:
        """How many records the registry has for the search, where it says."""
        return self.pages[0].total if self.pages else None

    def known(self, token: str | None) -> PageNote | None:
        """What an earlier, completed run noted of the page of that token."""
        return self._known.get(token)

    def add(self, note: PageNote) -> None:
        """Note a page whose records are in the folder."""
        self.pages.append(note)
        _append(self._part, asdict(note))

    def restart(self) -> None:
        """Begin with the first page again."""
        self.pages = []
        self._part.unlink(missing_ok=True)
        _append(self._part, asdict(self._header))

    def complete(self) -> None:
        """Keep the journal as that of a completed run."""
        self._part.replace(self._done)

    def ids(self) -> set[str]:
        """The ids of all pages."""
        return {identifier for note in self.pages for identifier in note.ids}


def searches(folder: Path) -> Iterator[Header]:
    """The headers of all journals in a folder."""
    for path in (*folder.glob("*.part"), *folder.glob("*.done")):
        header, _ = _read(path)
        if header:
            yield header


def _append(path: Path, value: dict[str, Any]) -> None:
    with path.open("ab") as file:
        file.write(orjson.dumps(value) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def _read(path: Path) -> tuple[Header | None, list[PageNote]]:
    """The header and the pages up to the first line that is broken; the file is cut there."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return None, []
    values, size = [], 0
    for line in data.splitlines(keepends=True):
        value = _value(line)
        if value is None:
            os.truncate(path, size)
            break
        values.append(value)
        size += len(line)
    try:
        header = Header(**values[0])
        return header, [PageNote(**(value | {"ids": tuple(value["ids"])})) for value in values[1:]]
    except (IndexError, TypeError, KeyError):
        return None, []


def _value(line: bytes) -> dict[str, Any] | None:
    if not line.endswith(b"\n"):
        return None
    try:
        value = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None
