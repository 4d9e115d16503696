"""The build of the vocabulary: what names tell, how rows join, and what the overlay may do. Names are invented."""

from pathlib import Path

import pytest

from ontology.compile import join, overlay
from ontology.compile.derive import Rules, apart, settle
from ontology.compile.draft import Draft, Registry, conjugate_like
from ontology.compile.flags import flag, without_symbols
from ontology.compile.genes import Genes
from ontology.compile.joining import find, mixture, start
from ontology.compile.names import (
    is_class_like,
    is_code,
    is_conjugate,
    normalise,
    preferred,
    slug,
    trailing_code,
    without_salt,
)
from ontology.compile.sources import THERASABDAB, DrugRow, therasabdab
from ontology.errors import VocabularyError
from ontology.tables import built_in
from ontology.tsv import Table

PROVENANCE = ("a curator", "because", "a paper")


def _overlay(folder: Path, name: str, *rows: tuple[str, ...]) -> Path:
    lines = ["\t".join(overlay.COLUMNS[name]), *("\t".join(row) for row in rows)]
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def _drug(registry: Registry, name: str, *aliases: str, fixed: bool = False, conjugate: bool = False) -> Draft:
    draft = registry.add(Draft(name, f"ncit:{name}", fixed=fixed, conjugate=conjugate))
    draft.call(name, "preferred", draft.source)
    for alias in (name, *aliases):
        registry.index(draft, alias)
    return draft


@pytest.mark.parametrize("name", ["ABC-1234", "XYZ1234", "AB 123456", "QQ-A1811", "ABC-A317", "AB 12-3456"])
def test_a_research_code_is_told(name: str) -> None:
    assert is_code(name)


@pytest.mark.parametrize("name", ["samplumab", "vitamin B12", "CD3", "2-chloro-sample", "sample 100 mg tablet"])
def test_other_names_are_no_codes(name: str) -> None:
    assert not is_code(name)


@pytest.mark.parametrize(
    ("name", "base"),
    [("Samplinib Mesylate", "Samplinib"), ("Samplinib S-malate", "Samplinib"), ("Sample acid", "Sample acid")],
)
def test_a_salt_goes(name: str, base: str) -> None:
    assert without_salt(name) == base


@pytest.mark.parametrize("name", ["samplumab vedotin", "Samplumab Imagitecan", "Anti-XYZ Antibody-Drug Conjugate AB12"])
def test_a_conjugate_is_told(name: str) -> None:
    assert is_conjugate(name)


@pytest.mark.parametrize("name", ["samplumab", "irinotecan", "liposomal topotecan"])
def test_an_antibody_and_a_free_camptothecin_are_no_conjugates(name: str) -> None:
    assert not is_conjugate(name)


def test_a_descriptive_name_gives_its_code() -> None:
    assert trailing_code("Imaginary Kinase Inhibitor AB1234") == "AB1234"
    assert trailing_code("Iodine I 131 Monoclonal Antibody AB12") is None
    assert preferred("Anti-XYZ Monoclonal Antibody AB1234") == "AB1234"
    assert preferred("Samplumab Vedotin") == "samplumab vedotin"


def test_a_class_is_told_from_a_drug() -> None:
    assert is_class_like("Imaginary Kinase Inhibitor")
    assert not is_class_like("Imaginary Kinase Inhibitor AB1234")
    assert slug("PD-1/XYZ bispecific antibody") == "pd-1-xyz-bispecific-antibody"


def test_a_code_joins_only_what_is_as_much_a_conjugate() -> None:
    registry = Registry()
    antibody = _drug(registry, "samplumab", "AB-1234")
    assert registry.coded(["AB1234"], conjugate=False) is antibody
    assert registry.coded(["AB1234"], conjugate=True) is None


def test_a_code_of_two_drugs_joins_neither() -> None:
    registry = Registry()
    _drug(registry, "samplumab", "AB-1234")
    _drug(registry, "otherumab", "AB-1234")
    assert registry.coded(["AB-1234"], conjugate=False) is None


