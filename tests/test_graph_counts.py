"""Counts over all trials: whatever was added, replaced, refused and removed, they equal a recount. All is invented."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from importlib.resources import files
from itertools import combinations
from pathlib import Path
from random import Random

import pytest
from pyoxigraph import QuerySolutions

from api.settings import Settings
from api.stores import open_store
from extract.facts import Evidence, Intervention, Line, Regimen, TrialCondition, TrialFacts
from extract.model import Registry
from graph.counted import DERIVED, counted_values, lexical
from graph.derive import derived_triples
from graph.knowledge import Knowledge
from graph.ledger import activity_triples, new_activity
from graph.mapping import Origin, facts_to_triples
from graph.oxigraph import EmbeddedStore
from graph.parts import by_number, write_parts
from graph.remote import RemoteStore
from graph.restore import restore
from graph.sparql_client import SparqlClient
from graph.store import LedgerEntry, Store, Tooling, TrialState, TrialTriples
from graph.triples import to_ntriples
from graph.upkeep import compact
from ontology import iri, terms
from ontology.iri import PROVENANCE_GRAPH
from ontology.model import Vocabulary

TOOLING = Tooling("extractor", "vocabulary", "shapes")
STARTED = datetime(2026, 1, 2, tzinfo=UTC)
KNOWLEDGE = Knowledge(Vocabulary({}, {}, {}, {}, {}, (), "none"))
SAID = (Evidence("title", 0, 4, "some"),)
DRUGS = ("anumab", "benutinib", "cenuplatin", "denuciclib")
CONDITIONS = ("cough", "cold", "fever")
PHASES = ("PHASE1", "PHASE2")
COUNTED = (*DERIVED, terms.PHASE, terms.STATUS, terms.IS_COMBINATION)
TRIALS = tuple(f"NCT9000000{number}" for number in range(8))


class BrokenOffError(Exception):
    """What ends a writer's block in the middle."""


def facts(identifier: str, random: Random) -> TrialFacts:
    """A trial of random regimens, lines and conditions."""
    interventions = tuple(
        Intervention(name=name, mentions=(), type="drug", role="experimental", purpose="treatment", evidence=SAID)
        for name in DRUGS
    )
    regimens = tuple(
        Regimen(
            arm=None, role=random.choice(("experimental", "control")), evidence=SAID,
            interventions=tuple(names := random.sample(DRUGS, random.randint(1, 4))),
            one_of=(tuple(names[:2]),) if random.random() < 0.3 else (),
        )
        for _ in range(random.randint(1, 3))
    )  # fmt: skip
    named = random.sample(CONDITIONS, random.randint(0, 2))
    return TrialFacts(
        id=identifier, title="t", phases=tuple(random.sample(PHASES, random.randint(0, 2))), enrollment=None,
        registry=Registry(status=random.choice((None, "RECRUITING", "not yet: a/b + c"))), settings=(), prior=(),
        doses=(), lines=(Line(min=(low := random.randint(1, 3)), max=low + 1, evidence=SAID),), biomarkers=(),
        endpoints=(), interventions=interventions, regimens=regimens, is_combination=False, abstained=(),
        conditions=tuple(TrialCondition(name=name, mentions=(), evidence=SAID) for name in named),
    )  # fmt: skip


def triples(trial: TrialFacts, state: TrialState = TrialState.LOADED) -> TrialTriples:
    entry = LedgerEntry(trial.id, "hash", "text", "a.txt", state, TOOLING)
    own = to_ntriples(facts_to_triples(trial, Origin("a.txt", "text", "hash", TOOLING), KNOWLEDGE))
    derived = to_ntriples(derived_triples(trial, KNOWLEDGE)) if state is TrialState.LOADED else b""
    return TrialTriples(entry, own, derived)


def pairs(trial: TrialFacts) -> set[tuple[str, str]]:
    """A plain reading: two drugs of one experimental regimen that are no choice of one another."""
    found = set()
    for regimen in (one for one in trial.regimens if one.role == "experimental"):
        for pair in combinations(sorted(regimen.interventions), 2):
            if not any(set(pair) <= set(group) for group in regimen.one_of):
                found.add(pair)
    return found


def recounted(trials: dict[str, TrialFacts]) -> dict[str, Counter[tuple[str, ...]]]:
    """The counts of each query, by reading every trial."""
    found = {"count_partners": Counter[tuple[str, ...]](), "count_lines": Counter(), "count_conditions": Counter()}
    for trial in trials.values():
        found["count_partners"].update(
            (iri.thing("drug", one), iri.thing("drug", other)) for one, other in pairs(trial)
        )
        found["count_lines"].update((str(line),) for line in {n for one in trial.lines for n in (one.min, one.max)})
        found["count_conditions"].update((iri.thing("condition", one.name),) for one in trial.conditions)
    return found


