"""The rules that words call for: by their needs, however the text was cut; all sentences are invented."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.lexicon import Lexicon, Need
from extract.model import Section, SectionKind
from extract.rulebook import Rule, load_rulebook
from extract.scan import Scanner, plain_text
from extract.sentences import split_sentences
from extract.stretches import Stretches
from extract.text import RecordText

NEEDS = (("line", " for"), ("no prior", "any "), ("≥2",), (" of ",), ())


def rule(number: int, *needs: str) -> Rule:
    return Rule(f"r{number}", "prior", {"needs": needs} if needs else {})


RULES = [rule(number, *needs) for number, needs in enumerate(NEEDS)]
LEXICON = Lexicon(RULES)


@pytest.mark.parametrize("book", ["context", "settings", "lines", "prior", "biomarkers"])
def test_every_rule_names_its_needs(book: str) -> None:
    for rule in load_rulebook(book).rules:
        needs = [Need.of(need) for need in rule.value.get("needs", ())]
        for example in rule.examples if needs else ():
            words = example.lower().split()
            assert any(need.within(word) for need in needs for word in words), f"{rule.id}: {example}"


@pytest.mark.parametrize(
    ("literal", "word", "found"),
    [
        ("line", "first-line", True),
        ("line", "lane", False),
        ("any ", "company", True),
        ("any ", "anyone", False),
        (" for", "(for", True),
        (" for", "before", False),
        ("no prior", "prior,", True),
        ("prior to", "prior", True),
        ("prior to", "priority", False),
    ],
)
def test_a_need_is_looked_for_in_words(literal: str, word: str, found: bool) -> None:  # noqa: FBT001
    assert Need.of(literal).within(word) is found


def called(text: str) -> set[str]:
    bits = LEXICON(text)
    return {rule for rule, bit in LEXICON.bits.items() if bits & bit}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("First-line, A", {"r0"}),
        ("(for any", {"r0", "r1"}),
        ("before anyone", set()),
        ("\\\\≧2 of", {"r2", "r3"}),
        ("", set()),
    ],
)
def test_words_call_for_the_rules_whose_needs_they_hold(text: str, wanted: set[str]) -> None:
    assert called(text) == wanted


@given(st.lists(st.sampled_from(["line", "(for", "of", "prior,", "any", "≥2", ".", "A", " ", "\t", "\n* ", "; 1."])))
def test_sentences_call_for_the_same_rules_however_the_text_is_cut(words: list[str]) -> None:
    record = RecordText(
        [Section("e", SectionKind.ELIGIBILITY, " ".join(words)), Section("s", SectionKind.SUMMARY, "".join(words))]
    )
    sentences = split_sentences(record)
    cut = Stretches({}, rules=LEXICON).cut(record.text)
    whole = plain_text(record.text, sentences, LEXICON)
    assert plain_text(record.text, sentences, LEXICON, cut).called == whole.called
    assert whole.called == tuple(LEXICON(sentence.text) for sentence in sentences)


def test_outcomes_call_for_no_rule_unless_they_speak_of_lines() -> None:
    record = RecordText([Section("o", SectionKind.OUTCOMES, "Rate of response\nRate of response in second line")])
    plain = plain_text(record.text, split_sentences(record), LEXICON)
    assert plain.called == (0, LEXICON("of second line"))


def test_a_scanner_looks_for_its_own_rules_where_the_record_was_not_asked_for_them() -> None:
    record = RecordText([Section("s", SectionKind.SUMMARY, "Any prior.\nPrior line.\nNone.")])
    sentences = split_sentences(record)
    plain = plain_text(record.text, sentences, Lexicon(RULES[:1]))
    every = [(hit.rule.id, hit.sentence.index) for hit in Scanner(RULES[:2]).hits(plain, sentences)]
    assert every == [("r1", 0), ("r0", 1), ("r1", 1)]


def test_a_rule_without_needs_is_tried_everywhere() -> None:
    record = RecordText([Section("s", SectionKind.SUMMARY, "Prior A.\nB.\nNo prior B.")])
    sentences = split_sentences(record)
    plain = plain_text(record.text, sentences, LEXICON)
    assert [hit.sentence.index for hit in Scanner(RULES[4:]).hits(plain, sentences)] == [0, 2]


@pytest.mark.parametrize("asked", [True, False])
def test_a_rule_with_also_is_tried_where_one_of_those_stands_too(asked: bool) -> None:  # noqa: FBT001
    both = Rule("both", "prior", {"needs": ("prior",), "also": (" of", "no line")})
    record = RecordText([Section("s", SectionKind.SUMMARY, "Prior A.\nPrior (of B).\nNo prior one.\nPrior, no line.")])
    sentences = split_sentences(record)
    # The scanner meets the record's lexicon, where it has one, at its first question; bits differ from its own.
    plain = plain_text(record.text, sentences, Lexicon([*RULES, both]) if asked else None)
    assert [hit.sentence.index for hit in Scanner([both]).hits(plain, sentences)] == [3]
    assert [index for index, _ in Scanner([both]).told(plain, sentences, range(4))] == [3]
