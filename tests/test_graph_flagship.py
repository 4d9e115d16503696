"""The flagship query over a small union graph, as the store's default graph holds it."""

from dataclasses import replace
from importlib.resources import files

import pytest
from pyoxigraph import QuerySolutions, RdfFormat, Store

from extract.facts import TrialFacts
from graph.derive import derived_triples
from graph.knowledge import Knowledge
from graph.mapping import Origin, facts_to_triples
from graph.store import Tooling
from graph.triples import to_ntriples
from graph.vocabulary_mapping import vocabulary_triples
from ontology import iri
from ontology.model import Vocabulary

QUERY = (files("graph") / "queries" / "flagship.rq").read_text(encoding="utf-8")
ORIGIN = Origin("a.json", "api-v2", "ab", Tooling("1", "v", "s"))


def answer(vocabulary: Vocabulary, *trials: TrialFacts) -> list[tuple[str, ...]]:
    """Trial, drug, partner and the three quotes of each row."""
    knowledge, store = Knowledge(vocabulary), Store()
    store.load(to_ntriples(vocabulary_triples(vocabulary)), format=RdfFormat.N_TRIPLES)
    for facts in trials:
        for triples in (facts_to_triples(facts, ORIGIN, knowledge), derived_triples(facts, knowledge)):
            store.load(to_ntriples(triples), format=RdfFormat.N_TRIPLES)
    rows = store.query(QUERY)
    assert isinstance(rows, QuerySolutions)
    names = ("trial", "drugName", "partnerName", "lineQuote", "drugQuote", "partnerQuote")
    return [tuple(row[name].value for name in names) for row in rows]


def test_the_combination_is_found_with_its_three_sentences(
    sample_facts: TrialFacts, small_vocabulary: Vocabulary
) -> None:
    assert answer(small_vocabulary, sample_facts) == [
        (iri.trial("NCT90000001"), "onelimab", partner, "second line", "Onelimab", partner)
        for partner in ("docetaxel", "qqqtinib")
    ]


@pytest.mark.parametrize("case", ["no second line", "no partner", "only in the comparator"])
def test_what_is_no_second_line_combination_is_not_found(
    case: str, sample_facts: TrialFacts, small_vocabulary: Vocabulary
) -> None:
    cohort_a, cohort_b, comparator = sample_facts.regimens
    swapped = (replace(cohort_a, role="control"), replace(comparator, role="experimental"))
    changed = {
        "no second line": replace(sample_facts, lines=sample_facts.lines[1:]),
        "no partner": replace(sample_facts, regimens=(cohort_b,)),
        "only in the comparator": replace(sample_facts, regimens=swapped),
    }
    assert answer(small_vocabulary, changed[case]) == []
