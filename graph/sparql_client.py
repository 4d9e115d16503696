"""The SPARQL 1.1 protocols from the client's side: queries as streams, updates, graphs; what fails in passing again.

Every request here may be made twice with the effect of once: updates are of sets of triples without blank nodes.
"""

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from graph.endpoint import Endpoint
from graph.oxigraph import syntax_error
from ontology.errors import LimitError, QuerySyntaxError, StoreError, TrialGraphError, Where

NTRIPLES = "application/n-triples"
SOLUTIONS = "application/sparql-results+json"
"""JSON, since the engine's parser of XML results takes the space off both ends of a literal."""
TURTLE = "text/turtle"
MARK = b"@prefix tg: <https://w3id.org/trialgraph/ontology#> .\n"
"""Virtuoso guesses what a body is from how it begins, and takes a long literal for plain text; never after this."""
PASSING = frozenset({408, 425, 429, 502, 503, 504})
DEADLOCK = ("40001", "deadlock")
"""What Virtuoso says, with status 500, when another transaction was in the way."""
CUT_OFF = ("x-sparql-maxrows", "x-sql-state")
"""Headers by which Virtuoso tells that an answer is not all."""
LONGEST_WAIT = 20.0

_BIT = re.compile(rb'(XMLSchema#boolean", "value": )"([01])"')

Parameters = Sequence[tuple[str, str]]


class PassingError(Exception):
    """A failure that may be gone the next time; `after` is when the server says so, in seconds."""

    def __init__(self, error: TrialGraphError, after: float = 0.0) -> None:
        super().__init__(str(error))
        self.error = error
        self.after = after


class TooLargeError(StoreError):
    """The request was larger than the server takes."""


class SparqlClient:
    """One store's protocols. Not for several threads at once."""

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        transport: httpx.BaseTransport | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.endpoint = endpoint
        self.sleep = sleep
        self.http = httpx.Client(auth=_auth(endpoint), timeout=endpoint.seconds, transport=transport)

    def close(self) -> None:
        """Close the connections."""
        self.http.close()

    @contextmanager
    def query(self, text: str, dataset: Parameters = (), *, accept: str = SOLUTIONS) -> Iterator[httpx.Response]:
        """The answer to a query, its body not read yet.

        Raises:
            QuerySyntaxError: the store cannot parse it.
            LimitError: the store says that its answer is not all.
            StoreError: the store cannot be reached, or refuses.
        """
        form = [("query", text), *dataset]
        response = self._sent("POST", self.endpoint.query, data=_form(form), headers={"accept": accept})
        try:
            cut = next((name for name in CUT_OFF if name in response.headers), None)
            if cut:
                reason = f"the remote store cuts its answer off ({cut}: {response.headers[cut]})"
                raise LimitError(reason, limit="store_rows", hint="ask for less, or raise the remote store's limit")
            yield response
        finally:
            response.close()

    def update(self, text: str) -> None:
        """Do an update. Raises as `query`."""
        headers = {"content-type": "application/sparql-update", "accept": "*/*"}
        self._done("POST", self.endpoint.update, content=text.encode(), headers=headers)

    def put_graph(self, graph: str | None, body: bytes, media_type: str = TURTLE) -> bool:
        """Put triples in place of a graph's (None: the default graph's); True where it was not there."""
        return self._write("PUT", graph, body, media_type) == 201

    def post_graph(self, graph: str | None, body: bytes, media_type: str = TURTLE) -> bool:
        """Put triples beside a graph's; True where it was not there."""
        return self._write("POST", graph, body, media_type) == 201

    def drop_graph(self, graph: str | None) -> bool:
        """Remove a graph; False where there is none."""
        return self._done("DELETE", self.endpoint.graphs, params=_named(graph), missing=True) != 404

    @contextmanager
    def graph(self, graph: str | None) -> Iterator[httpx.Response | None]:
        """A graph's triples as N-Triples, the body not read yet; None where there is no such graph."""
        headers = {"accept": NTRIPLES}
        response = self._sent("GET", self.endpoint.graphs, params=_named(graph), headers=headers, missing=True)
        try:
            yield None if response.status_code == 404 else response
        finally:
            response.close()

    def _write(self, method: str, graph: str | None, body: bytes, media_type: str) -> int:
        headers = {"content-type": media_type}
        body = MARK + body if media_type == TURTLE else body
        return self._done(method, self.endpoint.graphs, params=_named(graph), content=body, headers=headers)

    def _done(self, method: str, url: str, **request: Any) -> int:
        response = self._sent(method, url, **request)
        response.close()
        return response.status_code

    def _sent(self, method: str, url: str, *, missing: bool = False, **request: Any) -> httpx.Response:
        """The response's head, after as many attempts as it takes or there may be."""
        try:
            return self._retrying()(self._attempt, self.http.build_request(method, url, **request), missing=missing)
        except PassingError as error:
            raise error.error from error

    def _retrying(self) -> Retrying:
        stop = stop_after_attempt(self.endpoint.attempts)
        again = retry_if_exception_type(PassingError)
        return Retrying(stop=stop, wait=_wait, retry=again, sleep=self.sleep, reraise=True)

    def _attempt(self, request: httpx.Request, *, missing: bool) -> httpx.Response:
        try:
            response = self.http.send(request, stream=True)
            if response.is_success or (missing and response.status_code == 404):
                return response
            response.read()
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            reason = f"the remote store cannot be reached: {type(error).__name__} {error}".rstrip()
            raise PassingError(StoreError(reason, where=Where(str(request.url.copy_with(query=None))))) from error
        response.close()
        raise _error(response)


