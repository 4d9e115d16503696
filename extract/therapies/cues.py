"""The rules about therapies as they are asked: their patterns, made for words in lower case."""

import re
from functools import cache

from extract.lowered import lowered
from extract.rulebook import load_rulebook

BOOKS = ("context_therapies", "therapies")


@cache
def cue(rule_id: str) -> re.Pattern[str]:
    """The pattern of a rule of rules/context_therapies.toml or rules/therapies.toml, for words in lower case."""
    rule = next(rule for book in BOOKS for rule in load_rulebook(book).rules if rule.id == rule_id)
    return lowered(rule).pattern


@cache
def cues(topic: str) -> tuple[re.Pattern[str], ...]:
    """Those of the rules of rules/therapies.toml whose id starts with `topic` and a dot, in their order."""
    return tuple(cue(rule.id) for rule in load_rulebook("therapies").rules if rule.id.startswith(f"{topic}."))
