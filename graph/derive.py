"""Shortcut triples, computed from facts and vocabulary: what makes a question one flat pattern.

They lie in the derived graph. Each subject is a node that the trial's own graph describes, and no property of that
graph is used, so taking a trial away takes its shortcuts with it. The meaning is the contract's: only treatments of
experimental regimens count, a bispecific counts for each target, a class covers all below it, and the members of a
choice are no partners of each other. The ontology says of each property how it is derived.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from extract.facts import Intervention, Line, Regimen, TrialFacts
from graph.counted import counted_text
from graph.knowledge import Knowledge
from graph.layout import Layout, choice_members, layout
from graph.triples import Triple, boolean, first_day, integer, ref, string
from ontology import iri
from ontology import terms as tg
from ontology.iri import Kind

LAST_LINE = 6
"""Lines are written out up to this one, which stands for all beyond as well."""
RANKS = {"primary": tg.MEASURES_PRIMARY, "secondary": tg.MEASURES_SECONDARY}


@dataclass(frozen=True, slots=True)
class Given:
    """A treatment as an experimental regimen gives it: its node, its partners' nodes, and what it is."""

    node: str
    partners: tuple[str, ...]
    therapy: str
    classes: tuple[str, ...]
    targets: tuple[str, ...]
    type: str


def derived_triples(facts: TrialFacts, knowledge: Knowledge) -> tuple[Triple, ...]:
    """The trial's shortcuts, each triple once."""
    at = layout(facts)
    given = [one for n, r in enumerate(facts.regimens, 1) for one in _given(n, r, facts, knowledge, at)]
    found = dict.fromkeys(
        chain(
            _line_triples(facts, at),
            _trial_triples(facts, knowledge, at),
            chain.from_iterable(_given_triples(one, at) for one in given),
            chain.from_iterable(_offer_triples(one, at) for one in given),
            _pair_triples(given, at),
            _control_triples(facts, knowledge, at),
        )
    )
    return (*found, Triple(at.trial, tg.COUNTED_BY, string(counted_text(facts, found))))


def covered(lines: Iterable[Line]) -> list[int]:
    """The lines that these ranges contain, in order, cut off at `LAST_LINE`."""
    ranges = [(line.min, LAST_LINE if line.max is None else line.max) for line in lines]
    return sorted({min(n, LAST_LINE) for low, high in ranges for n in range(low, min(max(high, low), low + 99) + 1)})


