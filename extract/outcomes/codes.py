"""Which endpoints an outcome measure names, by the rules of `endpoints.toml`."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from extract.rulebook import Rule, load_rulebook
from extract.scan import for_lower_case, matches
from extract.text import in_lower_case

WORD = re.compile(r"[^\W_]+")
UNKNOWN = "OTHER"
NO_RULE = "endpoint.unnamed"
HIDES = "-"
LONGEST = 600  # characters of a measure that are looked at
DESCRIBED = 160  # characters of a description in which an endpoint of its own is named
# Where a measure goes on to define itself, what follows names parts of the definition, no further endpoints.
DEFINITION = re.compile(
    r"\b(?:(?:is|are|was|were|will be)? ?defined (?:as|by)|(?:the )?time (?:from|between)"
    r"|(?:is|was) (?:calculated|the)\b|refers to|i\.e\.|calculated (?:as|from)|that is\b"
    r"|(?<=[,，] )the (?:proportion|percentage) of (?:patients|participants|subjects)\b)",
    re.IGNORECASE,
)
RELATION = re.compile(r"correlat|associat|predict|prognos|relation|biomarker|translational", re.IGNORECASE)
# "Safety, as measured by DLT": what follows tells the first.
TOLD_BY = re.compile(
    r"[\w\s,/&()]{0,40}(?:[:：(]|\b(?:as )?(?:measured|assessed|determined|defined|evaluated|evidenced|indicated)"
    r" (?:by|as|through|using|via)\b|\bby\b|\bbased on\b)\W*",
    re.IGNORECASE,
)
LIST_SIGN = re.compile(r"[,;/&+、，；:|]|\b(?:and|or|plus|as well as|versus|including)\b", re.IGNORECASE)
OPEN_BRACKET = re.compile(r"\s{0,2}[(\[（]")
KINETICS = re.compile(r"pharmaco-?kin|PK", re.IGNORECASE)
RUN_IN = re.compile(r"[- ](?:run|lead)[- ]?in\b", re.IGNORECASE)  # "safety run-in" is a part of the trial
GENERAL = re.compile(r"safety|safely|tolerab|tolerance|toxic", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Hit:
    """An endpoint's words at `[start, end)` of a text."""

    code: str
    start: int
    end: int
    rule: str
    strength: str


@cache
def _rules() -> tuple[tuple[int, Rule, str, str, tuple[str, ...]], ...]:
    """(order, rule, code, strength, triggers) of each rule; of a trigger of several words the longest one."""
    return tuple(
        (order, rule, rule.value["code"], rule.value.get("strength", "named"), _single(rule.value["triggers"]))
        for order, rule in enumerate(load_rulebook("endpoints").rules)
    )


def _single(triggers: Iterable[str]) -> tuple[str, ...]:
    return tuple(max(WORD.findall(trigger), key=len) for trigger in triggers)


@lru_cache(maxsize=50_000)
def _rules_of_word(word: str) -> frozenset[int]:
    """The orders of the rules that a word of a text lets be tried."""
    return frozenset(order for order, *_, triggers in _rules() if any(trigger in word for trigger in triggers))


def endpoint_hits(text: str) -> list[Hit]:
    """The words for endpoints in a text, in order, not overlapping: the longer first, then the earlier rule."""
    text = text[:LONGEST]
    found = sorted(_matches(text), key=_rank)
    kept: list[Hit] = []
    for _, hit in found:
        if all(hit.end <= other.start or hit.start >= other.end for other in kept):
            kept.append(hit)
    return sorted((hit for hit in kept if hit.code != HIDES), key=lambda hit: hit.start)


def _rank(item: tuple[int, Hit]) -> tuple[bool, int, int]:
    """Weak words last, the longer match first, then the order of the rules."""
    order, hit = item
    return hit.strength == "weak", hit.start - hit.end, order


def _matches(text: str) -> Iterator[tuple[int, Hit]]:
    lower = in_lower_case(text)
    tried = frozenset().union(*map(_rules_of_word, WORD.findall(lower)))
    rules = _rules()
    for order in sorted(tried):
        _, rule, code, strength, _ = rules[order]
        for match in matches(rule.pattern, _quick(order), text, lower):
            if match.end() > match.start() and not RUN_IN.match(text, match.end()):
                yield order, Hit(code, match.start(), match.end(), rule.id, strength)


@cache
def _quick(order: int) -> re.Pattern[str] | None:
    return for_lower_case(_rules()[order][1].pattern)


def measured(measure: str, description: str = "") -> tuple[list[Hit], list[Hit]]:
    """The endpoints that a measure names, else the first one of its description: one hit a code, in order.

    Returns:
        hits in the measure, hits in the description; at most one of the two lists is not empty.
    """
    if len(measure) > LONGEST:
        return _measured(measure, description)
    return _remembered(measure, description[:DESCRIBED])


def _measured(measure: str, description: str) -> tuple[list[Hit], list[Hit]]:
    definition = DEFINITION.search(measure)
    head = measure[: definition.start()] if definition and definition.start() > 3 else measure
    hits = _several(head, endpoint_hits(head))
    if not hits and len(head) < len(measure):
        hits = _several(measure, endpoint_hits(measure))[:1]
    if hits or not description:
        return hits, []
    return [], [hit for hit in _strongest(endpoint_hits(description[:DESCRIBED])) if hit.strength != "weak"][:1]


# Many measures are those of other trials, word for word.
_remembered = lru_cache(maxsize=20_000)(_measured)


def _several(text: str, hits: list[Hit]) -> list[Hit]:
    """One hit for each endpoint that a measure names."""
    best = _strongest(hits)
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
