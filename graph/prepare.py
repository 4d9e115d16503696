"""One record through all stages that need no store: extract, map, derive, validate.

This is a worker's whole job. Whatever goes wrong with a record ends here as a `Failure`: no record stops the others.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from extract.facts import TrialFacts
from extract.model import Document, Failure
from graph.mapping import Origin
from graph.store import LedgerEntry, Tooling, TrialState, TrialTriples
from graph.triples import Triple, to_ntriples

Triples = tuple[Triple, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """A trial breaks a shape: `reasons` for a person, `report` as triples for the quarantine graph."""

    reasons: tuple[str, ...]
    report: Iterable[Triple]


@dataclass(frozen=True, slots=True)
class Stages:
    """What turns a document into triples; `check` gives None for a trial that conforms to the shapes."""

    extract: Callable[[Document], TrialFacts]
    map_facts: Callable[[TrialFacts, Origin], Triples]
    derive: Callable[[TrialFacts], Triples]
    check: Callable[[str, Triples], Verdict | None]
    tooling: Tooling


@dataclass(frozen=True, slots=True)
class Prepared:
    """What came of a document: triples for the store, or a fault, or both where the trial goes to quarantine."""

    triples: TrialTriples | None
    fault: Failure | None = None


def prepare(document: Document, stages: Stages) -> Prepared:
    """The document's triples; a record that some stage cannot take gives a fault that names it."""
    try:
        return _prepare(document, stages)
    except Exception as error:
        reason = f"extraction failed: {type(error).__name__}: {error}"
        return Prepared(None, Failure(document.source, document.id, reason, hint="please report it: this is a bug"))


def _prepare(document: Document, stages: Stages) -> Prepared:
    origin = Origin(document.source, document.format, document.content_hash, stages.tooling)
    facts = stages.extract(document)
    triples = stages.map_facts(facts, origin)
    verdict = stages.check(document.id, triples)
    if verdict is None:
        entry = _entry(document, TrialState.LOADED, stages.tooling)
        return Prepared(TrialTriples(entry, to_ntriples(triples), to_ntriples(stages.derive(facts))))
    entry = _entry(document, TrialState.QUARANTINED, stages.tooling)
    reasons = "; ".join(verdict.reasons)
    fault = Failure(document.source, document.id, f"quarantined: {reasons}")
    return Prepared(TrialTriples(entry, to_ntriples((*triples, *verdict.report))), fault)


def lost(document: Document) -> Prepared:
    """What came of a document during which a worker process died."""
    reason = "extraction failed: the worker process died on it, perhaps out of memory"
    return Prepared(None, Failure(document.source, document.id, reason))


def _entry(document: Document, state: TrialState, tooling: Tooling) -> LedgerEntry:
    return LedgerEntry(document.id, document.content_hash, document.format, document.source, state, tooling)
