"""Rule files: patterns as data, each with the examples that test it.

A rule file is TOML: an optional `[words]` table of named sub-patterns, then `[[rule]]` entries with

- `id`: unique in the project, dotted (`line.second-or-later`); what `--explain` shows;
- `pattern`: a Python regular expression, ignoring case, in which `{name}` stands for an entry of `[words]`;
- `examples` / `counterexamples`: sentences of our own that it must / must not match (tests run them all);
- whatever else the component that reads the file wants, under `value`.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from typing import Any

from ontology.errors import RuleError, Where

WORD = re.compile(r"\{([a-z_][a-z_0-9]*)\}")


@dataclass(frozen=True)
class Rule:
    """One rule; `source` is its regular expression, `value` is the component's own data."""

    id: str
    source: str
    value: Mapping[str, Any] = field(default_factory=dict)
    examples: tuple[str, ...] = ()
    counterexamples: tuple[str, ...] = ()
    flags: int = re.IGNORECASE

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The regular expression, compiled when the rule is first tried: a record calls for few of all rules.

        Raises:
            RuleError: it is none.
        """
        try:
            return re.compile(self.source, self.flags)
        except re.error as fault:
            raise RuleError(f"bad regular expression: {fault}", where=Where(record=self.id)) from fault


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The rules of one file, in its order, and its `[words]`."""

    name: str
    words: Mapping[str, str]
    rules: tuple[Rule, ...]


@cache
def load_rulebook(name: str, package: str = "extract") -> Rulebook:
    """Read `<package>/rules/<name>.toml`.

    Raises:
        RuleError: the file, or one rule of it, breaks the schema above.
    """
    file = f"{package.replace('.', '/')}/rules/{name}.toml"
    data = tomllib.loads(files(package).joinpath("rules", f"{name}.toml").read_text(encoding="utf-8"))
    words = _expand_words(data.get("words", {}), file)
    rules = tuple(_rule(entry, words, file) for entry in data.get("rule", []))
    twice = {rule.id for rule in rules if sum(other.id == rule.id for other in rules) > 1}
    if twice:
        raise RuleError(f"rule ids used twice: {', '.join(sorted(twice))}", where=Where(file))
    return Rulebook(name, words, rules)


def _expand_words(words: Mapping[str, str], file: str) -> dict[str, str]:
    """Each word may use the words above it."""
    expanded: dict[str, str] = {}
    for name, pattern in words.items():
        expanded[name] = f"(?:{_fill(pattern, expanded, file, name)})"
    return expanded


def _fill(pattern: str, words: Mapping[str, str], file: str, record: str) -> str:
    """Put the words into a pattern; `{2,3}` stays the quantifier that it is."""
    try:
        return WORD.sub(lambda found: words[found[1]], pattern)
    except KeyError as unknown:
        raise RuleError(f"unknown word {unknown} in a pattern", where=Where(file, record)) from unknown


def _rule(entry: Mapping[str, Any], words: Mapping[str, str], file: str) -> Rule:
    """One `[[rule]]` entry."""
    missing = [key for key in ("id", "pattern", "examples") if key not in entry]
    if missing:
        raise RuleError(f"a rule lacks {', '.join(missing)}", where=Where(file, str(entry.get("id", "?"))))
    source = _fill(entry["pattern"], words, file, entry["id"])
    return Rule(
        entry["id"], source, entry.get("value", {}), tuple(entry["examples"]), tuple(entry.get("counterexamples", []))
    )
