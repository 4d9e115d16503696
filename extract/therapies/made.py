"""Drugs and classes of the vocabulary as therapies, each made once a pipeline, when a record first names it."""

import re
from collections.abc import Mapping

from extract.therapies.model import Therapy
from ontology.model import Drug, DrugClass, NameForm, Vocabulary

PLAIN_WORD = re.compile(r"[a-z]{6,}")
NUMBER = re.compile(r"\d")
# A code, or a product's name of two parts: "FID-007", "DPX-Survivac".
OWN_NAME = re.compile(r"(?=.{5})[A-Z]+\w*-?\d[\w-]*|[A-Z]{3,}-[A-Z]\w{3,}")
SLOW_RELEASE = re.compile(r"^(?:extended|sustained)[ -]release (?=\w+$)", re.IGNORECASE)


class Therapies:
    """The drugs and therapy classes of a vocabulary by key (`drug/...`, `class/...`), made when first asked for."""

    __slots__ = ("_made", "vocabulary")

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self._made: dict[str, Therapy] = {}

    def get(self, key: str) -> Therapy | None:
        """The therapy of a key; a drug's former id gives what it is now."""
        found = self._made.get(key)
        if found is None and (found := self._make(key)):
            self._made[key] = found
        return found

    def _make(self, key: str) -> Therapy | None:
        kind, _, term_id = key.partition("/")
        if kind == "drug":
            drug = present(self.vocabulary, term_id)
            return of_drug(drug, self.vocabulary.classes) if drug else None
        entry = self.vocabulary.classes.get(term_id) if kind == "class" else None
        return of_class(entry) if entry and entry.therapy else None


def present(vocabulary: Vocabulary, drug_id: str) -> Drug | None:
    """The drug of an id, by its present name where the id has been replaced."""
    drug = vocabulary.drugs.get(drug_id)
    return vocabulary.drugs[drug.replaced_by] if drug and drug.replaced_by else drug


def of_drug(drug: Drug, known: Mapping[str, DrugClass]) -> Therapy:
    """A drug of the vocabulary as a therapy; `known` are the vocabulary's classes."""
    classes = tuple(known[key].label if key in known else key for key in drug.classes)
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
