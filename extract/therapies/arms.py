"""Regimens of records with an arm section: what each arm lists, what its label and description add, and choices."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from extract.model import ArmItem, Span
from extract.therapies.cast import Entry, rival_regimens
from extract.therapies.clean import name_rule
from extract.therapies.cohorts import Cohort, cohorts_in
from extract.therapies.connect import combine
from extract.therapies.coverage import covered_by
from extract.therapies.extras import LATER, is_familiar, stands_for
from extract.therapies.known import Known
from extract.therapies.model import Given, Phrase, PlannedRegimen, Therapy
from extract.therapies.prose import Cast, context_rule, givens_in, is_background, is_past, segments
from extract.therapies.resolve import placebo
from extract.therapies.roles import arm_roles
from extract.therapies.scene import Scene
from extract.therapies.terms import in_terms


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found: the regimens, therapies that the list lacks, and class words that gave way to drugs."""

    regimens: tuple[PlannedRegimen, ...]
    extra: tuple[Given, ...] = ()
    replaced: frozenset[str] = frozenset()


def read_arms(scene: Scene, known: Known, entries: Sequence[Entry], cast: Cast) -> Reading:
    """A regimen, or several, for each arm group of the record."""
    arms = scene.document.arms
    own = [_own(scene, known, cast, arm) for arm in arms]
    regimens: list[PlannedRegimen] = []
    extra: list[Given] = []
    replaced: set[str] = set()
    for index, (arm, role) in enumerate(zip(arms, arm_roles(scene, arms), strict=True)):
        elsewhere = {given.therapy.key for other, found in enumerate(own) if other != index for given in found}
        items = [entries[i] for i in arm.interventions if i < len(entries)]
        added = added_therapies(scene, known, cast, items, own[index], elsewhere)
        spoken = _replaced(known, items, added)
        extra += added
        replaced |= spoken
        regimens += arm_regimens(scene, known, cast, items, arm, role=role, added=added, spoken=spoken)
    regimens = _with_placebo(scene, known, regimens, extra)
    given = {key for regimen in regimens for key in regimen.keys}
    return Reading(tuple(regimens), tuple(extra), frozenset(replaced - given))


def _with_placebo(
    scene: Scene, known: Known, regimens: list[PlannedRegimen], extra: list[Given]
) -> list[PlannedRegimen]:
    """A placebo arm that lists what the experimental arm lists: placebo stands in for the first of it."""
    given = {key for regimen in regimens for key in regimen.keys}
    therapy = placebo(known)
    experimental = [set(regimen.keys) for regimen in regimens if regimen.role == "experimental"]
    found = []
    for regimen in regimens:
        said = name_rule("kind.placebo").pattern.search(regimen.arm or "") and regimen.role == "control"
        if said and therapy.key not in given and set(regimen.keys) in experimental:
            extra.append(Given(therapy, *regimen.spans[0]))
            found.append(replace(regimen, keys=(therapy.key, *regimen.keys[1:])))
        else:
            found.append(regimen)
    return found


def _own(scene: Scene, known: Known, cast: Cast, arm: ArmItem) -> list[Given]:
    """What an arm's own label and description give."""
    found = [given for span in (arm.label, arm.description) for given in _givens(scene, known, cast, span)]
    return [given for given in found if is_given(scene, known, cast, given, own=True)]


def _replaced(known: Known, items: Sequence[Entry], added: Sequence[Given]) -> set[str]:
    """Class words of the list whose own descriptions name the drugs: the drugs stand for them."""
    drugs = [item.therapy for item in added]
    classes = {g.therapy.key: g.therapy for entry in items for g in entry.phrase.given if g.therapy.term}
    return {
        key
        for key, therapy in classes.items()
        if key.startswith("class/") and known.is_spoken_class(key) and covered_by(known, therapy, drugs)
    }


def arm_regimens(  # noqa: PLR0913 - one arm with all that was read of it
    scene: Scene,
    known: Known,
    cast: Cast,
    items: Sequence[Entry],
    arm: ArmItem,
    *,
    role: str,
    added: Sequence[Given],
    spoken: set[str],
) -> list[PlannedRegimen]:
    """The regimens of one arm: its cohorts where its description tells them apart, else all that it gives."""
    listed = [entry.phrase for entry in items]
    every = dict.fromkeys(given.therapy.key for phrase in listed for given in phrase.given)
    every |= dict.fromkeys(given.therapy.key for given in added)
    keys = [key for key in every if key not in spoken]
    phrases = [*listed, *_told(scene, known, cast, keys, (arm.label, arm.description))]
    described = _told(scene, known, cast, keys, [entry.item.description for entry in items])
    apart = frozenset().union(*(phrase.apart for phrase in (*phrases, *described)))
    optional = frozenset().union(*(phrase.optional for phrase in phrases)) & set(keys)
    apart |= chosen_from(scene, known, cast, arm, keys) | rival_regimens(listed)
    base = PlannedRegimen(scene.record.words(arm.label), role, tuple(keys), apart, (scene.record.bounds(arm.label),))
    cohorts = _cohorts(scene, known, cast, arm, keys)
    if len(cohorts) > 1:
        return [replace(base, arm=c.label, keys=c.keys, spans=(c.span,), rule="regimen.cohort") for c in cohorts]
    return with_and_without(base, optional, [variant for phrase in phrases for variant in phrase.variants])


