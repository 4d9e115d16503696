"""Names that an extractor may take from imported files, and a vocabulary widened by them.

Only drugs, targets and diseases count, and only names of four letters or digits and more that mean one thing: no name
that the built-in vocabulary has (a curator decided on those), no name that two imported terms of one source share, no
general word. A name of a term that the vocabulary knows by its identifier widens that term; any other is a new term: a
drug that has nothing below it, a protein, or a neoplasm. The files hold foods, analytes and pesticides under names that
are plain words (date, creatinine, Monitor), so a new term's name must show what it is: a drug has a research code or a
name that ends as an INN does, a protein's alias of one word has a digit, a neoplasm's has a word for one.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import Any

from ontology import iri
from ontology.importers.xrefs import curie
from ontology.lookup import build_lookup, normalise
from ontology.model import Condition, Drug, Name, NameForm, Stem, Target, Vocabulary, Xref
from ontology.tsv import parse

SHORTEST = 4
LONGEST_WORDS = 6
"""Words of a name; longer ones are descriptions, which no record repeats."""

KINDS = {"drug": "drug", "target": "target", "disease": "condition"}
SOURCES = ("ncit", "drugbank", "rxnorm", "hgnc", "mondo", "doid", "atc")
"""Curated sources, the first of them that has a name decides what it is."""

_WORD = re.compile(r"\w+")
_GENERAL = re.compile(
    r"\b(?:agents?|inhibitors?|antagonists?|agonists?|blockers?|modulators?|vaccines?|antibod(?:y|ies)|cells?|therap(?:y|ies)"
    r"|regimens?|drugs?|compounds?|proteins?|products?|supplements?|extracts?|treatments?|procedures?|placebos?|syndromes?"
    r"|disorders?|diseases?|findings?|conditions?|class|preparations?|combinations?|solutions?|injections?|tablets?)$",
    re.IGNORECASE,
)

_NEOPLASM = re.compile(
    r"cancer|carcinoma|tumou?r|neoplas|sarcoma|lymphoma|leuka?emia|melanoma|myeloma|blastoma|glioma|mesothelioma"
    r"|(?<!glauc)(?<!hemat)(?<!colob)(?<!tubercul)(?<!granul)(?<!scot)(?<!trach)oma\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"\b(?=(?:[\w/-]*[A-Za-z]){2})(?=(?:[\w/-]*\d){2})[\w/-]+")
SHORTEST_STEM = 3


@dataclass(frozen=True, slots=True)
class SourceTerm:
    """An imported term as widening asks for it; `iri` is its own, `names` the label first."""

    iri: str
    kind: str
    names: tuple[str, ...]
    has_children: bool = False


@dataclass(frozen=True, slots=True)
class ExtraName:
    """One name to add: to the term `id` of a kind, which is new where `label` is not empty."""

    kind: str
    id: str
    name: str
    label: str
    curie: str


def extra_names(vocabulary: Vocabulary, sources: Mapping[str, Iterable[SourceTerm]]) -> list[ExtraName]:
    """The names that imported terms add to a vocabulary, sorted."""
    taken = _taken(vocabulary)
    known = _by_iri(vocabulary)
    chosen: dict[str, ExtraName] = {}
    doubtful: set[str] = set()
    passed: dict[str, set[str]] = {}
    stems = tuple(stem.suffix.strip("-") for stem in vocabulary.stems if len(stem.suffix.strip("-")) >= SHORTEST_STEM)
    for source in SOURCES:
        for key, extras in _of_source(sources.get(source, ()), taken, known, passed, stems).items():
            first = next(iter(extras.values()))
            other = chosen.setdefault(key, first)
            if len(extras) > 1 or other.kind != first.kind:
                doubtful.add(key)
    clear = (x for key, x in chosen.items() if key not in doubtful and passed.get(key, {x.kind}) == {x.kind})
    return sorted(clear, key=lambda extra: (extra.kind, extra.id, extra.name))


def widened(vocabulary: Vocabulary, extras: Iterable[ExtraName]) -> Vocabulary:
    """The vocabulary with these names; its digest is the vocabulary's own, a `+` and one of the names."""
    rows = list(extras)
    if not rows:
        return vocabulary
    total = hashlib.sha256()
    for row in rows:
        total.update("\t".join((row.kind, row.id, row.name, row.curie)).encode() + b"\n")
    return replace(
        vocabulary,
        drugs=_with(vocabulary.drugs, rows, "drug", lambda row, names: _drug(row, names, vocabulary.stems)),
        targets=_with(vocabulary.targets, rows, "target", _target),
        conditions=_with(vocabulary.conditions, rows, "condition", _condition),
        digest=f"{vocabulary.digest}+{total.hexdigest()[:16]}",
    )


def _taken(vocabulary: Vocabulary) -> frozenset[str]:
    """Normalised names that are decided on: all that the vocabulary has, and those that a curator stopped."""
    table = files("ontology") / "overlay" / "stop_names.tsv"
    stops = parse("stop_names.tsv", table.read_text("utf-8"), ("op", "name", "effect", "author", "reason", "source"))
    return frozenset(build_lookup(vocabulary).index) | {normalise(row[1]) for row in stops.rows}


