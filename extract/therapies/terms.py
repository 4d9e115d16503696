"""A chain of words in terms of what a record gives: class words put for the drugs that they stand for."""

from collections.abc import Mapping, Sequence

from extract.therapies.coverage import covered_by
from extract.therapies.cues import cue
from extract.therapies.known import Known
from extract.therapies.model import Given, Step, Therapy
from extract.therapies.scene import Scene

# Links from the strongest to the weakest: a word left out hands its link on to the next.
RANK = ("versus", "alone", "optional", "then", "either", "oxford", "or", "and", "comma", "slash")


def in_terms(known: Known, therapies: Mapping[str, Therapy], chain: Sequence[Step]) -> tuple[Step, ...]:
    """The steps of a chain that give some of `therapies`; a class word gives those of its kind not named themselves."""
    here = {item.therapy.key for step in chain for item in step.given}
    others = [therapy for key, therapy in therapies.items() if key not in here]
    steps: list[Step] = []
    pending: str | None = None
    for step in chain:
        given: list[Given] = []
        for item in step.given:
            if item.therapy.key in therapies:
                given.append(item)
            else:
                stand = covered_by(known, item.therapy, others)
                given += [item._replace(therapy=therapies[key]) for key in stand]
        link = step.link if pending is None else min(pending, step.link, key=RANK.index)
        if given:
            steps.append(Step(link, tuple(given)))
        pending = None if given else link
    return tuple(steps)


def is_apposed(scene: Scene, given: Given) -> bool:
    """True for what an apposition says of the name before it ("X, an anti-Y antibody")."""
    return bool(cue("given.apposed").search(scene.lower[max(0, given.start - 60) : given.start]))
