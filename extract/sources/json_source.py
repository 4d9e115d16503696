"""JSON sources to documents: one study, a page or an array of them, JSON Lines of studies or of `{"id", "text"}`."""

import io
from collections.abc import Iterator
from functools import partial
from typing import Any

import orjson

from extract.model import Document, Failure, Heading, Record, Unread
from extract.sources.api_v2 import is_study, read_heading, read_study
from extract.sources.fields import Node, text
from extract.sources.limits import BadRecordError, Limits
from extract.sources.plain_text import read_text
from extract.sources.sections import checked_id
from extract.sources.streams import Line, decode, lines, read_all

_HINT = "give API v2 studies (with protocolSection), or objects with 'id' and 'text'"


def read_json(name: str, stream: io.BufferedReader, limits: Limits) -> Iterator[Record]:
    """Records of one JSON source, in its order; of studies the heading alone is read before they are asked for more.

    It is JSON Lines if one of the first two lines that are not blank is an object by itself and another line follows;
    those are streamed. Anything else is held whole, up to `limits.page`.

    Raises:
        BadRecordError: the source as a whole cannot be parsed.
    """
    ahead = _read_ahead(stream, limits)
    objects = [isinstance(_loads_or_none(line), dict) for line in ahead if line.strip()]
    if len(objects) == 2 and any(objects):
        for line in lines(stream, limits, ahead):
            yield from _line(name, line, limits)
        return
    first = b"".join(ahead)
    data = first + read_all(stream, max(0, limits.page - len(first)), "the JSON file")
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


def _read_ahead(stream: io.BufferedReader, limits: Limits) -> list[bytes]:
    """Lines up to the second that is not blank."""
    ahead: list[bytes] = []
    filled = 0
    while filled < 2 and (line := stream.readline(limits.page)):
        ahead.append(line)
        filled += bool(line.strip())
    return ahead


def _records(name: str, value: object, place: str, limits: Limits) -> Iterator[Record]:
    """Of one parsed file or line: a page, an array, or a record."""
    path = f"{place} " if place else ""
    if isinstance(value, dict) and "studies" in value:
        path, value = f"{path}studies", value["studies"]
        if not isinstance(value, list):
            raise BadRecordError("should be a list", field="studies")
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield _record(name, item, f"{path}[{index}]", limits)
    else:
        yield _record(name, value, place, limits)


def _record(name: str, value: object, place: str, limits: Limits) -> Record:
    source = f"{name}#{place}" if place else name
    try:
        if not (isinstance(value, dict) and is_study(value)):
            return read_value(value, source, limits)
        heading = read_heading(value)
        return Unread(heading, partial(_whole, value, source, limits, heading, name, place))
    except BadRecordError as error:
        return error.failure(name, place)


def _whole(study: Node, source: str, limits: Limits, heading: Heading, name: str, place: str) -> Document | Failure:
    try:
        return read_study(study, source, limits, heading)
    except BadRecordError as error:
        return error.failure(name, place)


def _line(name: str, line: Line, limits: Limits) -> Iterator[Record]:
    place = f"line {line.number}"
    if line.data is None:
        yield Failure(name, place, f"longer than {limits.line // 1_000_000} MB", offset=line.offset)
    elif line.data.strip():
        try:
            yield from _records(name, loads(line.data, line.offset), place, limits)
        except BadRecordError as error:
            yield error.failure(name, place)


def _loads_or_none(data: bytes) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return None
