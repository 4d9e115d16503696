"""Therapies that titles and summaries give beyond the list, in records without an arm section."""

from collections.abc import Sequence

from extract.model import SectionKind
from extract.text import Sentence
from extract.therapies.connect import LONGEST_GAP, link_between
from extract.therapies.coverage import WIDEST_CLASSES, covered_by
from extract.therapies.cues import cue
from extract.therapies.extras import LATER, is_familiar, stands_for
from extract.therapies.known import Known
from extract.therapies.model import Given, Step
from extract.therapies.prose import Cast, givens_in, is_past, segments
from extract.therapies.scene import Scene
from extract.therapies.terms import is_apposed
from ontology.model import TermKind

TITLES = (SectionKind.TITLE, SectionKind.OFFICIAL_TITLE)


def listed_class_words(known: Known, cast: Cast, extra: Sequence[Given]) -> frozenset[str]:
    """Class words of the list for which the prose names the drugs, or a narrower class."""
    drugs = [given.therapy for given in extra]
    classes = [therapy for key, therapy in cast.therapies.items() if key.startswith("class/")]
    return frozenset(therapy.key for therapy in classes if covered_by(known, therapy, drugs))


def added_by_prose(scene: Scene, known: Known, cast: Cast, told: Sequence[Sentence]) -> list[Given]:
    """Therapies that titles and the telling sentences give beyond the list; twice, for what joins what was added."""
    found: dict[str, Given] = {}
    for sentence in [*told, *told]:
        so_far = Cast({**cast.therapies, **{key: given.therapy for key, given in found.items()}}, cast.local)
        every = [g for g in givens_in(scene, known, cast, sentence.start, sentence.end) if counts(scene, cast, g)]
        if all(given.therapy.key in so_far.therapies for given in every):
            continue
        joined = _joined(scene, known, so_far, every, titled=sentence.kind in TITLES)
        for given in every:
            key = given.therapy.key
            if key in so_far.therapies or key in found or is_past(scene, given.start, given.end):
                continue
            spoken = not key.startswith("class/") or known.is_spoken_class(key) or _titled_class(key, sentence)
            if (
                spoken
                and _may_be_added(scene, given)
                and (given.start in joined or _by_itself(scene, cast, given, sentence))
            ):
                found[key] = given
    whole = {**cast.therapies, **{key: given.therapy for key, given in found.items()}}
    return [given for given in found.values() if not stands_for(known, given.therapy, whole, cast.therapies)]


def counts(scene: Scene, cast: Cast, given: Given) -> bool:
    """False for a word that only describes the drug before it."""
    return given.therapy.key in cast.therapies or not is_apposed(scene, given)


def _titled_class(key: str, sentence: Sentence) -> bool:
    """A class that a title gives without a drug ("plus EGFR-TKI"); the widest words give nothing."""
    return sentence.kind in TITLES and key.removeprefix("class/") not in WIDEST_CLASSES


def _may_be_added(scene: Scene, given: Given) -> bool:
    """False for what is no therapy of patients, and for what an apposition says of another drug."""
    therapy = given.therapy
    if is_apposed(scene, given):
        return False
    return therapy.purpose not in {"diagnostic", "placebo"} and therapy.name not in LATER and is_familiar(therapy)


def _by_itself(scene: Scene, cast: Cast, given: Given, sentence: Sentence) -> bool:
    """True for a dosed drug of a protocol, and in the title of a record that lists nothing."""
    if not cast.therapies and sentence.kind in TITLES:
        return True
    return not given.therapy.key.startswith("class/") and bool(
        cue("given.dosed").match(scene.lower, given.end, given.end + 24)
    )


def _spells_out(known: Known, cast: Cast, chain: Sequence[Step]) -> bool:
    """True for a chain of drugs that stand for all class words of a list that has nothing else: "A plus B"."""
    listed = [therapy for therapy in cast.therapies.values() if therapy.purpose == "treatment"]
    drugs = [item.therapy for step in chain for item in step.given if item.therapy.key.startswith("drug/")]
    return (
        bool(listed)
        and len(drugs) >= len(listed)
        and all(therapy.key.startswith("class/") and covered_by(known, therapy, drugs) for therapy in listed)
    )


def _by_class(scene: Scene, known: Known, cast: Cast, chain: Sequence[Step]) -> bool:
    """True for a chain that joins a class or a target, put for a drug of the list, to others: "PD-1 plus X"."""
    listed = cast.therapies.values()
    if any(covered_by(known, item.therapy, listed) for step in chain for item in step.given):
        return True
    start, targets = chain[0].given[0].start, {target for therapy in listed for target in therapy.targets}
    return any(
        link_between(scene.text[mention.end : start]) == "and"
        for mention in scene.mentions_in(max(0, start - LONGEST_GAP), start)
        if any(term.id in targets for term in mention.of(TermKind.TARGET))
    )


def _joined(scene: Scene, known: Known, cast: Cast, every: Sequence[Given], *, titled: bool) -> set[int]:
    """Places of therapies in a chain with one of the record, or in the parentheses right after such a chain."""
    chains = segments(scene, every)
    joined = [chain for chain in chains if any(step.keys & set(cast.therapies) for step in chain)]
    joined += [chain for chain in chains if chain not in joined and _spells_out(known, cast, chain)]
    ends = [item.end for chain in joined for step in chain for item in step.given]
    for chain in chains:
        start = chain[0].given[0].start
        if "(" in scene.text[max(0, start - 2) : start] and any(start - 3 <= end <= start for end in ends):
            joined.append(chain)
    found = {item.start for chain in joined for step in chain for item in step.given}
    for chain in chains if titled else ():
        if chain not in joined and _by_class(scene, known, cast, chain):
            drugs = (item for step in chain for item in step.given if item.therapy.key.startswith("drug/"))
            found |= {item.start for item in drugs}
    return found
