"""Context cues and the scanner below them; all sentences are invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.context.cues import CueFinder
from extract.model import Section, SectionKind
from extract.rulebook import Rule, load_rulebook
from extract.scan import Scanner, for_lower_case, plain_text
from extract.sentences import split_sentences
from extract.text import RecordText

FINDER = CueFinder(load_rulebook("context"))


def cues(text: str, kind: SectionKind = SectionKind.SUMMARY) -> frozenset[str]:
    record = RecordText([Section("s", kind, text)])
    sentences = split_sentences(record)
    return FINDER(plain_text(record.text, sentences), sentences)[-1]


@pytest.mark.parametrize(
    ("text", "kind", "wanted"),
    [
        ("Two earlier trials have shown that drug A is active.", SectionKind.SUMMARY, {"background"}),
        ("Background:\nDrug A binds its receptor.", SectionKind.DESCRIPTION, {"background"}),
        ("All patients receive drug A.", SectionKind.SUMMARY, set()),
        ("No prior taxane therapy.", SectionKind.ELIGIBILITY, {"negated", "prior"}),
        ("Chemotherapy within 4 weeks before the first dose.", SectionKind.ELIGIBILITY, {"washout"}),
        ("Drug A versus drug B.", SectionKind.TITLE, {"comparison"}),
        ("Patients may receive drug B.", SectionKind.SUMMARY, {"hypothetical"}),
        ("Progression on or after platinum.", SectionKind.TITLE, {"prior"}),
        ("Known history of stroke.", SectionKind.ELIGIBILITY, {"history"}),
    ],
)
def test_cues_of_a_sentence(text: str, kind: SectionKind, wanted: set[str]) -> None:
    assert cues(text, kind) == wanted


def test_background_is_of_prose_only() -> None:
    assert "background" not in cues("Previous studies of drug A", SectionKind.ELIGIBILITY)


@given(st.text(max_size=80))
def test_plain_text_moves_no_character(text: str) -> None:
    plain = plain_text(text)
    assert len(plain.text) == len(text) == len(plain.lower)


def test_plain_text_unifies_signs() -> None:
    assert plain_text("\\> 2 prior，\u2018A\u2019‐B （C）").text == ">  2 prior,'A'-B (C)"


def test_a_rule_is_tried_only_where_its_literals_stand() -> None:
    source = load_rulebook("context").rules[0].source
    rule = Rule("r", source, {"needs": ["stud"], "also": ["shown"]})
    text = "Studies have shown A.\nResults have shown B.\nStudies have found C."
    record = RecordText([Section("b", SectionKind.SUMMARY, text)])
    sentences = split_sentences(record)
    assert [hit.sentence.index for hit in Scanner([rule]).hits(plain_text(record.text, sentences), sentences)] == [0]


def test_scanner_gives_offsets_of_the_record() -> None:
    rule = Rule("r", load_rulebook("context").rules[0].source, {"needs": ["stud"]})
    record = RecordText(
        [Section("a", SectionKind.TITLE, "T"), Section("b", SectionKind.SUMMARY, "X. Studies have shown Y.")]
    )
    sentences = split_sentences(record)
    (hit,) = Scanner([rule]).hits(plain_text(record.text, sentences), sentences)
    assert record.text[hit.start : hit.end] == "Studies have shown"


def test_a_pattern_in_lower_case_finds_the_same_places() -> None:
    rule = Rule("r", r"\bPrior (?P<What>\S+)|\W[A-C]1\b")
    quick = for_lower_case(rule)
    text = "PRIOR Chemo, then b1 or D1"
    assert quick is not None
    spans = [found.span() for found in quick.finditer(text.lower())]
    assert spans == [found.span() for found in rule.pattern.finditer(text)] == [(0, 12), (17, 20)]


def test_a_pattern_that_looks_at_case_has_none_in_lower_case() -> None:
    assert for_lower_case(Rule("r", r"(?-i:ALL)\b")) is None


def test_odd_letters_that_stand_for_plain_ones_are_made_plain() -> None:
    assert plain_text("\u0130n \u017fi\u017f wee\u212a\u0131").text == "In sis weeKi"


def test_every_match_of_a_rule_is_found_once_even_an_empty_one() -> None:
    rule = Rule("r", r"\bA\w*|$")
    record = RecordText([Section("s", SectionKind.SUMMARY, "Ab b AA")])
    sentences = split_sentences(record)
    hits = Scanner([rule]).hits(plain_text(record.text, sentences), sentences)
    assert [(hit.start, hit.end) for hit in hits] == [(0, 2), (5, 7), (7, 7)]
