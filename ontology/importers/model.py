"""What an importer gives: terms of a source as frozen values, and rows that could not be taken."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from ontology.importers.files import VocabularyFile


class ImportedKind(StrEnum):
    """What sort of thing a term names, as far as its source says so.

    A drug, a target or a disease may be read by name in records. A chemical may be linked to a drug, but most chemicals
    are none. `other` is linked to by identifier, and to endpoints by name.
    """

    DRUG = "drug"
    CHEMICAL = "chemical"
    TARGET = "target"
    DISEASE = "disease"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ImportedTerm:
    """One term. `curie`, `parents`, `xrefs` and `targets` are CURIEs with the prefixes of `ontology.iri`.

    `label` is empty where the source names the term elsewhere (a mechanism names its molecule by identifier only);
    `notes` are short statements that are no definitions, such as a mechanism of action.
    """

    curie: str
    label: str
    kind: ImportedKind
    synonyms: tuple[str, ...] = ()
    parents: tuple[str, ...] = ()
    xrefs: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    obsolete: bool = False


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was left out; `place` is its line or identifier."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Release:
    """The version and the date that a file gives itself; empty where it does not."""

    version: str = ""
    date: str = ""


Rows = Iterator[ImportedTerm | BadRow]


@dataclass(frozen=True, slots=True)
class Layout:
    """One way in which a source is published.

    Args:
        name: the layout's own name, for messages and the record of an import.
        recognise: the source that the first characters of a file speak for, or None.
        read: the terms of a file, for that source; raises `VocabularyError` where the file breaks the layout.
        release: what the file's first characters say of its version.
    """

    name: str
    recognise: Callable[[str], str | None]
    read: Callable[[VocabularyFile, str], Rows]
    release: Callable[[str], Release] = lambda _head: Release()


def distinct(values: Iterator[str] | tuple[str, ...] | list[str], *, without: str = "") -> tuple[str, ...]:
    """The values once each, in order, stripped, without empty ones and without `without`."""
    return tuple(dict.fromkeys(text for value in values if (text := value.strip()) and text != without))
