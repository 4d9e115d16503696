"""The whole flow: read, extract, map, validate, store.

Streamed from end to end: a few batches are in memory at any time. A record that is in the store as it is, read by the
same extractor with the same vocabulary and checked by the same shapes, is left alone; any other replaces what the
store holds of its trial. A trial that breaks a shape goes to quarantine, and what an older record said of it goes with
it: those facts no longer hold. A record that cannot be read or extracted changes nothing in the store. A trial whose
record has gone is removed where the plan says so, and only after a reading without a gap.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from extract.model import Document, Failure, Record, Unread
from graph.lane import Lane
from graph.ledger import activity_triples, is_vocabulary_of, new_activity, vocabulary_made_with
from graph.pool import spread
from graph.prepare import Prepared, lost
from graph.scope import Scope
from graph.selection import Fate, Selection, Summary
from graph.store import Store, Tooling, TrialState, TrialTriples, Writer
from ontology.iri import PROVENANCE_GRAPH, VOCABULARY_GRAPH

WRITE_BYTES = 8_000_000
"""Triples wait until there are so many, or until a checkpoint. Small loads make many files; for large ones the engine
sorts more than the processor's cache holds: with 20 MB a trial takes a quarter longer, and twice the memory."""

WorkerFactory = Callable[[], Callable[[list[Document]], list[Prepared]]]
Spread = Callable[[Iterable[Document]], Iterable[tuple[Document, Prepared]]]


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """When to publish what is done so far: after so many records worked on, or so many seconds.

    In a large build the engine merges its files before it publishes, which takes longer the more there are. So the next
    checkpoint waits until `rest` times as long has passed as the last one took, but no longer than `longest` seconds.
    """

    records: int = 5000
    seconds: float = 60.0
    rest: float = 20.0
    longest: float = 300.0


@dataclass(frozen=True, slots=True)
class Watch:
    """Who is told of faults, one by one, and of progress, after each record that was worked on or left alone."""

    fault: Callable[[Failure], None]
    progress: Callable[[Summary], None]


@dataclass(frozen=True, slots=True)
class Tools:
    """What a build works with: the workers' factory, its version, and the vocabulary as N-Triples, made if needed."""

    factory: WorkerFactory
    tooling: Tooling
    vocabulary: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Plan:
    """How a build goes about it.

    Args:
        jobs: processes of this machine.
        checkpoints: when to publish.
        sync: the sources whose gone records take their trials with them.
        spread: what prepares documents, in their order, in place of processes of this machine.
    """

    jobs: int = 1
    checkpoints: Checkpoints = field(default_factory=Checkpoints)
    sync: Scope | None = None
    spread: Spread | None = None


def build(records: Iterable[Record], store: Store, tools: Tools, watch: Watch, plan: Plan) -> Summary:
    """Bring all records into the store, and say what became of them.

    Raises:
        StoreError: the store cannot be written, or another writer holds it; what was published by then stays.
    """
    with store.writer() as writer, Lane() as lane:
        selection = Selection(writer.ledger(), tools.tooling, plan.sync)
        outbox = Outbox(writer, lane, tools.tooling, plan.checkpoints)
        outbox.put_vocabulary(tools.vocabulary)
        wanted = selection.take(_documents(records, selection, watch))
        here = partial(spread, factory=tools.factory, jobs=plan.jobs, on_death=lost)
        for document, prepared in (plan.spread or here)(wanted):
            if selection.finish(document, _fate(prepared)):
                outbox.put(prepared.triples)
            if prepared.fault:
                watch.fault(prepared.fault)
            watch.progress(selection.summary())
        watch.progress(selection.summary())  # the last records may be such as are in the store
        outbox.flush()
        lane.wait()
        if plan.sync:
            _remove_gone(writer, selection, watch)
        return selection.summary()


class Outbox:
    """What waits to be written, at most one version of a trial; it publishes at checkpoints.

    Trials go by the lane, so one batch is written while the next one is gathered.
    """

    def __init__(self, writer: Writer, lane: Lane, tooling: Tooling, checkpoints: Checkpoints) -> None:
        self._writer = writer
        self._lane = lane
        self._tooling = tooling
        self._checkpoints = checkpoints
        self._started = datetime.now(UTC)
        self._activity = ""
        self._waiting: dict[str, TrialTriples] = {}
        self._bytes = self._records = 0
        self._published_at = time.monotonic()
        self._took = 0.0

    def put_vocabulary(self, vocabulary: Callable[[], bytes]) -> None:
        """Replace the vocabulary's graph if it was made with other tools, while the workers start."""
        if not is_vocabulary_of(self._writer, self._tooling):
            self._lane.send(lambda: self._replace_vocabulary(vocabulary()))

    def _replace_vocabulary(self, triples: bytes) -> None:
        self._writer.replace_graph(VOCABULARY_GRAPH, triples + vocabulary_made_with(self._tooling))

    def put(self, trial: TrialTriples | None) -> None:
        """Take one trial; None is a record of which nothing is to be written."""
        self._records += 1
        if trial is not None:
            self._waiting[trial.entry.trial] = trial
            self._bytes += len(trial.facts) + len(trial.derived)
        if self._bytes >= WRITE_BYTES:
            self.flush()
        if self._is_due():
            self._checkpoint()

    def flush(self) -> None:
        """Write all that waits: begun when this returns, done when the lane is."""
        if self._waiting and not self._activity:
            self._activity = new_activity(self._started)
            told = activity_triples(self._activity, self._started, self._tooling)
            self._lane.send(partial(self._writer.add, PROVENANCE_GRAPH, told))
        self._lane.send(partial(self._writer.replace_trials, list(self._waiting.values()), self._activity))
        self._waiting.clear()
        self._bytes = 0

    def _is_due(self) -> bool:
        when, since = self._checkpoints, time.monotonic() - self._published_at
        rested = since >= min(when.rest * self._took, when.longest)
        return rested and (since >= when.seconds or self._records >= when.records)

    def _checkpoint(self) -> None:
        started = time.monotonic()
        self.flush()
        self._lane.wait()
        self._writer.publish()
        self._records = 0
        self._published_at = time.monotonic()
        self._took = self._published_at - started


def _documents(records: Iterable[Record], selection: Selection, watch: Watch) -> Iterator[Document]:
    """The documents, but for those that are known to be in the store; a failure to read one is counted and told."""
    for record in records:
        if isinstance(record, Unread) and selection.holds(record.heading):
            watch.progress(selection.summary())
            continue
        whole = record.read() if isinstance(record, Unread) else record
        if isinstance(whole, Document):
            yield whole
        else:
            selection.unreadable(whole)
            watch.fault(whole)


def _remove_gone(writer: Writer, selection: Selection, watch: Watch) -> None:
    gap = selection.gap
    if gap:
        reason = "nothing is removed from the store, because this could not be read"
        watch.fault(Failure(gap.file, gap.record, reason, hint="mend it or leave it out, and run again"))
    gone = selection.gone()
    writer.remove_trials(gone)
    selection.removed(len(gone))


def _fate(prepared: Prepared) -> Fate:
    if prepared.triples is None:
        return Fate.FAILED
    return Fate.QUARANTINED if prepared.triples.entry.state is TrialState.QUARANTINED else Fate.LOADED
