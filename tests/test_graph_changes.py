"""The difference between what a store holds of a trial and what it shall hold."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, RdfFormat, Store, parse, serialize

from extract.facts import TrialFacts
from graph.changes import change
from graph.derive import derived_triples
from graph.knowledge import Knowledge
from graph.mapping import Origin, facts_to_triples
from graph.oxigraph import EmbeddedStore, OxigraphWriter
from graph.store import LedgerEntry, Tooling, TrialState, TrialTriples
from graph.triples import to_ntriples
from ontology.iri import is_default_graph_part, trial_graph
from ontology.model import Vocabulary

TOOLING = Tooling("1", "v", "s")
GRAPH = NamedNode(trial_graph("NCT90000001"))
BUILD = "https://w3id.org/trialgraph/build/test"


def quads(values: set[str]) -> list[Quad]:
    node = NamedNode("https://w3id.org/trialgraph/trial/NCT90000001")
    return [Quad(node, NamedNode("https://e.example/says"), Literal(value), GRAPH) for value in sorted(values)]


def lines(values: set[str]) -> bytes:
    """N-Quads of the graph and of the default graph, spelt by the engine."""
    both = [*quads(values), *(Quad(q.subject, q.predicate, q.object, DefaultGraph()) for q in quads(values))]
    return serialize(both, format=RdfFormat.N_QUADS) or b""


TEXTS = st.sets(st.text(st.characters(codec="utf-8"), max_size=6), max_size=5)


@given(TEXTS, TEXTS)
def test_old_less_removed_and_added_is_new(old: set[str], new: set[str]) -> None:
    store = Store()
    store.load(lines(old), RdfFormat.N_QUADS)
    difference = change(quads(old), lines(new), is_default_graph_part)
    for quad in difference.removed:
        store.remove(quad)
    store.load(difference.added, RdfFormat.N_QUADS)
    assert set(store) == set(parse(lines(new), format=RdfFormat.N_QUADS))


@given(TEXTS)
@settings(max_examples=30)
def test_nothing_changes_where_all_is_as_it_was(values: set[str]) -> None:
    difference = change(quads(values), lines(values), is_default_graph_part)
    assert (difference.removed, difference.added) == ([], b"")


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[OxigraphWriter]:
    with EmbeddedStore(tmp_path / "store").writer() as writer:
        yield writer


def stored(facts: TrialFacts, knowledge: Knowledge, state: TrialState = TrialState.LOADED) -> TrialTriples:
    triples = to_ntriples(facts_to_triples(facts, Origin("x", "text", "hash", TOOLING), knowledge))
    derived = to_ntriples(derived_triples(facts, knowledge)) if state is TrialState.LOADED else b""
    return TrialTriples(LedgerEntry(facts.id, "hash", "text", "x", state, TOOLING), triples, derived)


def test_our_own_lines_are_spelt_as_the_engine_spells_them(
    writer: OxigraphWriter, sample_facts: TrialFacts, small_vocabulary: Vocabulary, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So a trial that says what it said is not written again."""
    trial = stored(sample_facts, Knowledge(small_vocabulary))
    writer.replace_trials([trial], BUILD)
    removed: list[Quad] = []
    monkeypatch.setattr(writer, "_remove", removed.append)
    before = set(writer.changing())
    writer.replace_trials([trial], BUILD)
    assert removed == []
    assert set(writer.changing()) == before
    assert len(before) > 500


def test_a_trial_goes_to_quarantine_and_comes_back(
    writer: OxigraphWriter, sample_facts: TrialFacts, small_vocabulary: Vocabulary
) -> None:
    knowledge = Knowledge(small_vocabulary)
    writer.replace_trials([stored(sample_facts, knowledge)], BUILD)
    before = set(writer.changing())
    writer.replace_trials([stored(sample_facts, knowledge, TrialState.QUARANTINED)], BUILD)
    assert not any(quad.graph_name == GRAPH for quad in writer.changing())
    assert list(writer.query("SELECT * { ?s ?p ?o }")) == []  # type: ignore[arg-type]
    assert GRAPH.value not in set(writer.graphs())
    writer.replace_trials([stored(sample_facts, knowledge)], BUILD)
    assert set(writer.changing()) == before
    writer.remove_trials([sample_facts.id])
    assert {quad.subject.value for quad in writer.changing()} == set()
