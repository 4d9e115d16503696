"""What a build writes to a remote store, in batches and in an order that a build which is run again can mend.

A trial is forgotten first; its old triples go while its old graph still tells which they are; and only when all that
is new is there does the provenance say so. Triples go by the Graph Store protocol, which takes them as they are:
engines limit how long an update may be.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import cached_property
from importlib.resources import files

from pyoxigraph import Literal, NamedNode, QuerySolutions

from graph.batches import batches
from graph.claim import Claim
from graph.ledger import entry_triples, graph_of, record_iri
from graph.sparql_client import SparqlClient, TooLargeError
from graph.store import Reader, TrialState, TrialTriples
from graph.template import render
from ontology.iri import (
    DERIVED_GRAPH,
    GRAPHS,
    PROVENANCE_GRAPH,
    VOCABULARY_GRAPH,
    is_default_graph_part,
    quarantine_graph,
    trial_graph,
)

TRIALS = 50
"""Trials of one batch: their names stand in an update, and updates must not be long."""


class RemoteWriting:
    """The writes of `graph.store.Writer`. `graphs` gives the names of all graphs; it is asked once."""

    def __init__(self, client: SparqlClient, claim: Claim, graphs: Callable[[], set[str]]) -> None:
        self.client = client
        self.claim = claim
        self.graphs = graphs
        self.union = client.endpoint.union
        self.terms = {
            "union": NamedNode(self.union) if self.union else None,
            "derived": NamedNode(DERIVED_GRAPH),
            "provenance": NamedNode(PROVENANCE_GRAPH),
            "vocabulary": Literal(VOCABULARY_GRAPH),
            "trials": Literal(GRAPHS + "trial/"),
        }

    @cached_property
    def known(self) -> set[str]:
        """The graphs that the store has, kept up as we write: a new trial has nothing to remove."""
        return self.graphs()

    def replace_trials(self, trials: Iterable[TrialTriples], activity: str) -> None:
        """As `graph.store.Writer.replace_trials`."""
        for batch in batches(trials, TRIALS):
            self.remove_trials([trial.entry.trial for trial in batch])
            for trial in batch:
                self.client.put_graph(graph_of(trial.entry), trial.facts)
                self.known.add(graph_of(trial.entry))
            good = [trial for trial in batch if trial.entry.state is TrialState.LOADED]
            self._send(self.union, b"".join(trial.facts + trial.derived for trial in good))
            self.add(DERIVED_GRAPH, b"".join(trial.derived for trial in good))
            self.add(PROVENANCE_GRAPH, b"".join(entry_triples(trial.entry, activity) for trial in batch))

    def remove_trials(self, trials: Iterable[str]) -> None:
        """As `graph.store.Writer.remove_trials`."""
        for batch in batches(trials, TRIALS):
            self.claim.renew()
            names = [name for trial in batch for name in (trial_graph(trial), quarantine_graph(trial))]
            graphs = [NamedNode(name) for name in names if name in self.known]
            if graphs:
                records = [NamedNode(record_iri(trial)) for trial in batch]
                self._update("forget", nodes=[*graphs, *records])
                self._update("remove", graphs=graphs)
                self.known.difference_update(names)

    def replace_graph(self, graph: str, triples: bytes) -> None:
        """As `graph.store.Writer.replace_graph`."""
        self.replace_graph_in_parts(graph, (triples,))

    def replace_graph_in_parts(self, graph: str, parts: Iterable[bytes]) -> None:
        """As `graph.store.Writer.replace_graph_in_parts`."""
        in_union = is_default_graph_part(graph)
        if in_union and graph in self.known:
            self._update("leave_union", graph=NamedNode(graph))
        self.client.put_graph(graph, b"")
        self.known.add(graph)
        for part in parts:
            if in_union:
                self._send(self.union, part)
            self.add(graph, part)

    def add(self, graph: str, triples: bytes) -> None:
        """As `graph.store.Writer.add`."""
        self._send(graph, triples)

    def _send(self, graph: str | None, triples: bytes) -> None:
        for piece in pieces(triples, self.client.endpoint.batch_bytes):
            self.claim.renew()
            self._post(graph, piece)

    def _post(self, graph: str | None, piece: bytes) -> None:
        """Send triples; in halves, where the server takes less at a time."""
        try:
            self.client.post_graph(graph, piece)
        except TooLargeError:
            halves = list(pieces(piece, len(piece) // 2 + 1))
            if len(halves) < 2:  # one triple is too large
                raise
            for half in halves:
                self._post(graph, half)

    def _update(self, name: str, **values: object) -> None:
        self.client.update(render(f"remote/{name}.ru.jinja", {**self.terms, **values}))


def pieces(triples: bytes, size: int) -> Iterator[bytes]:
    """N-Triples in pieces of whole lines, each of at most that many bytes; a line that is longer is one by itself."""
    start = 0
    while start < len(triples):
        end = start + size
        if end < len(triples):
            cut = triples.rfind(b"\n", start, end) + 1 or triples.find(b"\n", end) + 1
            end = cut or len(triples)
        yield triples[start:end]
        start = end


def claims(reader: Reader) -> dict[str, datetime]:
    """Who claims the store, and until when."""
    rows = reader.query((files("graph") / "queries" / "remote" / "claims.rq").read_text("utf-8"))
    assert isinstance(rows, QuerySolutions)  # noqa: S101 - the query is a SELECT
    return {str(row["writer"].value): datetime.fromisoformat(str(row["until"].value)) for row in rows}
