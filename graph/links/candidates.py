"""Which terms of one source may be a thing: by its own identifier, by one that both have, by name.

The source is read once. What is asked for is known before, so only what answers is kept.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field, replace

from graph.links.model import Candidate, Entity, Means
from graph.vocabulary_sources import StoredTerm
from ontology.lookup import normalise

SHORTEST = 4
"""Letters and digits of a name that links on its own: ABC, ICE and the like stand for several things."""

KINDS: Mapping[str, frozenset[str]] = {
    "drug": frozenset({"drug", "chemical"}),
    "target": frozenset({"target"}),
    "condition": frozenset({"disease"}),
    "endpoint": frozenset({"other"}),
}
"""The kinds of imported term that a name may link to, by kind of thing."""

COARSE = ("https://uts.nlm.nih.gov/uts/umls/concept/", "http://rdf.ebi.ac.uk/resource/chembl/molecule/")
"""Identifiers that sources give to more than one thing: UMLS concepts group, and ChEMBL ids differ for one drug."""


@dataclass(slots=True)
class Found:
    """Candidates by entity, and what the source's terms are called."""

    by_identifier: dict[str, list[Candidate]] = field(default_factory=dict)
    by_shared: dict[str, list[Candidate]] = field(default_factory=dict)
    by_name: dict[str, list[Candidate]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the entities ask for: their identifiers and their names, each with those that have it."""

    identifiers: Mapping[str, tuple[Entity, ...]]
    names: Mapping[str, tuple[Entity, ...]]


def wanted(entities: Iterable[Entity], doubtful: Container[str]) -> Wanted:
    """The index of all entities; `doubtful` has normalised names that need context, which link nothing."""
    identifiers: dict[str, dict[str, Entity]] = {}
    names: dict[str, dict[str, Entity]] = {}
    for entity in entities:
        for identifier in entity.identifiers:
            identifiers.setdefault(identifier, {})[entity.iri] = entity
        for key in {normalise(name) for name in entity.names}:
            if len(key) >= SHORTEST and key not in doubtful:
                names.setdefault(key, {})[entity.iri] = entity
    return Wanted(_grouped(identifiers), _grouped(names))


def candidates(terms: Iterable[StoredTerm], asked: Wanted) -> Found:
    """All candidates of one source."""
    found = Found()
    for term in terms:
        for entity in asked.identifiers.get(term.iri, ()):
            _add(found.by_identifier, entity, _identified(entity, term))
        if not term.obsolete:
            _take_shared(found, term, asked)
            _take_names(found, term, asked)
    return found


def _identified(entity: Entity, term: StoredTerm) -> Candidate:
    """A candidate that the vocabulary names, with how far the names bear it out."""
    label, own = normalise(term.label), {normalise(name) for name in entity.names}
    labels = (label in own) + (label == normalise(entity.label))
    agreeing = len(own & {normalise(name) for name in term.names}) if term.names else 1
    return Candidate(term.iri, term.label, Means.IDENTIFIER, term.iri, labels, agreeing)


def _take_shared(found: Found, term: StoredTerm, asked: Wanted) -> None:
    for other in term.xrefs:
        if not other.startswith(COARSE):
            for entity in asked.identifiers.get(other, ()):
                if term.kind in KINDS[entity.kind]:
                    _add(found.by_shared, entity, Candidate(term.iri, term.label, Means.SHARED, other))


def _take_names(found: Found, term: StoredTerm, asked: Wanted) -> None:
    label = normalise(term.label)
    for key, name in {normalise(name): name for name in reversed(term.names)}.items():
        for entity in asked.names.get(key, ()):
            if term.kind in KINDS[entity.kind]:
                labels = (key == label) + (key == normalise(entity.label))
                _add(found.by_name, entity, Candidate(term.iri, term.label, Means.NAME, name, labels))


def _add(index: dict[str, list[Candidate]], entity: Entity, candidate: Candidate) -> None:
    """Add a candidate; two for one term become one that counts what agrees and shows the better name."""
    known = index.setdefault(entity.iri, [])
    for place, other in enumerate(known):
        if other.term == candidate.term:
            better = max(other, candidate, key=lambda each: each.labels)
            known[place] = replace(better, agreeing=other.agreeing + 1)
            return
    known.append(candidate)


def _grouped(index: Mapping[str, Mapping[str, Entity]]) -> dict[str, tuple[Entity, ...]]:
    return {key: tuple(entities.values()) for key, entities in index.items()}
