"""The W3C's SPARQL 1.1 Protocol, Graph Store and Service Description suites, from their manifests, over HTTP."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import pytest
from pyoxigraph import QueryResultsFormat, parse_query_results
from rdflib import Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from rdflib.namespace import RDF
from rdflib.term import Node

from api.app import create_app
from api.settings import Settings
from graph.formats import FORMATS
from graph.oxigraph import EmbeddedStore
from ontology.model import Vocabulary

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
RDFS_LABEL = URIRef("http://www.w3.org/2000/01/rdf-schema#label")
TOKEN = "test-token"
SUITES = Path(os.environ.get("TRIALGRAPH_SHARED") or Path(__file__).parents[2] / "shared") / "w3c" / "sparql11"
STATUS = {"Created": 201, "OK": 200, "NoContent": 204, "NotFound": 404, "BadRequest": 400, "Accepted": 202}

pytestmark = pytest.mark.skipif(not SUITES.is_dir(), reason="no W3C suites: set TRIALGRAPH_SHARED")


def manifest(path: str) -> Graph:
    return Graph().parse(SUITES / path) if SUITES.is_dir() else Graph()


def entries(data: Graph) -> list[tuple[Graph, Node]]:
    listed = [Collection(data, node) for node in data.objects(None, MF.entries)]
    return [(data, entry) for one in listed for entry in one]


def ids(case: tuple[Graph, Node]) -> str:
    return str(case[1]).rpartition("#")[2]


PROTOCOL = entries(manifest("protocol/manifest.ttl"))
GRAPH_STORE = [
    case for name in ("direct", "indirect") for case in entries(manifest(f"graph-store-protocol/manifest-{name}.ttl"))
]


@pytest.fixture(scope="module")
def client(
    start_service: Callable[[Callable[..., object]], httpx.Client], tmp_path_factory: pytest.TempPathFactory
) -> httpx.Client:
    store = EmbeddedStore(tmp_path_factory.mktemp("w3c"))
    with store.writer():
        pass
    settings = Settings(dataset="plain", token=TOKEN, readers=1)
    return start_service(create_app(settings, store, vocabulary=Vocabulary({}, {}, {}, {}, {}, (), "none")))


def put(client: httpx.Client, graph: str, body: bytes) -> None:
    headers = {"content-type": "text/turtle", "authorization": f"Bearer {TOKEN}"}
    client.put("/store", params={"graph": graph}, content=body, headers=headers).raise_for_status()


def header_fields(data: Graph, node: Node) -> dict[str, str]:
    fields = [item for listed in data.objects(node, HT.headers) for item in Collection(data, listed)]
    return {str(data.value(field, HT.fieldName)).lower(): str(data.value(field, HT.fieldValue)) for field in fields}


def body_of(data: Graph, node: Node | None) -> bytes:
    body = data.value(node, HT.body)
    if body is None:
        return b""
    charset = str(data.value(body, CNT.characterEncoding) or "UTF-8")
    return str(data.value(body, CNT.chars)).encode(charset)


def requests(data: Graph, entry: Node) -> Iterator[Node]:
    for listed in data.objects(data.value(entry, MF.action), HT.requests):
        yield from Collection(data, listed)


def expected_statuses(data: Graph, response: Node | None) -> list[str]:
    return [str(status).rpartition("#")[2] for status in data.objects(response, MF.expectedStatus)]


def status_fits(status: int, expected: list[str]) -> bool:
    families = {name.removeprefix("StatusCode")[0] for name in expected if name.startswith("StatusCode")}
    return str(status)[0] in families or status in {STATUS.get(name) for name in expected}


@pytest.mark.parametrize("case", PROTOCOL, ids=ids)
def test_protocol(client: httpx.Client, case: tuple[Graph, Node]) -> None:
    data, entry = case
    for loaded in data.objects(entry, UT.graphData):
        file = Path(urlsplit(str(data.value(loaded, UT.graph))).path)
        put(client, str(data.value(loaded, RDFS_LABEL)), file.read_bytes())
    for request in requests(data, entry):
        path = str(data.value(request, HT.absolutePath)).replace("/sparql/", "/sparql", 1)
        headers = {"authorization": f"Bearer {TOKEN}", **header_fields(data, request)}
        method = str(data.value(request, HT.methodName))
        answer = client.request(method, path, headers=headers, content=body_of(data, request))
        check_protocol(answer, data, data.value(request, HT.resp))


def check_protocol(answer: httpx.Response, data: Graph, expected: Node | None) -> None:
    assert status_fits(answer.status_code, expected_statuses(data, expected)), answer.text
    kind = data.value(expected, MF.expectedFormat)
    if kind is None:
        return
    name = next(known for known in FORMATS.values() if known.bare == answer.headers["content-type"].partition(";")[0])
    assert (str(kind) == "RDF") == (name.name in {"ttl", "nt", "nq", "trig", "jsonld", "rdf"})
    boolean = data.value(expected, MF.expectedBoolean)
    if boolean is not None and isinstance(name.engine, QueryResultsFormat):
        assert bool(parse_query_results(answer.content, name.engine)) == (str(boolean) == "true")


@pytest.mark.parametrize("case", GRAPH_STORE, ids=ids)
def test_graph_store(client: httpx.Client, case: tuple[Graph, Node]) -> None:
    """Each test starts on an empty store; `$GRAPHSTORE$` and `/gsp` are this service's `/store`."""
    data, entry = case
    clear = {"content-type": "application/sparql-update", "authorization": f"Bearer {TOKEN}"}
    client.post("/sparql", content=b"DROP ALL", headers=clear).raise_for_status()
    location = ""
    for request in requests(data, entry):
        path = str(data.value(request, HT.absolutePath))
        path = re.sub(r"^(/gsp|\$GRAPHSTORE\$)", "/store", path.replace("$LOCATION$", quote(location, safe="")))
        headers = {"authorization": f"Bearer {TOKEN}", **header_fields(data, request)}
        method = str(data.value(request, HT.methodName))
        answer = client.request(method, path, headers=headers, content=body_of(data, request))
        expected = data.value(request, HT.resp)
        check_graph_store(answer, data, expected)
        location = answer.headers.get("location", location)


