"""IRIs: minting, parsing, graphs, external identifiers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ontology import iri
from ontology.iri import Kind, Thing

IDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@given(st.sampled_from(list(Kind)), IDS, st.lists(IDS, max_size=3))
def test_every_thing_parses_back(kind: Kind, identifier: str, path: list[str]) -> None:
    thing = Thing(kind, identifier, tuple(path))
    assert iri.parse(thing.iri) == thing


@given(IDS)
def test_an_iri_holds_no_character_that_ntriples_forbids(identifier: str) -> None:
    minted = iri.node(iri.trial(identifier), identifier, 2)
    assert minted.isascii()
    assert not set(minted) & set('<>"{}|^`\\ \n\t')


@given(IDS)
def test_a_trials_graphs_give_back_its_id(identifier: str) -> None:
    assert iri.trial_of_graph(iri.trial_graph(identifier)) == identifier
    assert iri.trial_of_graph(iri.quarantine_graph(identifier)) == identifier


@pytest.mark.parametrize("identifier", [".", "..", "~", "~.", "~~..", "a/b", "50%", "a b", "ü"])
def test_awkward_ids_stay_one_segment(identifier: str) -> None:
    minted = iri.trial(identifier)
    segment = minted.removeprefix(iri.BASE + "trial/")
    assert "/" not in segment
    assert segment not in {".", ".."}
    assert iri.parse(minted) == Thing(Kind.TRIAL, identifier)


def test_an_empty_id_is_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        iri.trial("")


@pytest.mark.parametrize(
    "other",
    [
        "https://example.org/trial/1",
        iri.TG + "Trial",
        iri.DERIVED_GRAPH,
        iri.BASE + "trial/",
        iri.BASE + "trial/%FF",
        "",
    ],
)
def test_what_is_no_thing_of_ours_does_not_parse(other: str) -> None:
    assert iri.parse(other) is None


@pytest.mark.parametrize(
    ("name", "slug"),
    [("Nal-IRI + 5-FU", "nal-iri-5-fu"), ("ＡＢＣ１", "abc1"), ("β-glucan", "β-glucan"), (" HLX43 ", "hlx43")],
)
def test_slugs_read_well(name: str, slug: str) -> None:
    assert iri.slug(name) == slug


def test_a_name_without_letters_still_gets_a_slug() -> None:
    assert iri.slug("±") != iri.slug("+")
    assert len(iri.slug("±")) == 12


def test_a_term_path_is_minted_by_its_kind() -> None:
    assert iri.term("drug/anlotinib") == "https://w3id.org/trialgraph/drug/anlotinib"
    with pytest.raises(ValueError, match="planet"):
        iri.term("planet/mars")


def test_owned_graphs_are_all_below_graph() -> None:
    owned = [iri.trial_graph("x"), iri.quarantine_graph("x"), iri.vocabulary_graph(), iri.vocabulary_graph("ncit")]
    assert all(map(iri.is_owned_graph, [*owned, iri.DERIVED_GRAPH, iri.PROVENANCE_GRAPH]))
    assert not iri.is_owned_graph("https://w3id.org/trialgraph/graphs/mine")
    assert not iri.is_owned_graph("urn:mine")


def test_the_default_graph_leaves_out_quarantine_and_provenance() -> None:
    parts = [iri.trial_graph("x"), iri.vocabulary_graph(), iri.vocabulary_graph("ncit"), iri.DERIVED_GRAPH]
    assert all(map(iri.is_default_graph_part, parts))
    assert not any(map(iri.is_default_graph_part, [iri.quarantine_graph("x"), iri.PROVENANCE_GRAPH, "urn:mine"]))


@pytest.mark.parametrize(
    ("curie", "published"),
    [
        ("ncit:C28234", "http://purl.obolibrary.org/obo/NCIT_C28234"),
        ("mondo:0005233", "http://purl.obolibrary.org/obo/MONDO_0005233"),
        ("uniprot:Q9NZQ7", "http://purl.uniprot.org/uniprot/Q9NZQ7"),
        ("mesh:D000077266", "http://id.nlm.nih.gov/mesh/D000077266"),
        ("drugbank:DB11714", "https://go.drugbank.com/drugs/DB11714"),
    ],
)
def test_external_identifiers_expand_as_their_owners_publish_them(curie: str, published: str) -> None:
    assert iri.expand(curie) == published
    assert iri.compress(published) == curie


def test_other_forms_of_an_external_iri_are_known() -> None:
    assert iri.compress("http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl#C28234") == "ncit:C28234"
    assert iri.expand("NCIT:C28234") == iri.expand("ncit:C28234")


@pytest.mark.parametrize("curie", ["C28234", "nosuchprefix:1", "ncit:", ""])
def test_what_is_no_known_curie_does_not_expand(curie: str) -> None:
    assert iri.expand(curie) is None


@given(st.sampled_from(sorted(iri.converter().bimap)), IDS)
def test_external_identifiers_round_trip(prefix: str, identifier: str) -> None:
    expanded = iri.expand(f"{prefix}:{identifier}")
    assert expanded is not None
    assert iri.compress(expanded) == f"{prefix}:{identifier}"
