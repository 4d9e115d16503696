"""Facts to triples: all of them, each in the trial's own namespace, the same every time."""

import pickle
from dataclasses import replace

import pytest

from extract.facts import Evidence, Regimen, TrialFacts
from graph.dosage import quantity, ucum
from graph.knowledge import Knowledge
from graph.layout import offsets
from graph.mapping import Origin, facts_to_triples
from graph.store import Tooling
from graph.triples import Triple, integer, ref, string
from ontology import iri
from ontology import terms as tg
from ontology.model import Vocabulary

ORIGIN = Origin("folder/a.json", "api-v2", "ab12", Tooling("1.0", "vocabulary", "shapes"))
TRIAL = iri.trial("NCT90000001")


@pytest.fixture(scope="module")
def knowledge(small_vocabulary: Vocabulary) -> Knowledge:
    return Knowledge(small_vocabulary)


@pytest.fixture(scope="module")
def triples(sample_facts: TrialFacts, knowledge: Knowledge) -> tuple[Triple, ...]:
    return facts_to_triples(sample_facts, ORIGIN, knowledge)


def objects(triples: tuple[Triple, ...], subject: str, predicate: str) -> list[str]:
    return [t.object for t in triples if t.subject == subject and t.predicate == predicate]


def test_every_subject_lies_in_the_trials_namespace(triples: tuple[Triple, ...]) -> None:
    assert {t.subject for t in triples if t.subject != TRIAL and not t.subject.startswith(TRIAL + "/")} == set()


def test_no_triple_stands_in_two_trials_graphs(sample_facts: TrialFacts, knowledge: Knowledge) -> None:
    other = replace(sample_facts, id="NCT9000000")
    mine, theirs = (set(facts_to_triples(facts, ORIGIN, knowledge)) for facts in (sample_facts, other))
    assert not mine & theirs


def test_the_same_facts_give_the_same_triples_in_order(
    sample_facts: TrialFacts, small_vocabulary: Vocabulary, triples: tuple[Triple, ...]
) -> None:
    copied = pickle.loads(pickle.dumps(sample_facts))  # noqa: S301 (a copy of our own value)
    assert facts_to_triples(copied, ORIGIN, Knowledge(small_vocabulary)) == triples
    assert len(set(triples)) == len(triples)


def test_every_fact_reaches_its_evidence(sample_facts: TrialFacts, triples: tuple[Triple, ...]) -> None:
    facts = [t.subject for t in triples if t.predicate == tg.CERTAINTY]
    kinds = (
        "lines",
        "settings",
        "interventions",
        "regimens",
        "conditions",
        "prior",
        "biomarkers",
        "endpoints",
        "doses",
    )
    assert len(facts) == sum(len(getattr(sample_facts, kind)) for kind in kinds)
    for fact in facts:
        (place,) = objects(triples, fact, tg.HAS_EVIDENCE)
        said = {t.predicate for t in triples if ref(t.subject) == place}
        assert len(said) == 3  # section, exact, sentence


def test_an_evidence_node_has_its_offsets_in_its_iri(sample_facts: TrialFacts, knowledge: Knowledge) -> None:
    place = (Evidence("armsInterventionsModule.armGroups[1].description", 30, 38, "12 weeks"),)
    lines = tuple(replace(line, evidence=place) for line in sample_facts.lines)
    mapped = facts_to_triples(replace(sample_facts, lines=lines), ORIGIN, knowledge)
    node = next(t.subject for t in mapped if t.object == string("12 weeks"))
    assert offsets(node) == (30, 38)
    assert iri.parse(node) == iri.Thing(iri.Kind.TRIAL, "NCT90000001", ("evidence", place[0].section, "30-38"))


def test_facts_that_share_a_stretch_of_text_share_its_node(sample_facts: TrialFacts, knowledge: Knowledge) -> None:
    place = (Evidence("title", 3, 8, "words"), Evidence("title", 3, 8, "words"))
    lines = tuple(replace(line, evidence=place) for line in sample_facts.lines)
    mapped = facts_to_triples(replace(sample_facts, lines=lines), ORIGIN, knowledge)
    assert len({t.subject for t in mapped if t.object == string("words")}) == 1


def test_the_role_hangs_on_the_arms_intervention(triples: tuple[Triple, ...]) -> None:
    docetaxel = ref(TRIAL + "/intervention/2")
    given = {t.subject for t in triples if t.predicate == tg.OF_INTERVENTION and t.object == docetaxel}
    roles = {node: objects(triples, node, tg.ROLE) for node in given if "/regimen/" in node}
    assert roles == {TRIAL + "/regimen/1/2": [string("experimental")], TRIAL + "/regimen/3/2": [string("control")]}


def test_a_line_hangs_on_its_arm_where_cohorts_differ_else_on_the_trial(
    sample_facts: TrialFacts, knowledge: Knowledge, triples: tuple[Triple, ...]
) -> None:
    assert {t.subject for t in triples if t.predicate == tg.HAS_LINE} == {TRIAL + "/arm/1", TRIAL + "/arm/2"}
    one = replace(sample_facts, lines=(replace(sample_facts.lines[0], arm=None),))
    assert {t.subject for t in facts_to_triples(one, ORIGIN, knowledge) if t.predicate == tg.HAS_LINE} == {TRIAL}


