"""A trial's facts and the text that they rest on, tied together both ways: facts with numbers, passages with marks."""

import re
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
    """Sentences of one section that belong together, from `start` to `end`; `anchor` is what facts link to."""

    anchor: str
    pieces: tuple[Piece, ...]
    facts: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class SectionText:
    """A section as a page shows it: passages, and where the whole text is there (`whole`) the text between them."""

    name: str
    words: str
    whole: bool
    parts: tuple[Passage | str, ...]


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


Numbered = tuple[int, Mapping[str, Any]]
"""The number of a fact, and an item of its evidence."""


def sections(evidence: Iterable[Numbered], texts: Mapping[str, str]) -> tuple[SectionText, ...]:
    """The record section by section, with the passages that facts rest on.

    Args:
        evidence: (number of the fact, item of its evidence).
        texts: the whole text by section, as far as it is there; a section that it does not fit is shown by quotes.
    """
    groups: defaultdict[str, list[Numbered]] = defaultdict(list)
    for number, item in evidence:
        groups[str(item["section"])].append((number, item))
    names = [*texts, *(name for name in groups if name not in texts)]
    return tuple(_section(n, name, groups.get(name, ()), texts.get(name)) for n, name in enumerate(names, 1))


def _section(number: int, name: str, evidence: Sequence[Numbered], text: str | None) -> SectionText:
    fits = text is not None and all(text[item["start"] : item["end"]] == item["quote"] for _, item in evidence)
    known = text if fits else None
    quotes = [quote_of(item, fact, known) for fact, item in evidence]
    found = tuple(_passage(f"text-{number}-{n}", group) for n, group in enumerate(_groups(quotes), 1))
    parts = found if known is None else tuple(_between(known, found))
    return SectionText(name, section_words(name), known is not None, parts)


def _between(text: str, found: Iterable[Passage]) -> Iterator[Passage | str]:
    """The whole text, cut where passages start and end."""
    done = 0
    for passage in found:
        if done < passage.start:
            yield text[done : passage.start]
        yield passage
        done = passage.end
    if done < len(text):
        yield text[done:]


def quote_of(evidence: Mapping[str, Any], fact: int, text: str | None = None) -> Quote:
    """An item of evidence with the sentence around it; where that does not hold the quote, the quote alone.

    The section's own text, where it is there, decides which of several equal words is meant.
    """
    sentence, quoted = str(evidence.get("sentence") or ""), str(evidence["quote"])
    start = int(evidence["start"])
    end = start + len(quoted)
    if text is None:
        before = sentence.find(quoted)
        text_start = start - before if before >= 0 else -1
    else:
        text_start = text.find(sentence, max(0, end - len(sentence)), start + len(sentence)) if sentence else -1
    if text_start < 0:
        return Quote(start, end, start, quoted, fact)
    return Quote(start, end, text_start, sentence, fact)


def section_words(name: str) -> str:
    """A section's name in plain words: `armsInterventionsModule.armGroups[0].label` is "arm groups 1, label"."""
    path = [part for part in name.split(".") if not part.endswith("Module")]
    spaced = (re.sub(r"(?<=[a-z])([A-Z])", r" \1", part).replace("_", " ") for part in path)
    return ", ".join(re.sub(r"\[(\d+)\]", lambda n: f" {int(n[1]) + 1}", part) for part in spaced).lower()


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
    return Passage(anchor, pieces, tuple(dict.fromkeys(quote.fact for quote in group)), start, start + len(text))


def _joined(group: Sequence[Quote], start: int) -> str:
    """The text that overlapping sentences make together."""
    text = ""
    for quote in sorted(group, key=lambda one: one.text_start):
        known = len(text) - (quote.text_start - start)
        text += quote.text[known:] if known < len(quote.text) else ""
    return text


def places(found: Iterable[SectionText]) -> dict[int, tuple[str, ...]]:
    """For each fact the anchors of the passages that it rests on."""
    anchors: defaultdict[int, list[str]] = defaultdict(list)
    for section in found:
        for passage in (part for part in section.parts if isinstance(part, Passage)):
            for fact in passage.facts:
                anchors[fact].append(passage.anchor)
    return {fact: tuple(known) for fact, known in anchors.items()}
