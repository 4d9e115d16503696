"""Terms of the vocabulary as therapies, made once a pipeline."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from extract.matcher import Mention
from extract.therapies.model import Therapy
from ontology.lookup import normalise, normalise_all
from ontology.model import Drug, DrugClass, NameForm, TermKind, Vocabulary

# A class below both is both: chemoradiotherapy gives chemotherapy and radiotherapy.
COMPOSITES = (frozenset({"chemotherapy", "radiotherapy"}), frozenset({"chemotherapy", "immunotherapy"}))
PLAIN_WORD = re.compile(r"[a-z]{6,}")
NUMBER = re.compile(r"\d")
# A code, or a product's name of two parts: "FID-007", "DPX-Survivac".
OWN_NAME = re.compile(r"(?=.{5})[A-Z]+\w*-?\d[\w-]*|[A-Z]{3,}-[A-Z]\w{3,}")
SLOW_RELEASE = re.compile(r"^(?:extended|sustained)[ -]release (?=\w+$)", re.IGNORECASE)


# Classes that, with all below them, arms give without naming a drug.
SPOKEN = frozenset({"chemotherapy", "radiotherapy", "endocrine-therapy", "surgery", "stem-cell-transplantation"})


@dataclass(frozen=True, slots=True)
class Known:
    """Therapies by key; `names` finds a key by normalised name; `above` holds the ids of all classes over a class."""

    vocabulary: Vocabulary
    by_key: Mapping[str, Therapy]
    names: Mapping[str, str]
    class_of: Mapping[str, tuple[str, ...]]
    above: Mapping[str, frozenset[str]]
    given: Mapping[TermKind, Mapping[str, tuple[Therapy, ...]]]

    def of(self, mention: Mention) -> tuple[Therapy, ...]:
        """What a mention gives: a drug, else the parts of a named regimen, else a class that is a therapy."""
        for kind, given in self.given.items():
            for term in mention.terms:
                if term.kind is kind and (found := given.get(term.id)):
                    return found
        return ()

    def of_key(self, key: str) -> tuple[Therapy, ...]:
        """What the term of a key (`drug/...`, `class/...`) gives."""
        kind, _, term_id = key.partition("/")
        return self.given[TermKind(kind)].get(term_id, ())

    def find(self, name: str) -> Therapy | None:
        """The drug or therapy class of exactly this name, after normalisation."""
        key = self.names.get(normalise(name))
        return self.by_key[key] if key else None

    def is_spoken_class(self, key: str) -> bool:
        """True for a class that prose gives by its name alone ("chemotherapy"), not to describe a drug ("antibody")."""
        label = self.by_key[key].name
        named = any(word in label for word in ("therapy", "doublet", "platinum", "taxane", "inhibitor of choice"))
        return named and bool(SPOKEN & (self.classes_over(key) | {key.removeprefix("class/")}))

    def classes_over(self, key: str) -> frozenset[str]:
        """Ids of the classes of a therapy and all above them; for a class, itself included."""
        own = self.class_of.get(key, ())
        return frozenset(own).union(*(self.above.get(one, frozenset()) for one in own))


def know(vocabulary: Vocabulary) -> Known:
    """Every drug and therapy class of a vocabulary as a therapy."""
    labels = {key: entry.label for key, entry in vocabulary.classes.items()}
    by_key: dict[str, Therapy] = {}
    named: list[tuple[str, str]] = []
    class_of: dict[str, tuple[str, ...]] = {}
    for class_id, entry in vocabulary.classes.items():
        if entry.therapy:
            by_key[f"class/{class_id}"] = of_class(entry)
            class_of[f"class/{class_id}"] = (class_id,)
            named += [(name.text, f"class/{class_id}") for name in entry.names if not name.needs_context]
    for drug_id, drug in vocabulary.drugs.items():
        now = vocabulary.drugs[drug.replaced_by] if drug.replaced_by else drug
        by_key[f"drug/{drug_id}"] = of_drug(now, labels)
        class_of[f"drug/{drug_id}"] = now.classes
        named += [(name.text, f"drug/{now.id}") for name in drug.names if not name.needs_context]
    names = dict(zip(normalise_all([text for text, _ in named]), (key for _, key in named), strict=True))
    return Known(vocabulary, by_key, names, class_of, _above(vocabulary), _given(vocabulary, by_key))


def _given(vocabulary: Vocabulary, by_key: Mapping[str, Therapy]) -> dict[TermKind, dict[str, tuple[Therapy, ...]]]:
    """What each drug, named regimen and class gives: one therapy, or the parts of a regimen or composite class.

    By kind, in the order in which a mention's readings are asked.
    """
    by_name = {drug.name: key for key, drug in vocabulary.drugs.items() if drug.type == "biological"}
    parts: dict[TermKind, dict[str, tuple[str, ...]]] = {
        TermKind.DRUG: {key: _coformulated(drug, by_name) or (key,) for key, drug in vocabulary.drugs.items()},
        TermKind.REGIMEN: {key: regimen.drugs for key, regimen in vocabulary.regimens.items()},
        TermKind.CLASS: {
            key: entry.parents if _is_composite(entry) else (key,) for key, entry in vocabulary.classes.items()
        },
    }
    return {
        kind: {key: _therapies(by_key, kind, keys) for key, keys in of_kind.items()} for kind, of_kind in parts.items()
    }


def _is_composite(entry: DrugClass) -> bool:
    return any(composite <= set(entry.parents) for composite in COMPOSITES)


def _coformulated(drug: Drug, by_name: Mapping[str, str]) -> tuple[str, ...]:
    """The antibodies of a product whose name names them ("nivolumab/relatlimab"): two therapies, not a third."""
    names = drug.name.split("/")
    found = tuple(by_name[name] for name in names if name in by_name)
    return found if len(names) > 1 and len(found) == len(names) else ()


def _therapies(by_key: Mapping[str, Therapy], kind: TermKind, ids: tuple[str, ...]) -> tuple[Therapy, ...]:
    """Therapies of ids; a drug goes before a class of the same id, except where a class itself is asked for."""
    first, second = ("class", "drug") if kind is TermKind.CLASS and len(ids) == 1 else ("drug", "class")
    keys = (f"{first}/{key}" if f"{first}/{key}" in by_key else f"{second}/{key}" for key in ids)
    return tuple(by_key[key] for key in keys if key in by_key)


def of_drug(drug: Drug, labels: Mapping[str, str]) -> Therapy:
    """A drug of the vocabulary as a therapy."""
    classes = tuple(labels.get(key, key) for key in drug.classes)
    xrefs = tuple(xref.curie for xref in drug.xrefs)
    return Therapy(
        f"drug/{drug.id}",
        generic_name(drug),
        drug.type,
        drug.purpose,
        drug.targets,
        classes,
        xrefs,
        rule="therapy.vocabulary",
    )


def generic_name(drug: Drug) -> str:
    """The preferred name; where that is a code and a synonym is a plain word in lower case, that word (an INN).

    Of a description that ends with a name of its own ("survivin vaccine DPX-QXZ"), that name; of a form, the drug.
    """
    words = (n.text for n in drug.names if n.form is NameForm.SYNONYM and PLAIN_WORD.fullmatch(n.text))
    word = next(words, None) if NUMBER.search(drug.name) else None
    if word:
        return word
    described, _, last = drug.name.rpartition(" ")
    own = OWN_NAME.fullmatch(last) and not NUMBER.search(described) and any(name.text == last for name in drug.names)
    return last if described and own else SLOW_RELEASE.sub("", drug.name)


def of_class(entry: DrugClass) -> Therapy:
    """A class as a therapy of its own: the record gives no name."""
    xrefs = tuple(xref.curie for xref in entry.xrefs)
    return Therapy(
        f"class/{entry.id}",
        entry.label,
        entry.type,
        "treatment",
        entry.targets,
        (entry.label,),
        xrefs,
        rule="therapy.class",
    )


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
