"""Running rules over sentences: a rule is tried only where one of its literal `needs` stands.

Regular expressions over every sentence of a record would cost most of the time that a record may take. So each rule
names literals without which it cannot match, and a lexicon tells which sentences hold one of them.
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import compress
from operator import itemgetter, or_
from typing import NamedTuple

from extract.lexicon import Lexicon
from extract.model import SectionKind
from extract.rulebook import Rule
from extract.stretches import Cut
from extract.text import Sentence, in_lower_case, in_plain_signs

# Sections of numbers and names; a rule looks into them only for these.
QUIET = frozenset({SectionKind.OUTCOMES, SectionKind.DESIGN, SectionKind.OTHER_NAME})
QUIET_NEEDS = (" line", "-line", "frontline", "1l ", "2l ", "3l ", "induction")
# What makes a pattern look at case or hide a letter's case; and its letters, escapes and group names left whole.
CASED = re.compile(r"\(\?-i|\\[xuUN]")
LETTER = re.compile(r"\\.|\(\?P|[^\W\d_]", re.DOTALL)
# What may stand before and after a sentence that is cut where stretches are.
BETWEEN = " \n"
RULES = itemgetter(6)
# How many different sets of rules that one sentence calls for a scanner remembers.
REMEMBERED = 10_000


@dataclass(frozen=True, slots=True)
class Plain:
    """A record's text with its signs made plain, character for character: offsets are those of the record.

    `lower` is the same in lower case, `starts` are the offsets of the sentences. `called` has for each sentence the
    bits of the rules of `lexicon` that its words call for; None where no lexicon was asked.
    """

    text: str
    lower: str
    starts: tuple[int, ...]
    lexicon: Lexicon | None = None
    called: Sequence[int] | None = None

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


def plain_text(
    text: str, sentences: Sequence[Sentence] = (), lexicon: Lexicon | None = None, cut: Cut | None = None
) -> Plain:
    """Make a text plain without moving a character, and ask a lexicon once for all rules that its words call for.

    Args:
        text: the record's text.
        sentences: all of its sentences.
        lexicon: of all rules that scanners will ask for; None lets each scanner look for its own.
        cut: the text's stretches with that lexicon's bits, where the caller has them.
    """
    plain = in_plain_signs(text)
    lower = in_lower_case(plain)
    starts = tuple([sentence.start for sentence in sentences])
    called = None if lexicon is None else tuple(_called(text, lower, sentences, lexicon, cut))
    return Plain(plain, lower, starts, lexicon, called)


def _called(text: str, lower: str, sentences: Sequence[Sentence], lexicon: Lexicon, cut: Cut | None) -> Iterator[int]:
    """The bits of each sentence: those of its stretches, but its own words' where it starts or ends inside of one."""
    every = list(map(RULES, cut.stretches)) if cut else []
    calling = list(compress(cut.starts, every)) if cut else []  # where the stretches start that call for a rule
    rules, after = list(filter(None, every)), 0
    for sentence in sentences:
        start, end = sentence.start, sentence.end
        if sentence.kind in QUIET and _is_mute(lower[start:end]):
            yield 0
        elif not cut or (start and text[start - 1] not in BETWEEN) or text[end : end + 1] not in BETWEEN:
            yield lexicon(sentence.text)
        else:
            first = bisect_left(calling, start, after)
            after = bisect_left(calling, end, first)
            yield reduce(or_, rules[first:after], 0)


def _is_mute(words: str) -> bool:
    """True for a quiet section's sentence that speaks of nothing that rules read."""
    return not holds_any(words, QUIET_NEEDS)


class Try(NamedTuple):
    """What it takes to try a rule: its `also` and their bit (0: none), its pattern for lower case if it has one."""

    rule: Rule
    also: Sequence[str]
    bit: int
    quick: re.Pattern[str] | None


class Tries(dict[int, Try]):
    """What it takes to try the rules, by rank; patterns are made when a rule is first tried."""

    __slots__ = ("_bits", "_rules")

    def __init__(self, rules: Sequence[Rule], bits: Mapping[str, int]) -> None:
        super().__init__()
        self._rules, self._bits = rules, bits

    def __missing__(self, rank: int) -> Try:
        rule = self._rules[rank]
        bit = self._bits.get(rule.id, 0)
        self[rank] = found = Try(rule, rule.value.get("also", ()), bit, for_lower_case(rule))
        return found


