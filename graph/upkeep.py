"""Care for a store in a folder: a copy of it elsewhere, and its files made small again."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from graph import publish, texts
from graph.oxigraph import EmbeddedStore, open_published
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
    """Merge a store's files, and drop what nothing refers to any more: its size in bytes, before and after.

    Old published copies go as well, but for those that a reader holds.
    """
    root = Path(store.location)
    publish.check_format(root)
    before = size_of(root)
    with store.writer() as writer:
        writer.changing()  # what is published has other files, if not other triples
        writer.compact()
        writer.publish()
        publish.collect(root, keep=1)
    return before, size_of(root)


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
