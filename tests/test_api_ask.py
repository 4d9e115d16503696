"""Questions in plain words over invented trials: what is understood, and which trials the answer holds for."""

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest

from api.ask.answer import OTHER_COHORT, answer
from api.ask.names import Names, build_names
from api.ask.query import Question
from api.ask.read import read_question
from extract.facts import (
    Biomarker,
    Evidence,
    Intervention,
    Line,
    OutcomeEndpoint,
    Prior,
    Regimen,
    Setting,
    TrialCondition,
    TrialFacts,
)
from extract.model import Registry
from extract.rulebook import load_rulebook
from graph.derive import derived_triples
from graph.knowledge import Knowledge
from graph.mapping import Origin, facts_to_triples
from graph.store import Tooling
from graph.triples import to_ntriples
from graph.vocabulary_mapping import vocabulary_triples
from ontology.model import Condition, Drug, DrugClass, Endpoint, Name, NameForm, Target, Vocabulary

DATA = Path(__file__).parent / "data"
Row = dict[str, Any]
Ask = Callable[[str], dict[str, Any]]
SEEN = (Evidence("title", 0, 5, "Study"),)


def names(*texts: str) -> tuple[Name, ...]:
    return tuple(Name(text, NameForm.PREFERRED if i == 0 else NameForm.SYNONYM) for i, text in enumerate(texts))


def drug(row: Row) -> Drug:
    key = row["id"]
    return Drug(
        key, key, row["type"], "", "treatment", tuple(row["targets"]), tuple(row["classes"]), names(key), (), "invented"
    )


def class_(row: Row) -> DrugClass:
    said = names(*row["names"])
    return DrugClass(
        row["id"], said[0].text, "drug", tuple(row["parents"]), tuple(row["targets"]), said, (), "invented"
    )


def condition(row: Row) -> Condition:
    said = names(*row["names"])
    return Condition(row["id"], said[0].text, None, tuple(row["parents"]), said, (), "invented")


def target(row: Row) -> Target:
    return Target(row["id"], row["names"][0], names(*row["names"]), (), "invented")


def endpoint(row: Row) -> Endpoint:
    return Endpoint(row["id"], row["names"][0], names(*row["names"]), (), "invented")


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    tables = tomllib.loads((DATA / "ask_vocabulary.toml").read_text("utf-8"))
    return Vocabulary(
        drugs={row["id"]: drug(row) for row in tables["drugs"]},
        classes={row["id"]: class_(row) for row in tables["classes"]},
        targets={row["id"]: target(row) for row in tables["targets"]},
        conditions={row["id"]: condition(row) for row in tables["conditions"]},
        endpoints={row["id"]: endpoint(row) for row in tables["endpoints"]},
        stems=(),
        digest="invented",
    )


def given(name: str, vocabulary: Vocabulary, purpose: str = "treatment") -> Intervention:
    entry = vocabulary.drugs.get(name)
    term = f"drug/{name}" if entry else f"class/{name}"
    return Intervention(name=name, mentions=(name,), type=entry.type if entry else "drug", role="experimental",
                        purpose=purpose, term=term, evidence=SEEN)  # fmt: skip


def trial(key: str, vocabulary: Vocabulary, *regimens: Any, **more: Any) -> TrialFacts:
    """Invented facts; a regimen is a tuple of names, or (role, arm, names, one_of)."""
    built = [
        r if isinstance(r, Regimen) else Regimen(arm=None, role="experimental", interventions=r, evidence=SEEN)
        for r in regimens
    ]
    every = dict.fromkeys(name for r in built for name in r.interventions)
    empty: dict[str, Any] = dict.fromkeys(
        ("lines", "settings", "conditions", "prior", "biomarkers", "endpoints", "doses", "abstained", "phases"), ()
    )
    values = {**empty, "registry": Registry(), "enrollment": None, **more}
    return TrialFacts(id=key, title=f"Study {key} (invented)", regimens=tuple(built), is_combination=False,
                      interventions=tuple(given(name, vocabulary) for name in every), **values)  # fmt: skip


