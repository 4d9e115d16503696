"""What the words in and beside an unknown name say of it: its kind, its classes, its targets. Nothing else may."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from extract.facts import Certainty
from extract.matcher import Mention
from extract.model import SectionKind
from extract.therapies.clean import name_rules, squeeze
from extract.therapies.cues import cue
from extract.therapies.model import Therapy
from extract.therapies.prose import is_background
from extract.therapies.scene import Scene
from ontology.model import TermKind

CLOSE = re.compile(r"(?:\s?/\s?\w{1,8})?[\s-]{0,2}(?:targeted|targeting|directed|specific|redirected)?[\s-]{0,2}")
PAIRED = re.compile(r"^\s?(?:[/×xX+]|and|and/or|,|-)\s?$")
# ", drug B, and drug C": a list, no apposition.
LISTED = re.compile(r"\s?,\s?(?!an?\s|the\s)[^,.;()]{2,40},\s?(?:and|or|plus)\b", re.I)
REACH = 110
LONG_REACH = 280
MOST_PLACES = 60
SHORT = 4
KNOCKING = re.compile(r"\bknock(?:ing)?[- ]?(?:out|down)(?: (?:of|the)){0,2} $", re.I)
# A receptor named by the number of the antigen that it binds: "CAR33", "CART-19".
NUMBERED = re.compile(r"\bCAR-?T?-?(\d{1,3})(?!\w)", re.I)
MOLECULES = frozenset({"drug", "biological", "cell_gene"})


@dataclass(frozen=True, slots=True)
class Kind:
    """What rule words say a thing is."""

    type: str
    label: str
    rule: str


@lru_cache(maxsize=10_000)
def kind_of(text: str) -> Kind | None:
    """The kind that the words of a name or description say, most telling first."""
    words = squeeze(text).lower()
    for kind, rule in _kinds():
        if rule.search(words):
            return kind
    return None


@cache
def _kinds() -> tuple[tuple[Kind, re.Pattern[str]], ...]:
    return tuple(
        (Kind(rule.value["type"], rule.value["class"], rule.id), cue(rule.id))
        for rule in name_rules("kind")
        if "class" in rule.value
    )


def targets_of(mentions: Sequence[Mention], text: str, offset: int, *, any_target: bool = False) -> tuple[str, ...]:
    """HGNC symbols of the targets that a stretch of text says something acts on.

    Args:
        mentions: those within the text.
        text: the text, which starts at `offset` of the record.
        offset: see `text`.
        any_target: take every target named (inside a therapy's own name), not only those with a word that says so.
    """
    found: list[str] = []
    named = [(mention, term) for mention in mentions for term in mention.of(TermKind.TARGET)[:1]]
    targets = [
        (mention, term)
        for mention, term in named
        if (len(mention.text) > 2 or not term.needs_context)
        and not _is_word(mention.text, term.text)
        and not _knocked_out(text, mention, offset)
    ]
    acted = [any_target or _acted_on(text, mention, offset) for mention, _ in targets]
    for index in range(len(targets) - 1, 0, -1):
        left, right = targets[index - 1][0], targets[index][0]
        if PAIRED.match(text[left.end - offset : right.start - offset]):
            acted[index - 1] = acted[index] = acted[index] or acted[index - 1]
    for (_, term), yes in zip(targets, acted, strict=True):
        if yes and term.id not in found:
            found.append(term.id)
    return tuple(found)


def _is_word(text: str, name: str) -> bool:
    """True for a plain word where a target's short name is written otherwise: "End" for END."""
    return len(text) <= SHORT and text.isalpha() and text != name


def _knocked_out(text: str, mention: Mention, offset: int) -> bool:
    """True for a gene that cells have lost: they do not act on it."""
    start, end = mention.start - offset, mention.end - offset
    after = cue("part.knocked-out").match(text[end : end + 40].lower())
    return bool(after or KNOCKING.search(text, max(0, start - 30), start))


# Signalling parts of a CAR, which its name may spell out; no target where another is named.
SIGNALLING = frozenset({"TNFRSF9", "CD28", "CD247", "TNFRSF4", "ICOS", "CD3E", "IL7R", "IL15", "CASP9"})


def own_targets(scene: Scene, mentions: Sequence[Mention], text: str, offset: int) -> tuple[str, ...]:
    """Targets that a therapy's own name names, by a class or by themselves; the signalling parts of a CAR are none."""
    told = [target for _, acted in class_terms(scene, mentions) for target in acted]
    found = tuple(dict.fromkeys([*told, *targets_of(mentions, text, offset, any_target=True)]))
    kind = kind_of(text)
    cells = kind.type == "cell_gene" if kind else "cells" in text
    kept = tuple(target for target in found if target not in SIGNALLING) if cells else found
    return kept or _numbered(scene, text)


def _numbered(scene: Scene, text: str) -> tuple[str, ...]:
    """The antigen of a receptor that is named by its number, where the record names the antigen too."""
    number = NUMBERED.search(text)
    if number is None:
        return ()
    named = (m for m in scene.mentions if m.text.upper() in {f"CD{number[1]}", f"CD-{number[1]}"})
    return tuple(dict.fromkeys(term.id for m in named for term in m.of(TermKind.TARGET)[:1]))


def _acted_on(text: str, mention: Mention, offset: int) -> bool:
    start, end = mention.start - offset, mention.end - offset
    return bool(
        cue("beside.before").search(text[max(0, start - 40) : start].lower())
        or cue("beside.after").match(text[end : end + 40].lower())
    )


def describe(
    therapy: Therapy, scene: Scene, places: Sequence[tuple[int, int]], labels: Sequence[tuple[int, int]]
) -> Therapy:
    """An unknown therapy with the targets, classes and kind that the words beside its names give.

    Args:
        therapy: one with a key of `name/...`.
        scene: the record.
        places: where its names stand.
        labels: the labels of arms that give it alone; they describe it.
    """
    if therapy.type not in MOLECULES:
        return therapy
    told = therapy
    for start, end in places[:MOST_PLACES]:
        if scene.record.section_at(start)[0].kind is not SectionKind.ELIGIBILITY:
            for stretch in _beside(scene, start, end):
                told = _add(told, scene, stretch)
    for stretch in labels:
        told = _add(told, scene, stretch)
    if told.type == "cell_gene" and not told.targets:
        told = replace(told, targets=receptor_targets(scene))
    if (told.targets, told.classes) == (therapy.targets, therapy.classes):
        return therapy
    return replace(told, certainty=Certainty.INFERRED, rule="therapy.words-beside")


def _add(therapy: Therapy, scene: Scene, stretch: tuple[int, int]) -> Therapy:
    """A therapy with what one stretch of words says, where nothing better is known yet."""
    left, right = stretch
    mentions, words = scene.mentions_in(left, right), scene.text[left:right]
    near = [mention for mention in mentions if mention.start - left < REACH]
    told = class_terms(scene, near)
    targets = therapy.targets or _said_targets(mentions, words, left) or tuple(t for _, own in told[:1] for t in own)
    classes = therapy.classes or tuple(dict.fromkeys(label for label, _ in told))[:2]
    said = kind_of(words[:REACH]) if not classes else None
    if said and said.label:
        return replace(therapy, targets=targets, classes=(said.label,), type=said.type)
    return replace(therapy, targets=targets, classes=classes)


def _said_targets(mentions: Sequence[Mention], words: str, left: int) -> tuple[str, ...]:
    """Targets with a word that says so; of a bispecific also the next one named."""
    found = targets_of(mentions, words, left)
    if len(found) == 1 and re.search(r"bi-?specific|dual", words, re.I):
        named = [t.id for m in mentions for t in m.of(TermKind.TARGET)[:1] if t.id not in SIGNALLING]
        rest = [target for target in dict.fromkeys(named) if target not in found]
        return (*found, *rest[:1])
    return found


def receptor_targets(scene: Scene) -> tuple[str, ...]:
    """What the receptors of a record's cells bind, where a sentence that speaks of such cells names it."""
    for sentence in scene.sentences:
        if (
            sentence.kind not in SPOKEN
            or not cue("beside.receptor").search(sentence.text.lower())
            or is_background(sentence.text)
        ):
            continue
        mentions = scene.mentions_in(sentence.start, sentence.end)
        found = targets_of(mentions, sentence.text, sentence.start)
        found = found or targets_of(mentions, sentence.text, sentence.start, any_target=True)
        found = found or tuple(own for label, acted in class_terms(scene, mentions) if "CAR" in label for own in acted)
        kept = tuple(target for target in found if target not in SIGNALLING)
        if kept:
            return kept
    return _measured_targets(scene)


def _measured_targets(scene: Scene) -> tuple[str, ...]:
    """Targets that an outcome names right before the cells ("persistence of CD19/CD22 CAR-T cells")."""
    for sentence in scene.sentences:
        receptor = (
            cue("beside.receptor").search(sentence.text.lower()) if sentence.kind is SectionKind.OUTCOMES else None
        )
        if not receptor:
            continue
        at = sentence.start + receptor.start()
        mentions = [m for m in scene.mentions_in(sentence.start, at) if m.of(TermKind.TARGET)]
        run: list[str] = []
        for mention in reversed(mentions):
            if not (PAIRED if run else CLOSE).fullmatch(scene.text[mention.end : at]):
                break
            run.insert(0, mention.of(TermKind.TARGET)[0].id)
            at = mention.start
        kept = tuple(dict.fromkeys(target for target in run if target not in SIGNALLING))
        if kept:
            return kept
    return ()


SPOKEN = frozenset(
    set(SectionKind) - {SectionKind.ELIGIBILITY, SectionKind.OUTCOMES, SectionKind.CONDITIONS, SectionKind.DESIGN}
)


def class_terms(scene: Scene, mentions: Sequence[Mention]) -> list[tuple[str, tuple[str, ...]]]:
    """Label and targets of the classes named."""
    entries = [scene.vocabulary.classes[term.id] for m in mentions for term in m.of(TermKind.CLASS)[:1]]
    return [(entry.label, entry.targets) for entry in entries]


def _beside(scene: Scene, start: int, end: int) -> list[tuple[int, int]]:
    """The stretches that may describe a name at `[start, end)`: what is apposed after it, and the words before it."""
    found = []
    sentence = scene.sentence_at(start)
    stop = min(end + LONG_REACH, sentence.end if sentence else end)
    after = cue("beside.apposed").match(scene.lower, end, stop)
    if after and not LISTED.match(scene.text, end, stop):
        found.append((end, stop))
    left = max(sentence.start if sentence else 0, start - 60)
    before = scene.lower[left:start]
    cut = max(before.rfind(sign) for sign in ".;,()（）\n+&")
    words = before[cut + 1 :]
    if cue("beside.telling").search(words):
        found.append((left + cut + 1, start))
    return found
