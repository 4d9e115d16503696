"""A store anywhere, over the SPARQL 1.1 protocols.

What another engine cannot promise is not promised here: readers see a build as it goes on, batch by batch, and what
was written before an error stays. The union of the contract is kept in the store's default graph, or in a named graph
where the default graph is something else (`Endpoint.union`).
"""

from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from typing import IO, cast
from uuid import uuid4

from pyoxigraph import (
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Store,
    parse,
    parse_query_results,
)

from graph.backing import RemoteBacking
from graph.bytestream import ByteStream
from graph.claim import Claim
from graph.endpoint import Endpoint
from graph.ledger import entries
from graph.remote_query import dataset_of, form_of, with_values
from graph.remote_writer import RemoteWriting, claims
from graph.sparql_client import NTRIPLES, SparqlClient, body_of
from graph.store import LedgerEntry, QueryResult, RdfTerm, Writer
from graph.template import render
from ontology.errors import NotFoundError, StoreError, Where

PAGE = 5000
"""Rows of one answer, where all are wanted: below the caps that servers come with."""
SYSTEM_GRAPHS = frozenset(
    {
        "http://localuriqaserver/sparql",
        "http://www.openlinksw.com/schemas/virtrdf#",
        "http://www.w3.org/2002/07/owl#",
        "http://www.w3.org/ns/ldp#",
        "urn:activitystreams-owl:map",
        "urn:core:services:sparql",
    }
)
"""What Virtuoso keeps for itself among the graphs of its users."""


class RemoteStore:
    """The `graph.store.Store` protocol over an endpoint; `location` is its address, without credentials."""

    def __init__(self, location: str, endpoint: Endpoint) -> None:
        self._location = location
        self._endpoint = endpoint

    @property
    def location(self) -> str:
        """The address."""
        return self._location

    @property
    def backing(self) -> RemoteBacking:
        """How processes get at it."""
        return RemoteBacking(self._location, self._endpoint)

    @contextmanager
    def reader(self) -> Iterator["RemoteReader"]:
        """As `graph.store.Store.reader`, but for the one moment: it reads the store as it is."""
        with closing(SparqlClient(self._endpoint)) as client:
            reader = RemoteReader(client)
            if not reader.query(
                render("remote/empty.rq.jinja", {"hidden": [NamedNode(name) for name in SYSTEM_GRAPHS]})
            ):
                where = Where(self._location)
                raise NotFoundError("the store is empty", where=where, hint="`trialgraph build --store` fills it")
            yield reader

    @contextmanager
    def writer(self) -> Iterator[Writer]:
        """As `graph.store.Store.writer`, but that what was written before an error stays."""
        with closing(SparqlClient(self._endpoint)) as client:
            reader = RemoteReader(client)
            claim = Claim(self._location, lambda: claims(reader), client.update)
            claim.take()
            try:
                yield RemoteWriter(reader, RemoteWriting(client, claim, lambda: set(reader.graphs())))
            finally:
                claim.release()


class RemoteReader:
    """The `graph.store.Reader` protocol over a client."""

    def __init__(self, client: SparqlClient) -> None:
        self._client = client
        self._union = client.endpoint.union
        self._version = uuid4().hex

    @property
    def version(self) -> str:
        """Another one for every reader: a remote store does not tell when it changes."""
        return self._version

    def query(self, text: str, *, bindings: Mapping[str, RdfTerm] | None = None) -> QueryResult:
        """As `graph.store.Reader.query`; the answer is held in memory."""
        form = form_of(text)
        triples = form.name in {"CONSTRUCT", "DESCRIBE"}
        text = with_values(text, bindings or {})
        accept = {"accept": NTRIPLES} if triples else {}
        with self._client.query(text, dataset_of(form, self._union), **accept) as response:
            body = b"".join(_whole(body_of(response)))
        if triples:
            return _triples(body)
        found = parse_query_results(body, QueryResultsFormat.JSON)
        assert isinstance(found, QuerySolutions | QueryBoolean)  # noqa: S101 - there is no third form
        return found

    def quads(self, graph: str | None = None) -> Iterator[Quad]:
        """As `graph.store.Reader.quads`."""
        for name in [graph] if graph is not None else list(self.graphs()):
            node = NamedNode(name)
            with self._client.graph(name) as response:
                if response is not None:
                    source = cast("IO[bytes]", ByteStream(body_of(response)))
                    triples = parse(source, RdfFormat.N_TRIPLES)
                    yield from (Quad(one.subject, one.predicate, one.object, node) for one in triples)

    def graphs(self) -> Iterator[str]:
        """As `graph.store.Reader.graphs`; the union's own graph, and those of the engine, are none of them."""
        hidden = SYSTEM_GRAPHS | {self._union}
        after = ""
        while names := [str(row["g"].value) for row in self._page("graphs", after)]:
            yield from (name for name in names if name not in hidden)
            after = names[-1]

    def ledger(self) -> dict[str, LedgerEntry]:
        """As `graph.store.Reader.ledger`."""
        found: dict[str, LedgerEntry] = {}
        after = ""
        while rows := list(self._page("ledger", after)):
            found |= {entry.trial: entry for entry in entries(rows)}
            after = str(rows[-1]["graph"].value)
        return found

    def _page(self, name: str, after: str) -> QuerySolutions:
        rows = self.query(render(f"remote/{name}.rq.jinja", {"after": Literal(after), "limit": Literal(PAGE)}))
        assert isinstance(rows, QuerySolutions)  # noqa: S101 - the query is a SELECT
        return rows


class RemoteWriter:
    """The `graph.store.Writer` protocol: what `RemoteReader` reads, and what `RemoteWriting` writes."""

    def __init__(self, reader: RemoteReader, writing: RemoteWriting) -> None:
        self.version = reader.version
        self.query = reader.query
        self.quads = reader.quads
        self.graphs = reader.graphs
        self.ledger = reader.ledger
        self.replace_trials = writing.replace_trials
        self.remove_trials = writing.remove_trials
        self.replace_graph = writing.replace_graph
        self.replace_graph_in_parts = writing.replace_graph_in_parts
        self.add = writing.add

    def publish(self) -> None:
        """As `graph.store.Writer.publish`: what was written is seen already."""


def _whole(chunks: Iterator[bytes]) -> Iterator[bytes]:
    try:
        yield from chunks
    except OSError as error:
        raise StoreError(str(error)) from error


def _triples(body: bytes) -> QueryResult:
    """Triples as the engine's own result, which nothing else makes."""
    held = Store()
    held.load(body, RdfFormat.N_TRIPLES)
    return held.query("CONSTRUCT WHERE { ?s ?p ?o }")
