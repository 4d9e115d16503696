"""Regimens of records with an arm section: what each arm lists, what its label and description add, and choices."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from extract.model import ArmItem, Span
from extract.therapies.added import added_therapies, gave_way, givens_of, own_words
from extract.therapies.cast import Entry, rival_regimens
from extract.therapies.choices import combine
from extract.therapies.cohorts import Cohort, cohorts_in
from extract.therapies.cues import cue
from extract.therapies.known import Known
from extract.therapies.model import Given, Phrase, PlannedRegimen
from extract.therapies.prose import Cast, givens_in, is_past, segments
from extract.therapies.resolve import placebo
from extract.therapies.roles import arm_roles
from extract.therapies.scene import Scene
from extract.therapies.terms import in_terms

LONGEST_PART = 3  # words of a label that is a drug's name and nothing more


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found: the regimens, therapies that the list lacks, and class words that gave way to drugs."""

    regimens: tuple[PlannedRegimen, ...]
    extra: tuple[Given, ...] = ()
    replaced: frozenset[str] = frozenset()


def read_arms(scene: Scene, known: Known, entries: Sequence[Entry], cast: Cast) -> Reading:
    """A regimen, or several, for each arm group of the record."""
    arms = scene.document.arms
    own = [own_words(scene, known, cast, arm) for arm in arms]
    regimens: list[PlannedRegimen] = []
    extra: list[Given] = []
    replaced: set[str] = set()
    for index, (arm, role) in enumerate(zip(arms, arm_roles(scene, arms), strict=True)):
        elsewhere = {given.therapy.key for other, found in enumerate(own) if other != index for given in found}
        items = [entries[i] for i in arm.interventions if i < len(entries)]
        added = added_therapies(scene, known, cast, items, own[index], elsewhere)
        spoken = gave_way(known, items, added)
        extra += added
        replaced |= spoken
        regimens += arm_regimens(scene, known, cast, items, arm, role=role, added=added, spoken=spoken)
    regimens = _one_group(scene, _with_placebo(scene, known, regimens, extra))
    given = {key for regimen in regimens for key in regimen.keys}
    return Reading(tuple(regimens), tuple(extra), frozenset(replaced - given))


def _one_group(scene: Scene, regimens: list[PlannedRegimen]) -> list[PlannedRegimen]:
    """Where all patients are one group and each "arm" is the name of one drug, the arms are parts of one regimen."""
    keys = tuple(dict.fromkeys(key for regimen in regimens for key in regimen.keys))
    single = all(len(r.keys) == 1 and len((r.arm or "").split()) <= LONGEST_PART for r in regimens)
    if scene.document.registry.intervention_model != "SINGLE_GROUP" or not single or not 1 < len(keys) == len(regimens):
        return regimens
    if any(regimen.role != "experimental" for regimen in regimens):
        return regimens
    spans = tuple(span for regimen in regimens for span in regimen.spans)
    label = " + ".join(regimen.arm or "" for regimen in regimens)
    return [replace(regimens[0], arm=label, keys=keys, spans=spans, rule="regimen.one-group", inferred=True)]


def _with_placebo(
    scene: Scene, known: Known, regimens: list[PlannedRegimen], extra: list[Given]
) -> list[PlannedRegimen]:
    """A placebo arm that lists what the experimental arm lists: placebo stands in for the first of it."""
    given = {key for regimen in regimens for key in regimen.keys}
    therapy = placebo(known)
    experimental = [set(regimen.keys) for regimen in regimens if regimen.role == "experimental"]
    found = []
    for regimen in regimens:
        said = regimen.role == "control" and cue("kind.placebo").search((regimen.arm or "").lower())
        if said and therapy.key not in given and set(regimen.keys) in experimental:
            extra.append(Given(therapy, *regimen.spans[0]))
            found.append(replace(regimen, keys=(therapy.key, *regimen.keys[1:])))
        else:
            found.append(regimen)
    return found


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
    variants = with_and_without(base, optional, [variant for phrase in phrases for variant in phrase.variants])
    return [base, *(other for other in variants[1:] if _treats(known, cast, other.keys))]


def _treats(known: Known, cast: Cast, keys: Sequence[str]) -> bool:
    """True where something is left beside surgery and placebo: without its drugs an arm is none of its variants."""
    found = (cast.therapies.get(key) or known.by_key.get(key) for key in keys)
    return any(item is None or (item.type != "procedure" and item.purpose == "treatment") for item in found)


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
    if len(keys) < 2:
        return frozenset()
    for span in (arm.label, arm.description):
        if span is None or len(givens_of(scene, known, cast, span)) < 2:
            continue
        start, end = scene.record.bounds(span)
        for named in cue("choice.named").finditer(scene.lower[start:end]):
            at = start + named.end()
            given = [g for g in givens_in(scene, known, cast, at, min(end, at + 250)) if g.therapy.key in keys]
            chain = next(iter(segments(scene, given)), [])
            alike = all(step.link in {"and", "or", "oxford", "comma", "slash"} for step in chain)
            plus = "+" in scene.text[at : chain[-1].given[-1].end] if chain else True
            if len(chain) > 1 and alike and not plus and chain[0].given[0].start - at < 40:
                return _pairs([key for step in chain for key in step.keys])
    label = scene.record.words(arm.label).lower()
    whole = cue("choice.named").search(label) and not cue("choice.joint").search(label)
    return _pairs(keys) if whole else frozenset()


def _pairs(keys: Sequence[str]) -> frozenset[frozenset[str]]:
    return frozenset(frozenset((a, b)) for i, a in enumerate(keys) for b in keys[i + 1 :] if a != b)


def _told(scene: Scene, known: Known, cast: Cast, keys: Sequence[str], spans: Sequence[Span | None]) -> list[Phrase]:
    """The phrases of labels and descriptions, in terms of what the arm gives."""
    own = {key: one for key in keys if (one := known.by_key.get(key) or cast.therapies.get(key))}
    found = []
    for span in spans:
        given = [g for g in givens_of(scene, known, cast, span) if not is_past(scene, g.start, g.end)]
        found += [combine(in_terms(known, own, chain)) for chain in segments(scene, given)]
    return found


def _cohorts(scene: Scene, known: Known, cast: Cast, arm: ArmItem, keys: Sequence[str]) -> list[Cohort]:
    """The cohorts that an arm's description tells apart by what they give."""
    if not arm.description or len(givens_of(scene, known, cast, arm.description)) < 2:
        return []
    start, end = scene.record.bounds(arm.description)
    found = [cohort for cohort in cohorts_in(scene, known, cast, start, end) if cohort.keys]
    distinct = {frozenset(cohort.keys) for cohort in found}
    return found if len(distinct) > 1 and set().union(*distinct) >= set(keys) else []


__all__ = ["Reading", "read_arms", "with_and_without"]
