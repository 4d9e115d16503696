"""A disease by its whole name: of the vocabulary, else of all MONDO, for records outside oncology."""

from collections.abc import Callable, Mapping

from extract.conditions.field import clean
from extract.conditions.hierarchy import Hierarchy
from extract.conditions.model import Found
from ontology.lookup import normalise
from ontology.model import Condition

RULE = "condition.whole-name"
Look = Callable[[str], Found | None]


def name_index(conditions: Mapping[str, Condition]) -> dict[str, Condition]:
    """Normalised name -> disease; preferred names before synonyms."""
    index: dict[str, Condition] = {}
    diseases = [condition for condition in conditions.values() if "susceptibility" not in condition.name]
    for condition in diseases:
        index.setdefault(normalise(condition.name), condition)
    for condition in diseases:
        for name in condition.names:
            index.setdefault(normalise(name.text), condition)
    index.pop("", None)
    return index


def whole_name(hierarchy: Hierarchy, wide: Callable[[], Mapping[str, Condition]]) -> Look:
    """A look-up of a name as it stands, then cleaned (inversion undone, singular); the place is the caller's to set.

    Args:
        hierarchy: the vocabulary's diseases, looked in first.
        wide: gives the index of all diseases; called when the first name is met that the vocabulary does not know.
    """
    own = name_index(hierarchy.conditions)

    def look(text: str) -> Found | None:
        keys = tuple(key for key in dict.fromkeys((normalise(text), normalise(clean(text)))) if key)
        found = next((own[key] for key in keys if key in own), None)
        if found is not None:
            found = hierarchy.conditions[hierarchy.base(found.id)]
        elif keys:
            found = next((wide()[key] for key in keys if key in wide()), None)
        return Found(found.id, found.name, 0, 0, RULE) if found else None

    return look
