r"""A plain-text record to a `Document`: unlabelled lines, told apart by their form and order.

The lines are title, summary, conditions, keywords, interventions, primary, secondary and other outcomes, description;
a line that the record lacks is left out, and a summary, an outcome list or a description may run over several. The
interventions (`TYPE: name|...`) and the outcomes (`measure, description, time frame|...`) show by their form; the
rest follows from its place. A text in which no line has such a form is a title and a description.

Line ends are made `\n` first; nothing else of the text is changed. Phases and enrollment stand in the prose and are
not read here.
"""

import re
from dataclasses import dataclass

from extract.model import Document, SectionKind, SourceFormat, Span
from extract.sources.limits import BadRecordError, Limits
from extract.sources.outcomes import (
    OutcomeForms,
    closes_outcomes,
    ends_in_time_frame,
    list_items,
    outcome_forms,
    split_outcomes,
)
from extract.sources.registry_words import RegistryWords, registry_words, split_interventions
from extract.sources.sections import SectionList, digest

_LONGEST_TERM = 150
_MOST_TERM_WORDS = 18
_LONGEST_MEASURE = 500
_LONGEST_BLOCK = 400
_OUTCOMES = ("primary_outcomes", "secondary_outcomes", "other_outcomes")
_SENTENCE_END = re.compile(r"[.!?]\s+(?=[A-Z\"“(])|[.!?;]$")
_SENTENCE_INSIDE = re.compile(r"[.!?]\s+(?=[A-Z\"“(])")
_FIRST_JOINT = re.compile(r", |\|")
_LIST_MARK = re.compile(r"\s*(?:[*•·–-]|\(?\d{1,2}[.)]|\(?[a-zA-Z][.)])\s")
_KINDS = {
    "title": SectionKind.TITLE,
    "summary": SectionKind.SUMMARY,
    "conditions": SectionKind.CONDITIONS,
    "keywords": SectionKind.KEYWORDS,
    "interventions": SectionKind.INTERVENTIONS,
    "primary_outcomes": SectionKind.OUTCOMES,
    "secondary_outcomes": SectionKind.OUTCOMES,
    "other_outcomes": SectionKind.OUTCOMES,
    "description": SectionKind.DESCRIPTION,
}


@dataclass(frozen=True, slots=True)
class TextRecord:
    """The named parts of one text, in their order, and whether a line form (interventions, outcomes) was found."""

    parts: tuple[tuple[str, str], ...]
    structured: bool


def read_text(text: str, record: str, source: str, limits: Limits) -> Document:
    """The document of one plain-text record.

    Raises:
        BadRecordError: nothing but blanks, or too much text.
    """
    return document_of(split_record(text, registry_words(), outcome_forms()), text, record, source, limits)


def document_of(parted: TextRecord, text: str, record: str, source: str, limits: Limits) -> Document:
    """The document of a text that is already parted.

    Raises:
        BadRecordError: too much text.
    """
    words, forms = registry_words(), outcome_forms()
    sections = SectionList(limits)
    for name, part in parted.parts:
        sections.add(name, _KINDS[name], part)
    found = dict(parted.parts)
    outcomes = [
        item
        for name in _OUTCOMES
        if name in found
        for item in split_outcomes(name, found[name], name.removesuffix("_outcomes"), forms)
    ]
    return Document(
        id=record,
        format=SourceFormat.TEXT,
        source=source,
        content_hash=digest(text.encode("utf-8", "surrogatepass")),
        sections=sections.done(),
        conditions=_terms("conditions", found),
        keywords=_terms("keywords", found),
        interventions=split_interventions("interventions", found.get("interventions", ""), words),
        outcomes=tuple(outcomes),
    )


