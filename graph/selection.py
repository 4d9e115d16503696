"""Which records a build takes up: one for each trial, and none that is in the store as it is.

API v2 goes before CSV before text, whatever the order of reading, within one run and against what the store holds.
Of two records of one format in one run the one updated later goes first, then the one with the greater hash: any
order would do, as long as it is always the same one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from extract.model import Document, Failure, Heading, SourceFormat
from graph.scope import Scope
from graph.store import LedgerEntry, Tooling

_PRECEDENCE = {name: rank for rank, name in enumerate(reversed(SourceFormat))}

Standing = tuple[int, str, str]


class Fate(StrEnum):
    """What became of a record."""

    LOADED = "loaded"
    UNCHANGED = "unchanged"
    SUPERSEDED = "superseded"
    QUARANTINED = "quarantined"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Summary:
    """How many records were read, and what became of them; once a build is through, the five add up to `read`.

    `removed` counts trials that the store held and whose records have gone.
    """

    read: int = 0
    loaded: int = 0
    unchanged: int = 0
    superseded: int = 0
    quarantined: int = 0
    failed: int = 0
    removed: int = 0


class Selection:
    """The bookkeeping of one build: each record offered has one fate at any time.

    Args:
        ledger: what the store holds.
        tooling: what this build works with.
        scope: the sources that are read to their end, if trials that have gone from them are to be removed.
    """

    def __init__(self, ledger: Mapping[str, LedgerEntry], tooling: Tooling, scope: Scope | None = None) -> None:
        self._ledger = ledger
        self._tooling = tooling
        self._best: dict[str, Standing] = {}
        self._fates: dict[str, Fate] = {}
        self._counts = dict.fromkeys(Fate, 0)
        self._read = 0
        self._scope = scope
        self._spared: set[str] = set()
        self._removed = 0
        self.gap: Failure | None = None
        """The first thing that could not be read and may be any trial's record."""

    def take(self, documents: Iterable[Document]) -> Iterator[Document]:
        """The documents that are to be worked on, in the order in which they come."""
        return (document for document in documents if self.offer(document))

    def holds(self, heading: Heading) -> bool:
        """Whether the store has just this record, so that nobody need read the rest; if so, its fate is settled."""
        stored = self._ledger.get(heading.id)
        if heading.id in self._best or stored is None or not self._is_unchanged(heading, stored):
            return False
        self._read += 1
        self._best[heading.id] = _standing(heading)
        self._settle(heading.id, Fate.UNCHANGED)
        return True

    def offer(self, document: Document) -> bool:
        """Whether a document is to be worked on; if not, its fate is settled."""
        heading = Heading.of(document)
        if self.holds(heading):
            return False
        self._read += 1
        standing, best = _standing(heading), self._best.get(document.id)
        stored = self._ledger.get(document.id)
        if best is not None:
            self._counts[Fate.SUPERSEDED] += 1
            if standing <= best:
                return False
        elif stored is not None and self._outranks(stored, standing):
            self._counts[Fate.SUPERSEDED] += 1
            self._spared.add(document.id)
            return False
        self._best[document.id] = standing
        return True

    def finish(self, document: Document, fate: Fate) -> bool:
        """Settle the fate of a document that was worked on; False if a better one of its trial came meanwhile."""
        if self._best[document.id] != _standing(Heading.of(document)):
            return False
        self._settle(document.id, fate)
        return True

    def unreadable(self, failure: Failure) -> None:
        """Count a record that never became a document."""
        self._read += 1
        self._counts[Fate.FAILED] += 1
        trial = (failure.record or "").partition(" (")[0]  # `NCT... (studies[2])`
        if trial in self._ledger:
            self._spared.add(trial)
        else:
            self.gap = self.gap or failure

    def gone(self) -> list[str]:
        """The trials whose records have gone from the sources in scope; none if the reading had a gap."""
        if self._scope is None or self.gap is not None:
            return []
        missing = (entry for trial, entry in self._ledger.items() if trial not in self._best)
        return [entry.trial for entry in missing if entry.trial not in self._spared and self._scope(entry.source)]

    def removed(self, number: int) -> None:
        """Count trials that were removed."""
        self._removed += number

    def summary(self) -> Summary:
        """The counts so far; records that are still worked on are in `read` alone."""
        counts = {str(fate): count for fate, count in self._counts.items()}
        return Summary(read=self._read, removed=self._removed, **counts)

    def _outranks(self, stored: LedgerEntry, standing: Standing) -> bool:
        """Whether what the store holds is of a better format, and not from a record that is to come or has gone."""
        is_better = _PRECEDENCE[SourceFormat(stored.format)] > standing[0]
        return is_better and not (self._scope and self._scope(stored.source))

    def _is_unchanged(self, heading: Heading, stored: LedgerEntry) -> bool:
        same_record = stored.content_hash == heading.content_hash and stored.format == heading.format
        return same_record and stored.tooling == self._tooling

    def _settle(self, trial: str, fate: Fate) -> None:
        # A trial that a better record takes over again was settled before: that record is superseded by now.
        earlier = self._fates.get(trial)
        if earlier is not None:
            self._counts[earlier] -= 1
        self._fates[trial] = fate
        self._counts[fate] += 1


def _standing(heading: Heading) -> Standing:
    return _PRECEDENCE[heading.format], heading.updated, heading.content_hash
