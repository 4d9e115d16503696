"""Real records all the way to triples: both ways of writing them agree, and so do both ways of judging them."""

import random
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import RdfFormat, parse
from rdflib.util import from_n3

from extract.model import Document
from extract.pipeline import build_pipeline, extract_facts
from extract.sources.read import read_sources
from graph.derive import derived_triples
from graph.knowledge import Knowledge
from graph.mapping import Origin, facts_to_triples
from graph.store import Tooling
from graph.triples import Triple, to_nquads, to_ntriples
from ontology.iri import trial_graph
from ontology.tables import built_in
from shapes.compiled import compiled_validator
from shapes.validate import pyshacl_validator, trial_shapes

pytestmark = pytest.mark.slow
EVERY = 6
BROKEN = 5
GRAPH = trial_graph("NCT90000001")


@pytest.fixture(scope="module")
def trials(shared: Path) -> list[tuple[Triple, ...]]:
    """The triples, shortcuts included, of every sixth record of the corpus: some hundreds."""
    vocabulary = built_in()
    pipeline, known = build_pipeline(vocabulary), Knowledge(vocabulary)
    documents = [one for one in read_sources([shared / "corpus" / "api-v2"]) if isinstance(one, Document)]
    tooling = Tooling("extractor 1", "vocabulary-digest", "shapes-digest")
    found = []
    for one in documents[::EVERY]:
        facts = extract_facts(pipeline, one)
        origin = Origin(one.source, one.format, one.content_hash, tooling)
        found.append((*facts_to_triples(facts, origin, known), *derived_triples(facts, known)))
    assert len(found) > 200
    return found


def by_rdflib(triples: tuple[Triple, ...]) -> bytes:
    """The triples as rdflib makes and writes them, each lexical form as it is."""
    data = rdflib.Graph()
    for subject, predicate, value in triples:
        term = from_n3(value)
        assert isinstance(term, rdflib.term.Node)
        data.add((rdflib.URIRef(subject), rdflib.URIRef(predicate), term))
    return data.serialize(format="nt", encoding="utf-8")


@pytest.mark.filterwarnings("ignore:NotImplemented should not be used:DeprecationWarning")
def test_direct_quads_are_those_of_rdflib(trials: list[tuple[Triple, ...]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    for triples in trials:
        ours = {quad.triple for quad in parse(to_nquads(triples, GRAPH), format=RdfFormat.N_QUADS)}
        theirs = {quad.triple for quad in parse(by_rdflib(triples), format=RdfFormat.N_TRIPLES)}
        assert ours == theirs, triples[0].subject
        assert len(ours) == len(triples)


@pytest.mark.filterwarnings("ignore:NotImplemented should not be used:DeprecationWarning")
def test_good_and_broken_trials_are_judged_as_pyshacl_judges_them(trials: list[tuple[Triple, ...]]) -> None:
    shapes = trial_shapes()
    judge = pyshacl_validator(shapes)
    compiled = compiled_validator(shapes, judge)
    draw = random.Random(3)  # noqa: S311 (the same trials in every run)
    values = [triple.object for triples in trials for triple in triples]
    for triples in trials:
        assert compiled(to_ntriples(triples)) == judge(to_ntriples(triples)), triples[0].subject
        for _ in range(BROKEN):
            text = to_ntriples(broken(triples, values, draw))
            assert compiled(text) == judge(text), text.decode()


def broken(triples: tuple[Triple, ...], values: list[str], draw: random.Random) -> list[Triple]:
    """The trial with one to three triples taken out, added with a value from anywhere, or given such a value."""
    changed = list(triples)
    for _ in range(draw.randint(1, 3)):
        place = draw.randrange(len(changed))
        other = changed[place]._replace(object=draw.choice(values))
        changed[place : place + draw.randint(0, 1)] = draw.choice(([], [other]))
    return changed
