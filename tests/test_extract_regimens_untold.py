"""Regimens that only list, title and summary tell, in wordings that lead astray; all records are made up."""

from collections.abc import Callable

import pytest

from extract.facts import TrialFacts

Extract = Callable[..., TrialFacts]
Given = set[tuple[str, frozenset[str]]]
PAIR = [("DRUG", "Sintilimab"), ("DRUG", "Anlotinib")]
LEAD = [("DRUG", "Anlotinib"), ("DRUG", "Gemcitabine + cisplatin"), ("DRUG", "Gemcitabine")]


def given(facts: TrialFacts) -> Given:
    return {(regimen.role[:3], frozenset(regimen.interventions)) for regimen in facts.regimens}


def exp(*names: str) -> tuple[str, frozenset[str]]:
    return ("exp", frozenset(names))


def con(*names: str) -> tuple[str, frozenset[str]]:
    return ("con", frozenset(names))


@pytest.mark.parametrize(
    ("title", "items", "summary", "expected"),
    [
        pytest.param(
            "Anlotinib Administered Alone and in Combination With Chemotherapy", LEAD, "",
            {exp("anlotinib"), exp("anlotinib", "gemcitabine", "cisplatin"), exp("anlotinib", "gemcitabine")},
            id="partners of a drug that is given alone and in combination",
        ),
        pytest.param(
            "Anlotinib With/Without Sintilimab in Lung Cancer", PAIR[1:], "",
            {exp("anlotinib"), exp("anlotinib", "sintilimab")},
            id="with/without",
        ),
        pytest.param(
            "Sintilimab in Lung Cancer", PAIR,
            "The study tells how sintilimab works compared to anlotinib, by checking whether sintilimab helps longer.",
            {exp("sintilimab"), con("anlotinib")},
            id="the first side named again behind the second",
        ),
        pytest.param(
            "Sintilimab or Anlotinib Plus Cisplatin in Lung Cancer", [*PAIR, ("DRUG", "Cisplatin")],
            "The purpose is to compare sintilimab with cisplatin vs. anlotinib with cisplatin in adults.",
            {exp("sintilimab", "cisplatin"), con("anlotinib", "cisplatin")},
            id="vs. with its full stop",
        ),
        pytest.param(
            "Sintilimab Plus SOX Versus SOX in Gastric Cancer",
            [("DRUG", "Sintilimab"), ("DRUG", "Oxaliplatin"), ("DRUG", "S-1"), ("PROCEDURE", "Gastrectomy")],
            "A trial in adults.",
            {
                exp("sintilimab", "oxaliplatin", "tegafur/gimeracil/oteracil", "gastrectomy"),
                con("oxaliplatin", "tegafur/gimeracil/oteracil", "gastrectomy"),
            },
            id="a regimen of the title whose drugs are listed",
        ),
        pytest.param(
            "CD19 CAR-T Cells in Lymphoma",
            [
                ("DRUG", "Lymphodepletion with fludarabine"), ("DRUG", "Lymphodepletion with cyclophosphamide"),
                ("BIOLOGICAL", "CD19 CAR-T cells"),
            ],
            "A trial in adults.",
            {exp("fludarabine", "cyclophosphamide", "CD19 CAR-T cells")},
            id="lymphodepletion told drug by drug",
        ),
        pytest.param(
            "Safety of Sintilimab in Lung Cancer", PAIR,
            "To evaluate sintilimab alone or in combination with anlotinib in adults for whom standard therapy is "
            "considered inappropriate.",
            {exp("sintilimab"), exp("sintilimab", "anlotinib")},
            id="what is said of the patients is no background",
        ),
        pytest.param(
            "Three Drugs in Lung Cancer", [*PAIR, ("DRUG", "Bevacizumab")],
            "This study will evaluate sintilimab monotherapy, anlotinib in combination with sintilimab, and anlotinib "
            "in combination with sintilimab and bevacizumab.",
            {exp("sintilimab"), exp("sintilimab", "anlotinib"), exp("sintilimab", "anlotinib", "bevacizumab")},
            id="a list of arms",
        ),
        pytest.param(
            "Anlotinib in Lung Cancer", PAIR[1:],
            "Part A evaluates anlotinib monotherapy or in combination with sintilimab. Part B evaluates anlotinib with "
            "single or multiple doses of sintilimab.",
            {exp("anlotinib"), exp("anlotinib", "sintilimab")},
            id="a choice among amounts",
        ),
        pytest.param(
            "Sintilimab in Melanoma", [*PAIR, ("DRUG", "Bevacizumab")],
            "Arm 1: sintilimab + anlotinib, Arm 2: sintilimab + bevacizumab, and Arm 3: sintilimab were opened.",
            {exp("sintilimab", "anlotinib"), exp("sintilimab", "bevacizumab"), exp("sintilimab")},
            id="arms numbered within a sentence",
        ),
    ],
)  # fmt: skip
def test_regimens(
    extract_trial: Extract, title: str, items: list[tuple[str, str]], summary: str, expected: Given
) -> None:
    facts = extract_trial(title, items, summary=summary)
    assert given(facts) == expected
    assert all(regimen.one_of == () for regimen in facts.regimens)


