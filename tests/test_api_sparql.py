"""`/sparql` and `/store` over HTTP, clause by clause. The data is invented."""

import gzip
import json
from collections.abc import Callable

import httpx
import pytest
import zstandard
from pyoxigraph import RdfFormat, parse

from api.app import create_app
from api.settings import Settings
from graph.oxigraph import EmbeddedStore
from ontology.iri import GRAPHS, VOCABULARY_GRAPH
from ontology.model import Vocabulary

TOKEN = "sesame"
WRITE = {"authorization": f"Bearer {TOKEN}"}
NOTES = "http://example.org/notes"
OWN = VOCABULARY_GRAPH
LINES = b"".join(b'<http://example.org/t%d> <http://example.org/p> "%d" .\n' % (i, i) for i in range(3000))
EMPTY = Vocabulary({}, {}, {}, {}, {}, (), "none")


@pytest.fixture(scope="module")
def client(
    start_service: Callable[[Callable[..., object]], httpx.Client], tmp_path_factory: pytest.TempPathFactory
) -> httpx.Client:
    store = EmbeddedStore(tmp_path_factory.mktemp("store"))
    with store.writer() as writer:
        writer.replace_graph(OWN, LINES)
    settings = Settings(token=TOKEN, readers=2, log_level="error", cors_origins=("https://ok.example",))
    return start_service(create_app(settings, store, vocabulary=EMPTY))


def select(client: httpx.Client, query: str, **parameters: str) -> httpx.Response:
    return client.get("/sparql", params={"query": query, **parameters}, headers={"accept": "application/json"})


def values(answer: httpx.Response) -> list[dict[str, str]]:
    rows = answer.json()["results"]["bindings"]
    return [{name: cell["value"] for name, cell in row.items()} for row in rows]


COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
ALL = "SELECT * { ?s ?p ?o } ORDER BY ?s"


def test_query_get_form_and_direct_agree(client: httpx.Client) -> None:
    answers = [
        client.get("/sparql", params={"query": COUNT}),
        client.post("/sparql", data={"query": COUNT}),
        client.post("/sparql", content=COUNT, headers={"content-type": "application/sparql-query"}),
    ]
    assert [values(answer) for answer in answers] == [[{"n": "3000"}]] * 3


def test_head_has_the_headers_of_get(client: httpx.Client) -> None:
    got, head = select(client, COUNT), client.head("/sparql", params={"query": COUNT})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == "application/sparql-results+json"
    assert got.status_code == 200


def test_options_is_a_preflight(client: httpx.Client) -> None:
    answer = client.options("/sparql", headers={"origin": "https://ok.example"})
    assert answer.status_code == 204
    assert answer.headers["access-control-allow-origin"] == "https://ok.example"
    assert "POST" in answer.headers["access-control-allow-methods"]


def test_another_origin_is_not_allowed(client: httpx.Client) -> None:
    answer = client.options("/sparql", headers={"origin": "https://other.example"})
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_not_allowed(client: httpx.Client, method: str) -> None:
    answer = client.request(method, "/sparql")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST, OPTIONS")


@pytest.mark.parametrize(
    ("form", "accept", "status"),
    [
        ("SELECT * {} LIMIT 1", "text/turtle", 406),
        ("ASK {}", "text/turtle", 406),
        ("CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1", "text/csv", 406),
        ("DESCRIBE <http://example.org/t1>", "text/turtle", 200),
        ("ASK {}", "text/csv", 200),
        ("ASK {}", "text/html", 406),
    ],
)
def test_form_and_accept(client: httpx.Client, form: str, accept: str, status: int) -> None:
    assert client.get("/sparql", params={"query": form}, headers={"accept": accept}).status_code == status


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/turtle", RdfFormat.TURTLE),
        ("application/n-triples", RdfFormat.N_TRIPLES),
        ("application/n-quads", RdfFormat.N_QUADS),
        ("application/trig", RdfFormat.TRIG),
        ("application/ld+json", RdfFormat.JSON_LD),
        ("application/rdf+xml", RdfFormat.RDF_XML),
    ],
)
def test_triples_in_every_syntax(client: httpx.Client, accept: str, kind: RdfFormat) -> None:
    query = {"query": "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 7"}
    answer = client.get("/sparql", params=query, headers={"accept": accept})
    assert answer.headers["content-type"].startswith(accept)
    assert len(list(parse(answer.content, kind))) == 7


def test_a_syntax_error_has_its_place(client: httpx.Client) -> None:
    answer = select(client, "SELECT *\n{ ?s ?p }")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert (answer.json()["line"], answer.json()["column"]) == (2, 10)


