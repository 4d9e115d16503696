"""Where a record names its therapies: the words that an amount can belong to."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence

from extract.doses.attach import Named
from extract.doses.read import KINDS
from extract.facts import Intervention
from extract.matcher import Mention
from extract.text import RecordText
from ontology.model import TermKind

DRUG, CLASS = TermKind.DRUG, TermKind.CLASS
SHORTEST = 2
NO_THERAPY = ("-controlled", " controlled")  # "placebo-controlled" names a design
CASELESS = 4  # a shorter form must stand as it is written


def named_therapies(
    record: RecordText, mentions: Sequence[Mention], interventions: Iterable[Intervention]
) -> list[Named]:
    """Every name of a therapy where doses are told, by offset, not overlapping; the longer of two that overlap.

    Drugs that the vocabulary knows and the trial does not give are kept without a name: an amount of theirs is no
    dose of the trial, and must not go to a neighbour.
    """
    facts = tuple(interventions)
    by_term = {fact.term: fact.name for fact in facts if fact.term}
    found = [*_known(_where_dosed(record, mentions), by_term), *_written(record, facts)]
    found.sort(key=lambda item: (item.start, -item.end, item.name is None))
    kept: list[Named] = []
    for item in found:
        if not kept or item.start >= kept[-1].end:
            kept.append(item)
    return kept


def _where_dosed(record: RecordText, mentions: Sequence[Mention]) -> Iterator[Mention]:
    """The mentions in sections that tell doses."""
    for section in record.sections:
        if section.kind in KINDS:
            start = record.start_of(section.name)
            low, high = (bisect_left(mentions, at, key=_start) for at in (start, start + len(section.text)))
            yield from mentions[low:high]


def _start(mention: Mention) -> int:
    return mention.start


def _known(mentions: Iterable[Mention], by_term: Mapping[str, str]) -> Iterator[Named]:
    for mention in mentions:
        terms = mention.of(DRUG, CLASS)
        if not terms:
            continue
        ids = [f"{term.kind}/{term.id}" for term in terms]
        name = next((by_term[form] for form in (*ids, *map(_racemate, ids)) if form in by_term), None)
        drug = any(term.kind is DRUG and not term.needs_context for term in terms)
        if name or drug:
            yield Named(mention.start, mention.end, name)


def _racemate(term: str) -> str:
    """The mixture of an isomer that the name tells: levoleucovorin is given as leucovorin is."""
    return term.replace("/levo", "/")


def _written(record: RecordText, facts: tuple[Intervention, ...]) -> Iterator[Named]:
    """Surface forms as the therapy component met them, wherever they stand as whole words."""
    for fact in facts:
        for form in dict.fromkeys((*fact.mentions, fact.name)):
            if len(form) < SHORTEST:
                continue
            caseless = len(form) >= CASELESS
            yield from _places(record.lower if caseless else record.text, form.lower() if caseless else form, fact.name)


def _places(text: str, form: str, name: str) -> Iterator[Named]:
    at = text.find(form)
    while at >= 0:
        end = at + len(form)
        joined = at > 0 and text[at - 1].isalpha() and form[0].isalpha()
        whole = not joined and not text[end : end + 1].isalpha()
        if whole and not text.startswith(NO_THERAPY, end):
            yield Named(at, end, name)
        at = text.find(form, end)
