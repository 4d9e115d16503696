"""The things to be linked: drugs, targets, conditions and endpoints of the vocabulary and of the trials."""

from collections.abc import Iterator
from importlib.resources import files
from itertools import groupby

from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions

from graph.links.model import Entity
from graph.store import Reader
from ontology import iri
from ontology import terms as tg
from ontology.iri import NAMESPACES, VOCABULARY_GRAPH

SKOS = NAMESPACES["skos"]
KINDS = {tg.DRUG: "drug", tg.TARGET: "target", tg.CONDITION: "condition", tg.ENDPOINT: "endpoint"}
NAMES = frozenset(SKOS + name for name in ("altLabel", "notation"))


def entities(reader: Reader) -> dict[str, Entity]:
    """All of them by IRI: the terms of the vocabulary, and what trials name that no table knows."""
    used = _used(reader)
    found = {entity.iri: entity for entity in _vocabulary(reader, used)}
    for subject, names in used.items():
        thing = iri.parse(subject)
        if subject not in found and names and thing is not None and thing.kind in set(KINDS.values()):
            found[subject] = Entity(subject, thing.kind, names[0], tuple(names), used=True)
    return found


def _used(reader: Reader) -> dict[str, list[str]]:
    """What trials speak of, with the names that they give it."""
    solutions = reader.query((files("graph") / "queries" / "link_entities.rq").read_text("utf-8"))
    assert isinstance(solutions, QuerySolutions)  # noqa: S101 - the query is a SELECT
    found: dict[str, list[str]] = {}
    for row in solutions:
        names = found.setdefault(str(row["thing"].value), [])
        if (name := row["name"]) is not None:
            names.append(str(name.value))
    return found


def _vocabulary(reader: Reader, used: dict[str, list[str]]) -> Iterator[Entity]:
    quads = reader.quads(VOCABULARY_GRAPH)
    for subject, said in groupby(quads, key=lambda quad: quad.subject):
        if isinstance(subject, NamedNode):
            entity = _entity(str(subject.value), said, is_used=subject.value in used)
            if entity is not None:
                yield entity


def _entity(subject: str, quads: Iterator[Quad], *, is_used: bool) -> Entity | None:
    """The entity that these statements are of, or None for anything else in the vocabulary's graph."""
    kind = label = ""
    names: list[str] = []
    identifiers: list[str] = []
    for quad in quads:
        predicate, value = str(quad.predicate.value), quad.object
        if not isinstance(value, Literal | NamedNode):
            continue
        text = str(value.value)
        kind = KINDS.get(text, kind)
        if predicate == SKOS + "prefLabel":
            label = text
        elif predicate in NAMES:
            names.append(text)
        elif predicate == SKOS + "exactMatch":
            identifiers.append(text)
    if not kind or not label:
        return None
    every = tuple(dict.fromkeys([label, *sorted(names)]))
    return Entity(subject, kind, label, every, tuple(sorted(identifiers)), is_used)
