"""The service's way to write: a token, one write at a time, in a process that its time limit can kill."""

import asyncio
import json
import pickle
from asyncio.subprocess import Process
from contextlib import suppress
from typing import Any

from api.messages import Scope
from api.security import require_token
from graph.backing import Command
from graph.readers import ReaderPool
from graph.wire import LENGTH
from graph.writes import Job
from ontology import errors
from ontology.errors import LimitError, QuerySyntaxError, StoreError, TrialGraphError

NOTHING = "nothing was written; write less at a time"
KINDS: dict[str, type[TrialGraphError]] = {
    kind.__name__: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, TrialGraphError)
}


class Writer:
    """Writes to a store on behalf of who has the token."""

    def __init__(self, pool: ReaderPool, token: str | None, seconds: float, memory_bytes: int) -> None:
        self.pool = pool
        self.token = token
        self.seconds = seconds
        self.memory_bytes = memory_bytes
        self.turn = asyncio.Lock()
        self.process: Process | None = None

    def allow(self, scope: Scope) -> None:
        """Nothing, if the request may write; raises as `api.security.require_token`."""
        require_token(scope, self.token)

    async def write(self, job: Job) -> bool:
        """Do a job, and let the next reader see it; True where a graph came to be.

        Raises:
            LimitError: it took too long or too much memory; nothing was written.
            TrialGraphError: whatever `graph.writes` raises.
        """
        async with self.turn:
            report = json.loads(await self._report(job))
            if "error" in report:
                # What failed may still hold the engine open in there; the next job gets a process of its own.
                await self.close()
        if "error" in report:
            raise error_of(report)
        self.pool.look_again()
        return bool(report["created"])

    async def close(self) -> None:
        """End the process, if there is one."""
        process, self.process = self.process, None
        if process is not None:
            if process.returncode is None:
                process.kill()
            await process.communicate()

    async def _report(self, job: Job) -> bytes:
        process = self.process = self.process or await start_writer(self.pool.backing.writer(self.memory_bytes))
        body = pickle.dumps(job)
        try:
            async with asyncio.timeout(self.seconds):
                line = await exchange(process, LENGTH.pack(len(body)) + body)
        except TimeoutError:
            await self.close()
            raise LimitError("the write took longer than it may", limit="query_seconds", hint=NOTHING) from None
        except BaseException:
            await self.close()
            raise
        if not line:
            await self.close()
            raise LimitError("the write needed more memory than it may", limit="query_memory_mb", hint=NOTHING)
        return line


async def start_writer(command: Command) -> Process:
    """A process that takes jobs."""
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(*command.arguments, stdin=pipe, stdout=pipe, env=command.environment)


async def exchange(process: Process, message: bytes) -> bytes:
    """The line that answers a message; empty where the process has died of it."""
    if process.stdin is None or process.stdout is None:
        return b""
    process.stdin.write(message)
    with suppress(ConnectionError):
        await process.stdin.drain()
    return await process.stdout.readline()


def error_of(report: dict[str, Any]) -> TrialGraphError:
    """The error that a report tells of."""
    kind = KINDS.get(report["error"], StoreError)
    if issubclass(kind, QuerySyntaxError):
        return kind(report["reason"], line=report["line"], column=report["column"])
    if issubclass(kind, LimitError):
        return kind(report["reason"], limit=report["limit"], hint=report["hint"])
    return kind(report["reason"], hint=report["hint"])
