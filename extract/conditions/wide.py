"""A disease by its whole name: of the vocabulary, else of all MONDO, for records outside oncology."""

import re
from collections.abc import Callable

from extract.conditions.field import clean
from extract.conditions.hierarchy import Hierarchy
from extract.conditions.model import Found
from ontology.lookup import normalise
from ontology.model import Condition
from ontology.wide import WideConditions

RULE = "condition.whole-name"
# "Cancer lung": the organ behind the word.
ORGAN_LAST = re.compile(r"(?P<tumour>cancer|carcinoma|tumou?r)s? (?P<organ>\w+)", re.IGNORECASE)
Look = Callable[[str], Found | None]


def whole_name(hierarchy: Hierarchy, wide: Callable[[], WideConditions]) -> Look:
    """A look-up of a name as it stands, then cleaned (inversion undone, singular); the place is the caller's to set.

    Args:
        hierarchy: the vocabulary's diseases, looked in first.
        wide: gives all diseases; called when the first name is met that the vocabulary does not know.
    """
    own = hierarchy.names

    def look(text: str) -> Found | None:
        plain = clean(text)
        organ = ORGAN_LAST.fullmatch(plain)
        turned = f"{organ['organ']} {organ['tumour']}" if organ else ""
        keys = tuple(key for key in dict.fromkeys(map(normalise, (text, plain, turned))) if key)
        known = next((own[key] for key in keys if key in own), None)
        if known is not None:
            found: Condition | None = hierarchy.conditions[hierarchy.base(known)]
        else:
            found = next((disease for key in keys if (disease := wide().named(key))), None)
        return Found(found.id, found.name, 0, 0, RULE) if found else None

    return look
