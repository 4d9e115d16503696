"""From claims to lines: which part of a record decides, and what narrows what.

The title decides where it names a line; then the rest of the core; eligibility where the core is silent. A core that
says only "relapsed" or "pretreated" is narrowed by the number of prior lines that eligibility counts.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from extract.lines.claims import Claim
from extract.model import SectionKind

ELIGIBILITY = SectionKind.ELIGIBILITY
TITLES = frozenset({SectionKind.TITLE, SectionKind.OFFICIAL_TITLE})
# What is read only where nothing before it tells.
LAST = frozenset({SectionKind.OUTCOMES, SectionKind.ELIGIBILITY})
ARMS = frozenset({SectionKind.ARM_LABEL, SectionKind.ARM_DESCRIPTION})
EXPLICIT = frozenset({"named", "past", "maintenance"})
# Headings of criteria for patients with one of several diseases.
SOME_PATIENTS = re.compile(
    r"\b(?:for|specific|only|additional)\b.*\b(?:participants|patients|subjects|cancer|cohort|combination|arm\b)", re.I
)
MAX_LINES = 4

Range = tuple[int, int | None]
# A range of lines, the cohort that it is of (where they differ), and the claim that decided it.
Found = tuple[Range, str | None, Claim]


def decide(claims: Sequence[Claim], *, curative: bool) -> list[Found]:
    """The lines of a trial, each with its cohort (where they differ) and the claim that decided it.

    Args:
        claims: of one record, none from its background.
        curative: the treatment is given with curative intent around a local one, where "no prior therapy" and
            "newly diagnosed" tell no line of systemic therapy.
    """
    core = [claim for claim in claims if claim.sentence.kind not in LAST]
    rules = [claim for claim in claims if claim.sentence.kind is ELIGIBILITY]
    titles = [claim for claim in core if claim.sentence.kind in TITLES]
    told = _of(titles, EXPLICIT) or _agreeing(_of(core, EXPLICIT), titles)
    if told:
        lines = _as_lines(_told(told)) + _other_group(told, titles)
        return (_cohorts(rules) if [line[0] for line in lines] == [(1, None)] else []) or lines
    for stated in (titles, core):
        found = _broad_or_naive(
            stated, [*(claim for claim in core if claim.kind == "count"), *rules], curative=curative
        )
        if found:
            return _with_cohorts(found, rules)
    outcomes = [claim for claim in claims if claim.sentence.kind is SectionKind.OUTCOMES]
    return _as_lines(_told(outcomes)) or _from_eligibility(rules, curative=curative)


def _agreeing(explicit: list[Claim], titles: Sequence[Claim]) -> list[Claim]:
    """The lines that the core names, without those that a title's "pretreated" or "untreated" contradicts."""
    ranges = [_range(claim) for claim in titles if claim.kind in {"broad", "naive", "count"}]
    return [claim for claim in explicit if not ranges or any(_within(_range(claim), wide) for wide in ranges)]


def _within(narrow: Range, wide: Range) -> bool:
    """True where one range lies in the other."""
    return narrow[0] >= wide[0] and (wide[1] is None or (narrow[1] is not None and narrow[1] <= wide[1]))


def _other_group(told: Sequence[Claim], titles: Sequence[Claim]) -> list[Found]:
    """The second group of patients of a title such as "frontline, and in relapsed or refractory disease"."""
    if {_range(claim) for claim in told} != {(1, 1)}:
        return []
    second = [claim for claim in titles if claim.rule == "line.broad.relapsed-refractory"]
    return [((2, None), None, second[0])] if second else []


def _with_cohorts(found: list[Found], rules: Sequence[Claim]) -> list[Found]:
    """Add the cohorts of the eligibility section where only the words of single arms have decided."""
    if not all(claim.sentence.kind in ARMS for _, _, claim in found):
        return found
    known = {line[0] for line in found}
    return found + [line for line in _cohorts(rules) if line[0] not in known]


def _of(claims: Iterable[Claim], kinds: frozenset[str]) -> list[Claim]:
    return [claim for claim in claims if claim.kind in kinds]


def _told(claims: list[Claim]) -> list[Claim]:
    """The first claim of each range; what the patients had before gives way to what the trial is."""
    direct = [claim for claim in claims if claim.kind == "named"]
    kept = direct or claims
    seen: dict[Range, Claim] = {}
    for claim in kept:
        seen.setdefault(_range(claim), claim)
    return list(seen.values())


def _range(claim: Claim) -> Range:
    return claim.low or 1, claim.high