def test_an_exact_name_beats_a_synonym() -> None:
    registry = Registry()
    _drug(registry, "otherumab", "samplumab")
    own = _drug(registry, "samplumab")
    assert registry.named("Samplumab") is own


def test_an_identifier_belongs_to_one_drug_and_a_salt_gives_none_beside_the_base() -> None:
    registry = Registry()
    base, other = _drug(registry, "samplinib"), _drug(registry, "otherinib")
    registry.identify(base, ["ncit:C1"], "ncit:C1")
    registry.identify(base, ["ncit:C2"], "ncit:C2", exact=False)
    registry.identify(other, ["ncit:C1"], "x:1")
    assert list(base.xrefs) == ["ncit:C1"]
    assert list(other.xrefs) == []
    assert registry.by_curie["ncit:C2"] is base


def test_a_curated_name_is_taken_from_the_drug_that_a_source_gives_it_to() -> None:
    rows = {
        "drug_names.tsv": [
            ("a", "alpha", "preferred", "", "overlay:a"),
            ("a", "Sampline", "brand", "", "overlay:a"),
            ("b", "beta", "preferred", "", "ncit:C2"),
            ("b", "sampline", "synonym", "", "ncit:C2"),
        ]
    }
    assert [(row[0], row[1]) for row in flag(rows, {})["drug_names.tsv"]] == [
        ("a", "alpha"),
        ("a", "Sampline"),
        ("b", "beta"),
    ]


def test_shared_short_and_listed_names_are_flagged() -> None:
    rows = {
        "drug_names.tsv": [
            ("a", "samplumab", "preferred", "", "ncit:C1"),
            ("a", "Common", "synonym", "", "ncit:C1"),
            ("a", "ABC", "abbreviation", "", "ncit:C1"),
            ("a", "WORD", "abbreviation", "", "ncit:C1"),
            ("a", "plain", "synonym", "", "ncit:C1"),
        ],
        "condition_names.tsv": [("c", "common", "synonym", "", "mondo:1")],
    }
    flagged = flag(rows, {"word": "case", "plain": "drop"})
    assert {row[1]: row[3] for row in flagged["drug_names.tsv"]} == {
        "samplumab": "", "Common": "context", "ABC": "context", "WORD": "case"
    }  # fmt: skip
    assert flagged["condition_names.tsv"][0][3] == "context"


def test_a_gene_symbol_is_no_drug_name_unless_curated() -> None:
    rows = [
        ("a", "XYZ1", "synonym", "", "ncit:C1"),
        ("b", "XYZ1", "synonym", "", "overlay:b"),
        ("c", "XYZ1", "preferred", "", "ncit:C2"),
    ]
    assert [row[0] for row in without_symbols(rows, {"XYZ1"})] == ["b", "c"]


def test_overlay_names_bear_their_form() -> None:
    assert overlay.formed("AB-1234|b:Sampline|m:samplumap|long synonym|ABC") == (
        ("AB-1234", "code"),
        ("Sampline", "brand"),
        ("samplumap", "misspelling"),
        ("long synonym", "synonym"),
        ("ABC", "abbreviation"),
    )


def test_the_overlay_asserts_and_retracts_single_facts(tmp_path: Path) -> None:
    registry = Registry()
    draft = _drug(registry, "samplumab")
    draft.call("Wrong", "synonym", "ncit:C1")
    draft.targets = ("GENE1",)
    _drug(registry, "no drug at all")
    rows = (
        ("retract", "samplumab", "name", "Wrong", *PROVENANCE),
        ("assert", "samplumab", "name", "Right", *PROVENANCE),
        ("retract", "samplumab", "target", "GENE1", *PROVENANCE),
        ("assert", "samplumab", "target", "GENE2", *PROVENANCE),
        ("retract", "no drug at all", "drug", "no drug at all", *PROVENANCE),
    )
    overlay.apply_facts(registry, overlay.read(_overlay(tmp_path, "facts.tsv", *rows), "facts.tsv"))
    assert set(draft.names) == {"samplumab", "right"}
    assert draft.targets == ("GENE2",)
    assert registry.drafts == [draft]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("maybe", "a", "name", "b", *PROVENANCE), "neither assert nor retract"),
        (("assert", "a", "name", "b", "", "because", "x"), "needs author, reason and source"),
    ],
)
def test_an_overlay_row_without_provenance_is_refused(tmp_path: Path, row: tuple[str, ...], message: str) -> None:
    with pytest.raises(VocabularyError, match=message):
        overlay.read(_overlay(tmp_path, "facts.tsv", row), "facts.tsv")


