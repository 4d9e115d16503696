"""The stage of a disease, by the rules of `stages.toml`: the first rule that matches says it."""

from collections.abc import Iterable
from functools import cache

from extract.rulebook import Rule, load_rulebook


@cache
def _rules() -> tuple[tuple[Rule, str], ...]:
    return tuple((rule, str(rule.value["stage"])) for rule in load_rulebook("stages").rules)


def stage_of(texts: Iterable[str]) -> str | None:
    """The stage that the first of these texts names; None where none does."""
    for text in texts:
        for rule, stage in _rules():
            if rule.pattern.search(text):
                return stage
    return None
