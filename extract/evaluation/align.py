"""Two records' names for the same intervention or disease, brought to one."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ontology.lookup import normalise

Record = Mapping[str, Any]
Names = Callable[[str], str]
NAMED = ("interventions", "conditions")
OTHERS = ("aliases", "mentions", "synonyms")


@dataclass(frozen=True, slots=True)
class Alignment:
    """How each side's names are written so that the same thing has the same name."""

    wanted: Names
    found: Names


def align(wanted: Record, found: Record) -> Alignment:
    """Pair what shares a name, each item once; what has no partner keeps its own name."""
    shared: dict[str, str] = {}
    own: dict[str, str] = {}
    for field in NAMED:
        left = list(found.get(field, ()))
        for item in wanted.get(field, ()):
            names = _names(item)
            own |= dict.fromkeys(names, normalise(item["name"]))
            partner = _partner(item, names, left)
            if partner is not None:
                left.remove(partner)
                shared |= dict.fromkeys(_names(partner), normalise(item["name"]))
    return Alignment(_by(own), _by(shared, own))


def _partner(item: Record, names: frozenset[str], left: Sequence[Record]) -> Record | None:
    """The item of the same name, else the first that shares one."""
    same = (other for other in left if normalise(other["name"]) == normalise(item["name"]))
    return next(same, None) or next((other for other in left if _names(other) & names), None)


def _names(item: Record) -> frozenset[str]:
    every: Iterable[str] = (item["name"], *(name for field in OTHERS for name in item.get(field) or ()))
    return frozenset(key for name in every if (key := normalise(name)))


def _by(*tables: Mapping[str, str]) -> Names:
    def name(text: str) -> str:
        key = normalise(text)
        return next((table[key] for table in tables if key in table), key)

    return name