def test_mending_a_drug_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    table = overlay.read(_overlay(tmp_path, "facts.tsv", ("assert", "nobody", "name", "x", *PROVENANCE)), "facts.tsv")
    with pytest.raises(VocabularyError, match="line 2, field drug: no drug 'nobody'"):
        overlay.apply_facts(Registry(), table)


def _antibody_row(name: str, *codes: str, kind: str = "Whole mAb") -> DrugRow:
    return DrugRow(f"tsabdab:{name}", name, codes, kind=kind, targets=("GENE1",))


def test_an_inn_takes_the_place_of_a_code_and_the_code_is_remembered() -> None:
    registry = Registry()
    draft = _drug(registry, "AB-1234", fixed=True)
    join._join_antibody(registry, _antibody_row("Samplumab", "AB1234"))
    assert draft.name == "samplumab"
    assert {fact.value: fact.form for fact in draft.names.values()}["AB-1234"] == "code"
    assert list(draft.former) == ["AB-1234"]


def test_an_inn_of_a_bare_antibody_is_no_name_of_a_conjugate_with_that_code() -> None:
    registry = Registry()
    conjugate = _drug(registry, "samplumab vedotin", "AB-1234", conjugate=True)
    join._join_antibody(registry, _antibody_row("Samplumab", "AB-1234"))
    assert conjugate.name == "samplumab vedotin"
    assert [draft.name for draft in registry.drafts] == ["samplumab vedotin", "samplumab"]


def test_a_conjugate_takes_no_name_of_its_first_word_alone() -> None:
    registry = Registry()
    conjugate = _drug(registry, "samplumab vedotin", "AB-1234", conjugate=True)
    join._join_antibody(registry, _antibody_row("Samplumab Vedotin", "Samplumab", "AB-1234", kind="Whole mAb ADC"))
    assert "samplumab" not in {fact.value.casefold() for fact in conjugate.names.values()}


def test_a_mixture_joins_by_its_whole_name_only() -> None:
    registry = Registry()
    single = _drug(registry, "samplinib", "AB-1234")
    join._join_shared(registry, DrugRow("oncopharmadb:C9", "Samplinib/Otherinib", ("AB-1234",), xrefs=("ncit:C9",)))
    assert single.xrefs == {}
    assert len(registry.drafts) == 2


def test_a_row_of_several_drugs_joins_the_curated_combination_of_them() -> None:
    registry = Registry()
    pair = _drug(registry, "samplinib/otherumab", fixed=True)
    _drug(registry, "samplinib", fixed=True)
    assert find(registry, DrugRow("ncit:C1", "Otherumab and Samplinib", ())) is pair
    assert find(registry, DrugRow("ncit:C2", "Samplinib/Thirdinib", ())) is None


def test_a_name_with_a_slash_that_ends_in_a_code_is_of_one_product() -> None:
    registry = Registry()
    engager = _drug(registry, "samplotamig", "AB-1234", fixed=True)
    row = DrugRow("ncit:C1", "XYZ3/CD3e Tri-specific Construct AB1234", ())
    assert not mixture(row.name)
    assert find(registry, DrugRow("ncit:C1", row.name, ("AB1234",))) is engager


def test_a_name_that_a_curator_wrote_joins_whatever_the_source_calls_it() -> None:
    registry = Registry()
    ligand = registry.add(Draft("sample-223", "overlay:sample-223", fixed=True, conjugate=True))
    ligand.call("sample Ra 223", "synonym", "overlay:sample-223")
    registry.index(ligand, "sample Ra 223")
    assert find(registry, DrugRow("ncit:C1", "Sample Ra 223", ())) is ligand


