"""The rules of `endpoints.toml`, each tried only on texts that hold one of its literals."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from extract.rulebook import Rule, load_rulebook
from extract.scan import confirmed, for_lower_case, holds_any

# A text's words, a blank between two: a trigger's blank at an end is the end of a word.
WORD = re.compile(r"[^\W_]+")
WEAK, LAST = "weak", "last"
HEEDS_CASE = "(?-i:"


class EndpointRule(NamedTuple):
    """A rule with its place in the file; a text must hold one of the literals `also`, if there are any.

    `quick` is the pattern for text in lower case. It finds all that the pattern finds, and where the pattern heeds the
    case of some words (`exact` is false) more than that.
    """

    order: int
    rule: Rule
    code: str
    strength: str
    also: tuple[str, ...]
    quick: re.Pattern[str]
    exact: bool

    @property
    def id(self) -> str:
        """The rule's id."""
        return self.rule.id

    @property
    def pattern(self) -> re.Pattern[str]:
        """The pattern as it is written."""
        return self.rule.pattern

    def spans(self, text: str, lower: str) -> Iterator[tuple[int, int]]:
        """Where the rule matches in a text; `lower` is the text in lower case."""
        if self.exact and text.isascii():
            return (found.span() for found in self.quick.finditer(lower))
        return (match.span() for match in confirmed(self.pattern, self.quick, text, lower, self.quick.search(lower)))


class EndpointRules(dict[int, EndpointRule]):
    """The rules by their bits, each made when a text first calls for it.

    Args:
        rules: all of them, in the order of their file.
    """

    __slots__ = ("_rules",)

    def __init__(self, rules: Sequence[Rule]) -> None:
        super().__init__()
        self._rules = rules

    def __missing__(self, bit: int) -> EndpointRule:
        order = bit.bit_length() - 1
        made = self[bit] = _made(order, self._rules[order])
        return made


class Triggers(NamedTuple):
    """The automaton of all trigger words, the bits of the rules that each lets be tried, and the rule of each bit."""

    automaton: AhoCorasick
    called: tuple[int, ...]
    rules: EndpointRules

    def due(self, lower: str) -> list[EndpointRule]:
        """The rules to try on a text in lower case, in the order of their file."""
        words = f" {' '.join(WORD.findall(lower))} "
        bits = 0
        for index, _, _ in self.automaton.find_matches_as_indexes(words, overlapping=True):
            bits |= self.called[index]
        due = []
        while bits:
            rule = self.rules[bits & -bits]
            bits &= bits - 1
            if not rule.also or holds_any(words, rule.also):
                due.append(rule)
        return due


@cache
def triggers() -> Triggers:
    """The rule file, read once a process."""
    rules = load_rulebook("endpoints").rules
    called: dict[str, int] = {}
    for order, rule in enumerate(rules):
        for word in rule.value["triggers"]:
            called[word] = called.get(word, 0) | 1 << order
    automaton = AhoCorasick(called, MatchKind.Standard)
    return Triggers(automaton, tuple(called.values()), EndpointRules(rules))


def _made(order: int, rule: Rule) -> EndpointRule:
    value, exact = rule.value, for_lower_case(rule)
    loose = replace(rule, source=rule.source.replace(HEEDS_CASE, "(?:"))
    strength, also = value.get("strength", "named"), tuple(value.get("also", ()))
    quick = exact or for_lower_case(loose) or rule.pattern
    return EndpointRule(order, rule, value["code"], strength, also, quick, exact is not None)
