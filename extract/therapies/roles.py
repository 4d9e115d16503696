"""Which arms are experimental and which control."""

from collections.abc import Sequence

from extract.model import ArmItem
from extract.therapies.cues import cue
from extract.therapies.scene import Scene

CONTROL_TYPES = frozenset({"ACTIVE_COMPARATOR", "PLACEBO_COMPARATOR", "SHAM_COMPARATOR", "NO_INTERVENTION"})


def arm_roles(scene: Scene, arms: Sequence[ArmItem]) -> list[str]:
    """The role of each arm, experimental or control: by its type, then its label; a trial has an experimental arm."""
    types = [(arm.type or "").upper().replace(" ", "_") for arm in arms]
    labels = [scene.record.words(arm.label) for arm in arms]
    roles = [_role(kind, label) for kind, label in zip(types, labels, strict=True)]
    if scene.document.registry.allocation == "NON_RANDOMIZED":
        roles = [role if _compared(scene, arm) else "experimental" for role, arm in zip(roles, arms, strict=True)]
    if "experimental" not in roles:
        roles = ["control" if says_control(label) else "experimental" for label in labels]
    if "experimental" not in roles:
        roles[:1] = ["experimental"]
    return roles


def _compared(scene: Scene, arm: ArmItem) -> bool:
    """True where words say that an arm is a control; where nothing is randomized, the type alone says little."""
    words = " ".join(scene.record.words(span) for span in (arm.label, arm.description) if span)
    return bool(cue("role.control").search(words.lower())) or arm.type != "ACTIVE_COMPARATOR"


def _role(kind: str, label: str) -> str:
    if kind in CONTROL_TYPES:
        return "control"
    if kind == "EXPERIMENTAL":
        return "experimental"
    return "control" if says_control(label) else "experimental"


def says_control(label: str) -> bool:
    """True where a label says that the arm is what the others are compared with."""
    lower = label.lower()
    return bool(cue("role.control").search(lower)) and not cue("role.experimental").search(lower)
