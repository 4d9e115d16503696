"""Regimens of records without an arm section: from titles, cohort headings and what the summary says is given."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from extract.model import SectionKind
from extract.text import Sentence
from extract.therapies.arms import Reading, with_and_without
from extract.therapies.cohorts import cohorts_in
from extract.therapies.connect import combine
from extract.therapies.coverage import covered_by
from extract.therapies.extras import LATER, is_familiar, stands_for
from extract.therapies.known import Known
from extract.therapies.model import Given, Phrase, PlannedRegimen, Step, Therapy
from extract.therapies.prose import Cast, context_rule, givens_in, is_background, is_past, segments, sides
from extract.therapies.roles import says_control
from extract.therapies.scene import Scene

TITLES = (SectionKind.TITLE, SectionKind.OFFICIAL_TITLE)
TOLD = (*TITLES, SectionKind.SUMMARY, SectionKind.DESCRIPTION)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two sides of a "versus", as keys."""

    experimental: tuple[str, ...]
    control: tuple[str, ...]
    span: tuple[int, int]


def read_untold(scene: Scene, known: Known, cast: Cast) -> Reading:
    """Regimens where the format names no arms."""
    told = [s for s in scene.sentences if s.kind in TITLES or (s.kind in TOLD and _tells(s))]
    extra = _added(scene, known, cast, told)
    every = {**cast.therapies, **{given.therapy.key: given.therapy for given in extra}}
    full = Cast(every, cast.local)
    keys = tuple(key for key in every)
    span = _evidence(scene, full)
    base = PlannedRegimen(None, "experimental", keys, spans=span, rule="regimen.record", inferred=True)
    if not keys:
        return Reading((), tuple(extra))
    cohorts = _cohort_regimens(scene, known, full)
    if cohorts:
        return Reading(tuple(cohorts), tuple(extra))
    phrases = _phrases(scene, known, full, told)
    apart = frozenset().union(*(phrase.apart for phrase, _ in phrases))
    optional = frozenset().union(*(phrase.optional for phrase, _ in phrases)) & set(keys)
    compared = _comparison(scene, known, full, told) or _placebo(scene, full)
    if compared:
        return Reading(tuple(_compared(replace(base, apart=apart), compared, optional, full)), tuple(extra))
    return Reading(tuple(with_and_without(replace(base, apart=apart), optional)), tuple(extra))


def _tells(sentence: Sentence) -> bool:
    """True for a sentence that may tell what the trial gives."""
    return bool(context_rule("given.cue").pattern.search(sentence.text)) and not is_background(sentence.text)


def _evidence(scene: Scene, cast: Cast) -> tuple[tuple[int, int], ...]:
    """The list of interventions, else the title."""
    spans = [scene.record.bounds(item.name) for item in scene.document.interventions]
    return tuple(spans) or tuple((s.start, s.end) for s in scene.sentences if s.kind in TITLES)[:1]


def _added(scene: Scene, known: Known, cast: Cast, told: Sequence[Sentence]) -> list[Given]:
    """Therapies that titles and the telling sentences give beyond the list."""
    found: dict[str, Given] = {}
    for sentence in [*told, *told]:
        so_far = Cast({**cast.therapies, **{key: given.therapy for key, given in found.items()}}, cast.local)
        for given in givens_in(scene, known, cast, sentence.start, sentence.end):
            key = given.therapy.key
            if key in cast.therapies or key in found or is_past(scene, given.start, given.end):
                continue
            spoken = not key.startswith("class/") or known.is_spoken_class(key) or sentence.kind in TITLES
            if spoken and _joins(scene, known, so_far, given, sentence):
                found[key] = given
    every = {**cast.therapies, **{key: given.therapy for key, given in found.items()}}
    return [given for given in found.values() if not stands_for(known, given.therapy, every)]


def _joins(scene: Scene, known: Known, cast: Cast, given: Given, sentence: Sentence) -> bool:
    """True where a therapy stands in a chain with one of the list, or a title of a record without a list names it."""
    if given.therapy.purpose in {"diagnostic", "placebo"}:
        return False
    if given.therapy.name in LATER or not is_familiar(given.therapy):
        return False
    chains = segments(scene, givens_in(scene, known, cast, sentence.start, sentence.end))
    joined = [chain for chain in chains if {key for step in chain for key in step.keys} & set(cast.therapies)]
    ends = {item.end for chain in joined for step in chain for item in step.given}
    for chain in chains:
        keys = {key for step in chain for key in step.keys}
        opened = scene.text[chain[0].given[0].start - 2 : chain[0].given[0].start]
        anchored = "(" in opened and any(
            chain[0].given[0].start - 3 <= end for end in ends if end <= chain[0].given[0].start
        )
        if given.therapy.key in keys and (chain in joined or anchored):
            return True
    return not cast.therapies and sentence.kind in TITLES


