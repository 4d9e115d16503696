"""The ontology: it parses, every term is described, and code and file say the same."""

import re
import runpy
from importlib.resources import files
from pathlib import Path

import pyoxigraph
import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Graph, URIRef

from extract.facts import TrialFacts
from graph.derive import derived_triples
from graph.knowledge import Knowledge
from graph.mapping import Origin, facts_to_triples
from graph.store import Tooling
from graph.triples import Triple
from graph.vocabulary_mapping import vocabulary_triples
from ontology import terms
from ontology.iri import TG
from ontology.model import Vocabulary

SCRIPTS = Path(__file__).parents[1] / "scripts"
NOT_FOR_DATA = {TG + "derivation"}
IMPORTS_ONLY = {TG + "termKind", TG + "fileDigest", TG + "importerVersion"}  # tests/test_graph_vocabulary_import.py
FAULTY_ONLY = {TG + "unresolvedName"}


@pytest.fixture(scope="module")
def ontology() -> Graph:
    return Graph().parse(data=_source(), format="turtle")


def _source() -> str:
    return (files("ontology") / "trialgraph.ttl").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def written(sample_facts: TrialFacts, small_vocabulary: Vocabulary) -> tuple[Triple, ...]:
    knowledge, origin = Knowledge(small_vocabulary), Origin("a.json", "api-v2", "ab", Tooling("1", "v", "s"))
    mapped = facts_to_triples(sample_facts, origin, knowledge)
    return (*mapped, *derived_triples(sample_facts, knowledge), *vocabulary_triples(small_vocabulary))


def test_constants_are_those_of_the_file() -> None:
    rendered = runpy.run_path(str(SCRIPTS / "terms.py"))["render"]()
    assert (files("ontology") / "terms.py").read_text(encoding="utf-8") == rendered


def test_prefixes_are_those_of_bioregistry() -> None:
    rendered = runpy.run_path(str(SCRIPTS / "prefixes.py"))["render"]()
    assert (files("ontology") / "prefixes.json").read_text(encoding="utf-8") == rendered


def test_both_engines_read_as_many_triples(ontology: Graph) -> None:
    parsed = list(pyoxigraph.parse(_source().encode(), format=pyoxigraph.RdfFormat.TURTLE))
    assert len(parsed) == len(ontology) > 500


def test_every_term_has_one_label_and_one_definition(ontology: Graph) -> None:
    own = {s for s in ontology.subjects(RDF.type) if str(s).startswith(TG)}
    assert own
    for term in own:
        assert len(list(ontology.objects(term, RDFS.label))) == 1, term
        assert len(list(ontology.objects(term, SKOS.definition))) == 1, term


def test_every_term_is_a_class_or_a_property(ontology: Graph) -> None:
    kinds = {OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property}
    for term in {s for s in ontology.subjects(RDFS.label) if str(s).startswith(TG)}:
        assert set(ontology.objects(term, RDF.type)) & kinds, term


def test_every_term_that_data_uses_is_in_the_ontology(written: tuple[Triple, ...]) -> None:
    used = {t.predicate for t in written if t.predicate.startswith(TG)}
    used |= {t.object.strip("<>") for t in written if t.object.startswith(f"<{TG}")}
    defined = {value for name, value in vars(terms).items() if name.isupper()}
    assert used <= defined


def test_every_property_of_the_ontology_is_used_by_data(ontology: Graph, written: tuple[Triple, ...]) -> None:
    kinds = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty, RDF.Property)
    properties = {str(s) for kind in kinds for s in ontology.subjects(RDF.type, kind)}
    assert properties - NOT_FOR_DATA - FAULTY_ONLY - IMPORTS_ONLY == {
        t.predicate for t in written if t.predicate.startswith(TG)
    }


def test_derived_properties_say_how_and_are_the_derived_ones(
    ontology: Graph, sample_facts: TrialFacts, small_vocabulary: Vocabulary
) -> None:
    marked = {str(s) for s in ontology.subjects(RDF.type, URIRef(terms.DERIVED_PROPERTY))}
    derived = {t.predicate for t in derived_triples(sample_facts, Knowledge(small_vocabulary))}
    assert marked == derived
    assert all(ontology.value(URIRef(term), URIRef(terms.DERIVATION)) for term in marked)


def test_domains_and_ranges_of_our_own_are_classes_of_ours(ontology: Graph) -> None:
    named = {o for p in (RDFS.domain, RDFS.range) for o in ontology.objects(None, p) if str(o).startswith(TG)}
    assert named <= set(ontology.subjects(RDF.type, OWL.Class))


def test_matches_in_obo_are_iris_of_terms_and_the_file_says_where_they_were_read(ontology: Graph) -> None:
    relations = (SKOS.closeMatch, SKOS.narrowMatch)
    matches = {str(o) for p in relations for o in ontology.objects(None, p) if "obolibrary" in str(o)}
    assert len(matches) > 10
    assert all(re.fullmatch(r"http://purl\.obolibrary\.org/obo/[A-Z]+_C?\d+", match) for match in matches)
    source = str(ontology.value(URIRef("https://w3id.org/trialgraph/ontology"), DCTERMS.source))
    assert "ClinicalTrialOntology/CTO" in source
    assert re.search(r"/[0-9a-f]{40}/", source)
