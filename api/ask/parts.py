"""A query as parts that can be named, taken away one by one, and added to: what chips and facets do."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from api.ask.query import Atom, AtomKind, Design, EndpointFilter, Filter, FilterKind, MarkerFilter, Slot, TrialQuery
from ontology.errors import UsageError

Name = Callable[[str, str], str]
"""The name of a thing by its kind and id."""

# Fields of which every item is a condition of its own; in the others the items are alternatives.
SEVERAL = (
    "therapies",
    "beside",
    "without",
    "prior",
    "prior_excluded",
    "controls",
    "endpoints",
    "biomarkers",
    "not_line",
    "designs",
    "filters",
)
THERAPIES = {str(kind) for kind in AtomKind}
FILTERS = {str(kind) for kind in FilterKind}
WORDS = {
    "therapies": "gives",
    "beside": "with",
    "without": "without",
    "prior": "after",
    "prior_excluded": "excluding prior",
    "controls": "controlled by",
    "sponsors": "sponsor",
    "designs": "design",
    "not_line": "not in line",
    "ids": "trial",
    "line": "line",
    "settings": "setting",
    "conditions": "in",
    "not_conditions": "not in",
    "phases": "phase",
    "biomarkers": "marker",
    "statuses": "status",
    "countries": "in",
    "endpoints": "measures",
    "min_enrollment": "patients at least",
    "max_enrollment": "patients at most",
    "since": "started since",
    "until": "started until",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One condition of a query: the key that takes it away, and its words."""

    key: str
    label: str


def parts(query: TrialQuery, name: Name) -> tuple[Part, ...]:
    """The conditions of a query in their order."""
    return tuple(Part(key, _label(query, key, name)) for key in keys(query))


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition as an answer shows it: `key` takes it away (of a facet: the facet itself), and what that leaves.

    `rest` is the query without it, `alone` the query with nothing else.
    """

    key: str
    label: str
    is_facet: bool
    rest: TrialQuery
    alone: TrialQuery

    def json(self) -> dict[str, str]:
        """Its key, as the parameter that it goes with, and its words."""
        return {"facet" if self.is_facet else "drop": self.key, "label": self.label}


def conditions(
    query: TrialQuery, name: Name, drop: Sequence[str] = (), facets: Sequence[str] = ()
) -> tuple[Condition, ...]:
    """What is left of a question's conditions after some were dropped, and the facets that were added."""
    kept = [part for part in parts(query, name) if part.key not in drop]
    own = (
        Condition(
            part.key,
            part.label,
            is_facet=False,
            rest=narrowed(without(query, (*drop, part.key)), facets),
            alone=_only(query, part),
        )
        for part in kept
    )
    added = (_facet(query, name, drop, facets, number) for number in range(len(facets)))
    return (*own, *added)


def _only(query: TrialQuery, part: Part) -> TrialQuery:
    return without(query, [key for key in keys(query) if key != part.key])


def _facet(query: TrialQuery, name: Name, drop: Sequence[str], facets: Sequence[str], number: int) -> Condition:
    facet = facets[number]
    alone = narrowed(TrialQuery(), [facet])
    label = parts(alone, name)[0].label
    if alone.therapies and (query.therapies or number):
        label = label.replace(WORDS["therapies"], WORDS["beside"], 1) if not facet.startswith("first:") else label
    others = (*facets[:number], *facets[number + 1 :])
    rest = narrowed(without(query, drop), others)
    return Condition(facet, label, is_facet=True, rest=rest, alone=alone)


def keys(query: TrialQuery) -> Iterator[str]:
    """The keys of the conditions: `line`, `therapies.0` ..."""
    empty = TrialQuery()
    for field in fields(TrialQuery):
        value = getattr(query, field.name)
        if value == getattr(empty, field.name):
            continue
        if field.name in SEVERAL:
            yield from (f"{field.name}.{number}" for number in range(len(value)))
        else:
            yield field.name


def without(query: TrialQuery, dropped: Iterable[str]) -> TrialQuery:
    """The query with some conditions taken away; keys that it has not change nothing."""
    gone = set(dropped)
    known = set(keys(query)) & gone
    changes: dict[str, Any] = {}
    for key in sorted(known):
        name, _, _ = key.partition(".")
        if name in SEVERAL:
            items = getattr(query, name)
            changes[name] = tuple(item for number, item in enumerate(items) if f"{name}.{number}" not in gone)
        else:
            changes[name] = getattr(TrialQuery(), name)
    found = replace(query, **changes)
    return found if found.therapies or not found.beside else _raised(found)


