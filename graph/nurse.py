"""Our end of the process that forks readers (`graph.nursery`): ask for one, learn how it ended, kill it for certain."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
from collections import deque

from graph.backing import Backing
from graph.nursery import MESSAGE

LOST = -signal.SIGKILL
"""How a reader is taken to have ended whose nursery has died: it went with it."""


class Child:
    """One reader process. It is killed by a handle, not by its number, which may be another's by then."""

    def __init__(self, pid: int, ended: asyncio.Future[int]) -> None:
        self.pid = pid
        self.ended = ended
        try:
            self.handle: int | None = os.pidfd_open(pid)
        except ProcessLookupError:
            self.handle = None

    def kill(self) -> None:
        """Kill it now."""
        if self.handle is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self.handle, signal.SIGKILL)

    async def wait(self) -> int:
        """Its exit code, once it has ended."""
        code = await asyncio.shield(self.ended)
        if self.handle is not None:
            os.close(self.handle)
            self.handle = None
        return code


class Nurse:
    """Starts the nursery when the first reader is asked for, and again where it has died."""

    def __init__(self, backing: Backing, memory_bytes: int) -> None:
        self.backing = backing
        self.memory_bytes = memory_bytes
        self.processes: list[subprocess.Popen[bytes]] = []
        self.control: socket.socket | None = None
        self.expected: deque[asyncio.Future[Child]] = deque()
        self.living: dict[int, asyncio.Future[int]] = {}

    async def reader(self, theirs: socket.socket) -> Child:
        """A new reader at the other end of this socket.

        Raises:
            OSError: none can be started.
        """
        control = self.control or self._start()
        child: asyncio.Future[Child] = asyncio.get_running_loop().create_future()
        self.expected.append(child)
        try:
            socket.send_fds(control, [b"reader"], [theirs.fileno()])
        except OSError:
            self.expected.remove(child)
            self._lose()
            raise
        return await asyncio.shield(child)

    async def close(self) -> None:
        """End the nursery, and with it what readers there are."""
        self._lose()
        for process in self.processes:
            await asyncio.to_thread(process.wait)

    def _start(self) -> socket.socket:
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            command = self.backing.nursery(theirs.fileno(), self.memory_bytes)
            null = subprocess.DEVNULL
            process = subprocess.Popen(
                command.arguments, env=command.environment, pass_fds=[theirs.fileno()], stdin=null, stdout=null
            )
        self.processes = [one for one in self.processes if one.poll() is None] + [process]
        ours.setblocking(False)  # noqa: FBT003 - the form that the socket has
        self.control = ours
        asyncio.get_running_loop().add_reader(ours.fileno(), self._told)
        return ours

    def _told(self) -> None:
        """Read what the nursery tells."""
        while self.control is not None:
            try:
                message = self.control.recv(MESSAGE)
            except BlockingIOError:
                return
            except OSError:
                message = b""
            if not message:
                self._lose()
                return
            self._note(**json.loads(message))

    def _note(self, born: int = 0, died: int = 0, code: int = 0) -> None:
        if born:
            ended = self.living[born] = asyncio.get_running_loop().create_future()
            child = Child(born, ended)
            waiting = self.expected.popleft()
            if waiting.cancelled():
                child.kill()
            else:
                waiting.set_result(child)
        elif died in self.living:
            self.living.pop(died).set_result(code)

    def _lose(self) -> None:
        """Let go of the nursery; whoever waits for it or for a reader of it is told."""
        control, self.control = self.control, None
        if control is not None:
            asyncio.get_running_loop().remove_reader(control.fileno())
            control.close()
        while self.expected:
            waiting = self.expected.popleft()
            if not waiting.done():
                waiting.set_exception(ConnectionError("the process that starts readers has ended"))
        for ended in self.living.values():
            ended.set_result(LOST)
        self.living.clear()
