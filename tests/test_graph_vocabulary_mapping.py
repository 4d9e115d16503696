"""The vocabulary in RDF: names, hierarchy, identifiers and redirects, each with its source."""

import pytest

from graph.knowledge import Knowledge
from graph.triples import Triple, boolean, ref, string
from graph.vocabulary_mapping import (
    ALTERNATIVE,
    BROADER,
    DEPRECATED,
    EXACT_MATCH,
    REPLACED_BY,
    SOURCE,
    vocabulary_triples,
)
from ontology import iri
from ontology import terms as tg
from ontology.iri import VOCABULARY_GRAPH
from ontology.model import DrugClass, Vocabulary

ONELIMAB = iri.thing("drug", "onelimab")


@pytest.fixture(scope="module")
def triples(small_vocabulary: Vocabulary) -> tuple[Triple, ...]:
    return tuple(vocabulary_triples(small_vocabulary))


def objects(triples: tuple[Triple, ...], subject: str, predicate: str) -> list[str]:
    return [t.object for t in triples if t.subject == subject and t.predicate == predicate]


def test_a_drug_has_names_targets_and_classes(triples: tuple[Triple, ...]) -> None:
    assert objects(triples, ONELIMAB, ALTERNATIVE) == [string("onelimab brand")]
    assert objects(triples, ONELIMAB, tg.HAS_TARGET) == [ref(iri.thing("target", "CD274"))]
    assert objects(triples, ONELIMAB, tg.HAS_CLASS) == [ref(iri.thing("class", "pd-l1-inhibitor"))]


def test_the_hierarchy_is_skos(triples: tuple[Triple, ...]) -> None:
    assert objects(triples, iri.thing("class", "pd-l1-inhibitor"), BROADER) == [
        ref(iri.thing("class", "checkpoint-inhibitor"))
    ]
    assert objects(triples, iri.thing("condition", "nsclc"), BROADER) == [ref(iri.thing("condition", "lung-cancer"))]


def test_identifiers_are_their_owners_iris_and_unknown_prefixes_are_left_out(triples: tuple[Triple, ...]) -> None:
    assert objects(triples, ONELIMAB, EXACT_MATCH) == [ref("http://purl.obolibrary.org/obo/NCIT_C99999")]


def test_every_identifier_and_foreign_name_reaches_its_source(triples: tuple[Triple, ...]) -> None:
    statements = [t.subject for t in triples if t.predicate == tg.ABOUT and t.object == ref(ONELIMAB)]
    said = {objects(triples, s, SOURCE)[0]: objects(triples, s, tg.STATES) for s in statements}
    assert said == {
        string("ncit row 3"): [ref("http://purl.obolibrary.org/obo/NCIT_C99999")],
        string("register row 7"): [string("onelimab brand")],
    }


def test_an_old_name_is_a_redirect_and_nothing_else(triples: tuple[Triple, ...]) -> None:
    old = iri.thing("drug", "xyz123")
    assert {t.predicate: t.object for t in triples if t.subject == old} == {
        REPLACED_BY: ref(ONELIMAB),
        DEPRECATED: boolean(value=True),
        SOURCE: string("table row 1"),
    }


def test_the_vocabulary_says_its_version(triples: tuple[Triple, ...]) -> None:
    assert objects(triples, VOCABULARY_GRAPH, tg.VOCABULARY_DIGEST) == [string("digest of the tables")]


def test_no_triple_comes_twice(triples: tuple[Triple, ...]) -> None:
    assert len(set(triples)) == len(triples)


def test_a_cycle_in_the_hierarchy_ends() -> None:
    ring = {
        name: DrugClass(name, name, "drug", (parent,), (), (), (), "row")
        for name, parent in {"a": "b", "b": "a"}.items()
    }
    knowledge = Knowledge(Vocabulary({}, ring, {}, {}, {}, (), "none"))
    assert knowledge.above_classes(["a"]) == ("a", "b")


def test_a_class_is_known_by_id_label_and_slug(small_vocabulary: Vocabulary) -> None:
    knowledge = Knowledge(small_vocabulary)
    assert knowledge.class_of("pd-l1-inhibitor") == knowledge.class_of("PD-L1 inhibitor") == "pd-l1-inhibitor"
    assert knowledge.class_of("Odd Class") == "odd-class"


@pytest.mark.parametrize("therapy", ["drug/nothing", "class/nothing"])
def test_an_unknown_therapy_has_no_targets(therapy: str, small_vocabulary: Vocabulary) -> None:
    assert Knowledge(small_vocabulary).known_targets(therapy) == ()
