"""Our end of one reader process: start it, send it a request, read its frames, kill it."""

import asyncio
import contextlib
import os
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import orjson

from graph.frames import Frames
from graph.nurse import Child, Nurse
from graph.oxigraph import syntax_error
from graph.wire import END, ERROR, WHOLE, Request, pack
from ontology.errors import AbsentGraphError, LimitError, NotAcceptableError, RefusedError, StoreError, TrialGraphError

NICENESS = 10
"""Of a long query, where the kernel has no idle class."""
FORMS = {"solutions": "solutions", "boolean": "true or false", "triples": "triples"}
REFUSALS: dict[str, Callable[[str], TrialGraphError]] = {
    "syntax": syntax_error,
    "refused": lambda reason: RefusedError(reason, hint="ask the graphs of this store alone"),
    "absent": lambda reason: AbsentGraphError(reason, hint="a dataset is made of graphs of this store"),
    "depth": lambda reason: LimitError(reason, limit="query_depth", hint="nest less deeply"),
    "unacceptable": lambda form: NotAcceptableError(f"the answer is {FORMS[form]}: none of its formats is accepted"),
    "rows": lambda reason: LimitError(reason, limit="store_rows", hint="ask for less: LIMIT"),
    "size": lambda reason: LimitError(reason, limit="answer_mb", hint="ask for less: LIMIT, fewer columns, or export"),
}


class ReaderProcess:
    """One process and its socket.

    `killed_for` is why it was killed (`time`, `long`, `closed`), `busy` whether an answer is not yet at its end, and
    `used` the processor time that its main thread had used when its last answer ended.
    """

    def __init__(self, process: Child, frames: Frames) -> None:
        self.process = process
        self.frames = frames
        self.killed_for = ""
        self.busy = False
        self.used = 0.0

    def send(self, request: Request, copy: int) -> None:
        """Hand it a query of this published copy, or a newer one."""
        self.busy = True
        self.frames.send(pack(request, copy))

    async def frame(self) -> tuple[bytes, bytes]:
        """The next frame.

        Raises:
            TrialGraphError: the reader answered with an error, or it has died or was killed.
        """
        try:
            kind, payload = await self.frames.next()
        except ConnectionError:
            raise await self._death() from None
        if kind == ERROR:
            self.busy = False
            raise refusal(**orjson.loads(payload))
        if kind in {END, WHOLE}:
            self.busy = False
        return kind, payload

    def processor_seconds(self) -> float:
        """What its main thread, which runs the queries, has used so far; 0 where the kernel does not tell."""
        with contextlib.suppress(OSError, ValueError):
            return int(Path(f"/proc/{self.process.pid}/schedstat").read_bytes().split()[0]) / 1e9
        return 0.0

    def step_back(self) -> None:
        """Give way to everything else on this machine, from now on: it runs where nothing else wants to, and no longer.

        With a niceness alone it would keep its turn of some milliseconds from a short query that comes meanwhile.
        """
        with contextlib.suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, self.process.pid, NICENESS)
            os.sched_setscheduler(self.process.pid, os.SCHED_IDLE, os.sched_param(0))

    def kill(self, why: str) -> None:
        """Stop it now."""
        self.killed_for = self.killed_for or why
        self.process.kill()

    async def close(self) -> None:
        """Kill it, and wait until nothing of it is left."""
        self.kill("closed")
        self.frames.close()
        await self.process.wait()

    async def _death(self) -> TrialGraphError:
        return death(self.killed_for, await self.process.wait())


async def start_reader(nurse: Nurse) -> ReaderProcess:
    """Start a process over a store, and wait until it is ready.

    Raises:
        OSError: no process can be started.
        StoreError: it ended at once.
    """
    ours, theirs = socket.socketpair()
    with theirs:
        try:
            process = await nurse.reader(theirs)
        except BaseException:
            ours.close()
            raise
    _, frames = await asyncio.get_running_loop().create_connection(Frames, sock=ours)
    reader = ReaderProcess(process, frames)
    try:
        _, ready = await reader.frame()
    except BaseException:
        await reader.close()
        raise
    reader.used = orjson.loads(ready)["used"]
    return reader


def refusal(kind: str, reason: str) -> TrialGraphError:
    """The error that a reader answered with, as one of ours; an unknown kind is the engine's own failure."""
    return REFUSALS.get(kind, StoreError)(reason)


def death(killed_for: str, code: int) -> TrialGraphError:
    """Why a reader has ended before its answer did."""
    if killed_for == "time":
        return LimitError("the query took longer than it may", limit="query_seconds", hint="make it more selective")
    if killed_for == "gone":
        return LimitError("nobody waits for this answer any more", limit="client")
    if killed_for == "long":
        hint = "wait for one of them to end"
        return LimitError("too many long queries are running", limit="long_per_client", hint=hint)
    if code in (-signal.SIGABRT, -signal.SIGKILL) and not killed_for:
        return LimitError("the query needed more memory than it may", limit="query_memory_mb", hint="make it smaller")
    if code == -signal.SIGSEGV:
        hint = "nest less deeply, and chain fewer operators"
        return LimitError("the query is too deep for the engine", limit="query_depth", hint=hint)
    return StoreError(f"the reader of this query ended ({killed_for or code})")
