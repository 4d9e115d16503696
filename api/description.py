"""The service's description (SPARQL 1.1 Service Description) with VoID and example queries, generated from the data.

Examples follow the SHACL convention that the SIB's endpoints publish: an `sh:SPARQLExecutable` with its `sh:select`,
the endpoint as `schema:target`, and what it answers as `rdfs:comment`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from api.queries import QueryRunner, Row
from api.settings import Settings
from graph.formats import FORMATS, GRAPH_FORMATS, Format
from ontology.errors import LimitError
from ontology.iri import BASE, DERIVED_GRAPH, PROVENANCE_GRAPH, VOCABULARY_GRAPH

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
DCTERMS = "http://purl.org/dc/terms/"
SH = "http://www.w3.org/ns/shacl#"
SCHEMA = "https://schema.org/"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
XSD_INTEGER = NamedNode("http://www.w3.org/2001/XMLSchema#integer")
PREFIXES = {"sd": SD, "void": VOID, "dcterms": DCTERMS, "sh": SH, "schema": SCHEMA, "rdfs": RDFS}

EXAMPLES = (
    "flagship",
    "count_targets",
    "count_classes",
    "count_conditions",
    "count_endpoints",
    "count_lines",
    "count_partners",
    "stats",
    "quarantined",
)
"""Names of `graph/queries/*.rq` that stand by themselves."""

UNION_TEXT = (
    "The union of the graphs of all trials, the vocabulary's and the derived shortcuts'. It holds neither what is in "
    "quarantine, nor the provenance of builds, nor users' graphs: ask those with GRAPH."
)
PLAIN_TEXT = "The default graph of the dataset, as it was written."
OWN_GRAPHS = {
    VOCABULARY_GRAPH: "The vocabulary: drugs, classes, targets, conditions, endpoints, with the source of each fact.",
    DERIVED_GRAPH: "Shortcuts that are computed from trials and vocabulary.",
    PROVENANCE_GRAPH: "Which record each trial's graph was made from, by which build, with what.",
}
FORMAT_IRIS = {
    "json": "SPARQL_Results_JSON",
    "xml": "SPARQL_Results_XML",
    "csv": "SPARQL_Results_CSV",
    "tsv": "SPARQL_Results_TSV",
    "ttl": "Turtle",
    "nt": "N-Triples",
    "nq": "N-Quads",
    "trig": "TriG",
    "jsonld": "JSON-LD",
    "rdf": "RDF_XML",
}
TOTALS = {"triples": f"{VOID}triples", "subjects": f"{VOID}distinctSubjects"}


@dataclass(frozen=True, slots=True)
class Counts:
    """What the data was counted to hold; empty where counting took longer than a query may."""

    totals: Sequence[Row] = ()
    classes: Sequence[Row] = ()
    properties: Sequence[Row] = ()


async def count(queries: QueryRunner) -> Counts:
    """Count the default graph."""
    try:
        return Counts(*[await queries.select(query_text(f"void_{name}"), {}) for name in Counts.__slots__])
    except LimitError:
        return Counts()


def describe(counts: Counts, settings: Settings, endpoint: str, *, writable: bool) -> list[Triple]:
    """The description of the service at this address, as triples."""
    service, dataset, graph = NamedNode(endpoint), NamedNode(f"{BASE}dataset"), BlankNode("default")
    return [
        *about_service(service, dataset, writable=writable),
        _triple(dataset, RDF_TYPE, NamedNode(f"{SD}Dataset")),
        _triple(dataset, RDF_TYPE, NamedNode(f"{VOID}Dataset")),
        _triple(dataset, f"{DCTERMS}title", Literal("TrialGraph", language="en")),
        _triple(dataset, f"{VOID}sparqlEndpoint", service),
        _triple(dataset, f"{VOID}uriSpace", Literal(BASE)),
        _triple(dataset, f"{SD}defaultGraph", graph),
        *about_default_graph(graph, counts, PLAIN_TEXT if settings.dataset == "plain" else UNION_TEXT),
        *(about_own_graphs(dataset) if settings.dataset == "union" else ()),
        *about_counts(dataset, counts),
        *(triple for name in EXAMPLES for triple in about_example(name, service)),
    ]


def about_service(service: NamedNode, dataset: NamedNode, *, writable: bool) -> Iterator[Triple]:
    """The endpoint, its languages, formats and features (2, 3)."""
    yield _triple(service, RDF_TYPE, NamedNode(f"{SD}Service"))
    yield _triple(service, f"{SD}endpoint", service)
    yield _triple(service, f"{SD}supportedLanguage", NamedNode(f"{SD}SPARQL11Query"))
    if writable:
        yield _triple(service, f"{SD}supportedLanguage", NamedNode(f"{SD}SPARQL11Update"))
    for name, known in FORMATS.items():
        iri = NamedNode(f"http://www.w3.org/ns/formats/{FORMAT_IRIS[name]}")
        yield _triple(service, f"{SD}resultFormat", iri)
        if writable and known in GRAPH_FORMATS:
            yield _triple(service, f"{SD}inputFormat", iri)
    yield _triple(service, f"{SD}defaultDataset", dataset)


def about_default_graph(graph: BlankNode, counts: Counts, text: str) -> Iterator[Triple]:
    """What the default graph is of."""
    yield _triple(graph, RDF_TYPE, NamedNode(f"{SD}Graph"))
    yield _triple(graph, f"{DCTERMS}description", Literal(text, language="en"))
    for row in counts.totals:
        yield _triple(graph, f"{VOID}triples", _number(row["triples"]))


def about_own_graphs(dataset: NamedNode) -> Iterator[Triple]:
    """The named graphs that are not one trial's."""
    for number, (name, text) in enumerate(OWN_GRAPHS.items()):
        named, graph = BlankNode(f"named{number}"), BlankNode(f"graph{number}")
        yield _triple(dataset, f"{SD}namedGraph", named)
        yield _triple(named, RDF_TYPE, NamedNode(f"{SD}NamedGraph"))
        yield _triple(named, f"{SD}name", NamedNode(name))
        yield _triple(named, f"{SD}graph", graph)
        yield _triple(graph, RDF_TYPE, NamedNode(f"{SD}Graph"))
        yield _triple(graph, f"{DCTERMS}description", Literal(text, language="en"))


