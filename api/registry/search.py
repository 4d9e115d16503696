"""What is asked of the registry, as the parameters of its `/studies`.

Source: the registry's OpenAPI document, version 2.0 (`ctg-oas-v2.yaml`), and its Essie expression syntax.
"""

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import date

import orjson

from ontology.errors import UsageError

_ONLY_IDS = re.compile(r"\s*NCT\d{8}(?:[\s,]+NCT\d{8})*[\s,]*", re.IGNORECASE)

Parameters = dict[str, str]


@dataclass(frozen=True, slots=True)
class Search:
    """A search: words in the registry's own expression syntax, and the days of a record's last update, inclusive."""

    term: str | None = None
    condition: str | None = None
    intervention: str | None = None
    since: date | None = None
    until: date | None = None

    def parameters(self) -> Parameters:
        """The parameters of the request that every page of the answer has."""
        named = {"query.term": self.term, "query.cond": self.condition, "query.intr": self.intervention}
        return {name: value for name, value in named.items() if value} | self._range()

    def undated(self) -> "Search":
        """The same, whenever the records were updated."""
        return replace(self, since=None, until=None)

    def key(self) -> str:
        """A name for it in a folder: equal searches have equal ones."""
        return hashlib.sha256(orjson.dumps(self.parameters(), option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]

    def _range(self) -> Parameters:
        if self.since is None and self.until is None:
            return {}
        first, last = self.since or "MIN", self.until or "MAX"
        return {"filter.advanced": f"AREA[LastUpdatePostDate]RANGE[{first},{last}]"}


def checked(search: Search) -> Search:
    """The search, if the registry would understand it as it is meant.

    Raises:
        UsageError: days in the wrong order, or together with bare ids: the registry then ignores every filter.
    """
    if search.since and search.until and search.since > search.until:
        raise UsageError(f"--since {search.since} is after --until {search.until}")
    words = (search.term, search.condition, search.intervention)
    is_dated = search.since is not None or search.until is not None
    if is_dated and any(text and _ONLY_IDS.fullmatch(text) for text in words):
        raise UsageError("the registry ignores dates where a query is nothing but ids", hint="leave one of them out")
    return search


def day(text: str | None, option: str) -> date | None:
    """A day from an option's value.

    Raises:
        UsageError: it is no day.
    """
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise UsageError(f"{option} `{text}` is no day", hint="write it as 2026-01-31") from None
