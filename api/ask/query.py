"""A question as a typed query: what was understood, and what was not.

The contract's "What words mean" is its semantics. All therapy conditions of a query hold on ONE experimental regimen.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Intent(StrEnum):
    """What the person wants to see of the trials that the question holds for."""

    LIST = "list"
    COUNT = "count"
    PARTNERS = "partners"
    COMPARE = "compare"


class AtomKind(StrEnum):
    """What one condition on a therapy is about."""

    DRUG = "drug"
    CLASS = "class"
    TARGET = "target"


@dataclass(frozen=True, slots=True, order=True)
class Atom:
    """A drug, a class or a target by its vocabulary id."""

    kind: AtomKind
    id: str


@dataclass(frozen=True, slots=True)
class Slot:
    """One therapy of the regimen: for each group one of its atoms must hold of it.

    ((target PDCD1, target CD274),) is "PD-1 or PD-L1"; ((target CD276,), (class car-t,)) is "B7-H3 CAR-T".
    """

    groups: tuple[tuple[Atom, ...], ...]

    def atoms(self) -> tuple[Atom, ...]:
        """All its atoms."""
        return tuple(atom for group in self.groups for atom in group)


@dataclass(frozen=True, slots=True)
class EndpointFilter:
    """One of these endpoint codes is measured; if given, at this rank (primary, secondary, other) or as a rate then."""

    codes: tuple[str, ...]
    rank: str | None = None
    landmark_months: float | None = None


@dataclass(frozen=True, slots=True)
class MarkerFilter:
    """A biomarker that selects patients: of a target, or one whose name holds one of these words in lower case.

    `negative` asks for its absence.
    """

    name: str
    target: str | None = None
    contains: tuple[str, ...] = ()
    negative: bool = False


@dataclass(frozen=True, slots=True)
class Design:
    """How a trial is built: its registry property (`tg:masking`) has one of these values; `label` says it in words."""

    property: str
    values: tuple[str, ...]
    label: str


class FilterKind(StrEnum):
    """What a filter of an answer is about; the value is its name in an address."""

    LINE = "line"
    PHASE = "phase"
    CONDITION = "condition"
    ENDPOINT = "endpoint"
    PRIMARY = "primary"
    SETTING = "setting"
    STATUS = "status"
    COUNTRY = "country"


@dataclass(frozen=True, slots=True, order=True)
class Filter:
    """One more condition on the trial itself, as a facet of an answer adds it."""

    kind: FilterKind
    value: str


@dataclass(frozen=True, slots=True)
class TrialQuery:
    """All conditions of a question; every one of them must hold, the values inside one are alternatives.

    `ids` are the trials' own identifiers. `line` is a line that a range of the trial contains; `line_from` one that a
    range reaches or goes beyond; `not_line` one that no range contains, `not_conditions` diseases that the trial is not
    in. `since` and `until` are ISO dates or years of the trial's start. `prior` is past therapy that patients must have
    had, `prior_excluded` such that they must not; `controls` is what a control arm gives. `sponsors` are words of the
    sponsor's name in lower case, `takes_children` asks for a minimum age below 18 years. `beside` are therapies given
    with the first one that may be among the others, and `filters` hold of the trial: what facets add.
    """

    ids: tuple[str, ...] = ()
    therapies: tuple[Slot, ...] = ()
    without: tuple[Slot, ...] = ()
    combination: bool | None = None
    line: tuple[int, ...] = ()
    line_from: int | None = None
    not_line: tuple[int, ...] = ()
    settings: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    not_conditions: tuple[str, ...] = ()
    endpoints: tuple[EndpointFilter, ...] = ()
    phases: tuple[str, ...] = ()
    prior: tuple[Slot, ...] = ()
    prior_excluded: tuple[Slot, ...] = ()
    controls: tuple[Slot, ...] = ()
    biomarkers: tuple[MarkerFilter, ...] = ()
    statuses: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    sponsors: tuple[str, ...] = ()
    designs: tuple[Design, ...] = ()
    takes_children: bool | None = None
    min_enrollment: int | None = None
    max_enrollment: int | None = None
    since: str | None = None
    until: str | None = None
    beside: tuple[Slot, ...] = ()
    filters: tuple[Filter, ...] = ()

    def is_empty(self) -> bool:
        """True where the question put no condition at all: such a question gets no answer, not every trial."""
        return self == TrialQuery()


@dataclass(frozen=True, slots=True)
class Question:
    """A question as read: `not_understood` are its words that had no effect, `suggestions` (word, known name).

    `sides` are what a comparison compares: the query with each of its alternatives alone.
    """

    text: str
    query: TrialQuery
    intent: Intent = Intent.LIST
    not_understood: tuple[str, ...] = ()
    suggestions: tuple[tuple[str, str], ...] = field(default=())
    sides: tuple[TrialQuery, ...] = ()


SLOTS = ("without", "prior", "prior_excluded", "controls", "beside")


def understood(query: TrialQuery) -> dict[str, Any]:
    """The contract's `understood` object: only what the question said."""
    value: dict[str, Any] = {}
    for kind, key in ((AtomKind.TARGET, "targets"), (AtomKind.DRUG, "drugs"), (AtomKind.CLASS, "classes")):
        first = [atom.id for atom in query.therapies[0].atoms() if atom.kind is kind] if query.therapies else []
        if first:
            value[key] = first
    value |= {"with": _ids(query.therapies[1:])} if len(query.therapies) > 1 else {}
    value |= {key: _ids(slots) for key in SLOTS if (slots := getattr(query, key))}
    if query.combination is not None:
        value["combination"] = query.combination
    if query.line:
        value["line"] = query.line[0] if len(query.line) == 1 else list(query.line)
    if query.endpoints:
        value["endpoints"] = [_endpoint(one) for one in query.endpoints]
    many = (
        "ids",
        "not_line",
        "settings",
        "conditions",
        "not_conditions",
        "phases",
        "statuses",
        "countries",
        "sponsors",
    )
    value |= {key: list(items) for key in many if (items := getattr(query, key))}
    single = ("line_from", "takes_children", "min_enrollment", "max_enrollment", "since", "until")
    value |= {key: item for key in single if (item := getattr(query, key)) is not None}
    if query.biomarkers:
        value["biomarkers"] = [one.name for one in query.biomarkers]
    if query.designs:
        value["designs"] = [one.label for one in query.designs]
    if query.filters:
        value["filters"] = [f"{one.kind}:{one.value}" for one in query.filters]
    return value


def _endpoint(one: EndpointFilter) -> dict[str, Any]:
    landmark = {} if one.landmark_months is None else {"landmark_months": one.landmark_months}
    return {"codes": list(one.codes), "rank": one.rank, **landmark}


def _ids(slots: Iterable[Slot]) -> list[list[str]]:
    return [[str(atom.id) for atom in slot.atoms()] for slot in slots]
