"""The command line itself: what it loads, how it says what went wrong, its exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from api.cli import run
from graph.oxigraph import EmbeddedStore

COMMANDS = (
    "build",
    "fetch",
    "extract",
    "validate",
    "query",
    "ask",
    "serve",
    "export",
    "import",
    "backup",
    "compact",
    "evaluate",
)
RECORD = (
    "An Invented Phase 2 Trial of Examplumab in Advanced Melanoma\n"
    "This invented record tells of 20 patients who take examplumab.\n"
    "Melanoma\n"
    "DRUG: Examplumab\n"
)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TRIALGRAPH_STORE", raising=False)


def stderr(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().err


@pytest.mark.parametrize("command", [*COMMANDS, "vocab show", "vocab find"])
def test_help_names_the_command_and_teaches(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run([*command.split(), "--help"]) == 0
    shown = capsys.readouterr().out
    assert f"trialgraph {command}" in shown
    assert "Example" in shown or command == "vocab show"


def test_help_lists_every_command_of_the_contract(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(command in shown for command in (*COMMANDS, "vocab", "Exit codes"))


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["--version"]) == 0
    assert capsys.readouterr().out.startswith("trialgraph ")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["buld"],
        ["build"],
        ["build", "x", "--jobs", "many"],
        ["extract", "x", "--format", "yaml"],
        ["query"],
        ["query", "ASK {}", "--file", "x"],
        ["query", "--file", "absent.rq"],
        ["ask"],
        ["ask", "--questions", "absent.txt"],
        ["export"],
        ["export", "--format", "nq"],
        ["build", "absent"],
        ["extract", "absent"],
        ["validate", "absent.ttl"],
        ["query", "ASK {}"],
        ["ask", "which trials"],
        ["validate"],
        ["serve"],
        ["serve", "--port", "99999999"],
        ["query", "ASK {}", "--store", "https://example.org/sparql"],
    ],
)
def test_wrong_usage_is_exit_code_2_and_tells_why(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(arguments) == 2
    captured = capsys.readouterr()
    assert captured.err
    assert captured.out == ""
    assert "Traceback" not in captured.err
    assert len(captured.err.splitlines()) == 1 or not arguments


def test_a_bug_is_called_one_and_debug_shows_where(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> int:
        raise KeyError("unforeseen")

    monkeypatch.setattr("api.commands.vocab.show", fail)
    assert run(["vocab", "find", "x"]) == 1
    said = stderr(capsys)
    assert "this is a bug: KeyError" in said
    assert "--debug" in said
    assert len(said.splitlines()) == 1
    assert run(["vocab", "find", "x", "--debug"]) == 1
    assert "Traceback" in stderr(capsys)


def test_ctrl_c_is_no_traceback(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("api.commands.vocab.show", interrupt)
    assert run(["vocab", "find", "x"]) == 130
    assert stderr(capsys) == "trialgraph: interrupted\n"


def loaded_after(arguments: list[str], folder: Path) -> set[str]:
    """The modules that a run of the command loads."""
    script = (
        "import json, sys\nfrom api.cli import run\nrun(sys.argv[1:])\n"
        "sys.stdout.flush()\nprint(json.dumps(sorted(sys.modules)), file=sys.stderr)\n"
    )
    ran = subprocess.run([sys.executable, "-c", script, *arguments], cwd=folder, capture_output=True, check=True)
    return set(json.loads(ran.stderr.splitlines()[-1]))


def test_each_command_loads_only_what_it_needs(tmp_path: Path) -> None:
    (tmp_path / "sample-one.txt").write_text(RECORD)
    with EmbeddedStore(tmp_path / ".trialgraph").writer():
        pass
    server = {"fastapi", "starlette", "uvicorn"}
    assert loaded_after(["--help"], tmp_path) & {"spacy", "pyoxigraph", "rdflib", "pydantic", *server} == set()
    extracted = loaded_after(["extract", "sample-one.txt"], tmp_path)
    assert "spacy" in extracted
    assert extracted & server == set()
    queried = loaded_after(["query", "ASK {}"], tmp_path)
    assert "graph.readers" in queried
    assert queried & {"spacy", "pyshacl", *server} == set()
    asked = loaded_after(["ask", "PD-L1"], tmp_path)
    assert "api.ask.service" in asked
    assert asked & {"spacy", "pyshacl", *server} == set()


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    with EmbeddedStore(tmp_path / "store").writer() as writer:
        lines = (f'<http://e/{n}> <http://e/p> "{"x" * 100}" .\n' for n in range(20_000))
        writer.replace_graph("http://example.org/g", "".join(lines).encode())
    query = "SELECT * { GRAPH ?g { ?s ?p ?o } }"
    command = [sys.executable, "-m", "api.cli", "query", query, "--store", str(tmp_path / "store"), "--format", "csv"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


def test_output_is_utf_8_whatever_the_locale(tmp_path: Path) -> None:
    with EmbeddedStore(tmp_path / "store").writer() as writer:
        writer.replace_graph("http://example.org/g", '<http://e/s> <http://e/p> "≥ 10 µg" .\n'.encode())
    query = "SELECT ?o { GRAPH ?g { ?s ?p ?o } }"
    command = [sys.executable, "-m", "api.cli", "query", query, "--store", str(tmp_path / "store")]
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    ran = subprocess.run(command, env=environment, capture_output=True, check=True)
    assert "≥ 10 µg" in ran.stdout.decode()


def test_a_second_writer_is_refused_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "sample-one.txt").write_text(RECORD)
    store = EmbeddedStore(tmp_path / "store")
    with store.writer():
        assert run(["build", "sample-one.txt", "--store", "store"]) == 2
        said = stderr(capsys)
    hint = "wait until it has ended; readers are not held up"
    assert said == f"trialgraph: store: another writer is at work ({hint})\n"


@pytest.mark.parametrize("place", ["/proc/no-such-place", "a-file"])
def test_a_store_that_cannot_be_written_is_one_line(place: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("a-file").write_text("in the way")
    Path("sample-one.txt").write_text(RECORD)
    assert run(["build", "sample-one.txt", "--store", place]) == 2
    said = stderr(capsys)
    assert said.startswith(f"trialgraph: {place}: the store cannot be written: ")
    assert len(said.splitlines()) == 1
