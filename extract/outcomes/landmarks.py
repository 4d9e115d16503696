"""The point in time that a rate is given for: the 12 months of "1-year OS rate"."""

import re

from extract.outcomes.codes import Hit
from extract.outcomes.durations import months_of, plain_numbers

# Endpoints that are rates at a time, or can be.
EFFICACY = frozenset(
    "OS PFS PFS2 EFS RFS DFS iDFS MFS LRFS LC ORR DCR CBR CR pCR MRD DoR TTP OTHER".split()
)
TO_EVENT = frozenset("OS PFS PFS2 EFS RFS DFS iDFS MFS LRFS LC".split())
UNIT = r"(?:years?|yrs?|months?|mos?|weeks?|wks?|days?)"
NUMBER = r"\d{1,3}(?:\.\d)?"
NUMBERS = rf"{NUMBER}(?:[ -]?{UNIT})?(?:\s?(?:,|/|and|&|、|，|or|to)\s?(?:and\s)?{NUMBER}(?:[ -]?{UNIT})?){{0,6}}"
# "1-year OS rate", "1-, 2- and 3-year survival", "12-month PFS"
BEFORE = re.compile(rf"(?<![\d.])(?P<numbers>{NUMBER}-?(?:(?:{UNIT})?\s?(?:,|/|and|&|or)\s?(?:and\s)?{NUMBER}-?){{0,6}})[ -]?(?P<unit>{UNIT})(?![\w-]* (?:after|follow|from))\b[ -]?(?P<rest>.{{0,60}})", re.I)
# "survival at 6 and 12 months", "at month 6", "at week 12"
AT = re.compile(rf"\b(?:at|after|by|in|by or at)\s(?:the\s)?(?:(?P<unit_first>{UNIT})\s(?P<first>{NUMBER}(?:\s?(?:,|and|&|/)\s?(?:and\s)?(?:{UNIT}\s)?{NUMBER}){{0,6}})|(?P<numbers>{NUMBERS})(?:st|nd|rd|th)?[ -]?(?P<unit>{UNIT})\b)", re.I)
CODED = re.compile(r"\b(?:OS|PFS|EFS|DFS|RFS)[ -]?(?P<months>6|9|12|18|24|36)\b")
RATE_AT = re.compile(rf"\b(?:survival|control|OS|PFS|EFS|DFS|RFS) (?:rates?|probabilit\w+) {AT.pattern}", re.I)
EACH = re.compile(NUMBER)
COUNTED = re.compile(r"\brates?\b|\b(?:number|proportion|percentage|probability) of\b|\bsurviv\w+ at\b", re.I)
AT_FRAME = re.compile(rf"^\W*at (?P<number>{NUMBER})[ -]?(?P<unit>{UNIT})\W*$", re.I)


def landmarks(measure: str, description: str, time_frame: str, hit: Hit | None, code: str) -> tuple[float, ...]:
    """The landmarks of one endpoint in months, in the text's order; () where it has none."""
    if code not in EFFICACY:
        return ()
    measure, description = plain_numbers(measure), plain_numbers(description[:600])
    found = _in_measure(measure)
    if not found and code in TO_EVENT:
        found = _rate_named(description, code, rates=bool(COUNTED.search(measure)))
    if not found and code in TO_EVENT and COUNTED.search(measure):
        frame = AT_FRAME.match(plain_numbers(time_frame))
        found = (months_of(frame["number"], frame["unit"]),) if frame else ()
    return found


def _in_measure(text: str) -> tuple[float, ...]:
    coded = CODED.search(text)
    if coded:
        return (float(coded["months"]),)
    before = BEFORE.search(text)
    if before and re.search(r"surviv|rate|respon|control|remission|free|OS\b|PFS|DFS|EFS|RFS|relapse|MRD|LC\b", before["rest"]):
        return _each(before["numbers"], before["unit"])
    at = AT.search(text)
    if at is None:
        return ()
    return _each(at["first"], at["unit_first"]) if at["first"] else _each(at["numbers"], at["unit"])


def _rate_named(text: str, code: str, *, rates: bool) -> tuple[float, ...]:
    """The "3-year EFS" of a description, or where the measure is a rate, its "rates at 3 and 6 months"."""
    at = RATE_AT.search(text) if rates else None
    if at:
        return _in_measure(at[0])
    before = BEFORE.search(text)
    if before and re.match(rf"(?:{code}\b|(?:overall |progression|event|disease|relapse|recurrence|metasta|local)[\w -]*(?:survival|control))", before["rest"], re.I):
        return _each(before["numbers"], before["unit"])
    return ()


def _each(numbers: str, unit: str) -> tuple[float, ...]:
    return tuple(dict.fromkeys(months_of(number, unit) for number in EACH.findall(numbers)))
