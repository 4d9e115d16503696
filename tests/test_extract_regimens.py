"""Regimens from arms, titles and prose, in records of our own, read by the whole pipeline."""

from collections.abc import Callable

import pytest

from extract.facts import TrialFacts

Extract = Callable[..., TrialFacts]
Given = set[tuple[str, frozenset[str]]]


def given(facts: TrialFacts) -> Given:
    return {(regimen.role[:3], frozenset(regimen.interventions)) for regimen in facts.regimens}


def exp(*names: str) -> tuple[str, frozenset[str]]:
    return ("exp", frozenset(names))


def con(*names: str) -> tuple[str, frozenset[str]]:
    return ("con", frozenset(names))


ITEMS = [("DRUG", "Sintilimab"), ("DRUG", "Anlotinib")]


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Sintilimab Plus Anlotinib in Lung Cancer", {exp("sintilimab", "anlotinib")}),
        ("Sintilimab With or Without Anlotinib", {exp("sintilimab", "anlotinib"), exp("sintilimab")}),
        ("Sintilimab ± Anlotinib in Lung Cancer", {exp("sintilimab", "anlotinib"), exp("sintilimab")}),
        (
            "Sintilimab Alone or in Combination With Anlotinib",
            {exp("sintilimab", "anlotinib"), exp("sintilimab")},
        ),
        ("Sintilimab Followed by Anlotinib", {exp("sintilimab", "anlotinib")}),
        ("Sintilimab Plus Anlotinib Versus Anlotinib", {exp("sintilimab", "anlotinib"), con("anlotinib")}),
        ("Sintilimab Versus Anlotinib in Lung Cancer", {exp("sintilimab"), con("anlotinib")}),
        ("Sintilimab or Anlotinib in Lung Cancer", {exp("sintilimab"), exp("anlotinib")}),
    ],
)
def test_title_of_a_record_without_arms(extract_trial: Extract, title: str, expected: Given) -> None:
    assert given(extract_trial(title, ITEMS)) == expected


def test_control_of_a_title_is_all_the_rest(extract_trial: Extract) -> None:
    items = [("DRUG", "Ivonescimab"), ("DRUG", "Topotecan"), ("DRUG", "Lurbinectedin")]
    facts = extract_trial("Ivonescimab Versus Treatment of Physician's Choice in Lung Cancer", items)
    assert given(facts) == {exp("ivonescimab"), con("topotecan", "lurbinectedin")}
    control = next(regimen for regimen in facts.regimens if regimen.role == "control")
    assert control.one_of == (("topotecan", "lurbinectedin"),)
    assert facts.is_combination is False


def test_cohorts_of_the_summary(extract_trial: Extract) -> None:
    summary = (
        "Patients go to one of two cohorts.\nCohort A: sintilimab + anlotinib\nCohort B: sintilimab + anlotinib + SBRT"
    )
    facts = extract_trial("Sintilimab in Lung Cancer", ITEMS, summary=summary)
    names = ("sintilimab", "anlotinib", "stereotactic body radiotherapy")
    assert given(facts) == {exp(*names[:2]), exp(*names)}


def test_class_word_of_the_title_stands_for_the_listed_drug(extract_trial: Extract) -> None:
    facts = extract_trial("Anlotinib Combined With a PD-1 Inhibitor", ITEMS)
    assert given(facts) == {exp("sintilimab", "anlotinib")}


def test_drug_of_the_title_that_the_list_lacks(extract_trial: Extract) -> None:
    facts = extract_trial("Sintilimab in Combination With Bevacizumab", [("DRUG", "Sintilimab")])
    assert given(facts) == {exp("sintilimab", "bevacizumab")}


def test_placebo_stands_in_for_the_first_drug(extract_trial: Extract) -> None:
    facts = extract_trial(
        "Anlotinib Plus Docetaxel in Lung Cancer", [("DRUG", "Anlotinib"), ("DRUG", "Docetaxel"), ("DRUG", "Placebo")]
    )
    assert given(facts) == {exp("anlotinib", "docetaxel"), con("docetaxel", "placebo")}


def test_entries_that_are_combinations_are_arms(extract_trial: Extract) -> None:
    items = [("DRUG", "Sintilimab + anlotinib"), ("DRUG", "Sintilimab + bevacizumab")]
    facts = extract_trial("Immunotherapy Partners in Lung Cancer", items)
    assert given(facts) == {exp("sintilimab", "anlotinib"), exp("sintilimab", "bevacizumab")}


def test_arms_give_what_they_list(extract_trial: Extract) -> None:
    arms = [("EXPERIMENTAL", "Arm A", "", (0, 1)), ("ACTIVE_COMPARATOR", "Arm B", "", (1,))]
    facts = extract_trial("Two Drugs", ITEMS, arms)
    assert given(facts) == {exp("sintilimab", "anlotinib"), con("anlotinib")}
    assert {item.name: item.role for item in facts.interventions} == {
        "sintilimab": "experimental",
        "anlotinib": "experimental",
    }


