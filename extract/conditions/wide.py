"""A disease by its whole name: of the vocabulary, else of all MONDO, for records outside oncology."""

from collections.abc import Callable, Mapping

from extract.conditions.field import clean
from extract.conditions.model import Found
from ontology.lookup import normalise
from ontology.model import Condition

RULE = "condition.whole-name"
Look = Callable[[str], Found | None]


def name_index(*tables: Mapping[str, Condition]) -> dict[str, Condition]:
    """Normalised name -> disease; earlier tables first, and in a table preferred names before synonyms."""
    index: dict[str, Condition] = {}
    for conditions in tables:
        diseases = [condition for condition in conditions.values() if "susceptibility" not in condition.name]
        for condition in diseases:
            index.setdefault(normalise(condition.name), condition)
        for condition in diseases:
            for name in condition.names:
                index.setdefault(normalise(name.text), condition)
    index.pop("", None)
    return index


def whole_name(index: Mapping[str, Condition], base: Callable[[str], str], names: Mapping[str, Condition]) -> Look:
    """A look-up of a name as it stands, then cleaned (inversion undone, singular); the place is the caller's to set."""

    def look(text: str) -> Found | None:
        found = index.get(normalise(text)) or index.get(normalise(clean(text)))
        key = base(found.id) if found else None
        return Found(key, names[key].name, 0, 0, RULE) if key else None

    return look
