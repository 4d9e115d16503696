"""The folder of an embedded store: format, locks, leftovers, old copies."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from graph.oxigraph import EmbeddedStore
from graph.publish import current_number, current_published, pin_current
from ontology.errors import NotFoundError, StoreError

GRAPH = "http://example.org/g"
TRIPLE = b'<http://example.org/s> <http://example.org/p> "%s" .\n'


def write(root: Path, triples: bytes | None = None) -> None:
    """Write a graph; another one each time, for what is there already is not written."""
    if triples is None:
        triples = TRIPLE % uuid4().hex.encode()
    with EmbeddedStore(root).writer() as writer:
        writer.replace_graph(GRAPH, triples)


def test_a_publication_makes_a_new_current_copy(tmp_path: Path) -> None:
    write(tmp_path)
    first = current_published(tmp_path)
    write(tmp_path, b"")
    assert first.is_dir()
    assert current_published(tmp_path) != first
    assert current_number(tmp_path) == 2


def test_a_writer_that_changes_nothing_publishes_nothing(tmp_path: Path) -> None:
    write(tmp_path)
    with EmbeddedStore(tmp_path).writer():
        pass
    assert current_number(tmp_path) == 1


def test_old_copies_go_except_those_that_are_read(tmp_path: Path) -> None:
    write(tmp_path)
    with pin_current(tmp_path) as held:
        for _ in range(4):
            write(tmp_path)
        assert sorted(path.name for path in (tmp_path / "published").iterdir()) == ["1", "4", "5"]
        assert held.path.is_dir()
    write(tmp_path)
    assert sorted(path.name for path in (tmp_path / "published").iterdir()) == ["5", "6"]


def test_versions_differ_even_after_a_store_was_made_anew(tmp_path: Path) -> None:
    versions = []
    for _ in range(2):
        write(tmp_path / "store")
        with pin_current(tmp_path / "store") as published:
            versions.append(published.version)
        shutil.rmtree(tmp_path / "store")
    assert versions[0] != versions[1]


def test_another_format_is_refused_with_a_way_out(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "format.json").write_text(json.dumps({"format": 99}))
    with pytest.raises(
        StoreError, match=r"format 99, and this version reads format \d+ \(use the version that wrote it"
    ):
        current_published(tmp_path)
    with pytest.raises(StoreError, match="format 99"):
        write(tmp_path)


@pytest.mark.parametrize("damage", ["", "[]", "{", "\x00"])
def test_a_damaged_format_file_is_a_clear_error(tmp_path: Path, damage: str) -> None:
    write(tmp_path)
    (tmp_path / "format.json").write_text(damage)
    with pytest.raises(StoreError, match=r"format\.json"):
        current_published(tmp_path)


def test_a_folder_with_something_else_is_not_made_a_store(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("precious")
    with pytest.raises(StoreError, match="something else than a store"):
        write(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_in_the_way_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "store").write_text("a file")
    with pytest.raises(StoreError, match="cannot be written"):
        write(tmp_path / "store")
    with pytest.raises((StoreError, NotFoundError)):
        current_published(tmp_path / "store")


def test_a_damaged_copy_is_a_clear_error(tmp_path: Path) -> None:
    write(tmp_path)
    (current_published(tmp_path) / "CURRENT").write_text("nonsense")
    with pytest.raises(StoreError, match="the engine failed"), EmbeddedStore(tmp_path).reader():
        pass


def test_what_a_killed_writer_left_is_thrown_away(tmp_path: Path) -> None:
    write(tmp_path)
    script = (
        "import os, sys; from pathlib import Path; from graph.oxigraph import EmbeddedStore\n"
        "with EmbeddedStore(Path(sys.argv[1])).writer() as writer:\n"
        "    writer.replace_graph('http://example.org/half', b'<http://e/s> <http://e/p> <http://e/o> .\\n')\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    assert subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False).returncode == -9
    (tmp_path / "published" / ".2" / "graph").mkdir(parents=True)
    assert (tmp_path / "work").is_dir()
    with EmbeddedStore(tmp_path).reader() as reader:
        assert list(reader.graphs()) == [GRAPH]
    write(tmp_path)
    assert not (tmp_path / "work").exists()
    assert current_number(tmp_path) == 2
    with EmbeddedStore(tmp_path).reader() as reader:
        assert list(reader.graphs()) == [GRAPH]
