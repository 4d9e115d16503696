"""A record's text as one string with a map back to its sections, and its sentences.

Components work on offsets into `RecordText.text`; `RecordText.evidence` alone turns them into the contract's
(section, start, end, quote).
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from extract.facts import Evidence
from extract.model import Section, SectionKind, Span

SEPARATOR = "\n"
# Characters either side of a quote within which its sentence is looked for.
REACH = 250
# What is made plain, as many characters as before, so that offsets stay. Registry text escapes signs by a backslash.
ESCAPED = re.compile(r"\\(<=|>=|[<>[\]().*~#&])")
# It mixes widths, too.
SIGNS = (
    *((sign, " ") for sign in "\u00a0\u3000"),
    *((sign, "-") for sign in "‐‑–—−"),
    *((sign, "'") for sign in "’‘"),
    *((sign, '"') for sign in "“”"),
    *zip("（），；：≧≦⩾⩽＞＜％", "(),;:≥≤≥≤><%", strict=True),
    # Letters that a pattern that ignores case takes for those of "first", "six" and "week".
    *zip("\u0130\u0131\u017f\u212a", "IisK", strict=True),
)


class Sentence(NamedTuple):
    """A sentence, a bullet or a line: `RecordText.text[start:end] == text`.

    `index` counts the record's sentences, `kind` is that of the section. `polarity` is "inclusion" or "exclusion" in
    the eligibility section, else None. `depth` is the nesting of the bullet it stands in (0: none). `heading` is the
    heading line above it in its section ("Cohort A:").
    """

    index: int  # type: ignore[assignment]  # hides a method of tuples that nobody wants here
    section: Section
    kind: SectionKind
    start: int
    end: int
    text: str
    polarity: str | None = None
    depth: int = 0
    heading: str | None = None


class RecordText:
    """All sections of one record joined by `SEPARATOR`; `lower` is the same in lower case, letter for letter."""

    __slots__ = ("_by_name", "_evidence", "_starts", "lower", "sections", "text")

    def __init__(self, sections: Iterable[Section]) -> None:
        self.sections = tuple(sections)
        starts, offset = [], 0
        for section in self.sections:
            starts.append(offset)
            offset += len(section.text) + len(SEPARATOR)
        self._starts = starts
        self._by_name = {section.name: start for section, start in zip(self.sections, starts, strict=True)}
        self.text = SEPARATOR.join(section.text for section in self.sections)
        self.lower = in_lower_case(self.text)
        self._evidence: dict[tuple[int, int], Evidence] = {}

    def start_of(self, section: str) -> int:
        """The offset at which the section called `section` starts."""
        return self._by_name[section]

    def bounds(self, span: Span) -> tuple[int, int]:
        """A reader's span as offsets into `text`."""
        base = self._by_name[span.section]
        return base + span.start, base + span.end

    def words(self, span: Span) -> str:
        """The text of a reader's span."""
        start, end = self.bounds(span)
        return self.text[start:end]

    def section_at(self, offset: int) -> tuple[Section, int]:
        """The section that holds `offset`, and its start."""
        index = bisect_right(self._starts, offset) - 1
        return self.sections[index], self._starts[index]

    def evidence(self, start: int, end: int) -> Evidence:
        """The contract's evidence for `text[start:end]`, cut at the end of its section."""
        known = self._evidence.get((start, end))
        if known is None:
            known = self._evidence[start, end] = self._quote(start, end)
        return known

    def _quote(self, start: int, end: int) -> Evidence:
        section, base = self.section_at(start)
        start, end = start - base, min(end - base, len(section.text))
        quote = section.text[start:end]
        sentence = quote.strip() if end - start == len(section.text) else _around(section.text, start, end)
        return Evidence(section.name, start, end, quote, "" if sentence == quote else sentence)


def _around(text: str, start: int, end: int) -> str:
    """The sentence or line that holds `text[start:end]`, at most `REACH` characters either side of it."""
    low = max(0, start - REACH)
    left = max(
        text.rfind(". ", low, start) + 2,
        text.rfind("\n", low, start) + 1,
        text.rfind("|", low, start) + 1,
        text.rfind("。", low, start) + 1,
    )
    left = left if left > 1 else low
    stops = [found for mark in (". ", "\n", "|", "。") if (found := text.find(mark, end, end + REACH)) >= 0]
    right = min(stops, default=min(len(text), end + REACH))
    return text[left : right + (right < len(text) and text[right] in ".。")].strip()


def places(signs: str, text: str) -> list[int]:
    """Where any of some signs stands, in order; a tenth of the time of a pattern that looks for them."""
    found: list[int] = []
    for sign in signs:
        at = text.find(sign)
        while at >= 0:
            found.append(at)
            at = text.find(sign, at + 1)
    return sorted(found)


def tried_at(signs: str, pattern: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """The matches of a pattern that starts with one of some signs, tried at those alone."""
    resume = 0
    for at in places(signs, text):
        if at >= resume and (match := pattern.match(text, at)):
            resume = match.end()
            yield match


def in_lower_case(text: str) -> str:
    """A text in lower case, letter for letter: the few letters that grow in lower case keep theirs."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)


def in_plain_signs(text: str) -> str:
    """A text with its signs made plain, character for character."""
    if "\\" in text:
        text = ESCAPED.sub(lambda sign: f"{sign[1]} ", text).replace("\\", " ")
    if "\t" in text:
        text = text.replace("\t", " ")
    if not text.isascii():
        for sign, simple in SIGNS:
            if sign in text:
                text = text.replace(sign, simple)
    return text