def test_drugs_of_a_choice_in_the_list_are_either_or(extract_trial: Extract) -> None:
    items = [("DRUG", "Anlotinib"), ("DRUG", "Tislelizumab，atezolizumab or sugemalimab")]
    (regimen,) = extract_trial("Anlotinib Plus PD-1 Blockade", items).regimens
    assert regimen.one_of == (("tislelizumab", "atezolizumab", "sugemalimab"),)


@pytest.mark.parametrize(
    ("model", "expected"),
    [("SINGLE_GROUP", {exp("sintilimab", "anlotinib")}), ("PARALLEL", {exp("sintilimab"), exp("anlotinib")})],
)
def test_arms_that_are_parts_of_one_regimen(extract_trial: Extract, model: str, expected: Given) -> None:
    arms = [("EXPERIMENTAL", "Sintilimab", "", (0,)), ("EXPERIMENTAL", "Anlotinib", "", (1,))]
    assert given(extract_trial("Two Drugs Together", PAIR, arms, model=model)) == expected


def test_drugs_of_the_title_stand_for_the_class_words_of_the_list(extract_trial: Extract) -> None:
    facts = extract_trial("Sintilimab Combined With Chidamide in Lymphoma", [("DRUG", "PD-1 antibody+ HDAC inhibitor")])
    assert given(facts) == {exp("sintilimab", "tucidinostat")}
    assert {item.name for item in facts.interventions} == {"sintilimab", "tucidinostat"}


def test_the_cells_of_a_disease_are_no_therapy(extract_trial: Extract) -> None:
    facts = extract_trial("Sintilimab in Mature T- and NK-cell Neoplasms", PAIR[:1])
    assert given(facts) == {exp("sintilimab")}


def test_the_other_side_of_a_title_is_the_control_of_listed_combinations(extract_trial: Extract) -> None:
    items = [("DRUG", "Anlotinib/carboplatin"), ("DRUG", "Paclitaxel/carboplatin")]
    facts = extract_trial("Anlotinib/Carboplatin vs Paclitaxel/Carboplatin in Women With Estradiol > 25 pg/mL", items)
    assert given(facts) == {exp("anlotinib", "carboplatin"), con("paclitaxel", "carboplatin")}


def test_a_narrower_class_of_the_summary_stands_for_the_listed_word(extract_trial: Extract) -> None:
    items = [("DRUG", "Sugemalimab and Chemotherapy")]
    summary = "This study is to evaluate sugemalimab plus platinum-based chemotherapy in adults."
    facts = extract_trial("Sugemalimab in Lung Cancer", items, summary=summary)
    assert given(facts) == {exp("sugemalimab", "platinum-based chemotherapy")}


