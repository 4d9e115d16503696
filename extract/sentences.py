"""Sections to sentences: lines, bullets and sentences, with eligibility polarity and the heading each stands under.

A heading holds for what is nested below it: a line that ends with a colon is the heading of the bullets that are
indented deeper (or marked otherwise), and "Exclusion Criteria" turns the polarity of all that follows at its level.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from extract.model import SectionKind
from extract.text import RecordText, Sentence

ELIGIBILITY = SectionKind.ELIGIBILITY
MARK = r"[*•·●▪◦‣–-]|\\?\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})\\?[.)、）]"
BULLET = re.compile(rf"(?P<indent>[ \t]*)(?P<mark>{MARK})(?=\s|[A-Z一-鿿])[ \t]*")
# A bullet that starts with two letters starts with one of these ("ii.").
ENUMERATING = "ivx"
ENUMERATOR = re.compile(r"\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})\\?[.)、）]$")
# A full stop ends a sentence before a space and a capital, a digit or a bracket, unless an abbreviation bears it.
SHORTENED = ("e.g", "i.e", "vs", "Dr", "No", "approx", "incl", "max", "min")
NO_END = "".join(rf"(?<!\b{re.escape(word)}\.)" for word in SHORTENED)
END = re.compile(rf"[.!?。](?:(?=\s){NO_END}\s+(?=[A-Z\d(\[\"“*])|(?<=。)(?=\S))")
# Where one line of the eligibility section holds several: an inline heading, or an enumeration run together.
CRITERIA = r"(?:(?:key|main|major|general|additional|specific)\s+){0,2}(?:inclusion|exclusion)\s+criteria\s*[:：]"
HEADS = re.compile(r"criteria\s*[:：]")
ITEM = r"\s*(?=\(?\d{1,2}\\?[.)、]\s?\D)"
SEMICOLON, NEXT_ITEM = re.compile(r"[;；]"), re.compile(ITEM)
BREAK = re.compile(rf"(?<=\S)\s*(?=\b{CRITERIA})|{CRITERIA}|(?<=[;；]){ITEM}", re.IGNORECASE)
HEADING = re.compile(r"^[^.;]{2,90}[:：]\W*$")
COLONS = (":", "：")
INCLUDE = re.compile(
    r"\binclusion\b|\beligib(?:le|ility)\b|\b(?:be|are) (?:included|enrolled)\b|\bmust (?:meet|fulfil|satisfy)",
    re.IGNORECASE,
)
EXCLUDE = re.compile(
    r"\bexclusion\b|\bnon-?inclusion\b|^ineligib|\bnot (?:be )?(?:eligible|included|enrolled|allowed|permitted)\b"
    r"|(?<!must )\b(?:are|is|be) (?:\w+ )?(?:ineligible|excluded|disqualified)\b",
    re.IGNORECASE,
)
CRITERIA_LINE = re.compile(
    r"^\W*(?!note\b|other protocol|a full|full list|additional protocol|study exclusion period)"
    r"(?:[\w&\\/(),.-]+\s+){0,8}?(?:non-)?(?:inclusion|exclusion)(?:\s+criteri(?:a|on)\b[^.]{0,80}|\s*)$",
    re.IGNORECASE,
)
BOTH = re.compile(r"inclusion\s*(?:/|and|or|&)\s*exclusion", re.IGNORECASE)
MAX_HEADING = 300
# A longer "sentence" is a list run together, or no prose; cut, so that no rule's time grows faster than the text.
LONGEST = 2000


@dataclass(frozen=True, slots=True)
class Level:
    """A heading still in force: how deep it stands, its words, the polarity it gives, and the one that then holds."""

    indent: int
    mark: str
    heading: str
    polarity: str | None
    holds: str


Piece = tuple[int, int, str | None, int, str | None]


def split_sentences(record: RecordText) -> tuple[Sentence, ...]:
    """All sentences of a record in order; linear in its length."""
    sentences: list[Sentence] = []
    new_tuple = tuple.__new__  # half the cost of the named tuple's own, which calls it
    for section in record.sections:
        base, kind, text = record.start_of(section.name), section.kind, section.text
        if kind is not ELIGIBILITY and _is_one(text):
            sentences.append(Sentence(len(sentences), section, kind, base, base + len(text), text))
            continue
        lower = record.lower[base : base + len(text)]
        for start, end, polarity, depth, heading in _eligibility(text, lower) if kind is ELIGIBILITY else _prose(text):
            place, words = (base + start, base + end), text[start:end]
            values = (len(sentences), section, kind, *place, words, polarity, depth, heading)
            sentences.append(new_tuple(Sentence, values))
    return tuple(sentences)


def _is_one(text: str) -> bool:
    """True for a text that is one sentence as it stands, as most titles, names and outcomes are."""
    if not text[:2].isalpha() or text[0] in ENUMERATING or not text[-1].isalnum() or len(text) >= LONGEST:
        return False
    return not ("\n" in text or _may_end(text))


def _may_end(text: str) -> bool:
    """True for a text that holds a sign that may end a sentence."""
    return "." in text or "?" in text or "!" in text or "。" in text


def _prose(text: str) -> Iterator[Piece]:
    """Sentences of running text; a heading line is a sentence of its own and the heading of what follows."""
    heading: str | None = None
    first = 0
    for line in text.split("\n"):
        last = first + len(line)
        if _leads(line) and HEADING.match(line):
            heading = line.strip(" :：\t*")
        depth, begin, _ = _bullet(text, first, last)
        for start, end in _cut(text, begin, last) if line else ():
            yield start, end, None, depth, heading
        first = last + 1


def _eligibility(text: str, lower: str) -> Iterator[Piece]:
    """Sentences of the eligibility criteria; polarity and heading from the nearest heading above that covers them."""
    levels: list[Level] = []
    item = (1, "*")  # the last bullet: how deep, and its mark
    for first, last in _lines(text, lower):
        depth, begin, mark = _bullet(text, first, last)
        words = text[begin:last].strip()
        if not words:
            continue
        indent = 2 * (depth - 1) + 1 if mark else 0
        leads = _leads(words)
        polarity = heading_polarity(words) if leads or "clusion" in lower[begin:last] else None
        is_heading = bool(polarity) or (leads and len(words) <= MAX_HEADING)
        if not mark and polarity == "inclusion" and _is_exception(levels, words):
            indent, mark = item
        else:
            _close(levels, indent, mark, is_heading=is_heading, polarity=polarity)
            item = (indent, mark) if mark else item
        holds = polarity or (levels[-1].holds if levels else "inclusion")
        if is_heading:
            levels.append(Level(indent, mark, words.strip(" :：*\t"), polarity, holds))
        heading = levels[-1].heading if levels else None
        for start, end in _cut(text, begin, last):
            yield start, end, holds, depth, heading


def _is_exception(levels: list[Level], words: str) -> bool:
    """True for "... are eligible if:" among the exclusions: it holds for what is nested below the last item only."""
    return bool(levels) and levels[-1].holds == "exclusion" and "clusion" not in words.lower()


def heading_polarity(words: str) -> str | None:
    """The polarity, inclusion or exclusion, that a line gives as a heading; None where it is none."""
    if len(words) > MAX_HEADING or not (_leads(words) or "clusion" in words.lower()):
        return None
    if BOTH.search(words) or not (_leads(words) or CRITERIA_LINE.match(words)):
        return None
    last = words.rsplit(". ", 1)[-1]
    if EXCLUDE.search(last):
        return "exclusion"
    return "inclusion" if INCLUDE.search(last) else None


def _leads(words: str) -> bool:
    """True for a line that ends with a colon."""
    return words.rstrip(" *\t\\").endswith(COLONS)


def _close(levels: list[Level], indent: int, mark: str, *, is_heading: bool, polarity: str | None) -> None:
    """Drop the headings that do not cover a line of this depth.

    Plain lines without a bullet stay under the last plain heading; a heading ends its like, but "Exclusion Criteria"
    only by another that names a polarity.
    """
    while levels and levels[-1].indent >= indent:
        top = levels[-1]
        below = top.mark != mark or (not mark and (not is_heading or (top.polarity and not polarity)))
        if top.indent == indent and below:
            return
        levels.pop()


def _lines(text: str, lower: str) -> Iterator[tuple[int, int]]:
    """The lines of a text, cut again where one holds several criteria; empty ones are left out."""
    start = 0
    for line in lower.split("\n"):
        last = start + len(line)
        ends: Iterable[int] = ()
        if "criteria" in line and HEADS.search(line):
            ends = [cut.end() for cut in BREAK.finditer(text, start, last)]
        elif ";" in line or "；" in line:
            ends = _items(text, start, last)
        for end in ends:
            if end > start:
                yield start, end
                start = end
        if start < last:
            yield start, last
        start = last + 1


def _items(text: str, start: int, end: int) -> list[int]:
    """Where the items of an enumeration run together end: `BREAK` by its last branch, tried at semicolons only."""
    signs = SEMICOLON.finditer(text, start, end)
    return [cut.end() for sign in signs if (cut := NEXT_ITEM.match(text, sign.end(), end))]


def _bullet(text: str, start: int, end: int) -> tuple[int, int, str]:
    """The depth of the bullet that a line starts with (0: none), where its words start, and the kind of its mark."""
    if _is_word(text, start):
        return 0, start, ""
    bullet = BULLET.match(text, start, end)
    if not bullet:
        return 0, start, ""
    indent, mark = bullet.groups()
    begin = bullet.end()
    again = BULLET.match(text, begin, end) if mark in "*•-" and not _is_word(text, begin) else None
    if again:
        mark, begin = again["mark"], again.end()
    mark = mark.strip("\\(.)、）")
    kind = "1" if mark.isdigit() else "a" if mark.isalpha() else mark
    return 1 + len(indent) // 2, begin, kind or "*"


def _is_word(text: str, start: int) -> bool:
    """True where no bullet starts, as in most places: two letters stand there, and no enumeration begins so."""
    return text[start : start + 2].isalpha() and text[start] not in ENUMERATING


def _cut(text: str, start: int, end: int) -> Sequence[tuple[int, int]]:
    """Sentence bounds within a line, blanks trimmed; an enumerator stays with what it counts."""
    inside = text[start : end - 1]
    ends = list(END.finditer(text, start, end)) if _may_end(inside) else []
    if ends or len(inside) >= LONGEST:
        return list(_cut_up(text, start, end, ends))
    words = text[start:end].rstrip()  # most lines are one sentence
    right = start + len(words)
    left = right - len(words.lstrip())
    return ((left, right),) if left < right else ()


def _cut_up(text: str, start: int, end: int, ends: Iterable[re.Match[str]]) -> Iterator[tuple[int, int]]:
    """The same for a line that holds several sentences, or one that is too long."""
    for stop, resume in [*((match.start() + 1, match.end()) for match in ends), (end, end)]:
        words = text[start:stop].rstrip()
        right = start + len(words)
        left = right - len(words.lstrip())
        if right - left <= 5 and resume < end and ENUMERATOR.match(text, left, right):
            continue
        while right - left > LONGEST:
            cut = max(text.rfind(sign, left + LONGEST // 2, left + LONGEST) for sign in "; ,")
            cut = cut + 1 if cut > 0 else left + LONGEST
            yield left, cut
            left = cut
        if left < right:
            yield left, right
        start = resume