class Scanner:
    """A list of rules, asked together.

    `rule.value["needs"]` are the literals that a rule cannot do without; `rule.value["also"]`, if given, are further
    ones of which the sentence must hold one. With `rule.value["literal"]` the needs decide, and the pattern only
    says in the rule file's tests what they are for.

    Args:
        rules: in the order of their file.
        as_written: for those who ask a match for its words as they are written; else they are in lower case, unless
            the rule heeds case.
    """

    __slots__ = ("_always", "_as_written", "_bits", "_met", "_mine", "_own", "_ranks", "_rules", "_tries")

    def __init__(self, rules: Iterable[Rule], *, as_written: bool = False) -> None:
        self._rules = tuple(rules)
        self._as_written = as_written
        self._always = [rank for rank, rule in enumerate(self._rules) if not rule.value.get("needs")]
        self._meet(None)

    def _meet(self, lexicon: Lexicon | None) -> None:
        """Take a lexicon's bits for this scanner's rules; where it has not all of them, one of its own."""
        self._met = lexicon
        if lexicon is not None and lexicon.bits.keys() >= {rule.id for rule in self._rules}:
            self._own, met = None, lexicon
        else:
            self._own = met = Lexicon(self._rules)
        self._tries = Tries(self._rules, met.also)
        self._bits = [met.bits[rule.id] for rule in self._rules]
        self._mine = sum(self._bits)
        self._ranks: dict[int, Sequence[int]] = {}

    def hits(self, plain: Plain, sentences: Sequence[Sentence], only: Collection[int] | None = None) -> Iterator[Hit]:
        """All matches of all rules, sentence by sentence, rules in the order of their file.

        Args:
            plain: the record's text.
            sentences: all of its sentences.
            only: indexes of the sentences to read; None for all of them.
        """
        wanted = range(len(sentences)) if only is None else only
        for sentence, lower, rule, quick, first in self._matched(plain, sentences, wanted):
            if quick and self._as_written:
                for match in confirmed(rule.pattern, quick, plain.of(sentence), lower, first):
                    yield Hit(rule, sentence, match)
                continue
            yield Hit(rule, sentence, first)
            resume = max(first.end(), first.start() + 1)
            for match in (quick or rule.pattern).finditer(first.string, resume):
                yield Hit(rule, sentence, match)

    def told(self, plain: Plain, sentences: Sequence[Sentence], only: Collection[int]) -> Iterator[tuple[int, Rule]]:
        """Which rules match in which sentences: (index of the sentence, rule), in order, without their places."""
        for sentence, _, rule, _, _ in self._matched(plain, sentences, only):
            yield sentence.index, rule

    def _matched(
        self, plain: Plain, sentences: Sequence[Sentence], only: Collection[int]
    ) -> Iterator[tuple[Sentence, str, Rule, re.Pattern[str] | None, re.Match[str]]]:
        """The sentence, its words in lower case, the rule, its pattern for those if it has one, and the first match."""
        for index, called, ranks in self.due(plain, sentences, only):
            sentence, tries = sentences[index], self._tries
            start, end = sentence.start, sentence.end
            lower = plain.lower[start:end]
            for rank in ranks:
                rule, also, bit, quick = tries[rank]
                if bit and not (called & bit and holds_any(lower, also)):
                    continue
                first = quick.search(lower) if quick else rule.pattern.search(plain.text[start:end])
                if first:
                    yield sentence, lower, rule, quick, first

    def due(
        self, plain: Plain, sentences: Sequence[Sentence], wanted: Collection[int]
    ) -> Iterator[tuple[int, int, Sequence[int]]]:
        """Which rules to try on which sentences: (index of the sentence, its bits, ranks of the rules), in order."""
        if plain.lexicon is not self._met:
            self._meet(plain.lexicon)
        read = sorted(wanted)
        called = self._call(self._own, plain, sentences, read) if self._own else plain.called or ()
        for index in read:
            bits = called[index] & self._mine
            if bits or self._always:
                yield index, called[index], self._ranks.get(bits) or self._ranks_of(bits)

    def _ranks_of(self, bits: int) -> Sequence[int]:
        """The ranks of the rules that some bits stand for, and of those that have no needs; remembered."""
        if len(self._ranks) >= REMEMBERED:
            self._ranks.clear()
        called = [rank for rank, bit in enumerate(self._bits) if bit & bits]
        ranks = self._ranks[bits] = tuple(sorted({*self._always, *called}))
        return ranks

    def _call(
        self, lexicon: Lexicon, plain: Plain, sentences: Sequence[Sentence], wanted: Iterable[int]
    ) -> Mapping[int, int]:
        """The bits of a lexicon that was not asked when the record was read."""
        read = tuple(map(sentences.__getitem__, wanted))
        bits = _called(plain.text, plain.lower, read, lexicon, None)
        return {sentence.index: called for sentence, called in zip(read, bits, strict=True)}

    def rule(self, rank: int) -> Rule:
        """The rule of that rank."""
        return self._rules[rank]


def confirmed(
    pattern: re.Pattern[str], quick: re.Pattern[str], words: str, lower: str, first: re.Match[str] | None
) -> Iterator[re.Match[str]]:
    """The matches of a pattern in a text as it is, at the places that `quick` finds in lower case: twice as fast.

    `first` is what `quick` finds first.
    """
    found = first
    while found:
        at = found.start()
        match = pattern.match(words, at)
        if match:
            yield match
        resume = max(match.end() if match else 0, at + 1)
        found = quick.search(lower, resume) if resume <= len(lower) else None


def for_lower_case(rule: Rule) -> re.Pattern[str] | None:
    """A rule's pattern for text in lower case; None for one that looks at case, or names a letter by its number.

    Python tries each branch of an alternation in full where case is ignored, and skips most of them by their first
    letter where it is not.
    """
    source = lower_source(rule.source)
    return None if source is None else re.compile(source)


def lower_source(source: str) -> str | None:
    """A regular expression that ignores case, for text in lower case; None where there is none."""
    if CASED.search(source):
        return None
    return LETTER.sub(lambda found: found[0] if len(found[0]) > 1 else found[0].lower(), source)


def holds_any(words: str, literals: Iterable[str]) -> bool:
    """True where a text holds one of some literals; a loop, since a generator costs more than all its questions."""
    for literal in literals:  # noqa: SIM110
        if literal in words:
            return True
    return False
