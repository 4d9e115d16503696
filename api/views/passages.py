"""A trial's facts and the text that they rest on, tied together both ways: facts with numbers, passages with marks."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any


@dataclass(frozen=True, slots=True)
class FactRow:
    """One fact as a page shows it: its number, what it says, whether a rule inferred it, and where the text is."""

    number: int
    text: str
    inferred: bool
    places: tuple[str, ...]
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a passage, and the numbers of the facts that rest on it (none: text around them)."""

    text: str
    facts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """Sentences of one section that belong together; `anchor` is what facts link to."""

    anchor: str
    pieces: tuple[Piece, ...]
    facts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote in its sentence, both by offsets in the section."""

    start: int
    end: int
    text_start: int
    text: str
    fact: int

    @property
    def text_end(self) -> int:
        """Where the sentence ends."""
        return self.text_start + len(self.text)


def quote_of(evidence: Mapping[str, Any], fact: int) -> Quote:
    """An item of evidence with the sentence around it; where that does not hold the quote, the quote alone."""
    sentence, quoted = str(evidence.get("sentence") or ""), str(evidence["quote"])
    before = sentence.find(quoted)
    start = int(evidence["start"])
    if before < 0:
        return Quote(start, start + len(quoted), start, quoted, fact)
    return Quote(start, start + len(quoted), start - before, sentence, fact)


def passages(evidence: Iterable[tuple[int, Mapping[str, Any]]]) -> dict[str, tuple[Passage, ...]]:
    """By section, the passages that facts rest on, in the order of the text.

    Args:
        evidence: (number of the fact, item of its evidence).
    """
    sections: defaultdict[str, list[Quote]] = defaultdict(list)
    for fact, item in evidence:
        sections[str(item["section"])].append(quote_of(item, fact))
    return {
        section: tuple(_passage(f"text-{n}-{i}", group) for i, group in enumerate(_groups(quotes), 1))
        for n, (section, quotes) in enumerate(sections.items(), 1)
    }


def _groups(quotes: Sequence[Quote]) -> Iterator[list[Quote]]:
    """Quotes whose sentences overlap or touch, together."""
    group: list[Quote] = []
    end = -1
    for quote in sorted(quotes, key=lambda one: (one.text_start, one.start)):
        if group and quote.text_start > end:
            yield group
            group = []
        group.append(quote)
        end = max(end, quote.text_end) if len(group) > 1 else quote.text_end
    if group:
        yield group


def _passage(anchor: str, group: Sequence[Quote]) -> Passage:
    """The text of a group cut at every edge of a quote."""
    start = min(quote.text_start for quote in group)
    text = _joined(group, start)
    edges = sorted({0, len(text), *(edge - start for quote in group for edge in (quote.start, quote.end))})
    pieces = tuple(
        Piece(text[low:high], tuple(dict.fromkeys(q.fact for q in group if q.start <= start + low < q.end)))
        for low, high in pairwise(edges)
        if high > low
    )
    return Passage(anchor, pieces, tuple(dict.fromkeys(quote.fact for quote in group)))


def _joined(group: Sequence[Quote], start: int) -> str:
    """The text that overlapping sentences make together."""
    text = ""
    for quote in sorted(group, key=lambda one: one.text_start):
        known = len(text) - (quote.text_start - start)
        text += quote.text[known:] if known < len(quote.text) else ""
    return text


def places(found: Mapping[str, Sequence[Passage]]) -> dict[int, tuple[str, ...]]:
    """For each fact the anchors of the passages that it rests on."""
    anchors: defaultdict[int, list[str]] = defaultdict(list)
    for group in found.values():
        for passage in group:
            for fact in passage.facts:
                anchors[fact].append(passage.anchor)
    return {fact: tuple(known) for fact, known in anchors.items()}
