"""Facts and passages tied together: overlapping sentences, nested quotes. All text is invented."""

from api.views.passages import passages, places


def said(start: int, quote: str, sentence: str = "", section: str = "title") -> dict[str, object]:
    return {"section": section, "start": start, "end": start + len(quote), "quote": quote, "sentence": sentence}


def test_quotes_of_one_sentence_make_one_passage() -> None:
    sentence = "Drug A with drug B in second line."
    found = passages([(1, said(10, "Drug A", sentence)), (2, said(32, "second line", sentence))])
    (passage,) = found["title"]
    assert "".join(piece.text for piece in passage.pieces) == sentence
    assert [(piece.text, piece.facts) for piece in passage.pieces if piece.facts] == [
        ("Drug A", (1,)),
        ("second line", (2,)),
    ]


def test_nested_quotes_belong_to_both_facts() -> None:
    found = passages([(1, said(0, "Drug A with drug B")), (2, said(12, "drug B"))])
    (passage,) = found["title"]
    assert [(piece.text, piece.facts) for piece in passage.pieces] == [("Drug A with ", (1,)), ("drug B", (1, 2))]


def test_sentences_apart_are_passages_apart() -> None:
    found = passages([(1, said(100, "later", "Much later.")), (1, said(0, "First", "First of all."))])
    first, _second = found["title"]
    assert first.pieces[0].text == "First"
    assert places(found) == {1: ("text-1-1", "text-1-2")}


def test_overlapping_sentences_are_joined_once() -> None:
    found = passages([(1, said(0, "abc", "abcdef")), (2, said(4, "efg", "efghi"))])
    (passage,) = found["title"]
    assert "".join(piece.text for piece in passage.pieces) == "abcdefghi"


def test_a_sentence_without_the_quote_is_left_out() -> None:
    (passage,) = passages([(1, said(5, "quote", "something else"))])["title"]
    assert [piece.text for piece in passage.pieces] == ["quote"]
    assert passages([]) == {}
