"""Therapies that an arm's words, and the descriptions of what it gives, name beyond its list."""

import re
from collections.abc import Sequence

from extract.model import ArmItem, Span
from extract.therapies.cast import Entry
from extract.therapies.coverage import covered_by
from extract.therapies.cues import cue
from extract.therapies.extras import LATER, is_familiar, stands_for
from extract.therapies.known import Known
from extract.therapies.model import Given, Therapy
from extract.therapies.prose import Cast, givens_in, is_background, is_past
from extract.therapies.scene import Scene

PLACEBO = re.compile(r"[\s-]*(?:matching\s+)?placebo")


def own_words(scene: Scene, known: Known, cast: Cast, arm: ArmItem) -> list[Given]:
    """What an arm's own label and description give."""
    found = [given for span in (arm.label, arm.description) for given in givens_of(scene, known, cast, span)]
    return [given for given in found if is_given(scene, known, cast, given, own=True)]


def gave_way(known: Known, items: Sequence[Entry], added: Sequence[Given]) -> set[str]:
    """Class words of the list whose own descriptions name the drugs: the drugs stand for them."""
    drugs = [item.therapy for item in added]
    classes = {g.therapy.key: g.therapy for entry in items for g in entry.phrase.given if g.therapy.term}
    return {
        key
        for key, therapy in classes.items()
        if key.startswith("class/") and known.is_spoken_class(key) and covered_by(known, therapy, drugs)
    }


def added_therapies(
    scene: Scene, known: Known, cast: Cast, items: Sequence[Entry], own: Sequence[Given], elsewhere: set[str]
) -> list[Given]:
    """Therapies that an arm's words, and the descriptions of what it gives, name beyond its list.

    Args:
        scene: the record.
        known: the vocabulary's therapies.
        cast: the therapies of the record's list.
        items: the list's entries that the arm gives.
        own: what the arm's own label and description give.
        elsewhere: keys that other arms' words name; a description shared by arms does not bring them here.
    """
    listed = {g.therapy.key: g.therapy for entry in items for g in entry.phrase.given}
    found = {given.therapy.key: given for given in own if given.therapy.key not in listed}
    for entry in items:
        for given in givens_of(scene, known, cast, entry.item.description):
            key = given.therapy.key
            if key in listed or key in found or key in elsewhere:
                continue
            if is_given(scene, known, cast, given, own=False):
                found[key] = given
    found = {key: given for key, given in found.items() if not _is_alias(scene, known, items, given.therapy)}
    here = {**listed, **{key: given.therapy for key, given in found.items()}}
    if any(therapy.type == "radiation" for therapy in listed.values()):
        found = {key: given for key, given in found.items() if given.therapy.type != "radiation"}
    return [
        g for g in found.values() if g.therapy.key in cast.therapies or not stands_for(known, g.therapy, here, listed)
    ]


def _is_alias(scene: Scene, known: Known, items: Sequence[Entry], therapy: Therapy) -> bool:
    """True for an "other name" of one of the arm's drugs that is of the same kind ("omega-3", "icosapent ethyl")."""
    for entry in items:
        given = [item.therapy for item in entry.phrase.given]
        spans = [scene.record.bounds(span) for span in entry.item.other_names]
        others = [other for span in spans for m in scene.therapies_in(*span) for other in known.of(m)]
        if len(given) == 1 and any(other.key == therapy.key for other in others):
            alike = set(given[0].classes) & set(therapy.classes) or set(given[0].targets) & set(therapy.targets)
            return bool(alike) or not (given[0].classes and therapy.classes)
    return False


def givens_of(scene: Scene, known: Known, cast: Cast, span: Span | None) -> list[Given]:
    """Every therapy named in a reader's span; [] where the record has none."""
    return givens_in(scene, known, cast, *scene.record.bounds(span)) if span else []


def is_given(scene: Scene, known: Known, cast: Cast, given: Given, *, own: bool) -> bool:
    """True where the sentence gives a therapy to the trial's patients.

    Args:
        scene: the record.
        known: the vocabulary's therapies.
        cast: the therapies of the record's list.
        given: the therapy and its place.
        own: the words are the arm's, not those of one of its interventions (which may speak of other arms' drugs).
    """
    therapy = given.therapy
    if therapy.purpose in {"diagnostic", "placebo"}:
        return False
    if therapy.key in cast.therapies:
        may = own and not _of_placebo(scene, given)
    elif therapy.key.startswith("class/"):
        may = known.is_spoken_class(therapy.key)
    else:
        may = (own or therapy.name not in LATER) and is_familiar(therapy) and _is_told(scene, given)
    return may and not is_past(scene, given.start, given.end)


def _is_told(scene: Scene, given: Given) -> bool:
    """True where a sentence speaks of the trial, and of the drug itself."""
    sentence = scene.sentence_at(given.start)
    return sentence is not None and not is_background(sentence.text) and not _of_placebo(scene, given)


def _of_placebo(scene: Scene, given: Given) -> bool:
    """True for the drug that a placebo stands in for: "placebo matching X", "X placebo"."""
    left, end = max(0, given.start - 30), given.end
    if "placebo" not in scene.lower[left : end + 20]:
        return False
    joined = cue("given.joined-placebo").search(scene.lower[left : end + 12])
    return bool(joined or PLACEBO.match(scene.lower, end, end + 20))
