"""A question in plain words to a typed query: one pass over its items, left to right."""

import re
from dataclasses import dataclass, field, replace

from api.ask.items import Item, cut, reads_as, unused_words
from api.ask.names import Names
from api.ask.numbers import date_text, number, phases_of
from api.ask.query import EndpointFilter, Intent, MarkerFilter, Question, Slot, TrialQuery
from api.ask.sides import Sides
from extract.rulebook import Rulebook
from ontology.model import TermKind

EITHER_PD = re.compile(r"PD-?\(L\)-?1", re.IGNORECASE)
THERAPY = (TermKind.DRUG, TermKind.CLASS, TermKind.TARGET)
# What may stand between two conditions on one therapy: "B7-H3 CAR-T", "checkpoint blockade of PD-1".
BESIDE = frozenset(("", "of", "against", "targeting", "directed against", "directed at"))
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


MOST = 6
"""So many conditions of one kind are read; what a longer question says beyond them is told as not understood."""


@dataclass(slots=True)
class Reading:
    """What has been read so far, and how the next therapy joins it."""

    query: TrialQuery = field(default_factory=TrialQuery)
    intent: Intent = Intent.LIST
    place: str = "therapies"
    join: str | None = None
    rank: str | None = None
    endpoint_open: bool = False
    barring: bool = False
    idle: list[str] = field(default_factory=list)
    named: list[str] = field(default_factory=list)
    sides: Sides = field(default_factory=Sides)

    def put(self, **values: object) -> None:
        """Set fields of the query."""
        self.query = replace(self.query, **values)  # type: ignore[arg-type]


def read_question(text: str, names: Names, cues: Rulebook, idle: Rulebook) -> Question:
    """Read a question; never fails: what it cannot use is in `not_understood`."""
    plain = EITHER_PD.sub("PD-1/PD-L1", text)
    items = cut(plain, names.trie, cues)
    state = Reading()
    for index, item in enumerate(items):
        before = items[index - 1] if index else None
        after = items[index + 1] if index + 1 < len(items) else None
        gap = plain[before.end : item.start] if before else ""
        _take(state, item, names, before, after, gap)
    words = (*unused_words(plain, items, idle), *state.idle)
    query, sides = state.sides.of(state.query) if state.intent is Intent.COMPARE else (state.query, ())
    return Question(text, query, state.intent, words, names.suggest(words), sides)


def _take(state: Reading, item: Item, names: Names, before: Item | None, after: Item | None, gap: str) -> None:
    """Let one item act."""
    if item.mention is not None:
        _take_name(state, item, names, before, after, gap)
    elif item.kind in {"line", "line_from", "not_line"}:
        _take_line(state, item)
    elif item.kind in SIMPLE:
        SIMPLE[item.kind](state, item)
    elif item.kind in {"with", "or", "and"}:
        state.join = item.kind
        state.sides.partner_next = item.kind == "with" and item.text.strip().lower() != "with"
        if item.kind == "with" and state.place != "therapies" and item.text.strip().lower() != "with":
            state.place = "therapies"
    elif item.kind == "marker" and not (before and reads_as(before, TermKind.TARGET) and not gap.strip()):
        state.idle.append(item.text.strip())


def _take_name(state: Reading, item: Item, names: Names, before: Item | None, after: Item | None, gap: str) -> None:
    """A vocabulary name: a marker, a disease, an endpoint or a therapy, in that order of claim."""
    mention = item.mention
    if mention is None:
        return
    if state.named.count(item.text.lower()) > 1 or len(state.named) >= MOST * 3:
        state.idle.append(item.text)
        return
    state.named.append(item.text.lower())
    if after and after.kind == "marker" and mention.of(TermKind.TARGET) and after.start - item.end <= 1:
        _take_marker(state, mention.of(TermKind.TARGET)[0].id, negative=after.value["polarity"] == "negative")
        return
    if mention.of(TermKind.ENDPOINT) and not mention.of(*THERAPY):
        _take_endpoint(state, tuple(term.id for term in mention.of(TermKind.ENDPOINT)))
    elif mention.of(TermKind.CONDITION) and not mention.of(TermKind.DRUG, TermKind.CLASS):
        ids = names.conditions(mention)
        if state.barring:
            state.put(not_conditions=tuple(dict.fromkeys((*state.query.not_conditions, *ids))))
            state.join = None
            return
        state.put(conditions=tuple(dict.fromkeys((*state.query.conditions, *ids))))
        state.sides.conditions.append(ids)
        state.place, state.join = "therapies", None
    elif mention.of(*THERAPY) or mention.of(TermKind.REGIMEN):
        _take_therapy(state, item, names, before, gap)


