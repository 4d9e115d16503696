"""Facets and the matrix of an answer, against a plain count of the same trials. All is invented."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

import pyoxigraph
import pytest

from api.ask.compile import counted_sparql, given_sparql, matrix_sparql
from api.ask.counts import Row, Select, compare, facets, matrix
from api.ask.query import Atom, AtomKind, Slot, TrialQuery
from api.ask.together import classes_with, only_therapy, pairs_with
from extract.facts import TrialFacts
from graph.derive import covered, derived_triples
from graph.knowledge import Knowledge
from graph.mapping import Origin, facts_to_triples
from graph.store import Tooling
from graph.triples import to_ntriples
from ontology import iri
from ontology import terms as tg
from ontology.model import Vocabulary

ORIGIN = Origin("a.json", "api-v2", "ab", Tooling("1", "v", "s"))
PHASE_TWO = TrialQuery(phases=("PHASE2",))
COMBOS = TrialQuery(therapies=(Slot(((Atom(AtomKind.TARGET, "CD274"),),)),), combination=True)


@pytest.fixture(scope="module")
def trials(sample_facts: TrialFacts) -> list[TrialFacts]:
    """The sample, the sample without its first regimen, and with its regimens' roles turned."""
    turned = tuple(
        replace(one, role="control" if one.role == "experimental" else "experimental") for one in sample_facts.regimens
    )
    return [
        sample_facts,
        replace(sample_facts, id="NCT90000002", regimens=sample_facts.regimens[1:], lines=sample_facts.lines[1:]),
        replace(sample_facts, id="NCT90000003", regimens=turned, conditions=(), phases=("PHASE3",)),
    ]


@pytest.fixture(scope="module")
def select(trials: list[TrialFacts], small_vocabulary: Vocabulary) -> Select:
    return selecting(trials, small_vocabulary)


def selecting(trials: list[TrialFacts], vocabulary: Vocabulary, without_text: Collection[str] = ()) -> Select:
    """SELECT over a store of these trials."""
    store, knowledge = pyoxigraph.Store(), Knowledge(vocabulary)
    for one in trials:
        triples = (*facts_to_triples(one, ORIGIN, knowledge), *derived_triples(one, knowledge))
        kept = [t for t in triples if t.predicate != tg.COUNTED_BY or one.id not in without_text]
        store.load(to_ntriples(kept), format=pyoxigraph.RdfFormat.N_TRIPLES)

    def run(text: str) -> list[dict[str, str]]:
        found = store.query(text)
        assert isinstance(found, pyoxigraph.QuerySolutions)
        names = [variable.value for variable in found.variables]
        return [{name: str(row[name].value) for name in names if row[name] is not None} for row in found]

    return run


def by_value(query: TrialQuery, trials: list[TrialFacts], select: Select) -> dict[str, dict[str, int]]:
    """Facets by kind: values with the number of trials."""
    found = facets(query, [iri.trial(one.id) for one in trials], select, lambda _kind, key: key)
    return {one["kind"]: {value["value"]: value["trials"] for value in one["values"]} for one in found}


def recount(trials: list[TrialFacts], values: Callable[[TrialFacts], set[str]]) -> dict[str, int]:
    """How many trials have each value, those that all of them have left out: they would narrow nothing."""
    counts = Counter(value for one in trials for value in values(one))
    return {value: number for value, number in counts.items() if number < len(trials)}


@pytest.mark.parametrize("query", [PHASE_TWO, COMBOS])
def test_facets_are_a_plain_count(query: TrialQuery, trials: list[TrialFacts], select: Select) -> None:
    found = by_value(query, trials, select)
    assert found["line"] == recount(trials, lambda one: set(map(str, covered(one.lines)))) != {}
    assert found["phase"] == recount(trials, lambda one: set(one.phases)) == {"PHASE2": 2, "PHASE3": 1}
    assert set(found["condition"].values()) == {2}


def test_of_conditions_those_are_facets_that_a_record_names(
    trials: list[TrialFacts], select: Select, small_vocabulary: Vocabulary
) -> None:
    knowledge = Knowledge(small_vocabulary)
    named = recount(trials, lambda one: {knowledge.condition(condition) for condition in one.conditions})
    assert by_value(PHASE_TWO, trials, select)["condition"] == named != {}


