"""Links: by identifier, by one that both have, by name; doubt is kept visible. All terms are invented."""

import csv
import shutil
import subprocess
from pathlib import Path

import pytest

from graph.links.candidates import candidates, wanted
from graph.links.decide import decide
from graph.links.model import Entity, Fate, Linked, Means
from graph.links.report import report
from graph.links.sssom import sssom_lines
from graph.vocabulary_sources import ImportRecord, StoredTerm
from ontology import iri

NCIT = "http://purl.obolibrary.org/obo/NCIT_"
BANK = "https://go.drugbank.com/drugs/"
UNII = "https://precision.fda.gov/uniisearch/srs/unii/ABC123DEF4"


def drug(name: str, *names: str, has: tuple[str, ...] = ()) -> Entity:
    return Entity(iri.thing("drug", name), "drug", name, (name, *names), has, used=True)


def term(code: str, label: str, *synonyms: str, kind: str = "drug", xrefs: tuple[str, ...] = ()) -> StoredTerm:
    return StoredTerm(BANK + code, kind, label, list(synonyms), [], list(xrefs))


def outcome(entities: list[Entity], terms: list[StoredTerm], *, doubtful: frozenset[str] = frozenset()) -> list[Linked]:
    return list(decide(entities, "drugbank", candidates(terms, wanted(entities, doubtful))))


def only(entity: Entity, terms: list[StoredTerm]) -> Linked:
    return outcome([entity], terms)[0]


def test_the_vocabularys_own_identifier_decides() -> None:
    found = only(
        drug("onelimab", has=(BANK + "DB99991",)), [term("DB99991", "Other", "onelimab"), term("DB99992", "onelimab")]
    )
    assert found.fate is Fate.LINKED
    assert [(m.candidate.term, m.candidate.means, m.exact) for m in found.mappings] == [
        (BANK + "DB99991", Means.IDENTIFIER, True)
    ]


def test_an_identifier_that_no_name_bears_out_is_close() -> None:
    found = only(drug("onelimab", has=(BANK + "DB99991",)), [term("DB99991", "narrower onelimab")])
    assert (found.fate, [m.exact for m in found.mappings]) == (Fate.LINKED, [False])


def test_a_further_record_beside_the_one_of_that_name_is_close() -> None:
    entity = drug("onelimab", "onelimab salt", has=(BANK + "DB99991", BANK + "DB99992"))
    found = only(entity, [term("DB99991", "Onelimab"), term("DB99992", "Onelimab Salt")])
    assert {m.candidate.term: m.exact for m in found.mappings} == {BANK + "DB99991": True, BANK + "DB99992": False}


def test_an_identifier_that_both_have_comes_next() -> None:
    found = only(drug("onelimab", has=(UNII,)), [term("DB99991", "Other", xrefs=(UNII,)), term("DB99992", "onelimab")])
    assert [(m.candidate.term, m.candidate.means) for m in found.mappings] == [(BANK + "DB99991", Means.SHARED)]


def test_names_agree_after_normalisation() -> None:
    found = only(drug("onelimab", "XYZ-123"), [term("DB99991", "Onelimab"), term("DB99992", "twolimab")])
    assert (found.fate, found.mappings[0].confidence) == (Fate.LINKED, 0.9)


def test_a_code_links_to_a_name_that_came_later() -> None:
    found = only(drug("XYZ123"), [term("DB99991", "Onelimab", "xyz 123")])
    assert (found.fate, found.mappings[0].confidence) == (Fate.LINKED, 0.8)


@pytest.mark.parametrize(
    ("entity", "terms", "comment"),
    [
        (drug("onelimab"), [term("DB99991", "A", "onelimab"), term("DB99992", "B", "onelimab")], "one of 2"),
        (drug("onelimab", "some cells"), [term("DB99991", "Cell", "some cells")], "preferred names differ"),
        (drug("onelimab", has=(BANK + "DB99999",)), [term("DB99991", "Onelimab")], "which the imported file has not"),
    ],
    ids=["several", "by a side name", "against an identifier"],
)
def test_doubt_stays_visible(entity: Entity, terms: list[StoredTerm], comment: str) -> None:
    found = only(entity, terms)
    assert found.fate is Fate.AMBIGUOUS
    assert len(found.mappings) == len(terms)
    assert not any(m.exact for m in found.mappings)
    assert all(comment in m.comment and m.confidence <= 0.5 for m in found.mappings)


