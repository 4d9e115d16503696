"""Read the built-in vocabulary from the tables under `ontology/vocabulary/`.

Rows that come from share-alike sources lie in `share_alike/`, apart from the Apache-2.0 tables; they are joined here:
their names and identifiers are added, their targets and classes fill only what the other tables leave open.
"""

import gc
import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import TypeVar

from ontology.errors import VocabularyError, Where
from ontology.model import (
    Condition,
    Drug,
    DrugClass,
    Endpoint,
    Name,
    NamedRegimen,
    NameForm,
    Stem,
    Target,
    Vocabulary,
    Xref,
)
from ontology.table_schema import SCHEMA, check
from ontology.tsv import Table, bad_cell, parse, parts

T = TypeVar("T")
Names = Mapping[str, tuple[Name, ...]]
Xrefs = Mapping[str, tuple[Xref, ...]]
WIDE = "conditions_wide.tsv"


def load_vocabulary(root: Traversable | None = None) -> Vocabulary:
    """The vocabulary of the tables under `root`, by default the built-in one.

    It is set apart from the garbage collector (`gc.freeze`), whose next round would walk over all of it.

    Raises:
        VocabularyError: a table is missing or breaks its schema; names file, line and column.
    """
    texts = _texts(root or files("ontology") / "vocabulary")
    with no_collection():
        vocabulary = _vocabulary(texts)
        gc.freeze()
    return vocabulary


