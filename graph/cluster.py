"""The workers' job spread over a Dask cluster: extract, map, validate, derive. Reading and writing stay here.

A task is a batch of documents, packed, because the scheduler keeps each task until it is done and a word of text is
cheaper than a message. A few batches for each worker are under way at a time, no more. A batch whose worker died is
given to another one; after that has happened too often its documents go one by one, so that only the guilty one fails.

Workers need this project, in the same version, with the same vocabulary; each answer is held against that. Scheduler
and workers are trusted: they run what they are sent, so keep them behind TLS or a network of their own.
"""

import pickle
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, cast

import zstandard

from extract.model import Document
from graph.build import WorkerFactory
from graph.prepare import Prepared, lost
from graph.store import Tooling
from ontology.errors import TrialGraphError, UsageError, Where

try:
    from distributed import Client, KilledWorker
    from distributed.client import FutureCancelledError
    from distributed.comm.core import CommClosedError
except ImportError as error:
    raise UsageError("Dask is not installed", hint="pip install 'trialgraph[cluster]'") from error

BATCH = 250
"""Documents in one task: what a worker does in seconds, so that a message costs nothing beside it."""

AHEAD = 3
"""Tasks under way for each worker's thread: one that runs, one that waits beside it, one on its way."""

PATIENCE = 60.0
"""Seconds to wait for the scheduler, and for a worker where there is none."""

Handle = Any
"""Dask's client and its futures: its own types are unfinished."""


class NoWorkerError(Exception):
    """The cluster has a scheduler, and nobody who works."""


@dataclass(frozen=True, slots=True)
class Shipped:
    """A worker's factory for another machine: the table of imported names travels with it, not its path."""

    inner: Callable[[Path | None], WorkerFactory]
    names: bytes | None = None

    def __call__(self) -> Callable[[list[Document]], list[Prepared]]:
        """The function that prepares documents; it holds the pipeline."""
        if self.names is None:
            return self.inner(None)()
        path = Path(mkdtemp(prefix="trialgraph-")) / "names.tsv"
        path.write_bytes(self.names)
        return self.inner(path)()


@dataclass(frozen=True, slots=True)
class Cluster:
    """How a build reaches a cluster: `spread` is its plan's."""

    address: str
    factory: Shipped
    tooling: Tooling
    batch: int = BATCH
    patience: float = PATIENCE

    def spread(self, documents: Iterable[Document]) -> Iterator[tuple[Document, Prepared]]:
        """Each document with what came of it, in the order of the documents.

        Raises:
            UsageError: there is no scheduler, no worker, or a worker has other tools.
            TrialGraphError: the cluster went away.
        """
        with _connected(self) as client:
            for document, prepared in _in_order(documents, self, client):
                self._check(prepared)
                yield document, prepared

    def _check(self, prepared: Prepared) -> None:
        if prepared.triples and prepared.triples.entry.tooling != self.tooling:
            hint = "give all of them the version that runs here"
            raise UsageError("a worker has another version, vocabulary or shapes", where=Where(self.address), hint=hint)


@contextmanager
def _connected(cluster: Cluster) -> Iterator[Handle]:
    where = Where(cluster.address)
    try:
        client: Handle = Client(cluster.address, timeout=cluster.patience, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, TimeoutError, ValueError) as error:
        hint = "start one with `dask scheduler`, and name it as it names itself: tcp://host:8786"
        raise UsageError(f"no scheduler answers: {error}", where=where, hint=hint) from error
    try:
        yield client
    except NoWorkerError as error:
        hint = "start some with `dask worker ADDRESS --nthreads 1`"
        raise UsageError("the cluster has no worker", where=where, hint=hint) from error
    except (CommClosedError, FutureCancelledError) as error:
        hint = "what was published stays; the same command goes on there"
        raise TrialGraphError(f"the cluster went away: {error}", where=where, hint=hint) from error
    finally:
        client.close(timeout=5)


def _in_order(documents: Iterable[Document], cluster: Cluster, client: Handle) -> Iterator[tuple[Document, Prepared]]:
    waiting: deque[tuple[list[Document], Handle]] = deque()
    iterator = iter(documents)
    while True:
        while len(waiting) < AHEAD * max(1, sum(client.nthreads().values())):
            batch = list(islice(iterator, cluster.batch))
            if not batch:
                break
            waiting.append((batch, _submitted(batch, cluster, client)))
        if not waiting:
            return
        batch, future = waiting.popleft()
        yield from zip(batch, _results(batch, future, cluster, client), strict=True)


def _submitted(batch: Sequence[Document], cluster: Cluster, client: Handle) -> Handle:
    return client.submit(run_batch, cluster.factory, pack(batch), pure=False)


def _results(batch: list[Document], future: Handle, cluster: Cluster, client: Handle) -> list[Prepared]:
    """What came of a batch; where it killed its workers, of each document by itself."""
    try:
        return unpack(_waited(future, cluster, client))
    except KilledWorker:
        return [_alone(document, cluster, client) for document in batch]


def _alone(document: Document, cluster: Cluster, client: Handle) -> Prepared:
    try:
        return cast("Prepared", unpack(_waited(_submitted([document], cluster, client), cluster, client))[0])
    except KilledWorker:
        return lost(document)


def _waited(future: Handle, cluster: Cluster, client: Handle) -> bytes:
    """The result of a task, as long as there is somebody who could work on it."""
    while True:
        try:
            return bytes(future.result(timeout=cluster.patience))
        except TimeoutError as error:
            if not client.nthreads():
                raise NoWorkerError from error


def run_batch(factory: Shipped, packed: bytes) -> bytes:
    """On a worker: the results of a packed batch, packed."""
    return pack(_built(factory)(unpack(packed)))


def pack(items: Sequence[Any]) -> bytes:
    """Values as compressed bytes, for the way to a worker and back."""
    return zstandard.ZstdCompressor(level=3).compress(pickle.dumps(list(items), pickle.HIGHEST_PROTOCOL))


def unpack(packed: bytes) -> list[Any]:
    """What `pack` packed."""
    return list(pickle.loads(zstandard.ZstdDecompressor().decompress(packed)))  # noqa: S301 (the cluster is trusted)


@lru_cache(maxsize=1)
def _built(factory: Shipped) -> Callable[[list[Document]], list[Prepared]]:
    """A worker's function, made once in a process; its threads take turns, for the pipeline is not made for several."""
    work, turn = factory(), threading.Lock()

    def in_turn(documents: list[Document]) -> list[Prepared]:
        with turn:
            return work(documents)

    return in_turn
