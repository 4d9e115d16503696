"""What the service and a reader process say to each other over their socket.

The service sends a `Request`; the reader answers with frames: one HEAD, DATA as it comes, and one END or ERROR.
A frame is one byte of kind, four bytes of length (big endian) and that many bytes. The service is trusted by the
reader, so requests are pickled; what comes back is bytes and JSON alone.
"""

import pickle
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, cast

from pyoxigraph import BlankNode, Literal, NamedNode

Term: TypeAlias = NamedNode | BlankNode | Literal

FRAME = struct.Struct(">cI")
LENGTH = struct.Struct(">I")
HEAD, DATA, END, ERROR = b"H", b"D", b"E", b"X"


@dataclass(frozen=True, slots=True)
class Request:
    """One query for one reader.

    `format` is a name of `graph.formats`, for SELECT and ASK; `graph_format` the same for CONSTRUCT and DESCRIBE.
    `default_graphs` and `named_graphs` are the dataset of the protocol (None: not given). `coding` is `identity`,
    `gzip` or `zstd`. `copy` is the number of the published copy that must be read, or a newer one. `max_bytes` bounds
    the answer before compression. `graphs_must_exist` refuses a dataset with a graph that is not in the store.
    """

    text: str
    format: str = "json"
    graph_format: str = "ttl"
    base_iri: str | None = None
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None
    bindings: Mapping[str, Term] = field(default_factory=dict)
    coding: str = "identity"
    copy: int = 0
    max_bytes: int = 1 << 62
    graphs_must_exist: bool = True


def pack(request: Request) -> bytes:
    """The request as it goes over the socket."""
    body = pickle.dumps(request, protocol=pickle.HIGHEST_PROTOCOL)
    return LENGTH.pack(len(body)) + body


def unpack(body: bytes) -> Request:
    """The request back; only ever called in a reader, on what the service sent."""
    return cast("Request", pickle.loads(body))  # noqa: S301 (the sender is the process that started us)


def frame(kind: bytes, payload: bytes = b"") -> bytes:
    """One frame."""
    return FRAME.pack(kind, len(payload)) + payload