def test_the_matrix_by_pairs_is_the_one_by_regimens(trials: list[TrialFacts], select: Select) -> None:
    nodes = [iri.trial(one.id) for one in trials]
    rows = select(matrix_sparql(PHASE_TWO, nodes, 2000))
    cells = {(row["therapy"], row["partner"]): int(row["trials"]) for row in rows}
    found = matrix(PHASE_TWO, nodes, select, lambda _kind, key: key)
    assert found is not None
    shown = {
        (row["id"], column["id"]): cell
        for row in found["rows"]
        for column, cell in zip(found["columns"], row["cells"], strict=True)
        if cell
    }
    assert shown == {(iri.identifier(one), iri.identifier(other)): number for (one, other), number in cells.items()}
    assert len(shown) > 3


def test_monotherapy_has_no_partners_and_no_query_is_run_for_them() -> None:
    def fail(text: str) -> list[dict[str, str]]:
        raise AssertionError(text)

    assert matrix(replace(COMBOS, combination=False), ["a", "b"], fail, lambda _kind, key: key) is None


@pytest.fixture
def older(trials: list[TrialFacts], small_vocabulary: Vocabulary) -> Select:
    """A store of which one trial is from before trials had the text that they are counted by."""
    return selecting(trials, small_vocabulary, without_text={trials[1].id})


@pytest.mark.parametrize("query", [PHASE_TWO, COMBOS])
def test_a_store_of_an_older_mapping_is_counted_all_the_same(
    query: TrialQuery, trials: list[TrialFacts], select: Select, older: Select
) -> None:
    nodes = [iri.trial(one.id) for one in trials]
    assert len(older(counted_sparql(nodes))) == len(nodes) - 1
    found = facets(query, nodes, older, lambda _kind, key: key)
    assert found == facets(query, nodes, select, lambda _kind, key: key) != []
    assert matrix(query, nodes, older, lambda _kind, key: key) == matrix(query, nodes, select, lambda _kind, key: key)
    sides = [query, PHASE_TWO]
    assert compare(sides, older, lambda _kind, key: key) == compare(sides, select, lambda _kind, key: key)


def test_the_values_of_a_facet_come_most_first_then_in_their_order(trials: list[TrialFacts], select: Select) -> None:
    found = facets(PHASE_TWO, [iri.trial(one.id) for one in trials], select, lambda _kind, key: key)
    assert len(found) > 3
    for one in found:
        values = [(-value["trials"], value["value"]) for value in one["values"]]
        assert values == sorted(values)


@pytest.mark.parametrize("query", [PHASE_TWO, COMBOS])
def test_what_is_counted_of_an_answer_is_one_query(query: TrialQuery, trials: list[TrialFacts], select: Select) -> None:
    asked: list[str] = []

    def noted(text: str) -> Sequence[Row]:
        asked.append(text)
        return select(text)

    nodes = [iri.trial(one.id) for one in trials]
    facets(query, nodes, noted, lambda _kind, key: key)
    matrix(query, nodes, noted, lambda _kind, key: key)
    assert asked == [counted_sparql(nodes)] * 2


THERAPIES = [
    Slot(((Atom(AtomKind.TARGET, "CD274"),),)),
    Slot(((Atom(AtomKind.CLASS, "immunotherapy"),),)),
    Slot(((Atom(AtomKind.CLASS, "chemotherapy"), Atom(AtomKind.TARGET, "ABC1")),)),
    Slot(((Atom(AtomKind.TARGET, "CD274"),), (Atom(AtomKind.CLASS, "immunotherapy"),))),
    Slot(((Atom(AtomKind.TARGET, "CD274"),), (Atom(AtomKind.CLASS, "chemotherapy"),))),
]


@pytest.mark.parametrize("therapy", THERAPIES)
def test_what_a_therapy_is_given_with_is_what_the_regimens_say(
    therapy: Slot, trials: list[TrialFacts], select: Select
) -> None:
    query, nodes = TrialQuery(therapies=(therapy,)), [iri.trial(one.id) for one in trials]
    texts = [row["values"] for row in select(counted_sparql(nodes))]
    rows = select(given_sparql(query, nodes, "givesClass", 2000))
    assert classes_with(texts, therapy) == {row["value"]: int(row["trials"]) for row in rows}
    rows = select(matrix_sparql(query, nodes, 2000))
    assert pairs_with(texts, therapy) == {(row["therapy"], row["partner"]): int(row["trials"]) for row in rows}
    assert bool(rows) == (therapy != THERAPIES[-1])


@pytest.mark.parametrize(
    "query",
    [
        PHASE_TWO,
        TrialQuery(therapies=tuple(THERAPIES[:2])),
        replace(COMBOS, beside=(THERAPIES[1],)),
        replace(COMBOS, without=(THERAPIES[2],)),
    ],
)
def test_pairs_answer_nothing_that_takes_a_whole_regimen(query: TrialQuery) -> None:
    assert only_therapy(query) is None
    assert only_therapy(COMBOS) == COMBOS.therapies[0]
