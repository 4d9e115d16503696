"""Kinds of a disease that the criteria tell by a word ("non-squamous"), by the rules of `condition_kinds.toml`."""

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cache

from extract.conditions.choose import Group
from extract.conditions.hierarchy import Hierarchy
from extract.conditions.model import Found
from extract.lowered import lowered
from extract.rulebook import Rule, load_rulebook
from extract.scan import holds_any
from extract.text import Sentence

COHORT = re.compile(r"\b(?:cohort|arm|group|part) (?:\d|[A-F])\w?\b", re.IGNORECASE)


@cache
def _rules(of: str) -> tuple[Rule, ...]:
    """The rules that tell the kinds of a disease, for text in lower case."""
    return tuple(lowered(rule) for rule in load_rulebook("condition_kinds").rules if rule.value["of"] == of)


def tell_kinds(
    chosen: Group,
    sentences: Callable[[], Sequence[Sentence]],
    named: Sequence[Found],
    hierarchy: Hierarchy,
    lower: str,
) -> Group:
    """Put a kind in the place of a chosen disease where the record holds the words of that kind and of no other.

    Several kinds stand in its place where each has a cohort of its own. Words inside the name of another disease tell
    nothing: the "squamous" of a carcinoma of the head and neck.

    Args:
        chosen: the trial's diseases.
        sentences: gives those that say which patients the trial takes; called where some rule may match.
        named: every disease that the record names.
        hierarchy: what is above what.
        lower: the record's text in lower case.
    """
    told: Group = {}
    for key, items in chosen.items():
        rules = [rule for rule in _rules(key) if holds_any(lower, rule.value["triggers"])]
        kinds: list[Found] = []
        if rules and not _has_kind(key, chosen, hierarchy):
            others = [item for item in named if item.key != key and key not in hierarchy.above.get(item.key or "", ())]
            kinds = list(_kinds(rules, sentences(), others, lower))
        if len(kinds) > 1:
            kinds = kinds if all(_of_cohort(kind, sentences()) for kind in kinds) else []
        known = [(kind.key, kind) for kind in kinds if kind.key is not None and kind.key in hierarchy.conditions]
        if not known:
            told.setdefault(key, []).extend(items)
        for of, kind in known:
            told.setdefault(of, []).extend([*items, kind])
    return told


def _of_cohort(kind: Found, sentences: Sequence[Sentence]) -> bool:
    """Whether the words of a kind stand where a cohort of their own is told ("cohort A: non-squamous")."""
    sentence = next(s for s in sentences if s.start <= kind.start < s.end)
    return COHORT.search(sentence.text, 0, kind.start - sentence.start) is not None


def _has_kind(key: str, chosen: Group, hierarchy: Hierarchy) -> bool:
    return any(key in hierarchy.above.get(other, ()) for other in chosen)


def _kinds(
    rules: Sequence[Rule], sentences: Sequence[Sentence], others: Sequence[Found], lower: str
) -> Iterator[Found]:
    """The first words of each kind, outside the names of other diseases."""
    for rule in rules:
        for sentence in sentences:
            words = lower[sentence.start : sentence.end]
            if not holds_any(words, rule.value["triggers"]):
                continue
            places = ((sentence.start + m.start(), sentence.start + m.end()) for m in rule.pattern.finditer(words))
            own = next((place for place in places if not _inside(place, others)), None)
            if own is not None:
                yield Found(rule.value["kind"], "", *own, rule.id)
                break


def _inside(place: tuple[int, int], others: Sequence[Found]) -> bool:
    """Whether a stretch lies within the name of another disease."""
    before = bisect_right(others, place[0], key=lambda item: item.start) - 1
    return before >= 0 and place[1] <= others[before].end
