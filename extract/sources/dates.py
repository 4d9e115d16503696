"""Dates as the registry writes them, in ISO 8601 where they can be told; months stay months."""

import re

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_WRITTEN = re.compile(r"([A-Za-z]+)\.?\s+(?:(\d{1,2}),?\s+)?(\d{4})")


def iso_date(value: str | None) -> str | None:
    """`October 16, 2014` is `2014-10-16`, `October 2014` is `2014-10`; anything else stays as it is written."""
    if value is None:
        return None
    written = _WRITTEN.fullmatch(value.strip())
    if not written or written.group(1).lower() not in _MONTHS:
        return value.strip() or None
    name, day, year = written.groups()
    month = f"{year}-{_MONTHS.index(name.lower()) + 1:02d}"
    return f"{month}-{int(day):02d}" if day else month
