"""A store in a folder of this machine, over the Oxigraph engine.

The engine allows one open handle for writing and calls a reader beside it undefined, so nobody reads what the writer
has open: it works on a private copy and publishes copies of that (`graph.publish`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Triple, Variable
from pyoxigraph import Store as Engine

from graph import merging, publish, texts
from graph.backing import LocalBacking
from graph.changes import change
from graph.ledger import entry_triples, graph_of, read_ledger, record_iri
from graph.store import LedgerEntry, QueryResult, RdfTerm, TrialState, TrialTriples
from ontology.errors import NotFoundError, QuerySyntaxError, StoreError, Where
from ontology.iri import (
    DERIVED_GRAPH,
    PROVENANCE_GRAPH,
    is_default_graph_part,
    quarantine_graph,
    trial_graph,
    trial_of_graph,
)

BULK_BYTES = 4_000_000
"""From this size on, a load goes past the engine's transaction log: new files instead of a transaction."""

_DEFAULT = DefaultGraph()
_DERIVED = NamedNode(DERIVED_GRAPH)
_PROVENANCE = NamedNode(PROVENANCE_GRAPH)
_KEPT = {_DERIVED, _PROVENANCE}
"""Graphs that many trials share; any other that is empty after a removal goes."""


class EmbeddedStore:
    """The `Store` protocol over a folder.

    With `rebuild` the writer begins with nothing, and a store of an older format is taken as well; readers have the
    old state until the first publication.
    """

    def __init__(self, root: Path, *, rebuild: bool = False) -> None:
        self._root = root
        self._rebuild = rebuild

    @property
    def location(self) -> str:
        """The folder."""
        return str(self._root)

    @property
    def backing(self) -> LocalBacking:
        """How processes get at it."""
        return LocalBacking(self._root)

    @contextmanager
    def reader(self) -> Iterator["OxigraphReader"]:
        """As `graph.store.Store.reader`; the copy stays on disk until the block ends."""
        with publish.pin_current(self._root) as published:
            with _engine_errors(self._root):
                engine = open_published(published.path)
            yield OxigraphReader(engine, self._root, published.version)

    @contextmanager
    def writer(self) -> Iterator["OxigraphWriter"]:
        """As `graph.store.Store.writer`."""
        with publish.writer_lock(self._root, older=self._rebuild):
            writer = self._open_writer(publish.fresh_work(self._root))
            try:
                yield writer
                # What is done is safe before it is merged, which needs time and room, and changes nothing that is said.
                writer.publish()
                if writer.settle():
                    writer.publish()
                    # It says the same as the copy before, which shares few files with it: twice the room.
                    publish.collect(self._root, keep=1)
            finally:
                writer.close()
                publish.fresh_work(self._root)

    def _open_writer(self, work: Path) -> "OxigraphWriter":
        with _engine_errors(self._root):
            version = self._copy_current(work)
            with merging.open_files():
                engine = Engine(work)
            return OxigraphWriter(engine, self._root, version)

    def _copy_current(self, work: Path) -> str:
        """Start the writer's copy from the current state, if there is one; returns that state's version."""
        if self._rebuild:
            return "0"
        with suppress(NotFoundError), publish.pin_current(self._root) as published:
            open_published(published.path).backup(work)
            return published.version
        return "0"


def open_published(folder: Path) -> Engine:
    """A read-only engine on a published copy: the folder that `publish.current_published` returns."""
    return Engine.read_only(str(folder))


class OxigraphReader:
    """The `Reader` protocol over an engine's handle."""

    def __init__(self, engine: Engine, root: Path, version: str) -> None:
        self._engine = engine
        self._root = root
        self._version = version

    @property
    def version(self) -> str:
        """The published copy that is read."""
        return self._version

    def query(self, text: str, *, bindings: Mapping[str, RdfTerm] | None = None) -> QueryResult:
        """As `graph.store.Reader.query`."""
        values: dict[Variable, RdfTerm | Triple] = {Variable(name): value for name, value in (bindings or {}).items()}
        with _engine_errors(self._root):
            try:
                return self._engine.query(text, substitutions=values)
            except SyntaxError as error:
                raise syntax_error(error.msg) from error

    def quads(self, graph: str | None = None) -> Iterator[Quad]:
        """As `graph.store.Reader.quads`."""
        if graph is not None:
            return self._engine.quads_for_pattern(None, None, None, NamedNode(graph))
        return (quad for quad in self._engine if quad.graph_name != _DEFAULT)

    def graphs(self) -> Iterator[str]:
        """As `graph.store.Reader.graphs`."""
        return (str(name.value) for name in self._engine.named_graphs())

    def ledger(self) -> dict[str, LedgerEntry]:
        """As `graph.store.Reader.ledger`."""
        return read_ledger(self)


