"""Content negotiation as RFC 9110 has it (12.4.2 weights, 12.5.1 Accept, 12.5.3 Accept-Encoding): pure functions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from graph.formats import Format

# A comma or semicolon inside a quoted parameter separates nothing.
_ITEMS = re.compile(r'(?:[^,"]|"(?:[^"\\]|\\.)*")+')
_PARAMETERS = re.compile(r'(?:[^;"]|"(?:[^"\\]|\\.)*")+')
_WEIGHT = re.compile(r"(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)")


@dataclass(frozen=True, slots=True)
class Range:
    """One item of an Accept or Accept-Encoding header: its value in lower case, and its weight."""

    value: str
    weight: float

    def covers(self, media_type: str) -> int:
        """How exactly this range names a media type: 0 not at all, 1 `*/*`, 2 `text/*`, 3 the type itself."""
        if self.value == media_type:
            return 3
        if self.value == media_type.partition("/")[0] + "/*":
            return 2
        return 1 if self.value in {"*/*", "*"} else 0


@lru_cache(maxsize=512)
def parse_ranges(header: str) -> tuple[Range, ...]:
    """The items of a header. A weight that breaks the grammar makes its item count for nothing, not for all."""
    ranges = []
    for item in _ITEMS.findall(header):
        value, *parameters = (part.strip() for part in _PARAMETERS.findall(item) or [""])
        if value:
            ranges.append(Range(value.lower(), _weight(parameters)))
    return tuple(ranges)


@lru_cache(maxsize=512)
def choose_format(header: str | None, offered: tuple[Format, ...]) -> tuple[Format, str] | None:
    """The format to answer in and the Content-Type to say, or None where the client accepts none of them.

    The most exact range that covers a type gives its weight; of equal weights what we offer first wins.
    """
    if header is None or not header.strip():
        return offered[0], offered[0].media_type
    ranges = parse_ranges(header)
    best: tuple[float, Format, str] | None = None
    for known in offered:
        for media_type in (known.media_type, *known.aliases):
            weight = _weight_of(media_type.partition(";")[0], ranges)
            if weight > 0 and (best is None or weight > best[0]):
                best = (weight, known, media_type)
    return best[1:] if best else None


@lru_cache(maxsize=512)
def choose_coding(header: str | None, offered: tuple[str, ...] = ("zstd", "gzip")) -> str:
    """The content coding to answer with; `identity` where nothing else is asked for."""
    ranges = parse_ranges(header or "")
    best, chosen = 0.0, "identity"
    for coding in offered:
        named = [item.weight for item in ranges if item.value in {coding, f"x-{coding}"}]
        weight = named[0] if named else max((item.weight for item in ranges if item.value == "*"), default=0.0)
        if weight > best:
            best, chosen = weight, coding
    return chosen


def _weight(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            return float(value) if _WEIGHT.fullmatch(value.strip()) else 0.0
    return 1.0


def _weight_of(media_type: str, ranges: Sequence[Range]) -> float:
    exactness, weight = 0, 0.0
    for item in ranges:
        covers = item.covers(media_type)
        if covers > exactness:
            exactness, weight = covers, item.weight
    return weight
