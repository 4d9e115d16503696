"""Facts to triples: what one trial's record says, in that trial's own namespace.

Every subject lies under `trial/{id}`, so no triple can stand in two trials' graphs. What the vocabulary knows is left
out (`graph.vocabulary_mapping`), and so is what is computed from both (`graph.derive`). The same facts and provenance
always give the same triples in the same order; the time of reading is kept in the provenance graph.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from extract.facts import (
    Abstention,
    Certainty,
    Dose,
    Evidence,
    Fact,
    Intervention,
    OutcomeEndpoint,
    Regimen,
    TrialFacts,
)
from extract.model import Registry
from graph.dosage import quantity
from graph.knowledge import Knowledge
from graph.layout import Layout, choice_members, layout
from graph.store import Tooling
from graph.triples import Triple, boolean, date, decimal, duration, integer, ref, string
from ontology import iri
from ontology import terms as tg
from ontology.iri import NAMESPACES, Kind

TYPE = NAMESPACES["rdf"] + "type"
LABEL = NAMESPACES["rdfs"] + "label"
SEE_ALSO = NAMESPACES["rdfs"] + "seeAlso"
TITLE, IDENTIFIER, SOURCE = (NAMESPACES["dcterms"] + name for name in ("title", "identifier", "source"))
DERIVED_FROM = NAMESPACES["prov"] + "wasDerivedFrom"
EXACT = NAMESPACES["oa"] + "exact"

Triples = Iterable[Triple]

REGISTRY_TEXT = (
    ("status", tg.STATUS),
    ("sponsor", tg.SPONSOR),
    ("sex", tg.SEX),
    ("minimum_age", tg.MINIMUM_AGE),
    ("maximum_age", tg.MAXIMUM_AGE),
    ("study_type", tg.STUDY_TYPE),
    ("allocation", tg.ALLOCATION),
    ("intervention_model", tg.INTERVENTION_MODEL),
    ("masking", tg.MASKING),
    ("purpose", tg.PRIMARY_PURPOSE),
    ("acronym", tg.ACRONYM),
)
REGISTRY_DATES = (
    ("start", tg.START_DATE),
    ("primary_completion", tg.PRIMARY_COMPLETION_DATE),
    ("completion", tg.COMPLETION_DATE),
    ("first_posted", tg.FIRST_POSTED),
    ("last_update", tg.LAST_UPDATE),
)
REGISTRY_LISTS = (
    ("collaborators", tg.COLLABORATOR),
    ("countries", tg.COUNTRY),
    ("other_ids", tg.OTHER_ID),
)


@dataclass(frozen=True, slots=True)
class Origin:
    """The record that facts were read from: its source, `SourceFormat` value, SHA-256, and what read it."""

    source: str
    format: str
    content_hash: str
    tooling: Tooling


def facts_to_triples(facts: TrialFacts, origin: Origin, knowledge: Knowledge) -> tuple[Triple, ...]:
    """The trial's own graph, each triple once.

    Raises:
        ValueError: the trial's id is empty, so nothing could be named after it.
    """
    at = layout(facts)
    return tuple(
        dict.fromkeys(
            chain(
                _trial(facts, at),
                _registry(facts.registry, at),
                _record(origin, at),
                _arms(at),
                chain.from_iterable(_intervention(n, i, at, knowledge) for n, i in enumerate(facts.interventions, 1)),
                chain.from_iterable(_regimen(n, r, at) for n, r in enumerate(facts.regimens, 1)),
                _lines(facts, at),
                _settings(facts, at),
                _conditions(facts, at, knowledge),
                _prior(facts, at, knowledge),
                _biomarkers(facts, at),
                chain.from_iterable(_outcome(n, e, at) for n, e in enumerate(facts.endpoints, 1)),
                chain.from_iterable(_dose(n, d, at) for n, d in enumerate(facts.doses, 1)),
                chain.from_iterable(_abstention(n, a, at) for n, a in enumerate(facts.abstained, 1)),
            )
        )
    )


def _trial(facts: TrialFacts, at: Layout) -> Iterator[Triple]:
    yield Triple(at.trial, TYPE, ref(tg.TRIAL))
    yield Triple(at.trial, IDENTIFIER, string(facts.id))
    yield Triple(at.trial, TITLE, string(facts.title))
    yield Triple(at.trial, tg.IS_COMBINATION, boolean(facts.is_combination))
    for phase in facts.phases:
        yield Triple(at.trial, tg.PHASE, string(phase))
    if facts.enrollment is not None:
        yield Triple(at.trial, tg.ENROLLMENT, integer(facts.enrollment))
    if facts.id.startswith("NCT") and (page := iri.expand(f"clinicaltrials:{facts.id}")):
        yield Triple(at.trial, SEE_ALSO, ref(page))


def _registry(registry: Registry, at: Layout) -> Iterator[Triple]:
    for name, predicate in REGISTRY_TEXT:
        if value := getattr(registry, name):
            yield Triple(at.trial, predicate, string(value))
    for name, predicate in REGISTRY_DATES:
        if value := getattr(registry, name):
            yield Triple(at.trial, predicate, date(value))
    for name, predicate in REGISTRY_LISTS:
        for value in getattr(registry, name):
            yield Triple(at.trial, predicate, string(value))
    if registry.has_results is not None:
        yield Triple(at.trial, tg.HAS_RESULTS, boolean(registry.has_results))


def _record(origin: Origin, at: Layout) -> Iterator[Triple]:
    record = at.node("record")
    yield Triple(at.trial, DERIVED_FROM, ref(record))
    yield Triple(record, TYPE, ref(tg.RECORD))
    yield Triple(record, SOURCE, string(origin.source))
    yield Triple(record, tg.SOURCE_FORMAT, string(origin.format))
    yield Triple(record, tg.CONTENT_HASH, string(origin.content_hash))
    yield Triple(record, tg.EXTRACTOR_VERSION, string(origin.tooling.extractor))
    yield Triple(record, tg.VOCABULARY_DIGEST, string(origin.tooling.vocabulary))
    yield Triple(record, tg.SHAPES_DIGEST, string(origin.tooling.shapes))


def _arms(at: Layout) -> Iterator[Triple]:
    for label in at.arms:
        arm = at.arm(label)
        yield Triple(at.trial, tg.HAS_ARM, ref(arm))
        yield Triple(arm, TYPE, ref(tg.ARM))
        yield Triple(arm, LABEL, string(label))


def _intervention(number: int, fact: Intervention, at: Layout, knowledge: Knowledge) -> Iterator[Triple]:
    node, therapy = at.node("intervention", number), knowledge.therapy(fact)
    yield Triple(at.trial, tg.HAS_INTERVENTION, ref(node))
    yield from _fact(node, tg.INTERVENTION, fact, at)
    yield Triple(node, LABEL, string(fact.name))
    yield Triple(node, tg.OF_THERAPY, ref(iri.term(therapy)))
    yield Triple(node, tg.INTERVENTION_TYPE, string(fact.type))
    yield Triple(node, tg.ROLE, string(fact.role))
    yield Triple(node, tg.PURPOSE, string(fact.purpose))
    for mention in fact.mentions:
        yield Triple(node, tg.MENTION, string(mention))
    known = set(knowledge.above_classes(knowledge.known_classes(therapy)))
    for identifier in map(knowledge.class_of, fact.classes):
        if identifier not in known:
            yield Triple(node, tg.OF_CLASS, ref(iri.thing(Kind.CLASS, identifier)))
    for target in fact.targets:
        if target not in knowledge.known_targets(therapy):
            yield Triple(node, tg.OF_TARGET, ref(iri.thing(Kind.TARGET, target)))


def _regimen(number: int, fact: Regimen, at: Layout) -> Iterator[Triple]:
    node = at.node("regimen", number)
    yield Triple(at.trial, tg.HAS_REGIMEN, ref(node))
    yield from _fact(node, tg.REGIMEN, fact, at)
    yield Triple(node, tg.ROLE, string(fact.role))
    if fact.arm:
        yield Triple(node, tg.IN_ARM, ref(at.arm(fact.arm)))
    for place, name in enumerate(fact.interventions, 1):
        given = at.given(number, place)
        yield Triple(node, tg.GIVES, ref(given))
        yield Triple(given, TYPE, ref(tg.ARM_INTERVENTION))
        yield Triple(given, tg.ROLE, string(fact.role))
        yield _resolved(given, name, at)
    for place, group in enumerate(fact.one_of, 1):
        yield from _choice(number, place, choice_members(fact, group), at)


def _choice(regimen: int, place: int, members: tuple[list[int], list[str]], at: Layout) -> Iterator[Triple]:
    choice = at.node("regimen", regimen, "choice", place)
    yield Triple(at.node("regimen", regimen), tg.HAS_CHOICE, ref(choice))
    yield Triple(choice, TYPE, ref(tg.CHOICE_GROUP))
    for position in members[0]:
        yield Triple(choice, tg.ONE_OF, ref(at.given(regimen, position)))
    for name in members[1]:
        yield Triple(choice, tg.UNRESOLVED_NAME, string(name))


def _lines(facts: TrialFacts, at: Layout) -> Iterator[Triple]:
    for number, fact in enumerate(facts.lines, 1):
        node = at.node("line", number)
        yield Triple(at.arm(fact.arm) if fact.arm else at.trial, tg.HAS_LINE, ref(node))
        yield from _fact(node, tg.LINE_OF_THERAPY, fact, at)
        yield Triple(node, tg.MIN_LINE, integer(fact.min))
        if fact.max is not None:
            yield Triple(node, tg.MAX_LINE, integer(fact.max))
        if fact.arm:
            yield Triple(node, tg.IN_ARM, ref(at.arm(fact.arm)))


def _settings(facts: TrialFacts, at: Layout) -> Iterator[Triple]:
    for number, fact in enumerate(facts.settings, 1):
        node = at.node("setting", number)
        yield Triple(at.trial, tg.HAS_SETTING, ref(node))
        yield from _fact(node, tg.TREATMENT_SETTING, fact, at)
        yield Triple(node, tg.SETTING, string(fact.name))


def _conditions(facts: TrialFacts, at: Layout, knowledge: Knowledge) -> Iterator[Triple]:
    for number, fact in enumerate(facts.conditions, 1):
        node = at.node("condition", number)
        yield Triple(at.trial, tg.HAS_CONDITION, ref(node))
        yield from _fact(node, tg.TRIAL_CONDITION, fact, at)
        yield Triple(node, LABEL, string(fact.name))
        yield Triple(node, tg.OF_CONDITION, ref(iri.thing(Kind.CONDITION, knowledge.condition(fact))))
        for mention in fact.mentions:
            yield Triple(node, tg.MENTION, string(mention))
        if fact.stage:
            yield Triple(node, tg.STAGE, string(fact.stage))


def _prior(facts: TrialFacts, at: Layout, knowledge: Knowledge) -> Iterator[Triple]:
    for number, fact in enumerate(facts.prior, 1):
        node = at.node("prior", number)
        yield Triple(at.trial, tg.HAS_PRIOR_THERAPY, ref(node))
        yield from _fact(node, tg.PRIOR_THERAPY, fact, at)
        yield Triple(node, LABEL, string(fact.name))
        yield Triple(node, tg.POLARITY, string(fact.polarity))
        yield Triple(node, tg.OF_THERAPY, ref(iri.term(knowledge.therapy(fact))))


def _biomarkers(facts: TrialFacts, at: Layout) -> Iterator[Triple]:
    for number, fact in enumerate(facts.biomarkers, 1):
        node = at.node("biomarker", number)
        yield Triple(at.trial, tg.HAS_BIOMARKER, ref(node))
        yield from _fact(node, tg.BIOMARKER, fact, at)
        yield Triple(node, LABEL, string(fact.name))
        if fact.target:
            yield Triple(node, tg.OF_MARKER, ref(iri.thing(Kind.TARGET, fact.target)))


def _outcome(number: int, fact: OutcomeEndpoint, at: Layout) -> Iterator[Triple]:
    node = at.node("outcome", number)
    yield Triple(at.trial, tg.HAS_OUTCOME, ref(node))
    yield from _fact(node, tg.OUTCOME_MEASURE, fact, at)
    yield Triple(node, tg.RANK, string(fact.rank))
    yield Triple(node, tg.OF_ENDPOINT, ref(iri.thing(Kind.ENDPOINT, fact.code)))
    yield Triple(node, tg.MEASURE, string(fact.measure))
    if fact.time_frame:
        yield Triple(node, tg.TIME_FRAME, string(fact.time_frame))
    yield from _months(node, fact.time_frame_months, tg.TIME_FRAME_DURATION, tg.TIME_FRAME_MONTHS)
    yield from _months(node, fact.landmark_months, tg.LANDMARK, tg.LANDMARK_MONTHS)


def _months(node: str, months: float | None, as_duration: str, as_months: str) -> Iterator[Triple]:
    if months is not None and math.isfinite(months):
        yield Triple(node, as_duration, duration(months))
        yield Triple(node, as_months, decimal(months))


def _dose(number: int, fact: Dose, at: Layout) -> Iterator[Triple]:
    node = at.node("dose", number)
    yield Triple(at.trial, tg.HAS_DOSAGE, ref(node))
    yield from _fact(node, tg.DOSAGE, fact, at)
    yield _resolved(node, fact.name, at)
    yield Triple(node, tg.AMOUNT, string(fact.amount))
    if parsed := quantity(fact.amount):
        for value in parsed.values:
            yield Triple(node, tg.AMOUNT_VALUE, decimal(value))
        yield Triple(node, tg.AMOUNT_UNIT, string(parsed.unit))
    if fact.route:
        yield Triple(node, tg.ROUTE, string(fact.route))
    if fact.schedule:
        yield Triple(node, tg.SCHEDULE, string(fact.schedule))


def _abstention(number: int, abstention: Abstention, at: Layout) -> Iterator[Triple]:
    node = at.node("abstention", number)
    yield Triple(at.trial, tg.HAS_ABSTENTION, ref(node))
    yield Triple(node, TYPE, ref(tg.ABSTENTION))
    yield Triple(node, tg.FIELD, string(abstention.field))
    yield Triple(node, tg.REASON, string(abstention.reason))


def _resolved(node: str, name: str, at: Layout) -> Triple:
    """The way to the intervention that bears a name; a name that none bears is kept for the shapes to find."""
    number = at.intervention(name)
    if number is None:
        return Triple(node, tg.UNRESOLVED_NAME, string(name))
    return Triple(node, tg.OF_INTERVENTION, ref(at.node("intervention", number)))


def _fact(node: str, kind: str, fact: Fact, at: Layout) -> list[Triple]:
    """What every fact has: its class, how sure it is, and where the record says it."""
    found = [Triple(node, TYPE, ref(kind)), Triple(node, tg.CERTAINTY, string(fact.certainty))]
    if fact.rule and fact.certainty is Certainty.INFERRED:
        found.append(Triple(node, tg.RULE, string(fact.rule)))
    for evidence in fact.evidence:
        found += _evidence(node, evidence, at)
    return found


def _evidence(node: str, evidence: Evidence, at: Layout) -> list[Triple]:
    """One stretch of text; facts that share it share its node, whose IRI has its offsets (`graph.layout.offsets`)."""
    place = at.evidence(evidence.section, evidence.start, evidence.end)
    found = [
        Triple(node, tg.HAS_EVIDENCE, ref(place)),
        Triple(place, tg.SECTION, string(evidence.section)),
        Triple(place, EXACT, string(evidence.quote)),
    ]
    if evidence.sentence:
        found.append(Triple(place, tg.SENTENCE, string(evidence.sentence)))
    return found