def check_graph_store(answer: httpx.Response, data: Graph, expected: Node | None) -> None:
    assert status_fits(answer.status_code, expected_statuses(data, expected)), (answer.status_code, answer.text)
    body = body_of(data, expected)
    if body:
        found = Graph().parse(data=answer.content, format="turtle", publicID="http://www.example/")
        assert isomorphic(found, Graph().parse(data=body, format="turtle", publicID="http://www.example/"))


def test_get_on_endpoint_returns_rdf(client: httpx.Client) -> None:
    """`returns-rdf`"""
    answer = client.get("/sparql")
    assert answer.headers["content-type"] == "text/turtle; charset=utf-8"
    assert len(Graph().parse(data=answer.content, format="turtle")) > 20


def test_description_contains_a_matching_endpoint_triple(client: httpx.Client) -> None:
    """`has-endpoint-triple`"""
    data = Graph().parse(data=client.get("/sparql").content, format="turtle")
    assert [str(endpoint) for endpoint in data.objects(None, SD.endpoint)] == [str(client.base_url.join("/sparql"))]


def test_description_conforms_to_schema(client: httpx.Client) -> None:
    """`conforms-to-schema`: the classes and properties of the vocabulary's namespace are its own, used as it says."""
    data = Graph().parse(data=client.get("/sparql").content, format="turtle")
    used = {str(term) for triple in data for term in triple if str(term).startswith(str(SD))}
    known = "Service Dataset Graph NamedGraph endpoint supportedLanguage resultFormat inputFormat defaultDataset "
    known += "defaultGraph namedGraph name graph SPARQL11Query SPARQL11Update"
    assert used <= {str(SD[name]) for name in known.split()}
    assert (None, RDF.type, SD.Service) in data
    for service in data.subjects(RDF.type, SD.Service):
        assert isinstance(data.value(service, SD.endpoint), URIRef)
        assert (data.value(service, SD.defaultDataset), RDF.type, SD.Dataset) in data
