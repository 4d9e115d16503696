"""What a store remembers of each record, as triples of the provenance graph.

Each trial's graph names the record that it was made from and the build that made it; the build says with what. So
provenance can be asked for in SPARQL, and a build knows what is unchanged.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib.resources import files

from pyoxigraph import Literal, NamedNode, QuerySolution, QuerySolutions, RdfFormat, Triple, serialize

from graph.store import LedgerEntry, Reader, Tooling, TrialState
from ontology import terms
from ontology.iri import BASE, NAMESPACES, VOCABULARY_GRAPH, encode, node, quarantine_graph, trial_graph
from ontology.iri import trial as trial_iri

PROV = NAMESPACES["prov"]
DCTERMS = NAMESPACES["dcterms"]
RDF_TYPE = NamedNode(NAMESPACES["rdf"] + "type")
XSD_DATETIME = NamedNode(NAMESPACES["xsd"] + "dateTime")


def graph_of(entry: LedgerEntry) -> str:
    """The graph in which the trial's facts are, given its state."""
    return trial_graph(entry.trial) if entry.state is TrialState.LOADED else quarantine_graph(entry.trial)


def record_iri(trial: str) -> str:
    """The document that a trial was read from."""
    return node(trial_iri(trial), "record")


def entry_triples(entry: LedgerEntry, activity: str) -> bytes:
    """The provenance of one trial's graph, as N-Triples."""
    graph, record = NamedNode(graph_of(entry)), NamedNode(record_iri(entry.trial))
    return _ntriples(
        (
            Triple(graph, NamedNode(f"{PROV}wasDerivedFrom"), record),
            Triple(graph, NamedNode(f"{PROV}wasGeneratedBy"), NamedNode(activity)),
            Triple(record, NamedNode(f"{DCTERMS}identifier"), Literal(entry.trial)),
            Triple(record, NamedNode(f"{DCTERMS}source"), Literal(entry.source)),
            Triple(record, NamedNode(terms.SOURCE_FORMAT), Literal(entry.format)),
            Triple(record, NamedNode(terms.CONTENT_HASH), Literal(entry.content_hash)),
        )
    )


def new_activity(started: datetime) -> str:
    """The IRI of a build that starts at this moment, to the microsecond."""
    return BASE + "build/" + encode(started.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ"))


def activity_triples(activity: str, started: datetime, tooling: Tooling) -> bytes:
    """A build: when it started and with which tools it worked, as N-Triples."""
    build = NamedNode(activity)
    return _ntriples(
        (
            Triple(build, RDF_TYPE, NamedNode(terms.BUILD)),
            Triple(build, NamedNode(f"{PROV}startedAtTime"), Literal(started.isoformat(), datatype=XSD_DATETIME)),
            Triple(build, NamedNode(terms.EXTRACTOR_VERSION), Literal(tooling.extractor)),
            Triple(build, NamedNode(terms.VOCABULARY_DIGEST), Literal(tooling.vocabulary)),
            Triple(build, NamedNode(terms.SHAPES_DIGEST), Literal(tooling.shapes)),
        )
    )


def read_ledger(reader: Reader) -> dict[str, LedgerEntry]:
    """All entries, by trial id."""
    solutions = reader.query((files("graph") / "queries" / "ledger.rq").read_text("utf-8"))
    assert isinstance(solutions, QuerySolutions)  # noqa: S101 - the query is a SELECT
    return {entry.trial: entry for entry in entries(solutions)}


def entries(solutions: Iterable[QuerySolution]) -> Iterator[LedgerEntry]:
    """The entries that the rows of `ledger.rq` hold."""
    tools: dict[tuple[str, ...], Tooling] = {}
    return (_entry(solution, tools) for solution in solutions)


def vocabulary_made_with(tooling: Tooling) -> bytes:
    """Which vocabulary the vocabulary's graph holds and which version wrote it, as N-Triples for that graph."""
    graph = NamedNode(VOCABULARY_GRAPH)
    return _ntriples(
        (
            Triple(graph, NamedNode(terms.EXTRACTOR_VERSION), Literal(tooling.extractor)),
            Triple(graph, NamedNode(terms.VOCABULARY_DIGEST), Literal(tooling.vocabulary)),
        )
    )


def is_vocabulary_of(reader: Reader, tooling: Tooling) -> bool:
    """Whether the store's vocabulary graph was made with these tools."""
    return vocabulary_version(reader) == (tooling.extractor, tooling.vocabulary)


def vocabulary_version(reader: Reader) -> tuple[str, str] | None:
    """The version that wrote the store's vocabulary graph, and that vocabulary's digest; None if there is none."""
    solutions = reader.query((files("graph") / "queries" / "vocabulary_version.rq").read_text("utf-8"))
    assert isinstance(solutions, QuerySolutions)  # noqa: S101 - the query is a SELECT
    return next(((str(one["extractor"].value), str(one["digest"].value)) for one in solutions), None)


def _entry(solution: QuerySolution, tools: dict[tuple[str, ...], Tooling]) -> LedgerEntry:
    graph, trial, content_hash, source_format, source, *used = (str(term.value) for term in solution)
    state = TrialState.LOADED if graph == trial_graph(trial) else TrialState.QUARANTINED
    # Few builds make many graphs: all entries of one build share one value.
    tooling = tools.setdefault(tuple(used), Tooling(*used))
    return LedgerEntry(trial, content_hash, source_format, source, state, tooling)


def _ntriples(triples: Iterable[Triple]) -> bytes:
    return serialize(triples, format=RdfFormat.N_TRIPLES) or b""
