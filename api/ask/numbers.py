"""Numbers and dates as a question writes them."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta

from extract.outcomes.durations import months_of

ORDINALS = {
    **dict.fromkeys(("first", "1st", "one", "front", "1", "i"), 1),
    **dict.fromkeys(("second", "2nd", "2rd", "two", "2", "ii"), 2),
    **dict.fromkeys(("third", "3rd", "three", "3", "iii"), 3),
    **dict.fromkeys(("fourth", "4th", "4", "iv"), 4),
    **dict.fromkeys(("fifth", "5th", "5", "v"), 5),
}
NUMERALS = {"six": 6, "nine": 9, "ten": 10, "twelve": 12, "eighteen": 18}
MONTHS = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
          "december")  # fmt: skip


def number(word: str) -> int:
    """An ordinal or numeral of the cue rules as a number from 1 to 5."""
    return ORDINALS[word.lower()]


def months(count: str, unit: str) -> float:
    """A landmark in months: "2", "years" is 24, "26", "weeks" about 6."""
    word = count.lower()
    return months_of(str(ORDINALS.get(word) or NUMERALS.get(word) or word), unit)


def phases_of(groups: Mapping[str, str]) -> tuple[str, ...]:
    """The registry's words for the phases of a cue: "phase 1/2" is PHASE1 and PHASE2."""
    return tuple(f"PHASE{number(groups[key])}" for key in ("n", "m") if key in groups)


def moved(text: str, by: int) -> str:
    """A year, month or day, moved by so many of what it names: before 2021 is until 2020."""
    year, month, day = (int(part) for part in [*text.split("-"), "0", "0"][:3])
    if day:
        return (date(year, month, day) + timedelta(days=by)).isoformat()
    if month:
        year, index = divmod(12 * year + month - 1 + by, 12)
        return f"{year}-{index + 1:02d}"
    return str(year + by)


def date_text(text: str) -> str:
    """`2023`, `2023-05`, `2023-05-17` or "May 2023" as an ISO date; no day of it is after its month's last."""
    words = text.lower().split()
    if len(words) == 2:
        return f"{words[1]}-{MONTHS.index(words[0]) + 1:02d}"
    parts = text.split("-")
    if len(parts) == 3:
        parts[2] = f"{min(int(parts[2]), monthrange(int(parts[0]), int(parts[1]))[1]):02d}"
    return "-".join(parts)
