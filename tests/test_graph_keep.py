"""Export and import, parts, backup, compaction, and stores of another format. The trials are invented."""

import gzip
import json
import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard
from pyoxigraph import CanonicalizationAlgorithm, Dataset, NamedNode, Quad, RdfFormat, parse

from api.cli import run as command
from extract.model import Section, SectionKind
from graph.export import write_quads
from graph.ledger import activity_triples, new_activity
from graph.oxigraph import EmbeddedStore
from graph.parts import by_number, by_size, write_parts
from graph.publish import FORMAT_VERSION, current_number, pin_current
from graph.restore import restore
from graph.store import LedgerEntry, Tooling, TrialState, TrialTriples
from graph.texts import SourceText, TextKey, find, pack
from graph.upkeep import backup, compact, size_of
from ontology import iri
from ontology.errors import NotFoundError, SourceError, StoreError, TrialGraphError, UsageError

TOOLING = Tooling("extractor", "vocabulary", "shapes")
STARTED = datetime(2026, 1, 2, tzinfo=UTC)
USERS = "http://example.org/mine"
AWKWARD = r'"a \"quoted\" line\n <https://w3id.org/trialgraph/graph/derived> . Ω"@en'


def trial(number: int, state: TrialState = TrialState.LOADED) -> TrialTriples:
    name = f"NCT9900000{number}"
    entry = LedgerEntry(name, f"hash {number}", "text", f"{name}.txt", state, TOOLING)
    facts = f"<{iri.trial(name)}> <http://purl.org/dc/terms/title> {AWKWARD} .\n".encode()
    derived = f"<{iri.trial(name)}> <http://example.org/shortcut> <{iri.DERIVED_GRAPH}> .\n".encode()
    text = SourceText(TextKey(name, f"hash {number}", "extractor"), pack([Section("t", SectionKind.TITLE, name)]))
    return TrialTriples(entry, facts, b"" if state is TrialState.QUARANTINED else derived, text)


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedStore:
    """Something in every kind of graph; a user's graph has blank nodes."""
    made = EmbeddedStore(tmp_path / "store")
    with made.writer() as writer:
        activity = new_activity(STARTED)
        writer.add(iri.PROVENANCE_GRAPH, activity_triples(activity, STARTED, TOOLING))
        writer.replace_graph(iri.VOCABULARY_GRAPH, b'<http://e/x> <http://e/name> "x" .\n')
        writer.replace_graph(iri.vocabulary_graph("mondo"), b'<http://e/y> <http://e/name> "y" .\n')
        writer.replace_trials([*map(trial, range(1, 8)), trial(8, TrialState.QUARANTINED)], activity)
        writer.add(USERS, b'_:a <http://e/p> _:b .\n_:b <http://e/p> _:a .\n_:b <http://e/q> "1" .\n')
    return made


def canonical(store: EmbeddedStore) -> str:
    """All named graphs as RDFC-1.0 orders and names them."""
    with store.reader() as reader:
        return canonical_of(list(reader.quads()))


def canonical_of(quads: list[Quad]) -> str:
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return "\n".join(sorted(map(str, dataset)))


def union(store: EmbeddedStore) -> set[str]:
    with store.reader() as reader:
        return {str(row) for row in reader.query("SELECT * { ?s ?p ?o }")}  # type: ignore[union-attr]


def as_file(store: EmbeddedStore, path: Path) -> Path:
    with store.reader() as reader, path.open("wb") as file:
        write_quads(reader, file)
    return path


def packed(data: Callable[[bytes], bytes], name: str) -> Callable[[EmbeddedStore, Path], Path]:
    def write(store: EmbeddedStore, folder: Path) -> Path:
        path = folder / name
        path.write_bytes(data(as_file(store, folder / "all.nq").read_bytes()))
        return path

    return write


def in_parts(store: EmbeddedStore, folder: Path) -> Path:
    with store.reader() as reader:
        write_parts(reader, folder / "parts", by_number(3))
    return folder / "parts"


WAYS = {
    "plain": lambda store, folder: as_file(store, folder / "all.nq"),
    "gzip": packed(gzip.compress, "all.nq.gz"),
    "zstd": packed(zstandard.compress, "all.nq.zst"),
    "parts": in_parts,
}


