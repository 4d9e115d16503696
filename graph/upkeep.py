"""Care for a store in a folder: a copy of it elsewhere, and its files made small again."""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

from pyoxigraph import RdfFormat
from pyoxigraph import Store as Engine

from graph import publish, texts
from graph.oxigraph import EmbeddedStore, OxigraphReader, open_published
from graph.texts import TextKey
from ontology.errors import StoreError, UsageError, Where


def backup(root: Path, target: Path) -> None:
    """Copy the state that is current now to another folder, which is then a store by itself.

    Files that never change are hard links where both folders are on one file system, else copies. A writer may be at
    work meanwhile. A copy that was interrupted is no store.

    Raises:
        NotFoundError: there is no store, or nothing in it.
        StoreError: it cannot be read, or the target cannot be written.
        UsageError: the target holds something.
    """
    with publish.pin_current(root) as published:
        if target.exists() and (not target.is_dir() or any(target.iterdir())):
            raise UsageError("there is something already", where=Where(str(target)), hint="name a new folder")
        copy = target / "published" / str(published.number)
        try:
            copy.mkdir(parents=True)
            open_published(published.path).backup(copy / "graph")
            (copy / "in-use").touch()
            _copy_texts(root / texts.FILE, target / texts.FILE)
            (target / "current").write_text(f"{published.number}\n", "ascii")
            shutil.copyfile(root / "format.json", target / "format.json")
        except (OSError, RuntimeError, sqlite3.Error) as error:
            raise StoreError(f"the copy cannot be written: {error}", where=Where(str(target))) from error


def compact(store: EmbeddedStore) -> tuple[int, int]:
    """Write a store's files anew, and drop what nothing refers to any more: its size in bytes, before and after.

    The triples are loaded in bulk into empty files: the engine's own merging leaves files that are less well packed
    than those of a bulk load (142 MB against 82, for the sample records and the vocabulary). Old published copies go
    as well, but for those that a reader holds.

    Raises:
        NotFoundError: there is no store, or nothing in it.
        StoreError: it cannot be read or written, or another writer holds it.
    """
    root = Path(store.location)
    publish.check_format(root)
    before = size_of(root)
    with publish.writer_lock(root), publish.pin_current(root) as published, _as_ours(root):
        source = open_published(published.path)
        copy = publish.next_copy(root)
        _pour(source, Engine(copy / "graph"))
        publish.publish(root, copy)
        entries = OxigraphReader(source, root, published.version).ledger().values()
        texts.drop_unreferenced(root, (TextKey(e.trial, e.content_hash, e.tooling.extractor) for e in entries))
    with publish.writer_lock(root):
        publish.collect(root, keep=1)
    return before, size_of(root)


def _pour(source: Engine, target: Engine) -> None:
    """All of one engine into another, in bulk, through a pipe.

    Raises:
        RuntimeError: not all of it has come through.
    """
    reading, writing = os.pipe()
    with ThreadPoolExecutor(1) as executor, os.fdopen(reading, "rb") as incoming:
        dumped = executor.submit(_dump, source, writing)
        target.bulk_load(incoming, RdfFormat.N_QUADS)
        dumped.result()
    for graph in source.named_graphs():
        if not target.contains_named_graph(graph):  # one that is there and empty
            target.add_graph(graph)
    target.flush()
    if len(source) != len(target):
        raise RuntimeError(f"{len(target)} of {len(source)} quads came through")


def _dump(source: Engine, descriptor: int) -> None:
    with os.fdopen(descriptor, "wb") as outgoing:
        source.dump(outgoing, RdfFormat.N_QUADS)


@contextmanager
def _as_ours(root: Path) -> Iterator[None]:
    """The engine's errors, and the disk's, as ours."""
    try:
        yield
    except (OSError, RuntimeError, SyntaxError) as error:
        raise StoreError(f"the store cannot be written anew: {error}", where=Where(str(root))) from error


def size_of(root: Path) -> int:
    """Bytes on disk, a file with several names once."""
    found = (Path(folder) / name for folder, _, names in os.walk(root) for name in names)
    sizes = {(status.st_dev, status.st_ino): status.st_size for status in map(_status, found) if status}
    return sum(sizes.values())


def _status(path: Path) -> os.stat_result | None:
    """Of a file, or None if it went meanwhile."""
    try:
        return path.stat()
    except FileNotFoundError:
        return None


def _copy_texts(source: Path, target: Path) -> None:
    """The texts as of one moment, whether or not a writer adds some meanwhile."""
    if not source.exists():
        return
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)
