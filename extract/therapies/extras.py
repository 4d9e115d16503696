"""Whether a therapy that prose names beyond the list is one more, or another word for what is there."""

from collections.abc import Collection, Mapping

from extract.therapies.choices import same_substance
from extract.therapies.coverage import covered_by
from extract.therapies.known import Known
from extract.therapies.model import Therapy
from extract.therapies.preparation import PREPARATIVE_CLASSES, is_preparative

# What a description of a drug names as what comes next rather than gives.
LATER = frozenset({"surgery"})
# What a product holds beside its antibody so that it can be given under the skin: no therapy unless listed alone.
EXCIPIENTS = frozenset({"hyaluronidase"})


def stands_for(known: Known, therapy: Therapy, here: Mapping[str, Therapy], listed: Collection[str]) -> bool:
    """True for a class word that stands for drugs of the same arm, and for another form of a drug that it lists."""
    forms = [other for key, other in here.items() if key != therapy.key and same_substance(therapy, other)]
    if any(other.key in listed or len(other.name) > len(therapy.name) for other in forms):
        return True
    if therapy.key.removeprefix("class/") in PREPARATIVE_CLASSES:
        return any(other.key != therapy.key and is_preparative(other) for other in here.values())
    return bool(covered_by(known, therapy, here.values()))


def is_familiar(therapy: Therapy) -> bool:
    """True for a drug of which the vocabulary knows what it does; words such as "interleukin" are in it too.

    A procedure by which cells are collected or samples taken is none that prose adds.
    """
    if therapy.name in EXCIPIENTS:
        return False
    if therapy.classes or therapy.targets or therapy.type in {"radiation", "cell_gene"}:
        return True
    return therapy.type == "procedure" and therapy.purpose == "treatment"