def split_record(text: str, words: RegistryWords, forms: OutcomeForms) -> TextRecord:
    """Name the parts of a text.

    Raises:
        BadRecordError: the text is blank.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n")
    if not lines[0]:
        raise BadRecordError("the text is empty")
    middle = _interventions_line(lines, words)
    structured = middle is not None
    if middle is None:
        middle = _first_outcomes_line(lines, forms)
        structured = middle is not None
    if middle is None:
        return TextRecord(tuple(_free_text(lines)), structured=False)
    parts = [("title", lines[0]), *_head(lines[1:middle])]
    if _is_interventions(lines[middle], words):
        parts.append(("interventions", lines[middle]))
        middle += 1
    parts += _tail(lines[middle:], forms, sure=True)
    return TextRecord(tuple((name, part.strip()) for name, part in parts if part.strip()), structured=structured)


def _terms(name: str, found: dict[str, str]) -> tuple[Span, ...]:
    return tuple(Span(name, start, end) for start, end in list_items(found.get(name, "")))


def _free_text(lines: list[str]) -> list[tuple[str, str]]:
    """The first line, or of a single line the first sentence, is the title."""
    title, rest = lines[0], "\n".join(lines[1:]).strip()
    if not rest and (stop := re.search(r"[.!?]\s+", title)):
        title, rest = title[: stop.start() + 1], title[stop.end() :]
    return [("title", title.strip())] + ([("description", rest)] if rest else [])


def _interventions_line(lines: list[str], words: RegistryWords) -> int | None:
    return next((index for index, line in enumerate(lines) if index and _is_interventions(line, words)), None)


def _is_interventions(line: str, words: RegistryWords) -> bool:
    """Whether a line begins with a type in capitals and every item of it that has a colon name has one too."""
    kind = line.partition(": ")[0]
    return kind in words.intervention_types and len(line) > len(kind) + 2


def _first_outcomes_line(lines: list[str], forms: OutcomeForms) -> int | None:
    """The first outcomes line of a record that names no intervention: right behind a line of conditions or keywords."""
    found = (
        index
        for index in range(2, len(lines))
        if _is_terms(lines[index - 1]) and lines[index - 2].strip() and _is_outcomes(lines[index], forms)
    )
    return next(found, None)


def _is_outcomes(line: str, forms: OutcomeForms) -> bool:
    """Whether one line alone is a list of outcomes; a bar or a comma behind a full stop hardly stands in prose."""
    if ("|" in line or "., " in line) and ends_in_time_frame(line, forms):
        return True
    return not _LIST_MARK.match(line) and _begins_outcomes(line) and closes_outcomes(line, forms)


def _head(lines: list[str]) -> list[tuple[str, str]]:
    """Summary, conditions and keywords: the last line or two are lists of terms, all before them is the summary."""
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    listed = 0
    # Behind a blank line stands a paragraph of the summary, never a list.
    while listed < 2 and listed < len(lines) - 1 and _is_terms(lines[-1 - listed]) and lines[-2 - listed].strip():
        listed += 1
    if not listed and len(lines) == 1 and _is_terms(lines[0]):
        listed = 1
    cut = len(lines) - listed
    names = ("conditions", "keywords")
    return [("summary", "\n".join(lines[:cut])), *zip(names, lines[cut:], strict=False)]


def _is_terms(line: str) -> bool:
    """Whether a line is a list of conditions or keywords: short terms, no sentence, no list mark."""
    if not line.strip() or _LIST_MARK.match(line) or line.rstrip().endswith(":"):
        return False
    if "|" in line:
        return True
    if _SENTENCE_END.search(line.rstrip()):
        return False
    return len(line) <= _LONGEST_TERM and len(line.split()) <= _MOST_TERM_WORDS


def _tail(lines: list[str], forms: OutcomeForms, *, sure: bool) -> list[tuple[str, str]]:
    """Up to three lists of outcomes, then the description."""
    parts, at = [], 0
    for name in _OUTCOMES:
        length = _block(lines[at:], forms, sure=sure and not at)
        if not length:
            break
        parts.append((name, "\n".join(lines[at : at + length])))
        at += length
    return [*parts, ("description", "\n".join(lines[at:]))]


def _block(lines: list[str], forms: OutcomeForms, *, sure: bool) -> int:
    """How many lines the list of outcomes takes that begins here; 0 if none begins here.

    `sure`: a list must stand here (the primary outcomes behind the interventions), so less is asked of its form.
    """
    if not lines:
        return 0
    if _may_end(lines, 1) and (_is_outcomes(lines[0], forms) or (sure and _reads_listed(lines[0], forms))):
        return 1
    if not sure and not _begins_outcomes(lines[0]):
        return 0
    for length in range(2, min(len(lines), _LONGEST_BLOCK) + 1):
        if _may_end(lines, length) and _closes_block(lines[length - 1], forms):
            return length
    return 0


def _reads_listed(line: str, forms: OutcomeForms) -> bool:
    """What is asked of a line that stands where a list must stand."""
    return "|" in line or ends_in_time_frame(line, forms)


def _may_end(lines: list[str], length: int) -> bool:
    """Whether a list may end after so many lines: what follows it begins at once, and with no list mark."""
    return length >= len(lines) or bool(lines[length].strip() and not _LIST_MARK.match(lines[length]))


def _closes_block(line: str, forms: OutcomeForms) -> bool:
    """Whether the last of several lines ends a list."""
    return closes_outcomes(line, forms) or (("|" in line or "., " in line) and ends_in_time_frame(line, forms))


def _begins_outcomes(line: str) -> bool:
    """Whether a line may be the first of several of a list: a short measure, then a comma or a bar."""
    measure = _FIRST_JOINT.split(line, maxsplit=1)[0]
    return measure != line and len(measure) <= _LONGEST_MEASURE and not _SENTENCE_INSIDE.search(measure)
