"""When the engine merges its files: behind everything else while a build runs, and to its own rest at the end.

New triples come as new files, and RocksDB merges files as soon as there are two of a kind. While extraction goes on
there is always time for the next small merge, so each triple is written over and over: measured over 12,000 trials,
one trial's load took 6 ms of the processor at first and 10 at last. With the merging threads behind the others it
stays at 5 to 6: files pile up and are merged many at a time, and a large build waits in the end until no more than the
engine is content with are left, for readers pay for each file.
"""

import os
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple, TypeAlias

THREADS = "rocksdb:low"
BEHIND = 19
"""The niceness of the merging threads: they never stand still, as the idle class might on a busy machine."""
LARGE = 256_000_000
"""Bytes of N-Quads from which on the merges that are left are worth waiting for."""
EVERY = 0.25
"""Seconds between two looks at the merging threads."""
QUIET = 4
"""Looks in a row that find them at rest: between two merges they stand still for less than a millisecond."""
KEPT_OPEN = 1024
"""Files that the engine keeps open, and their indexes in memory: up to a megabyte each."""


class Thread(NamedTuple):
    """A thread as `/proc/self/task/ID/stat` has it: whether it waits for work, and the clock ticks that it has used."""

    id: int
    sleeps: bool
    ticks: int


Threads: TypeAlias = tuple[Thread, ...]


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


def rest(threads: Callable[[], Threads], pause: Callable[[float], None] = time.sleep) -> bool:
    """Return once the threads stand still; False, at once, where nothing can be told of them.

    The engine has no word for it. What it has begun it ends, since nothing else is written meanwhile.
    """
    before, quiet = threads(), 0
    while before and quiet < QUIET:
        pause(EVERY)
        after = threads()
        quiet = quiet + 1 if after == before and all(one.sleeps for one in after) else 0
        before = after
    return bool(before)


def merging_threads() -> Threads:
    """Those of this process; none outside Linux."""
    found = []
    for name in sorted(Path("/proc/self/task").glob("*/comm")):
        with suppress(OSError):  # it may have ended since it was listed
            if name.read_text().startswith(THREADS):
                fields = (name.parent / "stat").read_text().rpartition(")")[2].split()
                found.append(Thread(int(name.parent.name), fields[0] == "S", int(fields[11]) + int(fields[12])))
    return tuple(found)