def test_equal_arms_are_one_regimen(extract_trial: Extract) -> None:
    arms = [("EXPERIMENTAL", "Cohort 1", "", (0,)), ("EXPERIMENTAL", "Cohort 2", "", (0,))]
    assert given(extract_trial("One Drug", ITEMS[:1], arms)) == {exp("sintilimab")}


def test_arm_with_or_without_a_drug_is_two_regimens(extract_trial: Extract) -> None:
    arms = [("EXPERIMENTAL", "Sintilimab with or without anlotinib", "", (0, 1))]
    assert given(extract_trial("Two Drugs", ITEMS, arms)) == {exp("sintilimab", "anlotinib"), exp("sintilimab")}


@pytest.mark.parametrize(
    ("items", "label", "description", "expected"),
    [
        (["Cisplatin", "Carboplatin"], "Chemotherapy", "Cisplatin or carboplatin", {("cisplatin", "carboplatin")}),
        (["Cisplatin", "Carboplatin"], "Chemotherapy", "", {("cisplatin", "carboplatin")}),
        (["Topotecan", "Paclitaxel", "Irinotecan"], "Investigator's choice", "Topotecan, paclitaxel, or irinotecan",
         {("topotecan", "paclitaxel", "irinotecan")}),
        (["FOLFOX", "CAPOX"], "Chemotherapy", "FOLFOX or CAPOX",
         {("leucovorin", "capecitabine"), ("fluorouracil", "capecitabine")}),
        (["Docetaxel/pemetrexed"], "Docetaxel or pemetrexed", "", {("docetaxel", "pemetrexed")}),
    ],
)  # fmt: skip
def test_choices_within_an_arm(
    extract_trial: Extract, items: list[str], label: str, description: str, expected: set[tuple[str, ...]]
) -> None:
    arms = [("EXPERIMENTAL", label, description, tuple(range(len(items))))]
    (regimen,) = extract_trial("A Study", [("DRUG", item) for item in items], arms).regimens
    assert set(regimen.one_of) == expected


def test_description_adds_what_the_arm_gives(extract_trial: Extract) -> None:
    arms = [("EXPERIMENTAL", "Arm A", "Sintilimab plus bevacizumab every three weeks", (0,))]
    assert given(extract_trial("A Study", ITEMS[:1], arms)) == {exp("sintilimab", "bevacizumab")}


def test_description_of_a_mechanism_adds_nothing(extract_trial: Extract) -> None:
    items = [("DRUG", "Sintilimab", "Sintilimab is an antibody unlike nivolumab. Nivolumab has been approved.")]
    arms = [("EXPERIMENTAL", "Arm A", "", (0,))]
    assert given(extract_trial("A Study", items, arms)) == {exp("sintilimab")}


def test_drugs_of_the_description_stand_for_the_class(extract_trial: Extract) -> None:
    items = [("DRUG", "Sintilimab"), ("DRUG", "Chemotherapy", "Pemetrexed and carboplatin every three weeks")]
    arms = [("EXPERIMENTAL", "Arm A", "", (0, 1))]
    assert given(extract_trial("A Study", items, arms)) == {exp("sintilimab", "pemetrexed", "carboplatin")}


def test_all_comparators_are_still_experimental(extract_trial: Extract) -> None:
    arms = [("ACTIVE_COMPARATOR", "Group 1", "", (0,)), ("ACTIVE_COMPARATOR", "Control group", "", (1,))]
    assert given(extract_trial("Two Drugs", ITEMS, arms)) == {exp("sintilimab"), con("anlotinib")}


def test_arm_without_treatment_is_no_regimen(extract_trial: Extract) -> None:
    arms = [("EXPERIMENTAL", "Arm A", "", (0,)), ("NO_INTERVENTION", "Observation", "", ())]
    assert given(extract_trial("A Study", ITEMS[:1], arms)) == {exp("sintilimab")}


def test_long_list_gives_what_title_and_summary_name(extract_trial: Extract) -> None:
    others = ["Etoposide", "Mitoxantrone", "Methotrexate", "Vincristine", "Idarubicin"]
    items = [("DRUG", name) for name in ("Gilteritinib", "Cytarabine", "Daunorubicin", *others)]
    facts = extract_trial("Gilteritinib Plus Cytarabine and Daunorubicin in Leukemia", items)
    assert given(facts) == {exp("gilteritinib", "cytarabine", "daunorubicin")}
    assert len(facts.interventions) == len(items)


def test_title_of_a_single_arm_adds_what_the_arm_leaves_out(extract_trial: Extract) -> None:
    arms = [("EXPERIMENTAL", "Anlotinib", "", (0,))]
    facts = extract_trial("Sintilimab Plus Anlotinib in Lung Cancer", [("DRUG", "Anlotinib")], arms)
    assert given(facts) == {exp("anlotinib", "sintilimab")}


