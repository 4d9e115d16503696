"""The W3C's SPARQL 1.1 query, update, syntax and results suites, from their manifests, over HTTP.

What this engine does otherwise is in `w3c_known_failures.toml`, each with its reason; a test there must fail.
"""

import csv
import os
import tomllib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    parse,
    parse_query_results,
)
from rdflib import Graph, Namespace
from rdflib.collection import Collection
from rdflib.namespace import RDF
from rdflib.term import Node

from api.app import create_app
from api.settings import Settings
from graph.oxigraph import EmbeddedStore
from ontology.model import Vocabulary

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#")
RS = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/result-set#")
TOKEN = "test-token"
Term = NamedNode | BlankNode | Literal | Triple
BASE = "http://w3c.example/sparql11/"
SUITES = Path(os.environ.get("TRIALGRAPH_SHARED") or Path(__file__).parents[2] / "shared") / "w3c" / "sparql11"
KNOWN: dict[str, str] = tomllib.loads((Path(__file__).parent / "w3c_known_failures.toml").read_text("utf-8"))
LEFT_OUT = {"protocol", "graph-store-protocol", "http-rdf-update", "service-description"}
FORMATS = {".srx": QueryResultsFormat.XML, ".srj": QueryResultsFormat.JSON, ".tsv": QueryResultsFormat.TSV}
RDF_FORMATS = {".ttl": RdfFormat.TURTLE, ".rdf": RdfFormat.RDF_XML, ".nt": RdfFormat.N_TRIPLES, ".trig": RdfFormat.TRIG}

XSD = "http://www.w3.org/2001/XMLSchema#"
NUMBERS: dict[str, Callable[[str], float | int | Decimal]] = {
    f"{XSD}integer": int,
    f"{XSD}decimal": Decimal,
    f"{XSD}double": float,
    f"{XSD}float": float,
    f"{XSD}boolean": lambda text: {"true": 1, "1": 1, "false": 0, "0": 0}[text],
}

pytestmark = [
    pytest.mark.skipif(not SUITES.is_dir(), reason="no W3C suites: set TRIALGRAPH_SHARED"),
    pytest.mark.slow,
]


@dataclass(frozen=True)
class Case:
    """One test of a manifest. IRIs of files start with `BASE`."""

    id: str
    kind: str
    query: str
    data: tuple[tuple[str, str], ...] = ()
    result: str = ""
    result_data: tuple[tuple[str, str], ...] = ()


def read_cases() -> list[Case]:
    found = []
    for path in sorted(SUITES.glob("*/manifest.ttl")):
        if path.parent.name not in LEFT_OUT:
            found += manifest_cases(path)
    return found


def manifest_cases(path: Path) -> list[Case]:
    data = Graph().parse(path, publicID=BASE + f"{path.parent.name}/manifest.ttl")
    listed = [entry for head in data.objects(None, MF.entries) for entry in Collection(data, head)]
    return [case for entry in listed if (case := read_case(data, entry, path.parent.name)) is not None]


def read_case(data: Graph, entry: Node, folder: str) -> Case | None:
    kinds = [str(kind).rpartition("#")[2] for kind in data.objects(entry, RDF.type)]
    kind = next((one for one in kinds if "Test" in one), "")
    action, result = data.value(entry, MF.action), data.value(entry, MF.result)
    if not kind or action is None:
        return None
    query = data.value(action, QT.query) or data.value(action, UT.request) or action
    return Case(
        f"{folder}/{str(entry).rpartition('#')[2]}",
        kind,
        str(query),
        graphs_of(data, action),
        "" if result is None else str(result),
        () if result is None else graphs_of(data, result),
    )


def graphs_of(data: Graph, node: Node) -> tuple[tuple[str, str], ...]:
    """Pairs of a graph's name (empty: the default graph) and its file."""
    found = [("", str(file)) for file in (*data.objects(node, QT.data), *data.objects(node, UT.data))]
    found += [(str(file), str(file)) for file in data.objects(node, QT.graphData)]
    for one in data.objects(node, UT.graphData):
        found.append((str(data.value(one, RDFS.label)), str(data.value(one, UT.graph))))
    return tuple(sorted(found))


def content(iri: str) -> bytes:
    return (SUITES / iri.removeprefix(BASE)).read_bytes()


def parameters(cases: Iterable[Case]) -> list[object]:
    return [pytest.param(case, id=case.id, marks=[known(case.id)] if case.id in KNOWN else []) for case in cases]


def known(identifier: str) -> pytest.MarkDecorator:
    return pytest.mark.xfail(reason=KNOWN[identifier], strict=True)


