"""Preparation for cells: lymphodepletion that only the descriptions of a cell therapy trial name."""

from collections.abc import Mapping

from extract.model import SectionKind
from extract.therapies.known import Known
from extract.therapies.model import Given, Therapy
from extract.therapies.prose import Cast, givens_in, is_past
from extract.therapies.scene import Scene
from ontology.model import TermKind

# Ids of the classes whose words stand for the drugs below.
DEPLETION = "lymphodepleting-chemotherapy"
PREPARATIVE_CLASSES = frozenset({DEPLETION, "conditioning-regimen"})
CLASS = TermKind.CLASS
# Drugs that empty the marrow or the blood of lymphocytes before cells are given.
PREPARATIVE_DRUGS = frozenset({
    "fludarabine", "cyclophosphamide", "bendamustine", "pentostatin", "melphalan", "busulfan", "thiotepa",
    "treosulfan", "total body irradiation", "anti-thymocyte globulin", "antithymocyte globulin",
})  # fmt: skip
TOLD = frozenset({
    SectionKind.SUMMARY, SectionKind.DESCRIPTION, SectionKind.ARM_DESCRIPTION, SectionKind.INTERVENTION_DESCRIPTION,
})  # fmt: skip


def preparation(scene: Scene, known: Known, cast: Cast, therapies: Mapping[str, Therapy]) -> list[Given]:
    """What is given before cells where the lists leave it out: the drugs named with it, else the words themselves."""
    if not any(therapy.type == "cell_gene" for therapy in therapies.values()):
        return []
    if any(is_preparative(therapy) for therapy in therapies.values()):
        return []
    spoken: list[Given] = []
    for mention in scene.therapies:
        if not any(term.id == DEPLETION and term.kind is CLASS for term in mention.terms):
            continue
        if is_past(scene, mention.start, mention.end):
            continue
        sentence = scene.sentence_at(mention.start)
        if sentence is None or sentence.kind not in TOLD:
            continue
        named = givens_in(scene, known, cast, sentence.start, sentence.end)
        drugs = {given.therapy.key: given for given in named if given.therapy.name in PREPARATIVE_DRUGS}
        if drugs:
            return list(drugs.values())
        spoken += [Given(therapy, mention.start, mention.end) for therapy in known.of(mention)[:1]]
    return spoken[:1]


def is_preparative(therapy: Therapy) -> bool:
    """True for lymphodepletion, conditioning, and the drugs that are it where cells are given."""
    return therapy.name in PREPARATIVE_DRUGS or therapy.key.removeprefix("class/") in PREPARATIVE_CLASSES
