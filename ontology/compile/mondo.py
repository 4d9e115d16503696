"""MONDO as a whole: terms, parents, what lies below one, and the table of all diseases outside the neoplasms."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ontology.compile import sources
from ontology.compile.diseases import Disease, diseases
from ontology.compile.names import normalise
from ontology.errors import VocabularyError, Where

ROOT = "0045024"  # cancer or benign tumor
PREFIXES = {"DOID": "doid", "NCIT": "ncit", "ONCOTREE": "oncotree", "MESH": "mesh"}


@dataclass(frozen=True, slots=True)
class Mondo:
    """MONDO by id and by label."""

    terms: Mapping[str, Disease]
    by_label: Mapping[str, str]

    def parents(self, key: str) -> tuple[str, ...]:
        """Ids of the direct parents."""
        return tuple(p for p in self.terms[key].relations.get("is_a", ()) if p in self.terms)


def read_mondo(folder: Path) -> Mondo:
    """MONDO as a whole."""
    terms = {d.id: d for d in diseases(folder, sources.MONDO)}
    return Mondo(terms, {d.name.casefold(): key for key, d in terms.items()})


def below(mondo: Mondo, root: str) -> set[str]:
    """Ids of everything under `root`."""
    children: dict[str, list[str]] = {}
    for key in mondo.terms:
        for parent in mondo.parents(key):
            children.setdefault(parent, []).append(key)
    found, waiting = set(), [root]
    while waiting:
        for key in children.get(waiting.pop(), ()):
            if key not in found:
                found.add(key)
                waiting.append(key)
    return found


def wide(folder: Path) -> Iterable[tuple[str, ...]]:
    """Every MONDO disease outside the neoplasms: id, name, names, identifiers, parents."""
    mondo = read_mondo(folder)
    near = below(mondo, ROOT) | {ROOT}
    left = {key for key in mondo.terms if key not in near}
    if not left:
        raise VocabularyError("MONDO has no disease", where=Where(file=sources.MONDO))
    for key in left:
        term = mondo.terms[key]
        names = [n for n in term.synonyms if "|" not in n and len(n) < 70 and normalise(n) != normalise(term.name)][:8]
        xrefs = [
            f"mondo:{key}",
            *(f"{PREFIXES[x['namespace']]}:{x['id']}" for x in term.xrefs if x["namespace"] in PREFIXES),
        ]
        above = [f"mondo-{p}" for p in mondo.parents(key) if p in left]
        yield (f"mondo-{key}", term.name, "|".join(names), "|".join(dict.fromkeys(xrefs)), "|".join(above))