def _phrases(scene: Scene, known: Known, cast: Cast, told: Sequence[Sentence]) -> list[tuple[Phrase, Sentence]]:
    """The phrases of titles and telling sentences, in terms of the record's therapies."""
    found = []
    for sentence in told:
        given = [
            g for g in givens_in(scene, known, cast, sentence.start, sentence.end) if not is_past(scene, g.start, g.end)
        ]
        for chain in segments(scene, given):
            found.append((combine(_in_terms(known, cast, chain)), sentence))
    return found


def _in_terms(known: Known, cast: Cast, chain: Sequence[Step]) -> list[Step]:
    """A chain with class words put for the listed drugs that they stand for."""
    here = [item.therapy for step in chain for item in step.given if item.therapy.key in cast.therapies]
    steps = []
    for step in chain:
        given: list[Given] = []
        for item in step.given:
            if item.therapy.key in cast.therapies:
                given.append(item)
            else:
                stand = covered_by(known, item.therapy, [t for t in cast.therapies.values() if t not in here])
                given += [replace(item, therapy=cast.therapies[key]) for key in stand]
        if given:
            steps.append(Step(step.link, tuple(given)))
    return steps


def _comparison(scene: Scene, known: Known, cast: Cast, told: Sequence[Sentence]) -> Comparison | None:
    """The first "A versus B" of titles and telling sentences whose two sides both give something."""
    for sentence in told:
        given = [
            g for g in givens_in(scene, known, cast, sentence.start, sentence.end) if not is_past(scene, g.start, g.end)
        ]
        for chain in segments(scene, given):
            parts = sides(_in_terms(known, cast, chain))
            if len(parts) > 1 and all(parts):
                first, second = (
                    tuple(dict.fromkeys(k for s in part for i in s.given for k in [i.therapy.key]))
                    for part in parts[:2]
                )
                if set(first) != set(second):
                    return Comparison(first, second, (sentence.start, sentence.end))
    return None


def _placebo(scene: Scene, cast: Cast) -> Comparison | None:
    """Where a placebo is listed: it stands in for the first drug of the record."""
    placebos = [key for key, therapy in cast.therapies.items() if therapy.purpose == "placebo"]
    active = [key for key, therapy in cast.therapies.items() if therapy.purpose == "treatment"]
    if not placebos or not active:
        return None
    return Comparison((active[0],), tuple(placebos), (0, 0))


def _compared(base: PlannedRegimen, compared: Comparison, optional: frozenset[str], cast: Cast) -> list[PlannedRegimen]:
    """Both sides, with what neither names given on both."""
    first, second = set(compared.experimental), set(compared.control)
    shared = [key for key in base.keys if key not in first | second]
    experimental = tuple(key for key in base.keys if key in first or key in shared)
    control = tuple(key for key in base.keys if key in second or key in shared)
    spans = (compared.span,) if compared.span != (0, 0) else base.spans
    found = with_and_without(replace(base, keys=experimental, spans=spans, rule="regimen.versus"), optional - second)
    return [*found, replace(base, role="control", keys=control, spans=spans, rule="regimen.versus")]


def _cohort_regimens(scene: Scene, known: Known, cast: Cast) -> list[PlannedRegimen]:
    """Regimens under cohort headings of summary and description, where they tell different treatments."""
    found = []
    for section in scene.record.sections:
        if section.kind not in (SectionKind.SUMMARY, SectionKind.DESCRIPTION):
            continue
        start = scene.record.start_of(section.name)
        cohorts = [c for c in cohorts_in(scene, known, cast, start, start + len(section.text)) if c.keys]
        if len({frozenset(cohort.keys) for cohort in cohorts}) > 1:
            found = [
                PlannedRegimen(
                    cohort.label,
                    "control" if says_control(cohort.label) else "experimental",
                    cohort.keys,
                    spans=(cohort.span,),
                    rule="regimen.cohort",
                )
                for cohort in cohorts
            ]
            break
    return found if any(regimen.role == "experimental" for regimen in found) else []


__all__ = ["Therapy", "read_untold"]