def test_dataset_of_the_request(client: httpx.Client) -> None:
    client.put("/store", params={"graph": NOTES}, content=b"<a> <b> <c> .", headers=WRITE).raise_for_status()
    default = {"default-graph-uri": NOTES}
    assert values(select(client, COUNT, **default)) == [{"n": "1"}]
    assert values(select(client, "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }", **default)) == [{"n": "0"}]
    named = {"named-graph-uri": NOTES}
    assert values(select(client, "SELECT ?g { GRAPH ?g { ?s ?p ?o } }", **named)) == [{"g": NOTES}]
    assert values(select(client, COUNT, **named)) == [{"n": "0"}]


def test_the_default_graph_is_the_union_without_users_graphs(client: httpx.Client) -> None:
    client.put("/store", params={"graph": NOTES}, content=b"<a> <b> <c> .", headers=WRITE).raise_for_status()
    assert values(select(client, COUNT)) == [{"n": "3000"}]


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_codings_hold_the_same_bytes(client: httpx.Client, coding: str) -> None:
    plain = client.get("/sparql", params={"query": ALL}, headers={"accept-encoding": "identity"}).content
    with client.stream("GET", "/sparql", params={"query": ALL}, headers={"accept-encoding": coding}) as answer:
        raw = b"".join(answer.iter_raw())
        assert answer.headers["content-encoding"] == coding
    found = gzip.decompress(raw) if coding == "gzip" else zstandard.ZstdDecompressor().decompressobj().decompress(raw)
    assert found == plain


def test_an_unchanged_answer_is_not_sent_again(client: httpx.Client) -> None:
    first = select(client, COUNT)
    headers = {"accept": "application/json", "if-none-match": first.headers["etag"]}
    again = client.get("/sparql", params={"query": COUNT}, headers=headers)
    assert (again.status_code, again.content) == (304, b"")
    client.put("/store", params={"graph": NOTES}, content=b"<a> <b> <d> .", headers=WRITE).raise_for_status()
    changed = client.get("/sparql", params={"query": COUNT}, headers=headers)
    assert changed.status_code == 200
    assert changed.headers["etag"] != first.headers["etag"]


def test_an_answer_given_again_is_the_same(client: httpx.Client) -> None:
    assert select(client, ALL).content == select(client, ALL).content


def test_an_answer_that_differs_each_time_is_not_kept(client: httpx.Client) -> None:
    answers = [select(client, "SELECT (UUID() AS ?n) {}") for _ in range(2)]
    assert answers[0].headers["cache-control"] == "no-store"
    assert values(answers[0]) != values(answers[1])


def test_a_timeout_of_the_client(client: httpx.Client) -> None:
    slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    answer = select(client, slow, timeout="0.3")
    assert (answer.status_code, answer.json()["limit"]) == (503, "query_seconds")
    assert "retry-after" in answer.headers


def test_update_needs_the_token(client: httpx.Client) -> None:
    update = {"update": f"INSERT DATA {{ GRAPH <{NOTES}> {{ <http://a> <http://b> 1 }} }}"}
    without = client.post("/sparql", data=update)
    assert (without.status_code, without.headers["www-authenticate"][:6]) == (401, "Bearer")
    assert client.post("/sparql", data=update, headers={"authorization": "Bearer wrong"}).status_code == 401
    assert client.post("/sparql", data=update, headers=WRITE).status_code == 204
    assert values(select(client, f"SELECT ?o {{ GRAPH <{NOTES}> {{ <http://a> <http://b> ?o }} }}")) == [{"o": "1"}]


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <http://a> <http://b> 1 }",
        f"INSERT DATA {{ GRAPH <{OWN}> {{ <http://a> <http://b> 1 }} }}",
        f"PREFIX g: <{GRAPHS}> INSERT DATA {{ GRAPH g:derived {{ <http://a> <http://b> 1 }} }}",
        f"WITH <{OWN}> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}",
        "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }",
        "DELETE WHERE { GRAPH ?g { ?s ?p ?o } }",
        "DELETE WHERE { ?s ?p ?o }",
        "CLEAR ALL",
        "DROP NAMED",
        "CLEAR DEFAULT",
        f"DROP SILENT GRAPH <{OWN}>",
        f"MOVE <{OWN}> TO <{NOTES}>",
        f"COPY <{NOTES}> TO <{OWN}>",
        f"ADD <{NOTES}> TO DEFAULT",
        f"CREATE GRAPH <{GRAPHS}trial/NCT99999999>",
        "LOAD <http://127.0.0.1/x>",
        f"INSERT {{ GRAPH <{NOTES}> {{ ?s ?p ?o }} }} WHERE {{ SERVICE <http://127.0.0.1/> {{ ?s ?p ?o }} }}",
    ],
)
def test_updates_never_touch_what_build_owns(client: httpx.Client, update: str) -> None:
    answer = client.post("/sparql", data={"update": update}, headers=WRITE)
    assert (answer.status_code, answer.json()["title"]) == (403, "Refused")
    assert values(select(client, f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{OWN}> {{ ?s ?p ?o }} }}")) == [{"n": "3000"}]


