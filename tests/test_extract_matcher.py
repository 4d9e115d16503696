"""Names in a text: longest first, whatever joins their pieces, plurals, case, and where they stand."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.matcher import MOST_SPELLINGS, Matcher, Mention, Term, build_matcher, find_mentions, pieces
from ontology.model import NameForm, TermKind

NAMES = ("PD-1", "PD-1 inhibitor", "tumor", "tumors", "tumor of the ureter", "antibody", "taxane", "AK112", "b c", "d")


def term(text: str, *, case_sensitive: bool = False) -> Term:
    return Term(TermKind.DRUG, text, NameForm.PREFERRED, needs_context=False, case_sensitive=case_sensitive, text=text)


def matcher(*names: str) -> Matcher:
    return build_matcher(map(term, names or NAMES))


def found(text: str, *names: str) -> list[tuple[str, str]]:
    return [(mention.text, mention.terms[0].id) for mention in find_mentions(matcher(*names), text)]


@pytest.mark.parametrize("written", ["PD-1", "pd1", "PD 1", "PD‑1", "(PD-1)", "anti-PD-1", "PD\t1", "PD  1", "PD - 1"])
def test_a_name_is_found_however_its_pieces_are_joined(written: str) -> None:
    assert [name for _, name in found(f"an {written} drug")] == ["PD-1"]


def test_the_longest_name_wins_and_names_do_not_overlap() -> None:
    assert found("PD-1 inhibitor, PD-1, a AK112") == [
        ("PD-1 inhibitor", "PD-1 inhibitor"),
        ("PD-1", "PD-1"),
        ("AK112", "AK112"),
    ]


def test_no_name_goes_over_a_line_break() -> None:
    assert found("PD-\n1 PD\n-1") == []


def test_a_plural_is_its_singular_where_it_is_no_name_itself() -> None:
    assert found("taxanes, antibodies, tumors, tumour") == [
        ("taxanes", "taxane"),
        ("antibodies", "antibody"),
        ("tumors", "tumors"),
    ]


def test_a_plural_inside_a_longer_name_is_read_though_it_is_a_name_itself() -> None:
    assert found("tumors of the ureter") == [("tumors of the ureter", "tumor of the ureter")]


def test_of_names_that_differ_in_number_the_one_that_the_text_has_counts() -> None:
    names = ("eye tumors", "eye tumor", "eyelid tumor", "eyelids tumor")
    assert found("eye tumor, eye tumors, eyelids tumors", *names) == [
        ("eye tumor", "eye tumor"),
        ("eye tumors", "eye tumors"),
        ("eyelids tumors", "eyelid tumor"),
    ]


def test_a_name_in_the_plural_is_not_found_in_the_singular() -> None:
    names = ("eye tumors grown", "eye tumor", "grown late", "grown", "cell lines", "cell", "lines of three")
    assert [name for _, name in found("eye tumor grown late, cell line of three", *names)] == [
        "eye tumor",
        "grown late",
        "cell",
    ]
    assert [name for _, name in found("eye tumors grown late", *names)] == ["eye tumors grown"]


def test_names_without_pieces_and_with_line_ends_leave_the_others_in_place() -> None:
    assert [name for _, name in found("x one y two z", "-", "one", "", "two", "x\ny")] == ["one", "two"]
    assert found("x y", "-", "x\ny") == [("x y", "x\ny")]
    assert found("anything", "") == []


def test_spellings_are_forgotten_before_they_are_too_many() -> None:
    sensitive = build_matcher([term("A B", case_sensitive=True)])
    text = " ".join(f"A{' ' * blanks}B" for blanks in range(1, MOST_SPELLINGS + 2))
    assert len(find_mentions(sensitive, text)) == 1
    assert all(leaf.spelt is not None and len(leaf.spelt) <= MOST_SPELLINGS for leaf in sensitive.leaves.values())


def test_a_shorter_name_stands_where_a_longer_one_does_not_count() -> None:
    sensitive = build_matcher([term("MET EXON", case_sensitive=True), term("met")])
    assert [mention.text for mention in find_mentions(sensitive, "met exon MET EXON")] == ["met", "MET EXON"]


def test_a_short_end_inside_a_word_is_no_end() -> None:
    assert found("PD-1a AK112x") == []


def test_names_within_what_does_not_count_are_found() -> None:
    sensitive = build_matcher([term("IN SITU", case_sensitive=True), term("situ cancer")])
    assert [mention.text for mention in find_mentions(sensitive, "in situ cancer")] == ["situ cancer"]


def test_a_name_that_minds_its_case_is_found_only_as_written() -> None:
    sensitive = build_matcher([term("ICE", case_sensitive=True)])
    assert [mention.start for mention in find_mentions(sensitive, "ice and ICE")] == [8]


def test_two_terms_of_one_name_are_two_readings() -> None:
    (mention,) = find_mentions(matcher("CD-20", "CD20"), "\n\nCD 20")
    assert mention == Mention(2, 7, "CD 20", (term("CD-20"), term("CD20")))


@given(st.text(alphabet="PpDd-1aI s\n\tſİ,(bcd", max_size=60))
def test_mentions_stand_where_they_say(text: str) -> None:
    every = find_mentions(matcher(), text)
    assert all(text[mention.start : mention.end] == mention.text for mention in every)
    assert all(before.end <= after.start for before, after in pairwise(every))
    assert all(pieces(mention.text) for mention in every)
