"""Phases and enrollment: the format's own fields, else what title and prose say of this trial, by `design.toml`."""

import re
from collections.abc import Iterable, Iterator

from extract.model import Document, SectionKind, SourceFormat
from extract.rulebook import Rule, load_rulebook
from extract.text import Sentence

TITLES = (SectionKind.TITLE, SectionKind.OFFICIAL_TITLE)
PROSE = (SectionKind.SUMMARY, SectionKind.DESCRIPTION)
EARLY = "EARLY_PHASE1"
ROMAN = {"IV": "4", "III": "3", "II": "2", "I": "1"}
MOST_PEOPLE = 100_000


def read_phases(document: Document, sentences: Iterable[Sentence]) -> tuple[str, ...]:
    """The record's phases in the registry's words; of a plain text's prose only what is said of this trial."""
    if document.phases:
        return document.phases
    every = list(sentences)
    titles = (s for s in every if s.kind in TITLES)
    found = next(_phases(_rules("phase_title"), titles), ())
    if found or document.format is not SourceFormat.TEXT:
        return found
    return next(_phases(_rules("phase_prose"), (s for s in every if s.kind in PROSE)), ())


def read_enrollment(document: Document, sentences: Iterable[Sentence]) -> int | None:
    """The number of participants: the format's field, else the first planned number that the prose gives."""
    if document.enrollment is not None:
        return document.enrollment
    for sentence in sentences:
        if sentence.kind in PROSE and any(c.isdigit() for c in sentence.text):
            for rule in _rules("enrollment"):
                found = rule.pattern.search(sentence.text)
                number = int(found["size"].replace(",", "")) if found else 0
                if 0 < number < MOST_PEOPLE:
                    return number
    return None


def _rules(field: str) -> list[Rule]:
    return [rule for rule in load_rulebook("design").rules if rule.value["field"] == field]


def _phases(rules: Iterable[Rule], sentences: Iterable[Sentence]) -> Iterator[tuple[str, ...]]:
    """The phases of each sentence that names one."""
    every = list(rules)
    for sentence in sentences:
        if "phase" in sentence.text.lower():
            found = next((m for m in (rule.pattern.search(sentence.text) for rule in every) if m), None)
            if found:
                yield _named(found)


def _named(found: re.Match[str]) -> tuple[str, ...]:
    """The registry's words for the phases of a match: "early phase 1", "I/II"."""
    first = _digit(found["first"])
    if found["early"] or first == "0":
        return (EARLY,)
    second = _digit(found["second"]) if found["second"] else first
    return tuple(f"PHASE{number}" for number in dict.fromkeys((first, second)))


def _digit(phase: str) -> str:
    number = phase.strip(" abcABC")
    return ROMAN.get(number.upper(), number)
