"""A document as the readers hand it on: labelled sections, and the structure that the format itself carries.

No spaCy here. Offsets are Unicode code points into a section's text, never into a file.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple, TypeAlias

from ontology.errors import SourceError, Where


class SourceFormat(StrEnum):
    """The formats that a record can come in, best first: one trial met in several is taken from the first."""

    API_V2 = "api-v2"
    CSV = "csv"
    TEXT = "text"


class SectionKind(StrEnum):
    """What a section is for, whatever its format calls it."""

    TITLE = "title"
    OFFICIAL_TITLE = "official_title"
    ACRONYM = "acronym"
    SUMMARY = "summary"
    DESCRIPTION = "description"
    CONDITIONS = "conditions"
    KEYWORDS = "keywords"
    INTERVENTIONS = "interventions"
    INTERVENTION_DESCRIPTION = "intervention_description"
    OTHER_NAME = "other_name"
    ARM_LABEL = "arm_label"
    ARM_DESCRIPTION = "arm_description"
    OUTCOMES = "outcomes"
    ELIGIBILITY = "eligibility"
    DESIGN = "design"
    OTHER = "other"


class Section(NamedTuple):
    """A named stretch of text; `name` is the contract's (API module path, CSV column, plain-text section)."""

    name: str
    kind: SectionKind
    text: str


class Span(NamedTuple):
    """`text[start:end]` of the section called `section`."""

    section: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class InterventionItem:
    """One entry of the record's list of interventions; `type` in the registry's words (DRUG, BIOLOGICAL ...)."""

    type: str | None
    name: Span
    description: Span | None = None
    other_names: tuple[Span, ...] = ()
    arm_labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ArmItem:
    """One arm group; `type` in the registry's words (EXPERIMENTAL, ACTIVE_COMPARATOR ...).

    `interventions` are indexes into `Document.interventions`, in the arm's own order.
    """

    label: Span
    type: str | None
    description: Span | None = None
    interventions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class OutcomeItem:
    """One outcome measure; `rank` is primary, secondary or other."""

    rank: str
    measure: Span
    description: Span | None = None
    time_frame: Span | None = None


@dataclass(frozen=True, slots=True)
class Registry:
    """The registry's plain facts, as it writes them; None or () where the record has none."""

    status: str | None = None
    start: str | None = None
    primary_completion: str | None = None
    completion: str | None = None
    first_posted: str | None = None
    last_update: str | None = None
    sponsor: str | None = None
    collaborators: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    sex: str | None = None
    minimum_age: str | None = None
    maximum_age: str | None = None
    study_type: str | None = None
    allocation: str | None = None
    intervention_model: str | None = None
    masking: str | None = None
    purpose: str | None = None
    acronym: str | None = None
    other_ids: tuple[str, ...] = ()
    has_results: bool | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A file, or one record of it, that could not be read; the readers hand it on in place of a `Document`.

    `record` is the id if it is known, else the place in the file (`line 3`, `row 7`, `studies[2]`); None for a whole
    file. `field` is a module path or a column. `offset` counts bytes from 0 of the decompressed file.
    """

    file: str
    record: str | None
    reason: str
    field: str | None = None
    offset: int | None = None
    hint: str | None = None

    def __str__(self) -> str:
        return str(self.as_error())

    def as_error(self) -> SourceError:
        """The same as an exception, for a caller who wants to stop at the first."""
        where = Where(file=self.file, record=self.record, field=self.field, offset=self.offset)
        return SourceError(self.reason, where=where, hint=self.hint)


@dataclass(frozen=True, slots=True)
class Document:
    """One trial's record.

    `source` names the file (and the record in it), `content_hash` is the SHA-256 of what was read for this record.
    """

    id: str
    format: SourceFormat
    source: str
    content_hash: str
    sections: tuple[Section, ...]
    conditions: tuple[Span, ...] = ()
    keywords: tuple[Span, ...] = ()
    interventions: tuple[InterventionItem, ...] = ()
    arms: tuple[ArmItem, ...] = ()
    outcomes: tuple[OutcomeItem, ...] = ()
    phases: tuple[str, ...] = ()
    enrollment: int | None = None
    registry: Registry = field(default_factory=Registry)

    @property
    def title(self) -> str:
        """The brief title, else the official one, else the id."""
        for kind in (SectionKind.TITLE, SectionKind.OFFICIAL_TITLE):
            for section in self.sections:
                if section.kind is kind:
                    return section.text
        return self.id


class Heading(NamedTuple):
    """What tells one state of a trial's record from another; `updated` is the registry's date, or an empty text."""

    id: str
    format: SourceFormat
    content_hash: str
    updated: str

    @classmethod
    def of(cls, document: Document) -> "Heading":
        """That of a document."""
        return cls(document.id, document.format, document.content_hash, document.registry.last_update or "")


@dataclass(frozen=True, slots=True)
class Unread:
    """A record of which the heading alone was read, a third of the work; `read` gives the rest of it."""

    heading: Heading
    read: Callable[[], Document | Failure]


Record: TypeAlias = Document | Unread | Failure
