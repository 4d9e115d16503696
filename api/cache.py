"""Answers that are given again: whole responses by what was asked, for one version of the store."""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

from api.messages import Header

OVERHEAD = 1000
"""What an entry takes beside its body, roughly, in bytes."""


@dataclass(frozen=True, slots=True)
class CachedAnswer:
    """A finished answer: its headers, its body, its ETag, how many rows it has, and the hash of its query."""

    headers: list[Header]
    body: bytes
    etag: bytes
    rows: int | None
    query_hash: str


class AnswerCache:
    """The answers that were last asked for, within a bound of bytes; a new version of the store empties it."""

    def __init__(self, max_bytes: int) -> None:
        self.max_bytes = max_bytes
        self.version = ""
        self.size = 0
        self.entries: OrderedDict[Hashable, CachedAnswer] = OrderedDict()

    @property
    def largest(self) -> int:
        """The largest body that is worth keeping."""
        return self.max_bytes // 16

    def get(self, version: str, key: Hashable) -> CachedAnswer | None:
        """The answer to this, if it was given for this version."""
        if version != self.version:
            return None
        found = self.entries.get(key)
        if found is not None:
            self.entries.move_to_end(key)
        return found

    def put(self, version: str, key: Hashable, answer: CachedAnswer) -> None:
        """Remember an answer; the ones that were asked for longest ago make room."""
        if version != self.version:
            self.version, self.size = version, 0
            self.entries.clear()
        cost = len(answer.body) + _size(key) + OVERHEAD
        if len(answer.body) > self.largest or cost > self.max_bytes or key in self.entries:
            return
        self.entries[key] = answer
        self.size += cost
        while self.size > self.max_bytes:
            old_key, old = self.entries.popitem(last=False)
            self.size -= len(old.body) + _size(old_key) + OVERHEAD


def _size(key: Hashable) -> int:
    return sum(len(part) for part in key if isinstance(part, bytes | str)) if isinstance(key, tuple) else 0
