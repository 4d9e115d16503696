"""How the service's processes get at a store: which state is current, and the commands that read and write it."""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol
from uuid import uuid4

from graph.endpoint import Endpoint, dump, load
from graph.publish import Published, current_number, pin_current

ENDPOINT = "TRIALGRAPH_REMOTE_ENDPOINT"
"""The variable by which a process of ours gets an endpoint: credentials must not stand in a command line."""


@dataclass(frozen=True, slots=True)
class Command:
    """A program of ours, and the environment that it is started with."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str] | None = None


class Backing(Protocol):
    """What a pool of readers and a writer need to know of a store."""

    def number(self) -> int:
        """The number of the current state; it grows. Raises `NotFoundError`, `StoreError`."""

    def pin(self) -> AbstractContextManager[Published]:
        """The current state, kept until the block ends. Raises like `number`."""

    def nursery(self, descriptor: int, memory_bytes: int) -> Command:
        """The process that forks readers for the sockets that it is sent over the one with this descriptor."""

    def writer(self, memory_bytes: int) -> Command:
        """The process that takes jobs."""


@dataclass(frozen=True, slots=True)
class LocalBacking:
    """A folder with published copies."""

    root: Path

    def number(self) -> int:
        """As `Backing.number`."""
        return current_number(self.root)

    def pin(self) -> AbstractContextManager[Published]:
        """As `Backing.pin`."""
        return pin_current(self.root)

    def nursery(self, descriptor: int, memory_bytes: int) -> Command:
        """As `Backing.nursery`."""
        return _nursery(descriptor, "graph.reader", str(self.root), str(memory_bytes))

    def writer(self, memory_bytes: int) -> Command:
        """As `Backing.writer`."""
        return Command((sys.executable, "-m", "graph.writer", str(self.root), str(memory_bytes)))


@dataclass(frozen=True, slots=True)
class RemoteBacking:
    """A store by its address. It has one state as far as we can know, of which no answer may be kept."""

    location: str
    endpoint: Endpoint

    def number(self) -> int:
        """As `Backing.number`."""
        return 0

    @contextmanager
    def pin(self) -> Iterator[Published]:
        """As `Backing.pin`."""
        yield Published(0, Path(), uuid4().hex)

    def nursery(self, descriptor: int, memory_bytes: int) -> Command:
        """As `Backing.nursery`."""
        return replace(_nursery(descriptor, "graph.remote_reader", str(memory_bytes)), environment=self._given())

    def writer(self, memory_bytes: int) -> Command:
        """As `Backing.writer`."""
        return Command((sys.executable, "-m", "graph.remote_jobs", str(memory_bytes)), self._given())

    def _given(self) -> Mapping[str, str]:
        return {**os.environ, ENDPOINT: dump(self.endpoint)}


def _nursery(descriptor: int, module: str, *arguments: str) -> Command:
    return Command((sys.executable, "-m", "graph.nursery", str(descriptor), module, *arguments))


def given_endpoint() -> Endpoint:
    """In such a process: the endpoint, which no program that it might start is told."""
    return load(os.environ.pop(ENDPOINT))
