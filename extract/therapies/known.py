"""What names and terms of the vocabulary give: an index made once a pipeline."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from extract.matcher import Mention
from extract.therapies.made import Therapies, present
from extract.therapies.model import Therapy
from ontology.lookup import normalise, normalise_all
from ontology.model import Drug, DrugClass, TermKind, Vocabulary

# A class below both is both: chemoradiotherapy gives chemotherapy and radiotherapy.
COMPOSITES = (frozenset({"chemotherapy", "radiotherapy"}), frozenset({"chemotherapy", "immunotherapy"}))

# Classes that, with all below them, arms give without naming a drug.
SPOKEN = frozenset({"chemotherapy", "radiotherapy", "endocrine-therapy", "surgery", "stem-cell-transplantation"})


class Gifts(dict[str, tuple[Therapy, ...]]):
    """What each term of a kind gives, worked out when its id is first asked for."""

    __slots__ = ("_give",)

    def __init__(self, give: Callable[[str], tuple[Therapy, ...]]) -> None:
        super().__init__()
        self._give = give

    def __missing__(self, term_id: str) -> tuple[Therapy, ...]:
        given = self[term_id] = self._give(term_id)
        return given


@dataclass(frozen=True, slots=True)
class Known:
    """Therapies by key; `names` finds a key by normalised name; `above` holds the ids of all classes over a class.

    `given` has what each drug, named regimen and class gives: one therapy, or the parts of a regimen or composite
    class; by kind, in the order in which a mention's readings are asked.
    """

    vocabulary: Vocabulary
    by_key: Therapies
    names: Mapping[str, str]
    above: Mapping[str, frozenset[str]]
    given: Mapping[TermKind, Gifts]

    def of(self, mention: Mention) -> tuple[Therapy, ...]:
        """What a mention gives: a drug, else the parts of a named regimen, else a class that is a therapy."""
        for kind, given in self.given.items():
            for term in mention.terms:
                if term.kind is kind and (found := given[term.id]):
                    return found
        return ()

    def of_key(self, key: str) -> tuple[Therapy, ...]:
        """What the term of a key (`drug/...`, `class/...`) gives."""
        kind, _, term_id = key.partition("/")
        return self.given[TermKind(kind)][term_id]

    def find(self, name: str) -> Therapy | None:
        """The drug or therapy class of exactly this name, after normalisation."""
        key = self.names.get(normalise(name))
        return self.by_key.get(key) if key else None

    def is_spoken_class(self, key: str) -> bool:
        """True for a class that prose gives by its name alone ("chemotherapy"), not to describe a drug ("antibody")."""
        therapy = self.by_key.get(key)
        label = therapy.name if therapy else ""
        named = any(word in label for word in ("therapy", "doublet", "platinum", "taxane", "inhibitor of choice"))
        return named and bool(SPOKEN & (self.classes_over(key) | {key.removeprefix("class/")}))

    def classes_over(self, key: str) -> frozenset[str]:
        """Ids of the classes of a therapy and all above them; for a class, itself included."""
        kind, _, term_id = key.partition("/")
        drug = present(self.vocabulary, term_id) if kind == "drug" else None
        own = drug.classes if drug else (term_id,) if kind == "class" else ()
        return frozenset(own).union(*(self.above.get(one, frozenset()) for one in own))


def know(vocabulary: Vocabulary) -> Known:
    """Every drug and therapy class of a vocabulary as a therapy."""
    terms = [(entry.names, f"class/{key}") for key, entry in vocabulary.classes.items() if entry.therapy]
    terms += [(drug.names, f"drug/{drug.replaced_by or key}") for key, drug in vocabulary.drugs.items()]
    named = [(name.text, key) for of_term, key in terms for name in of_term if not name.needs_context]
    names = dict(zip(normalise_all([text for text, _ in named]), (key for _, key in named), strict=True))
    by_key = Therapies(vocabulary)
    return Known(vocabulary, by_key, names, _above(vocabulary), _given(vocabulary, by_key))


def _given(vocabulary: Vocabulary, by_key: Therapies) -> dict[TermKind, Gifts]:
    by_name = {drug.name: key for key, drug in vocabulary.drugs.items() if drug.type == "biological"}

    def of_drug_id(key: str) -> tuple[Therapy, ...]:
        drug = vocabulary.drugs.get(key)
        return _therapies(by_key, TermKind.DRUG, _coformulated(drug, by_name) or (key,)) if drug else ()

    def of_regimen(key: str) -> tuple[Therapy, ...]:
        regimen = vocabulary.regimens.get(key)
        return _therapies(by_key, TermKind.REGIMEN, regimen.drugs) if regimen else ()

    def of_class_id(key: str) -> tuple[Therapy, ...]:
        entry = vocabulary.classes.get(key)
        return _therapies(by_key, TermKind.CLASS, entry.parents if _is_composite(entry) else (key,)) if entry else ()

    return {TermKind.DRUG: Gifts(of_drug_id), TermKind.REGIMEN: Gifts(of_regimen), TermKind.CLASS: Gifts(of_class_id)}


def _is_composite(entry: DrugClass) -> bool:
    return any(composite <= set(entry.parents) for composite in COMPOSITES)


def _coformulated(drug: Drug, by_name: Mapping[str, str]) -> tuple[str, ...]:
    """The antibodies of a product whose name names them ("nivolumab/relatlimab"): two therapies, not a third."""
    names = drug.name.split("/")
    found = tuple(by_name[name] for name in names if name in by_name)
    return found if len(names) > 1 and len(found) == len(names) else ()


def _therapies(by_key: Therapies, kind: TermKind, ids: tuple[str, ...]) -> tuple[Therapy, ...]:
    """Therapies of ids; a drug goes before a class of the same id, except where a class itself is asked for."""
    first, second = ("class", "drug") if kind is TermKind.CLASS and len(ids) == 1 else ("drug", "class")
    found = (by_key.get(f"{first}/{key}") or by_key.get(f"{second}/{key}") for key in ids)
    return tuple(therapy for therapy in found if therapy)


def _above(vocabulary: Vocabulary) -> dict[str, frozenset[str]]:
    """Ids of all classes above each class."""
    found: dict[str, frozenset[str]] = {}
    for key in vocabulary.classes:
        seen: set[str] = set()
        waiting = list(vocabulary.classes[key].parents)
        while waiting:
            parent = waiting.pop()
            if parent not in seen and parent in vocabulary.classes:
                seen.add(parent)
                waiting.extend(vocabulary.classes[parent].parents)
        found[key] = frozenset(seen)
    return found
