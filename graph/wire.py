"""What the service and a reader process say to each other over their socket.

A reader that has started says READY. Then the service sends a `Request`, and the reader answers with frames: a small
answer is one WHOLE; a larger one is a HEAD, DATA as it comes, and an END; in place of any of them an ERROR may come,
and is the last. A frame is one byte of kind, four bytes of length (big endian) and that many bytes. READY, HEAD, END
and ERROR are JSON objects; WHOLE is a length, the object of HEAD and END together, and the bytes. The service is
trusted by the reader, so requests are pickled; what comes back is bytes and JSON alone.
"""

import pickle
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode

Term: TypeAlias = NamedNode | BlankNode | Literal

FRAME = struct.Struct(">cI")
LENGTH = struct.Struct(">I")
READY, WHOLE, HEAD, DATA, END, ERROR = b"R", b"W", b"H", b"D", b"E", b"X"


@dataclass(frozen=True, slots=True)
class Request:
    """One query for one reader.

    `format` is a name of `graph.formats`, for SELECT and ASK; `graph_format` the same for CONSTRUCT and DESCRIBE.
    `default_graphs` and `named_graphs` are the dataset of the protocol (None: not given). `coding` is `identity`,
    `gzip` or `zstd`. `max_bytes` bounds the answer before compression. `graphs_must_exist` refuses a dataset with a
    graph that is not in the store.
    """

    text: str
    format: str = "json"
    graph_format: str = "ttl"
    base_iri: str | None = None
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    bindings: Mapping[str, Term] = field(default_factory=dict)
    coding: str = "identity"
    max_bytes: int = 1 << 62
    graphs_must_exist: bool = True


_VALUES = attrgetter(*(field.name for field in fields(Request)))


def pack(request: Request, copy: int) -> bytes:
    """The request as it goes over the socket; the published copy of this number must be read, or a newer one."""
    # As a plain tuple: pickle takes ten times as long over an object of ours.
    body = pickle.dumps((copy, *_VALUES(request)), protocol=pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(body)) + body


def unpack(body: bytes) -> tuple[Request, int]:
    """The request and the copy's number back; only ever called in a reader, on what the service sent."""
    copy, *values = pickle.loads(body)  # noqa: S301 (the sender is the process that started us)
    return Request(*values), copy


def whole(report: bytes, body: bytes) -> bytes:
    """The one frame of a small answer."""
    return frame(WHOLE, LENGTH.pack(len(report)) + report + body)


def split_whole(payload: bytes) -> tuple[bytes, bytes]:
    """The report and the bytes of a WHOLE frame."""
    size = LENGTH.unpack_from(payload)[0] + LENGTH.size
    return payload[LENGTH.size : size], payload[size:]


def frame(kind: bytes, payload: bytes = b"") -> bytes:
    """One frame."""
    return FRAME.pack(kind, len(payload)) + payload
