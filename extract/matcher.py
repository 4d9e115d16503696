"""Finding vocabulary names in a text, whatever stands between their pieces: "PD-1", "PD1" and "PD 1" are one name.

Each distinct piece of a name (a run of letters, a run of digits, a sign) has a character of its own, a plural that of
its singular. So a name and a text become short strings of such characters, and one Aho-Corasick automaton finds all
names in one pass: its time does not grow with the number of names. A text is cut up by `extract.stretches`.
"""

import re
import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate, chain
from operator import itemgetter
from typing import Any, NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from extract.stretches import JOINERS, NO_NAME, Cut, Stretches, singulars
from ontology.model import NameForm, TermKind, Vocabulary

NAME_PIECE = re.compile(rf"[^\W\d_]+|\d+|[^\w\s{re.escape(''.join(sorted(JOINERS)))}]|_")
# The first branch spares most words the slower ones.
PIECE_OR_END = re.compile(rf"[a-z]+(?![^\W\d_])|\n|{NAME_PIECE.pattern}")
# A shorter piece ends no name where a letter or digit follows it at once.
SHORTEST_GLUED = 5
# How many spellings of one name are remembered.
MOST_SPELLINGS = 1_000


class Term(NamedTuple):
    """What a name can stand for."""

    kind: TermKind
    id: str
    form: NameForm
    needs_context: bool
    case_sensitive: bool
    text: str


class Mention(NamedTuple):
    """A vocabulary name met in the text: `text` at `[start, end)`, with all that it can stand for."""

    start: int
    end: int
    text: str
    terms: tuple[Term, ...]

    def of(self, *kinds: TermKind) -> tuple[Term, ...]:
        """The readings of these kinds."""
        terms = self.terms
        if len(terms) == 1:
            return terms if terms[0].kind in kinds else ()
        return tuple([term for term in terms if term.kind in kinds])


class Readings(dict[str, tuple[Term, ...]]):
    """What each spelling of one name stands for, worked out when it is first met.

    A term counts whose name the text has in the same case where its case matters. Of names that differ in number
    alone ("kidney neoplasm", "kidney neoplasms") those count that the text has, else the first of which it has a
    plural; a name in the plural is not found in the singular.
    """

    __slots__ = ("_named",)

    def __init__(self, terms: Iterable[Term]) -> None:
        super().__init__()
        self._named: dict[tuple[str, ...], list[Term]] = {}
        for term in terms:
            self._named.setdefault(pieces(term.text), []).append(term)

    def __missing__(self, surface: str) -> tuple[Term, ...]:
        words = pieces(surface)
        plural = (held for name, held in self._named.items() if is_plural(words, name))
        terms = self._named.get(words) or next(plural, ())
        if len(self) >= MOST_SPELLINGS:
            self.clear()
        found = self[surface] = tuple([t for t in terms if not t.case_sensitive or surface == t.text])
        return found


class Leaf(NamedTuple):
    """What a name stands for; `spelt` has it by spelling where that makes a difference."""

    terms: tuple[Term, ...]
    spelt: Readings | None


class Leaves(dict[int, Leaf]):
    """What the automaton's patterns stand for, by their number; a leaf is made when its name is first met.

    Args:
        held: the terms of each pattern.
    """

    __slots__ = ("_held",)

    def __init__(self, held: Sequence[Sequence[Term]]) -> None:
        super().__init__()
        self._held = held

    def __missing__(self, number: int) -> Leaf:
        terms = self._held[number]
        names = {pieces(term.text) for term in terms}
        plural = any(singulars(piece) for name in names for piece in name)
        differ = plural or len(names) > 1 or any(term.case_sensitive for term in terms)
        leaf = self[number] = Leaf(tuple(terms), Readings(terms) if differ else None)
        return leaf


CODES = itemgetter(2)
# Number of a pattern, number of its first piece in the text and of the piece after it.
Place = tuple[int, int, int]


class Matcher(NamedTuple):
    """All names to look for; `leaves` are what the automaton's patterns stand for, `longest` counts pieces.

    `codes` are the characters of the pieces, `seen` cuts texts that come uncut.
    """

    automaton: AhoCorasick
    leaves: Leaves
    longest: int
    codes: Mapping[str, str]
    seen: Stretches


def pieces(name: str) -> tuple[str, ...]:
    """The tokens of a name that count: lower case, joiners and blanks left out."""
    return tuple(NAME_PIECE.findall(name.lower()))


