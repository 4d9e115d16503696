"""The way of an answer out of a reader process: counted, bounded, compressed, in chunks."""

import json
import socket
import time
import zlib
from typing import Protocol, cast

import zstandard

from graph.wire import DATA, END, Request, frame

CHUNK = 64 * 1024


class Encoder(Protocol):
    """A content coding that works on a stream; zlib's and zstandard's compressors are of this form."""

    def compress(self, data: bytes, /) -> bytes:
        """What can be given of the input so far."""

    def flush(self) -> bytes:
        """The rest."""


class Sink:
    """Where the engine's serialiser writes: counts, compresses, and sends in chunks, the first at once."""

    def __init__(self, peer: socket.socket, request: Request, head: bytes, row_mark: bytes) -> None:
        self.peer = peer
        self.encoder = encoder(request.coding)
        self.max_bytes = request.max_bytes
        self.row_mark = row_mark
        self.pending = bytearray(head)
        self.threshold = 1
        self.size = 0
        self.marks = 0
        self.tail = b""
        self.over = False

    def write(self, data: bytes) -> int:
        """Take what the serialiser has; raises `OSError` once the answer is larger than it may be."""
        self.size += len(data)
        if self.size > self.max_bytes:
            self.over = True
            raise OSError("the answer is larger than it may be")
        self.count(data)
        self.add(self.encoder.compress(data) if self.encoder else data)
        return len(data)

    def count(self, data: bytes) -> None:
        """Count the row marks, one that stands across two writes too."""
        if not self.row_mark:
            return
        across = len(self.row_mark) - 1
        self.marks += data.count(self.row_mark)
        if across:
            self.marks += (self.tail + data[:across]).count(self.row_mark)
            self.tail = data[-across:]

    def flush(self) -> None:
        """The serialiser's own flush; the chunks go when they are full."""

    def add(self, data: bytes) -> None:
        """Queue bytes as they go over the socket, and send when there is a chunk."""
        if data:
            self.pending += frame(DATA, data)
        # The serialiser writes 8 KiB at a time: a whole small answer comes in one write and leaves with its end.
        if len(self.pending) >= self.threshold and self.size > 8000:
            self.peer.sendall(self.pending)
            self.pending.clear()
            self.threshold = CHUNK

    def end(self, cpu: float) -> None:
        """Send what is left, with a report of the whole: bytes, row marks, processor seconds."""
        tail = self.encoder.flush() if self.encoder else b""
        if tail:
            self.pending += frame(DATA, tail)
        report = {"bytes": self.size, "marks": self.marks, "cpu": round(cpu, 6), "used": time.process_time()}
        self.peer.sendall(self.pending + frame(END, json.dumps(report).encode()))


def encoder(coding: str) -> Encoder | None:
    """The compressor of a content coding, or None for `identity`."""
    if coding == "gzip":
        return zlib.compressobj(level=1, wbits=31)
    if coding == "zstd":
        return cast("Encoder", zstandard.ZstdCompressor(level=3).compressobj())
    return None