def _take_marker(state: Reading, target: str, *, negative: bool) -> None:
    """A target that selects patients."""
    marker = MarkerFilter(f"{target} negative" if negative else target, target, negative=negative)
    state.put(biomarkers=(*state.query.biomarkers, marker))


def _take_endpoint(state: Reading, codes: tuple[str, ...]) -> None:
    """An endpoint, with the rank that stands before it if one does."""
    joined = state.join == "or" and state.query.endpoints
    if joined:
        last = state.query.endpoints[-1]
        merged = replace(last, codes=(*last.codes, *codes))
        state.put(endpoints=(*state.query.endpoints[:-1], merged))
    else:
        state.put(endpoints=(*state.query.endpoints, EndpointFilter(codes, state.rank)))
    state.rank, state.join, state.endpoint_open = None, None, True


def _take_therapy(state: Reading, item: Item, names: Names, before: Item | None, gap: str) -> None:
    """A drug, class or target: a new therapy of the regimen, an alternative, or one more condition on the last."""
    if item.mention is None:
        return
    if item.mention.of(TermKind.REGIMEN) and not item.mention.of(*THERAPY) and state.place == "therapies":
        given = (Slot(((atom,),)) for atom in names.regimen(item.mention))
        state.put(therapies=tuple(dict.fromkeys((*state.query.therapies, *given)))[: MOST + 2])
        state.join = None
        return
    state.barring = False
    groups = names.groups(item.mention)
    slots: tuple[Slot, ...] = getattr(state.query, state.place)
    if len(slots) >= MOST or Slot(groups) in slots:
        state.idle += [] if Slot(groups) in slots else [item.text]
        state.join = None
        return
    beside = before is not None and reads_as(before, *THERAPY) and gap.strip(" -").lower() in BESIDE
    if state.place == "therapies":
        state.sides.add(groups, beside=beside and state.join is None)
    if slots and (state.join == "or" or (state.join == "and" and state.place != "therapies")):
        last = slots[-1]
        slots = (*slots[:-1], Slot((*last.groups[:-1], (*last.groups[-1], *groups[0]))))
    elif slots and beside and state.join is None:
        slots = (*slots[:-1], Slot((*slots[-1].groups, *groups)))
    else:
        slots = (*slots, Slot(groups))
    state.put(**{state.place: slots})
    state.join = None


def _take_line(state: Reading, item: Item) -> None:
    """A line of therapy: contained, reached, or ruled out."""
    given = [number(word) for key, word in item.groups.items() if key in {"n", "m"}]
    values = tuple(dict.fromkeys(n for n in [item.value.get("n"), *given] if n))
    if item.kind == "line_from":
        state.put(line_from=values[0])
    elif item.kind == "not_line":
        state.put(not_line=(*state.query.not_line, *values))
    elif not (item.value.get("n") and state.query.line):
        state.put(line=tuple(dict.fromkeys((*state.query.line, *values))))
    state.place, state.join = "therapies", None


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
    beyond = {"more": 1, "over": 1, "above": 1, ">": 1, "fewer": -1, "less": -1, "under": -1, "below": -1, "<": -1}
    first = item.text.lower().split()[0]
    state.put(**{item.kind: number + (0 if "=" in first else beyond.get(first.rstrip("0123456789,"), 0))})


def _date(state: Reading, item: Item) -> None:
    value = date_text(item.groups["date"])
    if item.kind in {"since", "year"}:
        state.put(since=value)
    if item.kind in {"until", "year"}:
        state.put(until=value)


def _place(state: Reading, item: Item) -> None:
    """What follows is past therapy, or ruled out."""
    state.place, state.join = ("prior" if item.kind == "prior" else "without"), None
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
    """Two sides of a comparison."""
    state.intent, state.join, state.place = Intent.COMPARE, "or", "therapies"
    del item


SIMPLE = {
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
    "without": _place,
    "rank": _rank,
}
