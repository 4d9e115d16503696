"""What a store remembers of each record, as triples of the provenance graph.

Each trial's graph names the record that it was made from and the build that made it; the build says with what. So
provenance can be asked for in SPARQL, and a build knows what is unchanged.
"""

from collections.abc import Container, Iterable, Iterator
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
QUARANTINE = quarantine_graph("-").removesuffix("-")
"""How the names of quarantine graphs begin."""
_OF_RECORD = ("trial", "hash", "format", "source")
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
    """All entries, by trial id, of a store whose graphs are quickly listed."""
    quarantined = {name for name in reader.graphs() if name.startswith(QUARANTINE)}
    tools = {row["build"]: _tooling(row) for row in _rows(reader, "builds")}
    rows = (row for row in _rows(reader, "ledger") if row["build"] in tools)
    found = (_entry(row, tools[row["build"]], _state(str(row["trial"].value), quarantined)) for row in rows)
    return {entry.trial: entry for entry in found}


def entries(solutions: Iterable[QuerySolution]) -> Iterator[LedgerEntry]:
    """The entries that rows hold which have the graph and the tools as well (`remote/ledger.rq`)."""
    # Few builds make many graphs: all entries of one build share one value.
    tools: dict[Tooling, Tooling] = {}
    for row in solutions:
        used = _tooling(row)
        state = TrialState.QUARANTINED if str(row["graph"].value).startswith(QUARANTINE) else TrialState.LOADED
        yield _entry(row, tools.setdefault(used, used), state)


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
    rows = _rows(reader, "vocabulary_version")
    return next(((str(one["extractor"].value), str(one["digest"].value)) for one in rows), None)


def _entry(row: QuerySolution, tooling: Tooling, state: TrialState) -> LedgerEntry:
    trial, content_hash, source_format, source = (str(row[name].value) for name in _OF_RECORD)
    return LedgerEntry(trial, content_hash, source_format, source, state, tooling)


def _tooling(row: QuerySolution) -> Tooling:
    return Tooling(*(str(row[name].value) for name in ("extractor", "vocabulary", "shapes")))


def _state(trial: str, quarantined: Container[str]) -> TrialState:
    return TrialState.QUARANTINED if quarantined and quarantine_graph(trial) in quarantined else TrialState.LOADED


def _rows(reader: Reader, name: str) -> QuerySolutions:
    solutions = reader.query((files("graph") / "queries" / f"{name}.rq").read_text("utf-8"))
    assert isinstance(solutions, QuerySolutions)  # noqa: S101 - the query is a SELECT
    return solutions


def _ntriples(triples: Iterable[Triple]) -> bytes:
    return serialize(triples, format=RdfFormat.N_TRIPLES) or b""
