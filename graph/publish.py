"""The folder of an embedded store: one writer's private copy, and the immutable copies that readers see.

    STORE/format.json       the version of this layout
    STORE/lock              held (flock) by the one writer
    STORE/current           the number of the published copy that readers open
    STORE/published/<n>/    one published copy: `graph/` is the engine's folder, `in-use` is what its readers hold
    STORE/work/             the writer's copy; what is left of it after a crash is thrown away
    STORE/texts.sqlite      the text of records, for pages (`graph.texts`)

A copy is never written again once it is published, and `current` is replaced by an atomic rename. So a reader sees
the graph as of one moment, and a killed writer leaves the last published state. Copies share their files by hard
links; one that nobody holds is removed when a newer one is published.
"""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ontology.errors import NotFoundError, StoreBusyError, StoreError, Where

FORMAT_VERSION = 1
KEEP_COPIES = 2
"""How many of the newest published copies stay even when nobody reads them."""

_FIRST_FILES = {"lock", ".format.json"}
"""What a writer leaves that was killed before the folder was a store."""


@dataclass(frozen=True, slots=True)
class Published:
    """One published copy: its number, the engine's folder, and a version that no other copy ever has."""

    number: int
    path: Path
    version: str


def current_published(root: Path) -> Path:
    """The engine's folder of the copy that is current now.

    Nothing keeps it from being removed later; a reader that stays uses `pin_current`.

    Raises:
        NotFoundError: there is no store at `root`, or nothing was published in it yet.
        StoreError: the store has another format, or cannot be read.
    """
    return _graph_folder(root, current_number(root))


def current_number(root: Path) -> int:
    """The number of the current copy; it grows with every publication. Raises like `current_published`."""
    check_format(root)
    try:
        return int((root / "current").read_text("ascii"))
    except FileNotFoundError:
        raise NotFoundError("the store is empty", where=Where(str(root)), hint="`trialgraph build` fills it") from None
    except (OSError, ValueError) as error:
        raise StoreError(f"`current` cannot be read: {error}", where=Where(str(root))) from error


@contextmanager
def pin_current(root: Path) -> Iterator[Published]:
    """The current copy, kept on disk until the block ends. Raises like `current_published`."""
    while True:
        number = current_number(root)
        lock = _shared_lock(_in_use(root, number))
        if lock is not None:
            break
    try:
        yield Published(number, _graph_folder(root, number), f"{number}-{os.fstat(lock).st_mtime_ns:x}")
    finally:
        os.close(lock)


