"""Which names an import may add to the matcher, and what the vocabulary becomes by them. All terms are invented."""

from dataclasses import replace

import pytest

from ontology.importers.widen import ExtraName, SourceTerm, extra_names, widened
from ontology.model import Stem, Vocabulary

NCIT = "http://purl.obolibrary.org/obo/NCIT_"
STEMS = (Stem("mab", "monoclonal antibody", "biological", (), "an INN stem"),)


def added(vocabulary: Vocabulary, *terms: SourceTerm, source: str = "ncit") -> list[tuple[str, str, str]]:
    extras = extra_names(replace(vocabulary, stems=STEMS), {source: terms})
    return [(extra.kind, extra.id, extra.name) for extra in extras]


def new(code: str, *names: str, kind: str = "drug", has_children: bool = False) -> SourceTerm:
    return SourceTerm(NCIT + code, kind, names, has_children)


def test_a_new_drug_comes_with_its_names(small_vocabulary: Vocabulary) -> None:
    assert added(small_vocabulary, new("C800001", "Newlimab", "NEW-001")) == [
        ("drug", "newlimab", "NEW-001"),
        ("drug", "newlimab", "Newlimab"),
    ]


@pytest.mark.parametrize(
    "term",
    [
        new("C800001", "Onelimab"),
        new("C800001", "PD-L1 inhibitor"),
        new("C800001", "ICE"),
        new("C800001", "12345"),
        new("C800001", "Kinase Inhibitor"),
        new("C800001", "Newlimab", has_children=True),
        new("C800001", "Newlimab", kind="chemical"),
        new("C800001", "Newlimab", kind="other"),
        new("C800001", "a name that goes on and on and on"),
        new("C99999", "Newlimab"),
    ],
    ids=[
        "known", "a class's", "short", "digits", "general", "a class of drugs", "chemical", "other", "long",
        "of two drugs of ours",
    ],
)  # fmt: skip
def test_a_name_that_is_not_telling_is_left_out(small_vocabulary: Vocabulary, term: SourceTerm) -> None:
    assert added(small_vocabulary, term) == []


@pytest.mark.parametrize(
    "term",
    [
        new("C800001", "invented salt", "Plainword"),
        new("C800001", "vitamin Q3"),
        SourceTerm(NCIT + "C800001", "target", ("INV1", "PLAINWORD")),
        new("C800001", "invented tumor, class 3", "Grade 3", kind="disease"),
        new("C800001", "invented glaucoma", kind="disease"),
    ],
    ids=["a pesticide's brand", "a vitamin", "a gene's alias", "a grade", "no neoplasm"],
)
def test_a_new_term_gives_only_names_that_show_what_it_is(small_vocabulary: Vocabulary, term: SourceTerm) -> None:
    plain = {"Plainword", "vitamin Q3", "PLAINWORD", "Grade 3", "invented salt", "invented glaucoma"}
    assert plain.isdisjoint(name for _, _, name in added(small_vocabulary, term))


@pytest.mark.parametrize(
    ("term", "names"),
    [
        (new("C800001", "Newlimab", "Brandword"), {"Newlimab", "Brandword"}),
        (new("C800001", "AB-1234"), {"AB-1234"}),
        (SourceTerm(NCIT + "C800001", "target", ("INV1", "XYZ2")), {"INV1", "XYZ2"}),
        (new("C800001", "invented meningioma", kind="disease"), {"invented meningioma"}),
    ],
    ids=["an INN and its brand", "a code", "a gene", "a neoplasm"],
)
def test_a_new_term_that_shows_what_it_is_comes_in(
    small_vocabulary: Vocabulary, term: SourceTerm, names: set[str]
) -> None:
    assert {name for _, _, name in added(small_vocabulary, term)} == names


def test_a_name_of_two_terms_is_left_out(small_vocabulary: Vocabulary) -> None:
    found = added(small_vocabulary, new("C800001", "Newlimab", "CODE-1"), new("C800002", "Otherlimab", "CODE 1"))
    assert [name for _, _, name in found] == ["Newlimab", "Otherlimab"]


def test_a_name_that_two_kinds_have_is_left_out(small_vocabulary: Vocabulary) -> None:
    found = extra_names(
        small_vocabulary, {"ncit": [new("C800001", "Samename")], "mondo": [new("C800002", "samename", kind="disease")]}
    )
    assert found == []


def test_a_known_identifier_widens_its_term(small_vocabulary: Vocabulary) -> None:
    hgnc = "https://www.genenames.org/data/gene-symbol-report/#!/hgnc_id/17635"
    assert added(small_vocabulary, SourceTerm(hgnc, "target", ("CD274X",)), source="hgnc") == []
    pfs = SourceTerm(NCIT + "C28234", "drug", ("Nothingmab of PFS",))
    assert added(small_vocabulary, pfs) == [("drug", "nothingmab-of-pfs", "Nothingmab of PFS")]


def test_the_vocabulary_is_widened(small_vocabulary: Vocabulary) -> None:
    extras = [
        ExtraName("drug", "onelimab", "ONE-001", "", "ncit:C800001"),
        ExtraName("drug", "newlimab", "Newlimab", "Newlimab", "ncit:C800002"),
        ExtraName("target", "INV1", "INVENT", "INV1", "hgnc:99991"),
        ExtraName("condition", "mondo-9000001", "invented tumor", "invented tumor", "mondo:9000001"),
    ]
    found = widened(small_vocabulary, extras)
    assert found.drugs["onelimab"].names[-1].text == "ONE-001"
    assert found.drugs["newlimab"].xrefs[0].curie == "ncit:C800002"
    assert found.targets["INV1"].names[0].case_sensitive
    assert found.conditions["mondo-9000001"].name == "invented tumor"
    assert small_vocabulary.drugs.keys() < found.drugs.keys()


def test_the_digest_tells_of_the_names(small_vocabulary: Vocabulary) -> None:
    extras = [ExtraName("drug", "newlimab", "Newlimab", "Newlimab", "ncit:C800002")]
    assert widened(small_vocabulary, []) is small_vocabulary
    digest = widened(small_vocabulary, extras).digest
    assert digest.startswith(f"{small_vocabulary.digest}+")
    assert digest == widened(small_vocabulary, extras).digest