@contextmanager
def no_collection() -> Iterator[None]:
    """Half the time of making 100,000 small values is the collector walking over them; they hold no cycles."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _vocabulary(texts: Mapping[str, str]) -> Vocabulary:
    digest = _digest(texts)
    tables = {name: parse(name, text, SCHEMA[name]) for name, text in texts.items()}
    check(tables)
    return Vocabulary(
        drugs=_drugs(tables),
        classes=_classes(tables),
        targets=_terms(tables, "targets", "target", _target),
        conditions=_terms(tables, "conditions", "condition", _condition),
        endpoints=_terms(tables, "endpoints", "endpoint", _endpoint),
        stems=tuple(Stem(r[0], r[1], r[2], parts(r[3]), r[4]) for r in tables["stems.tsv"].rows),
        regimens=_regimens(tables),
        digest=digest,
        version=digest[:12],
    )


@cache
def built_in() -> Vocabulary:
    """The built-in vocabulary, read once a process."""
    return load_vocabulary()


def _texts(root: Traversable) -> dict[str, str]:
    return {name: read_table(root, name) for name in SCHEMA}


def read_table(root: Traversable, name: str) -> str:
    """The text of one table.

    Raises:
        VocabularyError: there is none, or it is no UTF-8.
    """
    try:
        return root.joinpath(*name.split("/")).read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError) as error:
        hint = "rebuild the tables: python -m ontology.compile --help"
        raise VocabularyError("the table cannot be read", where=Where(file=name), hint=hint) from error


def _digest(texts: Mapping[str, str]) -> str:
    """SHA-256 over the names and bytes of all tables, in the order of their names."""
    total = hashlib.sha256()
    for name in sorted(texts):
        total.update(name.encode() + b"\0" + texts[name].encode() + b"\0")
    return total.hexdigest()


def _names(*tables: Table) -> Names:
    """Names by term, in the order of the rows."""
    forms = {form.value: form for form in NameForm}
    found: dict[str, list[Name]] = {}
    make = tuple.__new__  # half the cost of the named tuple's own, which calls it
    for table in tables:
        try:
            for term, text, form, flags, source in table.rows:
                name = make(Name, (text, forms[form], "context" in flags, "case" in flags, source))
                if term in found:
                    found[term].append(name)
                else:
                    found[term] = [name]
        except KeyError as unknown:
            raise _unknown_form(table, forms) from unknown
    return {term: tuple(sorted(names, key=_rank) if len(names) > 1 else names) for term, names in found.items()}


def _unknown_form(table: Table, forms: Collection[str]) -> VocabularyError:
    """The error for the first row whose form is none."""
    number, form = next((number, row[2]) for number, row in enumerate(table.rows) if row[2] not in forms)
    return bad_cell(table, number, "form", f"{form!r} is no form of a name")


def _rank(name: Name) -> int:
    """The preferred name first, then those that a curator chose; the others keep the order of the table."""
    if name.form is NameForm.PREFERRED:
        return 0
    return 1 if name.source.startswith("overlay:") else 2


def _xrefs(*tables: Table) -> Xrefs:
    """Identifiers by term, in the order of the rows."""
    found: dict[str, list[Xref]] = {}
    for table in tables:
        for term, curie, source in table.rows:
            found.setdefault(term, []).append(Xref(curie, source))
    return {term: tuple(xrefs) for term, xrefs in found.items()}


def _drugs(tables: Mapping[str, Table]) -> dict[str, Drug]:
    names = _names(tables["drug_names.tsv"], tables["share_alike/drug_names.tsv"])
    xrefs = _xrefs(tables["drug_xrefs.tsv"], tables["share_alike/drug_xrefs.tsv"])
    shared = {row[0]: row for row in tables["share_alike/drug_facts.tsv"].rows}
    drugs = {}
    for key, name, kind, molecule, purpose, targets, classes, source in tables["drugs.tsv"].rows:
        _, more_targets, more_classes, _ = shared.get(key, ("", "", "", ""))
        drugs[key] = Drug(
            key,
            name,
            kind,
            molecule,
            purpose,
            parts(targets or more_targets),
            parts(classes or more_classes),
            names.get(key, ()),
            xrefs.get(key, ()),
            source,
        )
    for old, name, new, source in tables["drug_redirects.tsv"].rows:
        now = drugs[new]
        drugs[old] = Drug(old, name, now.type, now.molecule, now.purpose, (), (), (), (), source, replaced_by=new)
    return drugs


def _classes(tables: Mapping[str, Table]) -> dict[str, DrugClass]:
    names = _names(tables["class_names.tsv"])
    xrefs = _xrefs(tables["class_xrefs.tsv"], tables["share_alike/class_xrefs.tsv"])
    return {
        key: DrugClass(
            key,
            label,
            kind,
            parts(parents),
            parts(targets),
            names.get(key, ()),
            xrefs.get(key, ()),
            source,
            therapy=therapy == "yes",
        )
        for key, label, kind, therapy, parents, targets, source in tables["classes.tsv"].rows
    }


def _regimens(tables: Mapping[str, Table]) -> dict[str, NamedRegimen]:
    names = _names(tables["regimen_names.tsv"])
    return {
        key: NamedRegimen(key, name, parts(drugs), names.get(key, ()), source)
        for key, name, drugs, source in tables["regimens.tsv"].rows
    }


def _terms(
    tables: Mapping[str, Table],
    plural: str,
    single: str,
    make: Callable[[list[str], tuple[Name, ...], tuple[Xref, ...]], T],
) -> dict[str, T]:
    names, xrefs = _names(tables[f"{single}_names.tsv"]), _xrefs(tables[f"{single}_xrefs.tsv"])
    return {row[0]: make(row, names.get(row[0], ()), xrefs.get(row[0], ())) for row in tables[f"{plural}.tsv"].rows}


def _target(row: list[str], names: tuple[Name, ...], xrefs: tuple[Xref, ...]) -> Target:
    return Target(row[0], row[1], names, xrefs, row[2])


def _endpoint(row: list[str], names: tuple[Name, ...], xrefs: tuple[Xref, ...]) -> Endpoint:
    return Endpoint(row[0], row[1], names, xrefs, row[2])


def _condition(row: list[str], names: tuple[Name, ...], xrefs: tuple[Xref, ...]) -> Condition:
    return Condition(row[0], row[1], row[2] or None, parts(row[3]), names, xrefs, row[4])
