"""The vocabulary, indexed once for mapping: which IRI a name gets, and all that lies above a term."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from extract.facts import Intervention, Prior, TrialCondition
from ontology import iri
from ontology.iri import Kind
from ontology.lookup import normalise
from ontology.model import Condition, Drug, DrugClass, Vocabulary


@dataclass(frozen=True)
class Knowledge:
    """A vocabulary with what the mapping asks of it; its indexes are built at first use and kept."""

    vocabulary: Vocabulary

    @cached_property
    def _classes_from(self) -> Callable[[str], tuple[str, ...]]:
        return _closure(self.vocabulary.classes)

    @cached_property
    def _conditions_from(self) -> Callable[[str], tuple[str, ...]]:
        return _closure(self.vocabulary.conditions)

    @cached_property
    def class_ids(self) -> Mapping[str, str]:
        """Normalised class label or unambiguous name to class id; labels win."""
        classes = self.vocabulary.classes.values()
        names = {normalise(n.text): c.id for c in classes for n in c.names if not n.needs_context}
        return names | {normalise(c.id): c.id for c in classes} | {normalise(c.label): c.id for c in classes}

    @cached_property
    def condition_ids(self) -> Mapping[str, str]:
        """Normalised preferred name of a condition to its id."""
        return {normalise(c.name): c.id for c in self.vocabulary.conditions.values()}

    @cached_property
    def drug_ids(self) -> Mapping[str, str]:
        """Normalised preferred name of a drug to its id, redirects left out."""
        return {normalise(d.name): d.id for d in self.vocabulary.drugs.values() if d.replaced_by is None}

    def drug(self, identifier: str) -> Drug | None:
        """The drug of that id, by its redirect if it has one."""
        found = self.vocabulary.drugs.get(identifier)
        return self.vocabulary.drugs.get(found.replaced_by, found) if found and found.replaced_by else found

    def therapy(self, fact: Intervention | Prior) -> str:
        """The `kind/id` of an intervention or prior therapy: its term, else what its name says, else a slug.

        A prior therapy that nothing knows is taken for a class: records name what patients had by its kind.
        """
        kind, _, identifier = (fact.term or "").partition("/")
        if kind == Kind.DRUG and identifier:
            found = self.drug(identifier)
            return f"drug/{found.id if found else identifier}"
        if kind == Kind.CLASS and identifier:
            return f"class/{identifier}"
        key = normalise(fact.name)
        if key in self.drug_ids:
            return f"drug/{self.drug_ids[key]}"
        if key in self.class_ids:
            return f"class/{self.class_ids[key]}"
        return f"{Kind.CLASS if isinstance(fact, Prior) else Kind.DRUG}/{iri.slug(fact.name)}"

    def condition(self, fact: TrialCondition) -> str:
        """The id of a trial's condition: its term, else its name's, else a slug."""
        if fact.term:
            return fact.term.removeprefix("condition/")
        return self.condition_ids.get(normalise(fact.name)) or iri.slug(fact.name)

    def class_of(self, label: str) -> str:
        """The id of a class by its id or label, else a slug."""
        return label if label in self.vocabulary.classes else self.class_ids.get(normalise(label)) or iri.slug(label)

    def known_classes(self, therapy: str) -> tuple[str, ...]:
        """The classes that the vocabulary gives a therapy, written `kind/id`, nothing above them."""
        kind, _, identifier = therapy.partition("/")
        if kind == Kind.CLASS:
            return (identifier,)
        drug = self.vocabulary.drugs.get(identifier)
        return drug.classes if drug else ()

    def known_targets(self, therapy: str) -> tuple[str, ...]:
        """The targets that the vocabulary gives a therapy, written `kind/id`."""
        kind, _, identifier = therapy.partition("/")
        table: Mapping[str, Drug | DrugClass]
        table = self.vocabulary.classes if kind == Kind.CLASS else self.vocabulary.drugs
        found = table.get(identifier)
        return found.targets if found else ()

    def above_classes(self, identifiers: Iterable[str]) -> tuple[str, ...]:
        """These classes and all above them, once each, in order; unknown ones stand alone."""
        return tuple(dict.fromkeys(up for i in identifiers for up in self._classes_from(i)))

    def above_conditions(self, identifiers: Iterable[str]) -> tuple[str, ...]:
        """These conditions and all above them, once each, in order; unknown ones stand alone."""
        return tuple(dict.fromkeys(up for i in identifiers for up in self._conditions_from(i)))


def _closure(terms: Mapping[str, DrugClass] | Mapping[str, Condition]) -> Callable[[str], tuple[str, ...]]:
    """A function from an id to itself and all that can be reached by `parents`; a cycle ends where it began."""

    @lru_cache(maxsize=20_000)  # a name that no table knows is an id too, and there is no end of those
    def above(start: str) -> tuple[str, ...]:
        seen = {start: None}
        waiting = [start]
        while waiting:
            term = terms.get(waiting.pop())
            new = [parent for parent in (term.parents if term else ()) if parent not in seen]
            seen.update(dict.fromkeys(new))
            waiting.extend(new)
        return tuple(seen)

    return above
