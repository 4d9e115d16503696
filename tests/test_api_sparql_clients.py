"""Clients that people use, as they use them. The data is invented."""

import io
import shutil
import subprocess
from collections.abc import Callable

import httpx
import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLStore, SPARQLUpdateStore

from api.app import create_app
from api.settings import Settings
from graph.oxigraph import EmbeddedStore
from ontology.iri import VOCABULARY_GRAPH
from ontology.model import Vocabulary

TOKEN = "sesame"
LINES = b"".join(b'<http://x/%d> <http://x/p> "%d" .\n' % (number, number) for number in range(50))
SELECT = "SELECT ?s ?o { ?s <http://x/p> ?o } ORDER BY ?s"


@pytest.fixture(scope="module")
def endpoint(
    start_service: Callable[[Callable[..., object]], httpx.Client], tmp_path_factory: pytest.TempPathFactory
) -> str:
    store = EmbeddedStore(tmp_path_factory.mktemp("store"))
    with store.writer() as writer:
        writer.replace_graph(VOCABULARY_GRAPH, LINES)
    settings = Settings(token=TOKEN, readers=2, log_level="error")
    client = start_service(create_app(settings, store, vocabulary=Vocabulary({}, {}, {}, {}, {}, (), "none")))
    return str(client.base_url.join("/sparql"))


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_sparql_store(endpoint: str, method: str) -> None:
    data = Graph(SPARQLStore(endpoint, method=method))
    rows = list(data.query(SELECT))
    assert len(rows) == 50
    assert list(data.objects(URIRef("http://x/7"), URIRef("http://x/p"))) == [Literal("7")]


def test_rdflib_sparql_update_store(endpoint: str) -> None:
    store = SPARQLUpdateStore(endpoint, endpoint, headers={"Authorization": f"Bearer {TOKEN}"})
    data = Graph(store, identifier=URIRef("http://x/notes"))
    data.add((URIRef("http://x/a"), URIRef("http://x/p"), Literal("note")))
    assert list(data.objects(URIRef("http://x/a"))) == [Literal("note")]


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("form", ["json", "xml", "csv"])
def test_sparqlwrapper(endpoint: str, form: str) -> None:
    wrapper = pytest.importorskip("SPARQLWrapper").SPARQLWrapper(endpoint)
    wrapper.setQuery(SELECT)
    wrapper.setReturnFormat(form)
    found = wrapper.queryAndConvert()
    text = found.decode() if isinstance(found, bytes) else found.toxml() if form == "xml" else str(found)
    assert text.count("http://x/") >= 50


def test_pandas_reads_csv(endpoint: str) -> None:
    pandas = pytest.importorskip("pandas")
    answer = httpx.get(endpoint, params={"query": SELECT}, headers={"accept": "text/csv"})
    frame = pandas.read_csv(io.BytesIO(answer.content))
    assert (list(frame.columns), len(frame), int(frame["o"].sum())) == (["s", "o"], 50, sum(range(50)))


@pytest.mark.skipif(shutil.which("curl") is None, reason="no curl here")
def test_curl(endpoint: str) -> None:
    command = [
        "curl",
        "-sS",
        "--compressed",
        "-G",
        endpoint,
        "--data-urlencode",
        f"query={SELECT}",
        "-H",
        "Accept: text/csv",
    ]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert output.splitlines()[1] == "http://x/0,0"


def test_a_browser_editor_asks_across_origins(endpoint: str) -> None:
    """What YASGUI sends from a page of another host: a preflight, then a form with its Accept header."""
    origin = {"origin": "https://editor.example"}
    wish = {"access-control-request-method": "POST", "access-control-request-headers": "content-type"}
    preflight = httpx.options(endpoint, headers=origin | wish)
    assert preflight.headers["access-control-allow-origin"] == "*"
    accept = "application/sparql-results+json,*/*;q=0.9"
    answer = httpx.post(endpoint, data={"query": SELECT}, headers=origin | {"accept": accept})
    assert len(answer.json()["results"]["bindings"]) == 50
    assert "etag" in answer.headers["access-control-expose-headers"]
