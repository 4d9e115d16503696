"""`trialgraph evaluate` on invented records and annotations."""

import json
from pathlib import Path

import pytest

from api.cli import run

RECORD = (
    "Sintilimab Plus Anlotinib as Second-line Treatment of Advanced Melanoma\n"
    "This invented record tells of 20 patients.\n"
    "Melanoma\n"
    "DRUG: Sintilimab|DRUG: Anlotinib\n"
    "Overall survival, From the first dose, 24 months\n"
)
GOLD = {
    "id": "sample-1",
    "lines": [{"min": 2, "max": 2}],
    "interventions": [
        {"name": "sintilimab", "role": "experimental", "targets": ["PDCD1"]},
        {"name": "chiauranib", "role": "experimental", "targets": []},
    ],
}


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """An annotated record, and the record itself in the folder beside it."""
    (tmp_path / "records").mkdir()
    (tmp_path / "records" / "sample-1.txt").write_text(RECORD)
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(GOLD) + "\n\n")
    return path


def rows(shown: str) -> dict[str, list[str]]:
    return {line.split()[0]: line.split()[1:] for line in shown.splitlines()}


def test_table_of_the_records_beside_the_gold_file(gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", str(gold)]) == 0
    shown = rows(capsys.readouterr().out)
    assert shown["records"] == ["1"]
    assert shown["lines"] == ["1.000", "1.000", "1.000", "1", "0", "0"]
    assert shown["interventions"] == ["0.500", "0.500", "0.500", "1", "1", "1"]


def test_scorer_gets_both_files_and_its_options(gold: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scorer = tmp_path / "scorer.py"
    scorer.write_text(
        "import json, sys\n"
        "what, gold, facts, *options = sys.argv[1:]\n"
        "wanted, found = (json.loads(open(path).readline()) for path in (gold, facts))\n"
        "print(what, wanted['id'], found['id'], found['sections']['title'][:10], *options)\n"
    )
    assert run(["evaluate", str(gold), "--scorer", str(scorer), "--plain-text"]) == 0
    assert capsys.readouterr().out == "facts sample-1 sample-1 Sintilimab --plain-text\n"


def test_scorer_that_fails_is_told(gold: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scorer = tmp_path / "scorer.py"
    scorer.write_text("raise SystemExit('no such field')")
    assert run(["evaluate", str(gold), "--scorer", str(scorer)]) == 1
    assert "no such field" in capsys.readouterr().err


def test_record_that_is_not_there_is_told(gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with gold.open("a") as file:
        file.write(json.dumps({"id": "sample-2"}))
    assert run(["evaluate", str(gold)]) == 1
    captured = capsys.readouterr()
    assert "sample-2" in captured.err
    assert rows(captured.out)["records"] == ["2"]


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["absent.jsonl"], 2, "no such file"),
        (["{gold}", "absent"], 2, "absent"),
        (["{gold}", "--scorer", "absent.py"], 2, "no such scorer"),
        (["{gold}", "--errors"], 2, "--scorer"),
        (["{record}"], 1, "line 1"),
    ],
)
def test_wrong_calls(
    gold: Path, arguments: list[str], code: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    places = {"gold": str(gold), "record": str(gold.parent / "records" / "sample-1.txt")}
    assert run(["evaluate", *(argument.format(**places) for argument in arguments)]) == code
    captured = capsys.readouterr()
    assert told in captured.err
    assert captured.out == ""


def test_a_better_format_of_the_same_record_counts(gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = {
        "protocolSection": {
            "identificationModule": {"nctId": "NCT90000009", "briefTitle": "Anlotinib in Melanoma"},
            "armsInterventionsModule": {"interventions": [{"type": "DRUG", "name": "Anlotinib"}]},
        }
    }
    records = gold.parent / "records"
    (records / "a.csv").write_text(
        "NCT Number,Study Title,Interventions\nNCT90000009,Sintilimab in Melanoma,DRUG: Sintilimab\n"
    )
    (records / "b.json").write_text(json.dumps(study))
    gold.write_text(json.dumps({"id": "NCT90000009", "interventions": [{"name": "anlotinib"}]}))
    assert run(["evaluate", str(gold)]) == 0
    assert rows(capsys.readouterr().out)["interventions"][2] == "1.000"
