"""Cleaning names of therapies: labels, doses, routes and forms go, the name stays as written."""

import re
from functools import cache

from extract.rulebook import Rule, load_rulebook
from extract.therapies.cues import cues

LONGEST_NAME = 1000
OPEN, SHUT = "([（【", ")]）】"
BRACKET = re.compile(r"[([（【)\]）】]")
BLANKS = re.compile(r"\s{2,}")
RUN = re.compile(r"[\s\W]{12}")
EDGES = " \t\n,，、;；:：.·-–—+/&*®™'\"“”‘’|"
DANGLING = re.compile(
    r"(?:^(?:and|or|with|plus|of|in|for|at|by|to)\s+)|(?:\s+(?:and|or|with|plus|of|in|for|at|by|to|the|a|every|on|per|from)$)",
    re.I,
)


@cache
def name_rules(topic: str) -> tuple[Rule, ...]:
    """The rules of rules/therapies.toml whose id starts with `topic` and a dot."""
    return tuple(rule for rule in load_rulebook("therapies").rules if rule.id.startswith(f"{topic}."))


@cache
def name_rule(rule_id: str) -> Rule:
    """One rule of rules/therapies.toml."""
    return next(rule for rule in load_rulebook("therapies").rules if rule.id == rule_id)


def skip_label(text: str) -> int:
    """How many characters at the start of a name are a label ("Arm A: ")."""
    text = text[:LONGEST_NAME]
    found = None if RUN.search(text) else name_rule("clean.label").pattern.match(text)
    return found.end() if found else 0


def is_no_therapy(text: str) -> bool:
    """True for questionnaires, sampling, imaging, observation and words that name nothing."""
    words = squeeze(text).lower()
    return any(rule.search(words) for rule in cues("none"))


def squeeze(text: str) -> str:
    """At most `LONGEST_NAME` signs of a text, each run of blanks one blank: patterns stay fast on any text."""
    return BLANKS.sub(" ", text[: 4 * LONGEST_NAME])[:LONGEST_NAME]


def clean_name(text: str) -> str:
    """A name without parentheses, doses, schedules, routes, forms and dressing; "" where nothing is left."""
    name = drop_parentheses(squeeze(text))
    name = name[skip_label(name) :]
    for rule_id in ("clean.dose", "clean.area", "clean.schedule", "clean.form", "clean.trailing", "clean.leading"):
        shorter = _trim(name_rule(rule_id).pattern.sub(" ", name))
        name = shorter or name
    return _trim(name)


def _trim(name: str) -> str:
    """Blanks and signs at the edges, and conjunctions left hanging there."""
    name = BLANKS.sub(" ", name).strip(EDGES)
    while (shorter := DANGLING.sub("", name).strip(EDGES)) != name:
        name = shorter
    return name


def parenthesised(text: str) -> list[tuple[int, int]]:
    """Offsets of the outermost parenthesised parts, brackets included; one that never closes runs to the end."""
    found: list[tuple[int, int]] = []
    depth, begin = 0, 0
    for bracket in BRACKET.finditer(text):
        position = bracket.start()
        if bracket[0] in OPEN:
            begin = position if depth == 0 else begin
            depth += 1
        elif depth:
            depth -= 1
            if depth == 0:
                found.append((begin, position + 1))
    if depth:
        found.append((begin, len(text)))
    return found


def drop_parentheses(text: str) -> str:
    """The text outside its parentheses; the whole where nothing is outside."""
    kept, at = [], 0
    for start, end in parenthesised(text):
        kept.append(text[at:start])
        at = end
    outside = " ".join([*kept, text[at:]])
    return outside if outside.strip(EDGES) else text.strip(OPEN + SHUT + " ")
