"""Names in a text: longest first, whatever joins their pieces, plurals, case, and where they stand."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.matcher import Matcher, Mention, Term, build_matcher, find_mentions, pieces
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