def about_counts(dataset: NamedNode, counts: Counts) -> Iterator[Triple]:
    """VoID's statistics: totals, and the partitions by class and by property."""
    for row in counts.totals:
        for name, predicate in TOTALS.items():
            yield _triple(dataset, predicate, _number(row[name]))
    yield from _partitions(dataset, counts.classes, "class", "entities")
    yield from _partitions(dataset, counts.properties, "property", "triples")


def about_example(name: str, service: NamedNode) -> Iterator[Triple]:
    """One example query."""
    text = query_text(name)
    comment = " ".join(line.lstrip("# ") for line in text.splitlines() if line.startswith("#"))
    example = NamedNode(f"{BASE}example/{name}")
    yield _triple(example, RDF_TYPE, NamedNode(f"{SH}SPARQLExecutable"))
    yield _triple(example, RDF_TYPE, NamedNode(f"{SH}SPARQLSelectExecutable"))
    yield _triple(example, f"{RDFS}comment", Literal(comment, language="en"))
    yield _triple(example, f"{SH}select", Literal(text))
    yield _triple(example, f"{SCHEMA}target", service)


def write_description(triples: Sequence[Triple], chosen: Format) -> bytes:
    """The description in a syntax."""
    kind = chosen.engine
    quads = [Quad(one.subject, one.predicate, one.object) for one in triples]
    content = serialize(quads, format=kind if isinstance(kind, RdfFormat) else RdfFormat.TURTLE, prefixes=PREFIXES)
    return content or b""


def query_text(name: str) -> str:
    """A query of `graph/queries`."""
    return files("graph").joinpath("queries", f"{name}.rq").read_text("utf-8")


def _partitions(dataset: NamedNode, rows: Sequence[Mapping[str, str]], kind: str, counted: str) -> Iterator[Triple]:
    for number, row in enumerate(rows):
        part = BlankNode(f"{kind}{number}")
        yield _triple(dataset, f"{VOID}{kind}Partition", part)
        yield _triple(part, f"{VOID}{kind}", NamedNode(row[kind]))
        yield _triple(part, f"{VOID}{counted}", _number(row[counted]))


def _number(text: str) -> Literal:
    return Literal(text, datatype=XSD_INTEGER)


def _triple(
    subject: NamedNode | BlankNode, predicate: str | NamedNode, value: NamedNode | BlankNode | Literal
) -> Triple:
    return Triple(subject, NamedNode(predicate) if isinstance(predicate, str) else predicate, value)
