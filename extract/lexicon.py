"""Which rules the words of a text call for: a rule is tried only where one of its literal `needs` stands.

The rules of all books that are asked together are numbered; what a word or a sentence calls for is a set of those
numbers, kept as the bits of an integer, so that joining two sets or asking for a book's part of one is one operation.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from ahocorasick_rs import AhoCorasick, MatchKind

from extract.rulebook import Rule
from extract.text import in_lower_case, in_plain_signs

OPENING = "([\"'-/*"
CLOSING = ")]\"'-/*.,;:!?"


@dataclass(frozen=True, slots=True)
class Need:
    """A literal that a rule cannot do without: `text` is a part of one word, at its start or end if so marked."""

    text: str
    at_start: bool
    at_end: bool

    @classmethod
    def of(cls, literal: str) -> Self:
        """From a rule file's literal; of one with blanks inside the longest word, a blank at an end is a word's end."""
        parts = literal.split()
        text = max(parts, key=len)
        first, last = text == parts[0], text == parts[-1]
        return cls(text, literal[0] == " " or not first, literal[-1] == " " or not last)

    def within(self, word: str) -> bool:
        """True where a word of the text holds it."""
        if self.at_start and not word.lstrip(OPENING).startswith(self.text):
            return False
        return word.rstrip(CLOSING).endswith(self.text) if self.at_end else self.text in word


class Lexicon:
    """The needs of some rules, looked for together; `bits` has each rule's own bit by its id.

    `also` has, by the id of a rule with `also`, a bit of its own: without it a text holds none of those literals.
    """

    __slots__ = ("_automaton", "_needs", "also", "bits")

    def __init__(self, rules: Iterable[Rule]) -> None:
        called: defaultdict[Need, int] = defaultdict(int)
        bits: dict[str, int] = {}
        also: dict[str, int] = {}
        for rule in rules:
            for own, literals in ((bits, rule.value.get("needs", ())), (also, rule.value.get("also"))):
                if literals is not None:
                    bit = own.setdefault(rule.id, 1 << (len(bits) + len(also)))
                    for need in map(Need.of, literals):
                        called[need] |= bit
        self.bits: Mapping[str, int] = bits
        self.also: Mapping[str, int] = also
        by_text: defaultdict[str, list[tuple[Need, int]]] = defaultdict(list)
        for need, rules_of in called.items():
            by_text[need.text].append((need, rules_of))
        self._automaton = AhoCorasick(by_text, MatchKind.Standard, store_patterns=False)
        self._needs = tuple(by_text.values())

    def __call__(self, text: str) -> int:
        """The bits of all rules that the words of a text call for, by `needs` and by `also`."""
        called = 0
        for word in in_lower_case(in_plain_signs(text)).split():
            for found, _, _ in self._automaton.find_matches_as_indexes(word, overlapping=True):
                for need, rules in self._needs[found]:
                    if need.within(word):
                        called |= rules
        return called
