"""The server's HTTP parsing, bounded while bytes come: slow and endless heads, idle connections, too many of them."""

from asyncio import BaseTransport, TimerHandle
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_SECONDS = 15.0
"""The time in which a request's head must have come."""
TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
TOO_SLOW = b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class BoundedHttp(HttpToolsProtocol):
    """uvicorn's protocol with two bounds that it has not: the bytes of a head, and the time that it may take.

    `bounded(max_head)` makes the class for a server; uvicorn makes one object of it for each connection.
    """

    max_head = 64 * 1024

    def connection_made(self, transport: Any) -> None:
        """Start the clock of the first head."""
        super().connection_made(transport)
        self.head_bytes = 0
        self.head_done = False
        self.head_timer: TimerHandle | None = self.loop.call_later(HEAD_SECONDS, self._give_up, TOO_SLOW)

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop the clock."""
        self._stop_clock()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count what comes before a head is complete."""
        if not self.head_done:
            if self.head_timer is None:
                self.head_timer = self.loop.call_later(HEAD_SECONDS, self._give_up, TOO_SLOW)
            self.head_bytes += len(data)
            head_ends = b"\r\n\r\n" in data[: self.max_head]
            if self.head_bytes > self.max_head and not head_ends:
                self._give_up(TOO_LARGE)
                return
        super().data_received(data)

    def on_headers_complete(self) -> None:
        """The head is complete: its clock stops, and the body has bounds of its own."""
        self._stop_clock()
        self.head_done = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is complete; what comes next is another head."""
        self.head_done = False
        self.head_bytes = 0
        super().on_message_complete()

    def _give_up(self, response: bytes) -> None:
        self._stop_clock()
        transport = cast("BaseTransport | None", self.transport)
        if transport is not None and not transport.is_closing():
            self.transport.write(response)
            self.transport.close()

    def _stop_clock(self) -> None:
        if self.head_timer is not None:
            self.head_timer.cancel()
            self.head_timer = None


def bounded(max_head: int) -> type[BoundedHttp]:
    """The protocol with this bound, in bytes."""
    return type("BoundedHttp", (BoundedHttp,), {"max_head": max_head})
