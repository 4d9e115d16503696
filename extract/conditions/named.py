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
# How many different names are remembered.
REMEMBERED = 20_000
# What makes an infection's name a mark of tumours ("EBV+ tumours", "HPV-related").
MARK = re.compile(r"\s?[-‐‑–]?\s?(?:\+|\(\+\)|(?:positive|negative|related|associated|driven|mediated)\b)")


class Told(NamedTuple):
    """A sentence that names diseases, its words in lower case, and the diseases that start in it, in order."""

    sentence: Sentence
    lower: str
    diseases: list[Found]


class Reading(NamedTuple):
    """A disease that a name can stand for: its id and label, and whether the term is an infection's."""

    key: str
    label: str
    infection: bool


class Name(NamedTuple):
    """What a name says by itself: its readings as diseases, in order.

    `sure` are those that the name alone tells, `alone` is its reading where it has no other, whatever the record says.
    `capital`: it is written as a short name is. `junk`: it is no disease of a trial.
    """

    readings: tuple[Reading, ...]
    sure: tuple[Reading, ...]
    alone: Reading | None
    capital: bool
    junk: bool


class Names(dict[str, Name | None]):
    """The names met before; None for one that stands for no disease."""

    __slots__ = ("_hierarchy",)

    def __init__(self, hierarchy: Hierarchy) -> None:
        super().__init__()
        self._hierarchy = hierarchy

    def of(self, mentions: Iterable[Mention]) -> list[tuple[Mention, Name]]:
        """The mentions that may name a disease."""
        if len(self) >= REMEMBERED:
            self.clear()
        found = []
        for mention in mentions:
            text = mention.text
            name = self[text] if text in self else self._meet(mention)
            if name is not None:
                found.append((mention, name))
        return found

    def _meet(self, mention: Mention) -> Name | None:
        """What a name says by itself; it is remembered."""
        terms = mention.of(CONDITION)
        self[mention.text] = name = self._name(mention, terms) if terms else None
        return name

    def _name(self, mention: Mention, terms: Sequence[Term]) -> Name:
        readings = tuple([self._reading(term) for term in terms])
        sure = tuple([reading for reading, term in zip(readings, terms, strict=True) if not _is_doubtful(term)])
        capital = _is_capital(mention.text)
        one = len({reading.key for reading in readings}) == 1 and len(terms) == len(mention.terms)
        alone = one and capital and not any(map(_is_initials, terms))
        return Name(readings, sure, readings[0] if alone else None, capital, is_junk(mention.text))

    def _reading(self, term: Term) -> Reading:
        key = self._hierarchy.base(term.id)
        return Reading(key, self._hierarchy.conditions[key].name, term.id.endswith("-infection"))


def named_conditions(
    lower: str, mentions: Iterable[Mention], names: Names, entries: Sequence[tuple[int, int]]
) -> list[Found]:
    """Every disease that the record names, by offset; `lower` is its text in lower case.

    A name with a second meaning counts where it has one reading as a disease, is written in capitals as a short name
    is, or where the record names that disease in full as well; in `entries`, the bounds of the conditions
    field's, it always counts.
    """
    every = names.of(mentions)
    sure = {reading.key for _, name in every for reading in name.sure}
    starts = [start for start, _ in entries]
    found = []
    for mention, name in every:
        start, end = mention.start, mention.end
        if name.sure:
            reading: Reading | None = name.sure[0]
        else:
            place = bisect_right(starts, start) - 1
            reading = _doubtful(name, sure, in_field=place >= 0 and start < entries[place][1])
        if reading is None or name.junk or _is_denied(lower, start):
            continue
        if not (reading.infection and MARK.match(lower, end)):
            found.append(Found(reading.key, reading.label, start, end, RULE))
    return found


def _doubtful(name: Name, sure: set[str], *, in_field: bool) -> Reading | None:
    """What a name stands for that does not tell by itself; None where that can't be told, or it is another thing's."""
    backed = [reading for reading in name.readings if reading.key in sure]
    if backed:
        return backed[0] if name.capital else None
    return name.readings[0] if in_field else name.alone


def _is_doubtful(term: Term) -> bool:
    """Whether a name alone does not tell that the disease is meant."""
    return term.needs_context or _is_initials(term)


def _is_initials(term: Term) -> bool:
    """Whether a name is a few capitals that no curator wrote down as the disease's abbreviation ("MOA", "PLAT")."""
    return term.form is SYNONYM and len(term.text) <= LONGEST_INITIALS and term.text.isupper()


def _is_denied(lower: str, start: int) -> bool:
    """Whether a name stands after "non-" or after words that leave it out."""
    before = lower[max(0, start - LONGEST_TURN) : start]
    if "non" in before and NON.search(before):
        return True
    return holds_any(before, LEAVES_OUT) and LEFT_OUT.search(before) is not None


def _is_capital(text: str) -> bool:
    """Whether a short name is written as one: "AML", "R/R MM", not "aml" or "all"."""
    return len(text) > LONGEST_ABBREVIATION or text[1:] != text[1:].lower()


def between(found: Sequence[Found], start: int, end: int) -> Sequence[Found]:
    """Those that start in `[start, end)` of the record's text."""
    return found[bisect_left(found, start, key=START) : bisect_left(found, end, key=START)]


def by_sentence(record: RecordText, sentences: Sequence[Sentence], named: Iterable[Found]) -> list[Told]:
    """The sentences that name diseases, in order; `named` is every disease that the record names."""
    starts = [sentence.start for sentence in sentences]
    diseases: dict[int, list[Found]] = {}
    for item in named:
        index = bisect_right(starts, item.start) - 1
        if index >= 0 and item.start < sentences[index].end:
            diseases.setdefault(index, []).append(item)
    told = ((sentences[index], items) for index, items in diseases.items())
    return [Told(sentence, record.lower[sentence.start : sentence.end], items) for sentence, items in told]
