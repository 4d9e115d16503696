"""A typed query to SPARQL, through `graph/queries/ask.rq.jinja`."""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from pyoxigraph import Literal, NamedNode, Variable

from api.ask.query import Atom, AtomKind, EndpointFilter, Filter, FilterKind, MarkerFilter, Slot, TrialQuery
from graph.template import render
from ontology import iri
from ontology.iri import TG, Kind

GIVES = {AtomKind.DRUG: "givesTherapy", AtomKind.CLASS: "givesClass", AtomKind.TARGET: "givesTarget"}
OFFERS = {AtomKind.DRUG: "offersTherapy", AtomKind.CLASS: "offersClass", AtomKind.TARGET: "offersTarget"}
COMBINES = {AtomKind.DRUG: "combinesTherapy", AtomKind.CLASS: "combinesClass", AtomKind.TARGET: "combinesTarget"}
KINDS = {AtomKind.DRUG: Kind.DRUG, AtomKind.CLASS: Kind.CLASS, AtomKind.TARGET: Kind.TARGET}
RANKS = {None: "measuresEndpoint", "primary": "measuresPrimary", "secondary": "measuresSecondary"}
FILTERS = {
    FilterKind.LINE: "offersLine",
    FilterKind.PHASE: "phase",
    FilterKind.CONDITION: "studiesCondition",
    FilterKind.ENDPOINT: "measuresEndpoint",
    FilterKind.PRIMARY: "measuresPrimary",
    FilterKind.SETTING: "treatsInSetting",
    FilterKind.STATUS: "status",
    FilterKind.COUNTRY: "country",
}
FILTER_KINDS = {
    FilterKind.CONDITION: Kind.CONDITION,
    FilterKind.ENDPOINT: Kind.ENDPOINT,
    FilterKind.PRIMARY: Kind.ENDPOINT,
}
IDENTIFIER = NamedNode("http://purl.org/dc/terms/identifier")
XSD_DECIMAL = NamedNode("http://www.w3.org/2001/XMLSchema#decimal")
XSD_DATE = NamedNode("http://www.w3.org/2001/XMLSchema#date")


@dataclass(frozen=True, slots=True)
class Pattern:
    """One triple pattern's predicate and object."""

    property: NamedNode
    value: NamedNode | Literal


@dataclass(frozen=True, slots=True)
class Treatment:
    """A therapy of the regimen: its variable, what must hold of it, and the variables that it is given with."""

    treatment: Variable
    groups: tuple[tuple[Pattern, ...], ...]
    partners: tuple[Variable, ...]


@dataclass(frozen=True, slots=True)
class Marker:
    """A biomarker: the variables of its node and label, its target or words of its label, and whether it is absent."""

    node: Variable
    label: Variable
    target: NamedNode | None
    words: tuple[Literal, ...]
    negative: Literal


@dataclass(frozen=True, slots=True)
class Landmark:
    """A rate at a time: the variables of its outcome and months, the endpoints that it may be of, its rank."""

    node: Variable
    months: Variable
    endpoints: tuple[NamedNode, ...]
    at: Literal
    rank: Literal | None


@dataclass(frozen=True, slots=True)
class Branch:
    """One kind of fact that an answer rests on, for `ask_evidence.rq.jinja`."""

    kind: str
    value: NamedNode | Literal | None = None
    node: Variable | None = None

    @property
    def about(self) -> Literal:
        """What the answer calls it."""
        return Literal({"given": "therapy", "reach": "line"}.get(self.kind, self.kind))


@dataclass(frozen=True, slots=True)
class Order:
    """An order of an answer's trials: by a property of theirs, the largest value first."""

    property: NamedNode


ORDERS = {"id": None, "newest": Order(NamedNode(TG + "startDay")), "largest": Order(NamedNode(TG + "enrollment"))}
"""The orders that an answer can be had in; None is by trial."""


def to_sparql(query: TrialQuery, *, limit: int | None = None, offset: int = 0, order: str = "id") -> str:
    """The SPARQL SELECT of `?trial ?title` for a query, in one of `ORDERS`; all of them, or one page."""
    page = {"limit": _number(limit), "offset": Literal(offset), "order": ORDERS[order]}
    return render("ask.rq.jinja", {**_shortened(query), **page})


def count_sparql(query: TrialQuery) -> str:
    """The SELECT of `?total`, the number of trials that a query holds for."""
    return render("ask_count.rq.jinja", _shortened(query))


def partners_sparql(query: TrialQuery) -> str:
    """The SELECT of `?therapy ?name ?trials`: what the query's first therapy is given with."""
    return render("ask_partners.rq.jinja", _values(query))


def evidence_sparql(query: TrialQuery, trials: Sequence[str]) -> str:
    """The SELECT of what decided the answer, for trials given by IRI."""
    branches = tuple(_branches(query))
    return render("ask_evidence.rq.jinja", {**_values(query), "trials": _nodes(trials), "branches": branches})


def counted_sparql(trials: Sequence[str]) -> str:
    """The SELECT of `?values`: for each of the trials given the text of what it is counted by (`graph.counted`)."""
    return render("ask_counted.rq.jinja", {"trials": _nodes(trials)})


