"""Join the sources' rows to drugs: by identifier, then by exact normalised name, then by research code."""

import re
from collections.abc import Iterable
from pathlib import Path

from ontology.compile import sources
from ontology.compile.draft import Registry, conjugate_like
from ontology.compile.joining import STEM, base, fill, find, fits, mixture, promote, start
from ontology.compile.names import is_class_like, is_code, normalise, slug, without_salt
from ontology.compile.patterns import PATTERNS, any_of
from ontology.compile.sources import DrugRow

_SKIPPED_KINDS = re.compile("|".join(PATTERNS.skipped_kinds))
_BIOLOGICAL = any_of(PATTERNS.biological_endings, after="$")


def join_all(registry: Registry, folder: Path) -> None:
    """Join every source, the most specific of drugs first."""
    for row in sorted(sources.ncit(folder), key=lambda r: without_salt(r.name) != r.name):
        join_ncit(registry, row)  # salts after their bases, so that a base's identifiers come first
    for row in sources.nci_dictionary(folder):
        _join_known(registry, row)
    for row in sources.oncopharma(folder):
        _join_shared(registry, row)
    for row in sources.pharmoncox(folder):
        _join_shared(registry, row)
    for row in sources.therasabdab(folder):
        _join_antibody(registry, row)
    late = []
    for row in sources.drugbank(folder):
        exact = registry.named(row.name)
        if exact is not None and normalise(exact.name) == normalise(row.name):
            _join_drugbank(registry, row)
        else:
            late.append(row)
    for row in late:
        _join_drugbank(registry, row)


def _usable(row: DrugRow) -> bool:
    return (
        not _SKIPPED_KINDS.search(row.kind)
        and not _is_substance(row)
        and not is_class_like(row.name)
        and row.name.lower() not in PATTERNS.too_wide
        and len(row.name) <= 80
    )


def _is_substance(row: DrugRow) -> bool:
    """Whether an NCIt concept is a substance of the body or the laboratory (IgE, CD19, a chemokine), no therapy."""
    return (
        row.source.startswith("ncit:")
        and not row.antineoplastic
        and "Pharmacologic" not in row.kind
        and not re.search(r"mab$|cept$|mab |vaccine", row.name.lower())
        and not any(map(is_code, row.name.split()))
    )


def join_ncit(registry: Registry, row: DrugRow) -> None:
    """A concept of NCIt: it joins a drug, or starts one where it is a therapy of its own."""
    if any(kind in row.kind for kind in PATTERNS.never_kinds) and "Pharmacologic" not in row.kind:
        return
    draft = find(registry, row) if "Procedure" not in row.kind or registry.named(row.name) else None
    if draft is None and not _usable(row):
        return
    draft = draft or start(registry, row)
    draft.type = draft.type or _ncit_type(row.kind)
    if draft.type == "radiation" and "Procedure" in row.kind:
        registry.identify(draft, row.xrefs, row.source, exact=normalise(draft.name) == normalise(row.name))
        return  # its synonyms are words of any plan: proton, low dose radiation, hypofractionation
    fill(registry, draft, row)


def _ncit_type(kind: str) -> str:
    if "Diagnostic" in kind:
        return "diagnostic"
    if "Cell" in kind:
        return "cell_gene"
    biological = ("Immunologic", "Amino Acid", "Virus", "Bacterium", "Gene or Genome")
    return "biological" if any(word in kind for word in biological) else "drug"


def _join_known(registry: Registry, row: DrugRow) -> None:
    draft = find(registry, row)
    if draft is not None:
        fill(registry, draft, row)


def _join_shared(registry: Registry, row: DrugRow) -> None:
    """A row whose targets come from ChEMBL: they, and names that NCIt's own row lacks, are kept apart."""
    draft = find(registry, row)
    if draft is None:
        if not _usable(row):
            return
        draft = start(registry, row)
        draft.type = "biological" if row.kind in {"Antibody", "Protein"} else "drug"
    if row.kind == "Small molecule" and not draft.fixed and draft.type == "biological" and not draft.targets:
        draft.type = "drug"
    draft.conjugate |= "adc" in row.flags
    fill(registry, draft, row, shared=True)
    draft.shared_targets = (*draft.shared_targets, *(t for t in row.targets if t not in draft.shared_targets))
    draft.shared_classes = (*draft.shared_classes, *(f for f in row.flags if f not in draft.shared_classes))
    draft.facts_source = draft.facts_source or row.source


def _join_antibody(registry: Registry, row: DrugRow) -> None:
    """A row of Thera-SAbDab; its INN becomes the name of a draft that was known by its code alone."""
    draft = find(registry, row) or registry.named(f"{row.name} alfa")  # NCIt writes the whole INN of a fusion protein
    if draft is None:
        draft = start(registry, row)
    promote(draft, row)
    draft.type, draft.molecule = draft.type or "biological", draft.molecule or _format(row.kind)
    if not draft.fixed and not draft.targets:
        draft.targets = row.targets
    fill(registry, draft, row)


def _format(kind: str) -> str:
    for word, molecule in PATTERNS.formats:
        if word in kind:
            return molecule
    return "monoclonal antibody"


def _join_drugbank(registry: Registry, row: DrugRow) -> None:
    """DrugBank joins by name, or by a code among its synonyms; an unknown name with an anticancer stem is new."""
    draft = registry.named(row.name) or registry.named(base(row))
    if draft is None and not mixture(row.name):
        conjugate = conjugate_like((row.name,))
        draft = registry.coded(row.synonyms, conjugate=conjugate) or registry.curated(row.synonyms, conjugate=conjugate)
    if draft is None and STEM.search(row.name.lower()) and not is_class_like(row.name):
        draft = start(registry, row)
        draft.type = "biological" if _BIOLOGICAL.search(row.name) else "drug"
    if draft is None:
        return
    salted = slug(row.name) != slug(draft.name) and slug(base(row)) == slug(draft.name)
    promote(draft, row)
    if not salted:
        registry.identify(draft, row.xrefs, row.source, exact=normalise(draft.name) == normalise(row.name))
    registry.learn(draft, (n for n in _short(row) if fits(draft, n)), row.source)


def _short(row: DrugRow) -> Iterable[str]:
    """DrugBank's synonyms that a record may use: its many Latin and French forms are left out."""
    return (n for n in (row.name, *row.synonyms) if n.isascii() and not re.search(r"(?:um|o|a|e)$", n))
