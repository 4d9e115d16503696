"""Which therapy an amount belongs to: the nearest name before it, or the one that follows ("200 mg of drug X")."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from extract.doses.amounts import Amount

# Words that may stand between an amount and the name that it is of.
OF = re.compile(
    r"\s?(?:\([^)]{0,30}\)\s)?(?:(?:of|oral|intravenous|IV|i\.v\.|the|dose|doses|daily|once|twice|per day|a day|single"
    r"|dosage|subcutaneous|SC|flat|fixed|weekly|injection|infusion|tablets?|capsules?)\s){0,4}",
    re.IGNORECASE,
)
# Words between a name and an amount after which the amount belongs to what follows.
JOINS = re.compile(r"\b(?:plus|and|with|followed by|versus|vs\.?|or|then|combined)\b|\+|\n", re.IGNORECASE)
# In a section about one therapy another name takes an amount only where it stands close and none of these between.
LOOSE = re.compile(
    r"[.;\n]\s|\b(?:and|plus|with|then|after|before|thereafter|followed|or|arms?|escalation)\b", re.IGNORECASE
)
PAIR = re.compile(r"\s?(?:/|\+|&|and|plus)\s?", re.IGNORECASE)
TIGHT = 60
FARTHEST = 260
# A short name before an amount that no therapy of the record is known by: the amount is its own.
UNKNOWN_NAME = re.compile(r"(?<![\w-])(?P<name>[A-Z]{1,6}|[A-Z][a-z]{1,2})\)?\s?[:：]?\s$")
NO_NAMES = frozenset(
    {"IV", "PO", "SC", "IM", "IP", "IT", "NG", "QD", "BID", "TID", "DL", "DLI", "DLT", "MTD", "RP", "AUC"}
    | {"At", "A", "B", "I", "II", "III", "An", "As", "To", "In", "The", "Of", "By", "On", "And", "Up", "For", "Low"}
    | {"Arm", "Day", "One", "Two"}
)


class Named(NamedTuple):
    """A therapy's words at `[start, end)`; `name` is None for a therapy that is no intervention of the trial."""

    start: int
    end: int
    name: str | None


UNKNOWN = Named(0, 0, None)
NUMBER = re.compile(r"\d")


def beside_names(lower: str, amounts: Iterable[Amount], named: Sequence[Named]) -> list[Amount]:
    """The amounts without the number that a name before them ends with: "AB 154, 10 mg/kg" is 10 mg/kg of AB 154."""
    starts = [item.start for item in named]
    if not named:
        return list(amounts)
    return [_beside(lower, amount, named[bisect_left(starts, amount.start) - 1]) for amount in amounts]


def _beside(lower: str, amount: Amount, name: Named) -> Amount:
    """An amount that begins after a name which ends inside of it."""
    inside = name.start < amount.start < name.end < amount.end
    number = NUMBER.search(lower, name.end, amount.end) if inside else None
    return replace(amount, start=number.start()) if number else amount


def attach(
    text: str, amounts: Sequence[Amount], named: Sequence[Named], default: str | None
) -> list[tuple[Amount, Named | None, str | None]]:
    """Each amount with the words it belongs to (None: the section's own intervention) and the intervention's name."""
    found: list[tuple[Amount, Named | None, str | None]] = []
    starts = [item.start for item in named]
    followed: Named | None = None
    last_end = 0
    for amount in amounts:
        index = bisect_left(starts, amount.start)
        before = named[index - 1] if index else None
        after = named[index] if index < len(named) else None
        owner = _owner(text, amount, before, after, followed, last_end)
        if owner is before and index > 1 and _is_of_the_pair(text, named[index - 2], owner, amount, after):
            owner = named[index - 2]
        if owner is before and default is not None and not _tight(text, amount, before):
            owner = None
        followed = owner if owner is not None and owner is after else None
        name = owner.name if owner else default
        found.append((amount, owner, name))
        last_end = amount.end
    return found


def _owner(
    text: str, amount: Amount, before: Named | None, after: Named | None, followed: Named | None, last_end: int
) -> Named | None:
    """The words that an amount belongs to; None where none is near enough."""
    follows = after is not None and OF.fullmatch(text, amount.end, after.start) is not None
    if before is None or amount.start - before.end > FARTHEST or "\n\n" in text[before.end : amount.start]:
        return after if follows else None
    direct = before.end >= last_end and not JOINS.search(text, before.end, amount.start) and before is not followed
    if before.end < amount.start - 2 and _unknown_name(text, before.end, amount.start):
        return UNKNOWN
    if follows and not (direct and amount.start - before.end <= 40):
        return after
    return before


def _is_of_the_pair(text: str, first: Named, second: Named | None, amount: Amount, after: Named | None) -> bool:
    """Whether an amount after "A/B" is A's, because "plus B" and B's own amount follow it."""
    if second is None or after is None or after.name != second.name or first.name in {None, second.name}:
        return False
    between, following = text[first.end : second.start], text[amount.end : after.start]
    return len(following) < TIGHT and bool(PAIR.fullmatch(between) and JOINS.search(following))


def _unknown_name(text: str, start: int, end: int) -> bool:
    """Whether a short name that belongs to no known therapy stands right before an amount."""
    found = UNKNOWN_NAME.search(text, max(start, end - 12), end)
    return found is not None and found["name"] not in NO_NAMES


def _tight(text: str, amount: Amount, before: Named | None) -> bool:
    """Whether a name stands so close before an amount that it takes it from the therapy its section is about."""
    return (
        before is not None and amount.start - before.end <= TIGHT and not LOOSE.search(text, before.end, amount.start)
    )