CASES = read_cases() if SUITES.is_dir() else []
QUERIES = [case for case in CASES if case.kind in {"QueryEvaluationTest", "CSVResultFormatTest"}]
UPDATES = [case for case in CASES if case.kind == "UpdateEvaluationTest"]
SYNTAX = [case for case in CASES if "Syntax" in case.kind]


@dataclass
class Service:
    """A client, and which data its store holds."""

    client: httpx.Client
    holds: tuple[tuple[str, str], ...] | None = None

    def load(self, data: tuple[tuple[str, str], ...]) -> None:
        if data != self.holds:
            self.holds = None
            self.update("DROP ALL ; INSERT DATA { " + "".join(inserted(name, file) for name, file in data) + " }")
            self.holds = data

    def update(self, text: str, *, check: bool = True) -> httpx.Response:
        headers = {"content-type": "application/sparql-update", "authorization": f"Bearer {TOKEN}"}
        answer = self.client.post("/sparql", content=text.encode(), headers=headers)
        assert answer.is_success or not check, answer.text
        return answer

    def query(self, text: str, accept: str) -> httpx.Response:
        headers = {"content-type": "application/sparql-query", "accept": accept}
        return self.client.post("/sparql", content=text.encode(), headers=headers)


@pytest.fixture(scope="module")
def service(
    start_service: Callable[[Callable[..., object]], httpx.Client], tmp_path_factory: pytest.TempPathFactory
) -> Service:
    store = EmbeddedStore(tmp_path_factory.mktemp("w3c"))
    with store.writer():
        pass
    settings = Settings(dataset="plain", token=TOKEN, readers=1, log_level="error")
    return Service(start_service(create_app(settings, store, vocabulary=Vocabulary({}, {}, {}, {}, {}, (), "none"))))


def inserted(name: str, file: str) -> str:
    lines = "".join(f"{line.subject} {line.predicate} {line.object} . " for line in read_triples(file))
    return f"GRAPH <{name}> {{ {lines} }} " if name else lines


def read_triples(file: str) -> list[Quad]:
    kind = RDF_FORMATS[Path(file).suffix]
    prefix = "b" + "".join(char for char in file if char.isalnum())
    return [relabelled(quad, prefix) for quad in parse(content(file), kind, base_iri=file)]


def relabelled(quad: Quad, prefix: str) -> Quad:
    """Blank nodes of two files are two, whatever their labels."""
    subject = BlankNode(prefix + quad.subject.value) if isinstance(quad.subject, BlankNode) else quad.subject
    value = BlankNode(prefix + quad.object.value) if isinstance(quad.object, BlankNode) else quad.object
    return Quad(subject, quad.predicate, value)


def with_base(case: Case) -> str:
    return f"BASE <{case.query}>\n" + content(case.query).decode()


def by_value(term: Term) -> Term:
    """A number in one lexical form: the engine keeps values, and writes 1.0 as 1."""
    if not isinstance(term, Literal) or term.datatype.value not in NUMBERS:
        return term
    try:
        number = NUMBERS[term.datatype.value](term.value)
    except (ValueError, ArithmeticError, KeyError):
        return term
    return Literal(f"{number.normalize():f}" if isinstance(number, Decimal) else repr(number), datatype=term.datatype)


def canonical(quads: Iterable[Quad]) -> set[Quad]:
    dataset = Dataset(Quad(one.subject, one.predicate, by_value(one.object), one.graph_name) for one in quads)
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)


@dataclass(frozen=True)
class Rows:
    """Solutions as plain values: the engine's own object must not be dropped by another thread's garbage collection."""

    names: frozenset[str]
    rows: tuple[tuple[tuple[str, Term], ...], ...]


def read_results(data: bytes, kind: QueryResultsFormat) -> Rows | bool:
    found = parse_query_results(data, kind)
    if not isinstance(found, QuerySolutions):
        return bool(found)
    names = sorted(variable.value for variable in found.variables)
    rows = tuple(tuple((name, value) for name in names if (value := row[name]) is not None) for row in found)
    return Rows(frozenset(names), rows)


def rows_as_quads(found: Rows | bool) -> Iterable[Quad]:  # noqa: FBT001 (ASK has a boolean for its answer)
    """Solutions as a graph."""
    assert isinstance(found, Rows)
    return as_quads(found.rows)


def as_quads(rows: Iterable[Sequence[tuple[str, Term]]]) -> Iterable[Quad]:
    """Rows as a graph, so that blank nodes compare as graphs do; equal rows are told apart by their count."""
    seen: dict[str, int] = {}
    for number, row in enumerate(rows):
        values = [(name, by_value(value)) for name, value in row]
        key = str([(name, "" if isinstance(value, BlankNode) else str(value)) for name, value in values])
        seen[key] = seen.get(key, 0) + 1
        node = BlankNode(f"row{number}")
        yield Quad(node, NamedNode("urn:row"), Literal(key + str(seen[key] if "_:" not in key else "")))
        for name, value in values:
            yield Quad(node, NamedNode(f"urn:var:{name}"), value)


