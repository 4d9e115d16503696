"""The service and `build` over stores of other makers, started for the tests. The data is invented."""

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from api.app import create_app
from api.commands.build import run as build
from api.settings import Settings
from api.stores import open_store
from graph.store import Store
from ontology.iri import DERIVED_GRAPH, VOCABULARY_GRAPH
from ontology.model import Vocabulary

TOKEN = "sesame"
EXAMPLES = Path(__file__).parents[1] / "examples" / "records"
LINES = b"".join(b'<http://x/%d> <http://x/p> "%d" .\n' % (number, number) for number in range(50))
FLAG = b'<http://x/0> <http://x/flag> "true"^^<http://www.w3.org/2001/XMLSchema#boolean> .\n'
JSON = {"accept": "application/sparql-results+json"}


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def settings(request: pytest.FixtureRequest) -> Settings:
    url = request.getfixturevalue(f"{request.param}_server")
    if request.param == "oxigraph":
        return Settings(store=url, token=TOKEN, readers=2, query_seconds=20, log_level="error")
    return virtuoso_settings(url)


def virtuoso_settings(url: str) -> Settings:
    return Settings(
        store=url,
        store_query_url=f"{url}/sparql",
        store_update_url=f"{url}/sparql-auth",
        store_graph_url=f"{url}/sparql-graph-crud-auth",
        store_user="dba",
        store_password="dba",
        store_auth="digest",
        store_default_graph="all",
        token=TOKEN,
        readers=2,
        query_seconds=20,
        log_level="error",
    )


def filled(settings: Settings) -> Store:
    store = open_store(settings)
    with store.writer() as writer:
        writer.replace_graph(VOCABULARY_GRAPH, LINES + FLAG)
        writer.replace_graph(DERIVED_GRAPH, b"")
        writer.replace_graph("http://x/quarantined", b"<http://x/bad> <http://x/p> <http://x/bad> .\n")
    return store


@pytest.fixture(scope="module")
def service(settings: Settings, start_service: Callable[[Callable[..., object]], httpx.Client]) -> httpx.Client:
    app = create_app(settings, filled(settings), vocabulary=Vocabulary({}, {}, {}, {}, {}, (), "none"))
    return start_service(app)


def ask(service: httpx.Client, text: str, **headers: str) -> httpx.Response:
    return service.get("/sparql", params={"query": text}, headers=JSON | headers)


def test_a_select_in_every_format(service: httpx.Client) -> None:
    text = "SELECT ?s ?o WHERE { ?s <http://x/p> ?o } ORDER BY ?s"
    found = ask(service, text).json()
    assert len(found["results"]["bindings"]) == 50
    assert {cell["type"] for row in found["results"]["bindings"] for cell in row.values()} == {"uri", "literal"}
    assert ask(service, text, accept="text/csv").text.startswith("s,o\r\nhttp://x/0,0\r\n")
    assert ask(service, text, accept="text/tab-separated-values").text.count("\n") == 51
    assert "<binding" in ask(service, text, accept="application/sparql-results+xml").text


def test_a_boolean_is_written_as_everybody_writes_it(service: httpx.Client) -> None:
    found = ask(service, "SELECT ?o WHERE { ?s <http://x/flag> ?o FILTER(?o) }").json()
    assert found["results"]["bindings"][0]["o"]["value"] == "true"


@pytest.mark.parametrize("accept", ["text/turtle", "application/n-triples", "application/ld+json"])
def test_a_construct_in_syntaxes_of_ours(service: httpx.Client, accept: str) -> None:
    answer = ask(service, "CONSTRUCT { ?s <http://x/q> ?o } WHERE { ?s <http://x/p> ?o }", accept=accept)
    assert answer.headers["content-type"].startswith(accept)
    assert answer.text.count("http://x/49") == 1


def test_the_default_graph_is_the_union_and_no_more(service: httpx.Client) -> None:
    assert ask(service, "ASK { <http://x/7> <http://x/p> '7' }").json()["boolean"] is True
    assert ask(service, "ASK { <http://x/bad> ?p ?o }").json()["boolean"] is False
    assert ask(service, "ASK { GRAPH <http://x/quarantined> { <http://x/bad> ?p ?o } }").json()["boolean"] is True


