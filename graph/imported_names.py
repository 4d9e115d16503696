"""The names that imported vocabularies add to the built-in one, worked out once for a store and kept beside it.

Workers read a small table; nobody walks over imported graphs while records are extracted.
"""

import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import gettempdir

from graph.store import Reader, Store
from graph.vocabulary_sources import imports, stored_terms
from ontology.errors import NotFoundError
from ontology.importers.widen import KINDS, SOURCES, ExtraName, SourceTerm, extra_names, widened
from ontology.model import Vocabulary
from ontology.tables import built_in
from ontology.tsv import parse, render

VERSION = "2"
"""Changes whenever the same imports could give other names."""

COLUMNS = ("kind", "id", "name", "label", "curie")
FOLDER = "names"


def names_file(store: Store) -> Path | None:
    """The table of the names that a store's imports add, made if it is not there; None where nothing is imported.

    Raises:
        StoreError: the store cannot be read.
    """
    if "://" not in store.location and not Path(store.location).is_dir():
        return None
    with suppress(NotFoundError), store.reader() as reader:
        records = [record for record in imports(reader).values() if record.source in SOURCES]
        found = {record.source: f"{record.digest} {record.importer}" for record in records}
        if not found:
            return None
        path = _place(store, found)
        if not path.exists():
            _write(path, extra_names(built_in(), {source: _terms(reader, source) for source in found}))
        return path
    return None


@cache
def vocabulary_with(names: Path | None) -> Vocabulary:
    """The built-in vocabulary, widened by a table of names if there is one."""
    if names is None:
        return built_in()
    table = parse(names.name, names.read_text("utf-8"), COLUMNS)
    return widened(built_in(), [ExtraName(*row) for row in table.rows])


def _terms(reader: Reader, source: str) -> Iterator[SourceTerm]:
    """The terms of an imported vocabulary that a matcher may know, each told whether something is below it."""
    parents = {parent for term in stored_terms(reader, source) for parent in term.parents}
    for term in stored_terms(reader, source):
        if term.kind in KINDS and not term.obsolete:
            label_first = (term.label, *sorted(term.synonyms)) if term.label else ()
            yield SourceTerm(term.iri, term.kind, label_first, term.iri in parents)


def _place(store: Store, digests: dict[str, str]) -> Path:
    """The table's place: beside the store's own files, or where temporary files go if that cannot be written."""
    total = hashlib.sha256("\n".join([VERSION, built_in().digest, *map(str, sorted(digests.items()))]).encode())
    root = Path(store.location)
    folder = root / FOLDER if os.access(root, os.W_OK) else Path(gettempdir()) / f"trialgraph-{os.getuid()}"
    return folder / f"{total.hexdigest()[:24]}.tsv"


def _write(path: Path, extras: list[ExtraName]) -> None:
    """Put the table in its place at once, and remove what it replaces."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    rows = ([extra.kind, extra.id, extra.name, extra.label, extra.curie] for extra in extras)
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_text(render(COLUMNS, ([_flat(cell) for cell in row] for row in rows)), "utf-8")
    for old in path.parent.glob("*.tsv"):
        old.unlink(missing_ok=True)
    part.replace(path)


def _flat(text: str) -> str:
    return " ".join(text.split())