class OxigraphWriter(OxigraphReader):
    """The `Writer` protocol over the writer's own copy.

    A write that fails in the middle leaves the copy half written. So the block of `EmbeddedStore.writer` ends with the
    error, and what was not published by then is thrown away: readers never see a half.
    """

    def __init__(self, engine: Engine, root: Path, version: str) -> None:
        super().__init__(engine, root, version)
        self._changed = version == "0"
        self._bulk = 0
        self._known: set[int] | None = None

    def replace_trials(self, trials: Iterable[TrialTriples], activity: str) -> None:
        """As `graph.store.Writer.replace_trials`."""
        batch = list(trials)
        # Texts first: no copy is ever published that refers to one that is not there.
        texts.keep(self._root, (trial.text for trial in batch if trial.text is not None))
        with _engine_errors(self._root):
            lines = [self._replace_trial(trial.entry.trial, _quad_lines(trial, activity)) for trial in batch]
        self._load(b"".join(lines), of_trials=True)

    def remove_trials(self, trials: Iterable[str]) -> None:
        """As `graph.store.Writer.remove_trials`."""
        with _engine_errors(self._root):
            for trial in trials:
                self._replace_trial(trial, b"")

    def replace_graph(self, graph: str, triples: bytes) -> None:
        """As `graph.store.Writer.replace_graph`."""
        name = NamedNode(graph)
        in_union = is_default_graph_part(graph)
        with _engine_errors(self._root):
            held = self._engine.quads_for_pattern(None, None, None, name)
            difference = change(held, _lines_in(graph, triples), lambda _: False)
            for quad in difference.removed:
                self._remove(quad)
                if in_union and not self._is_said_elsewhere(quad):
                    self._remove(_in_graph(quad, _DEFAULT))
            if not triples:
                self._engine.remove_graph(name)
        self._load(difference.added + (_lines_of_union(difference.added, graph) if in_union else b""))

    def replace_graph_in_parts(self, graph: str, parts: Iterable[bytes]) -> None:
        """As `graph.store.Writer.replace_graph_in_parts`."""
        name = NamedNode(graph)
        in_union = is_default_graph_part(graph)
        with _engine_errors(self._root):
            if in_union:
                self._leave_union(name)
            self._changed = self._changed or self._engine.contains_named_graph(name)
            self._engine.remove_graph(name)
        for part in parts:
            self._load(_lines_in(graph, part) + (part if in_union else b""))

    def _leave_union(self, graph: NamedNode) -> None:
        """Remove a graph's triples from the default graph, but for those that another part of it states as well."""
        for quad in self._engine.quads_for_pattern(None, None, None, graph):
            if not self._is_said_elsewhere(quad):
                self._engine.remove(_in_graph(quad, _DEFAULT))

    def _is_said_elsewhere(self, quad: Quad) -> bool:
        """Whether another part of the default graph states the triple too."""
        same = self._engine.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)
        others = (other.graph_name for other in same if other.graph_name != quad.graph_name)
        return any(isinstance(other, NamedNode) and is_default_graph_part(str(other.value)) for other in others)

    def add(self, graph: str, triples: bytes) -> None:
        """As `graph.store.Writer.add`."""
        self._load(_lines_in(graph, triples))

    def changing(self) -> Engine:
        """The writer's engine itself, for writes that are SPARQL's own (`graph.writes`)."""
        self._changed = True
        return self._engine

    def publish(self) -> None:
        """As `graph.store.Writer.publish`; nothing happens if nothing changed."""
        if not self._changed:
            return
        with _engine_errors(self._root):
            self._engine.flush()
            copy = publish.next_copy(self._root)
            self._engine.backup(copy / "graph")
            self._version = str(publish.publish(self._root, copy))
        self._changed = False

    def settle(self) -> bool:
        """After a large load, have the files merged that piled up: a reader looks into each of them. Whether it did.

        The engine merges by itself, until a few are left of each kind. To merge those too (`compact`) would write the
        whole store anew, on one core.
        """
        if self._bulk < merging.LARGE:
            return False
        if not merging.rest(merging.merging_threads):
            with _engine_errors(self._root):
                self._engine.optimize()
        self._changed = True
        return True

    def close(self) -> None:
        """Let go of the engine; the writer is of no more use."""
        del self._engine

    def compact(self) -> None:
        """Let the engine merge its files, and drop the texts of records that are gone; worth it after many trials.

        A reader that still holds an older copy shows the quotes alone of what was replaced since.
        """
        with _engine_errors(self._root):
            self._engine.optimize()
        entries = self.ledger().values()
        known = (texts.TextKey(entry.trial, entry.content_hash, entry.tooling.extractor) for entry in entries)
        texts.drop_unreferenced(self._root, known)

    def _replace_trial(self, trial: str, wanted: bytes) -> bytes:
        """Take out what the store holds of a trial and is not wanted; returns the N-Quads that it lacks."""
        held = list(dict.fromkeys(self._held(trial))) if self._may_hold(trial) else []
        if not held:
            return wanted
        difference = change(held, wanted, is_default_graph_part)
        for quad in difference.removed:
            self._remove(quad)
        for graph in dict.fromkeys(quad.graph_name for quad in held) if difference.removed else ():
            if graph not in _KEPT and next(self._engine.quads_for_pattern(None, None, None, graph), None) is None:
                self._engine.remove_graph(graph)
        return difference.added

    def _may_hold(self, trial: str) -> bool:
        """False for a trial that the store does not hold, which from now on it may.

        In a large build most are new, and the engine would look for each in every file that waits to be merged.
        """
        if self._known is None:
            named = (trial_of_graph(name) for name in self.graphs())
            self._known = {hash(held) for held in named if held is not None}
        known = hash(trial) in self._known
        self._known.add(hash(trial))
        return known

    def _held(self, trial: str) -> Iterator[Quad]:
        """All that named graphs hold of a trial: its facts or its quarantine, its provenance and its shortcuts."""
        for graph in (NamedNode(trial_graph(trial)), NamedNode(quarantine_graph(trial))):
            if not self._engine.contains_named_graph(graph):
                continue
            quads = list(self._engine.quads_for_pattern(None, None, None, graph))
            yield from quads
            for described in (graph, NamedNode(record_iri(trial))):
                yield from self._engine.quads_for_pattern(described, None, None, _PROVENANCE)
            for subject in dict.fromkeys(quad.subject for quad in quads):
                yield from self._engine.quads_for_pattern(subject, None, None, _DERIVED)

    def _remove(self, quad: Quad) -> None:
        self._engine.remove(quad)
        self._changed = True

    def _load(self, quads: bytes, *, of_trials: bool = False) -> None:
        """Add N-Quads. Those of trials have IRIs of our own making, which need no second look: a tenth of the time.

        Once much was loaded, little is loaded in the same way: where many files wait to be merged, the engine slows all
        other writes down, to as little as 16 kB a second.
        """
        in_bulk = len(quads) >= (1 if self._bulk else BULK_BYTES)
        load = self._engine.bulk_load if in_bulk else self._engine.load
        if in_bulk:
            self._bulk += len(quads)
            merging.step_back()
        with _engine_errors(self._root):
            try:
                load(quads, RdfFormat.N_QUADS, lenient=of_trials)
            except SyntaxError as error:
                raise StoreError(f"triples that are no N-Triples: {error.msg}", where=Where(str(self._root))) from error
        self._changed = self._changed or bool(quads)


