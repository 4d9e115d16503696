"""Which endpoints an outcome measure names, by the rules of `endpoints.toml`."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from operator import attrgetter, itemgetter
from typing import NamedTuple

from extract.outcomes.rules import LAST, WEAK, EndpointRule, triggers
from extract.scan import holds_any
from extract.text import in_lower_case

UNKNOWN = "OTHER"
NO_RULE = "endpoint.unnamed"
HIDES = "-"
LONGEST = 600  # characters of a measure that are looked at
DESCRIBED = 160  # characters of a description in which an endpoint of its own is named
# All patterns here are asked of text in lower case.
# Where a measure goes on to define itself, what follows names parts of the definition, no further endpoints.
DEFINITION = re.compile(
    r"\b(?:(?:is|are|was|were|will be)? ?defined (?:as|by)|(?:the )?time (?:from|between)"
    r"|(?:is|was) (?:calculated|the)\b|refers to|i\.e\.|calculated (?:as|from)|that is\b"
    r"|(?<=[,，] )the (?:proportion|percentage) of (?:patients|participants|subjects)\b)"
)
DEFINES = ("defined ", "time ", "calculated ", "is the", "was the", "refers to", "i.e.", "that is", "the p")
RELATION = re.compile(r"correlat|associat|predict|prognos|relation|biomarker|translational")
# "Safety, as measured by DLT": what follows tells the first.
TOLD_BY = re.compile(
    r"[\w\s,/&()]{0,40}(?:[:：(]|\b(?:as )?(?:measured|assessed|determined|defined|evaluated|evidenced|indicated)"
    r" (?:by|as|through|using|via)\b|\bby\b|\bbased on\b)\W*"
)
LIST_SIGN = re.compile(r"[,;/&+、，；:|]|\b(?:and|or|plus|as well as|versus|including)\b")
OPEN_BRACKET = re.compile(r"\s{0,2}[(\[（]")
KINETICS = re.compile(r"pharmaco-?kin|pk")
RUN_IN = re.compile(r"[- ](?:run|lead)[- ]?in\b")  # "safety run-in" is a part of the trial
RANK, START = itemgetter(0, 1), attrgetter("start")
LATER = frozenset({WEAK, LAST})
GENERAL = re.compile(r"safety|safely|tolerab|tolerance|toxic")


class Hit(NamedTuple):
    """An endpoint's words at `[start, end)` of a text."""

    code: str
    start: int
    end: int
    rule: str
    strength: str


def endpoint_hits(text: str, *, weak: bool = True) -> list[Hit]:
    """The words for endpoints in a text, in order, not overlapping: the longer first, then the earlier rule.

    Weak words are looked for where there are no others, if `weak`; those that come last are not (`last_hits`).
    """
    text = text[:LONGEST]
    lower = in_lower_case(text)
    due = triggers().due(lower)
    kept = _not_overlapping(_matches((rule for rule in due if rule.strength not in LATER), text, lower), [])
    if weak and all(hit.code == HIDES for hit in kept):
        kept = _not_overlapping(_matches((rule for rule in due if rule.strength == WEAK), text, lower), kept)
    return sorted((hit for hit in kept if hit.code != HIDES), key=START)


def last_hits(text: str) -> list[Hit]:
    """The first of the words that count where neither a measure nor its description has others."""
    text = text[:LONGEST]
    lower = in_lower_case(text)
    due = (rule for rule in triggers().due(lower) if rule.strength == LAST)
    return sorted((hit for _, _, hit in _matches(due, text, lower)), key=START)[:1]


def _not_overlapping(found: Iterable[tuple[int, int, Hit]], kept: list[Hit]) -> list[Hit]:
    """Those kept before, and of those found the longer first, then the earlier rule's."""
    for _, _, hit in sorted(found, key=RANK):
        for other in kept:
            if hit.start < other.end and other.start < hit.end:
                break
        else:
            kept.append(hit)
    return kept