def _as_lines(claims: Iterable[Claim]) -> list[Found]:
    """Lines in the order of the text; the cohort is named only where there are several."""
    ordered = sorted(claims, key=lambda claim: claim.start)[:MAX_LINES]
    several = len(ordered) > 1
    return [(_range(claim), claim.arm if several else None, claim) for claim in ordered]


def _broad_or_naive(stated: Sequence[Claim], rules: Sequence[Claim], *, curative: bool) -> list[Found]:
    """Lines of a core that names none but says what the patients had, or had not."""
    counted = [claim for claim in stated if claim.kind in {"count", "bound"}]
    broad = [claim for claim in stated if claim.kind == "broad"]
    naive = [claim for claim in stated if claim.kind == "naive"]
    if curative:
        naive = [claim for claim in naive if claim.sentence.kind in TITLES and not claim.weak]
    lines = []
    if counted or broad:
        base = (counted or broad)[0]
        lines += _narrow(base, [*counted, *filter(_bounds, rules)])
    if naive and not any(claim.sentence.index == naive[0].sentence.index and claim.kind == "count" for claim in stated):
        lines.append(((1, 1), None, naive[0]))
    return lines


def _bounds(claim: Claim) -> bool:
    """True for a claim of eligibility that narrows: a count, or a past of "first or second line"; one line does not."""
    if SOME_PATIENTS.search(claim.sentence.heading or "") and claim.arm is None:
        return False
    spans = claim.kind == "past" and claim.low is not None and claim.high is not None and claim.low < claim.high
    return spans or claim.kind in {"count", "bound"}


def _narrow(base: Claim, counts: Sequence[Claim]) -> list[Found]:
    """A base range cut by the counts of prior lines, cohort by cohort where they differ."""
    by_arm: dict[str | None, list[Claim]] = defaultdict(list)
    for claim in counts:
        by_arm[claim.arm].append(claim)
    shared = by_arm.pop(None, [])
    if not by_arm:
        return [_cut(base, shared)]
    lines: dict[Range, Found] = {}
    for arm, own in by_arm.items():
        line = _cut(base, [*shared, *own])
        lines.setdefault(line[0], (line[0], arm, line[2]))
    found = list(lines.values())[:MAX_LINES]
    return found if len(found) > 1 else [(found[0][0], None, found[0][2])]


def _cut(base: Claim, counts: Sequence[Claim]) -> Found:
    """The range that all bounds leave; a bound that would empty it is dropped."""
    low, high, by = base.low or 1, base.high, base
    for claim in counts:
        if claim.low is not None and claim.low > low and (high is None or claim.low <= high):
            low, by = claim.low, claim
    for claim in counts:
        if claim.high is not None and claim.high >= low and (high is None or claim.high < high):
            high, by = claim.high, claim
    return (low, high), None, by


def _from_eligibility(rules: Sequence[Claim], *, curative: bool) -> list[Found]:
    """Lines that only eligibility tells: cohorts first, then the most telling kind of wording."""
    if curative:
        return []
    named = [claim for claim in rules if claim.kind == "named"]
    return _cohorts(rules) or _as_lines(_told(named)) or _from_past(rules)


def _from_past(rules: Sequence[Claim]) -> list[Found]:
    """The line that the patients' past leaves, all counts taken together."""
    counts = [claim for claim in rules if claim.kind in {"count", "bound"}]
    broad = [claim for claim in rules if claim.kind == "broad"]
    first = min((claim.sentence.index for claim in broad), default=None)
    past = [claim for claim in _of(rules, EXPLICIT) if first is None or claim.sentence.index <= first]
    lower = [claim for claim in counts if claim.low is not None]
    base = next((group[0] for group in (lower, past, broad) if group), None)
    if base is not None:
        return [_cut(base, counts)]
    naive = [claim for claim in rules if claim.kind == "naive"]
    if naive:
        return [((1, 1), None, naive[0])]
    return [((1, claim.high), None, claim) for claim in counts[:1]]


def _cohorts(claims: Sequence[Claim]) -> list[Found]:
    """One line a cohort where every claim names its cohort and they differ."""
    by_arm: dict[str, list[Claim]] = defaultdict(list)
    for claim in claims:
        if claim.arm is not None:
            by_arm[claim.arm].append(claim)
    lines: dict[Range, Found] = {}
    for arm, own in by_arm.items():
        base = next((claim for claim in own if claim.low is not None), None)
        if base is not None:
            line = _cut(base, own)
            lines.setdefault(line[0], (line[0], arm, line[2]))
    return list(lines.values())[:MAX_LINES] if len(lines) > 1 else []
