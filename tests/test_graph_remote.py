"""The client's side of a remote store: addresses, values, datasets, batches, and what fails. No network."""

from collections.abc import Callable
from dataclasses import replace

import httpx
import pytest
from pyoxigraph import Literal, NamedNode

from graph.bytestream import ByteStream
from graph.endpoint import Endpoint, dump, endpoint_of, load
from graph.remote_query import dataset_of, form_of, refuse_dialect, with_base, with_values
from graph.remote_writer import pieces
from graph.sparql_client import SparqlClient, TooLargeError, body_of
from ontology.errors import LimitError, QuerySyntaxError, RefusedError, StoreError, UsageError

ENDPOINT = Endpoint("http://store.example/query", "http://store.example/update", "http://store.example/store")
Handler = Callable[[httpx.Request], httpx.Response]


def client(handler: Handler, waits: list[float] | None = None, endpoint: Endpoint = ENDPOINT) -> SparqlClient:
    slept = [] if waits is None else waits
    return SparqlClient(endpoint, transport=httpx.MockTransport(handler), sleep=slept.append)


def test_the_address_tells_where_everything_is() -> None:
    location, parts = endpoint_of("https://user:p%40ss@store.example:8443/ds/", {})
    assert location == "https://store.example:8443/ds"
    assert parts == {
        "query": "https://store.example:8443/ds/query",
        "update": "https://store.example:8443/ds/update",
        "graphs": "https://store.example:8443/ds/store",
        "user": "user",
        "password": "p@ss",
    }


def test_what_is_given_goes_before_the_address() -> None:
    _, parts = endpoint_of("https://store.example", {"query": "https://read.example/sparql", "user": "me"})
    assert (parts["query"], parts["user"]) == ("https://read.example/sparql", "me")


@pytest.mark.parametrize("url", ["ftp://store.example", "file:///etc", "http://", "https://[::1"])
def test_another_kind_of_address_is_refused(url: str) -> None:
    with pytest.raises(UsageError):
        endpoint_of(url, {})


def test_an_endpoint_travels_and_does_not_show_its_password() -> None:
    endpoint = replace(ENDPOINT, user="me", password="secret")
    assert load(dump(endpoint)) == endpoint
    assert "secret" not in repr(endpoint)


def test_values_are_joined_to_the_pattern() -> None:
    text = with_values('SELECT ?s WHERE { ?s ?p "{" }', {"s": NamedNode("http://x/a"), "p": NamedNode("http://x/p")})
    assert text == 'SELECT ?s WHERE { VALUES (?s ?p) { (<http://x/a> <http://x/p>) }  ?s ?p "{" }'
    assert r'("a\"b")' in with_values("ASK { ?s ?p ?o }", {"o": Literal('a"b')})


def test_a_base_is_said_only_where_it_is_needed() -> None:
    assert with_base("ASK { <a> ?p ?o }", "http://x/") == "BASE <http://x/> ASK { <a> ?p ?o }"
    assert with_base("ASK { <http://y/a/b> ?p ?o }", "http://x/") == "ASK { <http://y/a/b> ?p ?o }"


def test_the_form_of_a_query() -> None:
    form = form_of("PREFIX select: <http://x/> # ASK\nconstruct where { graph select:g { ?s ?p 'ASK' } }")
    assert (form.name, form.graphs, form.any_graph) == ("CONSTRUCT", ("http://x/g",), False)
    assert form_of("ASK { GRAPH ?g { ?s ?p ?o } }").any_graph
    with pytest.raises(QuerySyntaxError):
        form_of("DELETE WHERE { ?s ?p ?o }")


def test_the_union_is_named_where_the_default_graph_is_something_else() -> None:
    plain, named = form_of("ASK { ?s ?p ?o }"), form_of("ASK { ?s ?p ?o GRAPH <http://x/g> { ?s ?p ?o } }")
    assert dataset_of(plain, None) == ()
    assert dataset_of(plain, "u:u") == [("default-graph-uri", "u:u")]
    assert dataset_of(named, "u:u") == [("default-graph-uri", "u:u"), ("named-graph-uri", "http://x/g")]
    assert dataset_of(form_of("ASK FROM <http://x/g> { ?s ?p ?o }"), "u:u") == ()
    with pytest.raises(RefusedError):
        dataset_of(form_of("ASK { GRAPH <http://x/g> { ?s ?p ?o } GRAPH ?g { ?s ?p ?o } }"), "u:u")


