"""Regimens that one sentence enumerates: "A monotherapy, B in combination with A, and B with A and C"."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from extract.text import Sentence
from extract.therapies.cues import cue
from extract.therapies.known import Known
from extract.therapies.model import Given, PlannedRegimen
from extract.therapies.prose import Cast, givens_in, is_background, is_past
from extract.therapies.scene import Scene

FEWEST = 2
AFTER = 40


def enumerated_regimens(scene: Scene, known: Known, cast: Cast, sentences: Iterable[Sentence]) -> list[PlannedRegimen]:
    """The regimens of the first sentence that enumerates what the arms give; [] where none does.

    Each part of the sentence must say by itself that it is a regimen, share a therapy with the one before, and
    together they must give every treatment of the record: then nothing is left to join. A placebo tells more.
    """
    treatments = {key for key, therapy in cast.therapies.items() if therapy.purpose == "treatment"}
    if len(treatments) < FEWEST or any(therapy.purpose == "placebo" for therapy in cast.therapies.values()):
        return []
    for sentence in sentences:
        if is_background(sentence.text) or cue("enumerate.not").search(sentence.text.lower()):
            continue
        given = [
            item
            for item in givens_in(scene, known, cast, sentence.start, sentence.end)
            if item.therapy.key in treatments and not is_past(scene, item.start, item.end)
        ]
        parts = _parts(scene, given)
        if _enumerate(scene, parts, sentence) and set().union(*map(_keys, parts)) == treatments:
            return [_regimen(cast, part) for part in parts]
    return []


def _keys(part: Sequence[Given]) -> frozenset[str]:
    return frozenset(item.therapy.key for item in part)


def _parts(scene: Scene, given: Sequence[Given]) -> list[list[Given]]:
    """The therapies of a sentence, cut where a comma, "and" or "or" leads to one that was named, or follows "alone"."""
    parts = [list(given[:1])] if given else []
    for before, item in pairwise(given):
        gap = scene.lower[before.end : item.start]
        anew = item.therapy.key in _keys(parts[-1]) or cue("enumerate.alone").search(gap)
        if anew and cue("enumerate.next").search(gap):
            parts.append([item])
        else:
            parts[-1].append(item)
    return parts


def _enumerate(scene: Scene, parts: Sequence[Sequence[Given]], sentence: Sentence) -> bool:
    """True where there are several parts, each a regimen by its own words, no two the same, each akin to the last."""
    sets = [_keys(part) for part in parts]
    if len(sets) < FEWEST or len(set(sets)) < len(sets) or not all(a & b for a, b in pairwise(sets)):
        return False
    ends = [part[0].start for part in parts[1:]] + [sentence.end]
    return all(_is_regimen(scene, part, end) for part, end in zip(parts, ends, strict=True))


def _is_regimen(scene: Scene, part: Sequence[Given], end: int) -> bool:
    """True for one therapy that is given "alone", and for several that words join."""
    if len(_keys(part)) == 1:
        last = part[-1].end
        return bool(cue("enumerate.alone").search(scene.lower[last : min(end, last + AFTER)]))
    return bool(cue("enumerate.joined").search(scene.lower[part[0].end : part[-1].start]))


def _regimen(cast: Cast, part: Sequence[Given]) -> PlannedRegimen:
    own = _keys(part)
    keys = tuple(key for key, therapy in cast.therapies.items() if key in own or therapy.purpose == "supportive")
    return PlannedRegimen(None, "experimental", keys, spans=((part[0].start, part[-1].end),), rule="regimen.enumerated")
