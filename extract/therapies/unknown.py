"""A therapy that no table knows: its own name, and what the words of that name say of it."""

import re
from collections.abc import Sequence
from dataclasses import replace

from extract.facts import Certainty
from extract.matcher import Mention
from extract.therapies.beside import class_terms, kind_of, own_targets
from extract.therapies.model import Therapy
from extract.therapies.names import CODE, Part
from extract.therapies.scene import Scene
from extract.therapies.stems import Stems
from ontology.lookup import normalise
from ontology.model import TermKind

REGISTRY_TYPES = {
    "DRUG": "drug", "BIOLOGICAL": "biological", "RADIATION": "radiation", "PROCEDURE": "procedure",
    "DEVICE": "device", "BEHAVIORAL": "behavioral", "DIETARY_SUPPLEMENT": "dietary", "GENETIC": "cell_gene",
    "DIAGNOSTIC_TEST": "diagnostic", "COMBINATION_PRODUCT": "drug", "OTHER": "other",
}  # fmt: skip
# Classes of molecules: what cells against a target are not.
MOLECULE = re.compile(r"inhibitor|antibod|agonist|ADC|conjugate")
NO_MOLECULE = frozenset({"behavioral", "device", "dietary", "procedure"})
MADE = re.compile(
    r"\s+(?:transduced|engineered|expressing|modified|pulsed|targeting|transfected|containing|derived|which|that"
    r"|encoding)\b",
    re.I,
)


def unknown_therapy(scene: Scene, stems: Stems, name: str, part: Part, registry_type: str | None) -> Therapy:
    """A therapy under its own name: kind and targets as its words say, class from an INN stem (inferred)."""
    text = scene.text[part.start : part.end]
    mentions = scene.mentions_in(part.start, part.end)
    told = class_terms(scene, mentions)
    named = short_name(shortened(name), mentions)
    type_ = REGISTRY_TYPES.get((registry_type or "").upper().replace(" ", "_"), "other")
    kind = kind_of(text)
    targets = own_targets(scene, mentions, text, part.start) if kind or type_ not in NO_MOLECULE else ()
    classes = tuple(label for label, _ in told[:2])
    base = Therapy(f"name/{normalise(named)}", named, type_, "treatment", targets, classes, rule="therapy.unknown")
    if kind and kind.type == "cell_gene":
        classes = tuple(label for label in classes if not MOLECULE.search(label))
    if kind:
        labels = (kind.label,) if kind.label and kind.label not in classes else ()
        return replace(base, type=kind.type, classes=(*classes, *labels)[:2], rule=kind.rule)
    stem = stems.of(name)
    if stem:
        return replace(
            base, type=stem.type, classes=stems.classes(stem), certainty=Certainty.INFERRED, rule="therapy.stem"
        )
    return base


def shortened(name: str) -> str:
    """A long name cut before the words that tell how a product with a name of its own is made."""
    cut = MADE.search(name)
    return name[: cut.start()] if cut and re.search(r"\d", name[: cut.start()]) else name


def short_name(name: str, mentions: Sequence[Mention]) -> str:
    """The code alone where a name is a code with words that only say what it is ("KX095 CAR-T cells")."""
    codes = [match[0] for match in CODE.finditer(name)]
    told = {normalise(m.text) for m in mentions if m.of(TermKind.TARGET, TermKind.CLASS)}
    codes = [code for code in codes if "CAR" not in code and not code[0].islower()]
    codes = [code for code in codes if not any(normalise(code) in words for words in told)]
    if len(codes) != 1 or re.search(r"[-.]$", name[: name.index(codes[0])]):
        return name
    return codes[0]
