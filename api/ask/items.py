"""A question cut into items: cues by rule, names by vocabulary, and the words that are neither."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from extract.matcher import Mention, Trie, find_mentions
from extract.rulebook import Rulebook
from ontology.model import TermKind

WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Item:
    """A cue (`mention` None) or a name (`kind` "name") at `[start, end)` of the question."""

    kind: str
    start: int
    end: int
    text: str
    value: Mapping[str, Any]
    groups: Mapping[str, str]
    mention: Mention | None = None


def cut(text: str, trie: Trie, cues: Rulebook) -> tuple[Item, ...]:
    """All items of a question, left to right; where two overlap the earlier wins, then the longer, then the cue."""
    found = [*_names(text, trie), *_cues(text, cues)]
    found.sort(key=lambda item: (item.start, -item.end, item.mention is not None))
    items: list[Item] = []
    for item in found:
        if not items or item.start >= items[-1].end:
            items.append(item)
    return tuple(items)


def unused_words(text: str, items: tuple[Item, ...], idle: Rulebook) -> tuple[str, ...]:
    """The words outside every item that the idle list does not hold."""
    covered = [(item.start, item.end) for item in items]
    words = [word for word in WORD.finditer(text) if not any(s < word.end() and word.start() < e for s, e in covered)]
    return tuple(word[0] for word in words if not any(rule.pattern.search(word[0]) for rule in idle.rules))


def _names(text: str, trie: Trie) -> list[Item]:
    """Vocabulary names; one that needs context (IN, CT, ICE) only as it is written, capitals included."""
    found = []
    for mention in find_mentions(trie, text):
        terms = tuple(t for t in mention.terms if not t.needs_context or (t.text == mention.text and t.text.isupper()))
        if terms:
            found.append(Item("name", mention.start, mention.end, mention.text, {}, {}, replace(mention, terms=terms)))
    return found


def _cues(text: str, cues: Rulebook) -> list[Item]:
    """Every match of every cue rule that is not empty."""
    return [
        Item(rule.value["kind"], m.start(), m.end(), m[0], rule.value, {k: v for k, v in m.groupdict().items() if v})
        for rule in cues.rules
        for m in rule.pattern.finditer(text)
        if m.end() > m.start()
    ]


def reads_as(item: Item, *kinds: TermKind) -> bool:
    """True where an item is a name with a reading of one of these kinds."""
    return item.mention is not None and bool(item.mention.of(*kinds))
