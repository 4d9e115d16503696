"""The vocabulary's diseases that a stretch of the record names, short and double-meaning names weighed."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import NamedTuple

from extract.conditions.field import is_junk
from extract.conditions.hierarchy import Hierarchy
from extract.conditions.model import Found
from extract.matcher import Mention, Term
from extract.scan import holds_any
from extract.text import RecordText, Sentence
from ontology.model import NameForm, TermKind

RULE = "condition.named"
CONDITION, SYNONYM = TermKind.CONDITION, NameForm.SYNONYM
NON = re.compile(r"\bnon\s?[-‐‑–]?\s?$")
# "AML (excluding APL)", "any leukemia except APL": no disease of the trial; `LONGEST_TURN` characters back at most.
LEFT_OUT = re.compile(
    r"[(\[（](?:excluding|except|not including)\b[^)\]）]*$"
    r"|\b(?:excluding|except(?:ing)?(?: for)?|other than|exception of)\s(?:[\w-]+\s){0,2}$"
)
LEAVES_OUT = ("exc", "other than", "not incl")
LONGEST_TURN = 60
START = attrgetter("start")
LONGEST_ABBREVIATION = 8
LONGEST_INITIALS = 5
# What makes an infection's name a mark of tumours ("EBV+ tumours", "HPV-related").
MARK = re.compile(r"\s?[-‐‑–]?\s?(?:\+|\(\+\)|(?:positive|negative|related|associated|driven|mediated)\b)")


class Told(NamedTuple):
    """A sentence that names diseases, its words in lower case, and the diseases that start in it, in order."""

    sentence: Sentence
    lower: str
    diseases: list[Found]


def named_conditions(
    lower: str, mentions: Iterable[Mention], hierarchy: Hierarchy, entries: Sequence[tuple[int, int]]
) -> list[Found]:
    """Every disease that the record names, by offset; `lower` is its text in lower case.

    A name with a second meaning counts where it has one reading as a disease, is written in capitals as a short name
    is, or where the record names that disease in full as well; in `entries`, the bounds of the conditions
    field's, it always counts.
    """
    # Most mentions have one reading, and no disease; a call for each would cost more than the question.
    may_tell = (mention for mention in mentions if mention.terms[0].kind is CONDITION or len(mention.terms) > 1)
    every = [(mention, terms) for mention in may_tell if (terms := mention.of(CONDITION))]
    sure = {hierarchy.base(term.id) for _, terms in every for term in terms if not _is_doubtful(term)}
    starts = [start for start, _ in entries]
    found = []
    for mention, terms in every:
        place = bisect_right(starts, mention.start) - 1
        in_field = place >= 0 and mention.start < entries[place][1]
        term = _reading(mention, terms, sure, hierarchy, in_field=in_field)
        if term and not (is_junk(mention.text) or _is_denied(lower, mention) or _is_mark(lower, mention, term)):
            key = hierarchy.base(term.id)
            found.append(Found(key, hierarchy.conditions[key].name, mention.start, mention.end, RULE))
    return found


def _reading(
    mention: Mention, terms: Sequence[Term], sure: set[str], hierarchy: Hierarchy, *, in_field: bool
) -> Term | None:
    """The one of `terms` that a mention stands for; None where that can't be told, or it is another thing's name."""
    for term in terms:
        if not _is_doubtful(term):
            return term
    backed = [term for term in terms if hierarchy.base(term.id) in sure]
    if backed:
        return backed[0] if _capital(mention) else None
    if in_field:
        return terms[0]
    alone = len({hierarchy.base(term.id) for term in terms}) == 1 and len(terms) == len(mention.terms)
    return terms[0] if alone and _capital(mention) and not any(map(_is_initials, terms)) else None


def _is_doubtful(term: Term) -> bool:
    """Whether a name alone does not tell that the disease is meant."""
    return term.needs_context or _is_initials(term)


def _is_initials(term: Term) -> bool:
    """Whether a name is a few capitals that no curator wrote down as the disease's abbreviation ("MOA", "PLAT")."""
    return term.form is SYNONYM and len(term.text) <= LONGEST_INITIALS and term.text.isupper()


def _is_denied(lower: str, mention: Mention) -> bool:
    """Whether a name stands after "non-" or after words that leave it out."""
    before = lower[max(0, mention.start - LONGEST_TURN) : mention.start]
    if "non" in before and NON.search(before):
        return True
    return holds_any(before, LEAVES_OUT) and LEFT_OUT.search(before) is not None


def _is_mark(lower: str, mention: Mention, term: Term) -> bool:
    """Whether an infection's short name marks tumours that come of it."""
    return term.id.endswith("-infection") and MARK.match(lower, mention.end) is not None


def _capital(mention: Mention) -> bool:
    """Whether a short name is written as one: "AML", "R/R MM", not "aml" or "all"."""
    return len(mention.text) > LONGEST_ABBREVIATION or mention.text[1:] != mention.text[1:].lower()


def between(found: Sequence[Found], start: int, end: int) -> Sequence[Found]:
    """Those that start in `[start, end)` of the record's text."""
    return found[bisect_left(found, start, key=START) : bisect_left(found, end, key=START)]


def by_sentence(record: RecordText, sentences: Sequence[Sentence], named: Iterable[Found]) -> list[Told]:
    """The sentences that name diseases, in order; `named` is every disease that the record names."""
    starts = list(map(START, sentences))
    diseases: dict[int, list[Found]] = {}
    for item in named:
        index = bisect_right(starts, item.start) - 1
        if index >= 0 and item.start < sentences[index].end:
            diseases.setdefault(index, []).append(item)
    told = ((sentences[index], items) for index, items in diseases.items())
    return [Told(sentence, record.lower[sentence.start : sentence.end], items) for sentence, items in told]