def line(low: int, high: int | None, arm: str | None = None) -> Line:
    return Line(min=low, max=high, arm=arm, evidence=SEEN)


def disease(key: str) -> TrialCondition:
    return TrialCondition(name=key, mentions=(key,), term=f"condition/{key}", evidence=SEEN)


def outcome(rank: str, code: str, landmark: float | None = None) -> OutcomeEndpoint:
    return OutcomeEndpoint(rank=rank, code=code, measure=code, landmark_months=landmark, evidence=SEEN)


def trials(v: Vocabulary) -> list[TrialFacts]:
    second, later, first = (line(2, 2),), (line(2, None),), (line(1, 1),)
    choice = Regimen(arm=None, role="experimental", interventions=("atezolizumab", "docetaxel"),
                     one_of=(("atezolizumab", "docetaxel"),), evidence=SEEN)  # fmt: skip
    control = Regimen(arm="Control", role="control", interventions=("atezolizumab", "bevacizumab"), evidence=SEEN)
    cohort_a = Regimen(arm="A", role="experimental", interventions=("nivolumab", "docetaxel"), evidence=SEEN)
    cohort_b = Regimen(arm="B", role="experimental", interventions=("osimertinib",), evidence=SEEN)
    return [
        trial("T01", v, ("atezolizumab", "docetaxel"), lines=second, conditions=(disease("nsclc"),), phases=("PHASE2",),
              endpoints=(outcome("primary", "PFS"), outcome("secondary", "OS")), enrollment=120,
              registry=Registry(status="RECRUITING", start="2024-05")),
        trial("T02", v, ("atezolizumab",), lines=later, conditions=(disease("sclc"),),
              endpoints=(outcome("primary", "OS", 12.0),), registry=Registry(countries=("France", "China")), prior=(
                  Prior(name="PD-1 inhibitor", polarity="excluded", term="class/pd-1-inhibitor", evidence=SEEN),)),
        trial("T03", v, ("atezolizumab", "bevacizumab"), lines=first, conditions=(disease("melanoma"),),
              registry=Registry(allocation="NA", masking="DOUBLE", minimum_age="6 Months", sex="FEMALE")),
        trial("T04", v, ("cadonilimab", "cisplatin"), lines=later, conditions=(disease("sclc"),), enrollment=40,
              registry=Registry(status="COMPLETED", start="2019-01-10")),
        trial("T05", v, choice, lines=second),
        trial("T06", v, ("docetaxel",), control, lines=second,
              registry=Registry(allocation="RANDOMIZED", masking="NONE", sponsor="Invented Pharma Inc.")),
        trial("T07", v, ("osimertinib",), lines=first, conditions=(disease("nsclc"),),
              biomarkers=(Biomarker(name="EGFR mutation positive", target="EGFR", evidence=SEEN),)),
        trial("T08", v, ("docetaxel",), lines=(line(3, None),), prior=(
            Prior(name="nivolumab", polarity="required", term="drug/nivolumab", evidence=SEEN),)),
        trial("T09", v, cohort_a, cohort_b, lines=(line(1, 1, "A"), line(2, 2, "B"))),
        trial("T10", v, ("nivolumab", "radiotherapy"), phases=("PHASE3",),
              settings=(Setting(name="neoadjuvant", evidence=SEEN),), endpoints=(outcome("secondary", "QoL"),),
              biomarkers=(Biomarker(name="EGFR negative", target="EGFR", evidence=SEEN),)),
    ]  # fmt: skip


