"""A record's text: signs are looked for one by one; all texts are invented."""

import re

from hypothesis import given
from hypothesis import strategies as st

from extract.text import places, tried_at

BRACKETS = re.compile(r"[(（]([^()（）]{2,80})[)）]")


def test_signs_are_found_in_order() -> None:
    assert places("(（", "a (b（c) (") == [2, 4, 8]
    assert places("(", "none") == []


@given(st.text(alphabet="ab (（)）"))
def test_a_pattern_tried_at_its_signs_finds_what_it_finds_anywhere(text: str) -> None:
    found = [match.span() for match in tried_at("(（", BRACKETS, text)]
    assert found == [match.span() for match in BRACKETS.finditer(text)]