def _by_iri(vocabulary: Vocabulary) -> dict[str, set[tuple[str, str]]]:
    """The terms, as kind and id, that the vocabulary gives each external IRI to."""
    found: dict[str, set[tuple[str, str]]] = {}
    tables: tuple[tuple[str, Mapping[str, Drug | Target | Condition]], ...] = (
        ("drug", vocabulary.drugs),
        ("target", vocabulary.targets),
        ("condition", vocabulary.conditions),
    )
    for kind, table in tables:
        for term in table.values():
            for xref in term.xrefs:
                if node := iri.expand(xref.curie):
                    found.setdefault(node, set()).add((kind, term.id))
    return found


def _of_source(
    terms: Iterable[SourceTerm],
    taken: frozenset[str],
    known: Mapping[str, set[tuple[str, str]]],
    passed: dict[str, set[str]],
    stems: tuple[str, ...],
) -> dict[str, dict[tuple[str, str], ExtraName]]:
    """What one source adds: for each normalised name, the terms that have it.

    `passed` collects the kinds of the names of terms that are passed over: such a name has one more meaning.
    """
    found: dict[str, dict[tuple[str, str], ExtraName]] = {}
    for term in terms:
        owner = _owner(term, known)
        if owner is None:
            for name in term.names if term.kind in KINDS else ():
                passed.setdefault(normalise(name), set()).add(KINDS[term.kind])
            continue
        kind, key, label = owner
        for name in term.names:
            folded = normalise(name)
            if folded not in taken and _is_telling(name, folded) and (not label or _shows(kind, name, label, stems)):
                extra = ExtraName(kind, key, name, label, curie(term.iri) or term.iri)
                found.setdefault(folded, {}).setdefault((kind, key), extra)
    return found


def _owner(term: SourceTerm, known: Mapping[str, set[tuple[str, str]]]) -> tuple[str, str, str] | None:
    """Kind, id and label of the term that gets the names; the label is empty where the vocabulary has it already."""
    kind = KINDS.get(term.kind)
    owners = known.get(term.iri, set())
    if kind is None or len(owners) > 1 or not term.names:
        return None
    if owners:
        own_kind, key = next(iter(owners))
        return (kind, key, "") if own_kind == kind else None
    label = term.names[0]
    if kind == "drug" and (term.has_children or _GENERAL.search(label)):
        return None
    compact = curie(term.iri) or ""
    if kind == "condition" and not _NEOPLASM.search(label):
        return None  # another disease is a comorbidity or a harm more often than what a trial is about
    if kind == "target":
        return kind, label, label
    return kind, compact.replace(":", "-") if compact.startswith("mondo:") else iri.slug(label), label


def _is_telling(name: str, folded: str) -> bool:
    """Whether a name can stand on its own in a record."""
    has_letters = sum(char.isalpha() for char in folded) >= 2
    is_short = len(_WORD.findall(name)) <= LONGEST_WORDS
    return len(folded) >= SHORTEST and has_letters and is_short and not _GENERAL.search(name)


def _shows(kind: str, name: str, label: str, stems: tuple[str, ...]) -> bool:
    """Whether the name of a new term shows what the term is."""
    if kind == "drug":
        return any(_CODE.search(n) or any(w.endswith(stems) for w in _WORD.findall(n.lower())) for n in (label, name))
    if kind == "target":
        return name == label or " " in name or any(char.isdigit() for char in name)
    return bool(_NEOPLASM.search(name))


def _with(
    table: Mapping[str, Any], rows: Iterable[ExtraName], kind: str, make: Callable[[ExtraName, tuple[Name, ...]], Any]
) -> dict[str, Any]:
    """A table of drugs, targets or conditions with the names of that kind."""
    grouped: dict[str, list[ExtraName]] = {}
    for row in rows:
        if row.kind == kind:
            grouped.setdefault(row.id, []).append(row)
    found = dict(table)
    for key, own in grouped.items():
        names = tuple(_name(row) for row in own)
        if key in found:
            known = found[key]
            found[key] = replace(known, names=(*known.names, *names))
        elif own[0].label:
            found[key] = make(own[0], names)
    return found


def _name(row: ExtraName) -> Name:
    """A gene's alias counts as written only: many are plain words in lower case."""
    form = NameForm.PREFERRED if row.name == row.label else NameForm.SYNONYM
    return Name(row.name, form, case_sensitive=row.kind == "target", source=row.curie)


def _drug(row: ExtraName, names: tuple[Name, ...], stems: Iterable[Stem]) -> Drug:
    """A drug of which only names are known; its stem tells the molecule and class, as for a name in a record."""
    stem = next(_stems_of(row.label, stems), None)
    kind, molecule, classes = (stem.type, stem.molecule, stem.classes) if stem else ("drug", "", ())
    xrefs = (Xref(row.curie, row.curie),)
    return Drug(row.id, row.label, kind, molecule, "treatment", (), classes, names, xrefs, row.curie)


def _stems_of(label: str, stems: Iterable[Stem]) -> Iterator[Stem]:
    words = _WORD.findall(label.lower())
    bare = sorted(stems, key=lambda stem: -len(stem.suffix))
    return (stem for stem in bare for word in words[-1:] if word.endswith(stem.suffix.strip("-")))


def _target(row: ExtraName, names: tuple[Name, ...]) -> Target:
    return Target(row.id, row.label, names, (Xref(row.curie, row.curie),), row.curie)


def _condition(row: ExtraName, names: tuple[Name, ...]) -> Condition:
    return Condition(row.id, row.label, None, (), names, (Xref(row.curie, row.curie),), row.curie)
