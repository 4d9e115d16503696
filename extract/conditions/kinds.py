"""Kinds of a disease that the criteria tell by a word ("non-squamous"), by the rules of `condition_kinds.toml`."""

from collections.abc import Iterable, Iterator
from functools import cache

from extract.conditions.choose import Group
from extract.conditions.hierarchy import Hierarchy
from extract.conditions.model import Found
from extract.rulebook import Rule, load_rulebook
from extract.text import Sentence


@cache
def _rules(of: str) -> tuple[Rule, ...]:
    return tuple(rule for rule in load_rulebook("condition_kinds").rules if rule.value["of"] == of)


def tell_kinds(chosen: Group, sentences: Iterable[Sentence], hierarchy: Hierarchy) -> Group:
    """Put a kind in the place of a chosen disease where the criteria hold the words of that kind and of no other."""
    every = list(sentences) if any(_rules(key) for key in chosen) else []
    told: Group = {}
    for key, items in chosen.items():
        kinds = list(_kinds(key, every)) if not _has_kind(key, chosen, hierarchy) else []
        kind = kinds[0] if len(kinds) == 1 and (kinds[0].key or "") in hierarchy.conditions else None
        if kind is None or kind.key is None:
            told.setdefault(key, []).extend(items)
        else:
            told.setdefault(kind.key, []).extend([*items, kind])
    return told


def _has_kind(key: str, chosen: Group, hierarchy: Hierarchy) -> bool:
    return any(key in hierarchy.above.get(other, ()) for other in chosen)


def _kinds(key: str, sentences: Iterable[Sentence]) -> Iterator[Found]:
    """The first words of each kind."""
    for rule in _rules(key):
        triggers = tuple(rule.value["triggers"])
        for sentence in sentences:
            lower = sentence.text.lower()
            found = any(trigger in lower for trigger in triggers) and rule.pattern.search(sentence.text)
            if found:
                start = sentence.start + found.start()
                yield Found(rule.value["kind"], "", start, sentence.start + found.end(), rule.id)
                break
