"""`trialgraph vocab`: import, link, show, list. The imported files are invented."""

from pathlib import Path

import pytest

from api.cli import run

DRUGBANK = (
    "DrugBank ID,Accession Numbers,Common name,CAS,UNII,Synonyms,Standard InChI Key\n"
    "DB99999,,Qqqonelimab,,,QQQ-001 | Qqqonelimabum,\n"
    "DB17473,,Renamedstobart,,,Second Name,\n"
)


@pytest.fixture
def official(tmp_path: Path) -> Path:
    path = tmp_path / "drugbank vocabulary.csv"
    path.write_text(DRUGBANK)
    return path


def call(capsys: pytest.CaptureFixture[str], *arguments: object, code: int = 0) -> str:
    assert run(["vocab", *map(str, arguments)]) == code
    return capsys.readouterr().out


def test_import_says_what_came_of_it(official: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = tmp_path / "s"
    assert "drugbank (drugbank-csv): 2 terms" in call(capsys, "import", official, "--store", store)
    assert "unchanged" in call(capsys, "import", official, "--store", store)
    assert "drugbank    2 terms" in call(capsys, "list", "--store", store)
    assert "drugbank    2 terms" in call(capsys, "--store", store)


@pytest.mark.parametrize(
    ("text", "arguments", "code"),
    [("a,b\n1,2\n", [], 1), (DRUGBANK, ["--as", "mondo"], 1), (DRUGBANK, ["--as", "nowhere"], 2)],
)
def test_a_file_that_does_not_fit_is_refused_in_one_line(
    text: str, arguments: list[str], code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "f").write_text(text)
    assert run(["vocab", "import", str(tmp_path / "f"), "--store", str(tmp_path / "s"), *arguments]) == code
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_link_needs_an_import(new_store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["vocab", "link", "--store", str(new_store)]) == 2
    assert "vocab import" in capsys.readouterr().err


def test_link_reports_and_writes_sssom(
    official: Path, new_store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call(capsys, "import", official, "--store", new_store)
    report = call(capsys, "link", "--store", new_store, "--sssom", tmp_path / "l.tsv")
    assert [line.split()[2] for line in report.splitlines() if line.startswith("drug       drugbank")] == ["1"]
    assert (
        "tg.drug:benmelstobart\tbenmelstobart\tdrug\tskos:closeMatch\tdrugbank:DB17473"
        in (tmp_path / "l.tsv").read_text()
    )
    assert "Renamedstobart" in call(capsys, "show", "benmelstobart", "--store", new_store)


@pytest.mark.parametrize(
    "name",
    [
        "ncit:C156692",
        "NCIT:C156692",
        "DB17473",
        "TQB2450",
        "benmelstobart",
        "https://go.drugbank.com/drugs/DB17473",
        "https://w3id.org/trialgraph/drug/benmelstobart",
    ],
)
def test_show_takes_any_identifier_or_name(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = call(capsys, "show", name, "--store", tmp_path / "none")
    assert shown.startswith("drug benmelstobart ")
    assert "ncit:C156692    http://purl.obolibrary.org/obo/NCIT_C156692    [" in shown
    assert shown.count("drug benmelstobart ") == 1


def test_show_finds_what_only_an_import_has(official: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = tmp_path / "s"
    call(capsys, "import", official, "--store", store)
    for name in ("QQQ-001", "drugbank:DB99999"):
        assert call(capsys, "show", name, "--store", store).startswith("drugbank:DB99999    [imported: drugbank]")
    call(capsys, "show", "no-such-thing-at-all", "--store", store, code=1)


def test_extract_reads_names_that_an_import_adds(
    official: Path, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    record = tmp_path / "sample-import.jsonl"
    record.write_text(
        '{"id": "sample-1", "text": "Phase 2 study of QQQ-001 in lung cancer. Patients get QQQ-001 every 3 weeks."}\n'
    )
    assert run(["vocab", "import", str(official), "--store", str(tmp_path / "s")]) == 0
    capfdbinary.readouterr()
    assert run(["extract", str(record), "--store", str(tmp_path / "none")]) == 0
    assert b'"name":"Qqqonelimab"' not in capfdbinary.readouterr().out
    assert run(["extract", str(record), "--store", str(tmp_path / "s")]) == 0
    assert b'"name":"Qqqonelimab"' in capfdbinary.readouterr().out


def test_a_class_of_ncit_finds_the_trials_of_drugs_below_it(
    new_store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An invented hierarchy in the layout of Thesaurus.FLAT: class, narrower class, and the drug's own code."""
    record = tmp_path / "sample-class.jsonl"
    record.write_text('{"id": "sample-1", "text": "Phase 2 study of benmelstobart in lung cancer."}\n')
    rows = (("C129822", "", "Invented Class"), ("C999998", "C129822", "Sub"), ("C156692", "C999998", "Benmelstobart"))
    flat = tmp_path / "Thesaurus.txt"
    iri = "<http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl#{}>"
    flat.write_text("".join(f"{c}\t{iri.format(c)}\t{p}\t{n}\t\t\t\tPharmacologic Substance\t\n" for c, p, n in rows))
    assert run(["build", str(record), "--store", str(new_store)]) == 0
    call(capsys, "import", flat, "--store", new_store)
    call(capsys, "link", "--store", new_store)
    query = Path(__file__).parents[1] / "graph" / "queries" / "links" / "trials_by_ncit_class.rq"
    assert run(["query", "--file", str(query), "--format", "csv", "--store", str(new_store)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[1].startswith("https://w3id.org/trialgraph/trial/sample-1,")
    assert lines[1].endswith(",Benmelstobart")