def facets_sparql(trials: Sequence[str], names: Sequence[str]) -> str:
    """The SELECT of `?by ?value ?trials` that counts the trials given by properties, where they have no such text."""
    return render("ask_facets.rq.jinja", {"trials": _nodes(trials), "properties": tuple(map(_term, names))})


def given_sparql(query: TrialQuery, trials: Sequence[str], name: str, most: int) -> str:
    """The SELECT of `?value ?trials`: what the query's first therapy is given with, by `givesClass` or the like."""
    values = {**_partnered(query), "trials": _nodes(trials), "by": _term(name), "limit": Literal(most)}
    return render("ask_given.rq.jinja", values)


def matrix_sparql(query: TrialQuery, trials: Sequence[str], most: int) -> str:
    """The SELECT of `?therapy ?partner ?trials`: which therapies are given together, in the trials given."""
    return render("ask_matrix.rq.jinja", {**_partnered(query), "trials": _nodes(trials), "limit": Literal(most)})


def graphs_sparql(identifiers: Sequence[str]) -> str:
    """The CONSTRUCT of the whole graphs of trials given by id."""
    return render("ask_graphs.rq.jinja", {"graphs": _nodes([iri.trial_graph(key) for key in identifiers])})


def cohort_sparql(query: TrialQuery, trials: Sequence[str]) -> str:
    """The SELECT of the trials whose line and therapies belong to one regimen."""
    lines = tuple(Literal(line) for line in query.line)
    return render("ask_cohorts.rq.jinja", {**_values(query), "trials": _nodes(trials), "lines": lines})


def detail_sparql(name: str, trials: Sequence[str]) -> str:
    """`ask_lines.rq.jinja` or `ask_regimens.rq.jinja` for trials given by IRI."""
    return render(name, {"trials": _nodes(trials)})


def has_evidence(query: TrialQuery) -> bool:
    """True where the question has a condition that facts with evidence decide."""
    return any(True for _ in _branches(query))


def _nodes(iris: Sequence[str]) -> tuple[NamedNode, ...]:
    return tuple(NamedNode(value) for value in iris)


def _values(query: TrialQuery) -> dict[str, object]:
    """What `ask_body.rq.jinja` is filled with."""
    return {
        "therapies": _treatments(query),
        "without": tuple(_given(slot.atoms()) for slot in query.without),
        "combination": None if query.combination is None else Literal(query.combination),
        "trial": tuple(_trial_patterns(query)),
        "never": tuple(_never(query)),
        "biomarkers": tuple(_marker(index, one) for index, one in enumerate(query.biomarkers)),
        "landmarks": tuple(_landmark(n, one) for n, one in enumerate(query.endpoints) if one.landmark_months),
        "barred_prior": tuple(_barred(index, slot) for index, slot in enumerate(query.prior_excluded)),
        "sponsors": tuple(Literal(word) for word in query.sponsors),
        "takes_children": query.takes_children,
        "min_enrollment": _number(query.min_enrollment),
        "max_enrollment": _number(query.max_enrollment),
        "since": _day(query.since, last=False),
        "until": _day(query.until, last=True),
    }


def _partnered(query: TrialQuery) -> dict[str, object]:
    """The values where a partner is asked for anyway: whether there is one needs no look of its own."""
    return _values(replace(query, combination=None) if query.combination else query)


def _shortened(query: TrialQuery) -> dict[str, object]:
    """The values where only the trials are asked for: one therapy is a property of the trial, alone or combined."""
    values = _values(query)
    only = query.therapies[0].groups if len(query.therapies) == 1 else ()
    if len(only) != 1 or query.beside or query.without or query.combination is False:
        return values
    names = COMBINES if query.combination else OFFERS
    choice = tuple(Pattern(_term(names[atom.kind]), _thing(atom)) for atom in only[0])
    return {**values, "therapies": (), "combination": None, "trial": (choice, *_trial_patterns(query))}


def _never(query: TrialQuery) -> Iterator[Pattern]:
    """What must not hold of the trial."""
    for line in query.not_line:
        yield Pattern(_term("offersLine"), Literal(line))
    for key in query.not_conditions:
        yield Pattern(_term("studiesCondition"), NamedNode(iri.thing(Kind.CONDITION, key)))


def _branches(query: TrialQuery) -> Iterator[Branch]:
    """The facts that decide, in the order of the question's parts."""
    for index in range(len(query.therapies) + len(query.beside)):
        yield Branch("given", node=Variable(f"x{index}"))
    if query.combination and len(query.therapies) < 2:
        yield Branch("partner")
    for line in query.line:
        yield Branch("line", Literal(line))
    if query.line_from is not None:
        yield Branch("reach")
    if query.conditions:
        yield Branch("condition")
    for setting in query.settings:
        yield Branch("setting", Literal(setting))
    for code in (code for endpoint in query.endpoints for code in endpoint.codes):
        yield Branch("endpoint", NamedNode(iri.thing(Kind.ENDPOINT, code)))
    if query.prior:
        yield Branch("prior", Literal("required"))
    if query.prior_excluded:
        yield Branch("prior", Literal("excluded"))
    if query.controls:
        yield Branch("control")
    for index, one in enumerate(query.biomarkers):
        marker = _marker(index, one)
        yield Branch("biomarker", marker.target, marker.node)


