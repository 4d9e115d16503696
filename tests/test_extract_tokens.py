"""The tokenizer: a blank is a cut, and the document's text is the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.tokens import BlankTokenizer

TOKENIZER = BlankTokenizer()


def test_a_token_is_what_stands_between_blanks() -> None:
    words = [(token.text, token.whitespace_) for token in TOKENIZER("HLX10+HLX04, 1200mg\n\nQ3W  x")]
    assert words == [("HLX10+HLX04,", " "), ("1200mg\n", ""), ("\n", ""), ("Q3W", " "), (" ", ""), ("x", "")]


@pytest.mark.parametrize("text", ["", " ", "a", "a ", " a", "a  b", "a\n", "a \n b", "\n\n", "é\u3000x\r\n\ty", "a\n "])
def test_the_text_of_a_document_is_the_text(text: str) -> None:
    assert TOKENIZER(text).text == text


@given(st.text(alphabet=" \n\tab1,é", max_size=40))
def test_any_text_is_kept(text: str) -> None:
    assert BlankTokenizer()(text).text == text


def test_words_are_given_up_when_there_are_too_many() -> None:
    tokenizer = BlankTokenizer(most=3)
    first = tokenizer("one two three")
    second = tokenizer("two four")
    assert (first.text, second.text) == ("one two three", "two four")
    assert "four" in second.vocab
    assert "one" not in second.vocab
