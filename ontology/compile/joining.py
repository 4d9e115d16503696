"""How a source's row finds its drug, starts a new one, and gives it names and identifiers."""

import re

from ontology.compile.draft import Draft, Registry, conjugate_like
from ontology.compile.names import is_code, normalise, own_code, preferred, trailing_code, without_salt
from ontology.compile.patterns import PATTERNS, any_of
from ontology.compile.sources import DrugRow

STEM = any_of(PATTERNS.anticancer_endings, after="$")
_ONE_PRODUCT = re.compile(
    r"^Anti-.*(?:Antibody|Conjugate|Fusion Protein|Engager|Protein) |^[\w/ -]*(?:Inhibitor|Agonist|Antagonist) \S"
)
_CELLS = re.compile(r"\b(?:cells|lymphocytes)\b", re.IGNORECASE)


def mixture(name: str) -> bool:
    """Whether a display name is of several drugs together; one that ends in a research code is of one product.

    So is one that says what it is against: `Anti-ABC/Anti-DEF Bispecific Antibody XY 123`.
    """
    if not re.search(r"[/+]| and |-Containing|Regimen", name) or is_code(name.rpartition(" ")[2]):
        return False
    return not _ONE_PRODUCT.search(name) or bool(re.search(r"Combination|Regimen|Mixture", name))


def base(row: DrugRow) -> str:
    """The display name of a row without its salt."""
    return without_salt(row.name)


def find(registry: Registry, row: DrugRow) -> Draft | None:
    """The draft of a row, by identifier, by name, by name without its salt, then by code."""
    for curie in row.xrefs:
        if curie in registry.by_curie:
            return registry.by_curie[curie]
    conjugate = conjugate_like((row.name, *row.synonyms), row.kind, row.flags)
    for name in (row.name, base(row), trailing_code(row.name) or row.name):
        draft = registry.named(name)
        if draft is None or _cells_of_another(draft, row):
            continue
        if draft.conjugate == conjugate or name == draft.name or _curated(draft, row.name):
            return draft
    names = (row.name, *row.synonyms)
    if mixture(row.name):
        return registry.mixed(names)
    found = registry.coded(names, conjugate=conjugate) or registry.curated(names, conjugate=conjugate)
    return None if found is not None and _cells_of_another(found, row) else found


def _cells_of_another(draft: Draft, row: DrugRow) -> bool:
    """Whether the row is of cells and the draft is a curated drug that is none: they share a code by chance."""
    return bool(_CELLS.search(row.name)) and draft.fixed and draft.type in {"drug", "biological"}


def _curated(draft: Draft, name: str) -> bool:
    """Whether a curator wrote this very name on the draft; what a source calls a conjugate then counts for nothing."""
    return draft.fixed and any(
        normalise(fact.value) == normalise(name) and fact.source.startswith("overlay:") for fact in draft.names.values()
    )


def start(registry: Registry, row: DrugRow) -> Draft:
    """A new drug under the name of a row."""
    label, name = base(row), preferred(base(row))
    draft = registry.add(Draft(name, row.source))
    if name == own_code(label) and not trailing_code(label):
        draft.former[label] = row.source  # the id that it had under its description leads to the code now
    draft.conjugate = conjugate_like((row.name, *row.synonyms), row.kind, row.flags)
    draft.call(name, "preferred", row.source)
    registry.index(draft, name)
    return draft


def fill(registry: Registry, draft: Draft, row: DrugRow, *, shared: bool = False) -> None:
    """Names and identifiers of the row; a conjugate takes none of its antibody's or payload's names."""
    names = [n for n in (row.name, *row.synonyms) if fits(draft, n)]
    exact = normalise(draft.name) in {normalise(row.name), normalise(trailing_code(row.name) or row.name)}
    former = preferred(base(row))
    if is_code(former) and normalise(former) != normalise(draft.name):
        draft.former.setdefault(former, row.source)
    registry.learn(draft, names, row.source, shared=shared)
    registry.identify(draft, row.xrefs, row.source, exact=exact)
    registry.identify(draft, (f"chembl.compound:{c}" for c in row.chembl), row.source, shared=True, exact=exact)
    draft.antineoplastic |= row.antineoplastic


def fits(draft: Draft, name: str) -> bool:
    """Whether a name may be an alias: not the bare first word of the draft's own two-word name."""
    return not (draft.conjugate and " " in draft.name and name.casefold() == draft.name.split()[0].casefold())


def promote(draft: Draft, row: DrugRow) -> None:
    """Let an INN replace a research code as preferred name; the code stays as a name.

    A curated name gives way only to a name with an anticancer stem in a row that knows that very code.
    """
    if not is_code(draft.name) or draft.conjugate or is_code(row.name):
        return
    known = normalise(draft.name) in map(normalise, row.synonyms)
    if draft.fixed and not (known and draft.name.upper() == draft.name and STEM.search(row.name)):
        return
    old = draft.names[draft.name.casefold()]
    old.form = "code"
    draft.former.setdefault(draft.name, old.source)
    draft.name = preferred(row.name)
    draft.names.pop(draft.name.casefold(), None)
    draft.call(draft.name, "preferred", row.source)
