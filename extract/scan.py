"""Running rules over sentences: a rule is tried only where one of its literal `needs` stands.

Regular expressions over every sentence of a record would cost most of the time that a record may take. So each rule
names literals without which it cannot match, and a scanner remembers for each word which rules it calls for.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

from extract.model import SectionKind
from extract.rulebook import Rule
from extract.text import Sentence, in_lower_case

# As many characters as before, so that offsets stay: registry text escapes signs with a backslash and mixes widths.
ESCAPES = (*((f"\\{sign}", f"{sign} ") for sign in ("<=", ">=", *"<>[]().*~#&")), ("\\", " "), ("\t", " "))
SIGNS = (
    *ESCAPES,
    *((sign, " ") for sign in "\u00a0\u3000"),
    *((sign, "-") for sign in "‐‑–—−"),
    *((sign, "'") for sign in "’‘"),
    *((sign, '"') for sign in "“”"),
    *zip("（），；：≧≦⩾⩽＞＜％", "(),;:≥≤≥≤><%", strict=True),
    # Letters that a pattern that ignores case takes for those of "first", "six" and "week".
    *zip("\u0130\u0131\u017f\u212a", "IisK", strict=True),
)
# Sections of numbers and names; a rule looks into them only for these.
QUIET = frozenset({SectionKind.OUTCOMES, SectionKind.DESIGN, SectionKind.OTHER_NAME})
QUIET_NEEDS = (" line", "-line", "frontline", "1l ", "2l ", "3l ", "induction")
OPENING = "([\"'-/*"
CLOSING = ")]\"'-/*.,;:!?"
# Needs are filed by their first letters, so that a new word is compared with few of them.
PREFIX = 3
# What makes a pattern look at case or hide a letter's case; and its letters, escapes and group names left whole.
CASED = re.compile(r"\(\?-i|\\[xuUN]")
LETTER = re.compile(r"\\.|\(\?P|[^\W\d_]", re.DOTALL)
# How many words a scanner remembers the rules of.
REMEMBERED = 100_000


@dataclass(frozen=True, slots=True)
class Plain:
    """A record's text with its signs made plain, character for character: offsets are those of the record.

    `lower` is the same in lower case, `starts` are the offsets of the sentences, `told` are the blank-free words, in
    lower case, of each sentence that rules may read, by its index. `called` tells for rules, by id, the indexes of the
    sentences where their literals stand, in order; None where no lexicon was asked.
    """

    text: str
    lower: str
    starts: tuple[int, ...]
    told: Sequence[tuple[int, list[str]]]
    called: Mapping[str, Sequence[int]] | None = None

    def of(self, sentence: Sentence) -> str:
        """The plain words of a sentence."""
        return self.text[sentence.start : sentence.end]


class Hit(NamedTuple):
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


class Lexicon(dict[str, tuple[str, ...]]):
    """Which rules a word calls for; remembered, since most words of a record were in those before it."""

    __slots__ = ("_by_prefix",)

    def __init__(self, rules: Iterable[Rule]) -> None:
        super().__init__()
        self._by_prefix: defaultdict[str, list[tuple[Need, str]]] = defaultdict(list)
        for rule in rules:
            for need in map(Need.of, rule.value.get("needs", ())):
                self._by_prefix[need.text[:PREFIX]].append((need, rule.id))

    def __call__(self, told: Iterable[tuple[int, list[str]]]) -> Mapping[str, Sequence[int]]:
        """By rule id, the sentences that hold one of its literals, in order."""
        called: defaultdict[str, list[int]] = defaultdict(list)
        for index, words in told:
            # Nearly no word calls for a rule; the loop runs over those that do.
            for rule in set().union(*filter(None, map(self.__getitem__, words))):
                called[rule].append(index)
        return called

    def __missing__(self, word: str) -> tuple[str, ...]:
        """Look a new word up among the literals, which are filed by their first letters."""
        if len(self) >= REMEMBERED:
            self.clear()
        pieces = {word[at : at + size] for at in range(len(word)) for size in range(1, PREFIX + 1)}
        filed = (pair for piece in pieces & self._by_prefix.keys() for pair in self._by_prefix[piece])
        rules = self[word] = tuple({rule for need, rule in filed if need.within(word)})
        return rules


def plain_text(text: str, sentences: Sequence[Sentence] = (), lexicon: Lexicon | None = None) -> Plain:
    """Make a text plain without moving a character; ask a lexicon once for all rules that its words call for."""
    plain = text
    for sign, simple in SIGNS if not text.isascii() else ESCAPES if "\\" in text else ():
        if sign in plain:
            plain = plain.replace(sign, simple)
    lower = in_lower_case(plain)
    told = []
    for sentence in sentences:
        part = lower[sentence.start : sentence.end]
        if sentence.kind not in QUIET or holds_any(part, QUIET_NEEDS):
            told.append((sentence.index, part.split()))
    called = lexicon(told) if lexicon is not None else None
    return Plain(plain, lower, tuple(sentence.start for sentence in sentences), told, called)


class Scanner:
    """A list of rules, asked together.

    `rule.value["needs"]` are the literals that a rule cannot do without; `rule.value["also"]`, if given, are further
    ones of which the sentence must hold one. With `rule.value["literal"]` the needs decide, and the pattern only
    says in the rule file's tests what they are for.
    """

    __slots__ = ("_always", "_lexicon", "_lower", "_ranks", "_rules")

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = tuple(rules)
        self._lexicon = Lexicon(self._rules)
        self._lower: dict[int, re.Pattern[str] | None] = {}
        self._ranks = {rule.id: rank for rank, rule in enumerate(self._rules)}
        self._always = [rank for rank, rule in enumerate(self._rules) if not rule.value.get("needs")]

    def hits(self, plain: Plain, sentences: Sequence[Sentence], only: Collection[int] | None = None) -> Iterator[Hit]:
        """All matches of all rules, sentence by sentence, rules in the order of their file.

        Args:
            plain: the record's text.
            sentences: all of its sentences.
            only: indexes of the sentences to read; None for all of them.
        """
        for index, rank in self.due(plain, range(len(sentences)) if only is None else only):
            rule, sentence = self._rules[rank], sentences[index]
            also, lower = rule.value.get("also"), plain.lower[sentence.start : sentence.end]
            if also and not holds_any(lower, also):
                continue
            for match in matches(rule.pattern, self._quick(rank), plain.of(sentence), lower):
                yield Hit(rule, sentence, match)

    def _quick(self, rank: int) -> re.Pattern[str] | None:
        """A rule's pattern for lower case, made when it is first tried."""
        if rank not in self._lower:
            self._lower[rank] = for_lower_case(self._rules[rank].pattern)
        return self._lower[rank]

    def due(self, plain: Plain, wanted: Collection[int]) -> list[tuple[int, int]]:
        """Which rules to try on which sentences: (index of the sentence, rank of the rule), in order."""
        called = self._lexicon(plain.told) if plain.called is None else plain.called
        wanted = wanted if isinstance(wanted, (set, frozenset, range)) else set(wanted)
        places = [(index, rank) for rank in self._always for index in wanted]
        for rule in called.keys() & self._ranks.keys():
            rank = self._ranks[rule]
            places += [(index, rank) for index in called[rule] if index in wanted]
        return sorted(places)

    def rule(self, rank: int) -> Rule:
        """The rule of that rank."""
        return self._rules[rank]


