"""A text cut once: stretches lie where they say, and their pieces are the text's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.stretches import SKIPPED, Stretches

CODES = {"pd": "p", "taxane": "t", "1": "1"}


def cut(text: str) -> list[tuple[str, list[str]]]:
    """The codes and counted pieces of each stretch, read back from the text by their offsets."""
    stretches, bases = Stretches(CODES).cut(text)
    return [
        (s.codes, [text[base + start : base + end] for start, end in zip(s.starts, s.ends, strict=True)])
        for base, s in zip(bases, stretches, strict=False)
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a PD-1,", [("\0", ["a"]), ("p1\0", ["PD", "1", ","])]),
        ("Taxanes\n\nPD", [("t\0", ["Taxanes", "\n"]), ("\0", ["\n"]), ("p", ["PD"])]),
        ("1  \n 1", [("1", ["1"]), ("", []), ("\0", ["\n"]), ("", []), ("1", ["1"])]),
        ("", [("", [])]),
    ],
)
def test_a_text_is_cut_at_its_blanks_and_each_stretch_into_pieces(
    text: str, wanted: list[tuple[str, list[str]]]
) -> None:
    assert cut(text) == wanted


@given(st.text(alphabet="aPD1ſİé-,® \t\n\xa0", max_size=60))
def test_pieces_are_the_text_but_for_blanks_and_joiners(text: str) -> None:
    pieces = "".join(piece for _, pieces in cut(text) for piece in pieces)
    assert pieces == "".join(sign for sign in text if sign not in SKIPPED)


def test_a_stretch_is_cut_once_and_numbered_by_the_store() -> None:
    numbers: dict[str, int] = {}
    (first, second), _ = Stretches({}, lambda piece: numbers.setdefault(piece, len(numbers))).cut("AK112, AK112,")
    assert first is second
    assert list(numbers) == ["AK112,"]
    assert (first.orth, first.blank) == (0, True)
