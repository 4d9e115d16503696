"""When the engine merges its files: behind everything else while a build runs, and once at the end of a large one.

New triples come as new files, and RocksDB merges files as soon as there are two of a kind. While extraction goes on
there is always time for the next small merge, so each triple is written over and over: measured over 12,000 trials,
one trial's load took 6 ms of the processor at first and 10 at last. With the merging threads behind the others it
stays at 5 to 6: files pile up and are merged many at a time, and what is left is merged when the build is through,
for readers pay for each file.
"""

import os
import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

THREADS = "rocksdb:low"
BEHIND = 19
"""The niceness of the merging threads: they never stand still, as the idle class might on a busy machine."""
LARGE = 256_000_000
"""Bytes of N-Quads from which on a final merge is worth its time."""
KEPT_OPEN = 1024
"""Files that the engine keeps open, and their indexes in memory: up to a megabyte each."""
SHARE = 4
"""... if they are at least this part of what the store holds: a merge goes over all of it."""


def step_back() -> None:
    """Put the merging threads of this process behind its others; outside Linux threads have no niceness."""
    if sys.platform != "linux":
        return
    for name in Path("/proc/self/task").glob("*/comm"):
        # A thread may end while it is looked at, and one that was put further back may not be put forward again.
        with suppress(OSError):
            if name.read_text().startswith(THREADS):
                os.setpriority(os.PRIO_PROCESS, int(name.parent.name), BEHIND)


@contextmanager
def open_files() -> Iterator[None]:
    """Open the engine within this block: it keeps so many files open as the process may have by then.

    Of each it keeps the index in memory, so they are few; but those that wait to be merged are read all at once, so
    after the block the process may open as many as the system allows.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    _allow_files(KEPT_OPEN if soft == resource.RLIM_INFINITY else min(soft, KEPT_OPEN), hard)
    try:
        yield
    finally:
        _allow_files(hard, hard)


def _allow_files(soft: int, hard: int) -> None:
    with suppress(OSError, ValueError):  # some systems set a bound below the one that they name
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def is_due(loaded: int, folder: Path) -> bool:
    """Whether so many bytes of N-Quads, loaded into a store of this folder, call for a final merge."""
    if loaded < LARGE:
        return False
    held = 0
    for file in folder.glob("*.sst"):
        with suppress(FileNotFoundError):  # the engine may have merged it away since it was listed
            held += file.stat().st_size
    return loaded * SHARE >= held
