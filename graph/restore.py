"""The way back from files of N-Quads, as `export` writes them, into an empty store.

Nothing is published before all of it is in. The shapes are not asked again (`trialgraph validate` does), and the text
of the records is no part of N-Quads: pages show quotes until the next build has read the records.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import RdfFormat
from pyoxigraph import Store as Engine

from extract.model import Failure
from extract.sources.archive import READ_ERRORS, Unpacked, unpack
from extract.sources.limits import BadRecordError, Limits
from extract.sources.streams import Readable
from graph.oxigraph import EmbeddedStore
from graph.parts import FORMAT, MANIFEST
from ontology.errors import SourceError, StoreError, UsageError, Where
from ontology.iri import GRAPHS

CHUNK = 32_000_000
"""Bytes of N-Quads that are loaded at a time."""

STEP = 1 << 20
"""Bytes that are read at a time."""

_UNION_LINE = re.compile(
    rb"^(.+ )<" + re.escape(GRAPHS.encode()) + rb"(?:trial/[^<>]+|vocabulary(?:/[^<>]+)?|derived)> \.$", re.MULTILINE
)
"""A quad of a graph that is part of the union, as `ontology.iri.is_default_graph_part` has it."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What came in."""

    files: int
    quads: int
    trials: int


def restore(sources: Sequence[Path], store: EmbeddedStore) -> Restored:
    """Load files of N-Quads, or folders of parts, into a store that holds nothing.

    Raises:
        UsageError: the store holds something, or a source is not there.
        SourceError: a file cannot be read, is no N-Quads, or is not what its manifest says.
    """
    files = [file for source in sources for file in _files(source)]
    with store.writer() as writer:
        if next(writer.graphs(), None) is not None:
            hint = "import into a new one"
            raise UsageError("the store holds graphs already", where=Where(store.location), hint=hint)
        quads = sum(_load(file, writer.changing()) for file in files)
        return Restored(len(files), quads, len(writer.ledger()))


def _files(source: Path) -> list[Path]:
    if not source.exists():
        raise UsageError("no such file or folder", where=Where(str(source)))
    if not source.is_dir():
        return [source]
    if (source / MANIFEST).exists():
        return _listed(source)
    files = sorted(path for path in source.iterdir() if path.is_file() and not path.name.startswith("."))
    if not files:
        raise SourceError("the folder holds no files", where=Where(str(source)))
    return files


def _listed(folder: Path) -> list[Path]:
    """The files of a manifest, if each is what the manifest says."""
    manifest = folder / MANIFEST
    try:
        content = json.loads(manifest.read_bytes())
        listed = {folder / Path(part["file"]).name: part["sha256"] for part in content["parts"]}
        found = content["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SourceError(f"the manifest cannot be read: {error}", where=Where(str(manifest))) from error
    if found != FORMAT:
        raise SourceError(f"a manifest of format {found}; this version reads {FORMAT}", where=Where(str(manifest)))
    for path, digest in listed.items():
        if not path.is_file():
            raise SourceError("a part of the manifest is missing", where=Where(str(path)))
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != digest:
                raise SourceError("not the file that the manifest lists: its SHA-256 differs", where=Where(str(path)))
    return list(listed)


def _load(path: Path, engine: Engine) -> int:
    """Load one file; the number of its lines."""
    number = 0
    try:
        with path.open("rb") as stream:
            for item in unpack(str(path), stream, Limits()):
                if isinstance(item, Failure):
                    raise item.as_error()
                for lines in _chunks(item):
                    _add(lines, engine)
                    number += lines.count(b"\n")
    except SyntaxError as error:
        raise SourceError(f"no N-Quads: {error.msg}", where=Where(str(path))) from error
    except BadRecordError as error:
        raise error.failure(str(path)).as_error() from error
    except READ_ERRORS as error:
        raise SourceError(f"cannot be read: {error}", where=Where(str(path))) from error
    return number


def _add(lines: bytes, engine: Engine) -> None:
    """Add quads, and to the default graph what belongs to the union.

    Raises:
        SyntaxError: they are no N-Quads.
    """
    union = b"".join(found[1] + b".\n" for found in _UNION_LINE.finditer(lines))
    try:
        engine.bulk_load(lines + b"\n" + union, RdfFormat.N_QUADS)
    except (OSError, RuntimeError) as error:
        raise StoreError(f"the engine failed: {error}") from error


def _chunks(item: Unpacked) -> Iterator[bytes]:
    """Whole lines, so many at a time."""
    pending = bytearray(item.head)
    while True:
        piece = _read(item.rest, max(STEP, CHUNK - len(pending)))
        pending += piece
        end = pending.rfind(b"\n") + 1 if piece else len(pending)
        if end:
            yield bytes(pending[:end])
            del pending[:end]
        if not piece:
            return


def _read(source: Readable, size: int) -> bytes:
    """Up to `size` bytes, at least one unless it is at its end."""
    parts = bytearray()
    while len(parts) < size and (piece := source.read(min(STEP, size - len(parts)))):
        parts += piece
    return bytes(parts)