def test_a_term_that_two_things_claim_is_given_to_neither() -> None:
    found = outcome([drug("one", "onelimab"), drug("two", "onelimab")], [term("DB99991", "Onelimab")])
    assert [one.fate for one in found] == [Fate.AMBIGUOUS, Fate.AMBIGUOUS]


def test_a_term_that_the_vocabulary_gives_to_one_is_not_given_to_another() -> None:
    found = outcome([drug("one", has=(BANK + "DB99991",)), drug("two", "onelimab")], [term("DB99991", "Onelimab")])
    assert [one.fate for one in found] == [Fate.LINKED, Fate.AMBIGUOUS]


def test_a_name_in_the_term_of_a_drug_that_another_source_tells_apart_links_nothing() -> None:
    owner = drug("onelimab vedotin", has=(BANK + "DB99991", NCIT + "C1"))
    terms = [term("DB99991", "Onelimab vedotin", "twolimab vedotin")]
    apart, untold = drug("twolimab vedotin", has=(NCIT + "C2",)), drug("twolimab vedotin")
    assert [one.fate for one in outcome([owner, apart], terms)] == [Fate.LINKED, Fate.UNLINKED]
    assert [one.fate for one in outcome([owner, untold], terms)] == [Fate.LINKED, Fate.AMBIGUOUS]


@pytest.mark.parametrize("name", ["ABC", "doubtful-name"])
def test_short_and_doubtful_names_link_nothing(name: str) -> None:
    found = outcome([drug(name)], [term("DB99991", name)], doubtful=frozenset({"doubtfulname"}))
    assert [(one.fate, one.mappings) for one in found] == [(Fate.UNLINKED, ())]


def test_a_name_links_only_to_its_own_kind() -> None:
    assert only(drug("onelimab"), [term("DB99991", "onelimab", kind="disease")]).fate is Fate.UNLINKED


def test_a_retired_term_is_linked_by_identifier_alone() -> None:
    gone = StoredTerm(BANK + "DB99991", "drug", "onelimab", obsolete=True)
    assert only(drug("onelimab"), [gone]).fate is Fate.UNLINKED
    assert only(drug("onelimab", has=(BANK + "DB99991",)), [gone]).fate is Fate.LINKED


def test_the_report_counts_by_kind_and_source() -> None:
    found = outcome([drug("onelimab"), drug("twolimab")], [term("DB99991", "Onelimab")])
    lines = {(line.kind, line.source): line.counts for line in report(found)}
    assert lines["drug", "drugbank"] == lines["drug", "any"] == {Fate.LINKED: 1, Fate.UNLINKED: 1}


def _sssom(folder: Path) -> Path:
    terms = [term("DB99991", "Onelimab"), term("DB99992", "A\ttab", "twolimab"), term("DB99993", "C", "twolimab")]
    found = outcome([drug("onelimab"), drug("twolimab"), drug("with space", has=(BANK + "DB99993",))], terms)
    record = ImportRecord(
        "drugbank", "DrugBank", "https://example.org/l", 3, "d" * 64, "file", "x/1", "2030", "5.1", ""
    )
    mappings = [mapping for one in found for mapping in one.mappings]
    path = folder / "links.sssom.tsv"
    path.write_text("".join(sssom_lines(mappings, {"drugbank": record}, version="0.1.0", vocabulary="a" * 64)))
    return path


def test_sssom_has_metadata_and_a_row_a_link(tmp_path: Path) -> None:
    text = _sssom(tmp_path).read_text()
    assert "#mapping_tool_version: '0.1.0'\n" in text
    assert "#  drugbank: 'https://go.drugbank.com/drugs/'\n" in text
    rows = list(csv.DictReader([line for line in text.splitlines() if not line.startswith("#")], delimiter="\t"))
    assert [row["object_id"] for row in rows] == [
        "drugbank:DB99991",
        "drugbank:DB99992",
        "drugbank:DB99993",
        "drugbank:DB99993",
    ]
    assert rows[0]["mapping_justification"] == "semapv:LexicalMatching"
    assert {row["object_source_version"] for row in rows} == {"5.1"}


@pytest.mark.slow
def test_the_communitys_validator_takes_it(tmp_path: Path) -> None:
    validator = shutil.which("sssom")
    if validator is None:
        pytest.skip("sssom-py is not installed (pip install sssom, in an environment of its own)")
    done = subprocess.run([validator, "validate", str(_sssom(tmp_path))], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "error" not in done.stderr.lower()
