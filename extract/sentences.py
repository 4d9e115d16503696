"""Sections to sentences: lines, bullets and sentences, with eligibility polarity and headings."""

import re
from collections.abc import Iterator

from extract.model import Section, SectionKind
from extract.text import RecordText, Sentence

LINE = re.compile(r"[^\n]+")
BULLET = re.compile(
    r"(?P<indent>[ \t]*)(?:[*•·●▪◦‣–-]|\(?(?:\d{1,2}|[a-zA-Z]|[ivx]{1,4})[.)、])(?=\s|[A-Z一-鿿])[ \t]*"
)
# A full stop ends a sentence before a space and a capital, a digit or a bracket, unless an abbreviation bears it.
NO_END = "".join(rf"(?<!\b{re.escape(word)}\.)" for word in ("e.g", "i.e", "vs", "Dr", "No", "approx", "incl", "max", "min"))
END = re.compile(rf"(?<=[.!?。]){NO_END}\s+(?=[A-Z\d(\[\"“*])|(?<=。)(?=\S)")
HEADING = re.compile(r"^[^.;]{2,90}[:：]\s*$")
POLARITY = re.compile(
    r"^\W*(?:(?:key|main|major|general|additional|core|specific|patient|subject|disease|participant|study|arm|cohort"
    r"|part|phase)\b[\w\s/&-]{0,40})?(?P<polarity>inclusion|exclusion|eligibility)\b"
    r"|^\W*(?:(?P<include>eligible|inclusion)|(?P<exclude>ineligib\w*|not eligible|non-?inclusion|exclusion))\b"
    r"[^.]{0,60}[:：]",
    re.IGNORECASE,
)


def split_sentences(record: RecordText) -> tuple[Sentence, ...]:
    """All sentences of a record in order; linear in its length."""
    sentences: list[Sentence] = []
    for section in record.sections:
        base = record.start_of(section.name)
        pieces = _eligibility(section) if section.kind is SectionKind.ELIGIBILITY else _prose(section)
        for start, end, polarity, depth, heading in pieces:
            text = section.text[start:end]
            sentences.append(
                Sentence(len(sentences), section, base + start, base + end, text, polarity, depth, heading)
            )
    return tuple(sentences)


Piece = tuple[int, int, str | None, int, str | None]


def _prose(section: Section) -> Iterator[Piece]:
    """Sentences of running text; a heading line is a sentence of its own and the heading of what follows."""
    heading: str | None = None
    for line in LINE.finditer(section.text):
        if HEADING.match(line[0]):
            heading = line[0].strip(" :：\t")
        depth, begin = _bullet(line)
        for start, end in _cut(section.text, begin, line.end()):
            yield start, end, None, depth, heading


def _eligibility(section: Section) -> Iterator[Piece]:
    """Sentences of the eligibility criteria; polarity from the last heading that names one."""
    polarity: str | None = "inclusion"
    heading: str | None = None
    for line in LINE.finditer(section.text):
        text = line[0].strip()
        found = POLARITY.match(text) if len(text) < 160 else None
        if found:
            polarity = "exclusion" if "xclu" in found[0].lower() or found["exclude"] else "inclusion"
        if HEADING.match(text):
            heading = text.strip(" :：*")
        depth, begin = _bullet(line)
        for start, end in _cut(section.text, begin, line.end()):
            yield start, end, polarity, depth, heading


def _bullet(line: re.Match[str]) -> tuple[int, int]:
    """The depth of the bullet that a line starts with (0: none), and where its words start."""
    bullet = BULLET.match(line[0])
    return (1 + len(bullet["indent"]) // 2, line.start() + bullet.end()) if bullet else (0, line.start())


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Sentence bounds within a line, blanks trimmed."""
    for stop, resume in [*((m.start(), m.end()) for m in END.finditer(text, start, end)), (end, end)]:
        left, right = start, stop
        while left < right and text[left].isspace():
            left += 1
        while right > left and text[right - 1].isspace():
            right -= 1
        if left < right:
            yield left, right
        start = resume
