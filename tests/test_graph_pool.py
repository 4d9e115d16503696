"""Work spread over processes."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graph import pool
from graph.pool import AHEAD, BATCH, spread

# Workers import what they run by name, and test modules have none that they could import.
MODULE = """
import gc, os, signal

def pid_maker():
    return lambda numbers: [os.getpid() for number in numbers]

def square_maker():
    return lambda numbers: [number * number for number in numbers]

def deadly_maker():
    def work(numbers):
        if any(number % 50 == 7 for number in numbers):
            os.kill(os.getpid(), signal.SIGKILL)
        return numbers
    return work

def collecting_maker():
    return lambda numbers: [gc.isenabled() for number in numbers]
"""


@pytest.fixture
def makers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    (tmp_path / "pool_makers.py").write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "pool_makers", raising=False)
    return importlib.import_module("pool_makers")


def died(number: int) -> int:
    return -number


@pytest.mark.parametrize("jobs", [1, 2])
def test_results_come_in_the_order_of_the_items(makers: Any, jobs: int) -> None:
    found = list(spread(range(100), makers.square_maker, jobs=jobs, on_death=died))
    assert found == [(number, number * number) for number in range(100)]


def test_workers_are_replaced_after_their_share(makers: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "LIFE", 2)
    found = list(spread(range(BATCH * 6), makers.pid_maker, jobs=2, on_death=died))
    first, second = {pid for _, pid in found[: BATCH * 4]}, {pid for _, pid in found[BATCH * 4 :]}
    assert [number for number, _ in found] == list(range(BATCH * 6))
    assert not first & second


def test_a_dead_worker_costs_one_item(makers: Any) -> None:
    found = dict(spread(range(BATCH + 20), makers.deadly_maker, jobs=2, on_death=died))
    assert len(found) == BATCH + 20
    assert {number for number, result in found.items() if result != number} == {7, 57, 107}


def test_no_garbage_is_looked_for_within_a_batch(makers: Any) -> None:
    found = dict(spread(range(BATCH + 1), makers.collecting_maker, jobs=2, on_death=died))
    assert set(found.values()) == {False}


def test_no_more_is_read_than_the_workers_need(makers: Any) -> None:
    read = []

    def items() -> Iterator[int]:
        for number in range(10_000):
            read.append(number)
            yield number

    results = spread(items(), makers.square_maker, jobs=2, on_death=died)
    next(results)
    assert len(read) <= 2 * AHEAD * BATCH
    results.close()  # type: ignore[attr-defined]


def test_an_error_in_the_source_reaches_the_caller(makers: Any) -> None:
    def items() -> Iterator[int]:
        yield 1
        raise OSError(5, "gone")

    with pytest.raises(OSError, match="gone"):
        list(spread(items(), makers.square_maker, jobs=2, on_death=died))
