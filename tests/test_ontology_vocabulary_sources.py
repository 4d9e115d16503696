"""The tables against the official files that they cite: every identifier and every cited name is really there."""

import csv
import json
from pathlib import Path

import pytest

from ontology.compile import overlay, sources
from ontology.compile.__main__ import rendered
from ontology.compile.diseases import diseases
from ontology.lookup import normalise
from ontology.model import Condition, Drug, DrugClass, Target, Vocabulary
from ontology.tables import built_in

HOME = Path(__file__).parents[1] / "ontology"


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "vocabularies"


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return built_in()


def _cited(vocabulary: Vocabulary, prefix: str) -> set[str]:
    terms: tuple[Drug | DrugClass | Target | Condition, ...] = (
        *vocabulary.drugs.values(),
        *vocabulary.classes.values(),
        *vocabulary.targets.values(),
        *vocabulary.conditions.values(),
    )
    return {x.curie.removeprefix(prefix) for term in terms for x in term.xrefs if x.curie.startswith(prefix)}


def _column(path: Path, name: str, delimiter: str) -> set[str]:
    with path.open(encoding="utf-8", errors="replace", newline="") as lines:
        if delimiter == "\t":
            rows = csv.DictReader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)
        else:
            rows = csv.DictReader(lines, delimiter=delimiter)
        return {row[name].strip() for row in rows}


def test_drugbank_and_unii_are_of_the_official_vocabulary(vocabulary: Vocabulary, folder: Path) -> None:
    path = folder / sources.DRUGBANK
    crossed = sources.pharmgkb(folder).values()
    drugbank = {local for found in crossed for local in found.get("drugbank", [])}
    unii = {local for found in crossed for local in found.get("unii", [])}
    assert _cited(vocabulary, "drugbank:") <= _column(path, "DrugBank ID", ",") | drugbank
    assert _cited(vocabulary, "unii:") <= _column(path, "UNII", ",") | unii


def test_a_drugs_unii_stands_in_the_row_of_its_drugbank_identifier(vocabulary: Vocabulary, folder: Path) -> None:
    with (folder / sources.DRUGBANK).open(encoding="utf-8", newline="") as lines:
        official = {f"drugbank:{row['DrugBank ID']}": row["UNII"] for row in csv.DictReader(lines)}
    pairs = [(x.source, x.curie) for d in vocabulary.drugs.values() for x in d.xrefs if x.curie.startswith("unii:")]
    assert len(pairs) > 2000
    assert [pair for pair in pairs if pair[0].startswith("drugbank:") and pair[1] != f"unii:{official[pair[0]]}"] == []


def test_ncit_codes_are_of_the_files(vocabulary: Vocabulary, folder: Path) -> None:
    known = set.union(
        *(_column(folder / name, "nci_t", "\t") for name in (sources.NCIT, sources.ONCOPHARMA, sources.PHARMONCOX))
    )
    known |= {row["nciConceptId"] for row in json.loads((folder / sources.NCI_DICTIONARY).read_text(encoding="utf-8"))}
    drugs = {x.curie for d in vocabulary.drugs.values() for x in d.xrefs if x.curie.startswith("ncit:")}
    assert len(drugs) > 4000
    assert {code.removeprefix("ncit:") for code in drugs} <= known


def test_a_curated_identifier_says_where_it_stands() -> None:
    facts = overlay.read(HOME / "overlay", "facts.tsv").rows
    sourced = [row[-1] for row in facts if row[:1] == ["assert"] and row[2] == "xref"]
    assert sourced
    assert [source for source in sourced if "row" not in source] == []


def test_no_drug_takes_the_names_of_the_receptor_that_it_acts_on(vocabulary: Vocabulary) -> None:
    names = {name.text for name in vocabulary.drugs["abatacept"].names}
    assert "CTLA4-Ig" in names
    assert not names & {"CTLA-4", "CD152", "Cytotoxic T-Lymphocyte Protein 4"}


def test_a_cell_to_be_confirmed_is_no_name(vocabulary: Vocabulary) -> None:
    assert [drug.id for drug in vocabulary.drugs.values() if any(name.text == "TBC" for name in drug.names)] == []


def test_genes_and_proteins_are_of_hgnc(vocabulary: Vocabulary, folder: Path) -> None:
    with (folder / sources.HGNC).open(encoding="utf-8", newline="") as lines:
        rows = {row["Approved symbol"]: row for row in csv.DictReader(lines, delimiter="\t")}
    for target in vocabulary.targets.values():
        for xref in target.xrefs:
            expected = rows[target.id]
            found = [f"hgnc:{expected['HGNC ID'].removeprefix('HGNC:')}"]
            found += [f"uniprot:{u.strip()}" for u in expected["UniProt ID(supplied by UniProt)"].split(",")]
            assert xref.curie in found


def test_mondo_identifiers_carry_a_name_of_their_term(vocabulary: Vocabulary, folder: Path) -> None:
    found = diseases(folder, sources.MONDO)
    terms = {term.id: set(map(normalise, (term.name, *term.synonyms))) for term in found}
    wrong = []
    for condition in vocabulary.conditions.values():
        names = {normalise(name.text) for name in condition.names}
        mondo = [x.curie.removeprefix("mondo:") for x in condition.xrefs if x.curie.startswith("mondo:")]
        wrong += [(condition.id, key) for key in mondo if key not in terms or not names & terms[key]]
    assert wrong == []


def test_names_that_cite_ncit_stand_in_that_row(vocabulary: Vocabulary, folder: Path) -> None:
    rows = {row.source: " | ".join((row.name, *row.synonyms)).casefold().split() for row in sources.ncit(folder)}
    texts = {source: " ".join(words) for source, words in rows.items()}
    cited = [(n.source, n.text) for d in vocabulary.drugs.values() for n in d.names if n.source.startswith("ncit:")]
    assert len(cited) > 20_000
    assert [pair for pair in cited if pair[1].casefold() not in texts[pair[0]]] == []


@pytest.mark.slow
def test_a_rebuild_gives_the_same_bytes(folder: Path) -> None:
    texts = rendered(folder, HOME / "overlay")
    differing = [
        name for name, text in texts.items() if (HOME / "vocabulary" / name).read_text(encoding="utf-8") != text
    ]
    assert differing == []
