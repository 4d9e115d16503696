"""A pool of killable reader processes over the published copies of a store.

The engine cannot be told to stop, so each query runs in a process that can be killed: at its time limit, when it has
grown too large, or when its client has gone. A process takes one query at a time and is used again.

A query that turns out long steps aside: its process gets what processor time the others leave, another process takes
its place for the next short queries, and each client may have only so many long ones. All of this belongs to one
event loop.
"""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Coroutine
from contextlib import ExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import orjson

from graph.backing import Backing
from graph.nurse import Nurse
from graph.publish import Published
from graph.reader_process import ReaderProcess, start_reader
from graph.stopwatch import Gone, Stopwatch
from graph.wire import END, WHOLE, Request, split_whole
from ontology.errors import LimitError, StoreError

LOOK_AGAIN = 0.25
"""Seconds between two looks at which copy is the current one."""
PROBATION = 0.02
"""Seconds of processor time for a query of a client that has its share of long ones: enough for any small query."""


@dataclass(frozen=True, slots=True)
class PoolLimits:
    """The bounds of a pool, which is one a service process.

    Args:
        readers: processes for queries that are not (yet) long.
        long_queries: how many long queries may run beside them.
        long_per_client: how many of those may be one client's.
        patience: seconds of processor time after which a query is long.
        queue_seconds: how long a query waits for a process.
        memory_bytes: address space of one process.
    """

    readers: int = 4
    long_queries: int = 4
    long_per_client: int = 2
    patience: float = 0.25
    queue_seconds: float = 10.0
    memory_bytes: int = 4 << 30


@dataclass(slots=True)
class Answer:
    """An answer that has begun: what it is of, its bytes as they come, and at its end the reader's report."""

    version: str
    format: str
    kind: str
    volatile: bool
    reader: ReaderProcess
    watch: Stopwatch
    report: dict[str, Any] = field(default_factory=dict)
    whole: bytes | None = None

    async def chunks(self) -> AsyncIterator[bytes]:
        """The bytes, in pieces of at most about 64 KiB. The clock stands while the caller is busy with one.

        Raises:
            LimitError: the answer was cut off by a limit; what was given so far is not all.
            StoreError: the engine failed.
        """
        if self.whole is not None:
            yield self.whole
            return
        while True:
            kind, payload = await self.reader.frame()
            if kind == END:
                self.report = orjson.loads(payload)
                self.reader.used = self.report["used"]
                return
            self.watch.pause()
            yield payload
            self.watch.resume()

    async def read(self) -> bytes:
        """All bytes at once, for answers known to be small."""
        return b"".join([chunk async for chunk in self.chunks()])


