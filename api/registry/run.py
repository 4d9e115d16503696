"""A fetch: every page of a search into a folder, and with `sync` out of it what the registry no longer lists.

Nothing is removed unless the whole list was read while the registry's data stayed the same.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from api.registry.answers import Answer, BadTokenError
from api.registry.client import Registry
from api.registry.folder import Change, RecordFolder, record_id
from api.registry.journal import Journal, PageNote, searches
from api.registry.search import Search
from ontology.errors import SourceError, UsageError, Where

RESTARTS = 3
"""How often a search begins again because the registry no longer knows a page token."""

IDS_A_PAGE = "1000"
"""The registry's own maximum."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What became of the records: `unchanged` ones are in the folder as they were, `failed` ones had no id."""

    fetched: int = 0
    new: int = 0
    updated: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True)
class Watcher:
    """Who is told: single lines, and after each page how far it is, with the total where the registry gave one."""

    say: Callable[[str], None] = lambda _line: None
    progress: Callable[[Fetched, int | None], None] = lambda _fetched, _total: None


@dataclass(slots=True)
class Fetch:
    """One run of one search; `run` does it."""

    search: Search
    folder: RecordFolder
    registry: Registry
    watcher: Watcher = field(default_factory=Watcher)
    page_size: int = 200
    _counts: dict[str, int] = field(default_factory=dict)

    def run(self, *, sync: bool = False) -> Fetched:
        """Fetch, and say what became of it.

        Raises:
            UsageError: `sync` in a folder that holds the records of another search too.
            SourceError: the registry gives no good answer; what was fetched stays, and the next run goes on there.
            StoreBusyError, StoreError: the folder is in use, or cannot be written.
        """
        with self.folder.locked():
            if sync:
                self._refuse_mixture()
            data = self.registry.version()
            journal = Journal(self.folder.state, self.search, data)
            if journal.is_resumed:
                self.watcher.say(f"going on after {len(journal.ids())} records of an earlier run")
            self._all_pages(journal)
            kept = self._withdraw(journal, data) if sync else None
            journal.complete()
        if kept:
            raise SourceError(f"nothing is removed: {kept}", where=Where(self.registry.base), hint="run it again")
        return self._so_far()

    def _all_pages(self, journal: Journal) -> None:
        restarts = 0
        while not journal.is_complete:
            try:
                self._next_page(journal)
            except BadTokenError:
                restarts += 1
                if restarts > RESTARTS:
                    reason = "the registry does not know the page tokens that it gives"
                    raise SourceError(reason, where=Where(self.registry.base)) from None
                self.watcher.say("the page token has expired; from the first page again")
                journal.restart()
                self._counts.clear()
            self.watcher.progress(self._so_far(), journal.total)

    def _next_page(self, journal: Journal) -> None:
        token = journal.token
        known = journal.known(token)
        usable = known is not None and known.etag and all(map(self.folder.has, known.ids))
        answer = self.registry.page(self._asked(token), token, known.etag if known and usable else None)
        note = self._unmodified(known) if answer.page is None and known else self._saved(token, answer)
        if note.next is not None and any(note.next == page.token for page in (*journal.pages, note)):
            raise SourceError("the registry gives a page token twice", where=Where(self.registry.base))
        journal.add(note)

    def _unmodified(self, known: PageNote) -> PageNote:
        self._count(Change.UNCHANGED, len(known.ids))
        return known

    def _saved(self, token: str | None, answer: Answer) -> PageNote:
        if answer.page is None:
            raise SourceError("the registry answers 304 to a plain request", where=Where(self.registry.base))
        ids = tuple(self._save(answer.page.studies))
        etag = None if self._counts.get("failed") else answer.etag
        return PageNote(token, answer.page.nextPageToken, etag, ids, answer.page.totalCount)

    def _save(self, studies: list[Any]) -> Iterator[str]:
        for number, study in enumerate(studies):
            try:
                self._count(self.folder.save(study))
                yield record_id(study)
            except SourceError as error:
                self._count("failed")
                self.watcher.say(f"studies[{number}]: {error}")

    def _withdraw(self, journal: Journal, data: str) -> str | None:
        """Remove the files of records that the registry no longer lists; or why that would not be safe."""
        listed = journal.ids() if self.search == self.search.undated() else self._listed()
        if not listed:
            return "the registry lists no record, or not all of them"
        if self._counts.get("failed"):
            return "some records have no id"
        if not data or self.registry.version() != data:
            return "the registry was updated meanwhile"
        for identifier in [found for found in self.folder.ids() if found not in listed]:
            self.watcher.say(f"{identifier}: no longer in the registry's list, removed")
            self.folder.remove(identifier)
            self._count("withdrawn")
        return None

    def _listed(self) -> set[str]:
        """The ids of all records of the search, whenever they were updated; none where the list breaks off."""
        asked = self.search.undated().parameters() | {"fields": "NCTId", "pageSize": IDS_A_PAGE}
        found: set[str] = set()
        token: str | None = None
        tokens: set[str | None] = set()
        while token not in tokens:
            tokens.add(token)
            try:
                page = self.registry.page(asked, token).page
                found.update(map(record_id, page.studies if page else ()))
            except (BadTokenError, SourceError):
                return set()
            token = page.nextPageToken if page else None
            if token is None:
                return found
        return set()

    def _refuse_mixture(self) -> None:
        own = self.search.undated().key()
        if any(header.undated != own for header in searches(self.folder.state)):
            hint = "give each search a folder of its own"
            raise UsageError("--sync needs a folder of one search", where=Where(str(self.folder.root)), hint=hint)

    def _asked(self, token: str | None) -> dict[str, str]:
        first = {} if token else {"countTotal": "true"}
        return self.search.parameters() | {"pageSize": str(self.page_size)} | first

    def _count(self, what: str, number: int = 1) -> None:
        self._counts[what] = self._counts.get(what, 0) + number

    def _so_far(self) -> Fetched:
        counts = self._counts
        fetched = sum(counts.get(change, 0) for change in Change) + counts.get("failed", 0)
        return Fetched(fetched=fetched, **{str(name): count for name, count in counts.items()})
