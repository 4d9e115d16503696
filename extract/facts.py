"""The facts of one trial as frozen values, and their JSON form (contract: one object a document)."""

from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Any

from extract.model import Registry, Section


class Certainty(StrEnum):
    """`STATED`: the text says it of this trial. `INFERRED`: a rule concluded it."""

    STATED = "stated"
    INFERRED = "inferred"


@dataclass(frozen=True, slots=True)
class Evidence:
    """`quote == section_text[start:end]`, in code points; `sentence` is what it stands in, "" where that is all."""

    section: str
    start: int
    end: int
    quote: str
    sentence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What every fact carries: where the record says it, how sure it is, and the id of the rule that gave it."""

    evidence: tuple[Evidence, ...]
    certainty: Certainty = Certainty.STATED
    rule: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line(Fact):
    """A range of lines of systemic therapy; `max` None is "or later"; `arm` only where cohorts differ."""

    min: int
    max: int | None
    arm: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting(Fact):
    """A treatment setting: maintenance, consolidation, neoadjuvant, adjuvant, perioperative, induction ..."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Intervention(Fact):
    """A therapy that an arm gives; `term` is the vocabulary's IRI path (`drug/anlotinib`) if it knows it."""

    name: str
    mentions: tuple[str, ...]
    type: str
    role: str
    purpose: str
    targets: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    xrefs: tuple[str, ...] = ()
    term: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Regimen(Fact):
    """What one arm gives; `interventions` and `one_of` hold intervention names."""

    arm: str | None
    role: str
    interventions: tuple[str, ...]
    one_of: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialCondition(Fact):
    """A disease of the trial's patients."""

    name: str
    mentions: tuple[str, ...]
    synonyms: tuple[str, ...] = ()
    xrefs: tuple[str, ...] = ()
    stage: str | None = None
    term: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior(Fact):
    """A therapy that patients must have had, must not have had, or may have had."""

    name: str
    polarity: str
    term: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Biomarker(Fact):
    """A marker that selects patients, in its standard wording; `target` is the marker's HGNC symbol if it is one."""

    name: str
    target: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeEndpoint(Fact):
    """An endpoint of one outcome measure; durations in months of 30.4375 days (365.25 / 12)."""

    rank: str
    code: str
    measure: str
    time_frame: str | None = None
    time_frame_months: float | None = None
    landmark_months: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose(Fact):
    """How much of an intervention, by which route, how often, all as the record writes them."""

    name: str
    amount: str
    route: str | None = None
    schedule: str | None = None


@dataclass(frozen=True, slots=True)
class Abstention:
    """A field that stays empty because the record does not tell, and why we think so."""

    field: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialFacts:
    """All that one record says. Field order is the order of the JSON object."""

    id: str
    title: str
    phases: tuple[str, ...]
    enrollment: int | None
    registry: Registry
    lines: tuple[Line, ...]
    settings: tuple[Setting, ...]
    interventions: tuple[Intervention, ...]
    regimens: tuple[Regimen, ...]
    is_combination: bool
    conditions: tuple[TrialCondition, ...]
    prior: tuple[Prior, ...]
    biomarkers: tuple[Biomarker, ...]
    endpoints: tuple[OutcomeEndpoint, ...]
    doses: tuple[Dose, ...]
    abstained: tuple[Abstention, ...]


LAST = ("certainty", "rule", "sentence", "evidence")
EXPLAINED = frozenset(("rule", "sentence"))
"""What is printed only when facts are to be explained."""


def to_json(facts: TrialFacts, *, sections: tuple[Section, ...] | None = None, explain: bool = False) -> dict[str, Any]:
    """The contract's JSON object; `sections` adds their text, `explain` the rule and the sentence behind each fact."""
    value: dict[str, Any] = _plain(facts, explain=explain)
    if sections is not None:
        value["sections"] = {section.name: section.text for section in sections}
    return value


def _plain(value: Any, *, explain: bool) -> Any:
    """Dataclasses to dictionaries with evidence last, tuples to lists, enums to their words."""
    if isinstance(value, tuple):
        return [_plain(item, explain=explain) for item in value]
    if isinstance(value, StrEnum):
        return str(value)
    if not is_dataclass(value):
        return value
    names = [f.name for f in fields(value)]
    last = [name for name in LAST if name in names and (explain or name not in EXPLAINED)]
    order = [name for name in names if name not in LAST] + last
    return {name: _plain(getattr(value, name), explain=explain) for name in order}
