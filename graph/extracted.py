"""What `extract` writes of one record: its facts as JSON, Turtle or N-Quads."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import orjson

from extract.facts import TrialFacts, to_json
from extract.model import Document, Failure
from extract.pipeline import extract_each
from graph.knowledge import Knowledge
from graph.mapping import Origin, facts_to_triples
from graph.prepare import broken
from graph.tools import knowledge, pipeline, tooling
from graph.triples import to_nquads, to_turtle
from ontology.iri import trial_graph


class FactFormat(StrEnum):
    """JSON Lines (the contract's object), Turtle, or N-Quads with one graph a trial."""

    JSONL = "jsonl"
    TTL = "ttl"
    NQ = "nq"


@dataclass(frozen=True, slots=True)
class FactWriter:
    """A worker's factory: makes the function that turns documents into bytes, or into failures, one for one.

    `names` is the table of names that imports add (`graph.imported_names`).
    """

    file_format: FactFormat = FactFormat.JSONL
    with_sections: bool = False
    explain: bool = False
    names: Path | None = None

    def __call__(self) -> Callable[[list[Document]], list[bytes | Failure]]:
        """The function; it holds the pipeline."""
        nlp, known = pipeline(self.names), knowledge(self.names)

        def write(documents: list[Document]) -> list[bytes | Failure]:
            each = zip(documents, extract_each(nlp, documents), strict=True)
            return [self._written(document, facts, known) for document, facts in each]

        return write

    def _written(self, document: Document, facts: TrialFacts | Exception, known: Knowledge) -> bytes | Failure:
        if isinstance(facts, Exception):
            return broken(document, facts)
        try:
            return self._bytes(document, facts, known)
        except Exception as error:  # isolates one record, and records what went wrong with it
            return broken(document, error)

    def _bytes(self, document: Document, facts: TrialFacts, known: Knowledge) -> bytes:
        if self.file_format is FactFormat.JSONL:
            sections = document.sections if self.with_sections else None
            return orjson.dumps(to_json(facts, sections=sections, explain=self.explain)) + b"\n"
        origin = Origin(document.source, document.format, document.content_hash, tooling(self.names))
        triples = facts_to_triples(facts, origin, known)
        if self.file_format is FactFormat.NQ:
            return to_nquads(triples, trial_graph(document.id))
        return to_turtle(triples)


def lost(document: Document) -> bytes | Failure:
    """What came of a document during which a worker process died."""
    return Failure(document.source, document.id, "extraction failed: the worker process died on it")


def without_prefixes(turtle: bytes) -> bytes:
    """A Turtle document without its `@prefix` lines, to go after one that has them."""
    lines = turtle.split(b"\n")
    return b"\n".join(line for line in lines if not line.startswith(b"@prefix "))
