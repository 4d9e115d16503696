"""The vocabulary's diseases as `tg_conditions` needs them: what is above what, and names without their stage."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from ontology.lookup import normalise
from ontology.model import Condition, Vocabulary
from ontology.wide import index_names

# Names of which the stage is a word in front: the trial's disease is the parent, and the stage a field of its own.
STAGED = re.compile(
    r"(?:(?:untreated|advanced|metastatic|recurrent|relapsed?|refractory|unresectable|resectable|early|locally|localized"
    r"|oligometastatic|newly|diagnosed|or|and|malignant|childhood|pediatric|paediatric|adult)[ /-])+",
    re.IGNORECASE,
)
# An age group anywhere in a name is no part of the disease either ("B-cell adult acute lymphocytic leukemia").
AGE_GROUP = re.compile(r"\b(?:adult|childhood|pediatric|paediatric) ", re.IGNORECASE)
# A tumour and nothing more, or what is left of one; gives way to any other disease of the record.
GENERIC = frozenset(
    {
        "cancer", "carcinoma", "adenocarcinoma", "metastatic-cancer", "malignant-tumor", "neoplasm",
        "minimal-residual-disease",
    }
)  # fmt: skip
METASTATIC = "metastatic-cancer"
# Families of blood cancers, of which criteria list the members.
BLOOD = frozenset(
    {"leukemia", "acute-leukemia", "lymphoma", "hematologic-malignancy", "hematopoietic-and-lymphoid-system-neoplasm"}
)
UMBRELLA = frozenset({"solid-tumor", "hematologic-malignancy", "hematologic-cancer", "blood-cancer"})


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Conditions by id, and the ids above each; `names` has the ids by normalised name."""

    conditions: Mapping[str, Condition]
    above: Mapping[str, frozenset[str]]
    bases: Mapping[str, str]
    names: Mapping[str, str]

    def base(self, key: str) -> str:
        """The condition without a stage or an age group in front of its name."""
        return self.bases.get(key, key)


def build_hierarchy(vocabulary: Vocabulary) -> Hierarchy:
    """All ancestors of every condition; the tables hold no loops (their schema is checked on reading)."""
    conditions = vocabulary.conditions
    names = own_index(conditions.values())
    return Hierarchy(conditions, _ancestors(conditions), dict(_bases(conditions, names)), names)


def own_index(conditions: Iterable[Condition]) -> dict[str, str]:
    """Normalised name -> id of the vocabulary's disease; preferred names before synonyms."""
    diseases = [condition for condition in conditions if "susceptibility" not in condition.name]
    first = [(condition.id, condition.name) for condition in diseases]
    return index_names([*first, *[(condition.id, name.text) for condition in diseases for name in condition.names]])


def _bases(conditions: Mapping[str, Condition], names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """(id, id of the disease without its stage) where the name shows one: found by name, else the parent."""
    for key, condition in conditions.items():
        front = STAGED.match(condition.name)
        aged = AGE_GROUP.search(condition.name)
        if (front or aged) and key not in GENERIC:
            rest = condition.name[front.end() :] if front else AGE_GROUP.sub("", condition.name)
            base = names.get(normalise(rest))
            if base is None and condition.stage and condition.parents:
                base = condition.parents[0]
            if base is not None and base != key:
                yield key, base


def _ancestors(conditions: Mapping[str, Condition]) -> dict[str, frozenset[str]]:
    """Every condition above each, by whatever way; what is above a parent is looked up where it is known."""
    above: dict[str, frozenset[str]] = {}
    for key, condition in conditions.items():
        found: set[str] = set()
        waiting = list(condition.parents)
        while waiting:
            parent = waiting.pop()
            if parent in conditions and parent not in found:
                found.add(parent)
                if parent in above:
                    found |= above[parent]
                else:
                    waiting += conditions[parent].parents
        above[key] = frozenset(found - {key})
    return above