def matches(pattern: re.Pattern[str], quick: re.Pattern[str] | None, words: str, lower: str) -> Iterable[re.Match[str]]:
    """The matches of a pattern, found in lower case where `quick` allows it: twice as fast."""
    if quick is None:
        return pattern.finditer(words)
    found = quick.search(lower)
    return _each_in_full(pattern, quick, words, lower, found) if found else ()


def _each_in_full(
    pattern: re.Pattern[str], quick: re.Pattern[str], words: str, lower: str, first: re.Match[str]
) -> Iterator[re.Match[str]]:
    for found in quick.finditer(lower, first.start()):
        if match := pattern.match(words, found.start()):
            yield match


def for_lower_case(pattern: re.Pattern[str]) -> re.Pattern[str] | None:
    """The same pattern for text in lower case; None for one that looks at case, or names a letter by its number.

    Python tries each branch of an alternation in full where case is ignored, and skips most of them by their first
    letter where it is not.
    """
    if not pattern.flags & re.IGNORECASE or CASED.search(pattern.pattern):
        return None
    return re.compile(LETTER.sub(lambda found: found[0] if len(found[0]) > 1 else found[0].lower(), pattern.pattern))


def holds_any(words: str, literals: Iterable[str]) -> bool:
    """True where a text holds one of some literals; a loop, since a generator costs more than all its questions."""
    for literal in literals:  # noqa: SIM110
        if literal in words:
            return True
    return False
