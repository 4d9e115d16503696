"""What the project asks of a store, whichever engine is behind it.

A store holds one named graph a trial, and beside them the vocabulary, derived, quarantine, provenance and users'
graphs (their names: `ontology.iri`). Readers see published states only, each as of one moment. There is one writer at
a time; what it writes is seen by nobody before `publish`.

Texts that travel are N-Triples in UTF-8, one triple a line, without blank nodes: an identifier that one document
coins must not meet that of another.
"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QueryBoolean, QuerySolutions, QueryTriples

from graph.backing import Backing
from graph.texts import SourceText

RdfTerm = NamedNode | BlankNode | Literal
QueryResult = QuerySolutions | QueryBoolean | QueryTriples


class TrialState(StrEnum):
    """Where a trial is: among the good, or in quarantine because it breaks a shape."""

    LOADED = "loaded"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class Tooling:
    """What turns a record into facts, by version and SHA-256: when one differs, the facts may."""

    extractor: str
    vocabulary: str
    shapes: str


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What the store remembers of one trial's record; `format` is an `extract.model.SourceFormat` value."""

    trial: str
    content_hash: str
    format: str
    source: str
    state: TrialState
    tooling: Tooling


@dataclass(frozen=True, slots=True)
class TrialTriples:
    """One trial on its way into the store, as N-Triples.

    Args:
        entry: the record that it was made from, and where it goes.
        facts: the trial's own graph; in quarantine, the report with it.
        derived: the shortcuts; each subject is one that `facts` describes. Empty in quarantine.
        text: what the record says in full; a store may keep it beside the graph, for pages.
    """

    entry: LedgerEntry
    facts: bytes
    derived: bytes = b""
    text: SourceText | None = None


class Reader(Protocol):
    """One published state. All methods raise `StoreError` if the engine fails."""

    @property
    def version(self) -> str:
        """Another one for every published state; the same one means the same answers."""

    def query(self, text: str, *, bindings: Mapping[str, RdfTerm] | None = None) -> QueryResult:
        """The result of a SPARQL query, read lazily; `bindings` are values for variables of its SELECT clause.

        Raises:
            QuerySyntaxError: the query does not parse.
        """

    def quads(self, graph: str | None = None) -> Iterator[Quad]:
        """All quads of one named graph, or of all named graphs."""

    def graphs(self) -> Iterator[str]:
        """The names of all named graphs."""

    def ledger(self) -> dict[str, LedgerEntry]:
        """What the store remembers of every trial's record, by trial id."""


class Writer(Reader, Protocol):
    """The one that writes. It reads what it has written; others see it after `publish`."""

    def replace_trials(self, trials: Iterable[TrialTriples], activity: str) -> None:
        """Put each trial in place of whatever the store holds of it; `activity` is the IRI of the build."""

    def remove_trials(self, trials: Iterable[str]) -> None:
        """Remove all that the store holds of these trials."""

    def replace_graph(self, graph: str, triples: bytes) -> None:
        """Put a graph in place of the one of that name; the vocabulary's is part of the union as well."""

    def replace_graph_in_parts(self, graph: str, parts: Iterable[bytes]) -> None:
        """As `replace_graph`, for a graph too large to be held: each part is whole lines of N-Triples."""

    def add(self, graph: str, triples: bytes) -> None:
        """Add triples to a graph that is not part of the union."""

    def publish(self) -> None:
        """Let readers see what was written so far."""


class Store(Protocol):
    """A place where graphs are kept."""

    @property
    def location(self) -> str:
        """The folder or URL, for messages."""

    @property
    def backing(self) -> Backing:
        """How processes of ours get at it."""

    def reader(self) -> AbstractContextManager[Reader]:
        """A reader of the newest published state.

        Raises:
            NotFoundError: there is no store there, or nothing in it.
            StoreError: it cannot be read, or has another format.
        """

    def writer(self) -> AbstractContextManager[Writer]:
        """The writer; leaving the block without an error publishes, leaving it with one throws away.

        Raises:
            StoreBusyError: there is another writer.
            StoreError: the store cannot be made or written.
        """