def narrowed(query: TrialQuery, facets: Sequence[str]) -> TrialQuery:
    """The query with facets added: `phase:PHASE3`, `drug:docetaxel` (given with the first therapy), `first:nivolumab`.

    Raises:
        UsageError: a facet is not `kind:value` with a kind that there is, or its value cannot be.
    """
    for facet in facets:
        kind, _, value = facet.partition(":")
        if not value:
            raise _no_facet(facet)
        if kind in THERAPIES or kind == "first":
            query = _with_therapy(query, kind, value)
        elif kind == "combination" and value in {"true", "false"}:
            query = replace(query, combination=value == "true")
        elif kind in FILTERS and (kind != FilterKind.LINE or value in set("123456")):
            query = replace(query, filters=(*query.filters, Filter(FilterKind(kind), value)))
        else:
            raise _no_facet(facet)
    return query


def _no_facet(facet: str) -> UsageError:
    kinds = (*AtomKind, "first", "combination", *FilterKind)
    return UsageError(f"{facet!r} is no facet", hint=f"kind:value, the kind one of {', '.join(kinds)}")


def _with_therapy(query: TrialQuery, kind: str, value: str) -> TrialQuery:
    """One more therapy beside the first, or what the first one must be."""
    atom = Atom(AtomKind.DRUG if kind == "first" else AtomKind(kind), value)
    if not query.therapies:
        return replace(query, therapies=(Slot(((atom,),)),))
    if kind == "first":
        first = Slot((*query.therapies[0].groups, (atom,)))
        return replace(query, therapies=(first, *query.therapies[1:]))
    return replace(query, beside=(*query.beside, Slot(((atom,),))))


def _raised(query: TrialQuery) -> TrialQuery:
    """Where the first therapy has gone, the next one takes its place."""
    return replace(query, therapies=query.beside[:1], beside=query.beside[1:])


def _label(query: TrialQuery, key: str, name: Name) -> str:
    field, _, number = key.partition(".")
    value = getattr(query, field)
    item = value[int(number)] if number else value
    if field == "combination":
        return "in combination" if item else "alone (monotherapy)"
    if field == "takes_children":
        return "takes children"
    if field == "line_from":
        return f"line {item} or later"
    if field == "therapies" and number != "0":
        field = "beside"
    if isinstance(item, Filter):
        return _filter_words(item, name)
    return f"{WORDS[field]} {_words(field, item, name)}"


def _words(field: str, item: Any, name: Name) -> str:
    """A condition's values in words."""
    match item:
        case Slot():
            return " and ".join(_either([name(atom.kind, atom.id) for atom in group]) for group in item.groups)
        case EndpointFilter():
            return _endpoint_words(item, name)
        case MarkerFilter():
            return _marker_words(item, name)
        case Design():
            return item.label
    plain: dict[str, Callable[[str], str]] = {
        "conditions": lambda key: name("condition", key),
        "not_conditions": lambda key: name("condition", key),
        "phases": lambda phase: phase.removeprefix("PHASE"),
        "countries": str,
        "ids": str,
    }
    each = plain.get(field, _registry_word)
    return _either([each(one) for one in item]) if isinstance(item, tuple) else str(item)


def _registry_word(value: str) -> str:
    """NOT_YET_RECRUITING as "not yet recruiting"."""
    return str(value).lower().replace("_", " ")


def _endpoint_words(item: EndpointFilter, name: Name) -> str:
    codes = _either([name("endpoint", code) for code in item.codes])
    time = f" at {item.landmark_months:g} months" if item.landmark_months else ""
    return f"{codes}{time} as {item.rank}" if item.rank else codes + time


def _marker_words(item: MarkerFilter, name: Name) -> str:
    if not item.target:
        return item.name
    level = " ".join(item.contains) or ("negative" if item.negative else "positive")
    return f"{name('target', item.target)} {level}"


def _filter_words(item: Filter, name: Name) -> str:
    if item.kind in {FilterKind.CONDITION, FilterKind.ENDPOINT, FilterKind.PRIMARY}:
        kind = "condition" if item.kind is FilterKind.CONDITION else "endpoint"
        words = {FilterKind.CONDITION: "in", FilterKind.ENDPOINT: "measures", FilterKind.PRIMARY: "primary endpoint"}
        return f"{words[item.kind]} {name(kind, item.value)}"
    return f"{item.kind} {item.value.removeprefix('PHASE').lower().replace('_', ' ')}"


def _either(words: Sequence[str]) -> str:
    """The words, each once, joined by "or"; a class that is named as its target says the same twice."""
    return " or ".join(dict.fromkeys(words))
