"""Records through all stages that need no store: extract, map, validate, derive.

This is a worker's whole job, a batch at a time, because shapes are checked faster over many trials than over each.
Whatever goes wrong with a record ends here as a `Failure`: no record stops the others.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from extract.facts import TrialFacts
from extract.model import Document, Failure
from graph.mapping import Origin
from graph.store import LedgerEntry, Tooling, TrialState, TrialTriples
from graph.texts import source_text
from graph.triples import Triple, to_ntriples
from ontology.iri import quarantine_graph
from shapes.validate import Report, Severity, report_ntriples

REASONS = 3
"""How many violations a message names; the report has them all."""

Triples = tuple[Triple, ...]
Check = Callable[[Mapping[str, bytes]], Mapping[str, Report]]


@dataclass(frozen=True, slots=True)
class Stages:
    """What turns documents into triples.

    `extract` gives facts, or what was raised, for each document; `check` takes N-Triples by trial id, and gives a
    report on each.
    """

    extract: Callable[[Sequence[Document]], Sequence[TrialFacts | Exception]]
    map_facts: Callable[[TrialFacts, Origin], Triples]
    derive: Callable[[TrialFacts], Triples]
    check: Check
    tooling: Tooling


@dataclass(frozen=True, slots=True)
class Prepared:
    """What came of a document: triples for the store, or a fault, or both where the trial goes to quarantine."""

    triples: TrialTriples | None
    fault: Failure | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A document with what it says, not yet validated."""

    document: Document
    facts: bytes
    derived: bytes


def prepare(documents: Sequence[Document], stages: Stages) -> list[Prepared]:
    """The documents' triples, in their order; a record that some stage cannot take gives a fault that names it."""
    drafts = [
        Prepared(None, broken(document, facts)) if isinstance(facts, Exception) else _draft(document, facts, stages)
        for document, facts in zip(documents, stages.extract(documents), strict=True)
    ]
    reports = _checked([draft for draft in drafts if isinstance(draft, Draft)], stages.check)
    return [_judged(draft, next(reports), stages) if isinstance(draft, Draft) else draft for draft in drafts]


def lost(document: Document) -> Prepared:
    """What came of a document during which a worker process died."""
    reason = "extraction failed: the worker process died on it, perhaps out of memory"
    return Prepared(None, Failure(document.source, document.id, reason))


def _draft(document: Document, facts: TrialFacts, stages: Stages) -> Draft | Prepared:
    origin = Origin(document.source, document.format, document.content_hash, stages.tooling)
    try:
        triples, derived = stages.map_facts(facts, origin), stages.derive(facts)
        return Draft(document, to_ntriples(triples), to_ntriples(derived))
    except Exception as error:  # isolates one record, and records what went wrong with it
        return Prepared(None, broken(document, error))


def _checked(drafts: Sequence[Draft], check: Check) -> Iterator[Report | Exception]:
    """The report on each draft; where the batch as a whole cannot be checked, each is checked alone."""
    facts = {draft.document.id: draft.facts for draft in drafts}
    if len(facts) == len(drafts):
        try:
            reports = check(facts)
        except Exception:  # the record that is to blame is found below  # noqa: S110
            pass
        else:
            yield from (reports[draft.document.id] for draft in drafts)
            return
    for draft in drafts:
        try:
            yield check({draft.document.id: draft.facts})[draft.document.id]
        except Exception as error:
            yield error


def _judged(draft: Draft, report: Report | Exception, stages: Stages) -> Prepared:
    document = draft.document
    if isinstance(report, Exception):
        return Prepared(None, broken(document, report))
    if report.conforms:
        entry = _entry(document, TrialState.LOADED, stages.tooling)
        text = source_text(document, stages.tooling.extractor)
        return Prepared(TrialTriples(entry, draft.facts, draft.derived, text))
    entry = _entry(document, TrialState.QUARANTINED, stages.tooling)
    told = report_ntriples(report, f"{quarantine_graph(document.id)}/report")
    fault = Failure(document.source, document.id, f"quarantined: {_reasons(report)}", hint="see `trialgraph validate`")
    return Prepared(TrialTriples(entry, draft.facts + told), fault)


def _reasons(report: Report) -> str:
    broken = list(dict.fromkeys(result.message for result in report.of(Severity.VIOLATION)))
    more = f" and {len(broken) - REASONS} more" if len(broken) > REASONS else ""
    return "; ".join(broken[:REASONS]) + more


def broken(document: Document, error: Exception) -> Failure:
    """The fault of a document on which a stage raised something."""
    reason = f"extraction failed: {type(error).__name__}: {error}"
    return Failure(document.source, document.id, reason, hint="this is a bug; please report it")


def _entry(document: Document, state: TrialState, tooling: Tooling) -> LedgerEntry:
    return LedgerEntry(document.id, document.content_hash, document.format, document.source, state, tooling)
