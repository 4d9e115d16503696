"""From candidates to links: the surest means that finds something decides, and doubt is kept visible.

One candidate that no other thing claims is an exact match. Several candidates, or one that two things claim, are close
matches: nothing is chosen, and a curator can see between what. Nothing found is a link to nothing (NIL). A drug's name
in a term that is another drug's by identifier counts for nothing where a source has both drugs as two: the name is an
error of the file, or that of a part or a form.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingType

from graph.links.candidates import COARSE, Found
from graph.links.model import Candidate, Entity, Fate, Linked, Mapping, Means
from ontology import iri

CONFIDENCE = {Means.IDENTIFIER: 0.99, Means.SHARED: 0.95, Means.NAME: 0.8}
BY_LABEL = 0.9
UNBORNE = 0.7
DOUBT = 0.5
"""The most that a link is worth which something speaks against; several share it."""


def decide(entities: Iterable[Entity], source: str, found: Found) -> Iterator[Linked]:
    """The outcome for every entity with this source, in the order of the entities."""
    everyone = list(entities)
    settled = {entity.iri for entity in everyone if found.by_identifier.get(entity.iri)}
    owners = _owners(everyone, found)
    shared = _claims(found.by_shared, settled)
    settled |= {entity.iri for entity in everyone if found.by_shared.get(entity.iri)}
    named = _claims(found.by_name, settled)
    for entity in everyone:
        if known := found.by_identifier.get(entity.iri):
            yield _identified(entity, source, known)
        elif known := found.by_shared.get(entity.iri):
            yield _guessed(entity, source, known, owners, shared)
        else:
            known = [c for c in found.by_name.get(entity.iri, []) if not _told_apart(entity, owners.get(c.term, ()))]
            yield _guessed(entity, source, known, owners, named)


def _owners(entities: Iterable[Entity], found: Found) -> dict[str, list[Entity]]:
    """The things to which the vocabulary gives each term."""
    owners: dict[str, list[Entity]] = {}
    for entity in entities:
        for candidate in found.by_identifier.get(entity.iri, ()):
            owners.setdefault(candidate.term, []).append(entity)
    return owners


def _told_apart(entity: Entity, owners: Iterable[Entity]) -> bool:
    """Whether one source has this drug and each owner of the term as different ones; diseases overlap, drugs do not."""
    return entity.kind == "drug" and bool(owners) and all(_differ(entity, owner) for owner in owners)


def _differ(one: Entity, other: Entity) -> bool:
    """Whether both have identifiers of one source, none of them shared."""
    mine, theirs = _by_source(one), _by_source(other)
    return any(mine[source].isdisjoint(theirs[source]) for source in mine.keys() & theirs.keys())


def _by_source(entity: Entity) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for text in entity.identifiers:
        if not text.startswith(COARSE) and (curie := iri.compress(text)):
            found.setdefault(curie.partition(":")[0], set()).add(curie)
    return found


def _claims(index: dict[str, list[Candidate]], settled: set[str]) -> Counter[str]:
    """How many things that are not settled yet ask for each term."""
    return Counter(c.term for key, known in index.items() if key not in settled for c in known)


def _identified(entity: Entity, source: str, known: list[Candidate]) -> Linked:
    """The vocabulary itself names these terms; those that the names do not bear out are close, not exact.

    That is a term without any name in common (a cross-reference to something narrower), or a further one beside the
    term of that very name (a salt, a form).
    """
    has_label = any(c.by_label for c in known)
    doubts = {c: _unborne(c, is_further=has_label and not c.by_label) for c in known}
    return Linked(entity, source, Fate.LINKED, tuple(_named(entity, source, c, doubt) for c, doubt in doubts.items()))


def _unborne(candidate: Candidate, *, is_further: bool) -> str:
    if not candidate.agreeing:
        return "the vocabulary's identifier, but no name agrees"
    return "the vocabulary's identifier, beside the term of that name" if is_further else ""


def _named(entity: Entity, source: str, candidate: Candidate, doubt: str) -> Mapping:
    confidence = UNBORNE if doubt else CONFIDENCE[candidate.means]
    return Mapping(entity, source, candidate, exact=not doubt, confidence=confidence, comment=doubt)


def _guessed(
    entity: Entity, source: str, known: list[Candidate], owners: MappingType[str, object], claims: Counter[str]
) -> Linked:
    """What a shared identifier or a name says."""
    if not known:
        return Linked(entity, source, Fate.UNLINKED)
    labelled = [c for c in known if c.by_label]
    known = labelled if len(labelled) == 1 else known
    doubt = _doubt(entity, source, known, owners, claims)
    if doubt:
        share = round(DOUBT / len(known), 3)
        doubtful = (Mapping(entity, source, c, exact=False, confidence=share, comment=doubt) for c in known)
        return Linked(entity, source, Fate.AMBIGUOUS, tuple(doubtful))
    one = known[0]
    confidence = BY_LABEL if one.by_label else CONFIDENCE[one.means]
    return Linked(entity, source, Fate.LINKED, (Mapping(entity, source, one, exact=True, confidence=confidence),))


def _doubt(
    entity: Entity, source: str, known: list[Candidate], owners: MappingType[str, object], claims: Counter[str]
) -> str:
    """What speaks against an exact match; empty for nothing."""
    if len(known) > 1:
        return f"one of {len(known)} terms"
    if known[0].term in owners:
        return "the vocabulary gives this identifier to another thing"
    if known[0].means is Means.NAME and not known[0].labels and known[0].agreeing == 1:
        return "the preferred names differ, and only one other name agrees"
    if claims[known[0].term] > 1:
        return "another thing has the same name or identifier"
    own = [other for text in entity.identifiers if (other := iri.compress(text)) and other.startswith(f"{source}:")]
    return f"the vocabulary has {own[0]}, which the imported file has not" if own else ""
