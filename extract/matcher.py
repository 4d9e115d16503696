"""Finding vocabulary names in a text: a token trie that ignores hyphens and blanks inside a name.

A trie of plain dictionaries, built in one pass and asked once a token: its time does not grow with the number of
names. spaCy's PhraseMatcher would need every spelling of "PD-1", "PD1", "PD 1" as a pattern of its own, and a `Doc`
for each of them at start-up (2-3 s for 50,000, measured).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, NamedTuple

from ontology.model import NameForm, TermKind, Vocabulary

PIECE = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")
# The first two are what most of a text is, and cost half of the general ones after them.
ANY_PIECE = re.compile(r" (?![^\S\n])|[a-z]+(?![^\W\d_])|[^\W\d_]+|\d+|[^\w\s]|_|\n|[^\S\n]+")
# Signs that may stand, or not, between the pieces of one name; in a text, blanks too.
JOINERS = frozenset("-‐‑–'’®™")
SKIPPED = JOINERS | {" ", "  ", "\t", "\xa0"}


@dataclass(frozen=True, slots=True)
class Term:
    """What a name can stand for."""

    kind: TermKind
    id: str
    form: NameForm
    needs_context: bool
    case_sensitive: bool
    text: str


@dataclass(frozen=True, slots=True)
class Mention:
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
    """What a name of the trie stands for, and whether the case of the text matters to any of it."""

    terms: tuple[Term, ...]
    sensitive: bool


Trie = dict[str | None, Any]
EMPTY = Leaf((), sensitive=False)


def pieces(name: str) -> list[str]:
    """The tokens of a name that count: lower case, joiners left out."""
    return [piece for piece in PIECE.findall(name.lower()) if piece not in JOINERS]


def build_trie(terms: Iterable[Term]) -> Trie:
    """All names in one trie; the key None holds the terms of the name that ends there."""
    trie: Trie = {}
    for term in terms:
        node = trie
        for piece in pieces(term.text):
            node = node.setdefault(piece, {})
        if node is not trie:
            leaf = node.get(None, EMPTY)
            node[None] = Leaf((*leaf.terms, term), leaf.sensitive or term.case_sensitive)
    return trie


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


def find_mentions(trie: Trie, text: str) -> list[Mention]:
    """The longest names of the trie in a text, left to right, not overlapping; no name goes over a line break.

    Most words of a text begin some name, and few of those names go on as the text does: a look at the next piece
    sends them away before anything is built.
    """
    words, starts = cut(text)
    mentions: list[Mention] = []
    places = [index for index, word in enumerate(words) if word not in SKIPPED]
    firsts = [words[index] for index in places]
    resume = 0
    for index, node, word, follow in zip(places, map(trie.get, firsts), firsts, firsts[1:], strict=False):
        if node is None and (word[-1:] != "s" or (node := _singular(trie, word)) is None):
            continue
        if index < resume:
            continue
        if None not in node and follow not in node and follow[-1:] != "s":
            continue
        best, after = _longest(node, words, index + 1)
        end = starts[after]
        if best and not (len(words[after - 1]) <= 4 and text[end : end + 1].isalnum()):
            surface = text[starts[index] : end]
            found = _readings(best, surface)
            if found:
                mentions.append(Mention(starts[index], end, surface, found))
                resume = after
    return mentions


def cut(text: str) -> tuple[list[str], list[int]]:
    """All pieces of a text in lower case, blanks included, with two "" at the end; and where each starts."""
    lower = text.lower()
    if len(lower) != len(text):  # a few letters grow in lower case, and offsets must hold
        lower = "".join(low if len(low := letter.lower()) == 1 else letter for letter in text)
    words = ANY_PIECE.findall(lower)
    return [*words, "", ""], list(accumulate(map(len, words), initial=0))


def _singular(node: Trie, token: str) -> Trie | None:
    """Where a plural leads that is no token of its own: where its singular does ("taxanes", "antibodies")."""
    if len(token) <= 4:
        return None
    follow: Trie | None = node.get(token[:-1])
    if follow is None and token.endswith("ies"):
        follow = node.get(token[:-3] + "y")
    return follow


def _longest(node: Trie, words: Sequence[str], index: int) -> tuple[Leaf | None, int]:
    """The longest name that goes on from `node` at `index`, and the index after it."""
    best: Leaf | None = node.get(None)
    after, step = index, index
    while True:
        word = words[step]
        step += 1
        if word in SKIPPED:
            continue
        follow = node.get(word)
        if follow is None and word[-1:] == "s":
            follow = _singular(node, word)
        if follow is None:
            return best, after
        node = follow
        if None in node:
            best, after = node[None], step


def _readings(leaf: Leaf, surface: str) -> tuple[Term, ...]:
    """The terms that the case of the text allows."""
    if not leaf.sensitive:
        return leaf.terms
    return tuple(term for term in leaf.terms if not term.case_sensitive or surface == term.text)
