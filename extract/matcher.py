"""Finding vocabulary names in a text: a token trie that ignores hyphens and blanks inside a name.

A trie of plain dictionaries, built in one pass and asked once a token: its time does not grow with the number of
names. spaCy's PhraseMatcher would need every spelling of "PD-1", "PD1", "PD 1" as a pattern of its own, and a `Doc`
for each of them at start-up (2-3 s for 50,000, measured).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ontology.model import NameForm, TermKind, Vocabulary

PIECE = re.compile(r"[^\W\d_]+|\d+|[^\w\s]|_")
# Signs that may stand, or not, between the pieces of one name.
JOINERS = frozenset("-‐‑–'’®™")


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
        return tuple(term for term in self.terms if term.kind in kinds)


Trie = dict[str | None, Any]


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
            node[None] = (*node.get(None, ()), term)
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


def find_mentions(trie: Trie, text: str, tokens: Sequence[tuple[str, int]]) -> list[Mention]:
    """The longest names of the trie in a text, left to right, not overlapping.

    Args:
        trie: from `build_trie`.
        text: the text that `tokens` are of.
        tokens: lower-case tokens with their offset, cut as `extract.tokens` cuts them; no blanks, but line breaks
            (no name goes over one).
    """
    mentions: list[Mention] = []
    index, count = 0, len(tokens)
    while index < count:
        node = _step(trie, tokens[index][0])
        if node is None:
            index += 1
            continue
        best, after = _longest(node, tokens, index + 1)
        found = _readings(best, text, tokens[index][1], tokens[after - 1]) if best else ()
        found = () if found and _cut_short(text, tokens[after - 1]) else found
        if found:
            end = tokens[after - 1][1] + len(tokens[after - 1][0])
            mentions.append(Mention(tokens[index][1], end, text[tokens[index][1] : end], found))
            index = after
        else:
            index += 1
    return mentions


def _step(node: Trie, token: str) -> Trie | None:
    """Where a token leads; a plural leads where its singular does ("taxanes", "antibodies")."""
    follow: Trie | None = node.get(token)
    if follow is None and token[-1] == "s" and len(token) > 4:
        follow = node.get(token[:-1])
        if follow is None and token.endswith("ies"):
            follow = node.get(token[:-3] + "y")
    return follow


def _longest(node: Trie, tokens: Sequence[tuple[str, int]], index: int) -> tuple[tuple[Term, ...], int]:
    """The terms of the longest name that goes on from `node` at `index`, and the index after it."""
    best: tuple[Term, ...] = node.get(None, ())
    after, step = index, index
    while step < len(tokens):
        token = tokens[step][0]
        step += 1
        if token in JOINERS:
            continue
        follow = _step(node, token)
        if follow is None:
            break
        node = follow
        if None in node:
            best, after = node[None], step
    return best, after


def _cut_short(text: str, last: tuple[str, int]) -> bool:
    """True where a short last piece runs on into another word: the "ALK" of "ALK1", the "PD-1" of "PD-1b"."""
    end = last[1] + len(last[0])
    return len(last[0]) <= 4 and end < len(text) and text[end].isalnum()


def _readings(terms: tuple[Term, ...], text: str, start: int, last: tuple[str, int]) -> tuple[Term, ...]:
    """The terms that the case of the text allows."""
    if not any(term.case_sensitive for term in terms):
        return terms
    surface = text[start : last[1] + len(last[0])]
    return tuple(term for term in terms if not term.case_sensitive or surface == term.text)
