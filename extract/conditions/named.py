"""The vocabulary's diseases that a stretch of the record names, short and double-meaning names weighed."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from extract.conditions.field import is_junk
from extract.conditions.hierarchy import Hierarchy
from extract.conditions.model import Found
from extract.matcher import Mention, Term
from ontology.model import TermKind

RULE = "condition.named"
NON = re.compile(r"\bnon\s?[-‐‑–]?\s?$", re.IGNORECASE)
LONGEST_ABBREVIATION = 8
# What makes an infection's name a mark of tumours ("EBV+ tumours", "HPV-related").
MARK = re.compile(
    r"\s?[-‐‑–]?\s?(?:\+|\(\+\)|(?:positive|negative|related|associated|driven|mediated)\b)", re.IGNORECASE
)


def named_conditions(
    text: str, mentions: Iterable[Mention], hierarchy: Hierarchy, entries: Sequence[tuple[int, int]]
) -> list[Found]:
    """Every disease that the record names, by offset.

    A name with a second meaning counts where it has one reading as a disease, is written in capitals as a short name
    is, or where the record names that disease in full as well; in `entries`, the bounds of the conditions
    field's, it always counts.
    """
    every = [m for m in mentions if m.of(TermKind.CONDITION)]
    sure = {term.id for m in every for term in m.of(TermKind.CONDITION) if not term.needs_context}
    sure = {hierarchy.base(key) for key in sure}
    starts = [start for start, _ in entries]
    found = []
    for mention in every:
        place = bisect_right(starts, mention.start) - 1
        in_field = place >= 0 and mention.start < entries[place][1]
        term = _reading(mention, sure, hierarchy, in_field=in_field)
        denied = NON.search(text, max(0, mention.start - 8), mention.start)
        if term is not None and not denied and not is_junk(mention.text) and not _is_mark(text, mention, term):
            key = hierarchy.base(term.id)
            found.append(Found(key, hierarchy.conditions[key].name, mention.start, mention.end, RULE))
    return found


def _reading(mention: Mention, sure: set[str], hierarchy: Hierarchy, *, in_field: bool) -> Term | None:
    """The disease that a mention stands for; None where that can't be told, or where it is another thing's name."""
    terms = mention.of(TermKind.CONDITION)
    plain = [term for term in terms if not term.needs_context]
    if plain:
        return plain[0]
    backed = [term for term in terms if hierarchy.base(term.id) in sure]
    if backed:
        return backed[0] if _capital(mention) else None
    if in_field:
        return terms[0]
    alone = len({hierarchy.base(term.id) for term in terms}) == 1 and len(terms) == len(mention.terms)
    return terms[0] if alone and _capital(mention) else None


def _is_mark(text: str, mention: Mention, term: Term) -> bool:
    """Whether an infection's short name marks tumours that come of it."""
    return term.id.endswith("-infection") and MARK.match(text, mention.end) is not None


def _capital(mention: Mention) -> bool:
    """Whether a short name is written as one: "AML", "R/R MM", not "aml" or "all"."""
    return len(mention.text) > LONGEST_ABBREVIATION or any(character.isupper() for character in mention.text[1:])


def between(found: Sequence[Found], start: int, end: int) -> Sequence[Found]:
    """Those that start in `[start, end)` of the record's text."""
    return found[bisect_left(found, start, key=lambda f: f.start) : bisect_left(found, end, key=lambda f: f.start)]