@pytest.mark.parametrize(
    ("title", "summary", "expected"),
    [
        ("Sintilimab Combined With Anlotinib in Lung Cancer",
         "The longest treatment with anlotinib is 35 cycles or 2 years, and adults can go on with sintilimab.",
         {exp("sintilimab", "anlotinib")}),
        ("Sintilimab With or Without Anlotinib in Lung Cancer",
         "A study of sintilimab plus anlotinib versus sintilimab plus placebo.",
         {exp("sintilimab", "anlotinib"), con("sintilimab", "placebo")}),
    ],
)  # fmt: skip
def test_what_title_and_list_join_no_sentence_parts(
    extract_trial: Extract, title: str, summary: str, expected: Given
) -> None:
    items = [*PAIR, ("DRUG", "Placebo")] if "placebo" in summary else PAIR
    facts = extract_trial(title, items, summary=summary)
    assert given(facts) == expected
    assert facts.is_combination is True


def test_title_joins_a_drug_to_the_class_or_target_of_a_listed_one(extract_trial: Extract) -> None:
    listed: list[tuple[str, str]] = [("DRUG", "SHR1210")]
    for title in ("PD1 Combined With Apatinib in Lymphoma", "Anti-PD-1 Antibody Plus Apatinib in Lymphoma"):
        facts = extract_trial(title, listed)
        assert [regimen.interventions for regimen in facts.regimens] == [("camrelizumab", "apatinib")]


def test_words_of_disease_states_are_no_choice_of_drugs(extract_trial: Extract) -> None:
    title = "Anlotinib in Relapsed or Refractory Sarcoma and Sintilimab"
    (regimen,) = extract_trial(title, [("DRUG", "Anlotinib"), ("DRUG", "Sintilimab")]).regimens
    assert regimen.one_of == ()


def test_what_either_of_two_is_given_with_is_given_with_both(extract_trial: Extract) -> None:
    title = "Atezolizumab in Combination With Either Obinutuzumab Plus Bendamustine or Obinutuzumab Plus Venetoclax"
    entries = [("DRUG", name) for name in ("Atezolizumab", "Obinutuzumab", "Bendamustine", "Venetoclax")]
    (regimen,) = extract_trial(title, entries).regimens
    assert regimen.one_of == (("bendamustine", "venetoclax"),)


def test_regimen_at_the_end_of_an_acronym_is_no_regimen_of_its_own(extract_trial: Extract) -> None:
    title = "Avelumab Plus R-CHOP in Lymphoma: The QxR-CHOP Study"
    (regimen,) = extract_trial(title, [("DRUG", "Avelumab")]).regimens
    assert len(regimen.interventions) == 6


def test_standard_therapy_of_a_randomized_trial_is_the_control(extract_trial: Extract) -> None:
    items = [("DRUG", "Standard Therapy"), ("DRUG", "Anlotinib")]
    summary = "Patients are randomly assigned to the conventional treatment group or the anlotinib group."
    assert given(extract_trial("Anlotinib in Sarcoma", items, summary=summary)) == {
        exp("anlotinib"),
        con("standard therapy"),
    }


ENUMERATED = [("DRUG", "Sintilimab"), ("DRUG", "Anlotinib"), ("DRUG", "Docetaxel")]


@pytest.mark.parametrize(
    ("summary", "expected"),
    [
        (
            "It tests sintilimab as a single agent (Part 1) and of sintilimab combined with anlotinib and docetaxel.",
            {("sintilimab",), ("anlotinib", "docetaxel", "sintilimab")},
        ),
        (
            "It tests sintilimab in combination with either anlotinib plus docetaxel, or docetaxel plus anlotinib.",
            {("anlotinib", "docetaxel", "sintilimab")},
        ),
    ],
)
def test_a_sentence_enumerates_the_arms(extract_trial: Extract, summary: str, expected: set[tuple[str, ...]]) -> None:
    facts = extract_trial("New Drugs in Lung Cancer", ENUMERATED, summary=summary)
    assert {tuple(sorted(regimen.interventions)) for regimen in facts.regimens} == expected
