"""What the vocabulary knows, as frozen values: drugs, classes, targets, conditions, endpoints, stems.

The tables under `ontology/vocabulary/` are the source; `ontology.tables` reads them into a `Vocabulary`. Identifiers
are CURIEs with the prefixes of `ontology.iri`; every fact carries the source that it came from.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple


class NameForm(StrEnum):
    """What sort of name a name is; decides preference on display, never matching."""

    PREFERRED = "preferred"
    SYNONYM = "synonym"
    CODE = "code"
    BRAND = "brand"
    ABBREVIATION = "abbreviation"
    MISSPELLING = "misspelling"


class TermKind(StrEnum):
    """The kinds of term that the vocabulary holds; also the path segment of their IRIs."""

    DRUG = "drug"
    CLASS = "class"
    TARGET = "target"
    CONDITION = "condition"
    ENDPOINT = "endpoint"
    REGIMEN = "regimen"


class Name(NamedTuple):
    """One surface form of a term; a named tuple, since 80,000 are made at every start.

    `needs_context` marks a name with a second meaning (ICE, LV, CT): a matcher takes it only where something else in
    the record speaks for it. `case_sensitive` marks a name that is a plain word in lower case (ALL, MET).
    """

    text: str
    form: NameForm
    needs_context: bool = False
    case_sensitive: bool = False
    source: str = ""


class Xref(NamedTuple):
    """An external identifier as a CURIE (`ncit:C156692`), with the source row that gave it."""

    curie: str
    source: str


@dataclass(frozen=True, slots=True)
class Drug:
    """A therapy with a name of its own, a procedure or radiotherapy technique included.

    `type` is one of drug, biological, cell_gene, radiation, procedure, device, behavioral, dietary, diagnostic, other.
    `molecule` says what it is (small molecule, monoclonal antibody, antibody-drug conjugate, bispecific antibody,
    CAR-T cell, vaccine ...). `purpose` is what it is given for unless a record says otherwise: treatment,
    preparative, supportive, placebo, diagnostic. `targets` are HGNC symbols, `classes` are class ids, main one first.
    """

    id: str
    name: str
    type: str
    molecule: str
    purpose: str
    targets: tuple[str, ...]
    classes: tuple[str, ...]
    names: tuple[Name, ...]
    xrefs: tuple[Xref, ...]
    source: str
    replaced_by: str | None = None


@dataclass(frozen=True, slots=True)
class DrugClass:
    """A class of therapies; `therapy` tells whether the words are an intervention when a record names no drug."""

    id: str
    label: str
    type: str
    parents: tuple[str, ...]
    targets: tuple[str, ...]
    names: tuple[Name, ...]
    xrefs: tuple[Xref, ...]
    source: str
    therapy: bool = True


@dataclass(frozen=True, slots=True)
class Target:
    """A molecular target; `id` is its HGNC symbol, or a slug for one that is no gene product."""

    id: str
    label: str
    names: tuple[Name, ...]
    xrefs: tuple[Xref, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Condition:
    """A disease; `stage` is what its name implies (extensive-stage small cell lung cancer: extensive)."""

    id: str
    name: str
    stage: str | None
    parents: tuple[str, ...]
    names: tuple[Name, ...]
    xrefs: tuple[Xref, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An endpoint of oncology; `id` is the code of `eval/GUIDELINES.md` (PFS, ORR, AE ...)."""

    id: str
    label: str
    names: tuple[Name, ...]
    xrefs: tuple[Xref, ...]
    source: str


@dataclass(frozen=True, slots=True)
class NamedRegimen:
    """A combination that records call by a name of its own (FOLFOX, R-CHOP); `drugs` are ids of drugs or classes."""

    id: str
    name: str
    drugs: tuple[str, ...]
    names: tuple[Name, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Stem:
    """An INN stem: where a name ends so, it is of that molecule and class, with that certainty; never a target."""

    suffix: str
    molecule: str
    type: str
    classes: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All of it, by id. `digest` is the SHA-256 of the tables that it was read from."""

    drugs: Mapping[str, Drug]
    classes: Mapping[str, DrugClass]
    targets: Mapping[str, Target]
    conditions: Mapping[str, Condition]
    endpoints: Mapping[str, Endpoint]
    stems: tuple[Stem, ...]
    digest: str
    version: str = field(default="")
    regimens: Mapping[str, NamedRegimen] = field(default_factory=dict)
