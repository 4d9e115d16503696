"""What each therapy is given for in this record: treatment, preparative, supportive, placebo, diagnostic."""

import re
from collections.abc import Mapping, Sequence

from extract.model import SectionKind
from extract.therapies.cues import cue
from extract.therapies.model import Therapy
from extract.therapies.preparation import PREPARATIVE_CLASSES, is_preparative
from extract.therapies.scene import Scene

MOST_PLACES = 60
# Days counted from a transplant.
NEGATIVE_DAY = re.compile(r"\b(?:days?\s{1,2}\(?|D)[-−–]\s?\d", re.IGNORECASE)
POSITIVE_DAY = re.compile(r"\b(?:days?\s{1,2}\(?|D)\+\s?\d", re.IGNORECASE)
# Drugs that treat, and after a transplant prevent graft-versus-host disease.
AGAINST_GVHD = frozenset({"methotrexate", "cyclophosphamide"})
# What is given shortly before an infusion so that it is borne.
PREMEDICATION = frozenset({"corticosteroid", "antihistamine", "antiemetic", "antipyretic", "analgesic"})
SAID = ("purpose.preparative", "purpose.supportive")
# Where the words around a name say what it is given for.
TELLING = (
    SectionKind.ARM_DESCRIPTION,
    SectionKind.INTERVENTION_DESCRIPTION,
    SectionKind.SUMMARY,
    SectionKind.DESCRIPTION,
    SectionKind.ARM_LABEL,
    SectionKind.INTERVENTIONS,
    SectionKind.TITLE,
)


def purpose_of(scene: Scene, therapy: Therapy, cast: Mapping[str, Therapy], places: Sequence[tuple[int, int]]) -> str:
    """The purpose of one therapy of a record's `cast`, by what it is and by the sentences that name it."""
    if therapy.purpose != "treatment" or therapy.type in {"cell_gene", "procedure", "radiation"}:
        return therapy.purpose
    others = [other for key, other in cast.items() if key != therapy.key]
    cells = any(other.type == "cell_gene" for other in others)
    if therapy.key.removeprefix("class/") in PREPARATIVE_CLASSES or (cells and is_preparative(therapy)):
        return "preparative"
    said = [_said(scene, place) for place in places[:MOST_PLACES]]
    told = [purpose for purpose in said if purpose is not None]
    if cells and therapy.key == "class/chemotherapy" and "preparative" in told:
        return "preparative"
    if is_preparative(therapy) and "preparative" in told and _transplant(others) and "supportive" not in told:
        return "preparative"
    if PREMEDICATION & set(therapy.classes) and not cells:
        told = ["supportive" if purpose == "preparative" else purpose for purpose in told]
    for purpose in ("preparative", "supportive"):
        if told and told.count(purpose) * 2 > len(told) and (cells or purpose == "supportive" or _transplant(others)):
            return purpose
    return _by_days(therapy, _description(scene, places)) if _transplant(others) else "treatment"


def _by_days(therapy: Therapy, described: str) -> str:
    """What the days of a drug say that are counted from a transplant: before it conditioning, after it prophylaxis."""
    if NEGATIVE_DAY.search(described):
        return "preparative"
    against = therapy.name in AGAINST_GVHD and POSITIVE_DAY.search(described)
    return "supportive" if against else "treatment"


def _description(scene: Scene, places: Sequence[tuple[int, int]]) -> str:
    """The description of a drug of the list that stands at one of the places; "" without one."""
    for item in scene.document.interventions:
        start, end = scene.record.bounds(item.name)
        if item.description and any(start <= place < end for place, _ in places):
            return scene.record.words(item.description)
    return ""


def _transplant(others: Sequence[Therapy]) -> bool:
    return any("transplant" in other.name for other in others)


def _said(scene: Scene, place: tuple[int, int]) -> str | None:
    """The purpose that the sentence around a place says, "treatment" where it says none; None where it cannot tell."""
    sentence = scene.sentence_at(place[0])
    if sentence is None or sentence.kind not in TELLING:
        return None
    if not scene.calls(sentence, SAID):
        return "treatment"
    return (
        _last_cue(scene.lower[max(sentence.start, place[0] - 300) : place[0]])
        or _first_cue(scene.lower[place[1] : min(sentence.end, place[1] + 80)])
        or "treatment"
    )


def _last_cue(words: str) -> str | None:
    """The purpose whose cue stands last before a name: "conditioning with A, B; to prevent GVHD, C"."""
    found = [(match.start(), rule_id.rpartition(".")[2]) for rule_id in SAID for match in cue(rule_id).finditer(words)]
    return max(found)[1] if found else None


def _first_cue(words: str) -> str | None:
    """The purpose whose cue stands first after a name: "A as premedication"."""
    for rule_id in SAID:
        if cue(rule_id).search(words):
            return rule_id.rpartition(".")[2]
    return None
