"""The way of an answer out of a reader process: counted, bounded, compressed, in chunks."""

import socket
import time
import zlib
from collections.abc import Mapping
from typing import Protocol, cast

import orjson
import zstandard

from graph.formats import Format
from graph.wire import DATA, END, HEAD, Request, frame, whole

CHUNK = 64 * 1024
NO_BINDINGS = b'"bindings":[]}}'
SMALL = 8 * 1000
"""The serialiser writes 8 KiB at a time, so up to here an answer is one write, at its end."""


class Encoder(Protocol):
    """A content coding that works on a stream; zlib's and zstandard's compressors are of this form."""

    def compress(self, data: bytes, /) -> bytes:
        """What can be given of the input so far."""

    def flush(self) -> bytes:
        """The rest."""


class Sink:
    """Where the engine's serialiser writes.

    A small answer leaves whole, with its end; a larger one in chunks, of which the first does not wait to be full.
    """

    def __init__(self, peer: socket.socket, request: Request, chosen: Format, head: Mapping[str, object]) -> None:
        self.peer = peer
        self.encoder = encoder(request.coding)
        self.max_bytes = request.max_bytes
        self.format = chosen
        self.head = head
        self.pending = bytearray()
        self.started = False
        self.size = 0
        self.marks = 0
        self.tail = b""
        self.empty = False
        self.over = False

    def write(self, data: bytes) -> int:
        """Take what the serialiser has; raises `OSError` once the answer is larger than it may be."""
        self.size += len(data)
        if self.size > self.max_bytes:
            self.over = True
            raise OSError("the answer is larger than it may be")
        self.count(data)
        self.pending += self.encoder.compress(data) if self.encoder else data
        if len(self.pending) >= CHUNK or (self.size > SMALL and not self.started):
            self.send()
        return len(data)

    def count(self, data: bytes) -> None:
        """Count the row marks, one that stands across two writes too."""
        self.empty = data.endswith(NO_BINDINGS)
        mark = self.format.row_mark
        if not mark:
            return
        self.marks += data.count(mark)
        if len(mark) > 1:
            across = len(mark) - 1
            self.marks += (self.tail + data[:across]).count(mark)
            self.tail = data[-across:]

    def rows(self) -> int | None:
        """The number of rows or triples, as far as marks tell; a line end inside a CSV value counts as a row."""
        if self.head["kind"] == "boolean" or not self.format.row_mark:
            return None
        if self.format.name == "json":
            return 0 if self.empty else self.marks + 1
        return self.marks - 1 if self.format.name in {"csv", "tsv"} else self.marks

    def flush(self) -> None:
        """The serialiser's own flush; the chunks go when they are full."""

    def send(self) -> None:
        """Send what there is, after the head if that has not gone yet."""
        if not self.started:
            self.started = True
            self.peer.sendall(frame(HEAD, orjson.dumps(self.head)))
        if self.pending:
            self.peer.sendall(frame(DATA, bytes(self.pending)))
            self.pending.clear()

    def end(self, cpu: float) -> None:
        """Send what is left, with a report of the whole: bytes, rows, processor seconds."""
        if self.encoder:
            self.pending += self.encoder.flush()
        rows = self.rows()
        report = {"bytes": self.size, "rows": rows, "cpu": round(cpu, 6), "used": time.thread_time()}
        if not self.started:
            self.peer.sendall(whole(orjson.dumps({**self.head, "report": report}), bytes(self.pending)))
            return
        self.send()
        self.peer.sendall(frame(END, orjson.dumps(report)))


def encoder(coding: str) -> Encoder | None:
    """The compressor of a content coding, or None for `identity`."""
    if coding == "gzip":
        return zlib.compressobj(level=1, wbits=31)
    if coding == "zstd":
        return cast("Encoder", zstandard.ZstdCompressor(level=3).compressobj())
    return None
