"""Identifiers that come by way of others: PharmGKB by DrugBank id or exact name, MeSH by exact name."""

import re
from collections.abc import Mapping
from pathlib import Path

from ontology.compile import diseases, sources
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
    found = sources.pharmgkb(folder)
    for exact in (True, False):
        for key, xrefs in found.items():
            name = names.get(key, "")
            by_id = None if " / " in name else _drugbank(registry, xrefs.get("drugbank", []))
            draft = by_id or registry.named(name)
            if draft is not None and exact == (normalise(draft.name) == normalise(name)):
                _add(registry, draft, xrefs, f"pharmgkb:{key}", exact=exact)


def _add(registry: Registry, draft: Draft, xrefs: Mapping[str, list[str]], source: str, *, exact: bool) -> None:
    """The well-formed identifiers of one row; those of a row under another name only where the drug has none.

    Of several identifiers of one prefix all are taken, since a drug has an ATC code for each use.
    """
    for prefix, keys in xrefs.items():
        wanted = _WANTED.get(prefix)
        taken = any(curie.startswith(f"{wanted}:") for curie in draft.xrefs)
        if wanted and (exact or not taken):
            good = (f"{wanted}:{key}" for key in keys if re.fullmatch(_SHAPES[wanted], key))
            registry.identify(draft, good, source, shared=True)


def _drugbank(registry: Registry, keys: list[str]) -> Draft | None:
    return next((registry.by_curie[f"drugbank:{k}"] for k in keys if f"drugbank:{k}" in registry.by_curie), None)


def add_mesh(registry: Registry, folder: Path) -> None:
    """Add the MeSH descriptor (chemicals, therapeutics and surgery only) whose name is exactly a name of one drug."""
    names = {normalise(draft.name): draft for draft in registry.drafts}
    for key, name, _, trees in diseases.mesh(folder):
        draft = names.get(normalise(name))
        if draft is not None and any(tree.startswith(("D", "E02", "E04")) for tree in trees):
            registry.identify(draft, (f"mesh:{key}",), f"mesh:{key}")
