"""The stages as they come with the project, put together for a build's workers."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from spacy.language import Language

from extract.model import Document
from extract.pipeline import EXTRACTOR_VERSION, build_pipeline, extract_each
from graph.build import Tools
from graph.derive import derived_triples
from graph.imported_names import vocabulary_with
from graph.knowledge import Knowledge
from graph.mapping import facts_to_triples
from graph.prepare import Prepared, Stages, prepare
from graph.store import Tooling
from graph.triples import to_ntriples
from graph.vocabulary_mapping import vocabulary_triples
from ontology.tables import built_in
from shapes.compiled import compiled_validator
from shapes.validate import pyshacl_validator, shapes_digest, trial_shapes

MAPPING_VERSION = "4"
"""Changes whenever the same facts, or the same vocabulary, could give other triples."""


def standard_tools(names: Path | None = None, *, pyshacl: bool = False) -> Tools:
    """What `build` works with; `names` is the table of `graph.imported_names.names_file`.

    The vocabulary's graph has the built-in terms alone: imported ones are in graphs of their own. With `pyshacl` that
    judges every trial itself; the reports are the same, some twenty times later.
    """
    return Tools(Worker(names, pyshacl), tooling(names), lambda: to_ntriples(vocabulary_triples(built_in())))


def tooling(names: Path | None = None) -> Tooling:
    """The versions and digests of this installation, imported names included."""
    return Tooling(f"{EXTRACTOR_VERSION}+{MAPPING_VERSION}", vocabulary_with(names).digest, shapes_digest())


@cache
def pipeline(names: Path | None = None) -> Language:
    """The pipeline with the vocabulary, built once in a process."""
    return build_pipeline(vocabulary_with(names))


@cache
def knowledge(names: Path | None = None) -> Knowledge:
    """The index of the vocabulary, made once in a process."""
    return Knowledge(vocabulary_with(names))


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker's factory: makes the function that prepares documents."""

    names: Path | None = None
    pyshacl: bool = False

    def __call__(self) -> Callable[[list[Document]], list[Prepared]]:
        """The function; it holds the pipeline."""
        made = stages(self.names, pyshacl=self.pyshacl)
        return lambda documents: prepare(documents, made)


def stages(names: Path | None, *, pyshacl: bool = False) -> Stages:
    """The stages with the vocabulary and the names that imports add, judged by pySHACL alone where that is wished."""
    nlp, known = pipeline(names), knowledge(names)
    shapes = trial_shapes()
    judge = pyshacl_validator(shapes)
    validate = judge if pyshacl else compiled_validator(shapes, judge)
    return Stages(
        extract=lambda documents: extract_each(nlp, documents),
        map_facts=lambda facts, origin: facts_to_triples(facts, origin, known),
        derive=lambda facts: derived_triples(facts, known),
        check=lambda trials: {trial: validate(facts) for trial, facts in trials.items()},
        tooling=tooling(names),
    )
