"""From the statements of a record to what it asks for: each therapy once, the spelled-out before the vague."""

import re
from collections.abc import Sequence

from extract.prior.statements import TITLES, UNTREATED_TITLE, Statement
from extract.scan import Plain

# These are asked of text in lower case.
INCLUDING = re.compile(r",? (?:\w+ ){0,2}(?:including|containing|that included|consisting of)\b")
GIVEN_WITH = re.compile(r" (?:by|using|with|of) ")
# A record that asks for inhibitors of either often calls them by one, in its title or further down.
ONE_CHECKPOINT = frozenset({"PD-1 inhibitor", "PD-L1 inhibitor"})
EITHER_CHECKPOINT = "PD-1/PD-L1 inhibitor"
FIRST_LINE = re.compile(r"\b(?:first|1st|front)[- ]?line\s+$")


def settled(statements: Sequence[Statement], plain: Plain) -> list[Statement]:
    """Each therapy once a polarity; what is allowed only in passing gives way to what is asked elsewhere."""
    kept: dict[tuple[str, str], Statement] = {}
    for statement in sorted(statements, key=_is_short_title):
        kept.setdefault((statement.therapy.name, statement.polarity), statement)
    asked = {name for name, polarity in kept if polarity != "allowed"}
    return [
        s
        for (name, polarity), s in kept.items()
        if (polarity != "allowed" or name not in asked)
        and not (name in ONE_CHECKPOINT and (EITHER_CHECKPOINT, polarity) in kept)
        and not _vague(s, kept, plain)
    ]


def _is_short_title(statement: Statement) -> bool:
    """True for the "untreated" of a title, which says less than anything else does."""
    return statement.therapy.rule == UNTREATED_TITLE


def _vague(statement: Statement, kept: dict[tuple[str, str], Statement], plain: Plain) -> bool:
    """True for a requirement that another one spells out: "first-line therapy" beside "first-line chemotherapy"."""
    if _is_short_title(statement) and any(
        polarity == "excluded" and s is not statement for (_, polarity), s in kept.items()
    ):
        return True  # criteria say what is barred
    if statement.polarity == "excluded" and statement.sentence.kind in TITLES:
        return any(name.endswith(f" {statement.therapy.name}") and polarity == "excluded" for name, polarity in kept)
    others = [s for s in kept.values() if s.polarity == "required" and s is not statement]
    return statement.polarity == "required" and _spelled_out(statement, others, plain)


def _spelled_out(statement: Statement, others: Sequence[Statement], plain: Plain) -> bool:
    """True where another requirement says which one of these general names is meant."""
    name, end = statement.therapy.name, statement.therapy.end
    beside = [s for s in others if s.sentence is statement.sentence]
    if name in {"chemotherapy", "systemic therapy"} and INCLUDING.match(plain.lower, end):
        return bool(beside)
    if name == "systemic therapy":
        return any(s.therapy.name != "chemotherapy" for s in beside)
    if name != "first-line therapy":
        return False
    named = (FIRST_LINE.search(plain.lower[max(0, s.therapy.start - 14) : s.therapy.start]) for s in others)
    return bool(beside and GIVEN_WITH.match(plain.lower, end)) or any(named)