class ReaderPool:
    """The processes, and who waits for one."""

    def __init__(self, backing: Backing, limits: PoolLimits) -> None:
        self.backing = backing
        self.limits = limits
        self.nurse = Nurse(backing, limits.memory_bytes)
        self.idle: list[ReaderProcess] = []
        self.started = 0
        self.long: dict[ReaderProcess, str] = {}
        self.waiting: deque[asyncio.Future[ReaderProcess]] = deque()
        self.tasks: set[asyncio.Task[None]] = set()
        self.closed = False
        self.pin = ExitStack()
        self.current: Published | None = None
        self.looked = 0.0

    def published(self) -> Published:
        """The current copy, looked up anew every `LOOK_AGAIN` seconds and kept on disk meanwhile.

        Raises:
            NotFoundError: nothing is published.
            StoreError: the store cannot be read.
        """
        now = asyncio.get_running_loop().time()
        if self.current is None or now - self.looked > LOOK_AGAIN:
            self.looked = now
            if self.current is None or self.backing.number() != self.current.number:
                self._change_copy()
        assert self.current is not None  # noqa: S101
        return self.current

    def look_again(self) -> None:
        """Let the next query look which copy is current: somebody has just written."""
        self.looked = 0.0

    @asynccontextmanager
    async def ask(
        self, request: Request, *, seconds: float, client: str = "", gone: Gone | None = None
    ) -> AsyncIterator[Answer]:
        """Run a query. Leaving the block before the answer's end kills it, and so does `gone` when it returns.

        Raises:
            QuerySyntaxError: it does not parse.
            RefusedError: its dataset names a graph that the store has not.
            LimitError: it hit a limit, or no process became free in time.
            StoreError: the store or the engine failed.
        """
        copy = self.published()
        reader = await self._take()
        watch = Stopwatch(seconds, reader, lambda used: self._consider(reader, client, used), gone)
        try:
            reader.send(request, copy.number)
            yield _begun(*await reader.frame(), reader, watch)
        finally:
            watch.stop()
            self._give_back(reader)

    async def warm(self) -> None:
        """Start all processes, so that the first queries find them ready."""
        self.published()
        for reader in await asyncio.gather(*[self._start() for _ in range(self.limits.readers - self.started)]):
            self._offer(reader)

    async def close(self) -> None:
        """Kill what is left and wait for it."""
        self.closed = True
        for reader in self.long:
            self._discard(reader)
        while self.tasks or self.idle:
            # A task may still bring a process that was being started.
            for reader in self.idle:
                self._discard(reader)
            self.idle.clear()
            await asyncio.gather(*self.tasks)
        await self.nurse.close()
        self.pin.close()

    def _change_copy(self) -> None:
        """Let go of the copy that was current, and hold the one that is."""
        self.pin.close()
        copy = self.pin.enter_context(self.backing.pin())
        if self.current is not None and copy.number < self.current.number:
            # Another store at the same place: what the idle readers hold is of the old one.
            for reader in self.idle:
                self._discard(reader)
            self.started -= len(self.idle)
            self.idle.clear()
        self.current = copy

    async def _take(self) -> ReaderProcess:
        """A process for one query: a waiting one, a new one, or the next that becomes free."""
        while self.idle:
            reader = self.idle.pop()
            if not reader.process.ended.done():
                return reader
            self.started -= 1
            self._discard(reader)
        if self.started < self.limits.readers:
            return await self._start()
        turn = asyncio.get_running_loop().create_future()
        self.waiting.append(turn)
        try:
            return await asyncio.wait_for(turn, self.limits.queue_seconds)
        except TimeoutError:
            hint = "try again in a few seconds"
            raise LimitError("all readers are busy", limit="queue_seconds", hint=hint) from None

    async def _start(self) -> ReaderProcess:
        self.started += 1
        try:
            return await start_reader(self.nurse)
        except OSError as error:
            self.started -= 1
            raise StoreError(f"no reader process can be started: {error}") from error
        except BaseException:
            self.started -= 1
            raise

    def _offer(self, reader: ReaderProcess) -> None:
        """Give a free process to who has waited longest."""
        while self.waiting:
            turn = self.waiting.popleft()
            if not turn.done():
                turn.set_result(reader)
                return
        self.idle.append(reader)

    def _give_back(self, reader: ReaderProcess) -> None:
        """Use a process again if it is as it was before its query; else end it and see that another takes its place."""
        if self.long.pop(reader, None) is not None:
            self._discard(reader)
        elif reader.busy or reader.killed_for or self.closed:
            self.started -= 1
            self._discard(reader)
            self._replace()
        else:
            self._offer(reader)

    def _consider(self, reader: ReaderProcess, client: str, used: float) -> bool:
        """Let a query that turns out long step aside: at once where others wait, else when patience is at its end.

        Who has all the long queries that it may have, gets little patience for another one, and that one is ended.
        """
        share = Counter(self.long.values())[client]
        room = share < self.limits.long_per_client and len(self.long) < self.limits.long_queries
        hurried = bool(self.waiting) if room else share > 0
        if used <= (PROBATION if hurried else self.limits.patience):
            return False
        if not room:
            reader.kill("long")
            return True
        self.long[reader] = client
        reader.step_back()
        self.started -= 1
        self._replace()
        return True

    def _replace(self) -> None:
        if not self.closed:
            self._background(self._start_another())

    async def _start_another(self) -> None:
        if self.started < self.limits.readers:
            # Where none can be started, whoever waits for one is told when the wait is over.
            with suppress(StoreError):
                self._offer(await self._start())

    def _discard(self, reader: ReaderProcess) -> None:
        reader.kill("closed")
        self._background(reader.close())

    def _background(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)


def _begun(kind: bytes, payload: bytes, reader: ReaderProcess, watch: Stopwatch) -> Answer:
    """The answer that a reader's first frame begins."""
    head, body = split_whole(payload) if kind == WHOLE else (payload, None)
    answer = Answer(**orjson.loads(head), reader=reader, watch=watch, whole=body)
    reader.used = answer.report.get("used", reader.used)
    return answer
