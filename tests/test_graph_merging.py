"""The engine's merging threads step back, and a large load ends with them at rest."""

import os
import resource
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import cast

import pytest
from pyoxigraph import Quad, Store

from graph import merging, oxigraph
from graph.oxigraph import EmbeddedStore, OxigraphWriter
from graph.publish import current_number, current_published, pin_current
from graph.store import LedgerEntry, Tooling, TrialState, TrialTriples

LINES = b"".join(b'<https://w3id.org/trialgraph/trial/T/%d> <http://e/says> "word" .\n' % n for n in range(500))


@pytest.fixture(autouse=True)
def small_bulk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oxigraph, "BULK_BYTES", 10_000)


def niceness() -> set[int]:
    """Of the threads that merge, in this process."""
    names = Path("/proc/self/task").glob("*/comm")
    found = [int(name.parent.name) for name in names if name.read_text().startswith(merging.THREADS)]
    return {os.getpriority(os.PRIO_PROCESS, thread) for thread in found}


def trial(number: int) -> TrialTriples:
    entry = LedgerEntry(f"T{number}", "h", "text", "x", TrialState.LOADED, Tooling("1", "v", "s"))
    return TrialTriples(entry, LINES.replace(b"/T/", b"/T%d/" % number))


def copies(folder: Path) -> set[int]:
    """The numbers of the published copies that are there."""
    return {int(copy.name) for copy in (folder / "published").iterdir()}


def load(folder: Path, numbers: Iterable[int] = range(6)) -> int:
    """As many bulk loads; the number of the engine's data files after them."""
    with EmbeddedStore(folder).writer() as writer:
        for number in numbers:
            writer.replace_trials([trial(number)], "https://w3id.org/trialgraph/build/test")
    return len(list(current_published(folder).glob("*.sst")))


@pytest.mark.skipif(sys.platform != "linux", reason="threads have a niceness on Linux alone")
def test_merging_threads_step_back(tmp_path: Path) -> None:
    load(tmp_path / "store")
    assert niceness() == {merging.BEHIND}


def test_a_large_load_ends_with_the_engine_at_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "LARGE", 1000)
    waited: list[merging.Threads] = []

    def rest(threads: Callable[[], merging.Threads]) -> bool:
        waited.append(threads())
        return merging_rest(threads)

    merging_rest = merging.rest
    monkeypatch.setattr(merging, "rest", rest)
    rested = load(tmp_path / "rested")
    assert len(waited) == 1
    monkeypatch.setattr(merging, "LARGE", 10**9)
    as_it_is = load(tmp_path / "as it is")
    assert len(waited) == 1
    assert rested <= as_it_is


def test_where_the_threads_cannot_be_seen_all_is_merged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Engine:
        optimized = 0

        def optimize(self) -> None:
            self.optimized += 1

    monkeypatch.setattr(merging, "LARGE", 0)
    monkeypatch.setattr(merging, "merging_threads", tuple)
    engine = Engine()
    assert OxigraphWriter(cast("Store", engine), tmp_path, "1").settle()
    assert engine.optimized == 1


def test_rest_is_several_looks_that_find_the_same() -> None:
    """A thread that works, sleeps while it waits for the disk, works again, and then stands still."""
    course = [(False, 1), (True, 2), (True, 2), (False, 3), *[(True, 4)] * 9]
    looks = [(merging.Thread(1, sleeps=True, ticks=7), merging.Thread(2, *state)) for state in course]
    pauses: list[float] = []
    left = iter(looks)
    assert merging.rest(lambda: next(left), pauses.append)
    assert pauses == [merging.EVERY] * (4 + merging.QUIET)


def test_nothing_is_waited_for_where_nothing_is_known() -> None:
    assert not merging.rest(tuple, lambda _: pytest.fail("it waited"))


@pytest.mark.skipif(sys.platform != "linux", reason="threads are seen on Linux alone")
def test_the_merging_threads_of_this_process_are_seen(tmp_path: Path) -> None:
    with EmbeddedStore(tmp_path).writer() as writer:
        for number in range(6):
            writer.replace_trials([trial(number)], "https://w3id.org/trialgraph/build/test")
        assert merging.merging_threads()


def test_the_copy_from_before_the_merge_goes_once_nobody_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merging, "LARGE", 0)
    monkeypatch.setattr(merging, "rest", lambda _threads: True)
    load(tmp_path)
    with pin_current(tmp_path) as held:
        load(tmp_path, [6])
        assert held.number < current_number(tmp_path)
        assert {held.number, current_number(tmp_path)} == copies(tmp_path)
    load(tmp_path, [7])
    assert {current_number(tmp_path)} == copies(tmp_path)


def test_a_writer_may_open_as_many_files_as_the_system_allows(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard - 1, hard))
    try:
        load(tmp_path)
        assert resource.getrlimit(resource.RLIMIT_NOFILE) == (hard, hard)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_only_what_the_store_may_hold_is_looked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked_for: list[str] = []
    held = OxigraphWriter._held

    def noted(writer: OxigraphWriter, trial: str) -> Iterator[Quad]:
        looked_for.append(trial)
        return held(writer, trial)

    monkeypatch.setattr(OxigraphWriter, "_held", noted)
    load(tmp_path, [0, 1, 0])
    assert looked_for == ["T0"]
    load(tmp_path, [1, 2])
    assert looked_for == ["T0", "T1"]
