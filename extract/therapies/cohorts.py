"""Cohorts told in running text: "Cohort A: drug A + drug B. Cohort B: drug A + drug B + radiotherapy"."""

from dataclasses import dataclass

from extract.therapies.coverage import covered_by
from extract.therapies.cues import cue
from extract.therapies.known import Known
from extract.therapies.prose import Cast, givens_in, is_past
from extract.therapies.scene import Scene

LONGEST = 1500


@dataclass(frozen=True, slots=True)
class Cohort:
    """A cohort with the heading's words, the keys that it gives, and the heading's place."""

    label: str
    keys: tuple[str, ...]
    span: tuple[int, int]


def cohorts_in(scene: Scene, known: Known, cast: Cast, start: int, end: int) -> list[Cohort]:
    """The cohorts under headings in `[start, end)`; one named twice is one, with all that it gives."""
    text = scene.lower[start:end]
    headings = list(cue("cohort.heading").finditer(text))
    found: dict[str, Cohort] = {}
    for index, heading in enumerate(headings):
        stop = headings[index + 1].start() if index + 1 < len(headings) else len(text)
        begin, stop = start + heading.end(), start + min(stop, heading.end() + LONGEST)
        span = (start + heading.start(1), start + heading.end(1))
        label = " ".join(scene.text[slice(*span)].split())
        keys = _keys(scene, known, cast, begin, stop)
        held = found.get(label.lower())
        every = tuple(dict.fromkeys([*(held.keys if held else ()), *keys]))
        found[label.lower()] = Cohort(held.label, every, held.span) if held else Cohort(label, every, span)
    return list(found.values())


def _keys(scene: Scene, known: Known, cast: Cast, start: int, end: int) -> tuple[str, ...]:
    """What a cohort's text gives: therapies of the record, class words put for the drugs that they stand for."""
    given = [g for g in givens_in(scene, known, cast, start, end) if not is_past(scene, g.start, g.end)]
    every = {g.therapy.key: g.therapy for g in given}
    found: dict[str, None] = {}
    for key, therapy in every.items():
        if key in cast.therapies:
            found[key] = None
        elif not covered_by(known, therapy, every.values()):
            found.update(dict.fromkeys(covered_by(known, therapy, cast.therapies.values())))
    return tuple(found)
