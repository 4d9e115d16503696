"""`/sparql`: the SPARQL 1.1 Protocol over the pool of readers, as an ASGI application of its own.

It stands beside FastAPI's router rather than in it: nothing is parsed twice, an answer streams from a reader's socket
to the client's, and one that was given before costs a dictionary lookup.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from hashlib import blake2b

from api.cache import AnswerCache, CachedAnswer
from api.federate import Federation
from api.messages import Header, Receive, Scope, Send, header, read_body, send_response, until_gone
from api.negotiation import choose_coding, choose_format
from api.protocol import QUERY, QueryOperation, UpdateOperation, read_get, read_post
from api.record import Record
from api.settings import Settings
from api.writes import Writer
from graph.formats import FORMATS, GRAPH_FORMATS, RESULT_FORMATS
from graph.readers import Answer, ReaderPool
from graph.wire import Request
from graph.writes import Update
from ontology.errors import LimitError, NotAcceptableError

KIB, MIB = 1 << 10, 1 << 20
METHODS = b"GET, HEAD, POST, OPTIONS"

Key = tuple[bytes, ...]
Describe = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Accepted:
    """What the client accepts: media types of solutions and of triples (None: none of ours), and a coding."""

    solutions: tuple[str, str] | None
    triples: tuple[str, str] | None
    coding: str


@dataclass(frozen=True, slots=True)
class Sparql:
    """The endpoint; `describe` answers where there is no query, and `writer` does what an update says."""

    pool: ReaderPool
    cache: AnswerCache
    settings: Settings
    describe: Describe
    writer: Writer
    federation: Federation

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        match scope["method"]:
            case "GET" | "HEAD":
                await self.get(scope, receive, send)
            case "POST":
                await self.post(scope, receive, send)
            case _:
                await send_response(send, 405, [(b"allow", METHODS)])

    async def get(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A query by GET, or the service's description."""
        key = (scope["query_string"], *_wishes(scope))
        if await self.again(key, scope, send):
            return
        operation = read_get(scope["query_string"])
        if operation is None:
            await self.describe(scope, receive, send)
            return
        await receive()
        await self.query(operation, key, scope, receive, send)

    async def post(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A query or an update by POST."""
        content_type = header(scope, b"content-type") or ""
        # An update is bounded by `body_mb`, a query more narrowly; which of them a form is, only its body tells.
        limit, setting = self.settings.body_mb * MIB, "body_mb"
        if content_type.startswith(QUERY):
            limit, setting = self.settings.query_kb * KIB, "query_kb"
        body = await read_body(scope, receive, limit=limit, seconds=self.settings.body_seconds, setting=setting)
        key = (scope["query_string"], *_wishes(scope), content_type.encode(), body)
        if await self.again(key, scope, send):
            return
        operation = read_post(scope["query_string"], content_type, body)
        if isinstance(operation, UpdateOperation):
            await self.update(operation, scope, send)
        else:
            await self.query(operation, key, scope, receive, send)

    async def update(self, operation: UpdateOperation, scope: Scope, send: Send) -> None:
        """Do an update, if the request may (2.2)."""
        self.writer.allow(scope)
        plain = self.settings.dataset == "plain"
        using, named = operation.using_graphs, operation.using_named_graphs
        await self.writer.write(Update(operation.text, self.settings.base, using, named, plain))
        await send_response(send, 204, [])

    async def again(self, key: Key, scope: Scope, send: Send) -> bool:
        """Give an answer that was given before, or say that the client has it already."""
        version = self.pool.published().version
        found = self.cache.get(version, key)
        asked = header(scope, b"if-none-match")
        record: Record = scope["record"]
        if asked and (found.etag if found else etag(version, key)).decode() in asked:
            record.cache = "unchanged"
            tag = found.etag if found else etag(version, key)
            await send_response(send, 304, [(b"etag", tag), *_VALIDATED])
            return True
        if found is None:
            return False
        record.cache, record.rows, record.query = "hit", found.rows, found.query_hash
        await send_response(send, 200, found.headers, b"" if scope["method"] == "HEAD" else found.body)
        return True

    async def graph(self, operation: QueryOperation, scope: Scope, receive: Receive, send: Send) -> None:
        """The triples of a graph, which must be there, in a syntax for triples."""
        key = (b"graph", *(name.encode() for name in operation.default_graphs or ()), *_wishes(scope))
        if await self.again(key, scope, send):
            return
        await self.query(operation, key, scope, receive, send, must_exist=True)

    async def query(
        self,
        operation: QueryOperation,
        key: Key,
        scope: Scope,
        receive: Receive,
        send: Send,
        *,
        must_exist: bool | None = None,
    ) -> None:
        """Run a query and stream its answer."""
        must_exist = self.settings.dataset == "union" if must_exist is None else must_exist
        record: Record = scope["record"]
        record.query = blake2b(operation.text.encode(), digest_size=8).hexdigest()
        accepted = accept(scope)
        seconds = min(operation.timeout or self.settings.query_seconds, self.settings.query_seconds)
        request = self.request_of(operation, accepted, must_exist=must_exist)
        text = await self.federation.without_services(operation.text)
        federated = text is not operation.text
        request = replace(request, text=text) if federated else request
        async with self.pool.ask(
            request, seconds=seconds, client=record.client, gone=partial(until_gone, receive)
        ) as answer:
            answer.volatile = answer.volatile or federated
            headers = answer_headers(answer, accepted, etag(answer.version, key))
            if scope["method"] == "HEAD":
                await send_response(send, 200, headers)
            elif answer.whole is not None:
                self.remember(answer, key, headers, answer.whole, record)
                await send_response(send, 200, _with_length(headers, answer.whole), answer.whole)
            else:
                await self.stream(answer, key, headers, send, record)
            record.rows, record.cpu = answer.report.get("rows"), answer.report.get("cpu")

    def request_of(self, operation: QueryOperation, accepted: Accepted, *, must_exist: bool) -> Request:
        """What the reader is asked.

        Raises:
            LimitError: the query is too long.
            NotAcceptableError: no format of ours is accepted, whatever the form of the query.
        """
        if len(operation.text) > self.settings.query_kb * KIB:
            reason = f"the query is longer than {self.settings.query_kb} KiB"
            raise LimitError(reason, limit="query_kb", hint="send less")
        if accepted.solutions is None and accepted.triples is None:
            raise NotAcceptableError("none of the accepted media types is given here", hint=f"one of {_MEDIA_TYPES}")
        return Request(
            operation.text,
            accepted.solutions[0] if accepted.solutions else "",
            accepted.triples[0] if accepted.triples else "",
            base_iri=self.settings.base,
            default_graphs=operation.default_graphs,
            named_graphs=operation.named_graphs,
            coding=accepted.coding,
            max_bytes=self.settings.answer_mb * MIB,
            graphs_must_exist=must_exist,
        )

    async def stream(self, answer: Answer, key: Key, headers: list[Header], send: Send, record: Record) -> None:
        """Send an answer as it comes. One that a limit cuts off ends without its end: the client sees it broken."""
        kept: list[bytes] | None = []
        size = 0
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        async for chunk in answer.chunks():
            size += len(chunk)
            if kept is not None:
                kept.append(chunk)
                kept = kept if size <= self.cache.largest else None
            await self.send_chunk(chunk, send)
        if kept is not None:
            self.remember(answer, key, headers, b"".join(kept), record)
        await send({"type": "http.response.body", "body": b""})

    async def send_chunk(self, chunk: bytes, send: Send) -> None:
        """Hand one chunk to the client, who has `send_seconds` to make room for it."""
        try:
            async with asyncio.timeout(self.settings.send_seconds):
                await send({"type": "http.response.body", "body": chunk, "more_body": True})
        except TimeoutError:
            raise LimitError("the client does not read its answer", limit="send_seconds") from None

    def remember(self, answer: Answer, key: Key, headers: list[Header], body: bytes, record: Record) -> None:
        """Keep an answer that would be the same the next time."""
        if not answer.volatile:
            tag = next(value for name, value in headers if name == b"etag")
            rows = answer.report.get("rows")
            found = CachedAnswer(_with_length(headers, body), body, tag, rows, record.query)
            self.cache.put(answer.version, key, found)


def accept(scope: Scope) -> Accepted:
    """What the client accepts, for either form of answer."""
    return accepted_by(header(scope, b"accept"), header(scope, b"accept-encoding"))


@lru_cache(maxsize=512)
def accepted_by(wish: str | None, codings: str | None) -> Accepted:
    """The same by the two headers; clients send few different ones."""
    solutions, triples = choose_format(wish, RESULT_FORMATS), choose_format(wish, GRAPH_FORMATS)
    return Accepted(
        (solutions[0].name, solutions[1]) if solutions else None,
        (triples[0].name, triples[1]) if triples else None,
        choose_coding(codings),
    )


def answer_headers(answer: Answer, accepted: Accepted, tag: bytes) -> list[Header]:
    """The headers of an answer. One that may differ the next time is not to be kept."""
    chosen = accepted.triples if answer.kind == "triples" else accepted.solutions
    media_type = chosen[1] if chosen else FORMATS[answer.format].media_type
    headers = [(b"content-type", media_type.encode())]
    headers += [(b"cache-control", b"no-store")] if answer.volatile else [(b"etag", tag), *_VALIDATED]
    if accepted.coding != "identity":
        headers.append((b"content-encoding", accepted.coding.encode()))
    return headers


def etag(version: str, key: Key) -> bytes:
    """The name of an answer's bytes: of the store's version, and of all that was asked."""
    digest = blake2b(version.encode(), digest_size=12)
    for part in key:
        digest.update(len(part).to_bytes(8, "big") + part)
    return b'"' + digest.hexdigest().encode() + b'"'


_VALIDATED: list[Header] = [(b"cache-control", b"no-cache"), (b"vary", b"accept, accept-encoding")]
_MEDIA_TYPES = ", ".join(known.bare for known in FORMATS.values())


def _wishes(scope: Scope) -> tuple[bytes, bytes]:
    found = dict(scope["headers"])
    return found.get(b"accept", b""), found.get(b"accept-encoding", b"")


def _with_length(headers: list[Header], body: bytes) -> list[Header]:
    return [*headers, (b"content-length", str(len(body)).encode())]
