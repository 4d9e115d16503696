"""Tells a format from the first bytes of the content, never from a name."""

import csv
import re
from enum import StrEnum

from extract.sources.limits import BadRecordError
from extract.sources.registry_words import RegistryWords
from extract.sources.streams import CHUNK

_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_DELIMITERS = (",", "\t", ";")
_TITLES = frozenset({"title", "official_title"})
_MARKUP = re.compile(r"<[a-z!?/][^>]*>|---\n|#!|\{\\rtf|%PDF|@prefix|PREFIX ", re.IGNORECASE)
# How programs, notes and settings begin, and a record's title does not.
_NOT_PROSE = re.compile(
    r"\s*(?:#|//|/\*|import |from \w+ import|def |class |package |\[\w+\]|\w+\s*[:=]\s*\S*$|```|%|\"\"\")", re.M
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_FEWEST_WORDS = 20
_SHORT_CELL = 60


class Form(StrEnum):
    """How a source is laid out."""

    JSON = "json"
    CSV = "csv"
    TEXT = "text"


def detect(head: bytes, words: RegistryWords) -> Form:
    """The form of a source that begins with `head` (UTF-8, no byte order mark).

    Raises:
        BadRecordError: empty, binary, or markup that is no record.
    """
    if not head.strip():
        raise BadRecordError("the file is empty" if len(head) < CHUNK else "nothing but blanks at its beginning")
    if found := _CONTROL.search(head):
        raise BadRecordError("binary, not a text file", offset=found.start())
    if head.lstrip()[:1] in {b"{", b"["}:
        return Form.JSON
    text = head.decode("utf-8", "replace").lstrip()
    if _MARKUP.match(text):
        raise BadRecordError(f"none of the formats: begins with {text[:20]!r}")
    if delimiter(text, words) is not None:
        return Form.CSV
    return Form.TEXT


def require_prose(text: str) -> None:
    """Whether a text without any line of a record's form may still be one: prose under a title.

    Raises:
        BadRecordError: it is not: a note, a program, a table of something else.
    """
    if len(_WORD.findall(text)) < _FEWEST_WORDS or _NOT_PROSE.match(text):
        reason = "none of the formats: no JSON, no registry CSV, no lines of a plain-text record, no prose"
        raise BadRecordError(reason, hint="see the README for what a source may be")


def split_row(line: str, mark: str) -> list[str]:
    """The cells of one line; none if it is no CSV."""
    try:
        return next(csv.reader([line], delimiter=mark), [])
    except csv.Error:
        return []


def delimiter(text: str, words: RegistryWords) -> str | None:
    """What parts the cells of a CSV header of the registry's; None if the first line is no such header.

    Raises:
        BadRecordError: a table without the needed columns.
    """
    first = text.lstrip().split("\n", 1)[0].rstrip("\r")
    for mark in _DELIMITERS:
        names = [cell.strip().casefold() for cell in split_row(first, mark)]
        if len(names) < 2 or any(len(name) > _SHORT_CELL for name in names):
            continue
        known = {words.value_columns.get(name) or words.text_columns.get(name) for name in names} - {None}
        if "id" in known and known & _TITLES:
            return mark
        if len(known) > 1 or "id" in known:
            missing = "'Study Title'" if "id" in known else "'NCT Number'"
            raise BadRecordError(f"a CSV without the needed columns: no {missing}", field=first[:80])
    return None
