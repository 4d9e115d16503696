"""The stage of a disease, by the rules of `stages.toml`: the first rule that matches says it."""

from collections.abc import Iterable
from functools import cache

from extract.lowered import lowered
from extract.rulebook import Rule, load_rulebook


@cache
def _rules() -> tuple[tuple[Rule, str], ...]:
    return tuple((lowered(rule), str(rule.value["stage"])) for rule in load_rulebook("stages").rules)


def stage_of(texts: Iterable[str]) -> str | None:
    """The stage that the first of these texts names; None where none does."""
    for text in texts:
        words = text.lower()
        for rule, stage in _rules():
            if rule.pattern.search(words):
                return stage
    return None
