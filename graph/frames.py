"""The service's end of a reader's socket: frames as they come, straight from the event loop's transport."""

import asyncio
from collections import deque
from typing import cast

from graph.wire import FRAME

FULL = 1 << 20
"""Bytes that wait for whoever reads an answer; from here on its reader must wait, too."""

Frame = tuple[bytes, bytes]


class Frames(asyncio.Protocol):
    """A queue of frames. One task at a time waits for the next; the other side's end is a `ConnectionError`."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport | None = None
        self.buffer = bytearray()
        self.frames: deque[Frame] = deque()
        self.held = 0
        self.waiting: asyncio.Future[None] | None = None
        self.ended = False
        self.paused = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Remember the transport."""
        self.transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Cut what has come into frames."""
        self.buffer += data
        start, size = 0, len(self.buffer)
        while size - start >= FRAME.size:
            kind, length = FRAME.unpack_from(self.buffer, start)
            end = start + FRAME.size + length
            if end > size:
                break
            self.frames.append((kind, bytes(self.buffer[start + FRAME.size : end])))
            self.held += length
            start = end
        del self.buffer[:start]
        if self.held > FULL and self.transport is not None and not self.paused:
            self.paused = True
            self.transport.pause_reading()
        if self.frames:
            self._wake()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell whoever waits."""
        del exc
        self.ended = True
        self._wake()

    async def next(self) -> Frame:
        """The next frame.

        Raises:
            ConnectionError: there is none, and none will come.
        """
        while not self.frames:
            if self.ended:
                raise ConnectionError("the reader has ended")
            self.waiting = asyncio.get_running_loop().create_future()
            await self.waiting
        kind, payload = self.frames.popleft()
        self.held -= len(payload)
        if self.paused and self.held < FULL // 2 and self.transport is not None:
            self.paused = False
            self.transport.resume_reading()
        return kind, payload

    def send(self, data: bytes) -> None:
        """Send a request; they are small, and go one at a time."""
        if self.transport is not None:
            self.transport.write(data)

    def close(self) -> None:
        """Close the socket."""
        if self.transport is not None:
            self.transport.close()

    def _wake(self) -> None:
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_result(None)
