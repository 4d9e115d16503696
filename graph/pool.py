"""Work spread over processes, with bounded queues, and with no item able to take others down.

A worker builds its function once: a pipeline takes seconds to build and milliseconds to run. The function takes a list
of items, because a message costs more than many an item, and gives as many results. Processes are spawned, not forked:
a fork would inherit the engine's threads in an unknown state, and with them the writer's lock, which must die with the
writer.
"""

import gc
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import lru_cache
from itertools import chain, islice
from multiprocessing import get_context, parent_process
from typing import Any, TypeVar

from graph.batches import batches

BATCH = 128
"""Items in one message to a worker: as many as extraction reads together (`extract.pipeline.TOGETHER`), so that each of
its components finds its own tables in the processor's cache. With 32 an item takes 3 % longer."""

AHEAD = 3
"""Batches that wait or are worked on, for each worker: two seconds of work and more, longer than the engine loads what
came of the last ones. They take some 80 MB for two workers."""

LIFE = 500
"""Batches that a worker does, about, before new ones take the place of all: whatever a library keeps goes with them.
A worker grew from 298 to 389 MiB over its first 5,000 records and no further in 8,000; this is for what was not seen.
"""

BEHIND = 5
"""The workers' niceness: the one that writes goes first, since all of them wait for it in the end. At the same rank
with two workers on two cores it got half of a core, and they stood still for a fifth of the time."""

Item = TypeVar("Item")
Result = TypeVar("Result")
Factory = Callable[[], Callable[[list[Item]], list[Result]]]


def spread(
    items: Iterable[Item], factory: Factory[Item, Result], *, jobs: int, on_death: Callable[[Item], Result]
) -> Iterator[tuple[Item, Result]]:
    """Each item with its result, in the order of the items.

    Args:
        items: read as far ahead as the workers need, no further.
        factory: makes a worker's function; hashable, and importable by the worker.
        jobs: number of processes; with 1 all is done in this one.
        on_death: the result of an item during which a worker process died.
    """
    if jobs > 1:
        return _in_processes(items, factory, jobs, on_death)
    work = factory()
    return (pair for batch in batches(items, BATCH) for pair in zip(batch, work(batch), strict=True))


def _in_processes(
    items: Iterable[Item], factory: Factory[Item, Result], jobs: int, on_death: Callable[[Item], Result]
) -> Iterator[tuple[Item, Result]]:
    waves = batches(items, BATCH)
    for first in waves:
        yield from _one_generation(chain([first], islice(waves, jobs * LIFE - 1)), factory, jobs, on_death)


def _one_generation(
    waves: Iterator[list[Item]], factory: Factory[Item, Result], jobs: int, on_death: Callable[[Item], Result]
) -> Iterator[tuple[Item, Result]]:
    """The results of these batches, from workers that end with the last one."""
    executor = _executor(jobs)
    waiting: deque[tuple[list[Item], Future[list[Result]]]] = deque()
    try:
        while True:
            for batch in islice(waves, jobs * AHEAD - len(waiting)):
                waiting.append((batch, executor.submit(_run, factory, batch)))
            if not waiting:
                return
            try:
                batch, results = waiting[0][0], waiting[0][1].result()
            except BrokenProcessPool:
                suspects = [item for batch, _ in waiting for item in batch]
                waiting.clear()
                yield from _one_by_one(suspects, factory, on_death)
                executor = _executor(jobs)
            else:
                waiting.popleft()
                yield from zip(batch, results, strict=True)
    finally:
        executor.shutdown(cancel_futures=True)


def _one_by_one(
    items: Sequence[Item], factory: Factory[Item, Result], on_death: Callable[[Item], Result]
) -> Iterator[tuple[Item, Result]]:
    """The items of batches that were lost when a worker died, so that only the guilty one fails."""
    executor = _executor(1)
    for item in items:
        try:
            yield item, executor.submit(_run, factory, [item]).result()[0]
        except BrokenProcessPool:
            yield item, on_death(item)
            executor = _executor(1)
    executor.shutdown()


def _executor(jobs: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_follow_parent)


def _follow_parent() -> None:
    """In a worker: go behind the parent, leave Ctrl-C to it, and end when it ends, however it ends."""
    os.nice(BEHIND)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent,), daemon=True).start()


def _end_after(parent: Any) -> None:
    parent.join()
    os._exit(1)


def _run(factory: Factory[Item, Result], batch: list[Item]) -> list[Result]:
    """A batch's results. No garbage is looked for meanwhile: little lives longer, and the looks took a fifteenth."""
    work = _built(factory)
    gc.disable()
    try:
        return work(batch)
    finally:
        gc.enable()


@lru_cache(maxsize=1)
def _built(factory: Factory[Any, Any]) -> Callable[[list[Any]], list[Any]]:
    return factory()
