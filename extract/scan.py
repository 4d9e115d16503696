"""Running rules over sentences: a rule is tried only where one of its literal `needs` stands.

Regular expressions over every sentence of a record would cost most of the time that a record may take. So each rule
names literals without which it cannot match, and a scanner remembers for each word which rules it calls for.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Self

from extract.rulebook import Rule
from extract.text import Sentence

# As many characters as before, so that offsets stay: registry text escapes signs with a backslash and mixes widths.
SIGNS = (
    *((f"\\{sign}", f"{sign} ") for sign in ("<=", ">=", *"<>[]().*~#&")),
    *((sign, " ") for sign in "\\\u00a0\u3000\t"),
    *((sign, "-") for sign in "‐‑–—−"),
    *((sign, "'") for sign in "’‘"),
    *((sign, '"') for sign in "“”"),
    *zip("（），；：≧≦⩾⩽＞＜％", "(),;:≥≤≥≤><%", strict=True),
)
OPENING = "([\"'-/*"
CLOSING = ")]\"'-/*.,;:!?"
# Needs are filed by their first letters, so that a new word is compared with few of them.
PREFIX = 3
# How many words a scanner remembers the rules of.
REMEMBERED = 100_000


@dataclass(frozen=True, slots=True)
class Plain:
    """A record's text with its signs made plain, character for character: offsets are those of the record.

    `lower` is the same in lower case, `starts` are the offsets of the sentences, `words` tells for each blank-free
    word, in lower case, the sentences that hold it: bit n is set for sentence n.
    """

    text: str
    lower: str
    starts: tuple[int, ...]
    words: Mapping[str, int]

    def of(self, sentence: Sentence) -> str:
        """The plain words of a sentence."""
        return self.text[sentence.start : sentence.end]


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule's match in a sentence; `start` and `end` are offsets into the record's text."""

    rule: Rule
    sentence: Sentence
    match: re.Match[str]

    @property
    def start(self) -> int:
        """Where the match starts in the record."""
        return self.sentence.start + self.match.start()

    @property
    def end(self) -> int:
        """Where the match ends in the record."""
        return self.sentence.start + self.match.end()


def plain_text(text: str, sentences: Sequence[Sentence] = ()) -> Plain:
    """Make a text plain without moving a character."""
    plain = text
    for sign, simple in SIGNS:
        if sign in plain:
            plain = plain.replace(sign, simple)
    lower = plain.lower()
    if len(lower) != len(plain):
        lower = "".join(sign.lower() if len(sign.lower()) == 1 else sign for sign in plain)
    words: dict[str, int] = {}
    for sentence in sentences:
        bit = 1 << sentence.index
        for word in lower[sentence.start : sentence.end].split():
            words[word] = words.get(word, 0) | bit
    return Plain(plain, lower, tuple(sentence.start for sentence in sentences), words)


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


class Scanner:
    """A list of rules, asked together; `rule.value["needs"]` are the literals that a rule cannot do without.

    `rule.value["also"]`, if given, are further literals of which the sentence must hold one.
    """

    __slots__ = ("_always", "_by_prefix", "_by_word", "_rules")

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = tuple(rules)
        self._always: list[int] = []
        self._by_prefix: defaultdict[str, list[tuple[Need, int]]] = defaultdict(list)
        self._by_word: dict[str, tuple[int, ...]] = {}
        for rank, rule in enumerate(self._rules):
            for need in map(Need.of, rule.value.get("needs", ())):
                self._by_prefix[need.text[:PREFIX]].append((need, rank))
            if not rule.value.get("needs"):
                self._always.append(rank)

    def hits(self, plain: Plain, sentences: Sequence[Sentence], only: Collection[int] | None = None) -> Iterator[Hit]:
        """All matches of all rules, sentence by sentence, rules in the order of their file.

        Args:
            plain: the record's text.
            sentences: all of its sentences.
            only: indexes of the sentences to read; None for all of them.
        """
        for index, rank in self._due(plain, range(len(sentences)) if only is None else only):
            rule, sentence = self._rules[rank], sentences[index]
            also = rule.value.get("also")
            if also and not _holds_any(plain.lower[sentence.start : sentence.end], also):
                continue
            for match in rule.pattern.finditer(plain.of(sentence)):
                yield Hit(rule, sentence, match)

    def _due(self, plain: Plain, wanted: Collection[int]) -> list[tuple[int, int]]:
        """Which rules to try on which sentences: (index of the sentence, rank of the rule), in order."""
        places = dict.fromkeys(self._always, -1)
        for word, mask in plain.words.items():
            for rank in self._rules_of(word):
                places[rank] = places.get(rank, 0) | mask
        return sorted((index, rank) for rank, mask in places.items() for index in wanted if mask >> index & 1)

    def _rules_of(self, word: str) -> tuple[int, ...]:
        """The rules that a word calls for; remembered, since most words of a record were in those before it."""
        known = self._by_word.get(word)
        if known is None:
            if len(self._by_word) >= REMEMBERED:
                self._by_word.clear()
            pieces = {word[at : at + size] for at in range(len(word)) for size in range(1, PREFIX + 1)}
            called = (pair for piece in pieces & self._by_prefix.keys() for pair in self._by_prefix[piece])
            known = tuple({rank for need, rank in called if need.within(word)})
            self._by_word[word] = known
        return known


def _holds_any(words: str, literals: Iterable[str]) -> bool:
    return any(literal in words for literal in literals)