def test_drugs_that_stand_in_for_each_other_are_apart(extract_trial: Extract) -> None:
    names = ("Capecitabine", "Fluorouracil", "Leucovorin", "Docetaxel", "Paclitaxel", "Imatinib", "Dasatinib")
    entries = [("DRUG", name) for name in names]
    (regimen,) = extract_trial("A Study in Gastric Cancer", entries).regimens
    assert {("docetaxel", "paclitaxel"), ("imatinib", "dasatinib")} <= set(regimen.one_of)
    assert {frozenset(group) for group in regimen.one_of} >= {
        frozenset({"capecitabine", "fluorouracil"}),
        frozenset({"capecitabine", "leucovorin"}),
    }


def test_what_patients_of_a_cohort_had_is_not_given(extract_trial: Extract) -> None:
    entries = [("DRUG", "Sintilimab"), ("DRUG", "Anlotinib")]
    arm = ("EXPERIMENTAL", "Sintilimab + Anlotinib (After Concurrent Chemoradiotherapy)", "", (0, 1))
    assert given(extract_trial("A Study in Lung Cancer", entries, [arm])) == {exp("sintilimab", "anlotinib")}


def test_escalation_of_a_partner_is_no_arm_without_the_other(extract_trial: Extract) -> None:
    entries = [("DRUG", "Sintilimab"), ("DRUG", "Anlotinib")]
    arm = ("EXPERIMENTAL", "Cohort 7", "Sintilimab with anlotinib with dose escalation of anlotinib", (0, 1))
    assert given(extract_trial("A Study in Lung Cancer", entries, [arm])) == {exp("sintilimab", "anlotinib")}


@pytest.mark.parametrize(
    "text",
    [
        "Sintilimab; placebo is given in the same way as the anlotinib",
        "Sintilimab in patients whose cells are collected following their initial surgery",
        "Sintilimab, before initiation of adjuvant chemoradiation",
    ],
)
def test_what_is_only_compared_with_or_comes_at_another_time_is_not_given(extract_trial: Extract, text: str) -> None:
    arm = ("EXPERIMENTAL", "Arm A", text, (0,))
    other = ("ACTIVE_COMPARATOR", "Arm B", "Anlotinib", (1,))
    facts = extract_trial("Sintilimab in Lung Cancer", [("DRUG", "Sintilimab"), ("DRUG", "Anlotinib")], [arm, other])
    (regimen,) = (regimen for regimen in facts.regimens if regimen.role == "experimental")
    assert set(regimen.interventions) - {"placebo"} == {"sintilimab"}


def test_what_a_drug_is_generally_used_for_names_no_partner(extract_trial: Extract) -> None:
    text = "Carboplatin may be used for some types of cancer but cisplatin is generally more effective."
    entries = [("DRUG", "Carboplatin", text), ("DRUG", "Anlotinib")]
    arm = ("EXPERIMENTAL", "Carboplatin and anlotinib", "", (0, 1))
    assert given(extract_trial("A Study in Lung Cancer", entries, [arm])) == {exp("carboplatin", "anlotinib")}


def test_arms_of_the_summary_joined_by_and(extract_trial: Extract) -> None:
    summary = "Arm 1: Sintilimab + anlotinib, Arm 2: Sintilimab were added first and Arm 3: Sintilimab + bevacizumab."
    items = [("DRUG", name) for name in ("Sintilimab", "Anlotinib", "Bevacizumab")]
    assert given(extract_trial("A Platform in Lung Cancer", items, summary=summary)) == {
        exp("sintilimab", "anlotinib"),
        exp("sintilimab"),
        exp("sintilimab", "bevacizumab"),
    }


def test_placebos_to_two_drugs_give_neither(extract_trial: Extract) -> None:
    items = [("DRUG", "Sintilimab"), ("DRUG", "Anlotinib"), ("DRUG", "Matching placebo")]
    arms = [
        ("EXPERIMENTAL", "Arm A", "", (0, 1)),
        ("PLACEBO_COMPARATOR", "Arm B", "Participants receive matching placebos to sintilimab and anlotinib.", (2,)),
    ]
    assert given(extract_trial("Two Drugs", items, arms)) == {exp("sintilimab", "anlotinib"), con("placebo")}


def test_usual_care_is_the_control_whatever_the_type_of_its_arm(extract_trial: Extract) -> None:
    items = [("DRUG", "Sintilimab"), ("DRUG", "Docetaxel")]
    arms = [("EXPERIMENTAL", "Arm A", "", (0,)), ("OTHER", "Usual care", "", (1,))]
    assert given(extract_trial("A Drug", items, arms)) == {exp("sintilimab"), con("docetaxel")}
