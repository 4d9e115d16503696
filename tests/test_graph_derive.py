"""Shortcuts: the contract's meaning of words, checked against a plain reading of the facts."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.facts import Evidence, Intervention, Line, Prior, Regimen, TrialFacts
from extract.model import Registry
from graph.derive import LAST_LINE, covered, derived_triples
from graph.knowledge import Knowledge
from graph.mapping import Origin, facts_to_triples
from graph.store import Tooling
from graph.triples import Triple, boolean, integer, ref
from ontology import iri
from ontology import terms as tg
from ontology.model import Vocabulary

TRIAL = iri.trial("NCT90000001")
SAID = (Evidence("title", 0, 4, "some"),)
DRUGS = {"a": ("T1",), "b": ("T2",), "ab": ("T1", "T2"), "c": (), "p": ("T3",)}
EMPTY = Knowledge(Vocabulary({}, {}, {}, {}, {}, (), "none"))


@pytest.fixture(scope="module")
def knowledge(small_vocabulary: Vocabulary) -> Knowledge:
    return Knowledge(small_vocabulary)


@pytest.fixture(scope="module")
def derived(sample_facts: TrialFacts, knowledge: Knowledge) -> tuple[Triple, ...]:
    return derived_triples(sample_facts, knowledge)


def objects(triples: tuple[Triple, ...], predicate: str, subject: str = TRIAL) -> set[str]:
    return {t.object for t in triples if t.subject == subject and t.predicate == predicate}


def ids(kind: str, *names: str) -> set[str]:
    return {ref(iri.thing(kind, name)) for name in names}


def numbers(*values: int) -> set[str]:
    return {integer(value) for value in values}


def bare(regimens: tuple[Regimen, ...], lines: tuple[Line, ...] = ()) -> TrialFacts:
    """A trial of the drugs of `DRUGS`; `p` is no treatment."""
    interventions = tuple(
        Intervention(
            name=name, mentions=(), type="drug", role="experimental", targets=targets, evidence=SAID,
            purpose="placebo" if name == "p" else "treatment",
        )
        for name, targets in DRUGS.items()
    )  # fmt: skip
    return TrialFacts(
        id="NCT90000001", title="t", phases=(), enrollment=None, registry=Registry(), lines=lines, settings=(),
        interventions=interventions, regimens=regimens, is_combination=False, conditions=(), prior=(), biomarkers=(),
        endpoints=(), doses=(), abstained=(),
    )  # fmt: skip


def test_subjects_are_nodes_of_the_trials_own_graph_and_no_property_is_shared(
    sample_facts: TrialFacts, knowledge: Knowledge, derived: tuple[Triple, ...]
) -> None:
    own = facts_to_triples(sample_facts, Origin("a", "text", "ab", Tooling("1", "v", "s")), knowledge)
    assert {t.subject for t in derived} <= {t.subject for t in own}
    assert not {t.predicate for t in derived} & {t.predicate for t in own}
    assert len(set(derived)) == len(derived)


def test_a_class_covers_all_below_it(derived: tuple[Triple, ...]) -> None:
    above = ids("class", "pd-l1-inhibitor", "checkpoint-inhibitor", "immunotherapy")
    assert objects(derived, tg.GIVES_CLASS, TRIAL + "/regimen/1/1") == above
    assert above <= objects(derived, tg.OFFERS_CLASS)


def test_a_comparator_gives_nothing(derived: tuple[Triple, ...]) -> None:
    assert not any("/regimen/3" in t.subject for t in derived)
    assert objects(derived, tg.OFFERS_TARGET) == ids("target", "CD274", "ABC1")


def test_a_placebo_is_no_partner(derived: tuple[Triple, ...]) -> None:
    partners = objects(derived, tg.HAS_PARTNER, TRIAL + "/regimen/1/1")
    assert partners == {ref(TRIAL + "/regimen/1/2"), ref(TRIAL + "/regimen/1/3")}


def test_members_of_a_choice_are_no_partners_of_each_other(derived: tuple[Triple, ...]) -> None:
    assert objects(derived, tg.HAS_PARTNER, TRIAL + "/regimen/1/2") == {ref(TRIAL + "/regimen/1/1")}


def test_monotherapy_is_not_combined(derived: tuple[Triple, ...]) -> None:
    assert objects(derived, tg.IS_COMBINED, TRIAL + "/regimen/2/1") == {boolean(value=False)}
    assert objects(derived, tg.IS_COMBINED, TRIAL + "/regimen/1/1") == {boolean(value=True)}


def test_lines_of_trial_regimen_and_line(derived: tuple[Triple, ...]) -> None:
    assert objects(derived, tg.OFFERS_LINE) == numbers(2, 3, 4, 5, 6)
    assert objects(derived, tg.REACHES_LINE) == numbers(1, 2, 3, 4, 5, 6)
    assert objects(derived, tg.FOR_LINE, TRIAL + "/regimen/1") == numbers(2)
    assert objects(derived, tg.FOR_LINE, TRIAL + "/line/2") == numbers(3, 4, 5, 6)


@pytest.mark.parametrize(
    ("low", "high", "lines"),
    [
        (1, 1, [1]),
        (2, 3, [2, 3]),
        (2, None, [2, 3, 4, 5, 6]),
        (8, None, [6]),
        (7, 9, [6]),
        (3, 2, [3]),
        (1, 10**9, [1, 2, 3, 4, 5, 6]),
    ],
)
def test_ranges_are_written_out_up_to_the_last_line(low: int, high: int | None, lines: list[int]) -> None:
    assert covered([Line(min=low, max=high, evidence=SAID)]) == lines


@given(st.lists(st.tuples(st.integers(1, 9), st.none() | st.integers(0, 4)), max_size=3), st.integers(1, LAST_LINE - 1))
def test_containing_and_reaching_a_line_mean_what_the_contract_says(
    ranges: list[tuple[int, int | None]], n: int
) -> None:
    lines = tuple(Line(min=low, max=None if more is None else low + more, evidence=SAID) for low, more in ranges)
    derived = derived_triples(bare((), lines), EMPTY)
    contains = any(line.min <= n and (line.max is None or n <= line.max) for line in lines)
    reaches = any(line.max is None or line.max >= n for line in lines)
    assert (integer(n) in objects(derived, tg.OFFERS_LINE)) == contains
    assert (integer(n) in objects(derived, tg.REACHES_LINE)) == reaches


def test_prior_therapies_by_polarity(derived: tuple[Triple, ...]) -> None:
    assert objects(derived, tg.REQUIRES_PRIOR) == ids("class", "platinum-based-chemotherapy", "chemotherapy")
    assert objects(derived, tg.EXCLUDES_PRIOR) == ids("drug", "bothlimab")


def test_a_required_drug_requires_its_classes_and_targets(sample_facts: TrialFacts, knowledge: Knowledge) -> None:
    prior = Prior(name="bothlimab", polarity="required", term="drug/bothlimab", evidence=SAID)
    found = objects(derived_triples(replace(sample_facts, prior=(prior,)), knowledge), tg.REQUIRES_PRIOR)
    classes = ids("class", "pd-1-inhibitor", "ctla-4-inhibitor", "checkpoint-inhibitor", "immunotherapy")
    assert found == ids("drug", "bothlimab") | classes | ids("target", "PDCD1", "CTLA4")


def test_conditions_cover_what_lies_below(sample_facts: TrialFacts, knowledge: Knowledge) -> None:
    condition = replace(sample_facts.conditions[0], term="condition/nsclc")
    found = objects(derived_triples(replace(sample_facts, conditions=(condition,)), knowledge), tg.STUDIES_CONDITION)
    assert found == ids("condition", "nsclc", "lung-cancer")


def test_endpoints_by_rank(derived: tuple[Triple, ...]) -> None:
    assert objects(derived, tg.MEASURES_PRIMARY) == ids("endpoint", "PFS")
    assert objects(derived, tg.MEASURES_SECONDARY) == ids("endpoint", "OS")
    assert objects(derived, tg.MEASURES_ENDPOINT) == ids("endpoint", "PFS", "OS")


NAMES = st.lists(st.sampled_from(sorted(DRUGS)), max_size=4, unique=True)
REGIMENS = st.builds(
    lambda role, names, group: Regimen(
        arm=None, role=role, interventions=tuple(names), one_of=(tuple(group),) if group else (), evidence=SAID
    ),
    st.sampled_from(["experimental", "control"]),
    NAMES,
    NAMES,
)


def holds(facts: TrialFacts, target: str, *, combined: bool, partner: str | None) -> bool:
    """A plain reading of the contract: one experimental regimen, one treatment of it, and what is given beside it."""
    for regimen in (r for r in facts.regimens if r.role == "experimental"):
        for name in (n for n in regimen.interventions if n != "p" and target in DRUGS[n]):
            apart = {other for group in regimen.one_of if name in group for other in group}
            rest = [other for other in regimen.interventions if other not in {name, "p", *apart}]
            met = partner is None or any(partner in DRUGS[other] for other in rest)
            if met and bool(rest) is combined:
                return True
    return False


@given(
    st.lists(REGIMENS, max_size=3), st.sampled_from(["T1", "T2"]), st.booleans(), st.sampled_from([None, "T1", "T2"])
)
def test_a_flat_pattern_answers_as_a_plain_reading_does(
    regimens: list[Regimen],
    target: str,
    combined: bool,  # noqa: FBT001 (Hypothesis gives it by position)
    partner: str | None,
) -> None:
    facts = bare(tuple(regimens))
    derived = set(derived_triples(facts, EMPTY))
    wanted = ref(iri.thing("target", target))
    beside = ref(iri.thing("target", partner)) if partner else None
    found = any(
        Triple(t.subject, tg.IS_COMBINED, boolean(combined)) in derived
        and (
            beside is None
            or any(
                Triple(p.object.strip("<>"), tg.GIVES_TARGET, beside) in derived
                for p in derived
                if p.subject == t.subject and p.predicate == tg.HAS_PARTNER
            )
        )
        for t in derived
        if t.predicate == tg.GIVES_TARGET and t.object == wanted
    )
    assert found == holds(facts, target, combined=combined, partner=partner)
    flagship = Triple(TRIAL, tg.COMBINES_TARGET, wanted) in derived
    assert flagship == holds(facts, target, combined=True, partner=None)
