"""Checked access to parsed JSON: absent and null are None or empty, any other wrong type is a `BadRecordError`.

The functions are small because they run some 200 times a record: a pydantic model of the whole study takes several
times as long.
"""

from collections.abc import Mapping
from typing import Any

from extract.sources.limits import BadRecordError

Node = Mapping[str, Any]
EMPTY: Node = {}


def module(node: Node, key: str, path: str) -> Node:
    """The object under `key`; an empty one if it is absent or null."""
    value = node.get(key)
    if value is None:
        return EMPTY
    if not isinstance(value, dict):
        raise _wrong_type(value, "an object", join(path, key))
    return value


def text(node: Node, key: str, path: str) -> str | None:
    """The string under `key` exactly as it stands; None if it is absent, null or blank."""
    value = node.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise _wrong_type(value, "a text", join(path, key))
    return value if value and not value.isspace() else None


def texts(node: Node, key: str, path: str) -> list[tuple[int, str]]:
    """(index in the record, string) for the non-blank strings of the list under `key`."""
    found = []
    for index, value in enumerate(_items(node, key, path)):
        if value is None:
            continue
        if not isinstance(value, str):
            raise _wrong_type(value, "a text", f"{join(path, key)}[{index}]")
        if value and not value.isspace():
            found.append((index, value))
    return found


def modules(node: Node, key: str, path: str) -> list[tuple[str, Node]]:
    """(module path, object) for the objects of the list under `key`; nulls in it are skipped."""
    found: list[tuple[str, Node]] = []
    for index, value in enumerate(_items(node, key, path)):
        if value is None:
            continue
        place = f"{join(path, key)}[{index}]"
        if not isinstance(value, dict):
            raise _wrong_type(value, "an object", place)
        found.append((place, value))
    return found


def whole_number(node: Node, key: str, path: str) -> int | None:
    """The integer >= 0 under `key`, or None."""
    value = node.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _wrong_type(value, "a whole number", join(path, key))
    return value


def flag(node: Node, key: str, path: str) -> bool | None:
    """The boolean under `key`, or None."""
    value = node.get(key)
    if value is None or isinstance(value, bool):
        return value
    raise _wrong_type(value, "true or false", join(path, key))


def join(path: str, key: str) -> str:
    """A module path as the contract writes it: under `protocolSection`, which itself is left out."""
    return f"{path}.{key}" if path else key


def _items(node: Node, key: str, path: str) -> list[Any]:
    value = node.get(key)
    if value is None:
        return []
    if not isinstance(value, list):
        raise _wrong_type(value, "a list", join(path, key))
    return value


def _wrong_type(value: object, expected: str, path: str) -> BadRecordError:
    names = {dict: "an object", list: "a list", str: "a text", bool: "a boolean", int: "a number", float: "a number"}
    found = names.get(type(value), "null")
    if expected in {found, "a whole number"}:
        found = repr(value)[:40]
    return BadRecordError(f"should be {expected}, is {found}", field=path)
