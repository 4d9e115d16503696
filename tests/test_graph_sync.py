"""`build --sync`: what has gone from the sources goes from the store, and never by mistake. Records are invented."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from api.cli import run as command
from extract.model import Document, Failure
from extract.sources.read import read_sources
from graph.build import Plan, Tools, Watch, build
from graph.oxigraph import EmbeddedStore
from graph.prepare import Prepared
from graph.scope import scope_of
from graph.selection import Summary
from graph.store import LedgerEntry, Tooling, TrialState, TrialTriples
from ontology import iri


def study(trial: str, title: str = "An invented study of examplumab in melanoma") -> dict[str, object]:
    return {
        "protocolSection": {
            "identificationModule": {"nctId": trial, "briefTitle": title},
            "conditionsModule": {"conditions": ["Melanoma"]},
        }
    }


TOOLING = Tooling("extractor", "vocabulary", "shapes")


def work(documents: list[Document]) -> list[Prepared]:
    """Stages that do little: a title and a shortcut a trial."""
    return [Prepared(TrialTriples(entry(one), triple(one, "title"), triple(one, "shortcut"))) for one in documents]


def entry(document: Document) -> LedgerEntry:
    return LedgerEntry(document.id, document.content_hash, document.format, document.source, TrialState.LOADED, TOOLING)


def triple(document: Document, name: str) -> bytes:
    return f'<{iri.trial(document.id)}> <http://example.org/{name}> "{document.title}" .\n'.encode()


class Workshop:
    """A folder of sources, a store, and builds from the one into the other."""

    def __init__(self, folder: Path, store: Path) -> None:
        self.folder, self.store = folder, EmbeddedStore(store)
        self.told: list[Failure] = []
        folder.mkdir()
        for number in (1, 2, 3):
            self.write(number)

    def path(self, number: int) -> Path:
        return self.folder / f"NCT9900000{number}.json"

    def write(self, number: int, **changed: str) -> None:
        self.path(number).write_text(json.dumps(study(f"NCT9900000{number}", **changed)))

    def build(self, *others: Path, sync: bool = True) -> Summary:
        sources = [str(source) for source in (self.folder, *others)]
        tools = Tools(lambda: work, TOOLING, lambda: b"")
        plan = Plan(sync=scope_of(sources) if sync else None)
        return build(read_sources(sources), self.store, tools, Watch(self.told.append, lambda _: None), plan)

    def trials(self) -> set[str]:
        with self.store.reader() as reader:
            return set(reader.ledger())


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path / "records", tmp_path / "store")


def test_what_has_gone_is_removed_with_all_that_the_store_said_of_it(shop: Workshop) -> None:
    assert shop.build() == Summary(read=3, loaded=3)
    shop.path(2).unlink()
    assert shop.build(sync=False).removed == 0
    assert len(shop.trials()) == 3
    assert shop.build() == Summary(read=2, unchanged=2, removed=1)
    assert shop.trials() == {"NCT99000001", "NCT99000003"}
    with shop.store.reader() as reader:
        assert iri.trial_graph("NCT99000002") not in set(reader.graphs())
        assert not [quad for quad in reader.quads() if "NCT99000002" in str(quad)]


def test_nothing_is_removed_twice_and_what_comes_back_is_loaded(shop: Workshop) -> None:
    shop.build()
    shop.path(2).unlink()
    assert [shop.build().removed for _ in range(2)] == [1, 0]
    shop.write(2)
    assert shop.build() == Summary(read=3, unchanged=2, loaded=1)


def cut_off(shop: Workshop) -> None:
    shop.path(2).write_text(shop.path(2).read_text()[:40])


def emptied(shop: Workshop) -> None:
    shutil.rmtree(shop.folder)
    shop.folder.mkdir()


def strange(shop: Workshop) -> None:
    (shop.folder / "added.json").write_text('{"what": "is this"}')


def broken_archive(shop: Workshop) -> None:
    (shop.folder / "added.json.gz").write_bytes(b"\x1f\x8b\x08 and no more")


@pytest.mark.parametrize("fault", [cut_off, emptied, strange, broken_archive])
def test_a_reading_with_a_gap_removes_nothing(shop: Workshop, fault: Callable[[Workshop], None]) -> None:
    shop.build()
    shop.path(1).unlink()
    fault(shop)
    assert shop.build().removed == 0
    assert "nothing is removed from the store" in str(shop.told[-1])
    assert len(shop.trials()) == 3


def test_a_bad_record_keeps_its_own_trial_and_no_other(shop: Workshop) -> None:
    shop.build()
    shop.path(1).unlink()
    shop.write(2, title="")
    assert shop.build() == Summary(read=2, unchanged=1, failed=1, removed=1)
    assert shop.trials() == {"NCT99000002", "NCT99000003"}


def test_trials_of_other_sources_stay(shop: Workshop, tmp_path: Path) -> None:
    other = tmp_path / "records-2"
    other.mkdir()
    (other / "a.json").write_text(json.dumps(study("NCT99000009")))
    shop.build(other)
    shop.path(1).unlink()
    assert shop.build().removed == 1
    assert shop.trials() == {"NCT99000002", "NCT99000003", "NCT99000009"}


def test_a_record_that_moved_to_another_file_stays(shop: Workshop) -> None:
    shop.build()
    lines = "\n".join(json.dumps(study(f"NCT9900000{number}")) for number in (1, 2))
    emptied(shop)
    (shop.folder / "both.jsonl").write_text(lines)
    assert shop.build() == Summary(read=2, unchanged=2, removed=1)


def test_a_lesser_record_takes_over_when_the_better_one_has_gone(shop: Workshop) -> None:
    (shop.folder / "zzz.csv").write_text("NCT Number,Study Title\nNCT99000002,An invented study of examplumab\n")
    shop.build()
    assert shop.build() == Summary(read=4, unchanged=3, superseded=1)
    shop.path(2).unlink()
    assert shop.build() == Summary(read=3, unchanged=2, loaded=1)
    with shop.store.reader() as reader:
        assert reader.ledger()["NCT99000002"].format == "csv"


def test_the_command(new_store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shop = Workshop(tmp_path / "records", tmp_path / "unused")
    arguments = ["build", str(shop.folder), "--sync", "--store", str(new_store)]
    assert command(arguments) == 0
    shop.path(1).unlink()
    assert command([*arguments, str(tmp_path / "absent")]) == 2
    assert command(arguments) == 0
    assert "unchanged 2" in (said := capsys.readouterr().out.splitlines()[-1])
    assert "removed 1" in said


@pytest.mark.parametrize(
    ("sources", "source", "inside"),
    [
        (["records"], "records/a/b.json", True),
        (["records/"], "records/a.json#studies[3]", True),
        (["./records"], "records/a.zip!b.json#line 3", True),
        (["records"], "records-2/a.json", False),
        (["records/a.json"], "records/a.json", True),
        (["records/a.json"], "records/a.json#line 3", True),
        (["records/a.json"], "records/a.json.gz", False),
        (["x", "-"], "-#line 7", True),
        (["x"], "-#line 7", False),
        (["/"], "records/a.json", True),
    ],
)
def test_what_lies_in_a_source(
    sources: list[str], source: str, *, inside: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "records").mkdir()
    assert scope_of(sources)(source) == inside
    assert scope_of([os.path.abspath(name) for name in sources])(source) == inside  # noqa: PTH100
