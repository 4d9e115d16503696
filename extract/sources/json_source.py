"""JSON sources to documents: one study, a page or an array of them, JSON Lines of studies or of `{"id", "text"}`."""

import io
from collections.abc import Iterator
from itertools import chain
from typing import Any

import orjson

from extract.model import Document, Failure
from extract.sources.api_v2 import is_study, read_study
from extract.sources.fields import text
from extract.sources.limits import BadRecordError, Limits
from extract.sources.plain_text import read_text
from extract.sources.sections import checked_id
from extract.sources.streams import decode, lines, read_all

_HINT = "give API v2 studies (with protocolSection), or objects with 'id' and 'text'"


def read_json(name: str, stream: io.BufferedReader, limits: Limits) -> Iterator[Document | Failure]:
    """Documents and failures of one JSON source, in its order.

    JSON Lines are streamed. Anything else is held whole, up to `limits.page`.

    Raises:
        BadRecordError: the source as a whole cannot be parsed.
    """
    first = stream.readline(limits.page)
    start = _loads_or_none(first)
    if start is not None and not stream.peek(1).strip():
        rest = _skip_blank(stream)
        if not rest:
            yield from _records(name, start, "", limits)
            return
        yield from _lines(name, chain(_first(first), _shift(rest, stream, limits, first)), limits)
        return
    if start is not None:
        yield from _lines(name, chain(_first(first), _shift(b"", stream, limits, first)), limits)
        return
    second = stream.readline(limits.page)
    if first.lstrip()[:1] == b"{" and isinstance(_loads_or_none(second), dict):
        yield from _lines(name, chain(_first(first), _shift(second, stream, limits, first)), limits)
        return
    data = first + second + read_all(stream, max(0, limits.page - len(first) - len(second)), "the JSON file")
    yield from _records(name, loads(data), "", limits)


def loads(data: bytes, offset: int = 0) -> Any:
    """Parsed JSON.

    Raises:
        BadRecordError: no JSON, with the byte offset; `offset` is where `data` begins in the file.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        whole = decode(data, offset)
        place = offset + len(whole[: error.pos].encode())
        cut = "truncated" if error.pos >= len(whole.rstrip()) else "malformed"
        raise BadRecordError(f"{cut} JSON: {error.msg}", offset=place) from error


def read_value(value: object, source: str, limits: Limits) -> Document:
    """The document of one parsed JSON value.

    Raises:
        BadRecordError: it is neither a study nor an object with an id and a text, or one that cannot be read.
    """
    if not isinstance(value, dict):
        raise BadRecordError("not a JSON object", hint=_HINT)
    if is_study(value):
        return read_study(value, source, limits)
    if "text" not in value:
        raise BadRecordError("JSON that is no study: no protocolSection", hint=_HINT)
    key = "id" if value.get("id") is not None else "nctId"
    record = checked_id(text(value, key, ""), key)
    written = text(value, "text", "")
    if written is None:
        raise BadRecordError("the record has no text", record=record, field="text")
    return read_text(written, record, source, limits)


def _records(name: str, value: object, place: str, limits: Limits) -> Iterator[Document | Failure]:
    """Of one parsed file or line: a page, an array, or a record."""
    path = place
    if isinstance(value, dict) and "studies" in value:
        path, value = f"{place}studies", value["studies"]
        if not isinstance(value, list):
            raise BadRecordError("should be a list", field="studies")
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield _record(name, item, f"{path}[{index}]", limits)
    else:
        yield _record(name, value, place, limits)


def _record(name: str, value: object, place: str, limits: Limits) -> Document | Failure:
    try:
        return read_value(value, f"{name}#{place}" if place else name, limits)
    except BadRecordError as error:
        record = f"{error.record} ({place})" if error.record and place else error.record or place or None
        return Failure(name, record, error.reason, error.field, error.offset, error.hint)


def _lines(
    name: str, numbered: Iterator[tuple[int, int, bytes | None]], limits: Limits
) -> Iterator[Document | Failure]:
    for number, offset, line in numbered:
        place = f"line {number}"
        if line is None:
            yield Failure(name, place, f"longer than {limits.line // 1_000_000} MB", offset=offset)
        elif line.strip():
            try:
                yield from _records(name, loads(line, offset), place, limits)
            except BadRecordError as error:
                yield Failure(name, place, error.reason, error.field, error.offset, error.hint)


def _first(line: bytes) -> Iterator[tuple[int, int, bytes | None]]:
    yield 1, 0, line


def _shift(
    ahead: bytes, stream: io.BufferedReader, limits: Limits, first: bytes
) -> Iterator[tuple[int, int, bytes | None]]:
    """The lines after the first, numbered and placed within the file; `ahead` was read already."""
    number, offset = 2, len(first)
    for line in ahead.splitlines(keepends=True):
        yield number, offset, line
        number, offset = number + 1, offset + len(line)
    for place, begin, read in lines(stream, limits):
        yield number + place - 1, offset + begin, read


def _skip_blank(stream: io.BufferedReader) -> bytes:
    """Blank lines up to the first that is not, that line included; empty at the end of the stream if all are blank."""
    ahead = b""
    while line := stream.readline():
        ahead += line
        if line.strip():
            return ahead
    return b""


def _loads_or_none(data: bytes) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
