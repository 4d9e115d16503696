"""What asking needs, built once: the names, the cue rules, and a lookup of terms by any name or identifier."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from api.ask.answer import FIRST_PAGE, Page, answer, heading
from api.ask.counts import Select
from api.ask.names import Names, build_names
from api.ask.parts import conditions, narrowed, without
from api.ask.query import Question
from api.ask.read import read_question
from extract.rulebook import Rulebook, load_rulebook
from ontology.errors import UsageError
from ontology.lookup import Term
from ontology.model import DrugClass, Endpoint, Target, Vocabulary
from ontology.resolve import Resolver, build_resolver

MAX_QUESTION = 2000
"""Characters; a question is a sentence, and reading is linear in it."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A question, the conditions to leave out of it (keys of `api.ask.parts`), and the facets to add."""

    text: str
    drop: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AskService:
    """Read-only, shared by all requests."""

    names: Names
    resolver: Resolver
    cues: Rulebook
    idle: Rulebook

    def read(self, text: str) -> Question:
        """A question as a typed query.

        Raises:
            UsageError: it is longer than `MAX_QUESTION`.
        """
        if len(text) > MAX_QUESTION:
            raise UsageError(f"the question has {len(text)} characters, at most {MAX_QUESTION} are read")
        return read_question(text, self.names, self.cues, self.idle)

    def understand(self, wish: Wish) -> Question:
        """A question as a typed query, without the conditions that were dropped, narrowed by facets.

        Raises:
            UsageError: it is too long, or a facet is none.
        """
        return self._refined(self.read(wish.text), wish)

    def _refined(self, question: Question, wish: Wish) -> Question:
        query = narrowed(without(question.query, wish.drop), wish.facets)
        sides = tuple(narrowed(without(side, wish.drop), wish.facets) for side in question.sides)
        return replace(question, query=query, sides=sides)

    def heading(self, wish: Wish) -> dict[str, Any]:
        """What the answer will say of the question; raises what `understand` raises."""
        question = self.read(wish.text)
        known = conditions(question.query, self.name, wish.drop, wish.facets)
        return heading(self._refined(question, wish), known)

    def ask(self, wish: Wish, select: Select, wanted: Page = FIRST_PAGE) -> dict[str, Any]:
        """The contract's JSON object for a question; raises what `understand` and `select` raise."""
        question = self.read(wish.text)
        known = conditions(question.query, self.name, wish.drop, wish.facets)
        return answer(self._refined(question, wish), select, wanted=wanted, name=self.name, known=known)

    def parts(self, text: str) -> list[dict[str, str]]:
        """All conditions of a question, none dropped."""
        return [one.json() for one in conditions(self.read(text).query, self.name)]

    def term(self, kind: str, identifier: str) -> Term | None:
        """The term of a kind with exactly that id, redirects included."""
        vocabulary = self.resolver.lookup.vocabulary
        tables: Mapping[str, Mapping[str, Term]] = {
            "drug": vocabulary.drugs,
            "class": vocabulary.classes,
            "target": vocabulary.targets,
            "condition": vocabulary.conditions,
            "endpoint": vocabulary.endpoints,
        }
        return tables.get(kind, {}).get(identifier)

    def name(self, kind: str, identifier: str) -> str:
        """The preferred name of a thing; of one that the vocabulary has not, its id (made from its name) in words."""
        term = self.term(kind, identifier)
        return name_of(term) if term else plain_name(identifier)

    def find(self, text: str) -> tuple[Term, ...]:
        """Every term of that id, identifier (`ncit:C156692`, a bare `DB17473`, an IRI) or name."""
        return self.resolver.find(text)


def build_ask_service(vocabulary: Vocabulary) -> AskService:
    """Index a vocabulary for questions."""
    return AskService(
        build_names(vocabulary),
        build_resolver(vocabulary),
        load_rulebook("cues", "api.ask"),
        load_rulebook("idle", "api.ask"),
    )


def name_of(term: Term) -> str:
    """The preferred name of a term."""
    return term.label if isinstance(term, DrugClass | Target | Endpoint) else term.name


def plain_name(identifier: str) -> str:
    """The id of a thing that the vocabulary has not, which was made from its name, in words."""
    return identifier.replace("-", " ")
