"""What the convenience endpoints and the pages answer with: questions, facets, trials, drugs, counts."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Annotated, Any

from fastapi import Depends, Request
from pyoxigraph import NamedNode

from api.ask.answer import FIRST_PAGE, Page, describe, page
from api.ask.counts import Row
from api.ask.query import TrialQuery, understood
from api.ask.service import AskService, Wish
from graph.texts import TextKey
from graph.trial_json import read_trial
from ontology import iri
from ontology.errors import NotFoundError
from ontology.iri import Kind
from ontology.model import Drug
from ontology.resolve import canonical_drugs

Run = Callable[[str, Mapping[str, NamedNode]], Sequence[Row]]
"""Runs a SELECT with values for some of its variables; rows as `api.ask.answer.Row`. Blocking."""

Triples = Callable[[str, str], bytes]
"""Runs a CONSTRUCT and gives its triples in a syntax of `graph.formats`. Blocking."""


FindText = Callable[[TextKey], Mapping[str, str] | None]
"""The text of a record by section, or None where it is not kept."""


def no_text(key: TextKey) -> None:
    """The text of records in a store that keeps none."""
    del key


@dataclass(frozen=True, slots=True)
class Answers:
    """The vocabulary's side and the graph's side of every answer."""

    service: AskService
    run: Run
    triples: Triples
    find_text: FindText = no_text

    def select(self, text: str) -> Sequence[Row]:
        """Rows of a query without bindings."""
        return self.run(text, {})

    def named(self, name: str, **bindings: NamedNode) -> Sequence[Row]:
        """Rows of `graph/queries/<name>`."""
        return self.run(files("graph").joinpath("queries", name).read_text("utf-8"), bindings)

    def ask(self, wish: Wish, wanted: Page = FIRST_PAGE) -> dict[str, Any]:
        """The contract's object for a question."""
        return self.service.ask(wish, self.select, wanted)

    def page(self, query: TrialQuery, *, limit: int, offset: int) -> dict[str, Any]:
        """A page of the trials that a typed query holds for; `next` is the cursor of the next one, or None."""
        rows, total = page(query, self.select, limit=limit, offset=offset)
        after = offset + len(rows)
        return {
            "understood": understood(query),
            "trials": describe(query, rows, self.select),
            "total": total,
            "next": after if total > after else None,
        }

    def trial(self, identifier: str) -> dict[str, Any]:
        """All facts of a trial.

        Raises:
            NotFoundError: the graph does not have it.
        """
        facts = self.named("trial_facts.rq", graph=NamedNode(iri.trial_graph(identifier)))
        terms = self.named("trial_terms.rq", trial=NamedNode(iri.trial(identifier)))
        found = read_trial(identifier, facts, terms)
        if found is None:
            raise NotFoundError(f"no trial is called {identifier!r}", hint="quarantined trials: `trialgraph validate`")
        return found

    def text(self, trial: Mapping[str, Any]) -> Mapping[str, str] | None:
        """The text by section that a trial's facts were read from, or None where it is not kept."""
        record = trial["record"]
        return self.find_text(TextKey(trial["id"], record["content_hash"] or "", record["extractor"] or ""))

    def drug(self, identifier: str) -> dict[str, Any]:
        """One drug by any identifier, IRI or name, following redirects; `also_called_so` has others of that name.

        Raises:
            NotFoundError: none is called so.
        """
        drugs = canonical_drugs(identifier, self.service.find(identifier), self.service.resolver.lookup)
        if not drugs:
            raise NotFoundError(f"no drug is called {identifier!r}")
        found, *others = drugs
        node = iri.thing(Kind.DRUG, found.id)
        trials = self.named("drug_trials.rq", drug=NamedNode(node))
        return {
            "id": found.id,
            "iri": node,
            **drug_json(found),
            "trials": int(trials[0]["trials"]) if trials else 0,
            "also_called_so": [other.id for other in others],
        }

    def counted(self, name: str, kind: str) -> list[dict[str, Any]]:
        """Terms with their number of trials, most first."""
        return [
            {
                "id": iri.identifier(row["term"]),
                "kind": kind,
                "name": row.get("name"),
                "iri": row["term"],
                "trials": int(row["trials"]),
            }
            for row in self.named(name)
        ]

    def stats(self) -> dict[str, Any]:
        """Counts by name, quarantine included, always in the same order."""
        counts: dict[str, Any] = {row["name"]: int(row["count"]) for row in self.named("stats.rq")}
        ordered = {name: counts[name] for name in sorted(counts, key=lambda name: (name != "trials", name))}
        return {**ordered, "quarantined": int(self.named("quarantined.rq")[0]["count"])}


def drug_json(drug: Drug) -> dict[str, Any]:
    """A drug with where each fact comes from."""
    return {
        "name": drug.name,
        "type": drug.type,
        "molecule": drug.molecule,
        "purpose": drug.purpose,
        "targets": list(drug.targets),
        "classes": list(drug.classes),
        "source": drug.source,
        "names": [{"name": name.text, "form": str(name.form), "source": name.source} for name in drug.names],
        "xrefs": [{"curie": xref.curie, "iri": iri.expand(xref.curie), "source": xref.source} for xref in drug.xrefs],
    }


def answers_of(request: Request) -> Answers:
    """The app's answers; set by `create_app`."""
    found: Answers = request.app.state.answers
    return found


AnswersDep = Annotated[Answers, Depends(answers_of)]