def test_an_answer_is_not_kept(service: httpx.Client) -> None:
    answer = ask(service, "ASK { ?s ?p ?o }")
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("SELECT * WHERE {", 400),
        ("SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }", 403),
        ("SELECT * FROM <http://x/nowhere> { ?s ?p ?o }", 403),
        ("define get:soft 'soft' SELECT * { ?s ?p ?o }", 403),
        ("INSERT DATA { <a:a> <a:b> <a:c> }", 400),
    ],
)
def test_what_is_not_sent_or_not_understood(service: httpx.Client, text: str, status: int) -> None:
    assert ask(service, text).status_code == status


def test_a_query_that_takes_too_long_ends_and_the_next_one_does_not_wait(service: httpx.Client) -> None:
    slow = """SELECT (COUNT(*) AS ?n) WHERE {
        ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n1 ?o . ?p ?q ?r
        FILTER(CONTAINS(CONCAT(STR(?c), STR(?f), STR(?i), STR(?l), STR(?o), STR(?r)), "no such text")) }"""
    answer = service.get("/sparql", params={"query": slow, "timeout": "0.3"}, headers=JSON)
    assert (answer.status_code, answer.json()["limit"]) == (503, "query_seconds")
    assert ask(service, "ASK { <http://x/7> ?p ?o }").json()["boolean"] is True


def test_writing_needs_the_token_and_a_graph_of_ones_own(service: httpx.Client) -> None:
    headers = {"content-type": "application/sparql-update"}
    bearer = headers | {"authorization": f"Bearer {TOKEN}"}
    mine = "INSERT DATA { GRAPH <http://x/mine> { <http://x/a> <http://x/p> 'note' } }"
    assert service.post("/sparql", content=mine, headers=headers).status_code == 401
    assert service.post("/sparql", content=mine, headers=bearer).status_code == 204
    assert ask(service, "ASK { GRAPH <http://x/mine> { ?s ?p 'note' } }").json()["boolean"] is True
    owned = f"INSERT DATA {{ GRAPH <{VOCABULARY_GRAPH}> {{ <http://x/a> <http://x/p> 'note' }} }}"
    assert service.post("/sparql", content=owned, headers=bearer).status_code == 403


def test_graphs_come_and_go(service: httpx.Client) -> None:
    bearer = {"authorization": f"Bearer {TOKEN}", "content-type": "text/turtle"}
    address = "/store?graph=http://x/sent"
    assert service.put(address, content="<http://x/a> <http://x/p> 1 .", headers=bearer).status_code == 201
    assert "<http://x/a>" in service.get(address, headers={"accept": "application/n-triples"}).text
    assert service.delete(address, headers=bearer).status_code == 204
    assert service.get(address).status_code == 404
    assert service.delete(address, headers=bearer).status_code == 404


def test_health_and_description(service: httpx.Client) -> None:
    assert service.get("/health").json()["status"] == "ready"
    assert "sd:Service" in service.get("/sparql", headers={"accept": "text/turtle"}).text


@pytest.mark.slow
def test_a_build_and_a_second_one(settings: Settings, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    from api.commands.ask import run  # noqa: PLC0415 - loads the vocabulary

    records = [str(path) for path in sorted(EXAMPLES.glob("NCT9900000[12]*"))]
    assert len(records) == 2
    assert build(records, settings) == 0
    assert b"loaded 2" in capfdbinary.readouterr().out
    assert build(records, settings) == 0
    assert b"unchanged 2" in capfdbinary.readouterr().out
    assert run(["which PD-L1 combos in second line"], None, "json", 10, settings) == 0
    assert [trial["id"] for trial in json.loads(capfdbinary.readouterr().out)["trials"]] == ["NCT99000001"]


def test_a_cap_on_rows_is_told_and_never_silent(
    start_virtuoso: Callable[[int], str], start_service: Callable[[Callable[..., object]], httpx.Client]
) -> None:
    settings = virtuoso_settings(start_virtuoso(20))
    app = create_app(settings, filled(settings), vocabulary=Vocabulary({}, {}, {}, {}, {}, (), "none"))
    answer = ask(start_service(app), "SELECT * WHERE { ?s <http://x/p> ?o }")
    assert (answer.status_code, answer.json()["limit"]) == (422, "store_rows")
