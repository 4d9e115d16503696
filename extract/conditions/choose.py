"""Which of the diseases that a record names are the trial's: the most specific names that the record supports."""

import re
from collections.abc import Iterable, Sequence

from extract.conditions.hierarchy import BLOOD, GENERIC, METASTATIC, UMBRELLA, Hierarchy
from extract.conditions.model import Found
from ontology.lookup import normalise

WORD = re.compile(r"[^\W\d_]+")
TUMOUR = frozenset({"cancer", "carcinoma", "neoplasm", "tumor", "disease", "malignant", "malignancy", "adenocarcinoma"})
MOST_COMPARED = 300  # a record of more diseases is a list that says all it has to say
FEWEST_LISTED = 3
LONGEST_JOINT = 8  # characters of ") or " and its like
Group = dict[str, list[Found]]


def choose(
    entries: Sequence[Found],
    titles: Sequence[Found],
    others: Sequence[Sequence[Found]],
    hierarchy: Hierarchy,
    *,
    exact: int,
    patients: Sequence[Found] = (),
) -> Group:
    """The trial's conditions, each with all the places that name it, in the record's order.

    Args:
        entries: the diseases of the conditions field.
        titles: those of the titles.
        others: those of keywords, summary, inclusion criteria, description: a list a section, best first.
        hierarchy: what is above what.
        exact: how many of `others`, from the first, may give a more exact name.
        patients: those of the sentences that say of which patients the trial is; as exact as a title.
    """
    chosen = group(entries)
    if all(key in GENERIC or key in UMBRELLA for key in chosen):
        chosen = group([*entries, *titles])
    for section in others:
        if _specific(chosen):
            break
        chosen = group([*entries, *titles, *_leading(section, hierarchy, tumours=bool(chosen))])
    if len(chosen) > MOST_COMPARED:
        return _without_generic(chosen)
    sure = [titles, _of_one_family(patients[:MOST_COMPARED], hierarchy)]
    chosen = _refine(chosen, sure, [section[:MOST_COMPARED] for section in others[:exact]], hierarchy)
    chosen = _add_titles(chosen, titles[:MOST_COMPARED], hierarchy)
    return _without_generic(_merge(chosen, hierarchy))


def group(found: Iterable[Found]) -> Group:
    """Places of the same disease together."""
    groups: Group = {}
    for item in found:
        groups.setdefault(item.key or normalise(item.name), []).append(item)
    return groups


def _specific(chosen: Group) -> bool:
    """Whether there is more than "cancer"."""
    return any(key not in GENERIC for key in chosen)


def _leading(section: Sequence[Found], hierarchy: Hierarchy, *, tumours: bool) -> list[Found]:
    """The diseases that a stretch of prose is about: the first that it names, and what it names as often.

    Where a tumour has spread to is none of them: criteria name it to bar it. `tumours`: nothing else is looked for.
    """
    own = [item for item in section if METASTATIC not in hierarchy.above.get(item.key or "", ())]
    if tumours:
        own = [item for item in own if GENERIC & hierarchy.above.get(item.key or "", frozenset())]
    groups = group(item for item in own if item.key not in GENERIC)
    if not groups:
        return own[:1]
    most = max(len(items) for items in groups.values())
    first = next(iter(groups))
    return [item for key, items in groups.items() if key == first or len(items) == most > 1 for item in items]


def _of_one_family(patients: Sequence[Found], hierarchy: Hierarchy) -> Sequence[Found]:
    """The diseases of the trial's patients; none where blood cancers are listed, which no single name is above."""
    blood = group(item for item in patients if item.key and BLOOD & hierarchy.above.get(item.key, frozenset()))
    return () if len(blood) > 1 else patients


def _refine(
    chosen: Group, sure: Sequence[Sequence[Found]], others: Sequence[Sequence[Found]], hierarchy: Hierarchy
) -> Group:
    """Put the one kind of a disease that a better source names in its place ("lung cancer" whose title says NSCLC)."""
    refined: Group = {}
    for key, items in chosen.items():
        kinds = _kinds(key, chosen, sure, others, hierarchy)
        for kind in kinds or {key: []}:
            refined.setdefault(kind, [])
            refined[kind] += [*items, *kinds.get(kind, [])]
    return refined