def _treatments(query: TrialQuery) -> tuple[Treatment, ...]:
    """The therapies, each a partner of all before it, and those beside the first, partners of it alone."""
    own = len(query.therapies)
    return tuple(
        Treatment(
            Variable(f"x{index}"),
            tuple(_given(group) for group in slot.groups),
            tuple(Variable(f"x{n}") for n in range(index if index < own else min(index, 1))),
        )
        for index, slot in enumerate((*query.therapies, *query.beside))
    )


def _given(atoms: tuple[Atom, ...]) -> tuple[Pattern, ...]:
    """What a given treatment must be; a class named as a drug's place is matched as a class."""
    return tuple(Pattern(_term(GIVES[atom.kind]), _thing(atom)) for atom in atoms)


def _thing(atom: Atom) -> NamedNode:
    return NamedNode(iri.thing(KINDS[atom.kind], atom.id))


def _trial_patterns(query: TrialQuery) -> Iterator[tuple[Pattern, ...]]:
    """What must hold of the trial itself: each item is a choice of patterns."""
    if query.ids:
        yield tuple(Pattern(IDENTIFIER, Literal(key)) for key in query.ids)
    if query.line:
        yield tuple(Pattern(_term("offersLine"), Literal(line)) for line in query.line)
    if query.line_from is not None:
        yield (Pattern(_term("reachesLine"), Literal(query.line_from)),)
    for values, name in (
        (query.settings, "treatsInSetting"),
        (query.phases, "phase"),
        (query.statuses, "status"),
        (query.countries, "country"),
    ):
        if values:
            yield tuple(Pattern(_term(name), Literal(value)) for value in values)
    if query.conditions:
        property_ = _term("studiesCondition")
        yield tuple(Pattern(property_, NamedNode(iri.thing(Kind.CONDITION, key))) for key in query.conditions)
    for endpoint in query.endpoints:
        yield _endpoint(endpoint)
    for one in query.filters:
        yield (_filter(one),)
    for slots, name in ((query.prior, "requiresPrior"), (query.controls, "comparesAgainst")):
        for group in (group for slot in slots for group in slot.groups):
            yield tuple(Pattern(_term(name), _thing(atom)) for atom in group)
    for design in query.designs:
        yield tuple(Pattern(_term(design.property), _registry_value(value)) for value in design.values)


def _endpoint(wanted: EndpointFilter) -> tuple[Pattern, ...]:
    property_ = _term(RANKS.get(wanted.rank, "measuresEndpoint"))
    return tuple(Pattern(property_, NamedNode(iri.thing(Kind.ENDPOINT, code))) for code in wanted.codes)


def _registry_value(text: str) -> Literal:
    return Literal(text == "true") if text in {"true", "false"} else Literal(text)


def _landmark(index: int, wanted: EndpointFilter) -> Landmark:
    endpoints = tuple(NamedNode(iri.thing(Kind.ENDPOINT, code)) for code in wanted.codes)
    months = Literal(str(wanted.landmark_months), datatype=XSD_DECIMAL)
    rank = Literal(wanted.rank) if wanted.rank else None
    return Landmark(Variable(f"outcome{index}"), Variable(f"months{index}"), endpoints, months, rank)


def _barred(index: int, slot: Slot) -> tuple[Variable, tuple[NamedNode, ...]]:
    """What patients must not have had, and the variable of the therapy that bars it: itself, or one above it."""
    return Variable(f"bar{index}"), tuple(_thing(atom) for atom in slot.atoms())


def _filter(one: Filter) -> Pattern:
    if one.kind in FILTER_KINDS:
        return Pattern(_term(FILTERS[one.kind]), NamedNode(iri.thing(FILTER_KINDS[one.kind], one.value)))
    value = Literal(int(one.value)) if one.kind is FilterKind.LINE else Literal(one.value)
    return Pattern(_term(FILTERS[one.kind]), value)


def _marker(index: int, one: MarkerFilter) -> Marker:
    target = NamedNode(iri.thing(Kind.TARGET, one.target)) if one.target else None
    words = tuple(Literal(word) for word in one.contains)
    return Marker(Variable(f"marker{index}"), Variable(f"name{index}"), target, words, Literal(one.negative))


def _term(name: str) -> NamedNode:
    return NamedNode(TG + name)


def _number(value: int | None) -> Literal | None:
    return None if value is None else Literal(value)


def _day(text: str | None, *, last: bool) -> Literal | None:
    """A year or month as the first or last day that it may mean."""
    if text is None:
        return None
    year, month, day = [*text.split("-"), "", ""][:3]
    month = month or ("12" if last else "01")
    day = day or (f"{monthrange(int(year), int(month))[1]}" if last else "01")
    return Literal(f"{year}-{month}-{day}", datatype=XSD_DATE)
