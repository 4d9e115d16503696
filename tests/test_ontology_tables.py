"""The reader of the vocabulary's tables: what it gives, and what it says of a table that breaks its schema."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from ontology.errors import VocabularyError
from ontology.lookup import build_lookup, normalise
from ontology.model import NameForm
from ontology.table_schema import SCHEMA
from ontology.tables import built_in, load_vocabulary
from ontology.tsv import parse, render

# An invented vocabulary: one row where a test needs one, headers elsewhere.
ROWS: Mapping[str, tuple[str, ...]] = {
    "classes.tsv": ("imaginary-inhibitor\timaginary inhibitor\tdrug\tyes\t\tGENE1\toverlay:x",),
    "class_names.tsv": ("imaginary-inhibitor\timaginary inhibitor\tpreferred\t\toverlay:x",),
    "targets.tsv": ("GENE1\tgene one\thgnc:1", "GENE2\tgene two\thgnc:2"),
    "target_names.tsv": ("GENE1\tgene one\tpreferred\t\thgnc:1",),
    "drugs.tsv": (
        "samplumab\tsamplumab\tbiological\tmonoclonal antibody\ttreatment\t\t\tncit:C1",
        "samplinib\tsamplinib\tdrug\tsmall molecule\ttreatment\tGENE1\timaginary-inhibitor\tncit:C2",
    ),
    "drug_names.tsv": (
        "samplinib\tAB\tabbreviation\tcontext\toverlay:samplinib",
        "samplinib\tSample-Kin\tbrand\t\tncit:C2",
        "samplinib\tsamplinib\tpreferred\t\tncit:C2",
        "samplumab\tXY-101\tcode\tcase|context\tncit:C1",
        "samplumab\tsamplumab\tpreferred\t\tncit:C1",
    ),
    "share_alike/drug_names.tsv": ("samplinib\tsamplinibum\tsynonym\t\toncopharmadb:C2",),
    "share_alike/drug_xrefs.tsv": ("samplinib\tchembl.compound:CHEMBL1\tncit:C2",),
    "share_alike/drug_facts.tsv": ("samplinib\tGENE2\t\tx", "samplumab\tGENE2\timaginary-inhibitor\tx"),
    "drug_redirects.tsv": ("xy-101\tXY-101\tsamplumab\tncit:C1",),
}


def _write(folder: Path, changed: Mapping[str, tuple[str, ...]] | None = None) -> Path:
    """The invented vocabulary in a folder, with the rows of some tables replaced."""
    rows = {**ROWS, **(changed or {})}
    for name, columns in SCHEMA.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(["\t".join(columns), *rows.get(name, ())]) + "\n", encoding="utf-8")
    return folder


def test_names_and_identifiers_of_share_alike_tables_are_added(tmp_path: Path) -> None:
    drug = load_vocabulary(_write(tmp_path)).drugs["samplinib"]
    assert [name.text for name in drug.names] == ["samplinib", "AB", "Sample-Kin", "samplinibum"]
    assert [xref.curie for xref in drug.xrefs] == ["chembl.compound:CHEMBL1"]


def test_share_alike_facts_fill_only_what_is_open(tmp_path: Path) -> None:
    drugs = load_vocabulary(_write(tmp_path)).drugs
    assert drugs["samplinib"].targets == ("GENE1",)
    assert drugs["samplumab"].targets == ("GENE2",)
    assert drugs["samplumab"].classes == ("imaginary-inhibitor",)


def test_flags_and_forms_are_read(tmp_path: Path) -> None:
    name = load_vocabulary(_write(tmp_path)).drugs["samplumab"].names[1]
    assert (name.text, name.form, name.needs_context, name.case_sensitive) == ("XY-101", NameForm.CODE, True, True)


def test_a_code_that_gained_a_name_is_a_redirect_without_names(tmp_path: Path) -> None:
    vocabulary = load_vocabulary(_write(tmp_path))
    old = vocabulary.drugs["xy-101"]
    assert (old.replaced_by, old.names) == ("samplumab", ())
    assert build_lookup(vocabulary).drug("xy-101") == vocabulary.drugs["samplumab"]


def test_the_digest_changes_with_any_table(tmp_path: Path) -> None:
    before = load_vocabulary(_write(tmp_path / "a")).digest
    again = load_vocabulary(_write(tmp_path / "b")).digest
    after = load_vocabulary(
        _write(tmp_path / "c", {"targets.tsv": (*ROWS["targets.tsv"], "GENE3\tthree\thgnc:3")})
    ).digest
    assert before == again
    assert re.fullmatch(r"[0-9a-f]{64}", before)
    assert before != after


@pytest.mark.parametrize(
    ("table", "rows", "message"),
    [
        ("targets.tsv", ("GENE1\tgene one",), "targets.tsv, record line 2: the row has 2 cells, not 3"),
        ("drugs.tsv", ("a\ta\tpotion\t\ttreatment\t\t\tx",), "drugs.tsv, record line 2, field type: 'potion'"),
        ("drugs.tsv", ("a\ta\tdrug\t\ttreatment\tGENE9\t\tx",), "drugs.tsv, record line 2, field targets: 'GENE9'"),
        ("drugs.tsv", ("a\ta\tdrug\t\ttreatment\t\tno-class\tx",), "field classes: 'no-class'"),
        ("targets.tsv", ("GENE1\tx\ty", "GENE2\tx\ty", "GENE1\tz\ty"), "record line 4, field id: 'GENE1'"),
        ("drug_names.tsv", ("samplinib\tx\tnickname\t\ty",), "drug_names.tsv, record line 2, field form: 'nickname'"),
        ("drug_names.tsv", ("nobody\tx\tsynonym\t\ty",), "drug_names.tsv, record line 2, field term: 'nobody'"),
    ],
)
def test_a_row_that_breaks_the_schema_is_named(tmp_path: Path, table: str, rows: tuple[str, ...], message: str) -> None:
    with pytest.raises(VocabularyError, match=re.escape(message)):
        load_vocabulary(_write(tmp_path, {table: rows}))


def test_a_wrong_header_is_named(tmp_path: Path) -> None:
    _write(tmp_path).joinpath("stems.tsv").write_text("suffix\tkind\n", encoding="utf-8")
    with pytest.raises(VocabularyError, match=r"stems\.tsv, record line 1: the header is"):
        load_vocabulary(tmp_path)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    _write(tmp_path).joinpath("regimens.tsv").unlink()
    with pytest.raises(VocabularyError, match=r"regimens\.tsv: the table cannot be read"):
        load_vocabulary(tmp_path)


def test_render_sorts_drops_doubles_and_reads_back() -> None:
    text = render(("a", "b"), [("2", "x"), ("1", "y|z"), ("2", "x")])
    assert text == "a\tb\n1\ty|z\n2\tx\n"
    assert parse("t.tsv", text, ("a", "b")).rows == [["1", "y|z"], ["2", "x"]]


@pytest.mark.parametrize("cell", ["a\tb", "a\nb"])
def test_render_refuses_what_would_break_a_row(cell: str) -> None:
    with pytest.raises(VocabularyError, match="tab or a line break"):
        render(("a", "b"), [(cell, "x")])


@pytest.mark.parametrize(
    ("one", "other"),
    [("nab-Paclitaxel", "NAB paclitaxel"), ("TGF-β", "TGF beta"), ("Sézary", "sezary"), ("PD-(L)1", "PD-1/L1")],
)
def test_normalise_makes_variants_one(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


def test_normalise_keeps_the_receptor_and_its_ligand_apart() -> None:
    assert len({normalise(name) for name in ("PD-1", "PD-L1", "PD-(L)1")}) == 3


def test_lookup_finds_over_all_kinds_and_walks_the_hierarchies() -> None:
    lookup = build_lookup(built_in())
    assert [term.id for term in lookup.find("pd-l1 inhibitors"[:-1])] == ["pd-l1-inhibitor"]
    assert lookup.find("no such name at all") == ()
    assert {"pd-1-pd-l1-inhibitor", "immune-checkpoint-inhibitor", "immunotherapy"} <= lookup.ancestors(
        "pd-l1-inhibitor"
    )
    assert "extensive-stage-small-cell-lung-cancer" in lookup.descendants("lung-cancer")
    assert lookup.descendants("no-such-class") == frozenset()
