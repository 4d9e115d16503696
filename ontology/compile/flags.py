"""Flags of names: those with two meanings, and short ones, need context; plain words count as written only.

Knowledge of single words is in `overlay/stop_names.tsv`: `drop` takes a name out, `context` and `case` set a flag.
"""

from collections.abc import Container, Iterable, Mapping

from ontology.compile.names import normalise
from ontology.tsv import Table

SHORT = 3
Row = tuple[str, str, str, str, str]
Owners = Mapping[str, set[tuple[str, str]]]


def effects(stop: Table) -> dict[str, str]:
    """Normalised name -> `drop`, `context` or `case`, of the curated list of stop names."""
    return {normalise(row[1]): row[2] for row in stop.rows}


def without_symbols(rows: Iterable[Row], symbols: Container[str]) -> list[Row]:
    """Drug names of the sources without those that are a gene's symbol: they speak of the gene."""
    return [row for row in rows if row[2] == "preferred" or row[4].startswith("overlay:") or row[1] not in symbols]


def flag(groups: Mapping[str, list[Row]], stops: Mapping[str, str]) -> dict[str, list[Row]]:
    """The name rows of each table with their flags set; (term, name, form, flags, source).

    A name that two terms of any kind share needs context, except on the term whose preferred name it is. Within a kind
    a name that a curator gave to one term is taken from all others that a source gives it to.
    """
    curated = {(_kind(t), normalise(r[1])): r[0] for t, rows in groups.items() for r in rows if _is_curated(r)}
    kept = {table: [r for r in rows if _keeps(r, table, curated, stops)] for table, rows in groups.items()}
    owners: dict[str, set[tuple[str, str]]] = {}
    for table, rows in kept.items():
        for term, name, *_ in rows:
            owners.setdefault(normalise(name), set()).add((_kind(table), term))
    return {table: [_flagged(row, owners, stops) for row in rows] for table, rows in kept.items()}


def _kind(table: str) -> str:
    return table.rsplit("/", maxsplit=1)[-1]


def _is_curated(row: Row) -> bool:
    return row[4].startswith("overlay:")


def _keeps(row: Row, table: str, curated: Mapping[tuple[str, str], str], stops: Mapping[str, str]) -> bool:
    key = normalise(row[1])
    if stops.get(key) == "drop" and not _is_curated(row):
        return row[2] == "preferred"
    return row[2] == "preferred" or _is_curated(row) or curated.get((_kind(table), key), row[0]) == row[0]


def _flagged(row: Row, owners: Owners, stops: Mapping[str, str]) -> Row:
    term, name, form, _, source = row
    key = normalise(name)
    short = len(key) <= SHORT
    several = len(owners[key]) > 1 and form != "preferred"
    flags = {"context": short or several or stops.get(key) in {"context", "drop"}, "case": stops.get(key) == "case"}
    return term, name, form, "|".join(sorted(f for f, on in flags.items() if on)), source
