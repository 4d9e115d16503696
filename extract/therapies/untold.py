"""Regimens of records without an arm section: from titles, cohort headings and what the summary says is given."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise

from extract.model import SectionKind
from extract.text import Sentence
from extract.therapies.arms import Reading, with_and_without
from extract.therapies.cast import Entry, rival_regimens
from extract.therapies.choices import choice_groups, combine
from extract.therapies.cohorts import cohorts_in
from extract.therapies.compare import Comparison, compared_regimens, comparison, placebo_comparison, standard_comparison
from extract.therapies.cues import cue
from extract.therapies.enumerated import enumerated_regimens
from extract.therapies.known import Known
from extract.therapies.model import Phrase, PlannedRegimen, Step
from extract.therapies.prose import Cast, givens_in, is_background, is_past, segments, sides
from extract.therapies.roles import says_control
from extract.therapies.scene import Scene
from extract.therapies.spoken import TITLES, added_by_prose, counts, listed_class_words
from extract.therapies.terms import in_terms

LONG_LIST = 8
FEW_NAMED = 3
TOLD = (*TITLES, SectionKind.SUMMARY, SectionKind.DESCRIPTION)


@dataclass(frozen=True, slots=True)
class Chain:
    """Therapies of the record that a sentence joins."""

    steps: tuple[Step, ...]
    sentence: Sentence

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        """What the chain gives, on each side of a "versus"."""
        return tuple(combine(part) for part in sides(self.steps))


def read_untold(scene: Scene, known: Known, entries: Sequence[Entry], cast: Cast) -> Reading:
    """Regimens where the format names no arms."""
    told = [s for s in scene.sentences if s.kind in TITLES or (s.kind in TOLD and _tells(s))]
    extra = tuple(added_by_prose(scene, known, cast, told))
    replaced = listed_class_words(known, cast, extra)
    kept = {key: therapy for key, therapy in cast.therapies.items() if key not in replaced}
    full = Cast({**kept, **{given.therapy.key: given.therapy for given in extra}}, cast.local)
    if not full.therapies:
        return Reading((), extra, replaced)
    spoken = [s for s in scene.sentences if s.kind in TOLD and (s in told or not is_background(s.text))]
    chains = _chains(scene, known, full, spoken)
    regimens = (
        _cohort_regimens(scene, known, full, chains)
        or _entry_regimens(scene, entries, full, chains)
        or enumerated_regimens(scene, known, full, spoken)
        or _phrased(scene, known, full, chains, [entry.phrase for entry in entries])
    )
    return Reading(tuple(regimens), extra, replaced)


def _phrased(
    scene: Scene, known: Known, cast: Cast, chains: Sequence[Chain], listed: Sequence[Phrase]
) -> list[PlannedRegimen]:
    """Regimens from how the list, titles and telling sentences join the therapies."""
    keys = _named_in_long_list(scene, known, cast)
    phrases = [phrase for chain in chains for phrase in chain.phrases]
    lead = _lead(cast, chains)
    variants = [variant for phrase in phrases for variant in phrase.variants] or _mono(scene, cast, chains)
    apart = rival_regimens(listed).union(*(phrase.apart for phrase in (*listed, *phrases)))
    apart -= _said_together(apart, variants) | _joined_by_name(listed, chains)
    optional = frozenset().union(*(phrase.optional for phrase in phrases)) & set(keys)
    if any(step.link == "versus" for chain in chains for step in chain.steps) or len(set(keys) - optional) <= 1:
        optional -= {lead} - _left_out(chains)
    base = PlannedRegimen(
        None, "experimental", keys, apart, _evidence(scene), rule="regimen.record", inferred=len(keys) > 1
    )
    variants = [variant for variant in variants if lead in variant]
    compared = _compare(scene, cast, chains, optional)
    if compared:
        return compared_regimens(cast.therapies, base, compared, optional, variants)
    return [
        regimen
        for split in _split(known, cast, base, chains)
        for regimen in with_and_without(split, optional, variants)
    ]


def _left_out(chains: Sequence[Chain]) -> set[str]:
    """What words give "with or without" the rest."""
    return {key for chain in chains for step in chain.steps if step.link == "optional" for key in step.keys}


def _said_together(apart: Iterable[frozenset[str]], variants: Sequence[frozenset[str]]) -> set[frozenset[str]]:
    """Pairs of A and a partner, where words say "A alone or in combination with" that partner."""
    alone = frozenset().union(*(one for one in variants for other in variants if one < other))
    return {pair for pair in apart if pair & alone and any(pair <= variant for variant in variants)}


def _joined_by_name(listed: Sequence[Phrase], chains: Sequence[Chain]) -> set[frozenset[str]]:
    """Pairs that an entry of the list gives together or a title joins by "and": a sentence sets none of them apart."""
    entries = {
        frozenset((a.therapy.key, b.therapy.key)) for phrase in listed for a, b in combinations(phrase.given, 2)
    } - {pair for phrase in listed for pair in phrase.apart}
    titles = [chain.steps for chain in chains if chain.sentence.kind in TITLES]
    joined = (pair for steps in titles for pair in pairwise(steps) if pair[1].link == "and")
    return entries | {frozenset((a, b)) for one, other in joined for a in one.keys for b in other.keys if a != b}


def _named_in_long_list(scene: Scene, known: Known, cast: Cast) -> tuple[str, ...]:
    """All therapies; of a long list only those that title and summary name, where they name some.

    A list of ten drugs is one of courses and later modules: the record does not say that one patient gets them all.
    """
    treatments = [key for key, therapy in cast.therapies.items() if therapy.purpose == "treatment"]
    if len(treatments) < LONG_LIST:
        return tuple(cast.therapies)
    named: set[str] = set()
    for sentence in scene.sentences:
        if sentence.kind in TOLD[:3]:
            named |= {g.therapy.key for g in givens_in(scene, known, cast, sentence.start, sentence.end)}
    kept = tuple(key for key in cast.therapies if key in named)
    return kept if len(kept) >= FEW_NAMED else tuple(cast.therapies)


def _compare(scene: Scene, cast: Cast, chains: Sequence[Chain], optional: frozenset[str]) -> Comparison | None:
    """What is compared with what, where a title or sentence says so, or a placebo is given."""
    steps = [(chain.steps, (chain.sentence.start, chain.sentence.end)) for chain in chains]
    return (
        comparison(scene, cast.therapies, steps)
        or placebo_comparison(cast.therapies, [chain.steps for chain in chains], optional)
        or standard_comparison(scene, cast.therapies, [chain.steps for chain in chains])
    )


def _lead(cast: Cast, chains: Sequence[Chain]) -> str | None:
    """The therapy that the trial is about: the first treatment that a title names, else the first of the list."""
    titled = [item.therapy.key for c in chains if c.sentence.kind in TITLES for step in c.steps for item in step.given]
    return next((key for key in (*titled, *cast.therapies) if cast.therapies[key].purpose == "treatment"), None)


def _mono(scene: Scene, cast: Cast, chains: Sequence[Chain]) -> list[frozenset[str]]:
    """`A as monotherapy and in combination`, the partner unnamed there: A by itself."""
    treatments = [key for key, therapy in cast.therapies.items() if therapy.purpose == "treatment"]
    for sentence in scene.sentences:
        found = cue("mono.cue").search(sentence.text.lower()) if sentence.kind in TOLD[:3] else None
        if found and len(treatments) > 1 and not is_background(sentence.text):
            at = sentence.start + found.start()
            before = [
                item for c in chains if c.sentence is sentence for s in c.steps for item in s.given if item.end <= at
            ]
            return [frozenset({max(before, key=lambda item: item.end).therapy.key if before else treatments[0]})]
    return []


def _split(known: Known, cast: Cast, base: PlannedRegimen, chains: Sequence[Chain]) -> list[PlannedRegimen]:
    """`A or B` of a title, where A and B are of different kinds and no one chooses: regimens of their own."""
    titled = [c for c in chains if c.sentence.kind in TITLES and not _chosen(c.sentence.text)]
    apart = frozenset().union(*(phrase.apart for chain in titled for phrase in chain.phrases))
    for group in choice_groups(base.keys, apart):
        if not any(_kindred(known, cast, one, other) for one in group for other in group if one != other):
            rest = base.apart - {pair for pair in base.apart if pair <= set(group)}
            return [
                replace(base, keys=tuple(k for k in base.keys if k == key or k not in group), apart=rest)
                for key in group
            ]
    return [base]


def _chosen(text: str) -> bool:
    return bool(cue("choice.cue").search(text.lower()))


def _kindred(known: Known, cast: Cast, one: str, other: str) -> bool:
    """True for two cytotoxics, and for two drugs that share a class."""
    over = [known.classes_over(key) for key in (one, other)]
    if all("chemotherapy" in classes for classes in over):
        return True
    return bool(set(cast.therapies[one].classes) & set(cast.therapies[other].classes))


def _tells(sentence: Sentence) -> bool:
    """True for a sentence that may tell what the trial gives."""
    lower = sentence.text.lower()
    return bool(cue("given.cue").search(lower) or cue("given.dosed").search(lower)) and not is_background(sentence.text)


def _evidence(scene: Scene) -> tuple[tuple[int, int], ...]:
    """The list of interventions, else the title."""
    spans = [scene.record.bounds(item.name) for item in scene.document.interventions]
    return tuple(spans) or tuple((s.start, s.end) for s in scene.sentences if s.kind in TITLES)[:1]


def _chains(scene: Scene, known: Known, cast: Cast, told: Sequence[Sentence]) -> list[Chain]:
    """The chains of titles and telling sentences, in terms of the record's therapies."""
    found = []
    for sentence in told:
        every = givens_in(scene, known, cast, sentence.start, sentence.end)
        given = [g for g in every if not is_past(scene, g.start, g.end) and counts(scene, cast, g)]
        found += [
            Chain(steps, sentence)
            for chain in segments(scene, given)
            if (steps := in_terms(known, cast.therapies, chain))
        ]
    return found


