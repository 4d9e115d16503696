"""A question cut into items: cues by rule, names by vocabulary, and the words that are neither."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from extract.matcher import Matcher, Mention, Term, find_mentions
from extract.rulebook import Rulebook
from ontology.model import TermKind

APART = frozenset(("line", "stage", "marker"))
APART_OF_THERAPY = frozenset(("setting",))
CONDITIONS = (TermKind.CONDITION,)
THERAPIES = (TermKind.DRUG, TermKind.CLASS)
GIVEN = (*THERAPIES, TermKind.TARGET)
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


def cut(text: str, matcher: Matcher, cues: Rulebook) -> tuple[Item, ...]:
    """All items of a question, left to right; where two overlap the earlier wins, then the longer, then the cue."""
    names = [part for item in _names(text, matcher) for part in _split(item, matcher, cues)]
    found = [*names, *_cues(text, cues)]
    found.sort(key=lambda item: (item.start, -item.end, item.mention is not None))
    items: list[Item] = []
    for item in found:
        shorter = _before_marker(items[-1], item, matcher) if items else None
        if shorter is not None:
            items[-1:] = [shorter, item]
        elif not items or item.start >= items[-1].end:
            items.append(item)
    return tuple(_plus(item, items[n + 1 : n + 2]) for n, item in enumerate(items))


def _plus(item: Item, after: Sequence[Item]) -> Item:
    """A plus right after a name marks it ("EGFR+ NSCLC"), unless a therapy follows: then it joins ("PD-1+ chemo")."""
    joins = item.text.strip() == "+" and item.kind == "marker" and any(reads_as(one, *GIVEN) for one in after)
    return replace(item, kind="with", value={}) if joins else item


def _before_marker(name: Item, cue: Item, matcher: Matcher) -> Item | None:
    """The target in a name that a marker's words run on from: "EGFR exon 20" before "exon 20 insertions"."""
    runs_on = cue.kind == "marker" and name.start < cue.start < name.end < cue.end
    return _whole(name, name.start, cue.start, matcher, TermKind.TARGET) if runs_on else None


def unused_words(text: str, items: tuple[Item, ...], idle: Rulebook) -> tuple[str, ...]:
    """The words outside every item that the idle list does not hold."""
    covered = [(item.start, item.end) for item in items]
    words = [word for word in WORD.finditer(text) if not any(s < word.end() and word.start() < e for s, e in covered)]
    return tuple(word[0] for word in words if not any(rule.pattern.search(word[0]) for rule in idle.rules))


def _names(text: str, matcher: Matcher) -> list[Item]:
    """Vocabulary names; one that needs context (IN, CT, pCR) only as it is written."""
    return [item for mention in find_mentions(matcher, text) for item in _usable(mention, matcher)]


def _usable(mention: Mention, matcher: Matcher) -> Iterator[Item]:
    """A mention by the terms that hold without context; where none does, the names that its words are by themselves."""
    terms = tuple(t for t in mention.terms if not t.needs_context or _as_written(t, mention.text))
    if terms:
        yield Item("name", mention.start, mention.end, mention.text, {}, {}, mention._replace(terms=terms))
        return
    first, blank, rest = mention.text.partition(" ")
    for start, part in ((0, first), (len(first) + 1, rest)) if blank else ():
        for inner in find_mentions(matcher, part):
            at = mention.start + start
            yield from _usable(inner._replace(start=at + inner.start, end=at + inner.end), matcher)


def _as_written(term: Term, text: str) -> bool:
    """A name that needs context counts as it is written: several words, capitals, an endpoint (pCR), an "anti-"."""
    if " " in text and term.kind is TermKind.CONDITION:
        return term.text.casefold() == text.casefold()
    if term.text != text:
        return False
    is_class_against = term.kind is TermKind.CLASS and text.startswith("anti")
    return text.isupper() or term.kind is TermKind.ENDPOINT or is_class_against


def _split(item: Item, matcher: Matcher, cues: Rulebook) -> Iterator[Item]:
    """A name without the words that say something of their own: a disease's line, stage, marker, a therapy's setting.

    "Relapsed leukemia" asks for leukemia after relapse, "EGFR-mutant NSCLC" for NSCLC with a marker: trials that
    record the one and the other apart are meant too.
    """
    disease = _is_condition(item)
    kinds = CONDITIONS if disease else THERAPIES
    for rule in cues.rules:
        if rule.value["kind"] not in (APART if disease else APART_OF_THERAPY):
            continue
        cue = rule.pattern.search(item.text)
        if cue is None or (rule.value["kind"] != "marker" and cue.start()):
            continue
        before = _whole(item, item.start, item.start + cue.start(), matcher, TermKind.TARGET)
        rest = _whole(item, item.start + cue.end(), item.end, matcher, *kinds)
        if rest is not None and (before is not None or rule.value["kind"] != "marker"):
            yield from (before,) if before else ()
            yield from _split(rest, matcher, cues)
            return
    yield item


def _is_condition(item: Item) -> bool:
    return reads_as(item, TermKind.CONDITION) and not reads_as(item, TermKind.DRUG, TermKind.CLASS, TermKind.TARGET)


def _whole(item: Item, start: int, end: int, matcher: Matcher, *kinds: TermKind) -> Item | None:
    """The name of these kinds that fills `[start, end)` of the question, blanks and hyphens at its edges left out."""
    text = item.text[start - item.start : end - item.start]
    found = find_mentions(matcher, text)
    if len(found) != 1 or not found[0].of(*kinds) or text.replace(found[0].text, "", 1).strip(" -,"):
        return None
    mention = found[0]._replace(start=start + found[0].start, end=start + found[0].end, terms=found[0].of(*kinds))
    return Item("name", mention.start, mention.end, mention.text, {}, {}, mention)


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
