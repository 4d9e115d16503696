"""Imports in a store: what is recorded, the same file twice, a broken file. All terms are invented."""

from pathlib import Path

import pytest
from pyoxigraph import NamedNode, QueryBoolean

from graph.oxigraph import EmbeddedStore
from graph.store import Reader
from graph.triples import Triple, ref, to_ntriples
from graph.vocabulary_import import Imported, Request, import_file
from graph.vocabulary_sources import imports, stored_terms
from ontology import iri
from ontology.errors import VocabularyError
from ontology.importers.files import VocabularyFile
from ontology.iri import NAMESPACES

OBO = """format-version: 1.2
data-version: releases/2030-01-02
ontology: mondo

[Term]
id: MONDO:9000001
name: invented tumor
synonym: "tumor, invented" EXACT []
xref: NCIT:C900009
is_a: MONDO:9000002

[Term]
id: MONDO:9000002
name: wider tumor
"""
DRUGBANK = (
    "DrugBank ID,Accession Numbers,Common name,CAS,UNII,Synonyms,Standard InChI Key\nDB99999,,Onelimab,,,Onelimabum,\n"
)
TUMOR = "http://purl.obolibrary.org/obo/MONDO_9000001"
SKOS = NAMESPACES["skos"]


@pytest.fixture
def store(tmp_path: Path) -> EmbeddedStore:
    return EmbeddedStore(tmp_path / "store")


def bring(store: EmbeddedStore, folder: Path, text: str, *, release: str = "") -> Imported:
    path = folder / "file"
    path.write_text(text)
    return import_file(Request(VocabularyFile(path), "file", release=release), store)


def holds(reader: Reader, pattern: str) -> bool:
    found = reader.query(f"ASK {{ {pattern} }}")
    assert isinstance(found, QueryBoolean)
    return bool(found)


def test_terms_are_skos_in_the_sources_own_iris(store: EmbeddedStore, tmp_path: Path) -> None:
    bring(store, tmp_path, OBO)
    with store.reader() as reader:
        said = {
            (str(q.predicate.value), str(getattr(q.object, "value", "")))
            for q in reader.quads()
            if q.subject == NamedNode(TUMOR)
        }
        assert {(SKOS + "prefLabel", "invented tumor"), (SKOS + "altLabel", "tumor, invented")} <= said
        assert (SKOS + "broader", "http://purl.obolibrary.org/obo/MONDO_9000002") in said
        assert (SKOS + "closeMatch", "http://purl.obolibrary.org/obo/NCIT_C900009") in said
        assert holds(reader, f"<{TUMOR}> <{SKOS}prefLabel> ?label")


def test_an_import_is_recorded(store: EmbeddedStore, tmp_path: Path) -> None:
    bring(store, tmp_path, OBO)
    with store.reader() as reader:
        record = imports(reader)["mondo"]
        assert holds(reader, f"GRAPH <{record.graph}> {{ <{record.graph}> a <{NAMESPACES['void']}Dataset> }}")
        assert [term.label for term in stored_terms(reader, "mondo")].count("invented tumor") == 1
    assert (record.version, record.issued, record.terms) == ("releases/2030-01-02", "2030-01-02", 2)
    assert record.licence == "https://creativecommons.org/licenses/by/4.0/"
    assert len(record.digest) == 64


def test_the_same_file_twice_changes_nothing(store: EmbeddedStore, tmp_path: Path) -> None:
    assert not bring(store, tmp_path, OBO).unchanged
    with store.reader() as reader:
        before = reader.version
    assert bring(store, tmp_path, OBO).unchanged
    with store.reader() as reader:
        assert reader.version == before


def test_another_release_replaces_the_old_one(store: EmbeddedStore, tmp_path: Path) -> None:
    bring(store, tmp_path, OBO)
    bring(store, tmp_path, OBO.replace("name: invented tumor", "name: renamed tumor"))
    with store.reader() as reader:
        assert {term.label for term in stored_terms(reader, "mondo")} == {"renamed tumor", "wider tumor"}
        assert not holds(reader, f'?term <{SKOS}prefLabel> "invented tumor"')


def test_a_version_may_be_given(store: EmbeddedStore, tmp_path: Path) -> None:
    bring(store, tmp_path, DRUGBANK)
    assert not bring(store, tmp_path, DRUGBANK, release="5.1.99").unchanged
    assert bring(store, tmp_path, DRUGBANK, release="5.1.99").unchanged
    with store.reader() as reader:
        assert imports(reader)["drugbank"].version == "5.1.99"


@pytest.mark.parametrize("broken", [OBO + "\n[Term]\nid: MONDO:9000009\nna", OBO.split("[Term]", maxsplit=1)[0]])
def test_a_broken_file_leaves_what_was_there(store: EmbeddedStore, tmp_path: Path, broken: str) -> None:
    bring(store, tmp_path, OBO)
    with pytest.raises(VocabularyError):
        bring(store, tmp_path, broken)
    with store.reader() as reader:
        assert len(list(stored_terms(reader, "mondo"))) == 2


def test_rows_left_out_are_counted(store: EmbeddedStore, tmp_path: Path) -> None:
    tally = bring(store, tmp_path, DRUGBANK + ",,Nameless,,,,\n").tally
    assert (tally.terms, tally.left_out) == (1, 1)
    assert tally.bad[0].place == "line 3"


def test_what_two_graphs_state_stays_when_one_is_replaced(store: EmbeddedStore) -> None:
    shared = to_ntriples([Triple(TUMOR, SKOS + "exactMatch", ref(TUMOR + "x"))])
    with store.writer() as writer:
        writer.replace_graph(iri.vocabulary_graph("one"), shared)
        writer.replace_graph(iri.vocabulary_graph("two"), shared)
        writer.replace_graph(iri.vocabulary_graph("one"), b"")
        assert holds(writer, f"<{TUMOR}> <{SKOS}exactMatch> ?other")
        writer.replace_graph(iri.vocabulary_graph("two"), b"")
        assert not holds(writer, f"<{TUMOR}> <{SKOS}exactMatch> ?other")
