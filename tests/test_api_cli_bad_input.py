"""Bad input at the command line: a line names file and reason, the rest is loaded, the exit code is right."""

import gzip
import io
import json
import os
from pathlib import Path

import pytest

from api.cli import run
from graph.oxigraph import EmbeddedStore

GOOD = (
    "An Invented Phase 2 Trial of Examplumab in Advanced Melanoma\n"
    "This invented record is fine. It was written for a test, and tells of 20 patients who take examplumab.\n"
    "Melanoma\n"
    "DRUG: Examplumab\n"
    "Overall survival, From the first dose to death, 2 years\n"
)
BAD: dict[str, bytes] = {
    "empty.json": b"",
    "empty.txt": b"",
    "blank.txt": b" \n\n\t\n",
    "binary.bin": bytes(range(256)) * 40,
    "picture.png": b"\x89PNG\r\n\x1a\n" + bytes(1000),
    "truncated.json": b'{"protocolSection": {"identificationModule": {"nctId": "NCT90000009", "briefTi',
    "no-study.json": b'{"weather": {"today": "rain"}}',
    "list.json": b"[1]",
    "no-columns.csv": b"colour,shape\nred,round\n",
    "cut.json.gz": gzip.compress(b'{"a": 1}' * 1000)[:40],
    "not.zip": b"PK\x03\x04 and nothing of a zip",
    "wrong-encoding.txt": "Une étude inventée\n\nRésumé de l'étude.\n".encode("utf-16-le") + b"\x00",
    "lone-bytes.csv": b"NCT Number,Study Title\nNCT90000008,\xff\xfe\x81\n",
}


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, new_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert new_store == tmp_path / "store"
    (tmp_path / "sample-good.txt").write_text(GOOD)


def loaded(store: str = "store") -> set[str]:
    with EmbeddedStore(Path(store)).reader() as reader:
        return set(reader.ledger())


def check_told(said: str, name: str) -> None:
    lines = [line for line in said.splitlines() if name in line]
    assert lines, said
    for line in lines:
        assert line.startswith("trialgraph: ")
        assert line.isprintable()
        assert len(line) < 400
    assert "Traceback" not in said


@pytest.mark.parametrize("name", sorted(BAD))
def test_a_bad_file_is_told_of_and_the_good_one_is_loaded(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path(name).write_bytes(BAD[name])
    assert run(["build", name, "sample-good.txt", "--store", "store"]) == 1
    captured = capsys.readouterr()
    check_told(captured.err, name)
    assert "sample-good" in loaded()
    assert "loaded 1," in captured.out
    assert "failed 1" in captured.out


@pytest.mark.parametrize("name", ["truncated.json", "binary.bin"])
def test_extract_tells_of_a_bad_file_and_goes_on(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path(name).write_bytes(BAD[name])
    assert run(["extract", name, "sample-good.txt"]) == 1
    captured = capsys.readouterr()
    check_told(captured.err, name)
    assert [json.loads(line)["id"] for line in captured.out.splitlines()] == ["sample-good"]


def test_a_missing_path_is_wrong_usage_and_the_others_are_loaded(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["build", "absent.json", "sample-good.txt", "--store", "store"]) == 2
    assert "trialgraph: absent.json: no such file or folder" in capsys.readouterr().err
    assert loaded() == {"sample-good"}


def test_a_folder_with_none_of_the_formats(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "picture.png").write_bytes(BAD["picture.png"])
    assert run(["build", "pictures", "--store", "store"]) == 1
    check_told(capsys.readouterr().err, "picture.png")


def test_an_empty_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "nothing").mkdir()
    assert run(["build", "nothing", "--store", "store"]) == 1
    check_told(capsys.readouterr().err, "nothing")


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_a_file_that_may_not_be_read(capsys: pytest.CaptureFixture[str]) -> None:
    Path("secret.txt").write_text(GOOD)
    Path("secret.txt").chmod(0)
    assert run(["build", "secret.txt", "sample-good.txt", "--store", "store"]) == 1
    check_told(capsys.readouterr().err, "secret.txt")


@pytest.mark.parametrize(
    "start", [b'{"protocolSection": "', b"NCT Number,Study Title\n", b"A title of fifty megabytes "]
)
def test_a_line_of_fifty_megabytes(start: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    Path("long.dat").write_bytes(start + b"x" * 50_000_000)
    assert run(["build", "long.dat", "sample-good.txt", "--store", "store"]) == 1
    check_told(capsys.readouterr().err, "long.dat")
    assert loaded() == {"sample-good"}


def test_bad_records_of_a_file_are_told_of_one_by_one(capsys: pytest.CaptureFixture[str]) -> None:
    lines = ['{"id": "sample-a", "text": "An invented title"}', "{broken", '{"id": "sample-b"}', "17"]
    Path("records.jsonl").write_text("\n".join(lines))
    assert run(["build", "records.jsonl", "--store", "store"]) == 1
    captured = capsys.readouterr()
    assert len(captured.err.splitlines()) == 3
    assert "read 4, loaded 1" in captured.out
    assert loaded() == {"sample-a"}


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    text = io.TextIOWrapper(io.BytesIO(b'{"id": "sample-in", "text": "An invented title"}\n'))
    monkeypatch.setattr("sys.stdin", text)
    assert run(["extract", "-"]) == 0
    assert json.loads(capsys.readouterr().out)["id"] == "sample-in"


def test_standard_input_without_anything(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"")))
    assert run(["extract", "-"]) == 1
    assert capsys.readouterr().err.startswith("trialgraph: ")