def texts(store: Store) -> dict[str, dict[str, set[str]]]:
    """What each trial says that it is counted by: values by property."""
    found: dict[str, dict[str, set[str]]] = {}
    with store.reader() as reader:
        rows = reader.query(f"SELECT ?trial ?text {{ ?trial <{terms.COUNTED_BY}> ?text }}")
        assert isinstance(rows, QuerySolutions)
        for row in rows:
            assert row["trial"].value not in found
            lines = counted_values(row["text"].value, {name.removeprefix(iri.TG) for name in COUNTED})
            found[row["trial"].value] = {name: set(map(lexical, values)) for name, values in lines.items()}
    return found


def single(store: Store) -> dict[str, dict[str, set[str]]]:
    """The same by reading every property that is counted."""
    found = defaultdict[str, dict[str, set[str]]](dict)
    names = " ".join(f"<{name}>" for name in COUNTED)
    with store.reader() as reader:
        rows = reader.query(f"SELECT ?trial ?by ?value {{ VALUES ?by {{ {names} }} ?trial ?by ?value }}")
        assert isinstance(rows, QuerySolutions)
        for row in rows:
            values = found[row["trial"].value].setdefault(row["by"].value.removeprefix(iri.TG), set())
            values.add(row["value"].value)
    return found


def counted(store: Store) -> dict[str, Counter[tuple[str, ...]]]:
    """The counts that the store gives."""
    keys = {"count_partners": ("therapy", "partner"), "count_lines": ("line",), "count_conditions": ("term",)}
    found = {}
    with store.reader() as reader:
        for name, variables in keys.items():
            rows = reader.query((files("graph") / "queries" / f"{name}.rq").read_text("utf-8"))
            assert isinstance(rows, QuerySolutions)
            found[name] = Counter({tuple(r[key].value for key in variables): int(r["trials"].value) for r in rows})
    return found


@pytest.fixture(params=["folder", "oxigraph"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """An empty store, here and on a server."""
    if request.param == "folder":
        yield EmbeddedStore(tmp_path / "store")
        return
    found = open_store(Settings(store=request.getfixturevalue("oxigraph_server")))
    assert isinstance(found, RemoteStore)
    client = SparqlClient(found.backing.endpoint)
    client.update("DROP ALL")
    yield found
    client.close()


def test_counts_equal_a_recount_after_any_writes(store: Store) -> None:
    random, held = Random(7), dict[str, TrialFacts]()  # noqa: S311
    for _ in range(8):
        with store.writer() as writer:
            activity = new_activity(STARTED)
            writer.add(PROVENANCE_GRAPH, activity_triples(activity, STARTED, TOOLING))
            new = {one: facts(one, random) for one in random.sample(TRIALS, 5)}
            writer.replace_trials(map(triples, new.values()), activity)
            refused, gone = random.sample(TRIALS, 2)
            writer.replace_trials([triples(facts(refused, random), TrialState.QUARANTINED)], activity)
            writer.remove_trials([gone])
        held = {key: value for key, value in (held | new).items() if key not in {refused, gone}}
        assert counted(store) == recounted(held)
        assert texts(store) == single(store)
        assert set(texts(store)) == {iri.trial(one) for one in held}
    assert sum(recounted(held)["count_partners"].values()) > 5


def test_counts_outlive_a_broken_write_compaction_and_the_way_through_files(tmp_path: Path) -> None:
    store, random = EmbeddedStore(tmp_path / "store"), Random(8)  # noqa: S311
    held = {one: facts(one, random) for one in TRIALS}
    activity = new_activity(STARTED)
    with store.writer() as writer:
        writer.add(PROVENANCE_GRAPH, activity_triples(activity, STARTED, TOOLING))
        writer.replace_trials(map(triples, held.values()), activity)
    with suppress(BrokenOffError), store.writer() as writer:
        writer.remove_trials(TRIALS[:4])
        raise BrokenOffError
    assert counted(store) == recounted(held)
    compact(store)
    assert counted(store) == recounted(held)
    with store.reader() as reader:
        write_parts(reader, tmp_path / "parts", by_number(2))
    other = EmbeddedStore(tmp_path / "other")
    restore([tmp_path / "parts"], other)
    assert counted(other) == recounted(held)
    assert texts(other) == single(other)
    assert len(texts(other)) == len(TRIALS)
