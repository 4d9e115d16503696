"""The text of records beside the graph: kept once, found by what names it, dropped when nothing refers to it."""

import sqlite3
from pathlib import Path

import pytest

from extract.model import Document, Section, SectionKind, SourceFormat
from graph import texts
from graph.build import Plan, Watch, build
from graph.oxigraph import EmbeddedStore
from graph.texts import SourceText, TextKey
from graph.tools import standard_tools
from ontology.errors import StoreError

KEY = TextKey("NCT99000101", "hash-1", "1+1")
SECTIONS = (
    Section("title", SectionKind.TITLE, "Drug ä in 🧪 disease"),
    Section("summary", SectionKind.SUMMARY, "a\nb"),
)
TEXT = {"title": "Drug ä in 🧪 disease", "summary": "a\nb"}


def document(title: str = "Onelimab in an invented disease", content_hash: str = "hash-1") -> Document:
    section = Section("title", SectionKind.TITLE, title)
    return Document("NCT99000101", SourceFormat.TEXT, "invented.txt", content_hash, (section,))


def write(store: Path, *documents: Document) -> None:
    build(documents, EmbeddedStore(store), standard_tools(), Watch(lambda _: None, lambda _: None), Plan())


def keys(store: Path) -> list[tuple[str, ...]]:
    with sqlite3.connect(store / texts.FILE) as database:
        return sorted(database.execute("SELECT trial, hash, extractor FROM texts"))


def test_what_was_kept_is_found_in_the_order_of_its_sections(tmp_path: Path) -> None:
    texts.keep(tmp_path, [SourceText(KEY, texts.pack(SECTIONS))])
    found = texts.find(tmp_path, KEY)
    assert found == TEXT
    assert list(found) == ["title", "summary"]


def test_a_row_is_never_changed(tmp_path: Path) -> None:
    texts.keep(tmp_path, [SourceText(KEY, texts.pack(SECTIONS))])
    texts.keep(tmp_path, [SourceText(KEY, texts.pack(()))])
    assert texts.find(tmp_path, KEY) == TEXT


def test_another_record_extractor_or_trial_is_another_text(tmp_path: Path) -> None:
    texts.keep(tmp_path, [SourceText(KEY, texts.pack(SECTIONS))])
    for other in (("NCT99000102", "hash-1", "1+1"), ("NCT99000101", "hash-2", "1+1"), ("NCT99000101", "hash-1", "2+1")):
        assert texts.find(tmp_path, TextKey(*other)) is None


def test_no_file_and_a_damaged_one_have_no_text(tmp_path: Path) -> None:
    assert texts.find(tmp_path, KEY) is None
    assert not (tmp_path / texts.FILE).exists()
    texts.keep(tmp_path, [SourceText(KEY, b"no such frame")])
    assert texts.find(tmp_path, KEY) is None
    (tmp_path / texts.FILE).write_bytes(b"this is no database" * 100)
    assert texts.find(tmp_path, KEY) is None


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / texts.FILE).write_bytes(b"this is no database" * 100)
    with pytest.raises(StoreError, match="the texts cannot be written"):
        texts.keep(tmp_path, [SourceText(KEY, b"")])


def test_what_nothing_refers_to_is_dropped(tmp_path: Path) -> None:
    other = TextKey("NCT99000101", "hash-2", "1+1")
    assert texts.drop_unreferenced(tmp_path, []) == 0
    texts.keep(tmp_path, [SourceText(key, texts.pack(SECTIONS)) for key in (KEY, other)])
    assert texts.drop_unreferenced(tmp_path, [other]) == 1
    assert keys(tmp_path) == [tuple(other)]


def test_a_build_keeps_the_text_and_compaction_drops_the_old_one(new_store: Path) -> None:
    write(new_store, document())
    write(new_store, document("Onelimab in another invented disease", "hash-2"))
    assert [key[1] for key in keys(new_store)] == ["hash-1", "hash-2"]
    key = TextKey(*keys(new_store)[1])
    assert texts.find(new_store, key) == {"title": "Onelimab in another invented disease"}
    with EmbeddedStore(new_store).writer() as writer:
        writer.compact()
    assert [key[1] for key in keys(new_store)] == ["hash-2"]
