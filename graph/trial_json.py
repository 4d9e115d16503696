"""A trial's graph back to the contract's JSON object: what the service and the pages show of one trial."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.layout import offsets
from graph.mapping import (
    DERIVED_FROM,
    EXACT,
    IDENTIFIER,
    LABEL,
    REGISTRY_DATES,
    REGISTRY_LISTS,
    REGISTRY_TEXT,
    SOURCE,
    TITLE,
)
from ontology import iri
from ontology import terms as tg

Row = Mapping[str, str]
Node = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class TrialGraph:
    """The rows of `trial_facts.rq` by node, and those of `trial_terms.rq` by term and kind."""

    nodes: Mapping[str, Node]
    terms: Mapping[tuple[str, str], Sequence[str]]

    def one(self, node: str, predicate: str) -> str | None:
        """The first value of a property, or None."""
        values = self.nodes.get(node, {}).get(predicate, ())
        return values[0] if values else None

    def all(self, node: str, predicate: str) -> Sequence[str]:
        """Every value of a property, in the order of the rows."""
        return self.nodes.get(node, {}).get(predicate, ())

    def facts(self, trial: str, predicate: str) -> list[str]:
        """The nodes that a property leads to, in the order of their numbers."""
        return sorted(self.all(trial, predicate), key=_place)


def read_trial(identifier: str, facts: Iterable[Row], terms: Iterable[Row]) -> dict[str, Any] | None:
    """The JSON object of a trial, or None where its graph is empty.

    Args:
        identifier: the trial's id.
        facts: rows of `s`, `p`, `o`, as lexical values.
        terms: rows of `term`, `kind`, `value`.
    """
    data = _index(facts, terms)
    trial = iri.trial(identifier)
    if trial not in data.nodes:
        return None
    enrollment = data.one(trial, tg.ENROLLMENT)
    parts: tuple[tuple[str, str, Callable[[str, TrialGraph], dict[str, Any]]], ...] = (
        ("settings", tg.HAS_SETTING, lambda n, d: {"name": d.one(n, tg.SETTING)}),
        ("interventions", tg.HAS_INTERVENTION, _intervention),
        ("regimens", tg.HAS_REGIMEN, _regimen),
        ("conditions", tg.HAS_CONDITION, _condition),
        ("prior", tg.HAS_PRIOR_THERAPY, lambda n, d: {"name": d.one(n, LABEL), "polarity": d.one(n, tg.POLARITY)}),
        ("biomarkers", tg.HAS_BIOMARKER, lambda n, d: {"name": d.one(n, LABEL)}),
        ("endpoints", tg.HAS_OUTCOME, _outcome),
        ("doses", tg.HAS_DOSAGE, _dose),
    )
    return {
        "id": data.one(trial, IDENTIFIER),
        "title": data.one(trial, TITLE),
        "phases": list(data.all(trial, tg.PHASE)),
        "enrollment": int(enrollment) if enrollment else None,
        "registry": _registry(trial, data),
        "lines": [_with_evidence(node, _line(node, data), data) for node in _line_nodes(trial, data)],
        **{
            name: [_with_evidence(node, build(node, data), data) for node in data.facts(trial, predicate)]
            for name, predicate, build in parts
        },
        "is_combination": data.one(trial, tg.IS_COMBINATION) == "true",
        "abstained": [
            {"field": data.one(node, tg.FIELD), "reason": data.one(node, tg.REASON)}
            for node in data.facts(trial, tg.HAS_ABSTENTION)
        ],
        "record": _record(trial, data),
    }


def _index(facts: Iterable[Row], terms: Iterable[Row]) -> TrialGraph:
    nodes: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in facts:
        nodes[row["s"]][row["p"]].append(row["o"])
    known: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for row in terms:
        known[row["term"], row["kind"]].append(row["value"])
    return TrialGraph(nodes, known)


def _place(node: str) -> tuple[int, ...]:
    """The numbers in a node's IRI: `.../regimen/2/10` sorts after `.../regimen/2/9`."""
    found = iri.parse(node)
    return tuple(int(part) for part in found.path if part.isdigit()) if found else ()


def _line_nodes(trial: str, data: TrialGraph) -> list[str]:
    owners = [trial, *data.all(trial, tg.HAS_ARM)]
    return sorted((node for owner in owners for node in data.all(owner, tg.HAS_LINE)), key=_place)


def _with_evidence(node: str, value: dict[str, Any], data: TrialGraph) -> dict[str, Any]:
    evidence = [_evidence(place, data) for place in data.all(node, tg.HAS_EVIDENCE)]
    return {**value, "certainty": data.one(node, tg.CERTAINTY), "evidence": evidence}


