"""The hand-curated overlay: rows that assert or retract, each with author, reason and source.

`drugs.tsv` asserts whole drugs (an empty cell asserts nothing). `facts.tsv` asserts or retracts one name, identifier,
target or class of any drug, and so mends what a source gets wrong; it is applied last, on every rebuild. A `source` can
only be retracted: all that one row of a source gave the drug goes.
"""

from collections.abc import Mapping
from pathlib import Path

from ontology.compile.draft import Draft, Registry
from ontology.compile.names import is_code, is_conjugate, slug
from ontology.errors import VocabularyError, Where
from ontology.tsv import Table, bad_cell, parse, parts

PROVENANCE = ("author", "reason", "source")
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "drugs.tsv": ("op", "name", "type", "molecule", "purpose", "targets", "classes", "names", *PROVENANCE),
    "facts.tsv": ("op", "drug", "field", "value", *PROVENANCE),
    "classes.tsv": ("op", "label", "type", "therapy", "parents", "targets", "names", *PROVENANCE),
    "class_rules.tsv": ("op", "molecule", "targets", "classes", *PROVENANCE),
    "targets.tsv": ("op", "id", "label", "names", *PROVENANCE),
    "conditions.tsv": ("op", "name", "mondo", "stage", "parents", "names", *PROVENANCE),
    "endpoints.tsv": ("op", "id", "label", "names", "ncit", *PROVENANCE),
    "regimens.tsv": ("op", "name", "drugs", "names", *PROVENANCE),
    "stems.tsv": ("op", "suffix", "type", "molecule", "classes", *PROVENANCE),
    "stop_names.tsv": ("op", "name", "effect", *PROVENANCE),
}
_CONJUGATES = frozenset({"antibody-drug conjugate", "radioimmunoconjugate", "radioligand"})
FORMS = {"b": "brand", "m": "misspelling", "a": "abbreviation", "c": "code", "s": "synonym"}


def read(folder: Path, name: str) -> Table:
    """One overlay table.

    Raises:
        VocabularyError: the table breaks its schema, or a row has neither assert nor retract, or no provenance.
    """
    path = folder / name
    if not path.is_file():
        raise VocabularyError("an overlay table is missing", where=Where(file=str(path)))
    table = parse(f"overlay/{name}", path.read_text(encoding="utf-8"), COLUMNS[name])
    for number, row in enumerate(table.rows):
        if row[0] not in {"assert", "retract"}:
            raise bad_cell(table, number, "op", f"{row[0]!r} is neither assert nor retract")
        if not all(row[-3:]):
            raise bad_cell(table, number, "author", "a row needs author, reason and source")
    return table


def formed(cell: str) -> tuple[tuple[str, str], ...]:
    """A list cell of names as (text, form); `m:` before a name marks a misspelling, `b:` a brand, and so on."""
    return tuple(_formed(name) for name in parts(cell))


def _formed(name: str) -> tuple[str, str]:
    letter, colon, rest = name.partition(":")
    if colon and letter in FORMS and not rest.startswith(" "):
        return rest, FORMS[letter]
    short = len(name) <= 6 and " " not in name and name.upper() == name
    return name, "code" if is_code(name) else "abbreviation" if short else "synonym"


def assert_drugs(registry: Registry, table: Table) -> None:
    """Make a draft of every asserted drug; they come first, so that the sources join them."""
    for _, name, kind, molecule, purpose, targets, classes, names, *_ in table.rows:
        conjugate = molecule in _CONJUGATES or is_conjugate(name)
        draft = registry.add(
            Draft(
                name,
                f"overlay:{slug(name)}",
                fixed=True,
                type=kind,
                molecule=molecule,
                purpose=purpose or "treatment",
                targets=parts(targets),
                classes=tuple(map(slug, parts(classes))),
                conjugate=conjugate,
            )
        )
        draft.call(name, "preferred", draft.source)
        registry.index(draft, name)
        for text, form in formed(names):
            draft.call(text, form, draft.source)
            if form != "misspelling":  # what one drug is misspelt as may be the name of another
                registry.index(draft, text)


def apply_facts(registry: Registry, table: Table) -> None:
    """Apply the single facts; a row about a drug that is not there is an error, so that no mending is lost.

    Raises:
        VocabularyError: the drug or the field of a row is unknown.
    """
    drafts = {slug(draft.name): draft for draft in registry.drafts}
    for number, (op, drug, what, value, *_) in enumerate(table.rows):
        if slug(drug) not in drafts:
            raise bad_cell(table, number, "drug", f"no drug {drug!r}")
        if what == "drug" and op == "retract":
            registry.drafts.remove(drafts[slug(drug)])
            continue
        if what not in {"name", "xref", "target", "class", "purpose"} and (what, op) != ("source", "retract"):
            raise bad_cell(table, number, "field", f"{what!r} is no field")
        _apply(drafts[slug(drug)], op, what, value)


def _apply(draft: Draft, op: str, what: str, value: str) -> None:
    source = f"overlay:{slug(draft.name)}"
    if what == "name" and op == "assert":
        text, form = _formed(value)
        draft.call(text, form, source)
    elif what == "name":
        draft.names.pop(value.casefold(), None)
    elif what == "xref" and op == "retract":
        draft.xrefs.pop(value, None)
    elif what == "xref":
        draft.identify(value, source)
    elif what == "target":
        draft.targets = _changed(draft.targets, op, value)
        draft.shared_targets = _changed(draft.shared_targets, "retract", value)
    elif what == "class":
        draft.classes = _changed(draft.classes, op, slug(value))
    elif what == "purpose":
        draft.purpose = value
    elif what == "source":
        draft.names = {key: fact for key, fact in draft.names.items() if fact.source != value}
        draft.xrefs = {key: fact for key, fact in draft.xrefs.items() if fact.source != value}


def _changed(values: tuple[str, ...], op: str, value: str) -> tuple[str, ...]:
    rest = tuple(v for v in values if v != value)
    return (*rest, value) if op == "assert" else rest