def with_and_without(
    base: PlannedRegimen, optional: frozenset[str], variants: Sequence[frozenset[str]] = ()
) -> list[PlannedRegimen]:
    """The regimen; without what is given "with or without" the rest; and each variant that the words name."""
    found = [base]
    sets = [set(base.keys) - optional] if optional & set(base.keys) else []
    for wanted in [*sets, *(variant & set(base.keys) for variant in variants)]:
        keys = tuple(key for key in base.keys if key in wanted)
        if keys and all(set(keys) != set(regimen.keys) for regimen in found):
            found.append(replace(base, keys=keys, rule="regimen.with-or-without", inferred=True))
    return found


def chosen_from(scene: Scene, known: Known, cast: Cast, arm: ArmItem, keys: Sequence[str]) -> frozenset[frozenset[str]]:
    """Pairs of an "investigator's choice": what is listed right after those words, else all that such an arm gives."""
    label = scene.record.words(arm.label)
    for span in (arm.label, arm.description):
        start, end = scene.record.bounds(span) if span else (0, 0)
        for cue in context_rule("choice.named").pattern.finditer(scene.text, start, end):
            given = [
                g for g in givens_in(scene, known, cast, cue.end(), min(end, cue.end() + 250)) if g.therapy.key in keys
            ]
            chain = next(iter(segments(scene, given)), [])
            alike = all(step.link in {"and", "or", "oxford", "comma", "slash"} for step in chain)
            plus = "+" in scene.text[cue.end() : chain[-1].given[-1].end] if chain else True
            if len(chain) > 1 and alike and not plus and chain[0].given[0].start - cue.end() < 40:
                return _pairs([key for step in chain for key in step.keys])
    return (
        _pairs(keys)
        if context_rule("choice.named").pattern.search(label)
        and len(keys) > 1
        and not context_rule("choice.joint").pattern.search(label)
        else frozenset()
    )


def _pairs(keys: Sequence[str]) -> frozenset[frozenset[str]]:
    return frozenset(frozenset((a, b)) for i, a in enumerate(keys) for b in keys[i + 1 :] if a != b)


def _told(scene: Scene, known: Known, cast: Cast, keys: Sequence[str], spans: Sequence[Span | None]) -> list[Phrase]:
    """The phrases of labels and descriptions, in terms of what the arm gives."""
    found = []
    for span in spans:
        given = [g for g in _givens(scene, known, cast, span) if not is_past(scene, g.start, g.end)]
        own = {
            key: known.by_key.get(key) or cast.therapies[key]
            for key in keys
            if key in known.by_key or key in cast.therapies
        }
        found += [combine(in_terms(known, own, chain)) for chain in segments(scene, given)]
    return found


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
        for given in _givens(scene, known, cast, entry.item.description):
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
        others = [known.find(scene.record.words(span)) for span in entry.item.other_names]
        if len(given) == 1 and any(other and other.key == therapy.key for other in others):
            alike = set(given[0].classes) & set(therapy.classes) or set(given[0].targets) & set(therapy.targets)
            return bool(alike) or not (given[0].classes and therapy.classes)
    return False


def _givens(scene: Scene, known: Known, cast: Cast, span: Span | None) -> list[Given]:
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
    if is_past(scene, given.start, given.end) or therapy.purpose in {"diagnostic", "placebo"}:
        return False
    if therapy.key in cast.therapies:
        return own and not _of_placebo(scene, given)
    if therapy.key.startswith("class/"):
        return known.is_spoken_class(therapy.key)
    if therapy.name in LATER and not own:
        return False
    sentence = scene.sentence_at(given.start)
    return (
        is_familiar(therapy)
        and sentence is not None
        and not is_background(sentence.text)
        and not _of_placebo(scene, given)
    )


def _of_placebo(scene: Scene, given: Given) -> bool:
    """True for the drug that a placebo stands in for: "placebo matching X", "X placebo"."""
    around = scene.text[max(0, given.start - 30) : given.end + 12]
    return bool(context_rule("given.joined-placebo").pattern.search(around)) or bool(
        re.match(r"[\s-]*(?:matching\s+)?placebo", scene.text[given.end : given.end + 20], re.I)
    )


def _cohorts(scene: Scene, known: Known, cast: Cast, arm: ArmItem, keys: Sequence[str]) -> list[Cohort]:
    """The cohorts that an arm's description tells apart by what they give."""
    if not arm.description:
        return []
    start, end = scene.record.bounds(arm.description)
    found = [cohort for cohort in cohorts_in(scene, known, cast, start, end) if cohort.keys]
    distinct = {frozenset(cohort.keys) for cohort in found}
    return found if len(distinct) > 1 and set().union(*distinct) >= set(keys) else []


__all__ = ["Reading", "context_rule", "read_arms", "with_and_without"]
