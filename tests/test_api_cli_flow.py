"""The commands one after the other, over the repository's invented sample records."""

import csv
import io
import json
import shutil
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import RdfFormat

from api.cli import run

RECORDS = Path(__file__).parents[1] / "examples" / "records"
FLAGSHIP = "which PD-L1 combos in second line"

pytestmark = pytest.mark.skipif(not RECORDS.is_dir(), reason="the sample records are not beside the tests")


@pytest.fixture(scope="module")
def store(vocabulary_store: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The graph of the sample records."""
    folder = tmp_path_factory.mktemp("samples") / "store"
    shutil.copytree(vocabulary_store, folder)
    assert run(["build", str(RECORDS), "--store", str(folder)]) == 0
    return folder


def out(capsys: pytest.CaptureFixture[str], *arguments: str | Path, code: int = 0) -> str:
    capsys.readouterr()
    assert run([str(argument) for argument in arguments]) == code
    return capsys.readouterr().out


def test_building_again_changes_nothing(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (store / "current").read_text()
    said = out(capsys, "build", RECORDS, "--store", store)
    assert "loaded 0," in said
    assert "failed 0" in said
    assert (store / "current").read_text() == before


def test_the_flagship_question_has_answers_with_quotes(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answer = json.loads(out(capsys, "ask", FLAGSHIP, "--store", store, "--format", "json"))
    assert answer["understood"]["line"] == 2
    assert answer["total"] == len(answer["trials"]) > 0
    assert all(evidence["quote"] for trial in answer["trials"] for evidence in trial["evidence"])
    table = out(capsys, "ask", FLAGSHIP, "--store", store)
    assert all(trial["id"] in table for trial in answer["trials"])


def test_the_sparql_of_a_question_gives_the_same_trials(
    store: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    answer = json.loads(out(capsys, "ask", FLAGSHIP, "--store", store, "--format", "json"))
    (tmp_path / "q.rq").write_text(out(capsys, "ask", FLAGSHIP, "--store", store, "--format", "sparql"))
    rows = json.loads(out(capsys, "query", "--file", tmp_path / "q.rq", "--store", store, "--format", "json"))
    found = {row["trial"]["value"].rpartition("/")[2] for row in rows["results"]["bindings"]}
    assert found == {trial["id"] for trial in answer["trials"]}


def test_questions_of_a_file_are_answered_in_order(
    store: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    questions = [FLAGSHIP, "maintenance trials", "first line"]
    (tmp_path / "questions.txt").write_text("\n".join(questions) + "\n\n")
    lines = out(capsys, "ask", "--questions", tmp_path / "questions.txt", "--store", store, "--format", "json")
    assert [json.loads(line)["question"] for line in lines.splitlines()] == questions


def test_answers_as_csv(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = list(csv.DictReader(io.StringIO(out(capsys, "ask", FLAGSHIP, "--store", store, "--format", "csv"))))
    assert rows
    assert rows[0]["question"] == FLAGSHIP


@pytest.mark.parametrize(
    ("name", "mark"),
    [("table", "(1 row)"), ("json", '"bindings"'), ("xml", "<sparql"), ("csv", "n\r\n"), ("tsv", "?n\n")],
)
def test_results_in_each_format(store: Path, capsys: pytest.CaptureFixture[str], name: str, mark: str) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?trial a <https://w3id.org/trialgraph/ontology#Trial> }"
    assert mark in out(capsys, "query", query, "--store", store, "--format", name)


@pytest.mark.parametrize(
    ("name", "file_format"), [("ttl", RdfFormat.TURTLE), ("nt", RdfFormat.N_TRIPLES), ("jsonld", RdfFormat.JSON_LD)]
)
def test_triples_in_each_format(
    store: Path, capsys: pytest.CaptureFixture[str], name: str, file_format: RdfFormat
) -> None:
    query = "CONSTRUCT { ?s ?p ?o } WHERE { ?s a <https://w3id.org/trialgraph/ontology#Trial> ; ?p ?o }"
    assert list(pyoxigraph.parse(out(capsys, "query", query, "--store", store, "--format", name), file_format))


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
        "SELECT * FROM <file:///etc/passwd> { ?s ?p ?o }",
        "SELECT * FROM <http://127.0.0.1/x> { ?s ?p ?o }",
        "SELECT * {",
        "INSERT DATA { <http://e/a> <http://e/b> <http://e/c> }",
        "LOAD <file:///etc/passwd>",
    ],
)
def test_a_query_that_reaches_out_or_writes_is_refused(
    store: Path, capsys: pytest.CaptureFixture[str], query: str
) -> None:
    assert run(["query", query, "--store", str(store)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert len(captured.err.splitlines()) == 1


def test_a_query_that_takes_too_long_is_stopped(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
    assert run(["query", query, "--store", str(store), "--seconds", "0.5"]) == 1
    assert "took longer" in capsys.readouterr().err


def test_the_samples_conform_to_the_shapes(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "broken 0" in out(capsys, "validate", "--store", store)


def test_a_broken_file_is_reported(store: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    ttl = out(capsys, "extract", RECORDS, "--format", "ttl")
    (tmp_path / "good.ttl").write_text(ttl)
    assert "conforming 1, broken 0" in out(capsys, "validate", tmp_path / "good.ttl")
    name = "<https://w3id.org/trialgraph/trial/sample-x>"
    (tmp_path / "bad.ttl").write_text(f"{name} a <https://w3id.org/trialgraph/ontology#Trial> .")
    assert "Violation" in out(capsys, "validate", tmp_path / "bad.ttl", code=1)
    report = out(capsys, "validate", tmp_path / "bad.ttl", "--format", "ttl", code=1)
    assert "sh:conforms false" in report
    assert list(pyoxigraph.parse(report, RdfFormat.TURTLE))


@pytest.mark.parametrize("content", ["<broken", "\x00"])
def test_a_file_that_is_no_rdf_is_told_of(
    store: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path, content: str
) -> None:
    (tmp_path / "broken.ttl").write_text(content)
    (tmp_path / "no-format.dat").write_text(content)
    for name in ("broken.ttl", "no-format.dat"):
        assert run(["validate", str(tmp_path / name)]) == 1
        assert name in capsys.readouterr().err


def test_extract_prints_facts_whose_quotes_are_the_text(capsys: pytest.CaptureFixture[str]) -> None:
    lines = out(capsys, "extract", RECORDS, "--with-sections", "--explain").splitlines()
    documents = [json.loads(line) for line in lines]
    quotes = 0
    for document in documents:
        for fact in [fact for name in ("lines", "interventions", "endpoints", "doses") for fact in document[name]]:
            assert "rule" in fact
            for evidence in fact["evidence"]:
                text = document["sections"][evidence["section"]]
                assert text[evidence["start"] : evidence["end"]] == evidence["quote"]
                quotes += 1
    assert len(documents) >= 9
    assert quotes > len(documents)


def test_extract_as_quads_has_one_graph_a_trial(capsys: pytest.CaptureFixture[str]) -> None:
    quads = list(pyoxigraph.parse(out(capsys, "extract", RECORDS, "--format", "nq"), RdfFormat.N_QUADS))
    assert len({quad.graph_name for quad in quads}) >= 9


def test_export_writes_files(store: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    out(capsys, "export", "--format", "nq", "--output", tmp_path / "all.nq", "--store", store)
    assert b"/graph/trial/sample-palbociclib> .\n" in (tmp_path / "all.nq").read_bytes()
    out(capsys, "export", "--format", "csv", "--output", tmp_path / "tables", "--store", store)
    assert "sample-palbociclib" in (tmp_path / "tables" / "trials.csv").read_text()
    out(capsys, "export", "--format", "kgx", "--output", tmp_path / "kg", "--store", store)
    assert {path.name for path in tmp_path.glob("kg_*")} == {"kg_nodes.tsv", "kg_edges.tsv"}
    assert list(tmp_path.rglob(".*")) == []


def test_vocab_says_what_is_loaded(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "the same" in out(capsys, "vocab", "show", "--store", store)
    assert out(capsys, "vocab", "find", "pembrolizumab").startswith("drug pembrolizumab")
    out(capsys, "vocab", "find", "no-such-thing-at-all", code=1)