@pytest.mark.parametrize(
    "text",
    [
        "define get:soft 'soft' ASK { ?s ?p ?o }",
        "SELECT (bif:sys_stat('x') AS ?x) {}",
        "ASK { FILTER(SQL:rnd(1) > 0) }",
    ],
)
def test_an_engines_own_dialect_is_refused(text: str) -> None:
    with pytest.raises(RefusedError):
        refuse_dialect(text)


def test_triples_go_in_pieces_of_whole_lines() -> None:
    lines = b"".join(b"<s> <p> <%d> .\n" % number for number in range(100)) + b"<s> <p> <" + b"x" * 300 + b"> .\n"
    found = list(pieces(lines, 200))
    assert b"".join(found) == lines
    assert all(piece.endswith(b" .\n") for piece in found)
    assert max(len(piece) for piece in found[:-1]) <= 200
    assert list(pieces(b"", 10)) == []


def test_what_fails_in_passing_is_asked_again_and_the_server_may_say_when() -> None:
    answers = [httpx.Response(503, headers={"retry-after": "7"}), httpx.Response(429), httpx.Response(204)]
    waits: list[float] = []
    found = client(lambda _: answers.pop(0), waits)
    found.update("INSERT DATA { <a:a> <a:b> <a:c> }")
    assert answers == []
    assert waits[0] == 7
    assert 0 < waits[1] < 2


def test_a_deadlock_is_asked_again() -> None:
    answers = [httpx.Response(500, text="Virtuoso 40001 Error SR172: Transaction deadlocked"), httpx.Response(201)]
    assert client(lambda _: answers.pop(0)).put_graph("http://x/g", b"")


def test_patience_has_an_end_and_the_last_failure_is_told() -> None:
    waits: list[float] = []

    def fail(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused", request=request)

    with pytest.raises(StoreError, match="cannot be reached"):
        client(fail, waits).update("CLEAR ALL")
    assert len(waits) == ENDPOINT.attempts - 1


@pytest.mark.parametrize(
    ("status", "error"), [(400, QuerySyntaxError), (401, StoreError), (413, TooLargeError), (500, StoreError)]
)
def test_what_will_not_get_better_is_not_asked_again(status: int, error: type[Exception]) -> None:
    waits: list[float] = []
    with pytest.raises(error):
        client(lambda _: httpx.Response(status, text="no"), waits).update("CLEAR ALL")
    assert waits == []


def test_a_redirect_is_not_followed() -> None:
    with pytest.raises(StoreError, match="302"):
        client(lambda _: httpx.Response(302, headers={"location": "http://127.0.0.1/"})).update("CLEAR ALL")


def test_an_answer_that_the_store_cuts_off_is_an_error() -> None:
    found = client(lambda _: httpx.Response(200, headers={"x-sparql-maxrows": "10000"}))
    with pytest.raises(LimitError, match="cuts its answer off"), found.query("SELECT * { ?s ?p ?o }"):
        pass


def test_booleans_of_virtuoso_are_put_right_and_texts_are_not() -> None:
    row = b'{"x": {"datatype": "http://www.w3.org/2001/XMLSchema#boolean", "value": "1" }}\n'
    text = b'{"x": {"type": "literal", "value": "XMLSchema#boolean\\", \\"value\\": \\"1\\"" }}\n'
    answer = httpx.Response(200, headers={"server": "Virtuoso/07"}, content=iter([row[:60], row[60:] + text]))
    assert b"".join(body_of(answer)) == row.replace(b'"1"', b'"true"') + text


def test_a_parser_reads_what_it_asks_for() -> None:
    stream = ByteStream(iter([b"abc", b"", b"defg"]))
    assert [stream.read(2), stream.read(2), stream.read(9), stream.read(9)] == [b"ab", b"c", b"defg", b""]
    assert ByteStream(iter([b"a", b"b"])).read() == b"ab"
