"""Cutting an entry of the list of interventions into the therapies that it names."""

import re
from bisect import bisect_right
from typing import NamedTuple

from extract.matcher import Mention
from extract.therapies.clean import LONGEST_NAME, clean_name, is_no_therapy, parenthesised, skip_label
from extract.therapies.connect import connectives
from extract.therapies.cues import cue
from extract.therapies.scene import THERAPY_KINDS, Scene
from ontology.model import TermKind

# A code: letters and digits in one word (HLX43, SHR-A1921, 7MW3711), not a dose, a day or a target.
CODE = re.compile(
    r"(?<![\w/^.])(?!(?:[QDC]\d+[DWHM]?\d*|\d+(?:mg|g|ml|iu|kg|mcg|ug|gy)\w*|(?:phase|part|arm|cohort|day|week|cycle|dose|level|stage|line)-?\d+\w*|CD\d+\w?|IL-?\d+\w*|PD-?L?1|anti-\w+|\d+(?:st|nd|rd|th)|[a-z]{1,2}\d)\b)"
    r"(?=[\w-]*[A-Za-z])(?=[\w-]*\d)[A-Za-z0-9]+(?:-[A-Za-z0-9]+)*",
    re.I,
)
NUMBER_COMMA = re.compile(r"(?<=\d)[,/](?=\d)")
# "CD4+/CD8+ cells": what the cells carry.
MARKERS = re.compile(r"\bCD\d{1,3}[a-z]?\s?[+-]?\s?/\s?CD\d{1,3}", re.I)
WORD = re.compile(r"[^\W\d_]{3,}")
WITH = re.compile(r"^\s*(?:with|of)\b", re.I)
# Cells are called by what they are, not by their being given: "CD19 CAR-T cells" for "CD19 CAR-T cell therapy".
CELLS_GIVEN = re.compile(
    r"(?<!adoptive )\b(?P<kind>NKT|NK|T|killer|stromal|CIK)(?P<gap>[- ]?)cells?(?:[- ]based)?"
    r"[- ](?:immuno)?(?:therap(?:y|ies)|infusions?|injections?|treatments?|transfusions?)$",
    re.IGNORECASE,
)


class Part(NamedTuple):
    """A stretch `[start, end)` of the record's text that names one therapy or more, and its link to the one before."""

    start: int
    end: int
    link: str


def split_name(scene: Scene, start: int, end: int) -> list[Part]:
    """The parts of a name; a separator inside a vocabulary name, in parentheses or in a number does not cut."""
    end = min(end, start + LONGEST_NAME)
    start += skip_label(scene.text[start:end])
    cuts = _cuts(scene, start, end)
    parts, at, link = [], start, "and"
    for left, right, next_link in cuts:
        parts.append(Part(at, left, link))
        at, link = right, next_link
    parts.append(Part(at, end, link))
    return _rejoin(scene, parts)


def _cuts(scene: Scene, start: int, end: int) -> list[tuple[int, int, str]]:
    """Where a name is cut: (from, to, link), left to right."""
    text = scene.lower[start:end]
    if text.isalnum():  # one word
        return []
    kept = _kept_together(scene, start, end, text)
    begins = [left for left, _ in kept]
    found = []
    joined = connectives()
    for match in joined.pattern.finditer(text):
        left, right = match.span()
        sign = left + (len(match[0]) - len(match[0].lstrip()))
        index = bisect_right(begins, sign) - 1
        if index >= 0 and sign < kept[index][1]:
            continue
        if cue("part.made-with").search(text[:left]):
            continue
        found.append((start + left, start + right, joined.link(match)))
    return found


def _kept_together(scene: Scene, start: int, end: int, text: str) -> list[tuple[int, int]]:
    """Stretches that no separator cuts, as offsets into the name, merged and in order."""
    spans = [(m.start - start, m.end - start) for m in scene.mentions_in(start, end) if m.of(*THERAPY_KINDS)]
    spans += parenthesised(text)
    spans += [match.span() for separated in (NUMBER_COMMA, MARKERS) for match in separated.finditer(text)]
    merged: list[tuple[int, int]] = []
    for left, right in sorted(spans):
        if merged and left < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(right, merged[-1][1]))
        else:
            merged.append((left, right))
    return merged


def _rejoin(scene: Scene, parts: list[Part]) -> list[Part]:
    """Put back what does not stand on its own: "CD19 / CD22 CAR-T cells", "GPC3 and TGFb targeting cells"."""
    joined: list[Part] = []
    for part in parts:
        if joined and not _cut_stands(scene, joined[-1], part):
            joined[-1] = Part(joined[-1].start, part.end, joined[-1].link)
        else:
            joined.append(part)
    return joined


def _cut_stands(scene: Scene, before: Part, part: Part) -> bool:
    """True where both sides of a cut name a therapy; a slash and "with" cut only between names of one sort."""
    if cue("part.edited-cells").search(scene.lower[part.start : part.end]):
        return False
    if part.link == "slash":
        return bool(_sorts(scene, before) & _sorts(scene, part))
    if WITH.search(scene.text[before.end : part.start]):
        return names_therapy(scene, before) and names_therapy(scene, part)
    return stands_alone(scene, before) and stands_alone(scene, part)


def _sorts(scene: Scene, part: Part) -> set[str]:
    """Whether a part holds a drug (by name or code), a class, or both."""
    mentions = scene.mentions_in(part.start, part.end)
    rest = _without(scene.text[part.start : part.end], part.start, mentions)
    named = any(m.of(TermKind.DRUG, TermKind.REGIMEN) for m in mentions) or CODE.search(rest)
    classes = {"class"} if any(m.of(TermKind.CLASS) for m in mentions) else set()
    return {"drug"} | classes if named else classes


def names_therapy(scene: Scene, part: Part) -> bool:
    """True where a part holds a name of the vocabulary or a code."""
    mentions = scene.mentions_in(part.start, part.end)
    if any(mention.of(*THERAPY_KINDS) for mention in mentions):
        return True
    return bool(CODE.search(_without(scene.text[part.start : part.end], part.start, mentions)))


def stands_alone(scene: Scene, part: Part) -> bool:
    """True where a part names a therapy by itself: a known name, a code, or a word that is not only a target."""
    if names_therapy(scene, part):
        return True
    mentions = scene.mentions_in(part.start, part.end)
    rest = clean_name(_without(scene.text[part.start : part.end], part.start, mentions))
    return not is_no_therapy(rest) and bool(WORD.search(rest)) and not _only_targets(mentions, rest)


def _only_targets(mentions: tuple[Mention, ...], rest: str) -> bool:
    """True where a part is a target and at most a word or two that need one."""
    targets = any(mention.of(TermKind.TARGET) for mention in mentions)
    return targets and not re.search(r"cell|antibod|inhibit|agonist|vaccin|\bCAR|therap|block|ADC", rest, re.I)


def _without(text: str, start: int, mentions: tuple[Mention, ...]) -> str:
    """The text of a part with its mentions blanked out."""
    for mention in mentions:
        left, right = mention.start - start, mention.end - start
        text = text[:left] + " " * (right - left) + text[right:]
    return text


def as_cells(name: str) -> str:
    """The name of a cell product without the word for giving it.

    >>> as_cells("CD19 CAR-T cell therapy"), as_cells("XQ7 NK Cell Infusion"), as_cells("adoptive T cell therapy")
    ('CD19 CAR-T cells', 'XQ7 NK cells', 'adoptive T cell therapy')
    """
    return CELLS_GIVEN.sub(r"\g<kind>\g<gap>cells", name)