def _evidence(place: str, data: TrialGraph) -> dict[str, Any]:
    start, end = offsets(place)
    quote = data.one(place, EXACT)
    return {
        "section": data.one(place, tg.SECTION),
        "start": start,
        "end": end,
        "quote": quote,
        "sentence": data.one(place, tg.SENTENCE) or quote,
    }


def _line(node: str, data: TrialGraph) -> dict[str, Any]:
    low, high, arm = (data.one(node, p) for p in (tg.MIN_LINE, tg.MAX_LINE, tg.IN_ARM))
    return {"min": int(low or 1), "max": int(high) if high else None, "arm": data.one(arm, LABEL) if arm else None}


def _intervention(node: str, data: TrialGraph) -> dict[str, Any]:
    term = data.one(node, tg.OF_THERAPY) or ""
    targets = [
        iri.identifier(value) for value in (*data.terms.get((term, "target"), ()), *data.all(node, tg.OF_TARGET))
    ]
    classes = [*data.terms.get((term, "class"), ()), *(iri.identifier(value) for value in data.all(node, tg.OF_CLASS))]
    return {
        "name": data.one(node, LABEL),
        "mentions": list(data.all(node, tg.MENTION)),
        "type": data.one(node, tg.INTERVENTION_TYPE),
        "role": data.one(node, tg.ROLE),
        "purpose": data.one(node, tg.PURPOSE),
        "targets": list(dict.fromkeys(targets)),
        "classes": list(dict.fromkeys(classes)),
        "xrefs": _xrefs(term, data),
        "term": _path(term),
    }


def _regimen(node: str, data: TrialGraph) -> dict[str, Any]:
    arm = data.one(node, tg.IN_ARM)
    return {
        "arm": data.one(arm, LABEL) if arm else None,
        "role": data.one(node, tg.ROLE),
        "interventions": [_given_name(given, data) for given in data.facts(node, tg.GIVES)],
        "one_of": [
            [_given_name(given, data) for given in data.facts(choice, tg.ONE_OF)]
            for choice in data.facts(node, tg.HAS_CHOICE)
        ],
    }


def _given_name(given: str, data: TrialGraph) -> str:
    intervention = data.one(given, tg.OF_INTERVENTION)
    return (data.one(intervention, LABEL) if intervention else data.one(given, tg.UNRESOLVED_NAME)) or ""


def _condition(node: str, data: TrialGraph) -> dict[str, Any]:
    term = data.one(node, tg.OF_CONDITION) or ""
    return {
        "name": data.one(node, LABEL),
        "mentions": list(data.all(node, tg.MENTION)),
        "synonyms": list(data.terms.get((term, "synonym"), ())),
        "xrefs": _xrefs(term, data),
        "stage": data.one(node, tg.STAGE),
        "term": _path(term),
    }


def _outcome(node: str, data: TrialGraph) -> dict[str, Any]:
    return {
        "rank": data.one(node, tg.RANK),
        "code": iri.identifier(data.one(node, tg.OF_ENDPOINT) or ""),
        "measure": data.one(node, tg.MEASURE),
        "time_frame": data.one(node, tg.TIME_FRAME),
        "time_frame_months": _number(data.one(node, tg.TIME_FRAME_MONTHS)),
        "landmark_months": _number(data.one(node, tg.LANDMARK_MONTHS)),
    }


def _dose(node: str, data: TrialGraph) -> dict[str, Any]:
    values = {"amount": tg.AMOUNT, "route": tg.ROUTE, "schedule": tg.SCHEDULE}
    return {"name": _given_name(node, data), **{name: data.one(node, predicate) for name, predicate in values.items()}}


def _registry(trial: str, data: TrialGraph) -> dict[str, Any]:
    single = {name: data.one(trial, predicate) for name, predicate in (*REGISTRY_TEXT, *REGISTRY_DATES)}
    results = data.one(trial, tg.HAS_RESULTS)
    return {
        **single,
        **{name: sorted(data.all(trial, predicate)) for name, predicate in REGISTRY_LISTS},
        "has_results": None if results is None else results == "true",
    }


def _record(trial: str, data: TrialGraph) -> dict[str, Any]:
    """What the facts were read from, and by which extractor."""
    node = data.one(trial, DERIVED_FROM) or ""
    values = {
        "source": SOURCE,
        "format": tg.SOURCE_FORMAT,
        "content_hash": tg.CONTENT_HASH,
        "extractor": tg.EXTRACTOR_VERSION,
    }
    return {name: data.one(node, predicate) for name, predicate in values.items()}


def _xrefs(term: str, data: TrialGraph) -> list[str]:
    return [iri.compress(value) or value for value in data.terms.get((term, "xref"), ())]


def _path(term: str) -> str | None:
    found = iri.parse(term)
    return f"{found.kind}/{found.id}" if found else None


def _number(text: str | None) -> float | None:
    return None if text is None else float(text)
