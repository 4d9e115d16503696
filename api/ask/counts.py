"""Counting the trials of an answer: near misses, facets, comparisons, and what is given together with what."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from api.ask.compile import count_sparql, counted_sparql, facets_sparql, given_sparql, matrix_sparql, to_sparql
from api.ask.parts import Condition, Name, parts
from api.ask.query import FilterKind, TrialQuery
from api.ask.together import classes_with, only_therapy, pairs_with
from graph.counted import counted_values, lexical
from ontology import iri
from ontology.iri import TG

Row = Mapping[str, str]
Select = Callable[[str], Sequence[Row]]
"""Runs a SELECT and gives its rows: variable name to lexical value, unbound ones left out."""

COUNTED = 500
"""Facets and the matrix are counted over at most so many trials of an answer, so that their price has a bound."""
PARTS = 12
"""At most so many conditions are tried for near misses."""
MATRIX = 12
"""Rows and columns of the matrix."""
CLASSES = 12
"""Classes of a facet."""
CONDITION, NAMED, PAIR = "studiesCondition", "namesCondition", "givesTogether"
CLASS = ("class", "Class", "offersClass", CLASSES)
FACETS = (
    (FilterKind.LINE, "Line of therapy", "offersLine", 6),
    (FilterKind.PHASE, "Phase", "phase", 6),
    (FilterKind.CONDITION, "Condition", CONDITION, 10),
    (FilterKind.PRIMARY, "Primary endpoint", "measuresPrimary", 8),
    (FilterKind.STATUS, "Status", "status", 8),
)
COMPARED = (
    ("lines", "offersLine", 6),
    ("phases", "phase", 6),
    ("primary", "measuresPrimary", 5),
    ("secondary", "measuresSecondary", 5),
    ("conditions", CONDITION, 5),
)


def count(query: TrialQuery, select: Select) -> int:
    """How many trials a query holds for."""
    return int(select(count_sparql(query))[0]["total"])


def near_misses(conditions: Sequence[Condition], select: Select) -> list[dict[str, Any]]:
    """For an empty answer: how many trials there are without one condition, most first.

    Where no single condition is to blame, how many each of them has by itself: with `alone` true.
    """
    known = [one for one in conditions[:PARTS] if not one.rest.is_empty()]
    found = [_near(one, one.rest, select, alone=False) for one in known]
    found = [one for one in found if one["total"]]
    if known and not found:
        found = [_near(one, one.alone, select, alone=True) for one in known]
    return sorted(found, key=lambda one: -int(one["total"]))


def _near(condition: Condition, query: TrialQuery, select: Select, *, alone: bool) -> dict[str, Any]:
    return {**condition.json(), "total": count(query, select), "alone": alone}


def first_trials(query: TrialQuery, select: Select, order: str = "id") -> Sequence[Row]:
    """The first trials of a query (rows of `trial` and `title`), one more than `COUNTED` where there are so many."""
    return select(to_sparql(query, limit=COUNTED + 1, order=order))


def trial_iris(query: TrialQuery, select: Select, order: str = "id") -> list[str]:
    """The first `COUNTED` trials of a query."""
    return [row["trial"] for row in first_trials(query, select, order)[:COUNTED]]


def facets(query: TrialQuery, trials: Sequence[str], select: Select, name: Name) -> list[dict[str, Any]]:
    """The facets of an answer: for each kind the values that would narrow it, with how many trials they leave.

    Each is `{"kind", "title", "values": [{"value", "name", "trials"}]}`, values as `api.ask.parts.narrowed` has them.
    """
    if len(trials) < 2:
        return []
    kinds = FACETS if query.therapies else (CLASS, *FACETS)
    texts = _texts(trials, select)
    counts = _counted(trials, [by for _, _, by, _ in kinds], texts, select)
    lists = [(str(kind), title, counts.get(by, ())[:most]) for kind, title, by, most in kinds]
    if query.therapies and query.combination is not False:
        lists.insert(0, ("class", "Given with", _given_with(query, trials, texts, select)))
    found = [
        {"kind": kind, "title": title, "values": [_value(kind, row, name) for row in rows if _narrows(row, trials)]}
        for kind, title, rows in lists
    ]
    return [one for one in found if one["values"]]


def _texts(trials: Sequence[str], select: Select) -> list[str] | None:
    """What each trial is counted by; None where one of them lacks it, in a store that an older mapping wrote."""
    texts = [row["values"] for row in select(counted_sparql(trials))]
    return texts if len(texts) == len(trials) else None


def _given_with(query: TrialQuery, trials: Sequence[str], texts: list[str] | None, select: Select) -> Sequence[Row]:
    """The classes of what the question's first therapy is given with."""
    therapy = only_therapy(query)
    if texts is None or therapy is None:
        return select(given_sparql(query, trials, "givesClass", CLASSES))
    return _rows(classes_with(texts, therapy))[:CLASSES]


