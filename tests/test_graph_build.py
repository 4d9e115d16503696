"""The build flow, with small invented records and stages that do little."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path
from typing import cast

import pytest
from pyoxigraph import QueryBoolean

from extract.facts import TrialFacts
from extract.model import Document, Failure, Registry, Section, SectionKind, SourceFormat
from graph.build import Checkpoints, Outbox, Plan, Tools, Watch, build
from graph.lane import Lane
from graph.mapping import Origin
from graph.oxigraph import EmbeddedStore
from graph.pool import BATCH
from graph.prepare import Prepared, Stages, prepare
from graph.publish import current_number
from graph.selection import Summary
from graph.store import Store, Tooling, Writer
from graph.triples import Triple, string
from ontology import iri
from ontology.errors import StoreBusyError
from shapes.validate import Report, Result, Severity

TOOLING = Tooling("extractor 1", "vocabulary-digest", "shapes-digest")
RANK = {SourceFormat.TEXT: 0, SourceFormat.CSV: 1, SourceFormat.API_V2: 2}.__getitem__
TITLE = "http://purl.org/dc/terms/title"
VOCABULARY = b'<https://w3id.org/trialgraph/drug/x> <http://example.org/name> "x" .\n'


def record(trial: str, title: str, source_format: SourceFormat = SourceFormat.TEXT, **registry: str) -> Document:
    section = Section("title", SectionKind.TITLE, title)
    content_hash = f"hash of {title}"
    return Document(trial, source_format, f"{trial}.txt", content_hash, (section,), registry=Registry(**registry))  # type: ignore[arg-type]


def read(document: Document) -> TrialFacts:
    empty = dict.fromkeys(
        ("phases", "lines", "settings", "interventions", "regimens", "conditions", "prior", "biomarkers"), ()
    )
    return TrialFacts(
        id=document.id,
        title=document.title,
        enrollment=None,
        registry=document.registry,
        is_combination=False,
        endpoints=(),
        doses=(),
        abstained=(),
        **empty,
    )


def extract(documents: Sequence[Document]) -> list[TrialFacts | Exception]:
    return [KeyError(one.title) if "crash" in one.title else read(one) for one in documents]


def map_facts(facts: TrialFacts, origin: Origin) -> tuple[Triple, ...]:
    return (Triple(iri.trial(facts.id), TITLE, string(facts.title)),)


def derive(facts: TrialFacts) -> tuple[Triple, ...]:
    return (Triple(iri.trial(facts.id), "http://example.org/shortcut", string(facts.title)),)


def check(trials: Mapping[str, bytes]) -> dict[str, Report]:
    if any(b"unparsable" in triples for triples in trials.values()):
        raise ValueError("no N-Triples")
    broken = Result("<http://example.org/focus>", "http://example.org/shape", Severity.VIOLATION, "the title is bad")
    return {trial: Report((broken,) if b"bad" in triples else ()) for trial, triples in trials.items()}


def tools(tooling: Tooling = TOOLING, worked_on: list[str] | None = None) -> Tools:
    stages = Stages(extract, map_facts, derive, check, tooling)

    def work(documents: list[Document]) -> list[Prepared]:
        if worked_on is not None:
            worked_on.extend(document.id for document in documents)
        return prepare(documents, stages)

    return Tools(lambda: work, tooling, lambda: VOCABULARY)


class Told:
    """What a build said."""

    def __init__(self) -> None:
        self.faults: list[Failure] = []
        self.progress: list[Summary] = []

    @property
    def watch(self) -> Watch:
        return Watch(self.faults.append, self.progress.append)


def run(
    store: Store, records: Iterable[Document | Failure], with_tools: Tools | None = None, plan: Plan | None = None
) -> Summary:
    return build(records, store, with_tools or tools(), Told().watch, plan or Plan())


def titles(store: Store) -> dict[str, str]:
    with store.reader() as reader:
        quads = [quad for name in reader.graphs() for quad in reader.quads(name) if quad.predicate.value == TITLE]
        return {iri.trial_of_graph(quad.graph_name.value): quad.object.value for quad in quads}  # type: ignore[union-attr, misc]


def content(store: Store) -> set[str]:
    with store.reader() as reader:
        return {str(quad) for quad in reader.quads() if quad.graph_name.value != iri.PROVENANCE_GRAPH}  # type: ignore[union-attr]


def accounted(summary: Summary) -> int:
    return summary.loaded + summary.unchanged + summary.superseded + summary.quarantined + summary.failed


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return EmbeddedStore(tmp_path / "store")


def test_records_become_graphs(store: Store) -> None:
    summary = run(store, [record("NCT90000001", "one"), record("NCT90000002", "two")])
    assert summary == Summary(read=2, loaded=2)
    assert titles(store) == {"NCT90000001": "one", "NCT90000002": "two"}
    with store.reader() as reader:
        assert len(list(reader.quads(iri.VOCABULARY_GRAPH))) == 3


def test_building_twice_gives_the_same_graph_and_does_no_work(store: Store, tmp_path: Path) -> None:
    records = [record("NCT90000001", "one"), record("NCT90000002", "bad"), record("NCT90000003", "three")]
    run(store, records)
    before, number, worked_on = content(store), current_number(tmp_path / "store"), list[str]()
    assert run(store, records, tools(worked_on=worked_on)) == Summary(read=3, unchanged=3)
    assert worked_on == []
    assert content(store) == before
    assert current_number(tmp_path / "store") == number


@pytest.mark.parametrize(
    "changed",
    [
        replace(TOOLING, extractor="extractor 2"),
        replace(TOOLING, vocabulary="another"),
        replace(TOOLING, shapes="another"),
    ],
)
def test_another_extractor_vocabulary_or_shape_replaces_the_facts(store: Store, changed: Tooling) -> None:
    run(store, [record("NCT90000001", "one")])
    assert run(store, [record("NCT90000001", "one")], tools(changed)).loaded == 1
    assert run(store, [record("NCT90000001", "one")], tools(changed)).unchanged == 1


def test_a_changed_record_replaces_the_facts(store: Store) -> None:
    run(store, [record("NCT90000001", "one"), record("NCT90000002", "two")])
    assert run(store, [record("NCT90000001", "another")]) == Summary(read=1, loaded=1)
    assert titles(store) == {"NCT90000001": "another", "NCT90000002": "two"}
    assert not any('"one"' in quad for quad in content(store))


@pytest.mark.parametrize("order", list(permutations(SourceFormat)))
def test_one_trial_of_several_sources_is_taken_from_the_best(store: Store, order: tuple[SourceFormat, ...]) -> None:
    summary = run(store, [record("NCT90000001", f"from {name}", name) for name in order])
    assert summary == Summary(read=3, loaded=1, superseded=2)
    assert titles(store) == {"NCT90000001": "from api-v2"}


@pytest.mark.parametrize("order", list(permutations(SourceFormat)))
def test_precedence_holds_over_several_builds(store: Store, order: tuple[SourceFormat, ...]) -> None:
    counts = [run(store, [record("NCT90000001", f"from {name}", name)]) for name in order]
    assert titles(store) == {"NCT90000001": "from api-v2"}
    assert [summary.loaded for summary in counts] == [
        int(name == max(order[: n + 1], key=RANK)) for n, name in enumerate(order)
    ]
    assert all(accounted(summary) == 1 for summary in counts)


def test_of_two_records_of_one_format_the_later_update_wins_in_any_order(tmp_path: Path) -> None:
    old = record("NCT90000001", "z old", last_update="2025-01-01")
    new = record("NCT90000001", "a new", last_update="2025-06-01")
    for number, order in enumerate(([old, new], [new, old])):
        store = EmbeddedStore(tmp_path / str(number))
        assert run(store, order) == Summary(read=2, loaded=1, superseded=1)
        assert titles(store) == {"NCT90000001": "a new"}


def test_the_same_record_twice_is_one_trial(store: Store) -> None:
    records = [record("NCT90000001", "one"), record("NCT90000001", "one")]
    assert run(store, records) == Summary(read=2, loaded=1, superseded=1)
    assert run(store, records) == Summary(read=2, unchanged=1, superseded=1)


def test_a_trial_that_breaks_a_shape_goes_to_quarantine(store: Store) -> None:
    run(store, [record("NCT90000001", "good")])
    told = Told()
    summary = build([record("NCT90000001", "bad")], store, tools(), told.watch, Plan())
    assert summary == Summary(read=1, quarantined=1)
    told_of = "NCT90000001.txt, record NCT90000001: quarantined: the title is bad (see `trialgraph validate`)"
    assert [str(fault) for fault in told.faults] == [told_of]
    with store.reader() as reader:
        graphs = set(reader.graphs())
        report = list(reader.quads(iri.quarantine_graph("NCT90000001")))
        union = reader.query("ASK { ?s <http://purl.org/dc/terms/title> ?o }")
    assert iri.trial_graph("NCT90000001") not in graphs
    assert len(report) > 2
    assert isinstance(union, QueryBoolean)
    assert not union


def test_a_mended_record_leaves_quarantine(store: Store) -> None:
    run(store, [record("NCT90000001", "bad")])
    assert run(store, [record("NCT90000001", "good")]).loaded == 1
    with store.reader() as reader:
        assert iri.quarantine_graph("NCT90000001") not in set(reader.graphs())


def test_a_record_that_fails_stops_no_other_and_changes_nothing(store: Store) -> None:
    run(store, [record("NCT90000001", "one")])
    told = Told()
    unreadable = Failure("cut.json", None, "the file ends in the middle")
    broken: list[Document | Failure] = [record("NCT90000001", "crash"), unreadable, record("NCT90000003", "unparsable")]
    records = [*broken, record("NCT90000002", "two")]
    summary = build(records, store, tools(), told.watch, Plan())
    assert summary == Summary(read=4, loaded=1, failed=3)
    assert titles(store) == {"NCT90000001": "one", "NCT90000002": "two"}
    assert len(told.faults) == 3
    assert any("KeyError" in str(fault) and "NCT90000001" in str(fault) for fault in told.faults)


def test_every_record_is_accounted_for_all_the_way(store: Store) -> None:
    records: list[Document | Failure] = [Failure("a", None, "unreadable")]
    kinds = ("fine", "bad", "crash", "fine")
    records += [
        record(f"NCT9000000{number % 5}", f"{kinds[number % 4]} {number}", source_format)
        for number, source_format in enumerate([*SourceFormat] * 6)
    ]
    told = Told()
    summary = build(records, store, tools(), told.watch, Plan())
    assert summary.read == len(records) == accounted(summary)
    assert [step.read for step in told.progress] == sorted(step.read for step in told.progress)


def test_a_checkpoint_shows_what_is_done_so_far_and_a_rerun_goes_on_from_it(store: Store) -> None:
    records = [record(f"NCT900{number:05}", str(number)) for number in range(2 * BATCH)]

    def stopped() -> Iterator[Document]:
        yield from records[: BATCH + 3]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(store, stopped(), plan=Plan(checkpoints=Checkpoints(records=BATCH // 2, rest=0)))
    assert sorted(titles(store)) == [document.id for document in records[:BATCH]]
    assert run(store, records) == Summary(read=2 * BATCH, loaded=BATCH, unchanged=BATCH)


def test_after_a_slow_checkpoint_much_is_done_before_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, published = [0.0], []

    class Slow:
        def replace_trials(self, trials: Iterable[object], activity: str) -> None:
            list(trials)

        def publish(self) -> None:
            clock[0] += 5
            published.append(clock[0])

    monkeypatch.setattr("graph.build.time.monotonic", lambda: clock[0])
    with Lane() as lane:
        outbox = Outbox(cast("Writer", Slow()), lane, TOOLING, Checkpoints(records=2, rest=10))
        for _ in range(60):
            clock[0] += 1
            outbox.put(None)
    assert published == [7, 62]  # at the second record; then after ten times the five seconds that it took


def test_a_second_build_is_refused(store: Store) -> None:
    with store.writer(), pytest.raises(StoreBusyError):
        run(store, [record("NCT90000001", "one")])


def test_provenance_says_when_and_with_what(store: Store) -> None:
    run(store, [record("NCT90000001", "one")])
    query = """
        PREFIX prov: <http://www.w3.org/ns/prov#>
        PREFIX tg: <https://w3id.org/trialgraph/ontology#>
        ASK {
          GRAPH <https://w3id.org/trialgraph/graph/provenance> {
            <https://w3id.org/trialgraph/graph/trial/NCT90000001> prov:wasGeneratedBy ?build ;
                prov:wasDerivedFrom/tg:contentHash "hash of one" .
            ?build a tg:Build ; prov:startedAtTime ?time ; tg:extractorVersion "extractor 1" .
          }
        }"""
    with store.reader() as reader:
        assert reader.query(query)
