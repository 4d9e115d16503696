"""Identifiers that come by way of others: PharmGKB by DrugBank id or exact name, MeSH by exact name."""

import re
from pathlib import Path

from ontology.compile import sources
from ontology.compile.draft import Draft, Registry
from ontology.compile.names import normalise

_WANTED = {"rxnorm": "rxcui", "atc": "atc", "CHEBI": "CHEBI", "mesh": "mesh", "drugbank": "drugbank", "unii": "unii"}
_SHAPES = {
    "rxcui": r"\d{1,8}",
    "atc": r"[A-Z]\d\d[A-Z]{2}\d\d",
    "CHEBI": r"\d{2,7}",
    "mesh": r"[CD]\d{6,9}",
    "drugbank": r"DB\d{5}",
    "unii": r"[A-Z0-9]{10}",
}


def add_pharmgkb(registry: Registry, folder: Path) -> None:
    """Add RxNorm, ATC, ChEBI, MeSH and DrugBank identifiers of PharmGKB; all are kept among the share-alike rows."""
    names = sources.pharmgkb_names(folder)
    for key, found in sources.pharmgkb(folder).items():
        draft = _drugbank(registry, found.get("drugbank", [])) or (registry.named(names[key]) if key in names else None)
        if draft is None:
            continue
        for prefix, locals_ in found.items():
            wanted = _WANTED.get(prefix)
            good = [v for v in locals_ if wanted and re.fullmatch(_SHAPES[wanted], v)]
            registry.identify(draft, (f"{wanted}:{value}" for value in good), f"pharmgkb:{key}", shared=True)


def _drugbank(registry: Registry, keys: list[str]) -> Draft | None:
    return next((registry.by_curie[f"drugbank:{k}"] for k in keys if f"drugbank:{k}" in registry.by_curie), None)


def add_mesh(registry: Registry, folder: Path) -> None:
    """Add the MeSH descriptor (trees D and E only) whose name is exactly a name of one drug."""
    names = {normalise(draft.name): draft for draft in registry.drafts}
    for key, name, _, trees in sources.mesh(folder):
        draft = names.get(normalise(name))
        if draft is not None and any(tree.startswith(("D", "E")) for tree in trees):
            registry.identify(draft, (f"mesh:{key}",), f"mesh:{key}")
