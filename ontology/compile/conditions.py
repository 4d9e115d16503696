"""Conditions: the neoplasms of MONDO under names that records write, curated ones first; all else of MONDO apart.

A row of the overlay asserts a condition, or retracts parents that MONDO gives one.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from ontology.compile import diseases, sources
from ontology.compile.diseases import Disease
from ontology.compile.mondo import PREFIXES, ROOT, Mondo, below, read_mondo
from ontology.compile.names import normalise, slug
from ontology.compile.overlay import formed
from ontology.tsv import Table, bad_cell, parts

MOST_NAMES = 40


@dataclass(slots=True)
class Entry:
    """One condition being put together."""

    key: str
    name: str
    stage: str
    source: str
    parents: list[str] = field(default_factory=list)
    names: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    xrefs: dict[str, str] = field(default_factory=dict)

    def call(self, name: str, form: str, source: str) -> None:
        """Add a name; the first source wins."""
        self.names.setdefault(normalise(name) if form != "preferred" else normalise(self.name), (name, form, source))


def build(folder: Path, overlay: Table) -> dict[str, Entry]:
    """All conditions by id: curated rows, then every other neoplasm of MONDO."""
    mondo = read_mondo(folder)
    entries: dict[str, Entry] = {}
    kept: dict[str, str] = {}
    for number, row in _rows(overlay, "assert"):
        entry = _curated(row, overlay, number, mondo, kept)
        entries[entry.key] = entry
    for key in sorted(below(mondo, ROOT)):
        if key not in kept:
            _plain(mondo.terms[key], entries, kept)
    _link(mondo, overlay, entries, kept)
    _more_xrefs(folder, entries)
    return entries


def _rows(overlay: Table, op: str) -> Iterator[tuple[int, list[str]]]:
    """The rows of one `op`, each with its number."""
    return ((number, row) for number, row in enumerate(overlay.rows) if row[0] == op)


def _curated(row: list[str], overlay: Table, number: int, mondo: Mondo, kept: dict[str, str]) -> Entry:
    _, name, labels, stage, _, names, *_ = row
    entry = Entry(slug(name), name, stage, f"overlay:{slug(name)}")
    entry.call(name, "preferred", entry.source)
    for text, form in formed(names):
        entry.call(text, form, entry.source)
    for label in parts(labels):
        key = mondo.by_label.get(label.casefold())
        if key is None:
            raise bad_cell(overlay, number, "mondo", f"no label {label!r} in MONDO")
        kept[key] = entry.key
        _absorb(entry, mondo.terms[key])
    return entry


def _plain(term: Disease, entries: dict[str, Entry], kept: dict[str, str]) -> None:
    """A MONDO neoplasm under its own label; one whose label a curated condition has, is that condition."""
    key = slug(term.name)
    entry = entries.get(key) or Entry(key, term.name, "", f"mondo:{term.id}")
    entry.call(term.name, "preferred" if key not in entries else "synonym", entry.source)
    entries[key] = entry
    kept[term.id] = key
    _absorb(entry, term)


def _absorb(entry: Entry, term: Disease) -> None:
    """Names and identifiers of a MONDO term; the last class of names, genetic susceptibility, is left out."""
    source = f"mondo:{term.id}"
    for text in (term.name, *term.synonyms):
        if (
            not any(word in text for word in ("somatic", "susceptibility", "autosomal"))
            and len(entry.names) < MOST_NAMES * 2
        ):
            entry.call(text, "synonym", source)
    entry.xrefs.setdefault(f"mondo:{term.id}", source)
    for xref in term.xrefs:
        prefix = PREFIXES.get(xref["namespace"])
        if prefix and "-" not in xref["id"]:
            entry.xrefs.setdefault(f"{prefix}:{unquote(xref['id'])}", source)


def _link(mondo: Mondo, overlay: Table, entries: dict[str, Entry], kept: Mapping[str, str]) -> None:
    """Parents: the curated ones, and of every MONDO term the nearest ancestors that are kept."""
    for key, condition in kept.items():
        above = _nearest(mondo, key, kept, condition)
        entries[condition].parents += [p for p in above if p not in entries[condition].parents and p != condition]
    for number, row in _rows(overlay, "retract"):
        _retract(row, overlay, number, entries)
    for number, row in _rows(overlay, "assert"):
        entry = entries[slug(row[1])]
        for parent in parts(row[4]):
            if slug(parent) not in entries:
                raise bad_cell(overlay, number, "parents", f"no condition {parent!r}")
            entry.parents.insert(0, slug(parent))
        entry.parents = list(dict.fromkeys(entry.parents))
    _cut_loops(entries)


def _retract(row: list[str], overlay: Table, number: int, entries: Mapping[str, Entry]) -> None:
    """Take parents from a condition; a row that takes nothing is an error, so that no mending is lost."""
    entry = entries.get(slug(row[1]))
    for parent in parts(row[4]):
        if entry is None or slug(parent) not in entry.parents:
            raise bad_cell(overlay, number, "parents", f"{parent!r} is no parent of {row[1]!r}")
        entry.parents.remove(slug(parent))


def _nearest(mondo: Mondo, key: str, kept: Mapping[str, str], own: str) -> list[str]:
    found, waiting, seen = [], list(mondo.parents(key)), set()
    while waiting:
        parent = waiting.pop(0)
        if parent in seen:
            continue
        seen.add(parent)
        if kept.get(parent, own) != own:
            found.append(kept[parent])
        else:
            waiting += mondo.parents(parent)
    return found


def _cut_loops(entries: Mapping[str, Entry]) -> None:
    """Merged terms can stand above one another; a parent that leads back to its child is dropped."""
    for entry in entries.values():
        entry.parents = [p for p in entry.parents if p != entry.key and not _reaches(entries, p, entry.key)]


def _reaches(entries: Mapping[str, Entry], start: str, goal: str) -> bool:
    seen, waiting = set(), [start]
    while waiting:
        key = waiting.pop()
        if key == goal:
            return True
        if key not in seen:
            seen.add(key)
            waiting += entries[key].parents
    return False


def _more_xrefs(folder: Path, entries: Mapping[str, Entry]) -> None:
    """DOID, MeSH and OncoTree terms whose name is exactly the preferred name of one condition, and MeSH synonyms."""
    by_name = {normalise(e.name): e for e in entries.values()}
    by_curie = {curie: e for e in entries.values() for curie in e.xrefs}
    for term in diseases.diseases(folder, sources.DOID):
        _attach(by_name.get(normalise(term.name)), f"doid:{term.id.removeprefix('DOID:')}", term.id.lower())
    for key, name, synonyms, trees in diseases.mesh(folder):
        if any(tree.startswith(("C", "F03")) for tree in trees):
            entry = by_curie.get(f"mesh:{key}") or by_name.get(normalise(name))
            _attach(entry, f"mesh:{key}", f"mesh:{key}")
            _call_all(entry, (name, *synonyms), f"mesh:{key}")
    for code, name, _ in diseases.oncotree(folder):
        _attach(by_name.get(normalise(name)), f"oncotree:{code}", f"oncotree:{code}")


def _call_all(entry: Entry | None, names: Iterable[str], source: str) -> None:
    if entry is not None and len(entry.names) < MOST_NAMES * 2:
        for text in names:
            entry.call(text, "synonym", source)


def _attach(entry: Entry | None, curie: str, source: str) -> None:
    """Add an identifier where the condition has none of that prefix."""
    prefix = curie.partition(":")[0] + ":"
    if entry is not None and not any(known.startswith(prefix) for known in entry.xrefs):
        entry.xrefs[curie] = source
