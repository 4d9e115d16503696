"""Where a record names its therapies: the words that an amount can belong to."""

from collections.abc import Iterable, Iterator, Mapping

from extract.doses.attach import Named
from extract.facts import Intervention
from extract.matcher import Mention
from ontology.model import TermKind

SHORTEST = 2
NO_THERAPY = ("-controlled", " controlled")  # "placebo-controlled" names a design
CASELESS = 4  # a shorter form must stand as it is written


def named_therapies(text: str, mentions: Iterable[Mention], interventions: Iterable[Intervention]) -> list[Named]:
    """Every name of a therapy in a text, by offset, not overlapping; the longer of two that overlap.

    Drugs that the vocabulary knows and the trial does not give are kept without a name: an amount of theirs is no
    dose of the trial, and must not go to a neighbour.
    """
    facts = tuple(interventions)
    by_term = {fact.term: fact.name for fact in facts if fact.term}
    found = [*_known(mentions, by_term), *_written(text, facts)]
    found.sort(key=lambda item: (item.start, -item.end, item.name is None))
    kept: list[Named] = []
    for item in found:
        if not kept or item.start >= kept[-1].end:
            kept.append(item)
    return kept


def _known(mentions: Iterable[Mention], by_term: Mapping[str, str]) -> Iterator[Named]:
    for mention in mentions:
        terms = mention.of(TermKind.DRUG, TermKind.CLASS)
        if not terms:
            continue
        ids = [f"{term.kind}/{term.id}" for term in terms]
        name = next((by_term[form] for form in (*ids, *map(_racemate, ids)) if form in by_term), None)
        drug = any(term.kind is TermKind.DRUG and not term.needs_context for term in terms)
        if name or drug:
            yield Named(mention.start, mention.end, name)


def _racemate(term: str) -> str:
    """The mixture of an isomer that the name tells: levoleucovorin is given as leucovorin is."""
    return term.replace("/levo", "/")


def _written(text: str, facts: tuple[Intervention, ...]) -> Iterator[Named]:
    """Surface forms as the therapy component met them, wherever they stand as whole words."""
    lower = text.lower()
    same_length = len(lower) == len(text)
    for fact in facts:
        for form in dict.fromkeys((*fact.mentions, fact.name)):
            if len(form) < SHORTEST:
                continue
            caseless = same_length and len(form) >= CASELESS
            yield from _places(lower if caseless else text, form.lower() if caseless else form, fact.name)


def _places(text: str, form: str, name: str) -> Iterator[Named]:
    at = text.find(form)
    while at >= 0:
        end = at + len(form)
        joined = at > 0 and text[at - 1].isalpha() and form[0].isalpha()
        whole = not joined and not text[end : end + 1].isalpha()
        if whole and not text.startswith(NO_THERAPY, end):
            yield Named(at, end, name)
        at = text.find(form, end)