def test_a_malformed_update_has_its_place(client: httpx.Client) -> None:
    answer = client.post("/sparql", data={"update": "INSERT DATA {"}, headers=WRITE)
    assert (answer.status_code, answer.json()["title"]) == (400, "Malformed SPARQL")


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE"])
@pytest.mark.parametrize("target", ["?default", f"?graph={OWN}"])
def test_the_graph_store_never_touches_what_build_owns(client: httpx.Client, method: str, target: str) -> None:
    answer = client.request(method, f"/store{target}", content=b"<a> <b> <c> .", headers=WRITE)
    assert answer.status_code == 403


@pytest.mark.parametrize(
    ("target", "content_type", "body", "status"),
    [
        ("?graph=relative", "text/turtle", b"", 400),
        ("?graph=http://a&default", "text/turtle", b"", 400),
        ("", "text/turtle", b"", 400),
        (f"?graph={NOTES}", "text/plain-ish", b"", 415),
        (f"?graph={NOTES}", "application/json", b"{}", 415),
        (f"?graph={NOTES}", "text/turtle", b"<a> <b>", 400),
        ("?graph=file:///etc/passwd", "text/turtle", b"", 403),
    ],
)
def test_bad_puts(client: httpx.Client, target: str, content_type: str, body: bytes, status: int) -> None:
    headers = {**WRITE, "content-type": content_type}
    assert client.put(f"/store{target}", content=body, headers=headers).status_code == status


def test_a_write_after_one_that_failed(client: httpx.Client) -> None:
    for body, status in ((b"<a> <b>", 400), (b"<a> <b> 1 .", 204), (b"<a>", 400), (b"<a> <b> 2 .", 204)):
        client.put("/store", params={"graph": NOTES}, content=b"<a> <b> 0 .", headers=WRITE)
        answer = client.put("/store", params={"graph": NOTES}, content=body, headers=WRITE)
        assert answer.status_code == status, answer.text


def test_a_graph_comes_and_goes(client: httpx.Client) -> None:
    target = {"graph": "http://example.org/new"}
    assert client.get("/store", params=target).status_code == 404
    assert client.put("/store", params=target, content=b"<a> <b> <c> .", headers=WRITE).status_code == 201
    assert client.post("/store", params=target, content=b"<a> <b> <d> .", headers=WRITE).status_code == 204
    got = client.get("/store", params=target, headers={"accept": "application/n-triples"})
    assert len(got.text.splitlines()) == 2
    assert client.head("/store", params=target).status_code == 200
    assert client.delete("/store", params=target, headers=WRITE).status_code == 204
    assert client.delete("/store", params=target, headers=WRITE).status_code == 404


def test_description_tells_what_the_default_graph_is(client: httpx.Client) -> None:
    answer = client.get("/sparql", headers={"accept": "application/n-triples"})
    assert answer.status_code == 200
    assert "union of the graphs of all trials" in answer.text
    assert "SPARQLSelectExecutable" in answer.text
    assert '<http://rdfs.org/ns/void#triples> "3000"' in answer.text
    assert client.get("/.well-known/void").status_code == 200


def test_health_means_ready(client: httpx.Client) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")


def test_metrics_count_by_route_and_status(client: httpx.Client) -> None:
    client.get("/no/such/path")
    text = client.get("/metrics").text
    assert 'trialgraph_requests_total{method="GET",route="other",status="404"}' in text
    assert "trialgraph_request_seconds_bucket" in text


def test_every_answer_has_security_headers_and_a_request_id(client: httpx.Client) -> None:
    for path in ("/sparql?query=ASK{}", "/nope", "/health"):
        headers = client.get(path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert len(headers["x-request-id"]) == 36


def test_errors_have_one_shape(client: httpx.Client) -> None:
    for path in ("/nope", "/sparql?query=x", "/api/trials?limit=none"):
        answer = client.get(path)
        assert answer.headers["content-type"] == "application/problem+json"
        assert {"type", "title", "status", "instance"} <= set(json.loads(answer.content))


def test_openapi_tells_of_the_protocols_too(client: httpx.Client) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/sparql", "/store", "/.well-known/void", "/health", "/api/ask"} <= set(paths)
    assert "application/sparql-update" in paths["/sparql"]["post"]["requestBody"]["content"]
