"""What `export` writes, over a small store."""

import csv
import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import RdfFormat
from pyoxigraph import Store as Engine

from extract.facts import TrialFacts
from graph.derive import derived_triples
from graph.export import (
    curie,
    table,
    table_names,
    write_csv,
    write_kgx_edges,
    write_kgx_nodes,
    write_quads,
    write_union,
)
from graph.knowledge import Knowledge
from graph.ledger import activity_triples, new_activity
from graph.mapping import Origin, facts_to_triples
from graph.oxigraph import EmbeddedStore
from graph.parquet import write_parquet
from graph.store import LedgerEntry, Reader, Tooling, TrialState, TrialTriples
from graph.triples import to_ntriples
from graph.vocabulary_mapping import vocabulary_triples
from ontology import iri
from ontology.model import Vocabulary

TOOLING = Tooling("1", "vocabulary-digest", "shapes-digest")


@pytest.fixture
def reader(tmp_path: Path, sample_facts: TrialFacts, small_vocabulary: Vocabulary) -> Iterator[Reader]:
    started = datetime(2026, 1, 2, tzinfo=UTC)
    activity, knowledge = new_activity(started), Knowledge(small_vocabulary)
    facts = facts_to_triples(sample_facts, Origin("a.json", "api-v2", "hash", TOOLING), knowledge)
    entry = LedgerEntry(sample_facts.id, "hash", "api-v2", "a.json", TrialState.LOADED, TOOLING)
    trial = TrialTriples(entry, to_ntriples(facts), to_ntriples(derived_triples(sample_facts, knowledge)))
    store = EmbeddedStore(tmp_path / "store")
    with store.writer() as writer:
        writer.replace_graph(iri.VOCABULARY_GRAPH, to_ntriples(vocabulary_triples(small_vocabulary)))
        writer.add(iri.PROVENANCE_GRAPH, activity_triples(activity, started, TOOLING))
        writer.replace_trials([trial], activity)
    with store.reader() as opened:
        yield opened


def written(write: Callable[[io.BytesIO], None]) -> bytes:
    output = io.BytesIO()
    write(output)
    return output.getvalue()


@pytest.mark.parametrize("file_format", [RdfFormat.N_QUADS, RdfFormat.JSON_LD])
def test_quads_loaded_again_are_the_same_named_graphs(reader: Reader, file_format: RdfFormat) -> None:
    again = Engine()
    again.load(written(lambda output: write_quads(reader, output, file_format)), file_format)
    assert set(again) == set(reader.quads())
    assert len(set(again)) > 200


def test_the_union_is_the_default_graph(reader: Reader) -> None:
    text = written(lambda output: write_union(reader, output))
    triples = {quad.triple for quad in pyoxigraph.parse(text, RdfFormat.TURTLE)}
    asked = reader.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
    assert triples == set(asked)  # type: ignore[arg-type]
    assert b"@prefix tg:" in text


@pytest.mark.parametrize("name", table_names())
def test_each_table_has_rows_of_the_sample(reader: Reader, name: str) -> None:
    columns, rows = table(reader, name)
    found = list(rows)
    assert found
    assert all(row[0] == "NCT90000001" for row in found)
    assert all(len(row) == len(columns) for row in found)
    assert len({tuple(row) for row in found}) == len(found)


def test_csv_survives_quotes_and_commas(reader: Reader) -> None:
    text = written(lambda output: write_csv(reader, "trials", output)).decode()
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert row["title"] == 'Onelimab "plus" something, in an invented disease'
    assert row["phases"] == "PHASE2"
    assert row["combination"] == "true"


def test_lines_of_cohorts_are_rows_of_their_own(reader: Reader) -> None:
    columns, rows = table(reader, "lines")
    found = {(row[columns.index("arm")], row[columns.index("min")], row[columns.index("max")]) for row in rows}
    assert found == {("Cohort A", "2", "2"), ("Cohort B", "3", "")}


def test_parquet_has_the_rows_of_the_csv(reader: Reader) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    stored = parquet.read_table(io.BytesIO(written(lambda output: write_parquet(reader, "endpoints", output))))
    columns, rows = table(reader, "endpoints")
    assert stored.column_names == columns
    assert [[row[name] or "" for name in columns] for row in stored.to_pylist()] == [list(row) for row in rows]


def test_kgx_edges_lead_from_node_to_node(reader: Reader) -> None:
    nodes = list(
        csv.DictReader(written(lambda out: write_kgx_nodes(reader, out)).decode().splitlines(), delimiter="\t")
    )
    edges = list(
        csv.DictReader(written(lambda out: write_kgx_edges(reader, out)).decode().splitlines(), delimiter="\t")
    )
    known = {node["id"]: node for node in nodes}
    assert len(known) == len(nodes)
    assert {edge["subject"] for edge in edges} | {edge["object"] for edge in edges} <= set(known)
    assert known["trialgraph:drug/onelimab"]["category"] == "biolink:Drug"
    assert known["trialgraph:trial/NCT90000001"]["category"] == "biolink:ClinicalTrial"
    studied = [edge for edge in edges if edge["predicate"] == "biolink:in_clinical_trials_for"]
    assert ("trialgraph:drug/onelimab", "trialgraph:trial/NCT90000001") in {
        (edge["subject"], edge["supporting_studies"]) for edge in studied
    }
    assert not any("bothlimab" in edge["subject"] for edge in studied)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("https://w3id.org/trialgraph/drug/x", "trialgraph:drug/x"),
        ("https://w3id.org/biolink/vocab/Drug", "biolink:Drug"),
        ("http://purl.obolibrary.org/obo/NCIT_C2", "ncit:C2"),
        ("https://example.org/other", "https://example.org/other"),
    ],
)
def test_curies(value: str, expected: str) -> None:
    assert curie(value) == expected
