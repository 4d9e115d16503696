"""The text of records beside the graph: `STORE/texts.sqlite`, so that a page can show facts where the record says them.

A row is never changed: it is kept under what names it for good, the record's content hash and the extractor that cut
it into sections. So it does not matter which published copy a reader holds, and rows of a build that was thrown away
do no harm. The one writer of the store writes, in transactions; readers only look. A store without the file, or
behind a URL, has the quotes in its triples alone.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import zstandard

from extract.model import Document, Section
from ontology.errors import StoreError, Where

FILE = "texts.sqlite"
LEVEL = 3
LARGEST = 64_000_000
"""Bytes that one record's text may unpack to; a reader takes no more."""
PATIENCE = 5.0
"""Seconds that a reader waits while the writer commits."""

TABLE = """CREATE TABLE IF NOT EXISTS texts (
  trial TEXT NOT NULL, hash TEXT NOT NULL, extractor TEXT NOT NULL, sections BLOB NOT NULL,
  PRIMARY KEY (trial, hash, extractor)
) WITHOUT ROWID"""
INSERT = "INSERT OR IGNORE INTO texts VALUES (?, ?, ?, ?)"
FIND = "SELECT sections FROM texts WHERE trial = ? AND hash = ? AND extractor = ?"
DROP = """DELETE FROM texts WHERE NOT EXISTS (
  SELECT 1 FROM wanted AS w WHERE w.trial = texts.trial AND w.hash = texts.hash AND w.extractor = texts.extractor
)"""


@dataclass(frozen=True, slots=True)
class TextKey:
    """What names a text for good: the trial, the SHA-256 of its record, and the extractor's version."""

    trial: str
    content_hash: str
    extractor: str

    def __iter__(self) -> Iterator[str]:
        return iter((self.trial, self.content_hash, self.extractor))


@dataclass(frozen=True, slots=True)
class SourceText:
    """One record's text, packed: its sections in their order, as evidence counts offsets in them."""

    key: TextKey
    packed: bytes


def source_text(document: Document, extractor: str) -> SourceText:
    """The text of a document, ready to be kept."""
    return SourceText(TextKey(document.id, document.content_hash, extractor), pack(document.sections))


def pack(sections: Iterable[Section]) -> bytes:
    """Sections as compressed JSON, a list of [name, text]."""
    content = json.dumps([(section.name, section.text) for section in sections], ensure_ascii=True).encode("ascii")
    return zstandard.ZstdCompressor(level=LEVEL).compress(content)


def unpack(packed: bytes) -> dict[str, str]:
    """Text by section, in their order. Raises `ValueError` or `zstandard.ZstdError` where it was damaged."""
    content = zstandard.ZstdDecompressor().decompress(packed, max_output_size=LARGEST)
    return dict(json.loads(content))


def keep(root: Path, texts: Iterable[SourceText]) -> None:
    """Add texts, those that are there already left as they are. Needs the writer's lock of the store.

    Raises:
        StoreError: the file cannot be written.
    """
    rows = [(*text.key, text.packed) for text in texts]
    if not rows:
        return
    with _written(root) as database:
        database.executemany(INSERT, rows)


def find(root: Path, key: TextKey) -> dict[str, str] | None:
    """Text by section of one record, or None where the store does not have it, or cannot read it."""
    path = root / FILE
    if not path.is_file():
        return None
    try:
        # Opened for writing only so that SQLite may undo what a killed writer left half done; nothing here writes.
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, timeout=PATIENCE)) as database:
            database.execute("PRAGMA query_only = ON")
            row = database.execute(FIND, tuple(key)).fetchone()
        return unpack(row[0]) if row else None
    except (sqlite3.Error, zstandard.ZstdError, ValueError):
        return None


def drop_unreferenced(root: Path, wanted: Iterable[TextKey]) -> int:
    """Remove the texts that nothing refers to any more; how many went. Needs the writer's lock of the store.

    Raises:
        StoreError: the file cannot be written.
    """
    if not (root / FILE).is_file():
        return 0
    with _written(root) as database:
        database.execute("CREATE TEMP TABLE wanted (trial TEXT, hash TEXT, extractor TEXT)")
        database.executemany("INSERT INTO wanted VALUES (?, ?, ?)", (tuple(key) for key in wanted))
        database.execute("CREATE INDEX temp.by_trial ON wanted (trial)")
        gone = database.execute(DROP).rowcount
    if gone:
        with _written(root) as database:
            database.execute("VACUUM")
    return gone


@contextmanager
def _written(root: Path) -> Iterator[sqlite3.Connection]:
    """The file open for writing; what the block wrote is committed at its end, or not at all."""
    path = root / FILE
    try:
        with closing(sqlite3.connect(path, timeout=PATIENCE)) as database:
            database.execute(TABLE)
            yield database
            database.commit()
    except sqlite3.Error as error:
        raise StoreError(f"the texts cannot be written: {error}", where=Where(str(path))) from error