@contextmanager
def writer_lock(root: Path, *, older: bool = False) -> Iterator[None]:
    """The right to write, until the block ends or the process dies; makes the folder if there is none.

    Args:
        root: the folder.
        older: take a store of an older format as well, whose content is to be replaced.

    Raises:
        StoreBusyError: another writer holds it.
        StoreError: the folder cannot be made or written, or is something else than a store.
    """
    _prepare(root, older=older)
    try:
        lock = os.open(root / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        raise _unwritable(root, error) from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            hint = "wait until it has ended; readers are not held up"
            raise StoreBusyError("another writer is at work", where=Where(str(root)), hint=hint) from None
        yield
    finally:
        os.close(lock)


def work_folder(root: Path) -> Path:
    """Where the writer's copy is."""
    return root / "work"


def fresh_work(root: Path) -> Path:
    """Where the writer's copy goes, with whatever a killed writer left there removed. Needs the writer's lock."""
    work = work_folder(root)
    try:
        for leftover in (work, *root.glob("published/.*")):
            if leftover.exists():
                shutil.rmtree(leftover)
    except OSError as error:
        raise _unwritable(root, error) from error
    return work


def next_copy(root: Path) -> Path:
    """An empty folder, not yet visible, in which the next copy is made. Needs the writer's lock."""
    folder = root / "published" / f".{_newest(root) + 1}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "in-use").touch()
    return folder


def publish(root: Path, copy: Path) -> int:
    """Make a finished `next_copy` the current one, remove old ones, and return its number."""
    number = int(copy.name.removeprefix("."))
    copy.rename(copy.with_name(str(number)))
    _write_atomically(root / "current", f"{number}\n")
    if format_of(root) != FORMAT_VERSION:
        _write_format(root)
    collect(root, keep=KEEP_COPIES)
    return number


def collect(root: Path, *, keep: int) -> None:
    """Remove the published copies that are neither among the newest nor held by a reader. Needs the writer's lock."""
    numbers = sorted(int(entry.name) for entry in (root / "published").iterdir() if entry.name.isdecimal())
    for number in numbers[:-keep]:
        _remove_unless_held(root / "published" / str(number))


def check_format(root: Path) -> None:
    """Nothing, if `root` is a store of the format that this version reads; else as `current_published` raises."""
    found = format_of(root)
    if found == FORMAT_VERSION:
        return
    reason = f"the store has format {found}, and this version reads format {FORMAT_VERSION}"
    hint = "use the version that wrote it, or a newer one; or build into a new folder"
    if _is_older(found):
        hint = "`trialgraph build --rebuild SOURCE...` makes it anew"
    raise StoreError(reason, where=Where(str(root / "format.json")), hint=hint)


def is_readable(root: Path) -> bool:
    """Whether there is a store of the format that this version reads."""
    with suppress(NotFoundError, StoreError):
        return format_of(root) == FORMAT_VERSION
    return False


def format_of(root: Path) -> object:
    """The format that a store says it has: a number, unless something else wrote it. Raises like `check_format`."""
    try:
        return json.loads((root / "format.json").read_bytes())["format"]
    except (FileNotFoundError, NotADirectoryError):
        raise NotFoundError("no store here", where=Where(str(root)), hint="`trialgraph build` makes one") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"`format.json` cannot be read: {error}", where=Where(str(root))) from error


def _is_older(found: object) -> bool:
    return isinstance(found, int) and found < FORMAT_VERSION


def _prepare(root: Path, *, older: bool) -> None:
    try:
        root.mkdir(parents=True, exist_ok=True)
        if not (root / "format.json").exists():
            if any(entry.name not in _FIRST_FILES for entry in root.iterdir()):
                hint = "name an empty folder or a new one"
                raise StoreError("the folder holds something else than a store", where=Where(str(root)), hint=hint)
            _write_format(root)
    except OSError as error:
        raise _unwritable(root, error) from error
    if not (older and _is_older(format_of(root))):
        check_format(root)


def _write_format(root: Path) -> None:
    _write_atomically(root / "format.json", json.dumps({"format": FORMAT_VERSION}) + "\n")


def _unwritable(root: Path, error: OSError) -> StoreError:
    return StoreError(f"the store cannot be written: {error.strerror or error}", where=Where(str(root)))


def _graph_folder(root: Path, number: int) -> Path:
    return root / "published" / str(number) / "graph"


def _in_use(root: Path, number: int) -> Path:
    return root / "published" / str(number) / "in-use"


def _newest(root: Path) -> int:
    numbers = [int(entry.name) for entry in (root / "published").glob("*") if entry.name.isdecimal()]
    return max(numbers, default=0)


def _shared_lock(path: Path) -> int | None:
    """A shared lock on a copy, or None if the copy was removed before we held it."""
    try:
        lock = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    fcntl.flock(lock, fcntl.LOCK_SH)
    if os.fstat(lock).st_nlink and path.exists():
        return lock
    os.close(lock)
    return None


def _remove_unless_held(copy: Path) -> None:
    with suppress(OSError):
        lock = os.open(copy / "in-use", os.O_RDONLY | os.O_CLOEXEC)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            gone = copy.with_name(f".{copy.name}")
            copy.rename(gone)
        finally:
            os.close(lock)
        shutil.rmtree(gone)


def _write_atomically(path: Path, text: str) -> None:
    """Replace a small file so that a crash leaves the old one or the new one."""
    temporary = path.with_name(f".{path.name}")
    with temporary.open("w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
