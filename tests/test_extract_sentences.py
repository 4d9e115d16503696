"""Sentences, bullets and headings; all texts are invented."""

import pytest

from extract.model import Section, SectionKind
from extract.sentences import heading_polarity, split_sentences
from extract.text import RecordText, Sentence


def eligibility(text: str) -> tuple[Sentence, ...]:
    return split_sentences(
        RecordText([Section("eligibilityModule.eligibilityCriteria", SectionKind.ELIGIBILITY, text)])
    )


def polarities(text: str) -> list[tuple[str, str | None]]:
    return [(sentence.text, sentence.polarity) for sentence in eligibility(text)]


def test_polarity_follows_the_headings() -> None:
    text = "Inclusion Criteria:\n\n* Age 18 or more\n\nKey Exclusion Criteria\n\n1. Prior taxane\n2\\. Pregnancy"
    assert polarities(text) == [
        ("Inclusion Criteria:", "inclusion"),
        ("Age 18 or more", "inclusion"),
        ("Key Exclusion Criteria", "exclusion"),
        ("Prior taxane", "exclusion"),
        ("Pregnancy", "exclusion"),
    ]


def test_one_paragraph_is_cut_at_its_inline_headings_and_numbers() -> None:
    text = "Inclusion Criteria: 1. Adults; 2. Measurable disease; Exclusion Criteria: 1. Stroke; 2. Prior taxane"
    assert polarities(text) == [
        ("Inclusion Criteria:", "inclusion"),
        ("Adults;", "inclusion"),
        ("Measurable disease;", "inclusion"),
        ("Exclusion Criteria:", "exclusion"),
        ("Stroke;", "exclusion"),
        ("Prior taxane", "exclusion"),
    ]


def test_a_nested_exclusion_ends_with_its_bullets() -> None:
    text = (
        "Inclusion Criteria:\n* The following are not eligible:\n  * brain metastases\n  * ascites\n* ECOG 0 or 1\n"
        "* Prior:\n  1. platinum\n* Consent"
    )
    found = [(s.text, s.polarity, s.heading) for s in eligibility(text)]
    assert ("ascites", "exclusion", "The following are not eligible") in found
    assert ("ECOG 0 or 1", "inclusion", "Inclusion Criteria") in found
    assert ("platinum", "inclusion", "Prior") in found
    assert ("Consent", "inclusion", "Inclusion Criteria") in found


def test_a_plain_heading_keeps_the_polarity_above_it() -> None:
    text = "Exclusion Criteria:\n\nParticipant:\n\n1. Prior taxane\n\nInclusion Criteria:\n\nDisease:\n* Cancer"
    found = {s.text: s.polarity for s in eligibility(text)}
    assert (found["Prior taxane"], found["Cancer"]) == ("exclusion", "inclusion")


def test_an_exception_among_the_exclusions_ends_with_its_bullets() -> None:
    text = "Exclusion Criteria:\n1. Brain metastases\n\nEligible if all of these apply:\n   * stable\n2. Prior taxane"
    found = {s.text: s.polarity for s in eligibility(text)}
    assert (found["stable"], found["Prior taxane"]) == ("inclusion", "exclusion")


def test_a_plain_line_turns_to_the_exclusions() -> None:
    text = "Inclusion Criteria:\n* Cancer\n\nPatients with any of these will be excluded:\n* Prior taxane"
    assert {s.text: s.polarity for s in eligibility(text)}["Prior taxane"] == "exclusion"


def test_a_list_run_together_is_cut() -> None:
    found = eligibility("Inclusion Criteria:\n* " + "1 prior line or " * 1000)
    assert max(len(s.text) for s in found) <= 2000
    assert sum(s.text.count("prior") for s in found) == 1000


def test_lettered_items_stand_under_the_numbered_one() -> None:
    text = "Inclusion Criteria:\n1. Disease status:\na) first relapse\nb) refractory\n2. Consent"
    assert [(s.text, s.heading) for s in eligibility(text)][2:] == [
        ("first relapse", "Disease status"),
        ("refractory", "Disease status"),
        ("Consent", "Inclusion Criteria"),
    ]


@pytest.mark.parametrize(
    ("line", "polarity"),
    [
        ("Exclusion Criteria:", "exclusion"),
        ("Part C Abbreviated Inclusion Criteria", "inclusion"),
        ("Patients who meet any of the following will be excluded:", "exclusion"),
        ("Patients are eligible only if all of these apply:", "inclusion"),
        ("Non-inclusion criteria:", "exclusion"),
        ("Patients must be considered ineligible for surgery and have one of:", None),
        ("Other protocol-defined inclusion/exclusion criteria may apply.", None),
        ("Patients in an exclusion period of another trial", None),
        ("Adequate organ function, defined as:", None),
    ],
)
def test_heading_polarity(line: str, polarity: str | None) -> None:
    assert heading_polarity(line) == polarity


def test_sentences_are_the_text_at_their_offsets() -> None:
    record = RecordText(
        [
            Section("title", SectionKind.TITLE, "A trial, e.g. Of drugs. It is new。第二句"),
            Section("e", SectionKind.ELIGIBILITY, "\n \n* \n1. \n- a;2. B\t\n"),
        ]
    )
    sentences = split_sentences(record)
    assert [s.text for s in sentences][:3] == ["A trial, e.g. Of drugs.", "It is new。", "第二句"]
    assert all(record.text[s.start : s.end] == s.text for s in sentences)
    assert [s.index for s in sentences] == list(range(len(sentences)))


@pytest.mark.parametrize(
    "text", ["", "\n\n", "*", "1.", ":", "：\n:", "\u202e((((", "a" * 5000, "1. " * 3000, "; 1." * 3000]
)
def test_any_text_is_cut_without_error(text: str) -> None:
    assert all(sentence.text.strip() for sentence in eligibility(text))