def _counted(
    trials: Sequence[str], names: Sequence[str], texts: list[str] | None, select: Select
) -> Mapping[str, Sequence[Row]]:
    """Values of properties, most first; of conditions only those that a record names: "neoplasm" tells nobody much."""
    wanted = (*names, NAMED)
    counts = _looked_up(trials, wanted, select) if texts is None else _read(texts, wanted)
    found = {name: _rows(counts[name]) for name in names}
    return found | {CONDITION: [row for row in found.get(CONDITION, ()) if row["value"] in counts[NAMED]]}


def _rows(counts: Mapping[str, int]) -> list[Row]:
    """Rows of `value` and `trials`, most trials first, then by value."""
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    return [{"value": value, "trials": str(number)} for value, number in ordered]


def _read(texts: Iterable[str], names: Sequence[str]) -> dict[str, dict[str, int]]:
    """For each property its values with how many of the trials have them, from the trials' texts."""
    found: dict[str, list[str]] = {name: [] for name in names}
    for text in texts:
        for name, values in counted_values(text, found).items():
            found[name] += values
    counts = {name: Counter(values) for name, values in found.items()}
    return {name: {lexical(value): number for value, number in count.items()} for name, count in counts.items()}


def _looked_up(trials: Sequence[str], names: Sequence[str], select: Select) -> dict[str, dict[str, int]]:
    """The same from the properties themselves, at several times the price."""
    found: dict[str, dict[str, int]] = {name: {} for name in names}
    for row in select(facets_sparql(trials, names)):
        found[row["by"].removeprefix(TG)][row["value"]] = int(row["trials"])
    return found


def _narrows(row: Row, trials: Sequence[str]) -> bool:
    return int(row["trials"]) < len(trials)


def _value(kind: str, row: Row, name: Name) -> dict[str, Any]:
    found = iri.parse(row["value"])
    value = found.id if found else row["value"]
    return {"value": value, "name": name(str(found.kind), found.id) if found else value, "trials": int(row["trials"])}


def matrix(query: TrialQuery, trials: Sequence[str], select: Select, name: Name) -> dict[str, Any] | None:
    """Which therapies are given together: rows what the question's first therapy is, columns its partners.

    `{"rows": [{"id", "name", "cells": [trials ...]}], "columns": [{"id", "name"}], "most"}`, or None for none.
    """
    cells = _cells(query, trials, select)
    if not cells:
        return None
    columns = _most(cells, 1)
    rows = _most({pair: number for pair, number in cells.items() if pair[1] in columns}, 0)
    return {
        "rows": [{**_thing(one, name), "cells": [cells.get((one, other), 0) for other in columns]} for one in rows],
        "columns": [_thing(one, name) for one in columns],
        "most": max(cells.get((one, other), 0) for one in rows for other in columns) or 1,
    }


def _cells(query: TrialQuery, trials: Sequence[str], select: Select) -> dict[tuple[str, str], int]:
    """How many trials give two therapies together; where nothing is asked of the therapies, by the pairs kept."""
    if query.combination is False:
        return {}
    therapy, free = only_therapy(query), not (query.therapies or query.beside or query.without)
    texts = _texts(trials, select) if therapy or free else None
    if therapy and texts is not None:
        return pairs_with(texts, therapy)
    if not free:
        rows = select(matrix_sparql(query, trials, 2000))
        return {(row["therapy"], row["partner"]): int(row["trials"]) for row in rows}
    counts = _looked_up(trials, (PAIR,), select) if texts is None else _read(texts, (PAIR,))
    pairs = [(pair.split(), number) for pair, number in counts[PAIR].items()]
    return {way: number for (one, other), number in pairs for way in ((one, other), (other, one))}


def _most(cells: Mapping[tuple[str, str], int], side: int) -> list[str]:
    totals: Counter[str] = Counter()
    for pair, number in cells.items():
        totals[pair[side]] += number
    return [key for key, _ in sorted(totals.items(), key=lambda one: (-one[1], one[0]))[:MATRIX]]


def _thing(node: str, name: Name) -> dict[str, str]:
    found = iri.parse(node)
    if found is None:
        return {"kind": "", "id": node, "name": node}
    return {"kind": str(found.kind), "id": found.id, "name": name(str(found.kind), found.id)}


def compare(sides: Sequence[TrialQuery], select: Select, name: Name) -> list[dict[str, Any]]:
    """Each side of a comparison: its words, its trials, and what they are counted by."""
    labels = [{part.key: part.label for part in parts(side, name)} for side in sides]
    shared = set.intersection(*(set(one.items()) for one in labels))
    return [
        {"name": "; ".join(label for item in known.items() if item not in shared for label in item[1:]) or "all",
         **_side(side, select, name)}
        for side, known in zip(sides, labels, strict=True)
    ]  # fmt: skip


def _side(side: TrialQuery, select: Select, name: Name) -> dict[str, Any]:
    trials = trial_iris(side, select)
    total = count(side, select) if len(trials) == COUNTED else len(trials)
    names = ["isCombination", *(by for _, by, _ in COMPARED)]
    counts = _counted(trials, names, _texts(trials, select), select) if trials else {}
    combined = {row["value"]: int(row["trials"]) for row in counts.get("isCombination", ())}
    lists = {key: [_value(key, row, name) for row in counts.get(by, ())[:most]] for key, by, most in COMPARED}
    return {"total": total, "combinations": combined.get("true", 0), **lists}
