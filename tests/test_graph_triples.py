"""Terms in N-Triples syntax: spelled canonically, escaped, and the same by every way out."""

import pyoxigraph
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph
from rdflib.compare import isomorphic

from extract.facts import TrialFacts
from graph.knowledge import Knowledge
from graph.mapping import Origin, facts_to_triples
from graph.store import Tooling
from graph.triples import (
    Triple,
    boolean,
    date,
    decimal,
    duration,
    first_day,
    integer,
    string,
    to_nquads,
    to_ntriples,
    to_rdflib,
    to_turtle,
)
from ontology.model import Vocabulary

S, P = "https://example.org/s", "https://example.org/p"


def parsed(term: str) -> pyoxigraph.Literal:
    line = to_ntriples([Triple(S, P, term)])
    (quad,) = pyoxigraph.parse(line, format=pyoxigraph.RdfFormat.N_TRIPLES)
    assert isinstance(quad.object, pyoxigraph.Literal)
    return quad.object


def stored(term: str) -> str:
    store = pyoxigraph.Store()
    store.load(to_ntriples([Triple(S, P, term)]), format=pyoxigraph.RdfFormat.N_TRIPLES)
    return str(next(iter(store)).object)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_comes_back_from_a_string(text: str) -> None:
    assert parsed(string(text)).value == text


def test_a_lone_surrogate_becomes_a_replacement_character() -> None:
    assert parsed(string("a\ud800b")).value == "a\ufffdb"


@pytest.mark.parametrize(
    "term",
    [
        integer(0), integer(-7), boolean(value=True), decimal(9.0), decimal(0.91992), decimal(100.0), duration(9),
        duration(12), duration(18), duration(0), duration(28 / 30.4375), duration(120), date("2024-05-31"),
        date("2024-05"), date("2024"), date("May 2024"), string("plain"),
    ],
)  # fmt: skip
def test_what_a_store_gives_back_is_spelled_as_what_went_in(term: str) -> None:
    assert stored(term) == term


@pytest.mark.parametrize(
    ("months", "written"),
    [(9, "P9M"), (12, "P1Y"), (18, "P1Y6M"), (0, "PT0S"), (28 / 30.4375, "P28D"), (1.5, "P46D"), (24.004, "P2Y")],
)
def test_durations_are_whole_months_or_days(months: float, written: str) -> None:
    assert parsed(duration(months)).value == written


@pytest.mark.parametrize("value", [float("inf"), float("nan")])
def test_what_is_not_finite_is_no_decimal(value: float) -> None:
    with pytest.raises(ValueError, match="no decimal"):
        decimal(value)


@pytest.mark.parametrize(
    ("text", "datatype"),
    [
        ("2024-02-29", "date"),
        ("2024-05", "gYearMonth"),
        ("2024", "gYear"),
        ("2023-02-29", "string"),
        ("soon", "string"),
    ],
)
def test_a_date_is_as_precise_as_it_is_written(text: str, datatype: str) -> None:
    assert parsed(date(text)).datatype.value.endswith(f"#{datatype}")
    assert parsed(date(text)).value == text


@pytest.mark.parametrize(
    ("text", "day"), [("2024", "2024-01-01"), ("2024-05", "2024-05-01"), ("2024-05-31", "2024-05-31")]
)
def test_the_first_day_of_a_date(text: str, day: str) -> None:
    found = first_day(text)
    assert found is not None
    assert parsed(found).value == day


@pytest.mark.parametrize("text", ["", "soon", "2024-13", "0000", "2023-02-29"])
def test_what_is_no_date_has_no_first_day(text: str) -> None:
    assert first_day(text) is None


def test_all_ways_out_hold_the_same_graph(sample_facts: TrialFacts, small_vocabulary: Vocabulary) -> None:
    origin = Origin("a.json", "api-v2", "ab", Tooling("1", "v", "s"))
    triples = facts_to_triples(sample_facts, origin, Knowledge(small_vocabulary))
    light = Graph().parse(data=to_ntriples(triples), format="nt")
    assert len(to_rdflib(triples)) == len(triples)
    assert isomorphic(to_rdflib(triples), light)
    assert isomorphic(Graph().parse(data=to_turtle(triples), format="turtle"), light)
    quads = pyoxigraph.parse(to_nquads(triples, "urn:g"), format=pyoxigraph.RdfFormat.N_QUADS)
    assert {str(q.triple) for q in quads} == {f"<{s}> <{p}> {o}" for s, p, o in triples}
