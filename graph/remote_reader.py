"""One reader process over a remote store, forked by `graph.nursery`.

It takes requests and gives answers as `graph.reader` does, and is killed as that one is; its query then loses its
connection, which tells the remote store as much as HTTP can. Solutions come as JSON and triples as N-Triples, and are
written in the format that the client asked for, so a store's own dialect of a format reaches nobody.
"""

import contextlib
import socket
import time
from collections.abc import Iterator
from typing import IO, cast

import orjson
from pyoxigraph import (
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
    serialize,
)

from graph.backing import given_endpoint
from graph.bytestream import ByteStream
from graph.confine import confine
from graph.endpoint import Endpoint
from graph.formats import FORMATS
from graph.guard import inspect_query, refuse_file_iri
from graph.reader import AnswerError, requests, told
from graph.remote_query import Form, dataset_of, form_of, refuse_dialect, with_base, with_values
from graph.sink import Sink
from graph.sparql_client import NTRIPLES, SOLUTIONS, Parameters, SparqlClient, body_of
from graph.wire import READY, Request, frame
from ontology.errors import LimitError, QuerySyntaxError, RefusedError, StoreError

VERSION = "remote"


class RemoteAnswers:
    """The answering of one request after the other."""

    def __init__(self, endpoint: Endpoint, peer: socket.socket) -> None:
        self.client = SparqlClient(endpoint)
        self.peer = peer

    def serve(self) -> None:
        """Answer until the service closes the socket."""
        self.peer.sendall(frame(READY, orjson.dumps({"used": time.thread_time()})))
        for request, _ in requests(self.peer):
            try:
                self.answer(request)
            except AnswerError as error:
                self.peer.sendall(told(error.kind, str(error)))
            except (RefusedError, LimitError, QuerySyntaxError, StoreError) as error:
                self.peer.sendall(told(kind_of_error(error), error.reason))

    def answer(self, request: Request) -> None:
        """Answer one request, or raise before the first byte or in the middle."""
        started = time.process_time()
        text, form = self.checked(request)
        name = request.graph_format if gives_triples(form) else request.format
        if not name:
            raise AnswerError("unacceptable", KINDS[form.name])
        accept = NTRIPLES if gives_triples(form) else SOLUTIONS
        head = {"version": VERSION, "format": name, "kind": KINDS[form.name], "volatile": True}
        with self.client.query(text, self.dataset(request, form), accept=accept) as response:
            sink = Sink(self.peer, request, FORMATS[name], head)
            write(ByteStream(body_of(response)), sink, form, name)
        sink.end(time.process_time() - started)

    def checked(self, request: Request) -> tuple[str, Form]:
        """The query as it is sent.

        Raises:
            RefusedError, LimitError: it is not sent.
            AnswerError: its dataset names a graph that the store has not.
        """
        seen = inspect_query(request.text)
        refuse_dialect(request.text)
        form = form_of(request.text)
        given = (*(request.default_graphs or ()), *(request.named_graphs or ()))
        for name in given:
            refuse_file_iri(name)
        if request.graphs_must_exist:
            for name in (*seen.dataset, *given):
                self.must_exist(name)
        return with_values(with_base(request.text, request.base_iri), request.bindings), form

    def must_exist(self, name: str) -> None:
        """Raises as `checked` where there is no such graph."""
        text = with_values("ASK { GRAPH ?g { ?s ?p ?o } }", {"g": NamedNode(name)})
        with self.client.query(text) as response:
            found = parse_query_results(b"".join(body_of(response)), QueryResultsFormat.JSON)
        if not found:
            raise AnswerError("absent", f"there is no graph <{name}> in this store")

    def dataset(self, request: Request, form: Form) -> Parameters:
        """The dataset: the request's own, or the contract's."""
        if request.default_graphs is None and request.named_graphs is None:
            return dataset_of(form, self.client.endpoint.union)
        default = [("default-graph-uri", name) for name in request.default_graphs or ()]
        return [*default, *(("named-graph-uri", name) for name in request.named_graphs or ())]


KINDS = {"SELECT": "solutions", "ASK": "boolean", "CONSTRUCT": "triples", "DESCRIBE": "triples"}


def gives_triples(form: Form) -> bool:
    """Whether the answer is triples."""
    return KINDS[form.name] == "triples"


def write(body: ByteStream, sink: Sink, form: Form, name: str) -> None:
    """Write the remote store's answer in the format of this name."""
    source, output = cast("IO[bytes]", body), cast("IO[bytes]", sink)
    chosen = FORMATS[name].engine
    try:
        if gives_triples(form):
            serialize(triples(source), output, cast("RdfFormat", chosen))
            return
        found = parse_query_results(source, QueryResultsFormat.JSON)
        assert isinstance(found, QuerySolutions | QueryBoolean)  # noqa: S101 - there is no third form
        found.serialize(output, cast("QueryResultsFormat", chosen))
    except BrokenPipeError:
        raise
    except (OSError, SyntaxError, ValueError) as error:
        raise AnswerError("size" if sink.over else "engine", f"the remote store's answer broke: {error}") from error


def triples(source: IO[bytes]) -> Iterator[Triple]:
    """The triples of N-Triples."""
    return (quad.triple for quad in parse(source, RdfFormat.N_TRIPLES))


def kind_of_error(error: Exception) -> str:
    """The kind that `graph.reader_process.refusal` knows this error by."""
    if isinstance(error, LimitError):
        return "depth" if error.limit == "query_depth" else "rows"
    kinds = {RefusedError: "refused", QuerySyntaxError: "syntax"}
    return next((kind for base, kind in kinds.items() if isinstance(error, base)), "engine")


def run(descriptor: int, memory_bytes: str) -> None:
    """All that the process does: answer over the socket with this descriptor."""
    confine(int(memory_bytes))
    with socket.socket(fileno=descriptor) as peer, contextlib.suppress(BrokenPipeError, ConnectionResetError):
        RemoteAnswers(given_endpoint(), peer).serve()
