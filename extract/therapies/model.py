"""The values that the steps of reading therapies hand to each other; keys, not names, say what is the same thing."""

from dataclasses import dataclass, field
from typing import NamedTuple

from extract.facts import Certainty


@dataclass(frozen=True, slots=True)
class Therapy:
    """One therapy as the record gives it.

    `key` is `drug/<id>` or `class/<id>` for a term of the vocabulary, `name/<normalised name>` for any other; two
    places of a record that give the same key give the same therapy. `targets` are HGNC symbols, `classes` labels.
    """

    key: str
    name: str
    type: str
    purpose: str = "treatment"
    targets: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    xrefs: tuple[str, ...] = ()
    certainty: Certainty = Certainty.STATED
    rule: str = ""

    @property
    def term(self) -> str | None:
        """The vocabulary's IRI path, if it knows this therapy."""
        return None if self.key.startswith("name/") else self.key


class Given(NamedTuple):
    """A therapy named at `[start, end)` of the record's text."""

    therapy: Therapy
    start: int
    end: int


class Step(NamedTuple):
    """Therapies named together at one place of a phrase, and how they join what stands before them.

    `link` is the id of a connective: and, or, oxford, comma, slash, optional, alone,
    versus, then, either (rules/connectives.toml).
    """

    link: str
    given: tuple[Given, ...]

    @property
    def keys(self) -> frozenset[str]:
        """What it gives."""
        return frozenset([item.therapy.key for item in self.given])


@dataclass(frozen=True, slots=True)
class Phrase:
    """What a stretch of text gives.

    `given` is everything in order, `apart` the pairs of which a patient gets one, `optional` what is given with or
    without the rest. `variants` are sets that the words name as regimens of their own ("alone or combined with").
    """

    given: tuple[Given, ...] = ()
    apart: frozenset[frozenset[str]] = frozenset()
    optional: frozenset[str] = frozenset()
    variants: tuple[frozenset[str], ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedRegimen:
    """What one arm or cohort gives, as keys in the record's order."""

    arm: str | None
    role: str
    keys: tuple[str, ...]
    apart: frozenset[frozenset[str]] = frozenset()
    spans: tuple[tuple[int, int], ...] = ()
    rule: str = "regimen.arm"
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """All therapies of a record with their places, and the regimens made of them; `doc._.plan`."""

    therapies: tuple[Therapy, ...] = ()
    places: tuple[tuple[tuple[int, int], ...], ...] = ()
    surfaces: tuple[tuple[str, ...], ...] = ()
    regimens: tuple[PlannedRegimen, ...] = field(default=())