def test_radiotherapy_takes_identifiers_and_no_words_of_a_procedure() -> None:
    registry = Registry()
    beam = _drug(registry, "sample beam therapy", fixed=True)
    beam.type = "radiation"
    row = DrugRow("ncit:C1", "Sample Beam Therapy", ("Beam",), kind="Therapeutic Procedure", xrefs=("ncit:C1",))
    join.join_ncit(registry, row)
    assert list(beam.xrefs) == ["ncit:C1"]
    assert "beam" not in beam.names


def test_an_overlay_identifier_is_added_with_the_drug_as_source(tmp_path: Path) -> None:
    registry = Registry()
    drug = _drug(registry, "samplinib")
    row = ("assert", "samplinib", "xref", "ncit:C1", *PROVENANCE)
    overlay.apply_facts(registry, overlay.read(_overlay(tmp_path, "facts.tsv", row), "facts.tsv"))
    assert drug.xrefs["ncit:C1"].source == "overlay:samplinib"


def test_every_class_of_car_t_cells_has_the_same_forms_of_name() -> None:
    vocabulary = built_in()
    for target in ("CD7", "CD19", "GPC3"):
        names = {normalise(name.text) for name in vocabulary.classes[f"{target.lower()}-car-t-cell-therapy"].names}
        assert normalise(f"T cell injection targeting {target} chimeric antigen receptor") in names
        assert normalise(f"universal {target}-specific CAR gene-engineered T cells") in names


@pytest.mark.parametrize(
    ("whole", "targets"),
    [
        ("PD-L1/4-1BB", ("PD-L1", "4-1BB")),
        ("VEGFR-1/2/3", ("VEGFR-1", "VEGFR-2", "VEGFR-3")),
        ("CDK 8/19", ("CDK 8", "CDK 19")),
        ("CD19/20", ("CD19", "CD20")),
        ("CD3/5T4", ("CD3", "5T4")),
        ("TIGIT", ("TIGIT",)),
    ],
)
def test_the_targets_of_a_name_come_apart(whole: str, targets: tuple[str, ...]) -> None:
    assert apart(whole) == targets


def test_two_rows_of_one_antibody_are_one_drug_with_the_targets_of_both(tmp_path: Path) -> None:
    head = "Therapeutic,Format,Target,Alternative Therapeutic Names"
    rows = ("Samplotamig1,Bispecific scFv,CD3E;ALB,AB-1", "Samplotamig2,Bispecific scFv,XYZ3,AB-1")
    (tmp_path / THERASABDAB).write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    (row,) = therasabdab(tmp_path)
    assert (row.name, row.targets, row.synonyms) == ("Samplotamig", ("CD3E", "XYZ3"), ("AB-1",))
    assert row.source == "tsabdab:Samplotamig1"


def test_an_alias_of_two_letters_names_no_gene() -> None:
    vocabulary = built_in()
    assert {name.text for target in vocabulary.targets.values() for name in target.names} >= {"PKC", "mTORC1"}
    assert vocabulary.drugs["nev-801"].targets == ("TOP1",)
    assert vocabulary.drugs["pumitamig"].targets == ("CD274", "VEGFA")


def test_a_code_at_the_end_of_a_description_joins_as_the_code_alone() -> None:
    registry = Registry()
    inhibitor = _drug(registry, "AB-1234")
    assert registry.coded(["Imaginary kinase inhibitor ab1234"], conjugate=False) is inhibitor


@pytest.mark.parametrize(("name", "joins"), [("QZ-c3", True), ("UTX1", True), ("QZ3", False), ("QZcd", False)])
def test_a_short_name_joins_a_curated_drug_if_it_has_a_digit(name: str, *, joins: bool) -> None:
    registry = Registry()
    drug = _drug(registry, "samplosertib", name, fixed=True)
    assert (registry.curated([name], conjugate=False) is drug) == joins