@pytest.mark.parametrize("way", WAYS)
def test_what_was_exported_comes_in_again(store: EmbeddedStore, tmp_path: Path, way: str) -> None:
    again = EmbeddedStore(tmp_path / "again")
    found = restore([WAYS[way](store, tmp_path)], again)
    assert canonical(again) == canonical(store)
    assert union(again) == union(store)
    assert found.trials == 8
    with again.reader() as reader, store.reader() as before:
        assert reader.ledger() == before.ledger()
        assert found.quads == len(list(reader.quads()))


def test_a_changed_triple_is_no_round_trip(store: EmbeddedStore, tmp_path: Path) -> None:
    path = as_file(store, tmp_path / "all.nq")
    path.write_bytes(path.read_bytes().replace(b"_:", b"_:c", 1))
    again = EmbeddedStore(tmp_path / "again")
    restore([path], again)
    assert canonical(again) != canonical(store)


def test_small_pieces_come_in_as_well_as_large_ones(
    store: EmbeddedStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = as_file(store, tmp_path / "all.nq")
    monkeypatch.setattr("graph.restore.CHUNK", 1)
    monkeypatch.setattr("graph.restore.STEP", 7)
    again = EmbeddedStore(tmp_path / "again")
    restore([path], again)
    assert canonical(again) == canonical(store)


def test_only_an_empty_store_takes_an_import(store: EmbeddedStore, tmp_path: Path) -> None:
    before = canonical(store)
    with pytest.raises(UsageError, match="holds graphs already"):
        restore([as_file(store, tmp_path / "all.nq")], store)
    assert canonical(store) == before


def no_quads(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"this is no quad\n")


def cut_off(path: Path) -> None:
    path.with_suffix(".nq.gz").write_bytes(gzip.compress(path.read_bytes())[:-20])
    path.unlink()


@pytest.mark.parametrize("damage", [no_quads, cut_off, Path.unlink])
def test_a_broken_file_leaves_an_empty_store(
    store: EmbeddedStore, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    damage(as_file(store, folder / "all.nq"))
    again = EmbeddedStore(tmp_path / "again")
    assert str(folder) in refusal([folder], again)
    with pytest.raises(NotFoundError), again.reader():
        pass
    restore([as_file(store, folder / "good.nq")], again)
    assert canonical(again) == canonical(store)


def refusal(sources: list[Path], store: EmbeddedStore) -> str:
    """What an import says that fails; its traceback is let go of, for it would hold the engine open."""
    try:
        restore(sources, store)
    except SourceError as error:
        return str(error)
    return ""


def changed(folder: Path) -> None:
    with (folder / "part-00001.nq.gz").open("ab") as file:
        file.write(gzip.compress(b'<http://e/s> <http://e/p> "added" <http://e/g> .\n'))


def missing(folder: Path) -> None:
    (folder / "part-00001.nq.gz").unlink()


def other_format(folder: Path) -> None:
    (folder / "manifest.json").write_text('{"format": 99, "parts": []}')


def nonsense(folder: Path) -> None:
    (folder / "manifest.json").write_text('{"parts": 7}')


@pytest.mark.parametrize("damage", [changed, missing, other_format, nonsense])
def test_parts_are_held_against_their_manifest(
    store: EmbeddedStore, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    folder = in_parts(store, tmp_path)
    damage(folder)
    with pytest.raises(SourceError):
        restore([folder], EmbeddedStore(tmp_path / "again"))


def graphs_of(path: Path) -> set[str]:
    with gzip.open(path) as file:
        return {str(quad.graph_name.value) for quad in parse(file, RdfFormat.N_QUADS)}  # type: ignore[arg-type]


@pytest.mark.parametrize("choice", [lambda: by_number(3), lambda: by_number(1), lambda: by_size(700)])
def test_no_graph_of_a_trial_or_user_is_cut(store: EmbeddedStore, tmp_path: Path, choice: Callable[[], object]) -> None:
    with store.reader() as reader:
        parts = write_parts(reader, tmp_path / "parts", choice())  # type: ignore[arg-type]
        total = len(list(reader.quads()))
    homes: dict[str, int] = {}
    for part in parts:
        for graph in graphs_of(tmp_path / "parts" / part.file):
            homes[graph] = homes.get(graph, 0) + 1
    assert {count for graph, count in homes.items() if "/trial/" in graph or graph == USERS} == {1}
    assert sum(part.quads for part in parts) == total
    assert len(homes) == 8 + 5


def test_quarantine_is_in_files_of_its_own(store: EmbeddedStore, tmp_path: Path) -> None:
    folder = in_parts(store, tmp_path)
    apart = set().union(*map(graphs_of, folder.glob("quarantine-*.nq.gz")))
    others = set().union(*map(graphs_of, folder.glob("part-*.nq.gz")))
    assert apart == {iri.quarantine_graph("NCT99000008")}
    assert apart & others == set()
    assert len(others) == 7 + 5


def test_parts_are_the_same_every_time(store: EmbeddedStore, tmp_path: Path) -> None:
    with store.reader() as reader:
        first, second = (write_parts(reader, tmp_path / name, by_number(2)) for name in ("a", "b"))
    assert first == second
    assert len([part for part in first if part.file.startswith("part-")]) == 2


def test_parts_go_into_an_empty_folder(store: EmbeddedStore, tmp_path: Path) -> None:
    in_parts(store, tmp_path)
    with pytest.raises(UsageError, match="parts already"):
        in_parts(store, tmp_path)


@pytest.mark.parametrize("number", [0, 1001])
def test_so_many_parts_there_cannot_be(number: int) -> None:
    with pytest.raises(UsageError):
        by_number(number)


def test_a_backup_is_a_store(store: EmbeddedStore, tmp_path: Path) -> None:
    target = tmp_path / "copies" / "monday"
    backup(Path(store.location), target)
    before = canonical(store)
    copy = EmbeddedStore(target)
    assert canonical(copy) == before
    assert find(target, TextKey("NCT99000001", "hash 1", "extractor")) == {"t": "NCT99000001"}
    with store.writer() as writer:
        writer.remove_trials(["NCT99000001"])
    shutil.rmtree(store.location)
    assert canonical(copy) == before
    with copy.writer() as writer:
        writer.remove_trials(["NCT99000002"])
    assert canonical(copy) != before


def test_a_backup_goes_nowhere_where_something_is(store: EmbeddedStore, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="something already"):
        backup(Path(store.location), tmp_path)
    with pytest.raises(NotFoundError):
        backup(tmp_path / "absent", tmp_path / "copy")
    assert not (tmp_path / "copy").exists()


def test_a_backup_that_broke_off_is_no_store(
    store: EmbeddedStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("graph.upkeep._copy_texts", full)
    with pytest.raises(StoreError, match="No space left"):
        backup(Path(store.location), tmp_path / "copy")
    with pytest.raises(NotFoundError), EmbeddedStore(tmp_path / "copy").reader():
        pass


def test_compaction_keeps_what_is_there_and_drops_what_is_not(store: EmbeddedStore) -> None:
    with store.writer() as writer:
        writer.remove_trials(["NCT99000001"])
    root, content, asked = Path(store.location), canonical(store), union(store)
    assert len(list((root / "published").iterdir())) == 2
    _, after = compact(store)
    assert after == size_of(root)
    assert (canonical(store), union(store)) == (content, asked)
    assert [path.name for path in (root / "published").iterdir()] == [str(current_number(root))]
    assert find(root, TextKey("NCT99000001", "hash 1", "extractor")) is None
    assert find(root, TextKey("NCT99000002", "hash 2", "extractor")) == {"t": "NCT99000002"}


def test_compaction_keeps_empty_graphs(store: EmbeddedStore) -> None:
    with store.writer() as writer:
        writer.changing().add_graph(NamedNode("http://example.org/empty"))
    compact(store)
    with store.reader() as reader:
        assert "http://example.org/empty" in set(reader.graphs())


def test_a_compaction_that_breaks_off_changes_nothing(store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    before, number = canonical(store), current_number(Path(store.location))
    monkeypatch.setattr("graph.upkeep._dump", lambda _source, descriptor: os.close(descriptor))
    with pytest.raises(StoreError, match=r"0 of \d+ quads came through"):
        compact(store)
    assert current_number(Path(store.location)) == number
    assert canonical(store) == before
    monkeypatch.undo()
    compact(store)
    assert canonical(store) == before


def test_compaction_leaves_a_copy_that_is_read(store: EmbeddedStore) -> None:
    with pin_current(Path(store.location)) as held:
        compact(store)
        assert held.path.is_dir()


def test_compaction_makes_no_store(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        compact(EmbeddedStore(tmp_path / "absent"))
    assert not (tmp_path / "absent").exists()


def make_older(root: Path) -> None:
    (root / "format.json").write_text(json.dumps({"format": FORMAT_VERSION - 1}))


def test_an_older_store_says_what_to_do(store: EmbeddedStore) -> None:
    make_older(Path(store.location))
    with pytest.raises(StoreError, match=r"trialgraph build --rebuild"), store.reader():
        pass
    with pytest.raises(StoreError, match=r"trialgraph build --rebuild"), store.writer():
        pass


def test_a_rebuild_takes_the_place_of_an_older_store(store: EmbeddedStore) -> None:
    root = Path(store.location)
    make_older(root)
    with pytest.raises(TrialGraphError, match="broken off"), EmbeddedStore(root, rebuild=True).writer() as writer:
        raise StoreError("broken off")
    with pytest.raises(StoreError), store.reader():
        pass
    with EmbeddedStore(root, rebuild=True).writer() as writer:
        assert list(writer.graphs()) == []
        writer.add(iri.PROVENANCE_GRAPH, activity_triples(new_activity(STARTED), STARTED, TOOLING))
        writer.replace_trials([trial(5)], new_activity(STARTED))
    with store.reader() as reader:
        assert set(reader.ledger()) == {"NCT99000005"}


@pytest.mark.parametrize("found", [FORMAT_VERSION + 1, "x", None])
def test_a_rebuild_leaves_a_newer_store_alone(store: EmbeddedStore, found: object) -> None:
    root = Path(store.location)
    (root / "format.json").write_text(json.dumps({"format": found}))
    with pytest.raises(StoreError, match="newer"), EmbeddedStore(root, rebuild=True).writer():
        pass
    assert json.loads((root / "format.json").read_text()) == {"format": found}


def test_readers_have_the_old_state_until_a_rebuild_is_through(store: EmbeddedStore) -> None:
    before = canonical(store)
    with EmbeddedStore(Path(store.location), rebuild=True).writer() as writer:
        writer.replace_trials([trial(1)], new_activity(STARTED))
        assert canonical(store) == before
    assert canonical(store) != before


def test_the_commands(store: EmbeddedStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root, again = store.location, EmbeddedStore(tmp_path / "again")
    parts, copy = str(tmp_path / "parts"), str(tmp_path / "copy")
    export = ["export", "--format", "nq", "--store", root, "--output", parts]
    assert command([*export, "--parts", "2"]) == 0
    assert command(["import", parts, "--store", again.location]) == 0
    assert canonical(again) == canonical(store)
    assert command(["backup", "--output", copy, "--store", root]) == 0
    assert command(["compact", "--store", copy]) == 0
    assert canonical(EmbeddedStore(Path(copy))) == canonical(store)
    said = capsys.readouterr()
    assert said.out == ""
    assert "imported" in said.err
    assert "of 8 trials from 3 files" in said.err
    assert command([*export, "--parts", "2", "--part-size", "1"]) == 2
    assert command(["export", "--format", "ttl", "--store", root, "--output", parts, "--parts", "2"]) == 2
    assert command(["import", parts, "--store", "https://example.org/sparql"]) == 2
    assert command(["build", parts, "--rebuild", "--store", "https://example.org/sparql"]) == 2


def test_the_command_rebuilds_an_older_store(
    new_store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    record = {"protocolSection": {"identificationModule": {"nctId": "NCT99000001", "briefTitle": "An invented study"}}}
    (tmp_path / "record.json").write_text(json.dumps(record))
    make_older(new_store)
    build = ["build", str(tmp_path / "record.json"), "--store", str(new_store)]
    assert command(build) == 2
    assert "--rebuild" in capsys.readouterr().err
    assert command([*build, "--rebuild"]) == 0
    assert command(build) == 0
    assert "unchanged 1" in capsys.readouterr().out
