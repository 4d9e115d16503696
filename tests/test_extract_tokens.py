"""The tokenizer: a change of kind is a cut, and the document's text is the text."""

import pytest
import spacy
from hypothesis import given
from hypothesis import strategies as st
from spacy.vocab import Vocab

from extract.tokens import RunTokenizer

TOKENIZER = RunTokenizer(spacy.blank("en").vocab)


def test_letters_digits_and_signs_are_tokens_of_their_own() -> None:
    words = [token.text for token in TOKENIZER("HLX10+HLX04, 1200mg\nQ3W")]
    assert words == ["HLX", "10", "+", "HLX", "04", ",", "1200", "mg", "\n", "Q", "3", "W"]


@pytest.mark.parametrize("text", ["", " ", "a", "a ", " a", "a  b", "a\n", "a \n b", "\n\n", "é\u3000x\r\n\ty", "a\n "])
def test_the_text_of_a_document_is_the_text(text: str) -> None:
    assert TOKENIZER(text).text == text


@given(st.text(alphabet=" \n\tab1,é", max_size=40))
def test_any_text_is_kept(text: str) -> None:
    assert RunTokenizer(Vocab())(text).text == text
