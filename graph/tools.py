"""The stages as they come with the project, put together for a build's workers."""

from collections.abc import Callable

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
from shapes.validate import pyshacl_validator, shapes_digest, trial_shapes, validate_batch

MAPPING_VERSION = "1"
"""Changes whenever the same facts, or the same vocabulary, could give other triples."""


def standard_tools() -> Tools:
    """What `build` works with."""
    return Tools(worker, tooling(), lambda: to_ntriples(vocabulary_triples(built_in())))


def tooling() -> Tooling:
    """The versions and digests of this installation."""
    return Tooling(f"{EXTRACTOR_VERSION}+{MAPPING_VERSION}", built_in().digest, shapes_digest())


def worker() -> Callable[[list[Document]], list[Prepared]]:
    """A worker's function; called once in each process, since building the pipeline takes seconds."""
    stages = _stages()
    return lambda documents: prepare(documents, stages)


def _stages() -> Stages:
    nlp, knowledge = build_pipeline(built_in()), Knowledge(built_in())
    validate = pyshacl_validator(trial_shapes())
    return Stages(
        extract=lambda document: extract_facts(nlp, document),
        map_facts=lambda facts, origin: facts_to_triples(facts, origin, knowledge),
        derive=lambda facts: derived_triples(facts, knowledge),
        check=lambda trials: validate_batch(validate, trials),
        tooling=tooling(),
    )
