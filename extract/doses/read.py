"""The doses of a trial: amounts in its arms, interventions and prose, each with the therapy that it is of."""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence

from extract.doses.amounts import Amount, amount_text, find_amounts, route, schedule
from extract.doses.attach import Named, attach, beside_names
from extract.facts import Certainty, Dose, Intervention
from extract.model import Document, Section, SectionKind, Span
from extract.text import RecordText

# Sections that say what is given. Eligibility speaks of laboratory values and past or forbidden therapy.
KINDS = frozenset(
    {
        SectionKind.TITLE,
        SectionKind.SUMMARY,
        SectionKind.DESCRIPTION,
        SectionKind.INTERVENTIONS,
        SectionKind.INTERVENTION_DESCRIPTION,
        SectionKind.ARM_LABEL,
        SectionKind.ARM_DESCRIPTION,
    }
)
CLOSE = 120
PER_DAY = re.compile(r"(?:/|per)d(?:ay)?$")
DIGIT = re.compile(r"\d")
GRAY = re.compile(r"(?<![A-Za-z])c?Gy|Gray", re.IGNORECASE)
CELLS = re.compile(r"\bcells?\b", re.IGNORECASE)
ACTIVITY = re.compile(r"(?:mCi|[GMk]Bq)\b")
# A name or a class that says that a molecule carries an isotope.
ISOTOPE = re.compile(r"\b(?:\d{2,3}m?-?[A-Z][a-z]?|[A-Z][a-z]?-?\d{2,3})\b|radio(?!ther)", re.IGNORECASE)
# A power of ten without a unit of mass, or for each kilogram: cells or virus.
COUNT = re.compile(r"10\s?\\?\^?\s?\d{1,2}\s?/\s?kg$")
UNITS = {GRAY: "radiation", CELLS: "cell_gene", ACTIVITY: "radioactive", COUNT: "cell_gene"}


def amounts_of(record: RecordText) -> list[tuple[Section, int, list[Amount]]]:
    """(section, its start, its amounts) of each section that says what is given and holds an amount."""
    found = []
    for section in record.sections:
        if section.kind in KINDS and DIGIT.search(section.text):
            start = record.start_of(section.name)
            amounts = find_amounts(record.lower, start, start + len(section.text))
            found += [(section, start, amounts)] if amounts else []
    return found


def read_doses(
    document: Document,
    record: RecordText,
    found: Sequence[tuple[Section, int, list[Amount]]],
    named: Sequence[Named],
    interventions: Sequence[Intervention],
) -> tuple[Dose, ...]:
    """Each dose once: by therapy, amount, and schedule, in the record's order."""
    owners = _owners(document, record, named, interventions)
    types = {item.name: _type_of(item) for item in interventions}
    doses: dict[tuple[str, str], Dose] = {}
    for section, start, read in found:
        end = start + len(section.text)
        inside = _between(named, start, end)
        amounts = beside_names(record.lower, read, inside)
        attached = attach(record.text, amounts, inside, owners.get(section.name))
        for index, (amount, words, own) in enumerate(attached):
            name = fitting(record.text[amount.start : amount.end], own, types)
            if name is not None:
                after = amounts[index + 1].start if index + 1 < len(amounts) else end
                told = words if name == own else None
                dose = _dose(record, amount, told, name, start, _stop(inside, amount, words, after))
                key = (name, PER_DAY.sub("", dose.amount.replace(" ", "").lower()))
                known = doses.get(key)
                if known is None or (known.schedule is None and dose.schedule is not None):
                    doses[key] = dose
    return tuple(doses.values())


def _type_of(item: Intervention) -> str:
    """The type of a therapy; a molecule that carries an isotope is "radioactive"."""
    words = " ".join((item.name, *item.classes))
    return "radioactive" if item.type in {"drug", "biological"} and ISOTOPE.search(words) else item.type


def _between(named: Sequence[Named], start: int, end: int) -> Sequence[Named]:
    return named[bisect_left(named, start, key=_start) : bisect_left(named, end, key=_start)]


def _start(item: Named) -> int:
    return item.start


def _owners(
    document: Document, record: RecordText, named: Sequence[Named], interventions: Sequence[Intervention]
) -> Mapping[str, str]:
    """The one therapy that a section is about: of an intervention's description, of an arm with one therapy."""
    owners: dict[str, str] = {}
    of_item: list[set[str]] = []
    for item in document.interventions:
        names = _names_in(record, named, item.name, *item.other_names)
        of_item.append(names)
        if len(names) == 1 and item.description:
            owners[item.description.section] = next(iter(names))
    for arm in document.arms:
        given = set().union(*(of_item[index] for index in arm.interventions if index < len(of_item)))
        if len(given) == 1 and arm.description:
            owners[arm.description.section] = next(iter(given))
    if len(interventions) == 1:
        only = interventions[0].name
        owners |= {s.name: owners.get(s.name, only) for s in record.sections if s.kind in KINDS}
    return owners


def _names_in(record: RecordText, named: Sequence[Named], *spans: Span) -> set[str]:
    found: set[str] = set()
    for span in spans[:1]:
        start, end = record.bounds(span)
        found |= {item.name for item in _between(named, start, end) if item.name}
    return found


def fitting(amount: str, name: str | None, types: Mapping[str, str]) -> str | None:
    """The therapy that an amount of cells or of radiation can be of; None where the words name another kind.

    Cells are of a cell therapy, grays of radiotherapy, millicuries of what carries an isotope, and a procedure has no
    dose; the only therapy of the right type takes what the nearest name can't.
    """
    kind = next((kind for unit, kind in UNITS.items() if unit.search(amount)), None)
    if name is not None and (types.get(name) == kind or (kind is None and types.get(name) != "procedure")):
        return name
    if kind is None:
        return None
    fit = [other for other, type_ in types.items() if type_ == kind]
    return fit[0] if len(fit) == 1 else name if not fit and types.get(name or "") != "procedure" else None


def _stop(inside: Sequence[Named], amount: Amount, words: Named | None, after: int) -> int:
    """Where the words about an amount end: at the next amount, or at the next therapy."""
    at = bisect_left(inside, amount.end, key=_start)
    following = next((inside[n].start for n in range(at, len(inside)) if inside[n] is not words), after)
    return min(after, following)


def _dose(record: RecordText, amount: Amount, words: Named | None, name: str, floor: int, ceiling: int) -> Dose:
    """One dose with its route, its schedule and the words that say so."""
    text = record.text
    days = schedule(record.lower, amount.end, ceiling)
    start, end = amount.start, days[1] if days else amount.end
    spans = [(start, end)]
    if words is not None:
        near = max(end, words.end) - min(start, words.start) <= CLOSE
        spans = [(min(start, words.start), max(end, words.end))] if near else [(words.start, words.end), *spans]
    return Dose(
        name=name,
        amount=amount_text(text[amount.start : amount.end]),
        route=route(record.lower, amount.start, amount.end, floor, ceiling),
        schedule=text[days[0] : days[1]] if days else None,
        certainty=Certainty.STATED if words is not None else Certainty.INFERRED,
        rule=amount.rule,
        evidence=tuple(record.evidence(a, b) for a, b in spans),
    )