def _entry_regimens(
    scene: Scene, entries: Sequence[Entry], cast: Cast, chains: Sequence[Chain]
) -> list[PlannedRegimen]:
    """Where the list's entries are combinations that share a therapy, each entry is an arm."""
    sets: dict[frozenset[str], tuple[tuple[str, ...], Entry]] = {}
    for entry in entries:
        keys = tuple(dict.fromkeys(g.therapy.key for g in entry.phrase.given if g.therapy.key in cast.therapies))
        if any(cast.therapies[key].purpose == "treatment" for key in keys):
            sets.setdefault(frozenset(keys), (keys, entry))
    combined = any(len({given.start for given in entry.phrase.given}) > 1 for _, entry in sets.values())
    overlap = any(one & other for one in sets for other in sets if one != other)
    if len(sets) < 2 or not overlap or not combined or _joined_across(sets, chains):
        return []
    alone = any(cue("mono.cue").search(s.text.lower()) for s in scene.sentences if s.kind in TOLD[:3])
    sets = _with_lead(sets, _lead(cast, chains)) if alone else sets
    compared = _compare(scene, cast, chains, frozenset())
    rest = tuple(key for key in cast.therapies if not any(key in keys for keys in sets))
    contrast = not alone and any(cue("role.contrast").search(s.text.lower()) for s in scene.sentences if s.kind in TOLD)
    return [
        PlannedRegimen(
            None,
            "control" if (contrast and any(own < other for other in sets)) or _on(compared, own) else "experimental",
            (*keys, *rest),
            entry.phrase.apart,
            (entry.span,),
            "regimen.entry",
            inferred=True,
        )
        for own, (keys, entry) in sets.items()
    ]


