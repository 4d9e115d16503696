"""Therapies named in running text: which of them the sentence gives, and how they are joined."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import takewhile
from operator import attrgetter

from extract.matcher import Mention
from extract.model import SectionKind
from extract.therapies.clean import parenthesised
from extract.therapies.connect import link_between
from extract.therapies.cues import cue
from extract.therapies.known import Known
from extract.therapies.model import Given, Step, Therapy
from extract.therapies.scene import THERAPY_KINDS, Scene
from ontology.model import TermKind

REACH = 170
# Longer stretches are read up to here; the registry's own limit for a description is shorter.
LONGEST = 20_000
LONGEST_CHAIN = 60
LONGEST_SENTENCE = 1_500
# A therapy named again after so many characters begins another phrase.
AGAIN = 45
# Rules about the words before a name.
PAST = ("past.before", "past.not", "past.title")
START = attrgetter("start")
TITLES = frozenset({SectionKind.TITLE, SectionKind.OFFICIAL_TITLE})


@dataclass(frozen=True, slots=True)
class Cast:
    """The therapies of one record: by key in their order, and the places of those that the vocabulary lacks.

    `given` remembers what `givens_in` has found.
    """

    therapies: Mapping[str, Therapy]
    local: tuple[Given, ...] = ()
    given: dict[tuple[int, int], list[Given]] = field(default_factory=dict, compare=False)


def givens_in(scene: Scene, known: Known, cast: Cast, start: int, end: int) -> list[Given]:
    """Every therapy named in `[start, end)`, by offset; names of this record's own go before the vocabulary's."""
    found = cast.given.get((start, end))
    if found is None:
        found = cast.given[start, end] = _givens_in(scene, known, cast, start, min(end, start + LONGEST))
    return found


def _givens_in(scene: Scene, known: Known, cast: Cast, start: int, end: int) -> list[Given]:
    low = bisect_left(cast.local, start, key=START)
    local = [item for item in takewhile(lambda item: item.start < end, cast.local[low:]) if item.end <= end]
    found = list(local)
    for mention in scene.therapies_in(start, end):
        if local and any(item.start < mention.end and mention.start < item.end for item in local):
            continue
        if speaks(scene, mention, cast) or _all_listed(scene, known, mention, cast):
            found += [Given(therapy, mention.start, mention.end) for therapy in known.of(mention)]
    return sorted(found, key=START) if local else found


def speaks(scene: Scene, mention: Mention, cast: Cast) -> bool:
    """False for a name with a second meaning where nothing in the record speaks for the therapy."""
    terms = mention.of(*THERAPY_KINDS)
    if not all(term.needs_context for term in terms):
        return True
    if any(f"{'class' if term.kind is TermKind.CLASS else 'drug'}/{term.id}" in cast.therapies for term in terms):
        return True
    written = [term for term in terms if term.text == mention.text]
    if not written:
        return False
    if any(term.id in scene.certain for term in written):
        return True
    if cue("given.dosed").match(scene.lower, mention.end, mention.end + 24):
        return True
    return _beside_drug(scene, mention)


def _all_listed(scene: Scene, known: Known, mention: Mention, cast: Cast) -> bool:
    """True for the name of a regimen ("SOX") in a title, where the record lists each of its drugs."""
    drugs = known.of(mention) if mention.of(TermKind.REGIMEN) else []
    if len(drugs) < 2 or any(drug.key not in cast.therapies for drug in drugs):
        return False
    sentence = scene.sentence_at(mention.start)
    return sentence is not None and sentence.kind in TITLES


def _beside_drug(scene: Scene, mention: Mention) -> bool:
    """True where a connective ties the mention to a therapy's name: "X plus LV", "with or without CT"."""
    low, high = mention.start - 40, mention.end + 40
    near = [m for m in scene.therapies_in(max(0, low), high) if m is not mention]
    for other in near:
        gap = (other.end, mention.start) if other.end <= mention.start else (mention.end, other.start)
        if cue("given.tied").fullmatch(scene.lower, *gap) and not all(
            term.needs_context for term in other.of(*THERAPY_KINDS)
        ):
            return True
    return False


