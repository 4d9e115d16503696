"""What a store holds of imported vocabularies: which there are, and their terms as they were read."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from itertools import groupby

from pyoxigraph import Literal, NamedNode, Quad, QuerySolution, QuerySolutions

from graph.store import Reader
from ontology import iri
from ontology import terms as tg
from ontology.iri import NAMESPACES

SKOS = NAMESPACES["skos"]
CONCEPT = NamedNode(SKOS + "Concept")


@dataclass(frozen=True, slots=True)
class ImportRecord:
    """One imported vocabulary; `digest` is the SHA-256 of its file."""

    source: str
    title: str
    licence: str
    terms: int
    digest: str
    origin: str
    importer: str
    imported: str
    version: str
    issued: str

    @property
    def graph(self) -> str:
        """The graph of its terms."""
        return iri.vocabulary_graph(self.source)


@dataclass(slots=True)
class StoredTerm:
    """One imported term; identifiers are IRIs. A list of statements may come in two parts; both are of the same IRI."""

    iri: str
    kind: str = "other"
    label: str = ""
    synonyms: list[str] = field(default_factory=list)
    parents: list[str] = field(default_factory=list)
    xrefs: list[str] = field(default_factory=list)
    obsolete: bool = False

    @property
    def names(self) -> list[str]:
        """The label first, then the synonyms."""
        return [self.label, *self.synonyms] if self.label else self.synonyms


def imports(reader: Reader) -> dict[str, ImportRecord]:
    """Every imported vocabulary, by source."""
    query = (files("graph") / "queries" / "vocabulary_imports.rq").read_text("utf-8")
    solutions = reader.query(query)
    assert isinstance(solutions, QuerySolutions)  # noqa: S101 - the query is a SELECT
    return {record.source: record for record in map(_record, solutions)}


def stored_terms(reader: Reader, source: str) -> Iterator[StoredTerm]:
    """The terms of an imported vocabulary, one at a time."""
    quads = reader.quads(iri.vocabulary_graph(source))
    for subject, said in groupby(quads, key=lambda quad: quad.subject):
        if isinstance(subject, NamedNode):
            term = _term(str(subject.value), said)
            if term is not None:
                yield term


def _record(row: QuerySolution) -> ImportRecord:
    def text(name: str) -> str:
        value = row[name]
        return "" if value is None else str(value.value)

    return ImportRecord(
        text("source"), text("title"), text("licence"), int(text("terms")), text("digest"), text("origin"),
        text("importer"), text("imported"), text("version"), text("issued"),
    )  # fmt: skip


LISTS = {SKOS + "altLabel": "synonyms", SKOS + "broader": "parents", SKOS + "closeMatch": "xrefs"}


def _term(subject: str, quads: Iterator[Quad]) -> StoredTerm | None:
    """The term that these statements are of; None for what is no term (the description of the graph)."""
    term, is_term = StoredTerm(subject), False
    for quad in quads:
        predicate, value = str(quad.predicate.value), quad.object
        if value == CONCEPT:
            is_term = True
        elif not isinstance(value, Literal | NamedNode):
            continue
        elif predicate in LISTS:
            getattr(term, LISTS[predicate]).append(str(value.value))
        elif predicate == SKOS + "prefLabel":
            term.label = str(value.value)
        elif predicate == tg.TERM_KIND:
            term.kind = str(value.value)
        elif predicate == NAMESPACES["owl"] + "deprecated":
            term.obsolete = value.value == "true"
    return term if is_term else None
