"""The whole build: read the sources, join, apply the overlay, and give every table's rows."""

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from ontology.compile import conditions, genes, identifiers, join, mondo, overlay
from ontology.compile.derive import Rules, settle
from ontology.compile.draft import Draft, Fact, Registry
from ontology.compile.flags import Row, effects, flag, without_symbols
from ontology.compile.names import is_code, normalise, slug
from ontology.compile.terms import class_rows, condition_rows, endpoint_rows, regimen_rows, stem_rows, target_rows
from ontology.tsv import Table, parts

Tables = dict[str, list[Sequence[str]]]


def build(sources: Path, curated: Path) -> Tables:
    """Every table's rows by file name.

    Args:
        sources: the folder of the official files.
        curated: the folder of the overlay.

    Raises:
        VocabularyError: a source or an overlay table is missing or breaks its schema.
    """
    tables = {name: overlay.read(curated, name) for name in overlay.COLUMNS}
    known = genes.read(sources, tables["targets.tsv"])
    registry = drugs(sources, tables, known)
    made: Tables = {}
    names: dict[str, list[Row]] = {}
    _drug_rows(registry, made, names)
    used = _used_targets(registry, tables)
    target_rows(known, tables["targets.tsv"], used, made, names)
    class_rows(sources, tables["classes.tsv"], made, names)
    condition_rows(conditions.build(sources, tables["conditions.tsv"]), made, names)
    endpoint_rows(tables["endpoints.tsv"], made, names)
    regimen_rows(tables["regimens.tsv"], made, names)
    made["stems.tsv"] = list(stem_rows(tables["stems.tsv"]))
    made["conditions_wide.tsv"] = list(mondo.wide(sources))
    for file in ("drug_names.tsv", "share_alike/drug_names.tsv"):
        names[file] = without_symbols(names[file], known.by_symbol)
    for file, rows in flag(names, effects(tables["stop_names.tsv"])).items():
        made[file] = list(rows)
    return made


def drugs(sources: Path, tables: Mapping[str, Table], known: genes.Genes) -> Registry:
    """All drugs, joined and settled."""
    registry = Registry()
    overlay.assert_drugs(registry, tables["drugs.tsv"])
    join.join_all(registry, sources)
    identifiers.add_pharmgkb(registry, sources)
    identifiers.add_mesh(registry, sources)
    rules = Rules(tables["class_rules.tsv"], tables["classes.tsv"], tables["stems.tsv"])
    _merge_same_ids(registry)
    classes = _class_names(tables)
    registry.drafts = [d for d in registry.drafts if d.fixed or _is_drug(d, known, classes)]
    for draft in registry.drafts:
        settle(draft, known, rules)
    _inherit(registry)
    overlay.apply_facts(registry, tables["facts.tsv"])
    return registry


def _inherit(registry: Registry) -> None:
    """A formulation that no source classes (`micellar paclitaxel`) is what the curated drug in its name is."""
    known = {draft.name: draft for draft in registry.drafts if draft.fixed and draft.molecule == "small molecule"}
    for draft in registry.drafts:
        told = draft.classes or draft.shared_classes or draft.targets or draft.shared_targets
        if draft.molecule != "small molecule" or told or "/" in draft.name:
            continue
        parents = [known[word] for word in draft.name.split() if word in known]
        if len(parents) == 1:
            draft.classes, draft.targets = parents[0].classes, parents[0].targets


def _is_drug(draft: Draft, known: genes.Genes, classes: frozenset[str]) -> bool:
    """Whether a source's concept is a drug of its own: not the target that it is named after, and no class.

    Cells without a code are a class by any name (`Anti-XYZ CAR T-cells`); any other concept by its own name only.
    """
    if re.search(r"\b(?:cells?|lymphocytes?)\b", draft.name, re.IGNORECASE) and not any(
        is_code(fact.value) for fact in draft.names.values()
    ):
        return not any(normalise(fact.value) in classes for fact in draft.names.values())
    return known.target(draft.name) is None and normalise(draft.name) not in classes


def _class_names(tables: Mapping[str, Table]) -> frozenset[str]:
    """Normalised names of the curated classes and regimens."""
    rows = [(row[1], row[6]) for row in tables["classes.tsv"].rows] + [
        (row[1], row[3]) for row in tables["regimens.tsv"].rows
    ]
    return frozenset(normalise(name) for label, names in rows for name in (label, *parts(names)))


def _merge_same_ids(registry: Registry) -> None:
    """Drafts whose names give one id are one drug; the first (curated, or of the leading source) takes the rest in."""
    first: dict[str, Draft] = {}
    for draft in registry.drafts:
        kept = first.setdefault(slug(draft.name), draft)
        if kept is not draft:
            for fact in draft.names.values():
                form = "synonym" if fact.form == "preferred" else fact.form
                kept.names.setdefault(fact.value.casefold(), Fact(fact.value, form, fact.source, fact.shared))
            kept.xrefs = {**draft.xrefs, **kept.xrefs}
            kept.shared_targets = kept.shared_targets or draft.shared_targets
    registry.drafts = list(first.values())


def _drug_rows(registry: Registry, made: Tables, names: dict[str, list[Row]]) -> None:
    for file in (
        "drugs.tsv",
        "drug_xrefs.tsv",
        "share_alike/drug_xrefs.tsv",
        "share_alike/drug_facts.tsv",
        "drug_redirects.tsv",
    ):
        made[file] = []
    names["drug_names.tsv"], names["share_alike/drug_names.tsv"] = [], []
    ids = {slug(draft.name) for draft in registry.drafts}
    for draft in registry.drafts:
        _one_drug(draft, made, names)
        made["drug_redirects.tsv"] += _redirects(draft, ids)


def _one_drug(draft: Draft, made: Tables, names: dict[str, list[Row]]) -> None:
    key = slug(draft.name)
    made["drugs.tsv"].append(
        (
            key,
            draft.name,
            draft.type or "drug",
            draft.molecule,
            draft.purpose,
            "|".join(draft.targets),
            "|".join(draft.classes),
            draft.source,
        )
    )
    shared_targets = () if draft.targets or draft.fixed else draft.shared_targets
    shared_classes = () if draft.classes else draft.shared_classes
    if shared_targets or shared_classes:
        row = (key, "|".join(shared_targets), "|".join(shared_classes), draft.facts_source or draft.source)
        made["share_alike/drug_facts.tsv"].append(row)
    for fact in draft.names.values():
        file = "share_alike/drug_names.tsv" if fact.shared else "drug_names.tsv"
        names[file].append((key, fact.value, fact.form, "", fact.source))
    for fact in draft.xrefs.values():
        made["share_alike/drug_xrefs.tsv" if fact.shared else "drug_xrefs.tsv"].append((key, fact.value, fact.source))


def _redirects(draft: Draft, ids: set[str]) -> Iterable[Sequence[str]]:
    """The ids of the research codes under which a source knows a drug that now has a name; they lead to that name."""
    for code, source in draft.former.items():
        if slug(code) not in ids:
            ids.add(slug(code))
            yield (slug(code), code, slug(draft.name), source)


def _used_targets(registry: Registry, tables: Mapping[str, Table]) -> set[str]:
    used = {t for draft in registry.drafts for t in (*draft.targets, *draft.shared_targets)}
    return used | {t for row in tables["classes.tsv"].rows for t in row[5].split("|") if t}
