"""From any identifier or name to the terms that it stands for."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ontology import iri
from ontology.importers import xrefs
from ontology.lookup import Lookup, Term, build_lookup, normalise
from ontology.model import Drug, Vocabulary

_PLAIN_BASE = iri.BASE.replace("https:", "http:", 1)
_BOTH = re.compile(r"(.+?)\s*[(\[]([^()\[\]]+)[)\]]")
_CODE = re.compile(r"(?:https?://.*[^A-Za-z0-9]|chembl:)([A-Z]{1,6}\d+(?:[A-Z]{2}\d\d)?|[A-Z0-9]{10})/?", re.IGNORECASE)
"""An address that ends in an identifier, whoever shows it; `chembl:` stands for all kinds of ChEMBL."""

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
    bare = text.strip().removeprefix("<").removesuffix(">")
    own = _own(bare)
    if own is not None:
        return tuple(t for t in known.get(own.id.casefold(), ()) if t.id == own.id and kind_of(t) == own.kind)
    found = (known[key] for key in _keys(bare) if key in known)
    return next(found, ()) or lookup.find(bare) or _by_both(bare, lookup)


def _own(text: str) -> iri.Thing | None:
    """What one of our IRIs stands for, written with `http:` or in short (`drug:x`, `drug/x`) as well."""
    if text.startswith(_PLAIN_BASE):
        return iri.parse(iri.BASE + text.removeprefix(_PLAIN_BASE))
    kind, _, identifier = text.replace(":", "/", 1).partition("/")
    if kind in set(iri.Kind) and identifier and "/" not in identifier:
        return iri.Thing(iri.Kind(kind), identifier)
    return iri.parse(text)


def _by_both(text: str, lookup: Lookup) -> tuple[Term, ...]:
    """The terms of `benmelstobart (TQB2450)`: those that both names have, or that the only known one has."""
    found = _BOTH.fullmatch(text)
    if found is None:
        return ()
    outer, inner = lookup.find(found[1]), lookup.find(found[2])
    return tuple(term for term in outer if term in inner) if outer and inner else outer or inner


def by_identifier(vocabulary: Vocabulary) -> dict[str, tuple[Term, ...]]:
    """Terms by id, by CURIE and by the CURIE's local part, all in lower case."""
    found: dict[str, tuple[Term, ...]] = {}
    tables = (vocabulary.drugs, vocabulary.classes, vocabulary.targets, vocabulary.conditions, vocabulary.endpoints)
    for table in tables:
        for term in table.values():
            keys = [term.id, *(key for xref in term.xrefs for key in _spellings(xref.curie))]
            for key in dict.fromkeys(key.casefold() for key in keys):
                found[key] = (*found.get(key, ()), term)
    return found


def _spellings(curie: str) -> tuple[str, ...]:
    """An identifier as the tables write it, as the registry does (`rxcui:1` is `rxnorm:1`), and without prefix."""
    return curie, xrefs.curie(curie) or curie, curie.partition(":")[2]


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
    """What the index may have it under: as it is written, as the registry writes it, then by an address's last part."""
    yield text.casefold()
    if (curie := xrefs.curie(text)) is not None:
        yield curie.casefold()
    last = _CODE.fullmatch(text)
    if last is not None:
        yield last[1].casefold()
