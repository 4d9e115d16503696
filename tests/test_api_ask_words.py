"""Questions with the built-in vocabulary: what they are understood as, and 200 that nobody should ask."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest

from api.ask.compile import cohort_sparql, count_sparql, evidence_sparql, has_evidence, to_sparql
from api.ask.items import WORD, cut
from api.ask.query import understood
from api.ask.read import EITHER_PD
from api.ask.service import AskService, build_ask_service
from ontology.tables import built_in

DATA = Path(__file__).parent / "data"
QUESTIONS = tomllib.loads((DATA / "understood.toml").read_text("utf-8"))["question"]
HOSTILE = [json.loads(line)["question"] for line in (DATA / "hostile_questions.jsonl").read_text("utf-8").splitlines()]
RULES = tomllib.loads((Path(__file__).parents[1] / "api" / "ask" / "rules" / "wider.toml").read_text("utf-8"))
TRIAL = "https://w3id.org/trialgraph/trial/NCT99000001"


@pytest.fixture(scope="module")
def service() -> AskService:
    return build_ask_service(built_in())


@pytest.mark.parametrize("question", QUESTIONS, ids=[question["text"] for question in QUESTIONS])
def test_what_is_understood(service: AskService, question: dict[str, Any]) -> None:
    found = service.read(question["text"])
    loosely = question.get("loosely", [])
    assert {key: value for key, value in understood(found.query).items() if key not in loosely} == {
        key: value for key, value in question["understood"].items() if key not in loosely
    }
    assert list(found.not_understood) == question.get("not_understood", [])


def test_there_are_two_hundred_questions_that_nobody_should_ask() -> None:
    assert len(set(HOSTILE)) >= 200


def test_no_question_is_an_error_or_becomes_syntax(service: AskService) -> None:
    """Each is read; its query parses, and has only the forms and words of our templates."""
    store = pyoxigraph.Store()
    for text in HOSTILE:
        query = service.read(text).query
        queries = [to_sparql(query, limit=5), count_sparql(query)]
        queries += [evidence_sparql(query, [TRIAL])] if has_evidence(query) else []
        queries += [cohort_sparql(query, [TRIAL])] if query.line and query.therapies else []
        for sparql in queries:
            assert isinstance(store.query(sparql), pyoxigraph.QuerySolutions)
            assert not re.search(r"\b(?:SERVICE|INSERT|DELETE|DROP|CLEAR|LOAD|FROM)\b", sparql)


def test_no_word_is_ignored_in_silence(service: AskService) -> None:
    """Each word is in an item that acts, is idle by the list, or is told as not understood."""
    for text in HOSTILE:
        question = service.read(text)
        plain = EITHER_PD.sub("PD-1/PD-L1", text)
        items = cut(plain, service.names.matcher, service.cues)
        for word in WORD.finditer(plain):
            used = any(item.start < word.end() and word.start() < item.end for item in items)
            idle = any(rule.pattern.search(word[0]) for rule in service.idle.rules)
            assert used or idle or word[0] in question.not_understood, (text, word[0])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("nivolumba with docetaxel", "nivolumab"),
        ("osimertinb in NSCLC", "osimertinib"),
        ("durvalumb", "durvalumab"),
        ("bevacizumav", "bevacizumab"),
        ("pembrolizumabb first line", "pembrolizumab"),
    ],
)
def test_a_misspelt_drug_is_suggested(service: AskService, text: str, name: str) -> None:
    question = service.read(text)
    assert name in {known for _, known in question.suggestions} or name in str(understood(question.query))


@pytest.mark.parametrize("kind", ["condition", "class"])
def test_wider_meanings_name_terms_that_there_are(service: AskService, kind: str) -> None:
    for entry in RULES[kind]:
        assert entry["reason"]
        assert all(service.term(kind, key) for key in (entry["id"], *entry["also"])), entry
    assert all(service.term(kind, key) for entry in RULES["name"] for key in entry.get(kind, ()))
