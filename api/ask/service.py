"""What asking needs, built once: the names, the cue rules, and a lookup of terms by any name or identifier."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from api.ask.answer import Select, answer
from api.ask.names import Names, build_names
from api.ask.query import Question
from api.ask.read import read_question
from extract.rulebook import Rulebook, load_rulebook
from ontology.errors import UsageError
from ontology.lookup import Lookup, Term, build_lookup
from ontology.model import Vocabulary

MAX_QUESTION = 2000
"""Characters; a question is a sentence, and reading is linear in it."""


@dataclass(frozen=True, slots=True)
class AskService:
    """Read-only, shared by all requests."""

    names: Names
    lookup: Lookup
    cues: Rulebook
    idle: Rulebook
    by_curie: Mapping[str, tuple[Term, ...]]

    def read(self, text: str) -> Question:
        """A question as a typed query.

        Raises:
            UsageError: it is longer than `MAX_QUESTION`.
        """
        if len(text) > MAX_QUESTION:
            raise UsageError(f"the question has {len(text)} characters, at most {MAX_QUESTION} are read")
        return read_question(text, self.names, self.cues, self.idle)

    def ask(self, text: str, select: Select, *, limit: int = 100) -> dict[str, Any]:
        """The contract's JSON object for a question; raises what `read` and `select` raise."""
        return answer(self.read(text), select, limit=limit)

    def find(self, text: str) -> tuple[Term, ...]:
        """Every term of that id, identifier (`ncit:C156692`, a bare `DB17473`) or name."""
        return self.by_curie.get(text.casefold(), ()) or self.lookup.find(text)


def build_ask_service(vocabulary: Vocabulary) -> AskService:
    """Index a vocabulary for questions."""
    return AskService(
        build_names(vocabulary),
        build_lookup(vocabulary),
        load_rulebook("cues", "api.ask"),
        load_rulebook("idle", "api.ask"),
        _by_curie(vocabulary),
    )


def _by_curie(vocabulary: Vocabulary) -> dict[str, tuple[Term, ...]]:
    """Terms by id, by CURIE and by the CURIE's local part, all in lower case."""
    found: dict[str, tuple[Term, ...]] = {}
    tables = (vocabulary.drugs, vocabulary.classes, vocabulary.targets, vocabulary.conditions, vocabulary.endpoints)
    for table in tables:
        for term in table.values():
            keys = [term.id, *(key for xref in term.xrefs for key in (xref.curie, xref.curie.partition(":")[2]))]
            for key in dict.fromkeys(key.casefold() for key in keys):
                found[key] = (*found.get(key, ()), term)
    return found