def _kinds(
    key: str, chosen: Group, sure: Sequence[Sequence[Found]], others: Sequence[Sequence[Found]], hierarchy: Hierarchy
) -> Group:
    """The kinds of a disease that the first source with any names; of `others` only a single one counts."""
    for index, source in enumerate((*sure, *others)):
        single = index >= len(sure)
        kinds = group(item for item in source if item.key and key in hierarchy.above.get(item.key, ()))
        higher = frozenset().union(*(hierarchy.above[kind] for kind in kinds))
        leaves = {kind: items for kind, items in kinds.items() if kind not in higher}
        if any(leaf in chosen for leaf in leaves) or any(_side_by_side(key, kind, source) for kind in leaves):
            return {}
        if single:
            leaves = {k: v for k, v in leaves.items() if extends(k, key, hierarchy)}
        if leaves and (not single or len(leaves) == 1) and key not in UMBRELLA and key not in GENERIC:
            return leaves
    return {}


def _add_titles(chosen: Group, titles: Sequence[Found], hierarchy: Hierarchy) -> Group:
    """Add what the titles name beside the field: diseases that are neither a kind of a chosen one nor above one."""
    added = dict(chosen)
    for key, items in group(titles).items():
        above = hierarchy.above.get(key, frozenset())
        related = any(
            other == key
            or key in hierarchy.above.get(other, ())
            or (other in above and other not in GENERIC and not _side_by_side(other, key, titles))
            or (other in hierarchy.conditions and extends(other, key, hierarchy))
            for other in chosen
        )
        if not related and key not in GENERIC and METASTATIC not in above:
            added[key] = items
    return added


def _side_by_side(general: str, kind: str, source: Sequence[Found]) -> bool:
    """Whether a list names a disease and a kind of it next to each other ("lymphoma or large-cell lymphoma")."""
    wide = [item for item in source if item.key == general]
    exact = [item for item in source if item.key == kind] if wide else []
    gaps = (max(one.start - other.end, other.start - one.end) for one in wide for other in exact)
    return any(0 < gap <= LONGEST_JOINT for gap in gaps)


def extends(kind: str, key: str, hierarchy: Hierarchy) -> bool:
    """Whether a name says all that a more general one says ("non-small cell lung cancer", "lung cancer")."""
    words, general = (set(WORD.findall(hierarchy.conditions[k].name.lower())) for k in (kind, key))
    return general - TUMOUR <= words


def add_listed(chosen: Group, criteria: Sequence[Found], hierarchy: Hierarchy) -> Group:
    """Where the record's disease is "leukemia" or another family, add the members that the criteria list."""
    if not chosen or any(key not in BLOOD for key in chosen):
        return chosen
    families = BLOOD | GENERIC
    listed = group(
        item for item in criteria if item.key and item.key not in families and BLOOD & hierarchy.above[item.key]
    )
    return {**chosen, **listed} if len(listed) >= FEWEST_LISTED else chosen


def _merge(chosen: Group, hierarchy: Hierarchy) -> Group:
    """A disease above exactly one other chosen disease is that one's more general name."""
    merged: Group = {key: list(items) for key, items in chosen.items()}
    for key in list(merged):
        below = [other for other in merged if other != key and key in hierarchy.above.get(other, ())]
        leaves = [k for k in below if not any(k in hierarchy.above.get(o, ()) for o in below if o != k)]
        if len(leaves) == 1 and key not in UMBRELLA and extends(leaves[0], key, hierarchy):
            merged[leaves[0]] += merged.pop(key)
    return merged


def _without_generic(chosen: Group) -> Group:
    """The word cancer goes where anything else is left."""
    specific = {key: items for key, items in chosen.items() if key not in GENERIC}
    return specific or chosen
