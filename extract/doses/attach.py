"""Which therapy an amount belongs to: the nearest name before it, or the one that follows ("200 mg of drug X")."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from extract.doses.amounts import Amount

# Words that may stand between an amount and the name that it is of.
OF = re.compile(
    r"\s?(?:\([^)]{0,30}\)\s)?(?:(?:of|oral|intravenous|IV|i\.v\.|the|dose|doses|daily|once|twice|per day|a day|single"
    r"|dosage|subcutaneous|SC|flat|fixed|weekly|injection|infusion|tablets?|capsules?)\s){0,4}",
    re.IGNORECASE,
)
# Words between a name and an amount after which the amount belongs to what follows.
JOINS = re.compile(r"\b(?:plus|and|with|followed by|versus|vs\.?|or|then|combined)\b|\+|\n", re.IGNORECASE)
FARTHEST = 260


@dataclass(frozen=True, slots=True)
class Named:
    """A therapy's words at `[start, end)`; `name` is None for a therapy that is no intervention of the trial."""

    start: int
    end: int
    name: str | None


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
    if follows and not (direct and amount.start - before.end <= 40):
        return after
    return before
