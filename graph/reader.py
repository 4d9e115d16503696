"""One reader process, forked by `graph.nursery`.

It holds one published copy of a store open, takes one query at a time from its socket, and writes the answer back
as it is made, so that an answer of any size passes through a few kilobytes. It has no clock: who waits for it kills
it. It ends when the socket closes or its parent dies, and a memory limit makes it die alone.
"""

import contextlib
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

import orjson
from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    Variable,
)

from graph.confine import confine, cut_off_network
from graph.formats import FORMATS, Format
from graph.guard import Inspection, inspect_query, refuse_file_iri
from graph.publish import Published, pin_current
from graph.sink import Sink
from graph.wire import ERROR, LENGTH, READY, Request, Term, frame, unpack
from ontology.errors import LimitError, RefusedError, TrialGraphError

Answer = QuerySolutions | QueryBoolean | QueryTriples


class AnswerError(Exception):
    """An answer that is not given: `kind` is one that `graph.reader_process.refusal` knows."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(reason)
        self.kind = kind


class Reader:
    """The open copy, and the answering of one request after the other."""

    def __init__(self, root: Path, peer: socket.socket) -> None:
        self.root = root
        self.peer = peer
        self.pin = contextlib.ExitStack()
        self.copy: Published | None = None
        self.store: Store | None = None

    def serve(self) -> None:
        """Answer until the service closes the socket. The current copy is opened first, on nobody's time."""
        with contextlib.suppress(AnswerError):
            self.opened(0)
        self.peer.sendall(frame(READY, orjson.dumps({"used": time.thread_time()})))
        for request, copy in requests(self.peer):
            try:
                self.answer(request, copy)
            except AnswerError as error:
                self.refuse(error.kind, error)
            except RefusedError as error:
                self.refuse("refused", error)
            except LimitError as error:
                self.refuse("depth", error)

    def refuse(self, kind: str, error: Exception) -> None:
        """Tell the service why there is no answer."""
        self.peer.sendall(told(kind, error.reason if isinstance(error, TrialGraphError) else str(error)))

    def answer(self, request: Request, at_least: int) -> None:
        """Answer one request, or raise `AnswerError` before the first byte or in the middle."""
        copy, store = self.opened(at_least)
        started = time.process_time()
        seen = look_at(store, request)
        result = evaluate(store, request)
        chosen = chosen_format(result, request)
        head = {"version": copy.version, "format": chosen.name, "kind": kind_of(result), "volatile": seen.volatile}
        sink = Sink(self.peer, request, chosen, head)
        with engine_errors(sink):
            write(result, sink, chosen)
        sink.end(time.process_time() - started)

    def opened(self, at_least: int) -> tuple[Published, Store]:
        """The copy that this reader holds, changed for the current one when the request is of a newer."""
        if self.copy is None or self.store is None or self.copy.number < at_least:
            self.store = None
            self.pin.close()
            try:
                self.copy = self.pin.enter_context(pin_current(self.root))
                self.store = Store.read_only(str(self.copy.path))
            except (TrialGraphError, OSError) as error:
                raise AnswerError("store", str(error)) from error
        return self.copy, self.store


def told(kind: str, reason: str) -> bytes:
    """The frame that says why there is no answer, or no more of it."""
    return frame(ERROR, orjson.dumps({"kind": kind, "reason": reason}))


def requests(peer: socket.socket) -> Iterator[tuple[Request, int]]:
    """The requests as they come, until the other side closes."""
    with peer.makefile("rb") as stream:
        while len(length := stream.read(LENGTH.size)) == LENGTH.size:
            yield unpack(stream.read(LENGTH.unpack(length)[0]))


def look_at(store: Store, request: Request) -> Inspection:
    """Refuse what a query must not do, and a dataset with a graph that the store has not: nothing is ever fetched.

    Raises:
        RefusedError: SERVICE, a file IRI.
        LimitError: too deep.
        AnswerError: the graph is absent.
    """
    seen = inspect_query(request.text)
    given = (*(request.default_graphs or ()), *(request.named_graphs or ()))
    for name in given:
        refuse_file_iri(name)
    if request.graphs_must_exist:
        for name in (*seen.dataset, *given):
            if not store.contains_named_graph(NamedNode(name)):
                raise AnswerError("absent", f"there is no graph <{name}> in this store")
    return seen


def evaluate(store: Store, request: Request) -> Answer:
    """Parse and start the query. The engine is lazy: most of the work is done while the answer is written.

    Where the protocol names any graph, the dataset is made of the named ones alone (SPARQL 1.1 Protocol, 2.1.4).
    """
    bindings: dict[Variable, Term | Triple] = {Variable(name): term for name, term in request.bindings.items()}
    given = request.default_graphs is not None or request.named_graphs is not None
    with engine_errors():
        return store.query(
            request.text,
            base_iri=request.base_iri,
            default_graph=[NamedNode(name) for name in request.default_graphs or ()] if given else None,
            named_graphs=[NamedNode(name) for name in request.named_graphs or ()] if given else None,
            substitutions=bindings or None,
        )


@contextlib.contextmanager
def engine_errors(sink: Sink | None = None) -> Iterator[None]:
    """Turn what the engine raises into one `AnswerError`."""
    try:
        yield
    except SyntaxError as error:
        raise AnswerError("syntax", str(error)) from error
    except BrokenPipeError:
        raise
    except (OSError, ValueError, RuntimeError) as error:
        kind = "size" if sink is not None and sink.over else "engine"
        raise AnswerError(kind, str(error)) from error


def write(result: Answer, sink: Sink, chosen: Format) -> None:
    """Let the engine write its answer; it asks no more of a file than `write` and `flush`."""
    output = cast("IO[bytes]", sink)
    if isinstance(result, QueryTriples):
        result.serialize(output, cast("RdfFormat", chosen.engine))
    else:
        result.serialize(output, cast("QueryResultsFormat", chosen.engine))


def chosen_format(result: Answer, request: Request) -> Format:
    """The format for this form of query, as the client negotiated it."""
    name = request.graph_format if isinstance(result, QueryTriples) else request.format
    if not name:
        raise AnswerError("unacceptable", kind_of(result))
    return FORMATS[name]


def kind_of(result: Answer) -> str:
    """`triples`, `boolean` or `solutions`."""
    if isinstance(result, QueryTriples):
        return "triples"
    return "boolean" if isinstance(result, QueryBoolean) else "solutions"


def run(descriptor: int, root: str, memory_bytes: str) -> None:
    """All that the process does: answer over the socket with this descriptor, from the store in this folder."""
    confine(int(memory_bytes))
    cut_off_network()
    with socket.socket(fileno=descriptor) as peer, contextlib.suppress(BrokenPipeError, ConnectionResetError):
        Reader(Path(root), peer).serve()
