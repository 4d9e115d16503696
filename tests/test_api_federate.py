"""SERVICE by an allow-list: what is asked, what is refused, and the tricks that names and servers play."""

import asyncio
import ipaddress
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest

from api.app import create_app
from api.outside import Outside, is_public
from api.settings import Settings
from graph.oxigraph import EmbeddedStore
from graph.service_clause import service_clauses, values_of
from ontology.errors import RefusedError, StoreError
from ontology.iri import VOCABULARY_GRAPH
from ontology.model import Vocabulary

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
ROWS = b"""{"head": {"vars": ["s", "name"]}, "results": {"bindings": [
  {"s": {"type": "uri", "value": "http://x/1"},
   "name": {"type": "literal", "value": "one } SERVICE \\"", "xml:lang": "en"}},
  {"s": {"type": "uri", "value": "http://x/2"}, "name": {"type": "typed-literal", "value": "2",
   "datatype": "http://www.w3.org/2001/XMLSchema#integer"}},
  {"s": {"type": "uri", "value": "http://x/9"}}]}}"""
LINES = b"".join(b'<http://x/%d> <http://x/p> "%d" .\n' % (number, number) for number in range(5))


class Endpoint:
    """Somebody else's endpoint, which does what its path says."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.hosts: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        body = b""
        while True:
            message = await receive()
            body += message.get("body", b"")
            if not message.get("more_body"):
                break
        self.asked.append(parse_qs(body.decode())["query"][0])
        self.hosts.append(dict(scope["headers"])[b"host"].decode())
        await self.answer(scope["path"], send)

    async def answer(self, path: str, send: Send) -> None:
        status, content = {
            "/redirect": (302, b""),
            "/broken": (500, b"no"),
            "/page": (200, b"<html>"),
            "/large": (200, b" " * 5_000_000),
        }.get(path, (200, ROWS))
        if path == "/slow":
            await asyncio.Event().wait()
        headers = [(b"location", b"http://127.0.0.1:1/private"), (b"content-length", str(len(content)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": content})


Start = Callable[[Callable[..., object]], httpx.Client]


@pytest.fixture(scope="module")
def endpoint() -> Endpoint:
    return Endpoint()


@pytest.fixture(scope="module")
def there(endpoint: Endpoint, start_service: Start) -> str:
    return str(start_service(endpoint).base_url).rstrip("/")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    found = EmbeddedStore(tmp_path_factory.mktemp("store"))
    with found.writer() as writer:
        writer.replace_graph(VOCABULARY_GRAPH, LINES)
    return found


def start(store: EmbeddedStore, start_service: Start, **options: Any) -> httpx.Client:
    settings = Settings(readers=1, log_level="error", service_seconds=0.5, **options)
    return start_service(create_app(settings, store, vocabulary=Vocabulary({}, {}, {}, {}, {}, (), "none")))


@pytest.fixture(scope="module")
def service(store: EmbeddedStore, there: str, start_service: Start) -> httpx.Client:
    paths = ("sparql", "redirect", "broken", "page", "large", "slow")
    return start(store, start_service, service_allow=tuple(f"{there}/{path}" for path in paths), service_private=True)


def ask(service: httpx.Client, text: str) -> httpx.Response:
    return service.get("/sparql", params={"query": text}, headers={"accept": "application/sparql-results+json"})


def test_a_service_is_asked_and_joined(service: httpx.Client, there: str, endpoint: Endpoint) -> None:
    text = (
        f"PREFIX x: <http://x/> PREFIX there: <{there}/> SELECT ?s ?name ?o WHERE {{ ?s x:p ?o . SERVICE there:sparql "
    )
    answer = ask(service, text + "{ ?s x:name ?name } } ORDER BY ?s")
    rows = answer.json()["results"]["bindings"]
    assert [(row["s"]["value"], row["name"]["value"]) for row in rows] == [
        ("http://x/1", 'one } SERVICE "'),
        ("http://x/2", "2"),
    ]
    assert rows[0]["name"]["xml:lang"] == "en"
    assert endpoint.asked[-1].startswith("PREFIX x: <http://x/>")
    assert endpoint.asked[-1].endswith("SELECT * WHERE { ?s x:name ?name }")
    assert endpoint.hosts[-1] == there.removeprefix("http://")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "status", "limit"),
    [
        ("redirect", 503, None),
        ("broken", 503, None),
        ("page", 503, None),
        ("large", 422, "service_kb"),
        ("slow", 503, "service_seconds"),
    ],
)
def test_an_endpoint_that_misbehaves(
    service: httpx.Client, there: str, path: str, status: int, limit: str | None
) -> None:
    answer = ask(service, f"SELECT * {{ SERVICE <{there}/{path}> {{ ?s ?p ?o }} }}")
    assert (answer.status_code, answer.json().get("limit")) == (status, limit)


def test_a_silent_failure_binds_nothing(service: httpx.Client, there: str) -> None:
    answer = ask(service, f"SELECT * {{ ?s <http://x/p> '3' SERVICE SILENT <{there}/broken> {{ ?s ?p ?o }} }}")
    assert [row["s"]["value"] for row in answer.json()["results"]["bindings"]] == ["http://x/3"]


@pytest.mark.parametrize(
    "pattern",
    [
        "SERVICE <{there}/elsewhere> {{ ?s ?p ?o }}",
        "SERVICE SILENT <{there}/elsewhere> {{ ?s ?p ?o }}",
        "SERVICE <{there}/sparql?x=y> {{ ?s ?p ?o }}",
        "OPTIONAL {{ SERVICE <{there}/sparql> {{ ?s ?p ?o }} }}",
        "{{ SELECT * {{ SERVICE <{there}/sparql> {{ ?s ?p ?o }} }} }}",
        "SERVICE ?where {{ ?s ?p ?o }}",
        "SERVICE <{there}/sparql> {{ SERVICE <{there}/sparql> {{ ?s ?p ?o }} }}",
        "SERVICE <file:///etc/passwd> {{ ?s ?p ?o }}",
    ],
)
def test_anything_but_the_simple_form_to_the_list_is_refused(service: httpx.Client, there: str, pattern: str) -> None:
    answer = ask(service, f"SELECT * {{ ?s ?p ?o . {pattern.format(there=there)} }}")
    assert (answer.status_code, answer.json()["title"]) == (403, "Refused")


def test_a_query_asks_only_so_many(service: httpx.Client, there: str) -> None:
    clauses = f"SERVICE <{there}/sparql> {{ ?s ?p ?o }} " * 5
    assert ask(service, f"SELECT * {{ {clauses} }}").status_code == 403


def test_nothing_is_asked_by_default(store: EmbeddedStore, there: str, start_service: Start) -> None:
    closed = start(store, start_service)
    assert ask(closed, f"SELECT * {{ SERVICE <{there}/sparql> {{ ?s ?p ?o }} }}").status_code == 403


def test_a_name_on_the_list_at_a_private_address_is_refused(
    store: EmbeddedStore, there: str, start_service: Start
) -> None:
    public_only = start(store, start_service, service_allow=(f"{there}/sparql",))
    answer = ask(public_only, f"SELECT * {{ SERVICE <{there}/sparql> {{ ?s ?p ?o }} }}")
    assert answer.status_code == 403
    assert "not public" in answer.json()["detail"]


def resolver(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Let the name `endpoint.example` have these addresses, one list after the other; gives what was looked up."""
    looked: list[str] = []
    real, left = socket.getaddrinfo, list(answers)

    def look_up(host: Any, port: Any, *args: Any, **options: Any) -> Any:
        if host != "endpoint.example":
            return real(host, port, *args, **options)
        looked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in left.pop(0)]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return looked


