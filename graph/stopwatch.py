"""The clock of one running query: its time limit, and looks at what it has used of the processor."""

import asyncio
from collections.abc import Awaitable, Callable

from graph.reader_process import ReaderProcess

Gone = Callable[[], Awaitable[None]]
LOOK_EVERY = 0.01
"""Seconds between two looks at a running query; most are answered before the first."""


class Stopwatch:
    """Kills a reader at its time limit, and tells `consider` of the processor time that its query has used.

    `consider` is asked at every look until it returns True. `gone` is awaited from the first look on; once it returns,
    the reader is killed. The clock stands while `pause`d: a client that reads slowly does not use up its query's time.
    """

    def __init__(
        self, seconds: float, reader: ReaderProcess, consider: Callable[[float], bool], gone: Gone | None
    ) -> None:
        self.loop = asyncio.get_running_loop()
        self.reader = reader
        self.consider: Callable[[float], bool] | None = consider
        self.gone = gone
        self.watch: asyncio.Task[None] | None = None
        self.deadline = self.loop.time() + seconds
        self.paused_at: float | None = None
        self.timer = self.loop.call_later(min(LOOK_EVERY, seconds), self._look)

    def pause(self) -> None:
        """Let the clock stand."""
        self.paused_at = self.loop.time()

    def resume(self) -> None:
        """Let it run again."""
        if self.paused_at is not None:
            self.deadline += self.loop.time() - self.paused_at
            self.paused_at = None

    def stop(self) -> None:
        """Nothing happens any more."""
        self.timer.cancel()
        if self.watch:
            self.watch.cancel()

    async def _kill_when_gone(self, gone: Gone) -> None:
        await gone()
        self.reader.kill("gone")

    def _look(self) -> None:
        if self.gone:
            self.watch = self.loop.create_task(self._kill_when_gone(self.gone))
            self.gone = None
        left = self.deadline - self.loop.time()
        if self.paused_at is None and left <= 0:
            self.reader.kill("time")
            return
        if self.consider and self.consider(self.reader.processor_seconds() - self.reader.used):
            self.consider = None
        wait = LOOK_EVERY if self.consider or self.paused_at is not None else left
        self.timer = self.loop.call_later(max(0.001, min(wait, left) if left > 0 else wait), self._look)
