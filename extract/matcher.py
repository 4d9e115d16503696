"""Finding vocabulary names in a text, whatever stands between their pieces: "PD-1", "PD1" and "PD 1" are one name.

Each distinct piece of a name (a run of letters, a run of digits, a sign) has a character of its own, so that a name
and a text become short strings of such characters, and one Aho-Corasick automaton finds all names in one pass: its
time does not grow with the number of names. A text is cut at its blanks, and each stretch between two blanks is cut
into pieces only once for all texts.
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

from extract.text import in_lower_case
from ontology.model import NameForm, TermKind, Vocabulary

PIECE = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_|\s+")
NAME_PIECE = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")
# Signs that may stand, or not, between the pieces of one name; in a text, blanks too.
JOINERS = frozenset("-‐‑–'’®™")
SKIPPED = JOINERS | {" ", "\t", "\xa0"}
# The character of all pieces that are in no name.
NO_NAME = "\0"
# A shorter word is no plural, and a shorter piece ends no name where a letter or digit follows it at once.
SHORTEST_PLURAL, SHORTEST_GLUED = 5, 5
# How many different stretches of text are remembered.
REMEMBERED = 100_000


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
        if len(self.terms) == 1:
            return self.terms if self.terms[0].kind in kinds else ()
        return tuple(term for term in self.terms if term.kind in kinds)


class Leaf(NamedTuple):
    """What a name stands for, and whether the case of the text matters to any of it."""

    terms: tuple[Term, ...]
    sensitive: bool


class Known(NamedTuple):
    """The pieces of a stretch: their characters, how many, and where each starts and ends in it.

    `width` is how far the next stretch lies. A line's end takes the place of the blank that stands before each
    stretch, so that what begins with one starts at -1.
    """

    codes: str
    number: int
    width: int
    starts: tuple[int, ...]
    ends: tuple[int, ...]


CODES, NUMBER, WIDTH = itemgetter(0), itemgetter(1), itemgetter(2)


class Seen(dict[str, Known]):
    """Stretches met before; most of a text's are."""

    def __init__(self, codes: Mapping[str, str]) -> None:
        super().__init__()
        self._codes = codes

    def __missing__(self, stretch: str) -> Known:
        """Cut a new stretch."""
        if len(self) >= REMEMBERED:
            self.clear()
        if stretch.isascii() and stretch.isalpha():  # most are: one word
            known = self[stretch] = Known(self._code(stretch), 1, len(stretch) + 1, (0,), (len(stretch),))
            return known
        found = [piece for piece in PIECE.finditer(stretch) if piece[0] not in SKIPPED]
        line = int(stretch[:1] == "\n")
        known = self[stretch] = Known(
            "".join(self._code(piece[0]) for piece in found),
            len(found),
            len(stretch) + 1 - line,
            tuple(piece.start() - line for piece in found),
            tuple(piece.end() - line for piece in found),
        )
        return known

    def _code(self, piece: str) -> str:
        """The character of a piece; a plural that is in no name has that of its singular ("taxanes", "antibodies")."""
        code = self._codes.get(piece)
        return code or next((self._codes[one] for one in singulars(piece) if one in self._codes), NO_NAME)


class Matcher(NamedTuple):
    """All names to look for; `leaves` are what the automaton's patterns stand for, `longest` counts pieces."""

    automaton: AhoCorasick
    leaves: Sequence[Leaf]
    longest: int
    seen: Seen


def pieces(name: str) -> tuple[str, ...]:
    """The tokens of a name that count: lower case, joiners and blanks left out."""
    return tuple([piece for piece in NAME_PIECE.findall(name.lower()) if piece not in JOINERS])


def singulars(word: str) -> tuple[str, ...]:
    """The words that a word may be the plural of."""
    if len(word) < SHORTEST_PLURAL or word[-1] != "s":
        return ()
    return (word[:-1], word[:-3] + "y") if word.endswith("ies") else (word[:-1],)


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
    return Matcher(automaton, tuple(map(leaves.__getitem__, patterns.values())), longest, Seen(codes))


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


def find_mentions(matcher: Matcher, text: str, lower: str | None = None) -> list[Mention]:
    """The longest names in a text, left to right, not overlapping; no name goes over a line break.

    `lower` is the text in lower case, letter for letter, where the caller has it.
    """
    lower = in_lower_case(text) if lower is None else lower
    known = list(map(matcher.seen.__getitem__, lower.replace("\n", " \n").split(" ")))
    counts = list(accumulate(map(NUMBER, known)))
    bases = list(accumulate(map(WIDTH, known), initial=0))
    codes = "".join(map(CODES, known))
    todo = matcher.automaton.find_matches_as_indexes(codes)[::-1]
    mentions: list[Mention] = []
    resume = 0
    while todo:
        pattern, first, after = todo.pop()
        if first >= resume:
            at = bisect_right(counts, first)
            last = at if after <= counts[at] else bisect_right(counts, after - 1)
            start = bases[at] + known[at].starts[first - counts[at]]
            end = bases[last] + known[last].ends[after - 1 - counts[last]]
            surface = text[start:end]
            terms, sensitive = matcher.leaves[pattern]
            if sensitive:
                terms = tuple([term for term in terms if not term.case_sensitive or surface == term.text])
            if terms and not (text[end : end + 1].isalnum() and _is_short(surface)):
                mentions.append(Mention(start, end, surface, terms))
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