@pytest.mark.parametrize("addresses", [["10.0.0.7"], ["93.184.216.34", "127.0.0.1"], ["169.254.169.254"]])
def test_every_address_of_a_name_must_be_public(monkeypatch: pytest.MonkeyPatch, addresses: list[str]) -> None:
    resolver(monkeypatch, addresses)
    outside = Outside(("http://endpoint.example/",), private=False, seconds=2, max_bytes=100)
    with pytest.raises(RefusedError, match="not public"):
        asyncio.run(outside.ask("http://endpoint.example/", "ASK {}"))


def test_the_connection_goes_to_the_address_that_was_checked(
    monkeypatch: pytest.MonkeyPatch, there: str, endpoint: Endpoint
) -> None:
    """A name that means another address when it is asked for a second time is not asked for a second time."""
    port = there.rpartition(":")[2]
    looked = resolver(monkeypatch, ["127.0.0.1"], ["203.0.113.9"])
    outside = Outside((f"http://endpoint.example:{port}/sparql",), private=True, seconds=2, max_bytes=10_000)
    assert asyncio.run(outside.ask(f"http://endpoint.example:{port}/sparql", "SELECT * {}")) == ROWS
    assert looked == ["endpoint.example"]
    assert endpoint.hosts[-1] == f"endpoint.example:{port}"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("127.0.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - an address to refuse
        ("100.64.0.1", False),
        ("192.168.1.1", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fd00::1", False),
        ("fe80::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:8.8.8.8", True),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:  # noqa: FBT001 - a table's column
    assert is_public(ipaddress.ip_address(address)) is public


def test_a_clause_in_a_string_or_comment_is_none() -> None:
    assert service_clauses("SELECT * { ?s ?p 'SERVICE <http://x/> { }' # SERVICE <http://x/> { }\n }") == []


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b'{"head": {}, "results": {}}',
        b'{"head": {"vars": ["x) { } SERVICE"]}, "results": {"bindings": []}}',
        b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "bnode", "value": "b"}}]}}',
        b'{"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "uri", "value": "> } SERVICE"}}]}}',
    ],
)
def test_results_that_are_none_are_an_error(body: bytes) -> None:
    with pytest.raises(StoreError):
        values_of(body, "http://x/")
