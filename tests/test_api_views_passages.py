"""Facts and passages tied together: overlapping sentences, nested quotes. All text is invented."""

from collections.abc import Iterable, Mapping
from typing import Any

from api.views.passages import Passage, places, section_words, sections


def passages(evidence: Iterable[tuple[int, Mapping[str, Any]]]) -> dict[str, list[Passage]]:
    """By section, what is shown where the text is not kept."""
    found = sections(evidence, {})
    return {one.name: [part for part in one.parts if isinstance(part, Passage)] for one in found}


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
    (section,) = sections([(1, said(100, "later", "Much later.")), (1, said(0, "First", "First of all."))], {})
    first = section.parts[0]
    assert isinstance(first, Passage)
    assert first.pieces[0].text == "First"
    assert places([section]) == {1: ("text-1-1", "text-1-2")}


def test_overlapping_sentences_are_joined_once() -> None:
    found = passages([(1, said(0, "abc", "abcdef")), (2, said(4, "efg", "efghi"))])
    (passage,) = found["title"]
    assert "".join(piece.text for piece in passage.pieces) == "abcdefghi"


def test_a_sentence_without_the_quote_is_left_out() -> None:
    (passage,) = passages([(1, said(5, "quote", "something else"))])["title"]
    assert [piece.text for piece in passage.pieces] == ["quote"]
    assert passages([]) == {}


def shown(parts: Iterable[Passage | str]) -> list[str]:
    return [part if isinstance(part, str) else f"[{''.join(p.text for p in part.pieces)}]" for part in parts]


def test_the_whole_text_is_shown_with_its_sentences_marked() -> None:
    text = "Nothing here. Drug A is given. Nothing there."
    other, title = sections([(1, said(14, "Drug A", "Drug A is given."))], {"summary": "All of it", "title": text})
    assert (other.whole, other.parts) == (True, ("All of it",))
    assert shown(title.parts) == ["Nothing here. ", "[Drug A is given.]", " Nothing there."]


def test_the_text_tells_which_of_two_equal_words_is_meant() -> None:
    text = "Then drug A and drug A."
    (title,) = sections([(1, said(16, "drug A", text))], {"title": text})
    (passage,) = title.parts
    assert isinstance(passage, Passage)
    assert [(piece.text, piece.facts) for piece in passage.pieces] == [
        ("Then drug A and ", ()),
        ("drug A", (1,)),
        (".", ()),
    ]


def test_a_text_that_evidence_does_not_fit_is_not_shown() -> None:
    (title,) = sections([(1, said(3, "Drug A"))], {"title": "Another record's title"})
    assert (title.whole, shown(title.parts)) == (False, ["[Drug A]"])


def test_names_of_sections_in_plain_words() -> None:
    assert section_words("armsInterventionsModule.armGroups[1].description") == "arm groups 2, description"
    assert section_words("Primary Outcome Measures") == "primary outcome measures"
    assert section_words("primary_outcomes") == "primary outcomes"