@pytest.mark.parametrize("case", parameters(QUERIES))
def test_query(service: Service, case: Case) -> None:
    service.load(case.data)
    suffix = Path(case.result).suffix
    if suffix in RDF_FORMATS and b"rs:ResultSet" in content(case.result):
        answer = service.query(with_base(case), QueryResultsFormat.JSON.media_type)
        found = read_results(answer.content, QueryResultsFormat.JSON)
        assert canonical(rows_as_quads(found)) == canonical(as_quads(result_set(case.result)))
    elif suffix in RDF_FORMATS:
        answer = service.query(with_base(case), "application/n-triples")
        assert answer.status_code == 200, answer.text
        assert canonical(parse(answer.content, RdfFormat.N_TRIPLES)) == canonical(read_triples(case.result))
    elif suffix == ".csv":
        answer = service.query(with_base(case), "text/csv")
        assert sorted(cells(answer.text)) == sorted(cells(content(case.result).decode()))
    else:
        check_results(service.query(with_base(case), FORMATS[suffix].media_type), case, FORMATS[suffix])


def cells(text: str) -> Iterable[list[tuple[str, str]]]:
    """The rows of a CSV, columns by name, numbers by value, blank nodes without their labels."""
    for row in csv.DictReader(text.splitlines()):
        yield sorted((name, _number(cell)) for name, cell in row.items())


def _number(cell: str) -> str:
    if cell.startswith("_:"):
        return "_:"
    try:
        return repr(float(cell))
    except ValueError:
        return cell


def result_set(file: str) -> Iterable[list[tuple[str, Term]]]:
    """The rows of results that are written as RDF (the DAWG's vocabulary)."""
    quads = read_triples(file)

    def values(subject: object, predicate: str) -> list[Term]:
        wanted = RS[predicate]
        return [quad.object for quad in quads if quad.subject == subject and quad.predicate.value == str(wanted)]

    for solution in [quad.object for quad in quads if quad.predicate.value == str(RS.solution)]:
        bindings = values(solution, "binding")
        pairs = [(values(one, "variable")[0], values(one, "value")[0]) for one in bindings]
        yield sorted((name.value, value) for name, value in pairs if isinstance(name, Literal))


def check_results(answer: httpx.Response, case: Case, kind: QueryResultsFormat) -> None:
    assert answer.status_code == 200, answer.text
    found, expected = read_results(answer.content, kind), read_results(content(case.result), kind)
    if isinstance(found, bool) or isinstance(expected, bool):
        assert found == expected
        return
    assert found.names == expected.names
    assert canonical(rows_as_quads(found)) == canonical(rows_as_quads(expected))


def quad_of(row: dict[str, Term]) -> Quad:
    subject, predicate, graph = row["s"], row["p"], row.get("g", DefaultGraph())
    assert isinstance(subject, NamedNode | BlankNode)
    assert isinstance(predicate, NamedNode)
    assert isinstance(graph, NamedNode | BlankNode | DefaultGraph)
    return Quad(subject, predicate, row["o"], graph)


@pytest.mark.parametrize("case", parameters(UPDATES))
def test_update(service: Service, case: Case) -> None:
    service.load(case.data)
    service.holds = None
    service.update(with_base(case))
    expected = [
        Quad(quad.subject, quad.predicate, quad.object, NamedNode(name) if name else DefaultGraph())
        for name, file in case.result_data
        for quad in read_triples(file)
    ]
    text = "SELECT ?s ?p ?o ?g { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }"
    rows = read_results(service.query(text, "application/json").content, QueryResultsFormat.JSON)
    assert isinstance(rows, Rows)
    found = [quad_of(dict(row)) for row in rows.rows]
    assert canonical(found) == canonical(expected)


@pytest.mark.parametrize("case", parameters(SYNTAX))
def test_syntax(service: Service, case: Case) -> None:
    if "Update" in case.kind:
        service.holds = None
        answer = service.update(with_base(case), check=False)
    else:
        answer = service.query(with_base(case), "*/*")
    malformed = answer.status_code == 400 and answer.json()["title"] == "Malformed SPARQL"
    assert malformed == case.kind.startswith("Negative"), (answer.status_code, answer.text[:300])


def test_every_known_failure_is_a_test() -> None:
    assert set(KNOWN) <= {case.id for case in CASES}