def _matches(rules: Iterable[EndpointRule], text: str, lower: str) -> Iterator[tuple[int, int, Hit]]:
    """What each rule finds: less its length, the rule's order, the hit."""
    for rule in rules:
        for start, end in rule.spans(text, lower):
            if end > start and not RUN_IN.match(lower, end):
                yield start - end, rule.order, Hit(rule.code, start, end, rule.id, rule.strength)


def measured(measure: str, description: str = "") -> tuple[list[Hit], list[Hit]]:
    """The endpoints that a measure names, else the first one of its description: one hit a code, in order.

    Returns:
        hits in the measure, hits in the description; at most one of the two lists is not empty.
    """
    if len(measure) > LONGEST:
        return _measured(measure, description)
    return _remembered(measure, description[:DESCRIBED])


def _measured(measure: str, description: str) -> tuple[list[Hit], list[Hit]]:
    lower = in_lower_case(measure)
    definition = DEFINITION.search(lower) if holds_any(lower, DEFINES) else None
    head = measure[: definition.start()] if definition and definition.start() > 3 else measure
    hits = _several(lower[: len(head)], endpoint_hits(head))
    if not hits and len(head) < len(measure):
        hits = _several(lower, endpoint_hits(measure))[:1]
    if hits:
        return hits, []
    described = _strongest(endpoint_hits(description[:DESCRIBED], weak=False))[:1]
    return ([], described) if described else (last_hits(measure), [])


# Many measures are those of other trials, word for word.
_remembered = lru_cache(maxsize=20_000)(_measured)


def _several(text: str, hits: list[Hit]) -> list[Hit]:
    """One hit for each endpoint that a measure, in lower case, names."""
    best = _strongest(hits)
    if len(best) < 2:
        return best
    if any(hit.code == "BIOMARKER" and RELATION.match(text, hit.start) for hit in best):
        return [hit for hit in best if hit.code == "BIOMARKER"][:1]
    if best and best[0].code == "PD":
        best = [hit for hit in best if hit.code not in {"BIOMARKER", "PK"} or KINETICS.match(text, hit.start)]
    best = list(_listed(text, list(_without_heads(text, best))))
    return list({hit.code: hit for hit in reversed(best)}.values())[::-1]


def _listed(text: str, hits: list[Hit]) -> Iterator[Hit]:
    """The hits that stand in a list: what qualifies the one before, or abbreviates it in brackets, is left out."""
    bracket = 0
    for index, hit in enumerate(hits):
        if index and (hit.start < bracket or not LIST_SIGN.search(text, hits[index - 1].end, hit.start)):
            continue
        yield hit
        opened = OPEN_BRACKET.match(text, hit.end)
        if opened and hit.code != "AE":
            bracket = _closing(text, opened.end())


def _closing(text: str, start: int) -> int:
    """Where the bracket that opened before `start` closes."""
    depth = 1
    for index in range(start, len(text)):
        depth += (text[index] in "([（") - (text[index] in ")]）")
        if depth == 0:
            return index
    return len(text)


def _strongest(hits: list[Hit]) -> list[Hit]:
    """The named endpoints; where there are none, parts of definitions; where there are none, weak words."""
    for strength in ("named", "part", "weak"):
        kept = [hit for hit in hits if hit.strength == strength]
        if kept:
            return kept
    return []


def _without_heads(text: str, hits: list[Hit]) -> Iterator[Hit]:
    """Leave out the "safety and tolerability" of "safety and tolerability as measured by dose-limiting toxicities"."""
    last_general: Hit | None = None
    held: list[Hit] = []
    for hit in hits:
        if hit.code == "AE" and GENERAL.match(text, hit.start):
            held.append(hit)
            last_general = hit
            continue
        told = hit.code != "AE" and last_general is not None and TOLD_BY.fullmatch(text, last_general.end, hit.start)
        yield from () if told else held
        held, last_general = [], None
        yield hit
    yield from held
