"""Amounts, routes and schedules in a text, by the rules of `doses.toml`."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache

from extract.lowered import lowered
from extract.rulebook import Rule, load_rulebook

# Numbers before a list of doses that belong to a day, a cycle or a level, and no dose.
COUNTED = re.compile(
    r"(?:days?|d|weeks?|cycles?|c|levels?|cohorts?|phases?|parts?|arms?|grades?|stage|version|v)[\s.+-]*$"
)
NUMBER = re.compile(r"\d+")
LAST_WITH_UNIT = re.compile(r"[\d.,]+(?:\s?[x×*]\s?10\S*)?\s?-?(?:[^\d,;、]+|[^\d,;、]*/\s?m[2²][^\d,;、]*)$")
SPELT = (
    (re.compile(r"milligrams?(?:\s\(mg\))?", re.I), "mg"),
    (re.compile(r"micrograms?", re.I), "µg"),
    (re.compile(r"\bgrams?\b", re.I), "g"),
    (re.compile(r"(?<=g)\s?per\s(?:kilograms?|kg)\b|(?<=g)\s?/\s?kilograms?", re.I), "/kg"),
    (re.compile(r"(?:\s?per\s|\s?/\s?)(?:square met(?:er|re)s?|met(?:er|re)s?[ -]squared?|m2|m²|㎡)", re.I), "/m2"),
    (re.compile(r"\bGray\b", re.I), "Gy"),
    (re.compile(r"area under the (?:[a-z-]{1,24} ){0,3}curve", re.I), "AUC"),
    (re.compile(r"AUC(?:\)|\\?\])?(?: of)?"), "AUC"),
    (re.compile(r"/\s?\("), "/"),
    (re.compile(r"(?<=cells)\s(?:injection|infusion)", re.I), ""),
    (re.compile(r"\s?\(mg/m\\?\^?[2²]\)"), ""),
    (re.compile(r"\\"), ""),
)
ROUTE_REACH = 90
SCHEDULE_REACH = 110
CLAUSE_END = re.compile(r"[;\n]|\.\s")


@dataclass(frozen=True, slots=True)
class Amount:
    """A dose, or a list of doses, at `[start, end)` of a text."""

    start: int
    end: int
    rule: str


@cache
def _by_role() -> Mapping[str, tuple[Rule, ...]]:
    """The rules by their role, for text in lower case."""
    found: dict[str, list[Rule]] = {}
    for rule in load_rulebook("doses").rules:
        role = rule.value["role"] + ("-" + rule.value["side"] if "side" in rule.value else "")
        found.setdefault(role, []).append(lowered(rule))
    return {role: tuple(rules) for role, rules in found.items()}


def find_amounts(lower: str, start: int, end: int) -> list[Amount]:
    """The doses in `lower[start:end]`, in order; laboratory values, limits, solvents and strengths are left out.

    `lower` is a text in lower case.
    """
    found = sorted(_candidates(lower, start, end), key=lambda amount: (amount.start, -amount.end))
    kept: list[Amount] = []
    for amount in found:
        if (not kept or amount.start >= kept[-1].end) and not _no_dose(lower, amount, start):
            kept.append(amount)
    return kept


def _candidates(lower: str, start: int, end: int) -> Iterator[Amount]:
    for rule in _by_role()["amount"]:
        if not any(lower.find(letters, start, end) >= 0 for letters in rule.value.get("letters", ("",))):
            continue
        for match in _matches(rule, lower, start, end):
            yield Amount(_without_counts(lower, match, start), match.end(), rule.id)


def _matches(rule: Rule, lower: str, start: int, end: int) -> Iterator[re.Match[str]]:
    """The matches of a rule; one that starts with a number is tried at numbers alone."""
    if rule.value.get("starts") != "number":
        yield from rule.pattern.finditer(lower, start, end)
        return
    for number in NUMBER.finditer(lower, start, end):
        if number.start() >= start and (match := rule.pattern.match(lower, number.start(), end)):
            start = match.end()
            yield match


def _without_counts(lower: str, match: re.Match[str], start: int) -> int:
    """Where the doses of a list start: the 1 and 8 of "day 1, 8, 15, 50 mg" are none."""
    if COUNTED.search(lower, max(start, match.start() - 12), match.start()):
        last = LAST_WITH_UNIT.search(match[0])
        return match.start() + last.start() if last else match.start()
    return match.start()


def _no_dose(lower: str, amount: Amount, start: int) -> bool:
    roles = _by_role()
    before = max(start, amount.start - 80)
    return any(rule.pattern.search(lower, before, amount.start) for rule in roles["no-dose-before"]) or any(
        rule.pattern.match(lower[amount.end : amount.end + 40]) for rule in roles["no-dose-after"]
    )


@lru_cache(maxsize=4096)
def amount_text(text: str) -> str:
    """An amount as the record writes it, units in their short form: "200 milligrams (mg)" is "200 mg"."""
    for pattern, short in SPELT:
        text = pattern.sub(short, text)
    return " ".join(text.split())


def route(lower: str, start: int, end: int, floor: int, ceiling: int) -> str | None:
    """The route of the amount at `[start, end)`: the nearest one named after it, else before it, in its clause."""
    after = lower[end : min(ceiling, end + ROUTE_REACH)]
    stop = CLAUSE_END.search(after)
    after = after[: stop.start()] if stop else after
    before = lower[max(floor, start - ROUTE_REACH) : start]
    found = min(_routes(after), default=None) or max(_routes(before), default=None)
    return found[1] if found else None


def _routes(lower: str) -> Iterator[tuple[int, str]]:
    for rule in _by_role()["route"]:
        for match in rule.pattern.finditer(lower):
            yield match.start(), str(rule.value["route"])


def schedule(lower: str, end: int, ceiling: int) -> tuple[int, int] | None:
    """Where the schedule of the amount that ends at `end` stands; None where the clause names none."""
    limit = min(ceiling, end + SCHEDULE_REACH)
    stop = CLAUSE_END.search(lower, end, limit)
    limit = stop.start() if stop else limit
    found = [match.span() for rule in _by_role()["schedule"] for match in rule.pattern.finditer(lower, end, limit)]
    return (found[0][0], found[-1][1]) if found else None