def is_past(scene: Scene, start: int, end: int) -> bool:
    """True where the clause says that patients had this before, or that it is known of rather than given."""
    known = scene.past.get((start, end))
    if known is None:
        known = scene.past[start, end] = _is_past(scene, start, end)
    return known


def _is_past(scene: Scene, start: int, end: int) -> bool:
    sentence = scene.sentence_at(start)
    if sentence is not None and scene.calls(sentence, PAST):
        left = scene.lower[max(sentence.start, start - REACH) : start]
        clause = left[max(left.rfind("."), left.rfind(";"), left.rfind("\n")) + 1 :]
        if cue("past.before").search(clause) or cue("past.not").search(left[-40:]):
            return True
        if sentence.kind in TITLES and cue("past.title").search(clause):
            return True
    return bool(cue("past.after").match(scene.lower[end : end + 60]))


def is_background(text: str) -> bool:
    """True for a sentence that tells what is known, not what the trial does; a very long one is judged by its start."""
    return _is_background(text[:LONGEST_SENTENCE].lower())


@lru_cache(maxsize=2048)
def _is_background(lower: str) -> bool:
    patients = cue("past.patients").search(lower)
    told = lower[: patients.start()] if patients else lower
    return bool(cue("past.definition").search(told) or cue("past.sentence").search(told))


def segments(scene: Scene, given: Sequence[Given]) -> list[list[Step]]:
    """Therapies grouped into steps by what joins them; a new list begins where nothing joins.

    What stands in parentheses is a group of its own, so that "A plus a doublet (B or C) and D" is read as two.
    """
    if len(given) < 2:
        return [[Step("and", (item,))] for item in given]
    start, end = given[0].start, max(item.end for item in given)
    inside = [(start + left, start + right) for left, right in parenthesised(scene.text[start : end + 1])]
    groups: dict[int, list[Given]] = {}
    for item in given:
        number = next((i for i, (left, right) in enumerate(inside) if left <= item.start < right), -1)
        groups.setdefault(number, []).append(item)
    return [chain for number in sorted(groups) for chain in _chains(scene, groups[number])]


def _chains(scene: Scene, given: Sequence[Given]) -> list[list[Step]]:
    """One list of steps for each run of therapies that connectives join."""
    found: list[list[Step]] = []
    last_end = -1
    for place in _places(given):
        start, end = place[0].start, max(item.end for item in place)
        if found and _is_end_of_a_word(scene.text, start) and _holds(found[-1], place):
            continue
        link = link_between(scene.text[last_end:start]) if found else None
        again = bool(found) and start - last_end > AGAIN and _given_before(found[-1], place)
        if link is None or again or len(found[-1]) >= LONGEST_CHAIN:
            found.append([Step("and", tuple(place))])
        else:
            found[-1].append(Step(link, tuple(place)))
        last_end = end
    return found


def _is_end_of_a_word(text: str, start: int) -> bool:
    """True for a name that ends a longer word, as the CHOP of "PqR-CHOP" does."""
    return text[start - 1 : start] in {"-", "–"} and text[start - 2 : start - 1].isalpha()


def _holds(chain: Sequence[Step], place: Sequence[Given]) -> bool:
    """True where a chain gives all that is named at a place."""
    return {item.therapy.key for item in place} <= {key for step in chain for key in step.keys}


def _given_before(chain: Sequence[Step], place: Sequence[Given]) -> bool:
    """True where a chain holds what is named again."""
    keys = {item.therapy.key for item in place}
    return any(step.keys & keys for step in chain)


def _places(given: Iterable[Given]) -> list[list[Given]]:
    """Therapies of one mention (a named regimen) side by side."""
    places: list[list[Given]] = []
    for item in given:
        if places and places[-1][0].start == item.start:
            places[-1].append(item)
        else:
            places.append([item])
    return places


def sides(steps: Sequence[Step]) -> list[list[Step]]:
    """The steps before and after each "versus"."""
    found: list[list[Step]] = [[]]
    for step in steps:
        if step.link == "versus" and found[-1]:
            found.append([])
        found[-1].append(step)
    return found
