"""The point in time that a rate is given for: the 12 months of "1-year OS rate"; by the rules of `landmarks.toml`."""

import re
from collections.abc import Mapping
from functools import cache

from extract.lowered import lowered
from extract.outcomes.codes import Hit
from extract.outcomes.durations import DIGIT, months_of, plain_numbers
from extract.rulebook import load_rulebook
from extract.scan import holds_any
from extract.text import in_lower_case

# Endpoints that are times to an event, which a rate at a time can stand for; and those that are rates themselves.
TO_EVENT = frozenset({"OS", "PFS", "PFS2", "EFS", "RFS", "DFS", "iDFS", "MFS", "LRFS", "LC"})
EFFICACY = TO_EVENT | {"ORR", "DCR", "CBR", "CR", "pCR", "MRD", "DoR", "TTP", "OTHER"}
CONTROL = frozenset({"DCR", "CBR"})
COUNTED = frozenset({"AE", "OTHER"})
LOOKED_UP = EFFICACY | COUNTED
# What a rate in a description is of.
EVENTS = ("relapse", "recurrence", "trm", "nrm", "mortality", "incidence")
NAMES = r"(?:(?:overall |progression|event|disease|relapse|recurrence|metasta|local)[\w -]{0,30}(?:survival|control))"
BARE = r"survival (?:rate|probabilit)"
EACH = re.compile(r"(?P<number>\d{1,3}(?:\.\d)?)[ -]*(?P<unit>[a-z]+)?(?=\W|$)")
UNIT = re.compile(r"(?:y|mo|w|d)")
LOOKED_AT = 600  # characters of a description
NEAR = 60  # characters after an endpoint's words in a description


@cache
def _rules() -> Mapping[str, re.Pattern[str]]:
    """The rules by their role, for text in lower case."""
    rules = load_rulebook("landmarks").rules
    return {str(rule.value["role"]): lowered(rule).pattern for rule in rules}


def landmarks(
    measure: str, description: str, time_frame: str, hit: Hit | None, code: str, *, described: bool = False
) -> tuple[float, ...]:
    """The landmarks of one endpoint of an outcome in months, in the text's order; () where it has none.

    `hit` is the endpoint's words, in the description if `described`, else in the measure.
    """
    measure = in_lower_case(measure)
    found = _in_words(plain_numbers(measure)) if code in EFFICACY else ()
    if not found and code in LOOKED_UP:
        found = _in_description(in_lower_case(description[:LOOKED_AT]), hit if described else None, code)
    if found or code not in TO_EVENT:
        return found
    rates = _rules()["counted"].search(measure) is not None
    found = _of_rate(plain_numbers(description[:LOOKED_AT].lower()), code, rates=rates)
    frame = _rules()["frame"].match(plain_numbers(time_frame.lower())) if rates and not found else None
    return (months_of(frame["number"], frame["unit"]),) if frame else found


def _in_description(text: str, hit: Hit | None, code: str) -> tuple[float, ...]:
    """The landmarks that a description gives beside the endpoint's own words, if they are in it, or anywhere."""
    found = _at(plain_numbers(text[hit.end : hit.end + NEAR])) if hit and code in EFFICACY else ()
    if not found and code in CONTROL:
        found = _at(plain_numbers(text))
    if not found and code in COUNTED and holds_any(text, EVENTS):
        found = _of_event(plain_numbers(text))
    return found


def _in_words(text: str) -> tuple[float, ...]:
    """The landmarks of a measure."""
    if not DIGIT.search(text):
        return ()
    rules = _rules()
    coded = rules["coded"].search(text)
    if coded:
        return (float(coded["months"]),)
    before = rules["before"].search(text)
    if before and rules["event"].search(before["rest"]):
        return _each(before["numbers"], before["unit"])
    return _at(text)


def _at(text: str) -> tuple[float, ...]:
    """The months of "at 6 and 12 months"."""
    at = _rules()["at"].search(text)
    if at is None:
        return ()
    return _each(at["first"], at["unit_first"]) if at["first"] else _each(at["numbers"], at["unit"])


def _of_event(text: str) -> tuple[float, ...]:
    """The "3-year relapse rate" of a description."""
    found = _rules()["event-rate"].search(text)
    return _each(found["numbers"], found["unit"]) if found else ()


def _of_rate(text: str, code: str, *, rates: bool) -> tuple[float, ...]:
    """The "3-year EFS" of a description, or where the measure is a rate, its "rates at 3 and 6 months"."""
    if not DIGIT.search(text):
        return ()
    at = _rules()["rates-at"].search(text) if rates else None
    if at:
        return _at(at["at"])
    before = _rules()["before"].search(text)
    names = rf"(?:{code.lower()}\b|{NAMES}|{BARE})" if code == "OS" else rf"(?:{code.lower()}\b|{NAMES})"
    if before and re.match(names, before["rest"]):
        return _each(before["numbers"], before["unit"])
    return ()


def _each(numbers: str, unit: str) -> tuple[float, ...]:
    """Each number of a list in months; one without a unit of its own has the next one's ("6, 12-month and 2-year")."""
    found: list[float] = []
    for each in reversed(list(EACH.finditer(numbers))):
        unit = each["unit"] if each["unit"] and UNIT.match(each["unit"]) else unit
        found.append(months_of(each["number"], unit))
    return tuple(dict.fromkeys(reversed(found)))
