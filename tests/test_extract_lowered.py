"""Rules made for lower case match what the rules as written match, in the same places."""

import pytest

from extract.lowered import lowered
from extract.rulebook import Rule, load_rulebook
from extract.scan import for_lower_case

BOOKS = (
    "condition_company",
    "condition_kinds",
    "conditions",
    "connectives",
    "context_therapies",
    "doses",
    "stages",
    "therapies",
)
RULES = [rule for book in BOOKS for rule in load_rulebook(book).rules]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_finds_the_same_places_in_lower_case(rule: Rule) -> None:
    texts = (*rule.examples, *rule.counterexamples)
    quick = lowered(rule).pattern
    found = [[match.span() for match in quick.finditer(text.lower())] for text in texts]
    assert found == [[match.span() for match in rule.pattern.finditer(text)] for text in texts]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_no_rule_that_is_asked_in_lower_case_looks_at_case(rule: Rule) -> None:
    assert for_lower_case(rule) is not None