def syntax_error(message: str) -> QuerySyntaxError:
    """The engine's complaint ("error at 2:4: expected one of ...") with its place as numbers, in one line."""
    place = re.match(r"error at (\d+):(\d+): ", message)
    if not place:
        return QuerySyntaxError(" ".join(message.split()))
    line, column = int(place[1]), int(place[2])
    reason = f"the query does not parse at line {line}, column {column}"
    return QuerySyntaxError(reason, line=line, column=column)


def _quad_lines(trial: TrialTriples, activity: str) -> bytes:
    """All that the store keeps of a trial, as N-Quads; a line without a graph is of the default graph."""
    entry = trial.entry
    lines = _lines_in(graph_of(entry), trial.facts) + _lines_in(PROVENANCE_GRAPH, entry_triples(entry, activity))
    if entry.state is TrialState.QUARANTINED:
        return lines
    return lines + _lines_in(DERIVED_GRAPH, trial.derived) + trial.facts + trial.derived


def _lines_in(graph: str, triples: bytes) -> bytes:
    """N-Triples as N-Quads of one graph. A line feed never stands inside a term, so ` .` before one ends a triple."""
    return triples.replace(b" .\n", b" <" + graph.encode() + b"> .\n")


def _lines_of_union(quads: bytes, graph: str) -> bytes:
    """N-Quads of one graph as lines of the default graph."""
    return quads.replace(b" <" + graph.encode() + b"> .\n", b" .\n")


def _in_graph(quad: Quad, graph: DefaultGraph | NamedNode) -> Quad:
    return Quad(quad.subject, quad.predicate, quad.object, graph)


@contextmanager
def _engine_errors(root: Path) -> Iterator[None]:
    """The engine's errors as ours."""
    try:
        yield
    except (OSError, RuntimeError) as error:
        raise StoreError(f"the engine failed: {error}", where=Where(str(root))) from error
