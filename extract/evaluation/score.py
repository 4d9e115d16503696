"""Precision, recall and F1 of each field, counted over records.

A small scorer of our own, for looking at one's own annotations: names are compared after normalisation, an
intervention or a condition is right under any of its names. A published figure should come from the script that the
gold standard was published with (`trialgraph evaluate --scorer`).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from extract.evaluation.align import Names, align
from ontology.lookup import normalise

Record = Mapping[str, Any]
Items = Counter[object]


@dataclass(frozen=True, slots=True)
class Tally:
    """What was found rightly, found wrongly, and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def precision(self) -> float:
        """The share of what was found that is right; 1 where nothing was found."""
        return _share(self.right, self.wrong)

    @property
    def recall(self) -> float:
        """The share of what there is that was found; 1 where there is nothing."""
        return _share(self.right, self.missed)

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        whole = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / whole if whole else 1.0


def _share(right: int, other: int) -> float:
    return right / (right + other) if right + other else 1.0


def score(gold: Iterable[Record], found: Mapping[str, Record]) -> dict[str, Tally]:
    """The tally of each field.

    Args:
        gold: annotated records, keys as in the facts, aliases or mentions beside a name.
        found: facts by record id; a record without facts counts as empty.
    """
    tallies = dict.fromkeys(FIELDS, Tally())
    for record in gold:
        facts = found.get(record["id"], {})
        names = align(record, facts)
        for field, items in FIELDS.items():
            tallies[field] += _compare(items(record, names.wanted), items(facts, names.found))
    return tallies


def _compare(wanted: Items, found: Items) -> Tally:
    return Tally((wanted & found).total(), (found - wanted).total(), (wanted - found).total())


def _interventions(record: Record, names: Names) -> Items:
    return Counter({names(item["name"]): 1 for item in record.get("interventions", ())})


def _of_each(field: str) -> Callable[[Record, Names], Items]:
    """One value of every intervention, or each value of a list."""

    def items(record: Record, names: Names) -> Items:
        values = ((names(item["name"]), item.get(field)) for item in record.get("interventions", ()))
        pairs = ((name, one) for name, value in values for one in (value if isinstance(value, list) else [value]))
        return Counter(pair for pair in pairs if pair[1] is not None)

    return items


def _lines(record: Record, names: Names) -> Items:
    return Counter({(line.get("min"), line.get("max")): 1 for line in record.get("lines", ())})


def _settings(record: Record, names: Names) -> Items:
    values = (item if isinstance(item, str) else item["name"] for item in record.get("settings", ()))
    return Counter(dict.fromkeys(values, 1))


def _together(record: Record, names: Names) -> Items:
    """Pairs of treatments that one arm gives to the same patient."""
    passive = {
        names(i["name"]) for i in record.get("interventions", ()) if i.get("purpose", "treatment") != "treatment"
    }
    pairs: set[frozenset[str]] = set()
    for regimen in record.get("regimens", ()):
        apart = {frozenset(map(names, pair)) for group in regimen.get("one_of", ()) for pair in combinations(group, 2)}
        given = sorted({names(name) for name in regimen["interventions"]} - passive)
        pairs |= {frozenset(pair) for pair in combinations(given, 2)} - apart
    return Counter(dict.fromkeys(pairs, 1))


def _combination(record: Record, names: Names) -> Items:
    return Counter([record.get("is_combination")])


def _conditions(record: Record, names: Names) -> Items:
    return Counter({names(item["name"]): 1 for item in record.get("conditions", ())})


def _prior(polarity: str) -> Callable[[Record, Names], Items]:
    def items(record: Record, names: Names) -> Items:
        listed = record.get(f"prior_{polarity}")
        if listed is None:
            listed = [item["name"] for item in record.get("prior", ()) if item.get("polarity") == polarity]
        return Counter({normalise(name): 1 for name in listed})

    return items


def _biomarkers(record: Record, names: Names) -> Items:
    values = (item if isinstance(item, str) else item["name"] for item in record.get("biomarkers", ()))
    return Counter({normalise(value): 1 for value in values})


def _endpoints(record: Record, names: Names) -> Items:
    return Counter((item.get("rank"), item.get("code")) for item in record.get("endpoints", ()))


def _months(field: str) -> Callable[[Record, Names], Items]:
    def items(record: Record, names: Names) -> Items:
        values = ((item.get("rank"), item.get("code"), item.get(field)) for item in record.get("endpoints", ()))
        return Counter((rank, code, round(value)) for rank, code, value in values if value is not None)

    return items


FIELDS: Mapping[str, Callable[[Record, Names], Items]] = {
    "interventions": _interventions,
    "role": _of_each("role"),
    "targets": _of_each("targets"),
    "lines": _lines,
    "settings": _settings,
    "co_administered": _together,
    "is_combination": _combination,
    "conditions": _conditions,
    "prior_required": _prior("required"),
    "prior_excluded": _prior("excluded"),
    "biomarkers": _biomarkers,
    "endpoints": _endpoints,
    "landmarks": _months("landmark_months"),
    "time_frames": _months("time_frame_months"),
}
