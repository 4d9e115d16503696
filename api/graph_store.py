"""`/store`: the SPARQL 1.1 Graph Store HTTP Protocol, by `?graph=`, `?default`, and the graph's own address."""

import uuid
from dataclasses import dataclass
from email.parser import BytesParser
from importlib.resources import files
from urllib.parse import quote

from api.messages import Header, Receive, Scope, Send, header, read_body, send_response
from api.protocol import QueryOperation, only, read_parameters
from api.settings import Settings
from api.sparql import MIB, Sparql
from api.writes import Writer
from graph.formats import format_of_body
from graph.guard import refuse_file_iri
from graph.writes import DropGraph, PutGraph
from ontology.errors import AbsentGraphError, MediaTypeError, NotFoundError, UsageError

METHODS = b"GET, HEAD, PUT, POST, DELETE, OPTIONS"


@dataclass(frozen=True, slots=True)
class Target:
    """The graph that a request is of: its IRI, or None for the default graph; `new` is one that gets a name now."""

    graph: str | None
    new: bool = False


@dataclass(frozen=True, slots=True)
class GraphStore:
    """The endpoint."""

    sparql: Sparql
    writer: Writer
    settings: Settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        match scope["method"]:
            case "GET" | "HEAD":
                await self.get(scope, receive, send)
            case "PUT" | "POST":
                await self.put(scope, receive, send)
            case "DELETE":
                await self.delete(scope, send)
            case _:
                await send_response(send, 405, [(b"allow", METHODS)])

    async def get(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A graph's triples (5.2)."""
        target = target_of(scope)
        if target.graph is not None:
            refuse_file_iri(target.graph)
        text = files("graph").joinpath("queries", "whole_graph.rq").read_text("utf-8")
        operation = QueryOperation(text, default_graphs=None if target.graph is None else (target.graph,))
        await receive()
        try:
            await self.sparql.graph(operation, scope, receive, send)
        except AbsentGraphError:
            raise NotFoundError(f"there is no graph <{target.graph}>") from None

    async def put(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Triples in place of a graph's (5.3), or beside them (5.5)."""
        self.writer.allow(scope)
        target = target_of(scope)
        limit, seconds = self.settings.body_mb * MIB, self.settings.body_seconds
        body = await read_body(scope, receive, limit=limit, seconds=seconds)
        replace = scope["method"] == "PUT"
        if replace and target.new:
            raise UsageError("PUT needs the graph's name", hint="?graph=... or ?default")
        base = target.graph or address_of(scope)
        plain = self.settings.dataset == "plain"
        bodies = read_bodies(header(scope, b"content-type") or "text/turtle", body)
        created = await self.writer.write(PutGraph(target.graph, bodies, base, replace, plain))
        location: list[Header] = [(b"location", (target.graph or "").encode())] if target.new else []
        await send_response(send, 201 if created else 204, location)

    async def delete(self, scope: Scope, send: Send) -> None:
        """Remove a graph (5.4)."""
        self.writer.allow(scope)
        target = target_of(scope)
        if target.new:
            raise UsageError("DELETE needs the graph's name", hint="?graph=... or ?default")
        await self.writer.write(DropGraph(target.graph, plain=self.settings.dataset == "plain"))
        await send_response(send, 204, [])


def target_of(scope: Scope) -> Target:
    """The graph of a request: indirect (4.2), or the address itself (4.1); POST without one makes a new graph (5.5).

    Raises:
        UsageError: it is not named once.
    """
    parameters = read_parameters(scope["query_string"])
    if "graph" in parameters and "default" in parameters:
        raise UsageError("name a graph or the default graph, not both")
    if "graph" in parameters:
        return Target(absolute(only(parameters, "graph")))
    if "default" in parameters:
        return Target(None)
    if scope["path"].rstrip("/").endswith("/store"):
        if scope["method"] == "POST":
            return Target(f"{address_of(scope).rstrip('/')}/{uuid.uuid4()}", new=True)
        raise UsageError("the request names no graph", hint="?graph=<IRI> or ?default")
    return Target(address_of(scope))


def absolute(iri: str) -> str:
    """The IRI, if it is an absolute one (4.2: relative ones have no base here)."""
    scheme, colon, _ = iri.partition(":")
    if not colon or not scheme.isascii() or not scheme[:1].isalpha():
        raise UsageError(f"`graph` must be an absolute IRI, and is {iri[:200]!r}")
    return iri


def address_of(scope: Scope) -> str:
    """The address that a request was sent to, as its client wrote it, without the query string."""
    path = scope.get("raw_path") or quote(scope["path"]).encode()
    return f"{scope['scheme']}://{header(scope, b'host') or 'localhost'}{path.decode('ascii', 'replace')}"


def read_bodies(content_type: str, body: bytes) -> tuple[tuple[bytes, str], ...]:
    """The RDF texts of a body with the names of their formats; several in `multipart/form-data` (5.5).

    Raises:
        MediaTypeError: one is in no RDF syntax that is read here.
    """
    if not content_type.lower().startswith("multipart/form-data"):
        return ((body, format_name(content_type)),)
    message = BytesParser().parsebytes(b"Content-Type: " + content_type.encode("latin-1") + b"\r\n\r\n" + body)
    parts = [part for part in message.walk() if not part.is_multipart()]
    return tuple((bytes(part.get_payload(decode=True) or b""), format_name(part.get_content_type())) for part in parts)


def format_name(content_type: str) -> str:
    """The name of the RDF syntax of this media type; raises as `read_bodies`."""
    found = format_of_body(content_type)
    if found is None:
        raise MediaTypeError(f"a body of type {content_type[:100]} is no graph", hint="send text/turtle, for one")
    return found.name
