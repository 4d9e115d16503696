"""Collects a record's sections in order, and checks an id; what every format needs."""

import hashlib
import re

from extract.model import Section, SectionKind, Span
from extract.sources.limits import BadRecordError, Limits

NCT_ID = re.compile(r"(?<![A-Za-z0-9])NCT\d{8}(?!\d)", re.IGNORECASE)
_UNUSABLE_ID = re.compile(r"[\s\x00-\x1f\x7f<>\"{}|\\^`\ud800-\udfff]")
_ID_LENGTH = 200


class SectionList:
    """Sections in the order of their adding; a span into each as it is added."""

    def __init__(self, limits: Limits) -> None:
        self._sections: list[Section] = []
        self._left = limits.record_chars

    def add(self, name: str, kind: SectionKind, text: str | None) -> Span | None:
        """Add a section and return the span of all its text; None adds nothing."""
        if text is None:
            return None
        self._left -= len(text)
        if self._left < 0:
            reason = "the record's text is longer than a record may be"
            raise BadRecordError(reason, field=name, hint="raise the limit record_chars or cut the record")
        self._sections.append(Section(name, kind, text))
        return Span(name, 0, len(text))

    def done(self) -> tuple[Section, ...]:
        """All that were added."""
        return tuple(self._sections)


def checked_id(value: str | None, field: str) -> str:
    """A record's id, NCT ids in upper case.

    Raises:
        BadRecordError: it is missing, or holds characters that no id and no IRI may hold.
    """
    name = (value or "").strip()
    if not name:
        raise BadRecordError("the record has no id", field=field)
    if len(name) > _ID_LENGTH or _UNUSABLE_ID.search(name):
        raise BadRecordError(f"not an id: {name[:40]!r}", field=field)
    return name.upper() if NCT_ID.fullmatch(name) else name


def digest(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()
