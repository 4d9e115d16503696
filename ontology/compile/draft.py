"""A drug being put together from several sources, and the index that finds it by name."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from ontology.compile.names import LABELLED, is_chemical, is_code, is_conjugate, normalise, trailing_code

LONG = 6
SHORT_CODE = 4


@dataclass(slots=True)
class Fact:
    """One name or identifier with its source; `shared` marks one from a share-alike source."""

    value: str
    form: str
    source: str
    shared: bool = False


@dataclass(slots=True, eq=False)
class Draft:
    """What is known so far. Values that a curator asserts are `fixed`: no source changes them."""

    name: str
    source: str
    fixed: bool = False
    type: str = ""
    molecule: str = ""
    purpose: str = "treatment"
    targets: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    shared_targets: tuple[str, ...] = ()
    shared_classes: tuple[str, ...] = ()
    facts_source: str = ""
    conjugate: bool = False
    antineoplastic: bool = False
    former: dict[str, str] = field(default_factory=dict)
    names: dict[str, Fact] = field(default_factory=dict)
    xrefs: dict[str, Fact] = field(default_factory=dict)

    def call(self, name: str, form: str, source: str, *, shared: bool = False) -> None:
        """Add a name, unless it is too short to be one, or a chemical formula in words; the first source wins."""
        text = " ".join(name.replace("\t", " ").split())
        if text and normalise(text) and (form == "preferred" or not is_chemical(text)):
            self.names.setdefault(text.casefold(), Fact(text, form, source, shared))

    def identify(self, curie: str, source: str, *, shared: bool = False) -> None:
        """Add an identifier; the first source wins."""
        self.xrefs.setdefault(curie, Fact(curie, "", source, shared))


@dataclass(slots=True)
class Registry:
    """The drafts, by normalised name and by identifier."""

    drafts: list[Draft] = field(default_factory=list)
    by_name: dict[str, list[Draft]] = field(default_factory=dict)
    by_curie: dict[str, Draft] = field(default_factory=dict)

    def add(self, draft: Draft) -> Draft:
        """Take a new draft in."""
        self.drafts.append(draft)
        return draft

    def learn(self, draft: Draft, names: Iterable[str], source: str, *, shared: bool = False) -> None:
        """Give a draft more names; a code stays a code."""
        for name in names:
            draft.call(name, "code" if is_code(name) else "synonym", source, shared=shared)
            self.index(draft, name)

    def index(self, draft: Draft, name: str) -> None:
        """Let a draft be found by a name."""
        found = self.by_name.setdefault(normalise(name), [])
        if draft not in found:
            found.append(draft)

    def identify(
        self, draft: Draft, curies: Iterable[str], source: str, *, shared: bool = False, exact: bool = True
    ) -> None:
        """Give a draft identifiers, and let it be found by those that belong to no other draft.

        An identifier that is not exact (of a salt, or of a row joined by a synonym) finds the draft; it becomes one of
        its identifiers only where the draft has none of that prefix.
        """
        for curie in curies:
            prefix = curie.partition(":")[0] + ":"
            mine = self.by_curie.setdefault(curie, draft) is draft
            if mine and (exact or not any(x.startswith(prefix) for x in draft.xrefs)):
                draft.identify(curie, source, shared=shared)

    def named(self, name: str) -> Draft | None:
        """The one draft of that name, or None where there is none or several; a preferred name beats a synonym."""
        found = self.by_name.get(normalise(name), [])
        exact = [draft for draft in found if normalise(draft.name) == normalise(name)]
        chosen = exact or found
        return chosen[0] if len(chosen) == 1 else None

    def curated(self, names: Iterable[str], *, conjugate: bool) -> Draft | None:
        """The one curated draft that has one of `names` that tells, and is as much a conjugate."""
        keys = {key for name in names if _tells(key := normalise(name))}
        found = {id(d): d for key in keys for d in self.by_name.get(key, []) if d.fixed}
        fitting = [draft for draft in found.values() if draft.conjugate == conjugate]
        return fitting[0] if len(fitting) == 1 and len(found) == 1 else None

    def mixed(self, names: Iterable[str]) -> Draft | None:
        """The one curated draft of several drugs together, in whatever order and with whatever between them."""
        wanted = {parts for name in names if len(parts := _parts(name)) > 1}
        found = [draft for draft in self.drafts if draft.fixed and not wanted.isdisjoint(map(_parts, _called(draft)))]
        return found[0] if len(found) == 1 else None

    def coded(self, names: Iterable[str], *, conjugate: bool) -> Draft | None:
        """The one draft that shares a research code with `names` and is as much a conjugate as they are."""
        codes = (name if is_code(name) else trailing_code(name) for name in names)
        found = {id(d): d for code in codes if code for d in self.by_name.get(normalise(code), [])}
        fitting = [draft for draft in found.values() if draft.conjugate == conjugate]
        return fitting[0] if len(fitting) == 1 and len(found) == 1 else None


def _tells(key: str) -> bool:
    """Whether a normalised name is of six characters and more, or of four with a digit (`ZN-c3`, `UTD1`)."""
    return len(key) >= LONG or (len(key) >= SHORT_CODE and any(c.isdigit() for c in key) and not key[0].isdigit())


def _called(draft: Draft) -> Iterable[str]:
    return (fact.value for fact in draft.names.values())


def _parts(name: str) -> frozenset[str]:
    """The drugs of a combination's name: `Alpha and Beta`, `beta/alpha` -> {alpha, beta}; {} where it names one."""
    parts = [normalise(part) for part in re.split(r"[/+-]|,| and | plus ", name) if normalise(part)]
    return (
        frozenset(parts)
        if len(parts) > 1 and all(len(part) > LONG and part.isalpha() for part in parts)
        else frozenset()
    )


def conjugate_like(names: Iterable[str], kind: str = "", flags: Iterable[str] = ()) -> bool:
    """Whether a source row describes an antibody with a payload or label."""
    return (
        "adc" in flags
        or "ADC" in kind
        or "Radiolabelled" in kind
        or any(is_conjugate(name) or LABELLED.search(name) is not None for name in names)
    )
