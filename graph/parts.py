"""A store as many files of N-Quads, for bulk loaders that read files side by side, and for `import`.

    FOLDER/part-00001.nq.gz ...        N-Quads (RDF 1.1), gzip; each trial's graph is whole in one part
    FOLDER/quarantine-00001.nq.gz ...  the same of trials in quarantine, for a store whose default graph is all graphs
    FOLDER/manifest.json               of each file: its name, quads, bytes before compression, SHA-256

The graphs that all trials share (derived, provenance, vocabulary) are cut into stretches, because none of them holds
blank nodes; a user's graph may, so it stays whole. With a fixed number of parts a trial's graph is in the same part
every time: its name decides.
"""

import gzip
import hashlib
import json
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from itertools import count, islice
from pathlib import Path
from typing import IO

import pyoxigraph
from pyoxigraph import Quad, RdfFormat

from graph.store import Reader
from ontology import iri
from ontology.errors import UsageError, Where

MANIFEST = "manifest.json"
FORMAT = 1
STRETCH = 50_000
"""Quads of a shared graph that stay together."""

MOST_PARTS = 1000
"""As many files are open at a time."""

Choice = Callable[[str, int], int]
"""The number, from 0, of the part for a stretch of quads: by its graph, and how many bytes came before."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a manifest."""

    file: str
    quads: int
    bytes: int
    sha256: str


@dataclass(slots=True)
class _Open:
    """A part while it is written."""

    path: Path
    file: IO[bytes]
    packed: gzip.GzipFile
    quads: int = 0
    bytes: int = 0


@dataclass(slots=True)
class _Parts:
    """The parts that are being written, by number."""

    folder: Path
    stack: ExitStack
    parts: dict[str, _Open] = field(default_factory=dict)

    def write(self, name: str, data: bytes) -> None:
        """Add lines to a part."""
        part = self.parts.get(name) or self._begin(name)
        part.packed.write(data)
        part.quads += data.count(b"\n")
        part.bytes += len(data)

    def _begin(self, name: str) -> _Open:
        path = self.folder / f"{name}.nq.gz"
        file = self.stack.enter_context(path.with_name(f".{path.name}").open("wb"))
        packed = self.stack.enter_context(gzip.GzipFile("", "wb", compresslevel=5, fileobj=file, mtime=0))
        self.parts[name] = _Open(path, file, packed)
        return self.parts[name]


def by_number(parts: int) -> Choice:
    """So many parts, told by the graph's name; stretches of shared graphs go round."""
    if not 1 <= parts <= MOST_PARTS:
        raise UsageError(f"{parts} parts are not between 1 and {MOST_PARTS}")
    turn = count()
    return lambda graph, _written: (zlib.crc32(graph.encode()) if _is_whole(graph) else next(turn)) % parts


def by_size(size: int) -> Choice:
    """Parts of about so many bytes before compression, one after the other."""
    return lambda _graph, written: written // size


def write_parts(reader: Reader, folder: Path, choice: Choice) -> list[Part]:
    """Write every named graph into parts below a folder.

    Raises:
        UsageError: there are parts already.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.glob("*-?????.nq.gz")) or (folder / MANIFEST).exists():
        raise UsageError("there are parts already", where=Where(str(folder)), hint="name an empty folder or a new one")
    with ExitStack() as stack:
        parts, written = _Parts(folder, stack), 0
        for graph, data in _stretches(reader):
            parts.write(f"{_kind(graph)}-{choice(graph, written) + 1:05}", data)
            written += len(data)
    found = [_finished(part) for _, part in sorted(parts.parts.items())]
    manifest = {"format": FORMAT, "quads": sum(part.quads for part in found), "parts": [asdict(part) for part in found]}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", "utf-8")
    return found


def _stretches(reader: Reader) -> Iterator[tuple[str, bytes]]:
    """All quads as N-Quads, in pieces that must not be cut, each with the graph it is of."""
    for graph in reader.graphs():
        quads = reader.quads(graph)
        while piece := list(islice(quads, None if _is_whole(graph) else STRETCH)):
            yield graph, _nquads(piece)


def _is_whole(graph: str) -> bool:
    """Whether a graph stays in one part: a trial's, and a user's."""
    return not iri.is_owned_graph(graph) or iri.trial_of_graph(graph) is not None


def _kind(graph: str) -> str:
    trial = iri.trial_of_graph(graph)
    return "quarantine" if trial is not None and graph == iri.quarantine_graph(trial) else "part"


def _nquads(quads: list[Quad]) -> bytes:
    return pyoxigraph.serialize(quads, format=RdfFormat.N_QUADS) or b""


def _finished(part: _Open) -> Part:
    hidden = part.path.with_name(f".{part.path.name}")
    with hidden.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    hidden.replace(part.path)
    return Part(part.path.name, part.quads, part.bytes, digest)
