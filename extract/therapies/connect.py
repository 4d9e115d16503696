"""Connectives: where a phrase is cut into therapies, and how its pieces belong together (rules/connectives.toml)."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from extract.lowered import lowered
from extract.rulebook import load_rulebook

JUXTAPOSED = re.compile(r"[\s-]{0,3}")
PARENTHESES = re.compile(r"[(（\[【][^()（）\[\]【】]{0,300}[)）\]】]")
LONGEST_GAP = 90
# "2 or 3 doses", "single or multiple", "35 cycles or 2 years": a choice among amounts, none among therapies.
AMOUNTS = re.compile(
    r"\b(?:\d+(?:\.\d+)?|one|two|single)(?:\s?mg(?:/kg)?)?\s{1,3}(?:or|and)\s{1,3}(?:\d+(?:\.\d+)?|two|three|multiple)\b"
    r"|\b\d+\s(?:cycles?|weeks?|months?|years?|days?)\s(?:or|and)\s\d+\s(?:cycles?|weeks?|months?|years?|days?)\b",
    re.IGNORECASE,
)
# "relapsed or refractory", "stable or improved": a choice among states of the disease, none among therapies.
STATE = (
    r"(?:relapsed|recurrent|refractory|metastatic|(?:locally\s{1,3})?advanced|unresectable|progressive|progressing|stable"
    r"|improved|persistent|resistant|inoperable|intolerant|unfit|ineligible|newly\s{1,3}diagnosed|untreated|inadequate)"
)
STATES = re.compile(rf"\b{STATE}(?:\s{{0,2}}(?:,|/|and/or|or|and)\s{{0,2}}{STATE}\b){{1,3}}", re.IGNORECASE)
# "A with B, with dose escalation of B": no more is joined.
ESCALATED = re.compile(
    r"\bdose[- ](?:escalation|finding|optimi[sz]ation)s?\s{1,3}of\s{1,3}(?:the\s{1,3})?$", re.IGNORECASE
)
SENTENCE_STOP = re.compile(r"(?<!\bvs)(?<!\bv\.s)\. ", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Connectives:
    """All connective rules as one pattern for words in lower case; `links[i]` is what its group `c<i>` means."""

    pattern: re.Pattern[str]
    links: tuple[str, ...]

    def link(self, found: re.Match[str]) -> str:
        """The link that a match of the pattern stands for."""
        return self.links[int((found.lastgroup or "c0")[1:])]


@cache
def connectives() -> Connectives:
    """The connectives of the rule file."""
    rules = load_rulebook("connectives").rules
    pattern = "|".join(f"(?P<c{index}>{lowered(rule).source})" for index, rule in enumerate(rules))
    every = re.compile(pattern)
    return Connectives(every, tuple(rule.value["link"] for rule in rules))


@lru_cache(maxsize=10_000)
def link_between(gap: str) -> str | None:
    """How the therapies before and after `gap` are joined; None where the words between them join nothing."""
    words = STATES.sub(" ", AMOUNTS.sub(" ", PARENTHESES.sub(" ", gap)))
    if JUXTAPOSED.fullmatch(words):
        return "and"
    if len(words) > LONGEST_GAP or "\n" in words or (". " in words and SENTENCE_STOP.search(words)):
        return None
    if ESCALATED.search(words):
        return None
    joined = connectives()
    found = [int((match.lastgroup or "c0")[1:]) for match in joined.pattern.finditer(words.lower())]
    return joined.links[min(found)] if found else None
