"""Flags of names: those with two meanings, and short ones, need context; plain words count in upper case only."""

from collections.abc import Iterable, Mapping

from ontology.compile.names import normalise
from ontology.tsv import Table

SHORT = 3
Row = tuple[str, str, str, str, str]
# Words of plain English that are also names; they count only as the tables write them.
WORDS = frozenset("all met ice map mine axl kit aim ret best beam flag ace care hope impact target cap cat dog vac face spark".split())


def effects(stop: Table) -> dict[str, str]:
    """Normalised name -> `drop`, `context` or `case`, of the curated list of stop names."""
    return {normalise(row[1]): row[2] for row in stop.rows}


def flag(groups: Iterable[tuple[str, list[Row]]], stops: Mapping[str, str]) -> dict[str, list[Row]]:
    """The name rows of each table with their flags set; (term, name, form, flags, source).

    A name that two terms of any kind share needs context, except on the term whose preferred name it is.
    """
    groups = list(groups)
    owners: dict[str, set[tuple[str, str]]] = {}
    for table, rows in groups:
        for term, name, *_ in rows:
            owners.setdefault(normalise(name), set()).add((table, term))
    return {table: [_flagged(row, owners, stops) for row in rows if stops.get(normalise(row[1])) != "drop"] for table, rows in groups}


def _flagged(row: Row, owners: Mapping[str, set[tuple[str, str]]], stops: Mapping[str, str]) -> Row:
    term, name, form, _, source = row
    key = normalise(name)
    preferred_code = form == "preferred" and len(key) > SHORT
    several = len(owners[key]) > 1 and form != "preferred"
    context = (len(key) <= SHORT and not preferred_code) or several or stops.get(key) == "context"
    case = name.lower() in WORDS or stops.get(key) == "case"
    return term, name, form, "|".join(f for f, on in (("case", case), ("context", context)) if on), source
