"""What is known of one drug, class, target, condition or endpoint: from the vocabulary, and from the trials."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode

from api.answers import Answers, drug_json
from api.ask.service import name_of, plain_name
from graph.template import render
from ontology import iri
from ontology.errors import NotFoundError
from ontology.iri import TG, Kind
from ontology.lookup import Term
from ontology.model import Condition, Drug, DrugClass, Endpoint, Target

IN_TRIALS: Mapping[Kind, str] = {
    Kind.DRUG: "offersTherapy",
    Kind.CLASS: "offersClass",
    Kind.TARGET: "offersTarget",
    Kind.CONDITION: "studiesCondition",
    Kind.ENDPOINT: "measuresEndpoint",
}
GIVEN: Mapping[Kind, str] = {Kind.DRUG: "givesTherapy", Kind.CLASS: "givesClass", Kind.TARGET: "givesTarget"}
TYPES: Mapping[Kind, type] = {
    Kind.DRUG: Drug,
    Kind.CLASS: DrugClass,
    Kind.TARGET: Target,
    Kind.CONDITION: Condition,
    Kind.ENDPOINT: Endpoint,
}
# What the trials of a thing are counted by: the name of the list, the trial's property, and how many values at most.
COUNTED_BY = (("lines", "offersLine", 6), ("phases", "phase", 6))
CONDITIONS = 15
THERAPIES = 25
RECENT = 20
BELOW = 200
"""At most so many things below a class or target are listed; the whole of them is in its RDF."""


@dataclass(frozen=True, slots=True)
class Things:
    """Answers what a thing is; `answers` has the vocabulary and the graph."""

    answers: Answers

    def find(self, kind: Kind, identifier: str) -> Term | None:
        """The term of exactly that id, redirects included."""
        return self.answers.service.term(kind, identifier)

    def named(self, kind: Kind, name: str) -> Term | None:
        """The term of a kind by any of its names or identifiers."""
        return next((term for term in self.answers.service.find(name) if isinstance(term, TYPES[kind])), None)

    def describe(self, kind: Kind, identifier: str) -> dict[str, Any]:
        """The JSON object of a thing: names, identifiers, what lies above and below it, and its trials counted.

        Raises:
            NotFoundError: neither the vocabulary nor any trial has it.
        """
        term = self.find(kind, identifier)
        node = NamedNode(iri.thing(kind, identifier))
        trials = self.trials(kind, node)
        if term is None and not trials["trials"]:
            raise NotFoundError(f"no {kind} is called {identifier!r}", hint="ask for it in words at /ask")
        head = {"id": identifier, "kind": str(kind), "iri": node.value, "known": term is not None}
        return {**head, **(self._known(term) if term else {"name": plain_name(identifier)}), **trials}

    def trials(self, kind: Kind, node: NamedNode) -> dict[str, Any]:
        """The trials of a thing: how many, by line, phase, condition and partner, and the latest of them."""
        values: dict[str, Any] = {"property": NamedNode(TG + IN_TRIALS[kind]), "thing": node}
        total = int(self._rows("thing_total.rq.jinja", values)[0]["trials"])
        if not total:
            return {"trials": 0}
        groups = {
            name: self._counted("thing_group.rq.jinja", {**values, "by": NamedNode(TG + by)}, most)
            for name, by, most in COUNTED_BY
        }
        groups["conditions"] = self._counted("thing_conditions.rq.jinja", values, CONDITIONS)
        return {"trials": total, **groups, **self._given_with(kind, values), "recent": self._recent(values)}

    def label(self, node: str) -> str:
        """The preferred name of a thing by its IRI; for one that the vocabulary has not, its id in words."""
        found = iri.parse(node)
        if found is None or found.kind is Kind.TRIAL:
            return found.id if found else node
        return self.answers.service.name(found.kind, found.id)

    def link(self, kind: Kind, identifier: str) -> dict[str, str]:
        """A thing as `{kind, id, name}`, for a link to it."""
        return {"kind": str(kind), "id": identifier, "name": self.label(iri.thing(kind, identifier))}

    def _given_with(self, kind: Kind, values: Mapping[str, Any]) -> dict[str, Any]:
        """What a therapy is given with; for a condition or endpoint, what is tested for it."""
        if kind in GIVEN:
            given = {**values, "property": NamedNode(TG + GIVEN[kind])}
            return {"partners": self._counted("thing_partners.rq.jinja", given, THERAPIES)}
        therapies = {**values, "by": NamedNode(TG + "offersTherapy")}
        return {"therapies": self._counted("thing_group.rq.jinja", therapies, THERAPIES)}

    def _recent(self, values: Mapping[str, Any]) -> list[dict[str, Any]]:
        rows = self._rows("thing_trials.rq.jinja", {**values, "limit": Literal(RECENT)})
        return [{"id": self.label(row["trial"]), "title": row["title"], "start": row.get("start")} for row in rows]

    def _counted(self, name: str, values: Mapping[str, Any], most: int) -> list[dict[str, Any]]:
        """Counted values, the thing itself left out: things as links, anything else as `value`."""
        own = values["thing"].value
        rows = self._rows(name, {**values, "limit": Literal(most + 1)})
        return [self._count(row) for row in rows if row["value"] != own][:most]

    def _count(self, row: Mapping[str, str]) -> dict[str, Any]:
        found = iri.parse(row["value"])
        value: Mapping[str, str] = self.link(found.kind, found.id) if found else {"value": row["value"]}
        return {**value, "trials": int(row["trials"])}

    def _rows(self, name: str, values: Mapping[str, Any]) -> Sequence[Mapping[str, str]]:
        return self.answers.select(render(name, values))

    def _known(self, term: Term) -> dict[str, Any]:
        """What the vocabulary has of a term."""
        for type_, build in self._builders().items():
            if isinstance(term, type_):
                return {**named_json(term), **build(term)}
        return named_json(term)

    def _builders(self) -> Mapping[type, Callable[[Any], dict[str, Any]]]:
        return {Drug: self._drug, DrugClass: self._class, Target: self._target, Condition: self._condition}

    def _drug(self, drug: Drug) -> dict[str, Any]:
        return {
            **drug_json(drug),
            "targets": [self.link(Kind.TARGET, key) for key in drug.targets],
            "classes": [self.link(Kind.CLASS, key) for key in drug.classes],
        }

    def _class(self, entry: DrugClass) -> dict[str, Any]:
        drugs = self.answers.service.resolver.lookup.vocabulary.drugs.values()
        members = (drug.id for drug in drugs if entry.id in drug.classes and not drug.replaced_by)
        return {
            **self._hierarchy(
                Kind.CLASS, entry.parents, self.answers.service.resolver.lookup.class_children.get(entry.id, ())
            ),
            "targets": [self.link(Kind.TARGET, key) for key in entry.targets],
            "drugs": self._links(Kind.DRUG, members),
        }

    def _target(self, target: Target) -> dict[str, Any]:
        vocabulary = self.answers.service.resolver.lookup.vocabulary
        drugs = (drug.id for drug in vocabulary.drugs.values() if target.id in drug.targets and not drug.replaced_by)
        classes = (entry.id for entry in vocabulary.classes.values() if target.id in entry.targets)
        return {"classes": self._links(Kind.CLASS, classes), "drugs": self._links(Kind.DRUG, drugs)}

    def _condition(self, condition: Condition) -> dict[str, Any]:
        children = self.answers.service.resolver.lookup.condition_children.get(condition.id, ())
        return {"stage": condition.stage, **self._hierarchy(Kind.CONDITION, condition.parents, children)}

    def _hierarchy(self, kind: Kind, parents: Iterable[str], children: Iterable[str]) -> dict[str, Any]:
        return {"broader": self._links(kind, parents), "narrower": self._links(kind, children)}

    def _links(self, kind: Kind, identifiers: Iterable[str]) -> list[dict[str, str]]:
        links = [self.link(kind, key) for key in dict.fromkeys(identifiers)]
        return sorted(links, key=lambda one: one["name"].casefold())[:BELOW]


def named_json(term: Term) -> dict[str, Any]:
    """Name, names, identifiers and source, as every kind of term has them."""
    xrefs = getattr(term, "xrefs", ())
    return {
        "name": name_of(term),
        "source": term.source,
        "names": [{"name": name.text, "form": str(name.form), "source": name.source} for name in term.names],
        "xrefs": [{"curie": xref.curie, "iri": iri.expand(xref.curie), "source": xref.source} for xref in xrefs],
    }
