"""Time frames and landmarks as months: which length of time of a text counts, by the rules of `time_frames.toml`."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from extract.lowered import lowered
from extract.rulebook import load_rulebook
from extract.scan import holds_any

DAYS_A_MONTH = 365.25 / 12
MONTHS = {"y": 12.0, "m": 1.0, "w": 7 / DAYS_A_MONTH, "d": 1 / DAYS_A_MONTH}
HALF_A_WEEK = 0.12
# This and what follows is asked of text in lower case.
FIRST_DAY = re.compile(r"d(?:ays?)?\s?[01]\b")
DIGIT = re.compile(r"\d")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
LONGEST = 2_000  # characters of a time frame that are looked at; the corpus has none longer
NUMBER_WORDS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "fifteen": 15,
    "eighteen": 18,
    "twenty-four": 24,
    "twenty four": 24,
    "thirty": 30,
    "thirty-six": 36,
    "sixty": 60,
    "twenty": 20,
    "fourteen": 14,
    "ninety": 90,
    "first": 1,
    "hundred": 100,
}
WORDS = re.compile(
    rf"\b({'|'.join(sorted(NUMBER_WORDS, key=len, reverse=True))})\b"
    r"(?=[ -](?:\(\d+\) )?(?:y|mo|w|d|cycle)|/(?:two|three|five|\d))"
)
IN_BRACKETS = re.compile(r"(\d+) ?\(\d+\)")
YEARS_AND_MONTHS = re.compile(r"\s*(?:,|and|,\s*and|plus)?\s*")


class Length(NamedTuple):
    """A length of time at `[start, end)` of a text, in months."""

    start: int
    end: int
    months: float


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    """The rules of `time_frames.toml`, those of one role joined in one pattern."""
    found: dict[str, list[str]] = {}
    for rule in load_rulebook("time_frames").rules:
        found.setdefault(rule.value["role"], []).append(lowered(rule).source)
    found.pop("unit")
    return {role: re.compile("|".join(f"(?:{part})" for part in parts)) for role, parts in found.items()}


@cache
def _units() -> tuple[re.Pattern[str], ...]:
    units = (rule for rule in load_rulebook("time_frames").rules if rule.value["role"] == "unit")
    return tuple(lowered(rule).pattern for rule in units)


def plain_numbers(lower: str) -> str:
    """Number words before a unit as digits, in lower case: "three (3) months" is "3 months"."""
    if holds_any(lower, NUMBER_WORDS):
        lower = WORDS.sub(lambda word: str(NUMBER_WORDS[word[0]]), lower)
    return IN_BRACKETS.sub(r"\1", lower) if "(" in lower else lower


def months_of(number: str, unit: str) -> float:
    """A number of years, months, weeks or days (in lower case) in months of 30.4375 days, to one decimal."""
    return round(float(number) * MONTHS[unit[0]], 1)


@lru_cache(maxsize=4096)
def time_frame_months(text: str) -> float | None:
    """The plain duration that a time frame names, in months to one decimal; None where it names none, or a list.

    >>> time_frame_months("From randomisation to death, up to approximately 5 years")
    60.0
    >>> time_frame_months("28 days per cycle, up to 6 cycles") is None
    True
    >>> time_frame_months("Doses on day 1") is None
    True
    """
    text = plain_numbers(text[:LONGEST].lower())
    if not DIGIT.search(text):
        return None
    patterns = _patterns()
    if patterns["drop-all"].search(text) or len(patterns["visit"].findall(text)) > 1:
        return None
    kept = [length for length in _lengths(text) if not _dropped(text, length)]
    bound = patterns["limit"]
    limits = {length.months for length in kept if bound.search(text, max(0, length.start - 60), length.start)}
    values = {length.months for length in kept}
    if not any(values):  # a single day is a visit, no duration
        return None
    listed = _in_list(text, kept)
    if limits and not listed:
        return max(limits)
    return values.pop() if len(values) == 1 and not listed else None


def _lengths(text: str) -> Iterator[Length]:
    """Lengths in order; a range gives its end ("day 1 to day 28"), "8 years, 8 months" is one length."""
    held: Length | None = None
    for length, unit in _single_lengths(text):
        if held is not None and length.start < held.end:
            continue
        if held is not None and _continues(text, held, length, unit):
            yield Length(held.start, length.end, held.months + length.months)
            held = None
            continue
        if held is not None:
            yield held
        held = length
    if held is not None:
        yield held


def _single_lengths(text: str) -> Iterator[tuple[Length, str]]:
    """Each number with its unit, and the unit; one inside a range stands for the whole range."""
    matches = sorted((match for unit in _units() for match in unit.finditer(text)), key=lambda match: match.span())
    ranges = [match.span() for match in _patterns()["range"].finditer(text)] if matches else []
    for match in matches:
        unit = match["unit"]
        inside = next((span for span in ranges if span[0] <= match.start() < span[1]), None)
        if inside is None:
            yield Length(*match.span(), months_of(match["number"], unit)), unit
        else:
            yield Length(*inside, months_of(NUMBER.findall(text[inside[0] : inside[1]])[-1], unit)), unit


def _continues(text: str, held: Length, length: Length, unit: str) -> bool:
    """Whether `length` is the months of "8 years, 8 months"."""
    return (
        unit[0] == "m"
        and length.months < 12
        and held.months % 12 == 0
        and text[held.start : held.end].rstrip("s").endswith(("year", "yr"))
        and YEARS_AND_MONTHS.fullmatch(text, held.end, length.start) is not None
    )


def _dropped(text: str, length: Length) -> bool:
    """Whether the words around a length take it out of the running."""
    patterns = _patterns()
    before = max(0, length.start - 60)
    if length.months < HALF_A_WEEK and FIRST_DAY.match(text, length.start):
        return True
    if patterns["drop-before"].search(text, before, length.start) or _cycle_length(text, length):
        return True
    if patterns["average"].search(text, before, length.start):
        return False
    after = patterns["drop-after"].match(text, length.end + _blanks(text, length.end))
    return after is not None


def _cycle_length(text: str, length: Length) -> bool:
    """Whether a length is the length of a treatment cycle."""
    patterns = _patterns()
    before = max(0, length.start - 60)
    return bool(
        patterns["cycle-before"].search(text, before, length.start) or patterns["cycle-after"].match(text, length.end)
    )


def _blanks(text: str, start: int) -> int:
    end = start
    while end < len(text) and text[end] in " -":
        end += 1
    return end - start


def _in_list(text: str, lengths: list[Length]) -> bool:
    """Whether the text lists points in time ("1, 2 and 3 months")."""
    last = lengths[-1]
    return any(match.end() >= last.end and match.start() < last.start for match in _patterns()["list"].finditer(text))
