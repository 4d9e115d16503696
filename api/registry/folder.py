"""A folder of raw records, one JSON file a record, as `build` reads it.

    FOLDER/NCT01234/NCT01234567.json    a record; a thousand ids a folder
    FOLDER/.fetch/                      what is known of searches (`api.registry.journal`); hidden, so `build` skips it

A file appears under its name only when it is complete. One whose record is as it was is left alone.
"""

import fcntl
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson

from extract.sources.api_v2 import content_of, is_study
from extract.sources.limits import BadRecordError
from ontology.errors import SourceError, StoreBusyError, StoreError, Where

_ID = re.compile(r"NCT\d{8}")
STATE = ".fetch"


class Change(StrEnum):
    """What a record did to the folder."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


class RecordFolder:
    """The folder; made when it is locked."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.state = root / STATE

    @contextmanager
    def locked(self) -> Iterator[None]:
        """The right to write here, until the block ends or the process dies.

        Raises:
            StoreBusyError: another fetch has it.
            StoreError: the folder cannot be made or written.
        """
        try:
            self.state.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.state / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            reason = f"the folder cannot be written: {error.strerror or error}"
            raise StoreError(reason, where=Where(str(self.root))) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield
        except BlockingIOError:
            raise StoreBusyError("another fetch is at work here", where=Where(str(self.root))) from None
        finally:
            os.close(lock)

    def save(self, study: Mapping[str, Any]) -> Change:
        """Put a record into its file.

        Raises:
            SourceError: it is no record with an id.
        """
        path = self.path(record_id(study))
        try:
            before: bytes | None = path.read_bytes()
        except FileNotFoundError:
            before = None
        if before is not None and _content(before) == content_of(study):
            return Change.UNCHANGED
        path.parent.mkdir(exist_ok=True)
        write_atomically(path, orjson.dumps(study))
        return Change.NEW if before is None else Change.UPDATED

    def path(self, identifier: str) -> Path:
        """The file of a record."""
        return self.root / identifier[:8] / f"{identifier}.json"

    def has(self, identifier: str) -> bool:
        """Whether there is a file of that record."""
        return self.path(identifier).is_file()

    def ids(self) -> Iterator[str]:
        """The ids of all records that have a file."""
        found = (path.stem for path in sorted(self.root.glob("NCT?????/NCT*.json")))
        return (identifier for identifier in found if _ID.fullmatch(identifier))

    def remove(self, identifier: str) -> None:
        """Remove a record's file."""
        self.path(identifier).unlink(missing_ok=True)


def record_id(study: object) -> str:
    """The id of a parsed record; it is safe as a file's name.

    Raises:
        SourceError: it is no record, or its id is none of the registry's.
    """
    value: Any = study
    for key in ("protocolSection", "identificationModule", "nctId"):
        value = value.get(key) if isinstance(value, dict) else None
    if not is_study(study) or not isinstance(value, str) or not _ID.fullmatch(value):
        raise SourceError(f"a study without an id of the registry: {str(value)[:40]}")
    return value


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file so that a kill leaves the old one or the new one."""
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(data)
    part.replace(path)


def _content(data: bytes) -> bytes | None:
    """What a file says, but for what changes every day; None where it says nothing."""
    try:
        study = orjson.loads(data)
        return content_of(study) if isinstance(study, dict) else None
    except (orjson.JSONDecodeError, BadRecordError):
        return None
