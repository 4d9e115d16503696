"""From any identifier or name to the terms that it stands for."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ontology import iri
from ontology.importers import xrefs
from ontology.lookup import Lookup, Term, build_lookup, normalise
from ontology.model import Drug, Vocabulary

ByIdentifier = Mapping[str, tuple[Term, ...]]


@dataclass(frozen=True, slots=True)
class Resolver:
    """An index of a vocabulary by identifier, beside that by name."""

    lookup: Lookup
    by_identifier: ByIdentifier

    def find(self, text: str) -> tuple[Term, ...]:
        """Every term that an IRI, a CURIE in any spelling, a bare identifier, an id or a name stands for."""
        return resolve(text, self.by_identifier, self.lookup)


def build_resolver(vocabulary: Vocabulary) -> Resolver:
    """Index a vocabulary."""
    return Resolver(build_lookup(vocabulary), by_identifier(vocabulary))


def resolve(text: str, known: ByIdentifier, lookup: Lookup) -> tuple[Term, ...]:
    """The terms of that identifier, else of that name; of our own IRIs only the term of the right kind."""
    own = iri.parse(text)
    if own is not None:
        return tuple(t for t in known.get(own.id.casefold(), ()) if t.id == own.id and kind_of(t) == own.kind)
    found = (known[key] for key in _keys(text) if key in known)
    return next(found, ()) or lookup.find(text)


def by_identifier(vocabulary: Vocabulary) -> dict[str, tuple[Term, ...]]:
    """Terms by id, by CURIE and by the CURIE's local part, all in lower case."""
    found: dict[str, tuple[Term, ...]] = {}
    tables = (vocabulary.drugs, vocabulary.classes, vocabulary.targets, vocabulary.conditions, vocabulary.endpoints)
    for table in tables:
        for term in table.values():
            keys = [term.id, *(key for xref in term.xrefs for key in (xref.curie, xref.curie.partition(":")[2]))]
            for key in dict.fromkeys(key.casefold() for key in keys):
                found[key] = (*found.get(key, ()), term)
    return found


def canonical_drugs(text: str, terms: tuple[Term, ...], lookup: Lookup) -> list[Drug]:
    """The drugs among these terms, redirects followed, once each; one whose preferred name `text` is comes first."""
    drugs = [lookup.drug(term.id) for term in terms if isinstance(term, Drug)]
    once = {drug.id: drug for drug in drugs if drug is not None}
    return sorted(once.values(), key=lambda drug: normalise(drug.name) != normalise(text))


def kind_of(term: Term) -> str:
    """The path segment of a term's IRI."""
    name = type(term).__name__
    return "class" if name == "DrugClass" else name.lower()


def _keys(text: str) -> Iterator[str]:
    """What the index may have it under: as it is written, then as the registry writes it."""
    bare = text.strip()
    yield bare.casefold()
    if (curie := xrefs.curie(bare)) is not None:
        yield curie.casefold()