def test_cells_do_not_join_a_drug_that_has_their_code_by_chance() -> None:
    registry = Registry()
    pill = _drug(registry, "samplinib", "AB-1234", fixed=True)
    pill.type = "drug"
    assert find(registry, DrugRow("ncit:C9", "Autologous Anti-XYZ CAR T Cells AB-1234", ("AB1234",))) is None
    assert find(registry, DrugRow("ncit:C8", "Imaginary T-cell Engager AB-1234", ("AB1234",))) is pill


@pytest.mark.parametrize(
    ("name", "drugs"),
    [
        ("Anti-ABC/Anti-DEF Bispecific Antibody XY 123456", 1),
        ("ABC/DEF Inhibitor XY-B3A", 1),
        ("Anti-ABC/Anti-DEF Monoclonal Antibody Combination XYZ", 2),
        ("Samplinib/Otherinib", 2),
    ],
)
def test_one_product_against_two_targets_is_no_mixture(name: str, drugs: int) -> None:
    assert mixture(name) == (drugs > 1)


def test_a_misspelling_of_one_drug_may_be_the_name_of_another(tmp_path: Path) -> None:
    row = ("assert", "samplinib", "drug", "small molecule", "", "", "", "m:simplinib", *PROVENANCE)
    registry = Registry()
    overlay.assert_drugs(registry, overlay.read(_overlay(tmp_path, "drugs.tsv", row), "drugs.tsv"))
    assert find(registry, DrugRow("ncit:C9", "Simplinib", ())) is None
    assert find(registry, DrugRow("ncit:C8", "Samplinib", ())) is registry.drafts[0]


def test_a_row_of_a_source_can_be_retracted_whole(tmp_path: Path) -> None:
    registry = Registry()
    drug = _drug(registry, "samplinib")
    drug.call("wrong name", "synonym", "drugbank:DB99999")
    drug.identify("unii:ABC123DEF4", "drugbank:DB99999")
    table = _overlay(tmp_path, "facts.tsv", ("retract", "samplinib", "source", "drugbank:DB99999", *PROVENANCE))
    overlay.apply_facts(registry, overlay.read(table, "facts.tsv"))
    assert [fact.value for fact in drug.names.values()] == ["samplinib"]
    assert not drug.xrefs


@pytest.mark.parametrize(
    "name", ["Yttrium 90 Monoclonal Antibody AB1", "Y 90 Monoclonal Antibody AB1", "I 131 MoAb AB1"]
)
def test_a_labelled_antibody_is_a_conjugate(name: str) -> None:
    assert conjugate_like((name,))
    assert not conjugate_like((name.rpartition("90 ")[2].removeprefix("I 131 "),))


def test_a_labelled_salt_keeps_its_name() -> None:
    assert without_salt("Gallium Ga 68 Citrate") == "Gallium Ga 68 Citrate"


def test_a_product_is_called_by_its_code_where_a_source_describes_it_first() -> None:
    assert preferred("Anti-ABC Probody XYZ-123") == "XYZ-123"
    assert preferred("Anti-ABC Monoclonal Antibody XYZ 123") == "XYZ 123"
    assert preferred("Arsenic Trioxide Capsule Formulation XYZ 123") == "arsenic trioxide capsule formulation XYZ 123"
    assert preferred("Samplumab Alfa 12") == "samplumab alfa 12"
    assert (
        trailing_code("Anti-ABC Probody XYZ-123") is None
    )  # a synonym may describe another product: no rows join by it


def test_a_described_product_leads_from_the_id_of_its_description() -> None:
    registry = Registry()
    row = DrugRow(source="ncit:C1", name="Anti-ABC Monoclonal Antibody XYZ 123", synonyms=(), kind="Antibody")
    draft = start(registry, row)
    assert (draft.name, list(draft.former)) == ("XYZ 123", [row.name])


def test_what_a_curator_calls_a_procedure_stays_one_without_class_or_target() -> None:
    rules = Rules(*(Table(name, overlay.COLUMNS[name], []) for name in ("class_rules.tsv", "classes.tsv", "stems.tsv")))
    draft = Draft("light treatment", "overlay:light-treatment", fixed=True, type="procedure", molecule="procedure")
    settle(draft, Genes({}, {}), rules)
    assert draft.type == "procedure"