@pytest.fixture(scope="module")
def ask(vocabulary: Vocabulary) -> Ask:
    store, knowledge = pyoxigraph.Store(), Knowledge(vocabulary)
    origin = Origin("invented", "text", "0", Tooling("0", "0", "0"))
    for facts in trials(vocabulary):
        triples = (*facts_to_triples(facts, origin, knowledge), *derived_triples(facts, knowledge))
        store.load(to_ntriples(triples), format=pyoxigraph.RdfFormat.N_TRIPLES)
    store.load(to_ntriples(vocabulary_triples(vocabulary)), format=pyoxigraph.RdfFormat.N_TRIPLES)
    known, cues, idle = build_names(vocabulary), load_rulebook("cues", "api.ask"), load_rulebook("idle", "api.ask")

    def select(text: str) -> list[dict[str, str]]:
        found = store.query(text)
        assert isinstance(found, pyoxigraph.QuerySolutions)
        variables = [v.value for v in found.variables]
        return [{v: str(row[v].value) for v in variables if row[v] is not None} for row in found]

    return lambda question: answer(read_question(question, known, cues, idle), select)


COMPETENCY = tomllib.loads((DATA / "questions.toml").read_text("utf-8"))["question"]


@pytest.mark.parametrize("question", COMPETENCY, ids=[question["text"] for question in COMPETENCY])
def test_competency_question(ask: Ask, question: dict[str, Any]) -> None:
    found = ask(question["text"])
    assert [one["id"] for one in found["trials"]] == question["trials"]
    assert found["not_understood"] == []


def test_there_are_sixty_competency_questions() -> None:
    assert len({question["text"] for question in COMPETENCY}) >= 60


def test_words_without_effect_are_named(ask: Ask) -> None:
    found = ask("PD-L1 combos in second line for left-handed people")
    assert found["not_understood"] == ["left-handed"]
    assert [one["id"] for one in found["trials"]] == ["T01"]


def test_a_misspelt_drug_is_not_ignored_in_silence(ask: Ask) -> None:
    found = ask("atezolizumb in second line")
    assert found["suggestions"] == [{"word": "atezolizumb", "name": "atezolizumab"}]
    assert found["not_understood"] == ["atezolizumb"]


def test_a_question_without_conditions_gets_no_trials(ask: Ask) -> None:
    found = ask("what is the meaning of all this?")
    assert (found["trials"], found["total"], found["sparql"]) == ([], 0, "")
    assert "name a drug" in found["note"]


def test_cohorts_that_differ_are_told(ask: Ask) -> None:
    found = ask("PD-1 combos in second line")
    notes = {one["id"]: one.get("note") for one in found["trials"]}
    assert notes == {"T04": None, "T09": OTHER_COHORT}


def test_evidence_is_what_decided(ask: Ask) -> None:
    found = ask("which PD-L1 combos in second line")
    assert {one["about"] for one in found["trials"][0]["evidence"]} == {"therapy", "partner", "line"}
    assert found["trials"][0]["lines"] == [{"min": 2, "max": 2, "arm": None, "evidence": [
        {"section": "title", "start": 0, "end": 5, "quote": "Study", "sentence": "Study"}]}]  # fmt: skip


@pytest.mark.parametrize("text", ['"} DROP ALL #', "second line ?x <http://x> {", "PD-L1 \u202e combos", "/" * 500, ""])
def test_hostile_text_is_read_as_words(ask: Ask, vocabulary: Vocabulary, text: str) -> None:
    found = ask(text)
    assert found["question"] == text
    assert "DROP" not in found["sparql"]


def test_reading_never_changes_the_question(vocabulary: Vocabulary) -> None:
    known: Names = build_names(vocabulary)
    question = read_question("PD-L1", known, load_rulebook("cues", "api.ask"), load_rulebook("idle", "api.ask"))
    assert isinstance(question, Question)
    assert question.text == "PD-L1"


def test_partners_are_counted_by_trial(ask: Ask) -> None:
    found = ask("most common partners of PD-1 inhibitors")
    assert {one["therapy"]: one["trials"] for one in found["partners"]} == {
        "docetaxel": 1,
        "radiotherapy": 1,
        "cisplatin": 1,
    }
    assert found["intent"] == "partners"


def test_a_long_answer_says_that_it_is_cut(vocabulary: Vocabulary, ask: Ask) -> None:
    found = ask("how many lung cancer trials")
    assert (found["intent"], found["total"], found["truncated"]) == ("count", 4, False)
