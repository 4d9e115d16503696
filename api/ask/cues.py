"""What a cue of a question does that no name stands in: a setting, a number, a date, a word of intent."""

import re
from dataclasses import replace

from api.ask.items import Item
from api.ask.numbers import date_text, months, moved, phases_of
from api.ask.query import Design, Intent, MarkerFilter
from api.ask.reading import Reading

STATUS = {
    "not yet recruiting": ("NOT_YET_RECRUITING",),
    "active not recruiting": ("ACTIVE_NOT_RECRUITING",),
    "recruiting": ("RECRUITING",),
    "open to enrollment": ("RECRUITING",),
    "enrolling": ("RECRUITING", "ENROLLING_BY_INVITATION"),
    "completed": ("COMPLETED",),
    "terminated": ("TERMINATED",),
    "withdrawn": ("WITHDRAWN",),
    "suspended": ("SUSPENDED",),
    "ongoing": ("RECRUITING", "ACTIVE_NOT_RECRUITING", "ENROLLING_BY_INVITATION", "NOT_YET_RECRUITING"),
}


BEYOND = {"before": -1, "older than": -1, "after": 1, "newer than": 1}
"""What a word leaves out of the date that it names: before 2021 is until 2020."""


def _combination(state: Reading, item: Item) -> None:
    """A word of combining asks for a partner of any kind."""
    state.put(combination=True)
    if state.place == "prior":
        state.place = "therapies"
    del item


def _rank(state: Reading, item: Item) -> None:
    """A rank of the endpoint before it ("OS as primary endpoint"), else of the one after it ("primary endpoint OS")."""
    word = item.groups["word"].lower()
    rank = "primary" if "primary" in word else "secondary" if word == "secondary" else "other"
    if state.query.endpoints and state.endpoint_open:
        last = replace(state.query.endpoints[-1], rank=rank)
        state.put(endpoints=(*state.query.endpoints[:-1], last))
        state.endpoint_open = False
    else:
        state.rank = rank


def _setting(state: Reading, item: Item) -> None:
    word = str(item.value.get("word") or item.groups["word"]).lower().replace("-", "")
    state.put(settings=tuple(dict.fromkeys((*state.query.settings, word))))


def _status(state: Reading, item: Item) -> None:
    words = " ".join(item.groups["word"].lower().replace(",", " ").replace("enrolment", "enrollment").split())
    state.put(statuses=tuple(dict.fromkeys((*state.query.statuses, *STATUS[words]))))


def _phase(state: Reading, item: Item) -> None:
    state.put(phases=tuple(dict.fromkeys((*state.query.phases, *phases_of(item.groups)))))


def _number(state: Reading, item: Item) -> None:
    number = int(next(iter(item.groups.values())).replace(",", ""))
    strict = re.search(r"more than|over|above|fewer|less|under|below|[<>](?!=)", " ".join(item.text.lower().split()))
    by = 1 if item.kind == "min_enrollment" else -1
    state.put(**{item.kind: number + (by if strict else 0)})


def _date(state: Reading, item: Item) -> None:
    word = " ".join(item.groups.get("word", "").lower().split())
    value = moved(date_text(item.groups["date"]), BEYOND.get(word, 0))
    if item.kind in {"since", "year"}:
        state.put(since=value)
    if item.kind in {"until", "year"}:
        state.put(until=value)


def _place(state: Reading, item: Item) -> None:
    """What follows is past therapy, or ruled out."""
    state.place, state.join = item.kind, None
    state.barring = item.kind == "without"


def _marker_name(state: Reading, item: Item) -> None:
    """A marker that is no target: MSI-H, TMB-high."""
    word = item.groups.get("word", "")
    contains = tuple(item.value["contains"]) or (word.lower(),)
    marker = MarkerFilter(str(item.value["name"]) or f"{word} positive", None, contains)
    state.put(biomarkers=(*state.query.biomarkers, marker))


def _stage(state: Reading, item: Item) -> None:
    """How far the disease is does not narrow the trials (records say it too unevenly); it is told, not dropped."""
    state.idle.append(item.text.strip())


def _mono(state: Reading, item: Item) -> None:
    state.put(combination=False)
    del item


def _intent(state: Reading, item: Item) -> None:
    state.intent = Intent(item.kind)


def _versus(state: Reading, item: Item) -> None:
    """Two sides of a comparison, or the control of a trial that is said to compare."""
    if state.comparing:
        state.place, state.join, state.comparing = "controls", None, False
        return
    state.intent, state.join, state.place = Intent.COMPARE, "or", "therapies"
    del item


def _comparing(state: Reading, item: Item) -> None:
    state.comparing = True
    del item


def _landmark(state: Reading, item: Item) -> None:
    """A time at which a rate is measured: of the endpoint before it ("PFS at 6 months"), else of the next one."""
    time = months(item.groups["n"], item.groups["unit"])
    if item.groups.get("at") and state.query.endpoints and state.endpoint_open:
        last = replace(state.query.endpoints[-1], landmark_months=time)
        state.put(endpoints=(*state.query.endpoints[:-1], last))
    else:
        state.idle += [state.landmark[1]] if state.landmark else []
        state.landmark = (time, item.text)


def _country(state: Reading, item: Item) -> None:
    name = str(item.value.get("country") or item.groups["word"].title())
    state.put(countries=tuple(dict.fromkeys((*state.query.countries, name))))


def _sponsor(state: Reading, item: Item) -> None:
    word = item.groups["word"].lower().rstrip(".")
    state.put(sponsors=tuple(dict.fromkeys((*state.query.sponsors, word))))


def _design(state: Reading, item: Item) -> None:
    """A word of how the trial is built; the rule says which registry property has which values."""
    one = Design(item.value["property"], tuple(item.value["values"]), item.value["label"])
    state.put(designs=tuple(dict.fromkeys((*state.query.designs, one))))


def _identifier(state: Reading, item: Item) -> None:
    state.put(ids=tuple(dict.fromkeys((*state.query.ids, item.text.upper()))))


def _children(state: Reading, item: Item) -> None:
    state.put(takes_children=True)
    del item


ACTS = {
    "setting": _setting,
    "stage": _stage,
    "marker_name": _marker_name,
    "status": _status,
    "phase": _phase,
    "min_enrollment": _number,
    "max_enrollment": _number,
    "since": _date,
    "until": _date,
    "year": _date,
    "count": _intent,
    "partners": _intent,
    "compare": _intent,
    "versus": _versus,
    "combination": _combination,
    "mono": _mono,
    "prior": _place,
    "prior_excluded": _place,
    "without": _place,
    "comparing": _comparing,
    "landmark": _landmark,
    "country": _country,
    "sponsor": _sponsor,
    "design": _design,
    "children": _children,
    "id": _identifier,
    "rank": _rank,
}