def lines_of(regimen: Regimen, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The lines that hold for a regimen: its arm's own, else those of no arm; all, where it has no arm and they do."""
    own = tuple(line for line in lines if line.arm and line.arm == regimen.arm)
    return own or tuple(line for line in lines if not line.arm) or (() if regimen.arm else lines)


def treatments(regimen: Regimen, facts: TrialFacts, at: Layout) -> list[tuple[int, Intervention]]:
    """A regimen's positions, from 1, that hold a treatment, each therapy once."""
    found: dict[int, int] = {}
    for place, name in enumerate(regimen.interventions, 1):
        number = at.intervention(name)
        if number is not None and facts.interventions[number - 1].purpose == "treatment":
            found.setdefault(number, place)
    return [(place, facts.interventions[number - 1]) for number, place in found.items()]


def _given(number: int, regimen: Regimen, facts: TrialFacts, knowledge: Knowledge, at: Layout) -> Iterator[Given]:
    if regimen.role != "experimental":
        return
    groups = [set(choice_members(regimen, group)[0]) for group in regimen.one_of]
    places = treatments(regimen, facts, at)
    for place, fact in places:
        apart = {place}.union(*(group for group in groups if place in group))
        partners = tuple(at.given(number, other) for other, _ in places if other not in apart)
        therapy = knowledge.therapy(fact)
        classes = (*knowledge.known_classes(therapy), *map(knowledge.class_of, fact.classes))
        targets = tuple(dict.fromkeys((*knowledge.known_targets(therapy), *fact.targets)))
        above = knowledge.above_classes(classes)
        yield Given(at.given(number, place), partners, therapy, above, targets, fact.type)


def _given_triples(given: Given, at: Layout) -> Iterator[Triple]:
    yield Triple(given.node, tg.IN_TRIAL, ref(at.trial))
    yield Triple(given.node, tg.GIVES_THERAPY, ref(iri.term(given.therapy)))
    for identifier in given.classes:
        yield Triple(given.node, tg.GIVES_CLASS, ref(iri.thing(Kind.CLASS, identifier)))
    for target in given.targets:
        yield Triple(given.node, tg.GIVES_TARGET, ref(iri.thing(Kind.TARGET, target)))
    yield Triple(given.node, tg.GIVES_TYPE, string(given.type))
    yield Triple(given.node, tg.IS_COMBINED, boolean(bool(given.partners)))
    for partner in given.partners:
        yield Triple(given.node, tg.HAS_PARTNER, ref(partner))


def _offer_triples(given: Given, at: Layout) -> Iterator[Triple]:
    """The same from the trial, for counting and for the commonest questions."""
    yield Triple(at.trial, tg.OFFERS_THERAPY, ref(iri.term(given.therapy)))
    for identifier in given.classes:
        yield Triple(at.trial, tg.OFFERS_CLASS, ref(iri.thing(Kind.CLASS, identifier)))
    for target in given.targets:
        yield Triple(at.trial, tg.OFFERS_TARGET, ref(iri.thing(Kind.TARGET, target)))
    if not given.partners:
        return
    yield Triple(at.trial, tg.COMBINES_THERAPY, ref(iri.term(given.therapy)))
    for identifier in given.classes:
        yield Triple(at.trial, tg.COMBINES_CLASS, ref(iri.thing(Kind.CLASS, identifier)))
    for target in given.targets:
        yield Triple(at.trial, tg.COMBINES_TARGET, ref(iri.thing(Kind.TARGET, target)))


def _pair_triples(given: Iterable[Given], at: Layout) -> Iterator[Triple]:
    """What is given together, one value a pair: partners of all trials are counted by reading this property alone."""
    therapies = {one.node: iri.term(one.therapy) for one in given}
    for one in given:
        for partner in one.partners:
            pair = sorted((therapies[one.node], therapies[partner]))
            yield Triple(at.trial, tg.GIVES_TOGETHER, string(" ".join(pair)))


def _control_triples(facts: TrialFacts, knowledge: Knowledge, at: Layout) -> Iterator[Triple]:
    """What control regimens give, placebo and supportive care among it."""
    names = dict.fromkeys(name for r in facts.regimens if r.role == "control" for name in r.interventions)
    numbers = (at.intervention(name) for name in names)
    for fact in (facts.interventions[number - 1] for number in numbers if number is not None):
        therapy = knowledge.therapy(fact)
        classes = (*knowledge.known_classes(therapy), *map(knowledge.class_of, fact.classes))
        yield Triple(at.trial, tg.COMPARES_AGAINST, ref(iri.term(therapy)))
        for identifier in knowledge.above_classes(classes):
            yield Triple(at.trial, tg.COMPARES_AGAINST, ref(iri.thing(Kind.CLASS, identifier)))
        for target in dict.fromkeys((*knowledge.known_targets(therapy), *fact.targets)):
            yield Triple(at.trial, tg.COMPARES_AGAINST, ref(iri.thing(Kind.TARGET, target)))


def _line_triples(facts: TrialFacts, at: Layout) -> Iterator[Triple]:
    lines = covered(facts.lines)
    for line in lines:
        yield Triple(at.trial, tg.OFFERS_LINE, integer(line))
    for line in range(1, max(lines, default=0) + 1):
        yield Triple(at.trial, tg.REACHES_LINE, integer(line))
    for number, fact in enumerate(facts.lines, 1):
        yield Triple(at.node("line", number), tg.IN_TRIAL, ref(at.trial))
        for line in covered([fact]):
            yield Triple(at.node("line", number), tg.FOR_LINE, integer(line))
    for number, regimen in enumerate(facts.regimens, 1):
        if regimen.role == "experimental":
            for line in covered(lines_of(regimen, facts.lines)):
                yield Triple(at.node("regimen", number), tg.FOR_LINE, integer(line))


def _trial_triples(facts: TrialFacts, knowledge: Knowledge, at: Layout) -> Iterator[Triple]:
    for setting in facts.settings:
        yield Triple(at.trial, tg.TREATS_IN_SETTING, string(setting.name))
    named = tuple(map(knowledge.condition, facts.conditions))
    for identifier in named:
        yield Triple(at.trial, tg.NAMES_CONDITION, ref(iri.thing(Kind.CONDITION, identifier)))
    for identifier in knowledge.above_conditions(named):
        yield Triple(at.trial, tg.STUDIES_CONDITION, ref(iri.thing(Kind.CONDITION, identifier)))
    for outcome in facts.endpoints:
        endpoint = ref(iri.thing(Kind.ENDPOINT, outcome.code))
        yield Triple(at.trial, tg.MEASURES_ENDPOINT, endpoint)
        if outcome.rank in RANKS:
            yield Triple(at.trial, RANKS[outcome.rank], endpoint)
    yield from _prior_triples(facts, knowledge, at)
    if facts.registry.start and (day := first_day(facts.registry.start)):
        yield Triple(at.trial, tg.START_DAY, day)


def _prior_triples(facts: TrialFacts, knowledge: Knowledge, at: Layout) -> Iterator[Triple]:
    for prior in facts.prior:
        therapy = knowledge.therapy(prior)
        if prior.polarity == "excluded":
            yield Triple(at.trial, tg.EXCLUDES_PRIOR, ref(iri.term(therapy)))
        if prior.polarity == "required":
            yield Triple(at.trial, tg.REQUIRES_PRIOR, ref(iri.term(therapy)))
            for identifier in knowledge.above_classes(knowledge.known_classes(therapy)):
                yield Triple(at.trial, tg.REQUIRES_PRIOR, ref(iri.thing(Kind.CLASS, identifier)))
            for target in knowledge.known_targets(therapy):
                yield Triple(at.trial, tg.REQUIRES_PRIOR, ref(iri.thing(Kind.TARGET, target)))