def _on(compared: Comparison | None, own: frozenset[str]) -> bool:
    """True for what gives the control's own drugs and none of the other side's own, where both sides have some."""
    if compared is None:
        return False
    control, other = compared.control - compared.experimental, compared.experimental - compared.control
    return bool(other and own & control) and not own & other


def _with_lead(
    sets: dict[frozenset[str], tuple[tuple[str, ...], Entry]], lead: str | None
) -> dict[frozenset[str], tuple[tuple[str, ...], Entry]]:
    """`A alone or in combination` where the list names A, then its partners: A is given with each of them."""
    if lead is None or any(lead in own and len(own) > 1 for own in sets) or frozenset({lead}) not in sets:
        return sets
    return {own | {lead}: (keys if lead in own else (lead, *keys), entry) for own, (keys, entry) in sets.items()}


def _joined_across(sets: Iterable[frozenset[str]], chains: Sequence[Chain]) -> bool:
    """True where a sentence gives together what no one entry of the list holds."""
    return any(
        step.link == "and" and not any(step.keys | before.keys <= one for one in sets)
        for chain in chains
        for before, step in pairwise(chain.steps)
        if not step.keys & before.keys
    )


def _cohort_regimens(scene: Scene, known: Known, cast: Cast, chains: Sequence[Chain]) -> list[PlannedRegimen]:
    """Regimens under cohort headings of summary and description, where they tell different treatments."""
    compared: Comparison | None = None
    for section in scene.record.sections:
        if section.kind not in (SectionKind.SUMMARY, SectionKind.DESCRIPTION):
            continue
        start = scene.record.start_of(section.name)
        cohorts = [c for c in cohorts_in(scene, known, cast, start, start + len(section.text)) if c.keys]
        compared = compared or (_compare(scene, cast, chains, frozenset()) if cohorts else None)
        controls = [says_control(cohort.label) or _on(compared, frozenset(cohort.keys)) for cohort in cohorts]
        roles = ["control" if control else "experimental" for control in controls]
        if len({frozenset(cohort.keys) for cohort in cohorts}) > 1 and "experimental" in roles:
            return [
                PlannedRegimen(cohort.label, role, cohort.keys, spans=(cohort.span,), rule="regimen.cohort")
                for cohort, role in zip(cohorts, roles, strict=True)
            ]
    return []
