"""The registry's words: types of intervention, phases, enumerations, and the headings of its CSV download."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from extract.model import InterventionItem, Span
from extract.sources.outcomes import list_items

_NOT_WORD = re.compile(r"[^A-Z0-9]+")
_TYPED = re.compile(r"([A-Za-z][A-Za-z_ ]{2,30}):\s*")


@dataclass(frozen=True, slots=True)
class RegistryWords:
    """`registry_words.toml`; the keys of `columns` maps are headings in lower case."""

    intervention_types: frozenset[str]
    phases: tuple[str, ...]
    renamed: Mapping[str, str]
    inverted_countries: frozenset[str]
    value_columns: Mapping[str, str]
    text_columns: Mapping[str, str]
    outcome_columns: Mapping[str, str]
    measure_columns: Mapping[str, str]


@cache
def registry_words() -> RegistryWords:
    """The table, read once a process."""
    table = tomllib.loads(files("extract.sources").joinpath("registry_words.toml").read_text("utf-8"))
    columns = table["columns"]
    return RegistryWords(
        intervention_types=frozenset(table["intervention_types"]),
        phases=tuple(table["phases"]),
        renamed=table["renamed"],
        inverted_countries=frozenset(table["inverted_countries"]),
        value_columns=columns["values"],
        text_columns=columns["text"],
        outcome_columns=columns["outcomes"],
        measure_columns=columns["measures"],
    )


def enumerated(value: str | None, words: RegistryWords) -> str | None:
    """A value of an enumeration as API v2 writes it: `Active, not recruiting` is `ACTIVE_NOT_RECRUITING`."""
    if value is None:
        return None
    plain = _NOT_WORD.sub("_", value.upper()).strip("_")
    return words.renamed.get(plain, plain) or None


def split_interventions(section: str, text: str, words: RegistryWords) -> tuple[InterventionItem, ...]:
    """The items of `TYPE: name|TYPE: name`; an item whose type is missing or unknown has type None."""
    found = []
    for start, end in list_items(text):
        typed = _TYPED.match(text, start, end)
        kind = enumerated(typed.group(1), words) if typed else None
        known = typed is not None and kind in words.intervention_types
        begin = typed.end() if typed and known else start
        if begin < end:
            found.append(InterventionItem(kind if known else None, Span(section, begin, end)))
    return tuple(found)