def body_of(response: httpx.Response) -> Iterator[bytes]:
    """The body's bytes as they come; raises `OSError` where it breaks off."""
    chunks = response.iter_bytes(1 << 16)
    try:
        yield from _mended(chunks) if "virtuoso" in response.headers.get("server", "").lower() else chunks
    except httpx.HTTPError as error:
        raise OSError(f"the remote store broke off: {type(error).__name__} {error}") from error


def _mended(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Virtuoso's JSON, one row a line, with its booleans as everybody writes them: true for 1.

    A quote inside a string has a backslash before it, so the pattern meets what separates a datatype from its value.
    """
    rest = b""
    for chunk in chunks:
        lines, newline, rest = (rest + chunk).rpartition(b"\n")
        yield _BIT.sub(_boolean, lines + newline)
    yield _BIT.sub(_boolean, rest)


def _boolean(bit: re.Match[bytes]) -> bytes:
    return bit[1] + (b'"true"' if bit[2] == b"1" else b'"false"')


def _auth(endpoint: Endpoint) -> httpx.Auth | None:
    if endpoint.user is None:
        return None
    kind = httpx.DigestAuth if endpoint.scheme == "digest" else httpx.BasicAuth
    return kind(endpoint.user, endpoint.password or "")


def _form(pairs: Parameters) -> Mapping[str, list[str]]:
    """Pairs as httpx takes them, names that come twice included."""
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def _named(graph: str | None) -> Mapping[str, str]:
    return {"default": ""} if graph is None else {"graph": graph}


def _wait(state: RetryCallState) -> float:
    """Longer from time to time, and as long as the server asks for, within reason."""
    error = state.outcome.exception() if state.outcome else None
    asked = error.after if isinstance(error, PassingError) else 0.0
    return min(LONGEST_WAIT, max(asked, wait_exponential_jitter(multiplier=0.1, max=10, jitter=0.2)(state)))


def _error(response: httpx.Response) -> Exception:
    """What a refusal means."""
    status, text = response.status_code, response.text
    where = Where(str(response.request.url.copy_with(query=None)))
    said = " ".join(text.split())[:300]
    if status == 400:
        found = syntax_error(text.strip()) if text.startswith("error at ") else None
        return found if found and found.line else QuerySyntaxError(f"the remote store does not parse it: {said}")
    if status in {401, 403}:
        hint = "set store_user and store_password (or their file), and store_auth"
        return StoreError(f"the remote store refuses us ({status})", where=where, hint=hint)
    if status == 413:
        return TooLargeError("the remote store takes no request so large", where=where, hint="lower store_batch_kb")
    error = StoreError(f"the remote store answers {status}: {said}", where=where)
    if status in PASSING or any(mark in text for mark in DEADLOCK):
        after = response.headers.get("retry-after", "")
        return PassingError(error, float(after) if after.isdecimal() else 0.0)
    return error
