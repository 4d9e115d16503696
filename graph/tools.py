"""The stages as they come with the project, put together for a build's workers."""

from collections.abc import Callable
from functools import cache

from spacy.language import Language

from extract.model import Document
from extract.pipeline import EXTRACTOR_VERSION, build_pipeline, extract_facts
from graph.build import Tools
from graph.derive import derived_triples
from graph.knowledge import Knowledge
from graph.mapping import facts_to_triples
from graph.prepare import Prepared, Stages, prepare
from graph.store import Tooling
from graph.triples import to_ntriples
from graph.vocabulary_mapping import vocabulary_triples
from ontology.tables import built_in
from shapes.compiled import compiled_validator
from shapes.validate import pyshacl_validator, shapes_digest, trial_shapes

MAPPING_VERSION = "1"
"""Changes whenever the same facts, or the same vocabulary, could give other triples."""


def standard_tools() -> Tools:
    """What `build` works with."""
    return Tools(worker, tooling(), lambda: to_ntriples(vocabulary_triples(built_in())))


def tooling() -> Tooling:
    """The versions and digests of this installation."""
    return Tooling(f"{EXTRACTOR_VERSION}+{MAPPING_VERSION}", built_in().digest, shapes_digest())


@cache
def pipeline() -> Language:
    """The pipeline with the built-in vocabulary, built once in a process."""
    return build_pipeline(built_in())


@cache
def knowledge() -> Knowledge:
    """The index of the built-in vocabulary, made once in a process."""
    return Knowledge(built_in())


def worker() -> Callable[[list[Document]], list[Prepared]]:
    """A worker's function."""
    stages = _stages()
    return lambda documents: prepare(documents, stages)


def _stages() -> Stages:
    nlp, known = pipeline(), knowledge()
    shapes = trial_shapes()
    validate = compiled_validator(shapes, pyshacl_validator(shapes))
    return Stages(
        extract=lambda document: extract_facts(nlp, document),
        map_facts=lambda facts, origin: facts_to_triples(facts, origin, known),
        derive=lambda facts: derived_triples(facts, known),
        check=lambda trials: {trial: validate(facts) for trial, facts in trials.items()},
        tooling=tooling(),
    )