def test_an_open_ended_line_has_no_end(triples: tuple[Triple, ...]) -> None:
    assert objects(triples, TRIAL + "/line/1", tg.MAX_LINE) == [integer(2)]
    assert objects(triples, TRIAL + "/line/2", tg.MIN_LINE) == [integer(3)]
    assert objects(triples, TRIAL + "/line/2", tg.MAX_LINE) == []


def test_a_choice_names_its_members(triples: tuple[Triple, ...]) -> None:
    members = objects(triples, TRIAL + "/regimen/1/choice/1", tg.ONE_OF)
    assert members == [ref(TRIAL + "/regimen/1/2"), ref(TRIAL + "/regimen/1/3")]


def test_names_that_no_intervention_bears_are_kept_to_be_found(sample_facts: TrialFacts, knowledge: Knowledge) -> None:
    regimen = Regimen(
        arm=None, role="experimental", interventions=("ghostmab",), one_of=(("ghostmab", "spectre"),),
        evidence=sample_facts.lines[0].evidence,
    )  # fmt: skip
    mapped = facts_to_triples(replace(sample_facts, regimens=(regimen,)), ORIGIN, knowledge)
    assert objects(mapped, TRIAL + "/regimen/1/1", tg.UNRESOLVED_NAME) == [string("ghostmab")]
    assert objects(mapped, TRIAL + "/regimen/1/choice/1", tg.UNRESOLVED_NAME) == [string("spectre")]


def test_what_the_vocabulary_knows_is_not_repeated(triples: tuple[Triple, ...]) -> None:
    assert objects(triples, TRIAL + "/intervention/1", tg.OF_TARGET) == []
    assert objects(triples, TRIAL + "/intervention/1", tg.OF_CLASS) == []


def test_what_only_the_record_or_a_stem_tells_is_kept(triples: tuple[Triple, ...]) -> None:
    assert objects(triples, TRIAL + "/intervention/3", tg.OF_TARGET) == [ref(iri.thing("target", "ABC1"))]
    assert objects(triples, TRIAL + "/intervention/3", tg.OF_CLASS) == [ref(iri.thing("class", "kinase-inhibitor"))]
    assert objects(triples, TRIAL + "/intervention/3", tg.RULE) == [string("stem-tinib")]


def test_an_unknown_drug_gets_an_iri_by_its_slug(triples: tuple[Triple, ...]) -> None:
    assert objects(triples, TRIAL + "/intervention/3", tg.OF_THERAPY) == [ref(iri.thing("drug", "qqqtinib"))]


def test_an_old_drug_id_leads_to_its_new_one(sample_facts: TrialFacts, knowledge: Knowledge) -> None:
    old = replace(sample_facts.interventions[0], term="drug/xyz123")
    mapped = facts_to_triples(replace(sample_facts, interventions=(old,)), ORIGIN, knowledge)
    assert objects(mapped, TRIAL + "/intervention/1", tg.OF_THERAPY) == [ref(iri.thing("drug", "onelimab"))]


def test_names_of_prior_therapies_and_conditions_are_found(triples: tuple[Triple, ...]) -> None:
    assert objects(triples, TRIAL + "/prior/1", tg.OF_THERAPY) == [ref(iri.term("class/platinum-based-chemotherapy"))]
    assert objects(triples, TRIAL + "/prior/3", tg.OF_THERAPY) == [ref(iri.term("class/radiotherapy"))]
    assert objects(triples, TRIAL + "/condition/1", tg.OF_CONDITION) == [ref(iri.term("condition/nsclc"))]


def test_the_record_says_what_read_it_and_not_when(triples: tuple[Triple, ...]) -> None:
    record = TRIAL + "/record"
    assert objects(triples, record, tg.CONTENT_HASH) == [string("ab12")]
    assert objects(triples, record, tg.SHAPES_DIGEST) == [string("shapes")]
    assert not any("dateTime" in t.object or "atTime" in t.predicate for t in triples)


def test_a_trial_without_an_id_is_refused(sample_facts: TrialFacts, knowledge: Knowledge) -> None:
    with pytest.raises(ValueError, match="empty"):
        facts_to_triples(replace(sample_facts, id=""), ORIGIN, knowledge)


@pytest.mark.parametrize(
    ("amount", "values", "unit"),
    [
        ("1200 mg", (1200,), "mg"),
        ("1,200 mg", (1200,), "mg"),
        ("2,5 mg", (2.5,), "mg"),
        ("75 mg/m²", (75,), "mg/m2"),
        ("5, 10 and 20 mg/kg", (5, 10, 20), "mg/kg"),
        ("200 µg", (200,), "ug"),
        ("1 x 10^6 cells/kg", (1e6,), "{cells}/kg"),
        ("60 Gy", (60,), "Gy"),
    ],
)
def test_amounts_become_numbers_and_a_ucum_unit(amount: str, values: tuple[float, ...], unit: str) -> None:
    found = quantity(amount)
    assert found is not None
    assert (found.values, found.unit) == (values, unit)


@pytest.mark.parametrize("amount", ["", "mg", "standard dose", "10 mg or 2 tablets", "AUC 5", "12"])
def test_an_amount_that_is_no_plain_quantity_stays_text(amount: str) -> None:
    assert quantity(amount) is None


def test_a_unit_with_an_unknown_part_has_no_code() -> None:
    assert ucum("mg/fortnight") is None
    assert ucum("MG / KG / day") == "mg/kg/d"
