"""What is joined to what, as frozen values."""

from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What became of one thing with one source."""

    LINKED = "linked"
    AMBIGUOUS = "ambiguous"
    UNLINKED = "unlinked"


class Means(StrEnum):
    """How a candidate was found, surest first; the value is SSSOM's justification of it."""

    IDENTIFIER = "semapv:BackgroundKnowledgeBasedMatching"
    SHARED = "semapv:MappingChaining"
    NAME = "semapv:LexicalMatching"


@dataclass(frozen=True, slots=True)
class Entity:
    """A thing of the graph; `identifiers` are external IRIs, `used` tells whether a trial speaks of it."""

    iri: str
    kind: str
    label: str
    names: tuple[str, ...]
    identifiers: tuple[str, ...] = ()
    used: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """An imported term that may be the thing; `matched` is the identifier or the name that both have.

    `labels` says how many of the two preferred names the shared name is (0 to 2), `agreeing` how many names are shared.
    """

    term: str
    label: str
    means: Means
    matched: str
    labels: int = 0
    agreeing: int = 1

    @property
    def by_label(self) -> bool:
        """Whether both have the shared name as their preferred one."""
        return self.labels == 2


@dataclass(frozen=True, slots=True)
class Mapping:
    """One link of an entity to a term of a source; `exact` is false for one of several, or for a doubtful one."""

    entity: Entity
    source: str
    candidate: Candidate
    exact: bool
    confidence: float
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Linked:
    """The outcome for one entity and one source; no mapping where nothing was found."""

    entity: Entity
    source: str
    fate: Fate
    mappings: tuple[Mapping, ...] = ()
