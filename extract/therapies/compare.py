"""Comparisons told in words: "A plus B versus B", "A versus treatment of physician's choice", "A or placebo"."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from extract.model import SectionKind
from extract.therapies.arms import with_and_without
from extract.therapies.connect import connectives
from extract.therapies.cues import cue
from extract.therapies.model import PlannedRegimen, Step, Therapy
from extract.therapies.prose import sides
from extract.therapies.scene import Scene

TITLES = frozenset({SectionKind.TITLE, SectionKind.OFFICIAL_TITLE})
STANDARD = frozenset({"class/standard-therapy"})
SPOKEN = frozenset({*TITLES, SectionKind.SUMMARY, SectionKind.DESCRIPTION, SectionKind.DESIGN})
RANDOMIZED = re.compile(r"\brandomi[sz]ed|\brandomly", re.IGNORECASE)
Placed = tuple[Sequence[Step], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The two sides as keys, where it stands, and whether the control is a choice of one."""

    experimental: frozenset[str]
    control: frozenset[str]
    span: tuple[int, int] | None
    choice: bool = False


def comparison(scene: Scene, therapies: Mapping[str, Therapy], chains: Sequence[Placed]) -> Comparison | None:
    """The first "versus" whose two sides are told apart; in a title the second side may be all the rest."""
    for steps, span in chains:
        parts = sides(steps)
        if len(parts) > 1:
            first = _keys(parts[0])
            second = _keys(_own(parts[1], first))
            if first != second and second:
                return Comparison(first, second, span)
    for steps, span in chains:
        found = _open(scene, therapies, steps, span)
        if found:
            return found
    return None


def _keys(steps: Sequence[Step]) -> frozenset[str]:
    return frozenset(key for step in steps for key in step.keys)


def _own(steps: Sequence[Step], other: frozenset[str]) -> Sequence[Step]:
    """The steps up to a "then" (what follows is given on both sides), or to a comma and the other side named again."""
    ends = (i for i, step in enumerate(steps) if i and (step.link == "then" or _anew(step, other)))
    return steps[: next(ends, len(steps))]


def _anew(step: Step, other: frozenset[str]) -> bool:
    return step.link == "comma" and bool(step.keys) and step.keys <= other


def _open(
    scene: Scene, therapies: Mapping[str, Therapy], steps: Sequence[Step], span: tuple[int, int]
) -> Comparison | None:
    """`A versus treatment of physician's choice` in a title: the control is what the record lists beside A."""
    if scene.record.section_at(span[0])[0].kind not in TITLES:
        return None
    end = max(item.end for step in steps for item in step.given)
    joined = connectives()
    versus = next((m for m in joined.pattern.finditer(scene.lower, end, span[1]) if joined.link(m) == "versus"), None)
    rest = frozenset(therapies) - _keys(steps)
    if versus is None or versus.start() - end > 40 or not rest:
        return None
    words = scene.lower[versus.end() : versus.end() + 70]
    return Comparison(_keys(steps), rest, span, bool(cue("choice.cue").search(words)))


def placebo_comparison(
    therapies: Mapping[str, Therapy], chains: Sequence[Sequence[Step]], optional: frozenset[str]
) -> Comparison | None:
    """A placebo stands in for what its partners leave out, what is given "with or without", or the first drug."""
    placebos = frozenset(key for key, therapy in therapies.items() if therapy.purpose == "placebo")
    active = [key for key, therapy in therapies.items() if therapy.purpose == "treatment"]
    if not placebos or not active:
        return None
    together = [_keys(part) for steps in chains for part in sides(steps) if _keys(part) & placebos]
    partners = max((keys - placebos for keys in together), key=len, default=frozenset())
    own = frozenset(active) - partners if partners else (optional & set(active)) or frozenset(active[:1])
    return Comparison(own or frozenset(active[:1]), placebos, None)


def standard_comparison(
    scene: Scene, therapies: Mapping[str, Therapy], chains: Sequence[Sequence[Step]]
) -> Comparison | None:
    """Standard therapy in the list of a randomized trial is the control, unless words join it to the others."""
    standard = STANDARD & therapies.keys()
    others = frozenset(therapies) - standard
    if not standard or not others or not any(RANDOMIZED.search(s.text) for s in scene.sentences if s.kind in SPOKEN):
        return None
    if any(_keys(steps) & standard and _keys(steps) & others and not _apart(steps) for steps in chains):
        return None
    return Comparison(others, standard, None)


def _apart(steps: Sequence[Step]) -> bool:
    """True for a chain of alternatives alone."""
    return all(step.link in {"or", "oxford", "comma"} for step in steps[1:])


def compared_regimens(
    therapies: Mapping[str, Therapy],
    base: PlannedRegimen,
    compared: Comparison,
    optional: frozenset[str],
    variants: Sequence[frozenset[str]],
) -> list[PlannedRegimen]:
    """Both sides; what neither names is given on both."""
    placebos = frozenset(key for key in base.keys if therapies[key].purpose == "placebo")
    first, second = compared.experimental - placebos, compared.control | placebos
    experimental = tuple(key for key in base.keys if key in first or key not in second)
    control = tuple(key for key in base.keys if key in second or key not in first)
    spans = (compared.span,) if compared.span else base.spans
    apart = base.apart
    if compared.choice:
        apart |= {frozenset((a, b)) for a in second for b in second if a != b}
    reference = replace(base, role="control", keys=control, apart=apart, spans=spans, rule="regimen.versus")
    given = replace(base, keys=experimental, spans=spans, rule="regimen.versus")
    found = with_and_without(given, optional - first if compared.span is None else optional, variants)
    return [*(r for r in found if set(r.keys) not in (set(control), set(control) - placebos)), reference]
