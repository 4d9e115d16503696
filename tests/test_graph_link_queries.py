"""The queries through links, over a small store of invented terms and trials."""

from importlib.resources import files
from pathlib import Path

import pytest
from pyoxigraph import QuerySolutions

from graph.oxigraph import EmbeddedStore
from graph.triples import Triple, ref, string, to_ntriples
from ontology import iri
from ontology import terms as tg
from ontology.iri import NAMESPACES

SKOS = NAMESPACES["skos"]
TRIAL, DRUG, TARGET, DISEASE = (iri.thing(k, "x") for k in ("trial", "drug", "target", "condition"))
NCIT, MONDO = "http://purl.obolibrary.org/obo/NCIT_", "http://purl.obolibrary.org/obo/MONDO_"
ATC = "http://www.whocc.no/atc_ddd_index/?code="
TRIPLES = (
    Triple(TRIAL, NAMESPACES["dcterms"] + "title", string("An invented trial")),
    Triple(TRIAL, tg.OFFERS_THERAPY, ref(DRUG)),
    Triple(TRIAL, tg.OFFERS_TARGET, ref(TARGET)),
    Triple(TRIAL, tg.STUDIES_CONDITION, ref(DISEASE)),
    Triple(TARGET, NAMESPACES["rdf"] + "type", ref(tg.TARGET)),
    Triple(TARGET, SKOS + "exactMatch", ref("http://purl.uniprot.org/uniprot/P15692")),
    Triple(DRUG, SKOS + "exactMatch", ref(NCIT + "C900001")),
    Triple(DRUG, SKOS + "exactMatch", ref(ATC + "L01FF99")),
    Triple(NCIT + "C900001", SKOS + "broader", ref(NCIT + "C129822")),
    Triple(NCIT + "C900001", SKOS + "prefLabel", string("Onelimab")),
    Triple(DISEASE, SKOS + "exactMatch", ref(MONDO + "9000001")),
    Triple(MONDO + "9000001", SKOS + "broader", ref(MONDO + "0005138")),
    Triple(MONDO + "9000001", SKOS + "prefLabel", string("invented tumor")),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedStore:
    made = EmbeddedStore(tmp_path_factory.mktemp("links") / "store")
    with made.writer() as writer:
        writer.replace_graph(iri.vocabulary_graph("links"), to_ntriples(TRIPLES))
    return made


def rows(store: EmbeddedStore, name: str, *, instead: tuple[str, str] = (" ", " ")) -> list[str]:
    text = (files("graph") / "queries" / "links" / name).read_text("utf-8").replace(*instead)
    with store.reader() as reader:
        found = reader.query(text)
        assert isinstance(found, QuerySolutions)
        return [str(row["trial"].value) for row in found]


QUERIES = {
    "trials_by_ncit_class.rq": "C129822",
    "trials_by_atc_group.rq": "L01FF",
    "trials_by_mondo_disease.rq": "0005138",
    "trials_by_protein.rq": "P15692",
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_query_finds_the_trial_through_its_link(store: EmbeddedStore, name: str) -> None:
    assert rows(store, name) == [TRIAL]


@pytest.mark.parametrize(("name", "value"), QUERIES.items())
def test_a_query_finds_nothing_elsewhere(store: EmbeddedStore, name: str, value: str) -> None:
    assert rows(store, name, instead=(value, "Z9")) == []


def test_every_query_has_a_test() -> None:
    there = {Path(str(file)).name for file in (files("graph") / "queries" / "links").iterdir()}
    assert there == {*QUERIES, "federated_protein.rq"}


def test_the_query_of_the_readme_finds_the_trial_of_a_disease_below(store: EmbeddedStore) -> None:
    text = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
    query = text.partition("## Queries through the links")[2].partition("```sparql\n")[2].partition("```")[0]
    with store.reader() as reader:
        found = reader.query(query)
        assert isinstance(found, QuerySolutions)
        assert [(str(row["trial"].value), str(row["label"].value)) for row in found] == [(TRIAL, "invented tumor")]
