"""Splits a list of outcomes written as `measure, description, time frame|measure, ...` into items with spans.

The registry joins the three parts with a comma and a space, and escapes nothing, so what is a comma of the prose and
what is a joint has to be told by form. The joint before the time frame is found first, from the end: it is the last
comma, moved left while the parts still read as one time frame. `outcome_forms.toml` says how time frames read.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from extract.model import OutcomeItem, Span

_JOINT = ", "
_NEXT_NUMBER = re.compile(r"(?:(?:and|or) )?\d{1,3}(?:$| (?:or|and|to|years?|months?|weeks?|days?|hours?)\b)")
_LONGEST_TIME_FRAME = 400
_SHORT_TIME_FRAME = 40


@dataclass(frozen=True, slots=True)
class OutcomeForms:
    """The compiled patterns of `outcome_forms.toml`."""

    time: re.Pattern[str]
    carries: re.Pattern[str]
    continues: re.Pattern[str]
    points: re.Pattern[str]
    opens: re.Pattern[str]


@cache
def outcome_forms() -> OutcomeForms:
    """The patterns, read once a process."""
    table = tomllib.loads(files("extract.sources").joinpath("outcome_forms.toml").read_text("utf-8"))
    choice = {key: "|".join(f"(?:{line})" for line in lines) for key, lines in table.items()}
    return OutcomeForms(
        time=re.compile(rf"(?<![^\W\d_])(?:{choice['time']})(?![^\W\d_])", re.IGNORECASE),
        carries=re.compile(rf"(?:{choice['carries']})(?![^\W\d_])"),
        continues=re.compile(rf"(?:{choice['continues']})(?![^\W\d_])"),
        points=re.compile(rf"(?:{choice['points']})[.;]?\s*", re.IGNORECASE),
        opens=re.compile(rf"(?:{choice['opens']})", re.IGNORECASE),
    )


def split_outcomes(section: str, text: str, rank: str, forms: OutcomeForms) -> list[OutcomeItem]:
    """The items of a list, spans into `text`, which is the text of the section so named."""
    items = (_item(section, text, start, end, rank, forms) for start, end in list_items(text))
    return [item for item in items if item]


def list_items(text: str) -> list[tuple[int, int]]:
    """(start, end) of the non-blank items between the bars of a list, blanks trimmed."""
    found, start = [], 0
    for piece in text.split("|"):
        trimmed = trim(text, start, start + len(piece))
        if trimmed[0] < trimmed[1]:
            found.append(trimmed)
        start += len(piece) + 1
    return found


def trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The same stretch without blanks at its ends."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), max(start, end - len(piece) + len(piece.rstrip()))


def ends_in_time_frame(text: str, forms: OutcomeForms) -> bool:
    """Whether a line ends as an item of outcomes may: a comma, then words of time. Prose can end so too."""
    return _last_frame(text, forms) is not None


def closes_outcomes(text: str, forms: OutcomeForms) -> bool:
    """Whether a line ends as an item of outcomes does and prose hardly ever: a comma, then nothing but a time frame."""
    found = _last_frame(text, forms)
    if found is None:
        return False
    before, frame = found
    if forms.points.fullmatch(frame):
        return True
    described = before.endswith((".", ")", ":", ";", "]"))
    return (
        bool(forms.opens.match(frame))
        and (described or not frame.endswith(".") or len(frame) <= _SHORT_TIME_FRAME)
        and len(frame) <= _LONGEST_TIME_FRAME
    )


def _last_frame(text: str, forms: OutcomeForms) -> tuple[str, str] | None:
    """The words before the last item's time frame, and the time frame."""
    start, end = trim(text, 0, len(text))
    parts = _parts(text, max(start, text.rfind("|") + 1), end)
    first = _time_frame_part(text, parts, forms)
    if first is None:
        return None
    return text[parts[first - 1][0] : parts[first - 1][1]], text[parts[first][0] : end]


def _item(section: str, text: str, start: int, end: int, rank: str, forms: OutcomeForms) -> OutcomeItem | None:
    parts = _parts(text, start, end)
    if not parts:
        return None
    last = _time_frame_part(text, parts, forms)
    measured = parts[:last] if last is not None else parts
    measure_parts = _measure_length(text, measured)
    measure = Span(section, measured[0][0], measured[measure_parts - 1][1])
    described = measured[measure_parts:]
    return OutcomeItem(
        rank,
        measure,
        Span(section, described[0][0], described[-1][1]) if described else None,
        Span(section, parts[last][0], end) if last is not None else None,
    )


def _parts(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """The stretches between joints; a joint stands outside brackets, unless the brackets do not close."""
    joints, depth = [], 0
    for found in re.finditer(r", |[()\[\]]", text[start:end]):
        mark = found.group()
        if mark == _JOINT:
            joints.append((depth, start + found.start()))
        else:
            depth = max(0, depth + (1 if mark in "([" else -1))
    outside = [place for level, place in joints if level == 0 or depth != 0]
    edges = [start, *(place + len(_JOINT) for place in outside)]
    stops = [*outside, end]
    stretches = (trim(text, a, b) for a, b in zip(edges, stops, strict=True))
    return [(a, b) for a, b in stretches if a < b]


def _time_frame_part(text: str, parts: list[tuple[int, int]], forms: OutcomeForms) -> int | None:
    """Index of the part with which the time frame begins; never the first part; None if there is no time frame."""
    first = len(parts) - 1
    if first < 1:
        return None
    words = [text[a:b] for a, b in parts]
    while first > 1 and _carries_on(words, first, forms):
        first -= 1
    frame = text[parts[first][0] : parts[-1][1]]
    if len(frame) > _LONGEST_TIME_FRAME or not (forms.time.search(frame) or forms.points.fullmatch(frame)):
        return None
    return first


def _carries_on(words: list[str], index: int, forms: OutcomeForms) -> bool:
    """Whether part `index` continues a time frame that the part before it belongs to.

    A time frame is a field of its own in the registry, so it mostly begins with a capital or a digit; a part that
    begins in lower case is where it goes on.
    """
    before, this = words[index - 1], words[index]
    if before.endswith((".", ";", "!")):
        return False
    if forms.points.fullmatch(before) or forms.carries.match(this):
        return True
    opened = forms.opens.match(before) and forms.time.search(before)
    return bool(opened and not before[:1].islower() and forms.continues.match(this))


def _measure_length(text: str, parts: list[tuple[int, int]]) -> int:
    """How many parts the measure takes: a description begins with a capital, a digit or a quote.

    Numbers that go on with a list ("at 1, 2, and 3 years") belong to the measure too.
    """
    count = least = 1
    while count < len(parts) and (text[slice(*parts[count])][:1].islower() or _counts_on(text, parts, count)):
        least = count + 1 if _counts_on(text, parts, count) else least
        count += 1
    return count if count < len(parts) else least


def _counts_on(text: str, parts: list[tuple[int, int]], index: int) -> bool:
    """Whether a part is the next number, or the last one, of a list of numbers."""
    before, this = text[slice(*parts[index - 1])], text[slice(*parts[index])]
    return before[-1:].isdigit() and _NEXT_NUMBER.match(this) is not None
