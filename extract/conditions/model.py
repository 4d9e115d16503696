"""A disease as it is found in a record, before the trial's conditions are chosen."""

from typing import NamedTuple


class Found(NamedTuple):
    """A disease at `[start, end)` of the record's text.

    `key` is the vocabulary's id, or None for a disease that it does not know; `name` is then the record's own words,
    cleaned. `rule` says how it was found.
    """

    key: str | None
    name: str
    start: int
    end: int
    rule: str
