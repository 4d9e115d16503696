"""Endpoint codes of outcome measures; all texts are made up."""

import pytest

from extract.components.endpoints import read_outcome
from extract.model import OutcomeItem, Section, SectionKind, Span
from extract.outcomes.codes import measured
from extract.outcomes.rules import WORD, triggers
from extract.rulebook import Rule, load_rulebook
from extract.text import RecordText


def codes(measure: str, description: str = "") -> list[str]:
    named, described = measured(measure, description)
    return [hit.code for hit in named or described]


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("Objective response rate (ORR = CR + PR)", ["ORR"]),
        ("ORR, DCR, PFS and OS", ["ORR", "DCR", "PFS", "OS"]),
        ("Safety and tolerability as measured by dose-limiting toxicities and MTD", ["DLT", "MTD"]),
        ("Number of participants with adverse events meeting DLT criteria", ["DLT"]),
        ("Overall survival in patients with a complete response", ["OS"]),
        ("Complete remission rate", ["CR"]),
        ("Duration of complete remission", ["DoR"]),
        ("Distant metastasis-free survival", ["MFS"]),
        ("Intracranial progression-free survival", ["PFS"]),
        ("Cystectomy-free survival", ["OTHER"]),
        ("Major pathological response", ["MPR"]),
        ("Pathologic complete response (pCR)", ["pCR"]),
        ("Association of PD-L1 expression with objective response", ["BIOMARKER"]),
        ("Area under the concentration-time curve of the antibody", ["PK"]),
        ("Number of CAR-T copies in blood", ["PK"]),
        ("Anti-drug antibodies", ["ADA"]),
        ("EORTC QLQ-C30 global health status", ["QoL"]),
        ("Dose escalation part: recommended phase 2 dose", ["MTD"]),
        ("Dose expansion cohort: objective response rate", ["ORR"]),
        ("Safety run-in: time to response", ["TTR"]),
        ("Time to second progression (PFS2)", ["PFS2"]),
        ("Median survival time", ["OS"]),
        ("Minutes walked a day", []),
    ],
)
def test_codes_of_measures(measure: str, expected: list[str]) -> None:
    assert codes(measure) == expected


def test_the_description_tells_what_the_measure_does_not() -> None:
    assert codes("To see how well it works", "Objective response rate (ORR) by RECIST") == ["ORR"]
    assert codes("Overall survival", "time to progression") == ["OS"]


def item_of(text: str, measure: str, time_frame: str) -> tuple[RecordText, OutcomeItem]:
    record = RecordText([Section("primary_outcomes", SectionKind.OUTCOMES, text)])
    spans = [Span("primary_outcomes", text.index(part), text.index(part) + len(part)) for part in (measure, time_frame)]
    return record, OutcomeItem("primary", spans[0], None, spans[1])


def test_one_fact_for_each_endpoint_and_landmark_with_its_words() -> None:
    record, item = item_of("PFS and OS at 1 and 2 years, 36 months", "PFS and OS at 1 and 2 years", "36 months")
    facts = list(read_outcome(record, item))
    assert [(fact.code, fact.landmark_months, fact.time_frame_months) for fact in facts] == [
        ("PFS", 12.0, 36.0),
        ("PFS", 24.0, 36.0),
        ("OS", 12.0, 36.0),
        ("OS", 24.0, 36.0),
    ]
    assert all(evidence.quote in record.text for fact in facts for evidence in fact.evidence)
    assert {fact.rule for fact in facts} == {"endpoint.pfs", "endpoint.os"}


def test_an_unnamed_measure_is_other() -> None:
    record, item = item_of("Minutes walked a day, 1 week", "Minutes walked a day", "1 week")
    assert [(fact.code, fact.rank) for fact in read_outcome(record, item)] == [("OTHER", "primary")]


def test_the_first_day_is_no_landmark() -> None:
    record, item = item_of("Score of itching at day 1, Day 1", "Score of itching at day 1", "Day 1")
    assert [fact.landmark_months for fact in read_outcome(record, item)] == [None]


RULES = pytest.mark.parametrize("rule", load_rulebook("endpoints").rules, ids=lambda rule: rule.id)


@RULES
def test_a_rule_is_tried_on_its_own_examples(rule: Rule) -> None:
    tried = [{each.id for each in triggers().due(example.lower())} for example in rule.examples]
    assert all(rule.id in ids for ids in tried)


@RULES
def test_triggers_are_words_as_they_are_looked_for(rule: Rule) -> None:
    written = {word.strip() for word in (*rule.value["triggers"], *rule.value.get("also", ()))}
    assert written == {" ".join(WORD.findall(word.lower())) for word in written}


def test_a_rule_that_heeds_case_is_confirmed_in_the_text_as_written() -> None:
    (rule,) = (each for each in triggers().due("a pro score") if each.id == "endpoint.qol")
    text = "pros and cons, then a PRO and a FACT score"
    assert [text[start:end] for start, end in rule.spans(text, text.lower())] == ["PRO", "FACT"]


def test_words_for_weak_endpoints_count_only_where_nothing_else_is_named() -> None:
    assert [hit.code for hit in measured("Nausea and progression-free survival")[0]] == ["PFS"]
    assert [hit.code for hit in measured("Nausea")[0]] == ["AE"]


def test_activity_against_the_tumour_is_response_where_nothing_says_how_it_is_told() -> None:
    assert codes("Preliminary anti-tumor activity") == ["ORR"]
    assert codes("Preliminary anti-tumor activity", "Told by duration of response") == ["DoR"]
    assert codes("Anti-tumor activity by progression-free survival") == ["PFS"]
    assert codes("Shift from baseline in chemistry values") == ["AE"]