def build_matcher(terms: Iterable[Term]) -> Matcher:
    """All names in one automaton; names that differ in number alone, or not at all, share a leaf."""
    every = list(terms)
    # All names are cut in one go, a line's end after each.
    text = "\n".join([*[term.text for term in every], ""])
    if text.count("\n") > len(every):
        text = "\n".join([*[term.text.replace("\n", " ") for term in every], ""])
    found = PIECE_OR_END.findall(text.lower())
    often = Counter(found)
    del often["\n"]
    codes = _codes(map(itemgetter(0), often.most_common()))
    spelt = "".join(map({**codes, "\n": NO_NAME}.__getitem__, found)).split(NO_NAME)
    held: dict[str, list[Term]] = {}
    for name, term in zip(spelt, every, strict=False):  # the last line's end has nothing after it
        held.setdefault(name, []).append(term)
    held.pop("", None)
    automaton = AhoCorasick(held, MatchKind.LeftmostLongest, store_patterns=False)
    longest = max(map(len, held), default=0)
    return Matcher(automaton, Leaves(tuple(held.values())), longest, codes, Stretches(codes))


def _codes(often: Iterable[str]) -> dict[str, str]:
    """A character for each piece of the names; a plural has that of its singular, where both are pieces.

    So what says "cell" and what says "cells" is one path of the automaton, which is half as large.
    """
    codes = dict(zip(often, _characters(), strict=False))
    for plural in sorted(filter(singulars, codes), key=len):
        codes[plural] = next((codes[word] for word in singulars(plural) if word in codes), codes[plural])
    return codes


def _characters() -> Iterator[str]:
    """All characters but `NO_NAME` and halves of surrogate pairs; the first ones are short in UTF-8."""
    return map(chr, chain(range(1, 0xD800), range(0xE000, sys.maxunicode)))


def is_plural(words: Sequence[str], name: Sequence[str]) -> bool:
    """True where each of some words is a name's, or the plural of it."""
    return all(word == one or one in singulars(word) for word, one in zip(words, name, strict=False))


def vocabulary_terms(vocabulary: Vocabulary) -> list[Term]:
    """Every name of the vocabulary as a term to look for."""
    tables: Sequence[tuple[TermKind, Any]] = (
        (TermKind.DRUG, vocabulary.drugs),
        (TermKind.CLASS, vocabulary.classes),
        (TermKind.TARGET, vocabulary.targets),
        (TermKind.CONDITION, vocabulary.conditions),
        (TermKind.ENDPOINT, vocabulary.endpoints),
        (TermKind.REGIMEN, vocabulary.regimens),
    )
    make = tuple.__new__  # half the cost of the named tuple's own, which calls it
    return [
        make(Term, (kind, entry.id, form, needs_context, case_sensitive, text))
        for kind, table in tables
        for entry in table.values()
        for text, form, needs_context, case_sensitive, _ in entry.names
    ]


def find_mentions(matcher: Matcher, text: str, cut: Cut | None = None) -> list[Mention]:
    """The longest names in a text, left to right, not overlapping; no name goes over a line break.

    `cut` is the text cut up with the codes of this matcher, where the caller has it.
    """
    known, bases = matcher.seen.cut(text) if cut is None else cut
    coded, leaves = list(map(CODES, known)), matcher.leaves
    counts, codes = list(accumulate(map(len, coded))), "".join(coded)
    todo = matcher.automaton.find_matches_as_indexes(codes)[::-1]
    mentions: list[Mention] = []
    resume = at = 0
    new_tuple = tuple.__new__  # half the cost of the named tuple's own, which calls it
    while todo:  # in the order of the text, so that a stretch is looked for from the last one on
        pattern, first, after = todo.pop()
        if first < resume:
            todo += _within(matcher, codes, resume, after)
            continue
        at = bisect_right(counts, first, at)
        stretch, base, count = known[at], bases[at], counts[at]
        start = base + stretch.starts[first - count]
        if after <= count:
            end = base + stretch.ends[after - 1 - count]
        else:
            last = bisect_right(counts, after - 1, at)
            end = bases[last] + known[last].ends[after - 1 - counts[last]]
        surface = text[start:end]
        terms, spelt = leaves[pattern]
        if spelt is not None:
            terms = spelt[surface]
        if terms and not (text[end : end + 1].isalnum() and _is_short(surface)):
            mentions.append(new_tuple(Mention, (start, end, surface, terms)))
            resume = after
            continue
        todo += _within(matcher, codes, first + 1, after)
        if not terms:
            todo += _shorter(matcher, codes, first, after)
    return mentions


def _within(matcher: Matcher, codes: str, first: int, after: int) -> list[Place]:
    """Where names start within some pieces of what does not count, the last one first."""
    if first >= after:
        return []
    found = matcher.automaton.find_matches_as_indexes(codes[first : after + matcher.longest])
    return [(pattern, first + a, first + b) for pattern, a, b in reversed(found) if first + a < after]


def _shorter(matcher: Matcher, codes: str, first: int, after: int) -> list[Place]:
    """The longest name that starts where one that does not count starts, and is shorter."""
    found = matcher.automaton.find_matches_as_indexes(codes[first : after - 1])[:1]
    return [(pattern, first, first + b) for pattern, a, b in found if a == 0]


def _is_short(surface: str) -> bool:
    """True where the last piece of a name is too short to end it inside a word."""
    return len(pieces(surface)[-1]) < SHORTEST_GLUED
