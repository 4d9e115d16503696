"""Finding vocabulary names in a text, whatever stands between their pieces: "PD-1", "PD1" and "PD 1" are one name.

Each distinct piece of a name (a run of letters, a run of digits, a sign) has a character of its own, so that a name
and a text become short strings of such characters, and one Aho-Corasick automaton finds all names in one pass: its
time does not grow with the number of names. The text is cut into its pieces by `extract.stretches`.
"""

import re
import sys
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain, product
from operator import itemgetter
from typing import Any, NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from extract.stretches import JOINERS, Cut, Stretches, singulars
from ontology.model import NameForm, TermKind, Vocabulary

NAME_PIECE = re.compile(rf"[^\W\d_]+|\d+|[^\w\s{re.escape(''.join(sorted(JOINERS)))}]|_")
# A shorter piece ends no name where a letter or digit follows it at once.
SHORTEST_GLUED = 5


@dataclass(frozen=True, slots=True)
class Term:
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


class Leaf(NamedTuple):
    """What a name stands for, and whether the case of the text matters to any of it."""

    terms: tuple[Term, ...]
    sensitive: bool


CODES, NUMBER = itemgetter(2), itemgetter(3)


class Matcher(NamedTuple):
    """All names to look for; `leaves` are what the automaton's patterns stand for, `longest` counts pieces.

    `codes` are the characters of the pieces, `seen` cuts texts that come uncut.
    """

    automaton: AhoCorasick
    leaves: Sequence[Leaf]
    longest: int
    codes: Mapping[str, str]
    seen: Stretches


def pieces(name: str) -> tuple[str, ...]:
    """The tokens of a name that count: lower case, joiners and blanks left out."""
    return tuple(NAME_PIECE.findall(name.lower()))


def build_matcher(terms: Iterable[Term]) -> Matcher:
    """All names in one automaton; where names of two terms have the same pieces, its leaf holds both."""
    named: defaultdict[tuple[str, ...], list[Term]] = defaultdict(list)
    for term in terms:
        named[pieces(term.text)].append(term)
    named.pop((), None)
    often = Counter(chain.from_iterable(named)).most_common()
    codes = dict(zip(map(itemgetter(0), often), _characters(), strict=False))
    patterns = {"".join(map(codes.__getitem__, key)): key for key in named}
    for plural, key in _plurals(named, codes):
        patterns.setdefault(plural, key)
    leaves = {key: Leaf(tuple(held), any(term.case_sensitive for term in held)) for key, held in named.items()}
    automaton = AhoCorasick(patterns, MatchKind.LeftmostLongest, store_patterns=False)
    longest = max(map(len, named), default=0)
    return Matcher(automaton, tuple(map(leaves.__getitem__, patterns.values())), longest, codes, Stretches(codes))


def _characters() -> Iterator[str]:
    """All characters but `NO_NAME` and halves of surrogate pairs; the first ones are short in UTF-8."""
    return map(chr, chain(range(1, 0xD800), range(0xE000, sys.maxunicode)))


def _plurals(named: Iterable[tuple[str, ...]], codes: Mapping[str, str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The names with pieces of theirs in the plural, where that plural is itself a piece of some name ("cells")."""
    forms: dict[str, str] = {}
    for plural, code in codes.items():
        for word in singulars(plural):
            if word in codes:
                forms[word] = forms.get(word, codes[word]) + code
    several = {**codes, **forms}
    for key in named:
        if not forms.keys().isdisjoint(key):
            for way in product(*map(several.__getitem__, key)):
                yield "".join(way), key


def vocabulary_terms(vocabulary: Vocabulary) -> Iterable[Term]:
    """Every name of the vocabulary as a term to look for."""
    tables: Sequence[tuple[TermKind, Any]] = (
        (TermKind.DRUG, vocabulary.drugs),
        (TermKind.CLASS, vocabulary.classes),
        (TermKind.TARGET, vocabulary.targets),
        (TermKind.CONDITION, vocabulary.conditions),
        (TermKind.ENDPOINT, vocabulary.endpoints),
        (TermKind.REGIMEN, vocabulary.regimens),
    )
    for kind, table in tables:
        for entry in table.values():
            for name in entry.names:
                yield Term(kind, entry.id, name.form, name.needs_context, name.case_sensitive, name.text)


def find_mentions(matcher: Matcher, text: str, cut: Cut | None = None) -> list[Mention]:
    """The longest names in a text, left to right, not overlapping; no name goes over a line break.

    `cut` is the text cut up with the codes of this matcher, where the caller has it.
    """
    known, bases = matcher.seen.cut(text) if cut is None else cut
    counts, leaves = list(accumulate(map(NUMBER, known))), matcher.leaves
    codes = "".join(map(CODES, known))
    todo = matcher.automaton.find_matches_as_indexes(codes)[::-1]
    mentions: list[Mention] = []
    resume = at = 0
    new_tuple = tuple.__new__  # half the cost of the named tuple's own, which calls it
    while todo:  # in the order of the text, so that a stretch is looked for from the last one on
        pattern, first, after = todo.pop()
        if first >= resume:
            at = bisect_right(counts, first, at)
            stretch, base, count = known[at], bases[at], counts[at]
            start = base + stretch.starts[first - count]
            if after <= count:
                end = base + stretch.ends[after - 1 - count]
            else:
                last = bisect_right(counts, after - 1, at)
                end = bases[last] + known[last].ends[after - 1 - counts[last]]
            surface = text[start:end]
            terms, sensitive = leaves[pattern]
            if sensitive:
                terms = tuple([term for term in terms if not term.case_sensitive or surface == term.text])
            if terms and not (text[end : end + 1].isalnum() and _is_short(surface)):
                mentions.append(new_tuple(Mention, (start, end, surface, terms)))
                resume = after
                continue
        # What the automaton found does not count, so names may start within it.
        again = max(first + 1, resume)
        if again < after:
            found = matcher.automaton.find_matches_as_indexes(codes[again : after + matcher.longest])
            todo += [(p, again + a, again + b) for p, a, b in reversed(found) if again + a < after]
    return mentions


def _is_short(surface: str) -> bool:
    """True where the last piece of a name is too short to end it inside a word."""
    return len(pieces(surface)[-1]) < SHORTEST_GLUED
