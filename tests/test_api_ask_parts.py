"""Conditions taken away and added one by one: chips, facets, near misses, comparisons. All is invented."""

from collections.abc import Sequence
from typing import Any

import pytest

from api.ask.compile import to_sparql
from api.ask.counts import near_misses
from api.ask.parts import conditions, keys, narrowed, parts, without
from api.ask.query import Atom, AtomKind, EndpointFilter, Filter, FilterKind, MarkerFilter, Slot, TrialQuery
from ontology.errors import UsageError


def slot(kind: AtomKind, *ids: str) -> Slot:
    return Slot((tuple(Atom(kind, key) for key in ids),))


def name(kind: str, identifier: str) -> str:
    return f"{identifier} ({kind})"


FULL = TrialQuery(
    therapies=(slot(AtomKind.TARGET, "A1", "B2"), slot(AtomKind.CLASS, "chemotherapy")),
    without=(slot(AtomKind.DRUG, "onelimab"),),
    combination=True,
    line=(1, 2),
    line_from=3,
    not_line=(4,),
    settings=("maintenance",),
    conditions=("lung-cancer", "melanoma"),
    endpoints=(EndpointFilter(("OS", "PFS"), "primary"), EndpointFilter(("ORR",))),
    phases=("PHASE1", "PHASE2"),
    prior=(slot(AtomKind.CLASS, "platinum"),),
    biomarkers=(MarkerFilter("C3 negative", "C3", negative=True), MarkerFilter("MSI-H", None, ("msi-h",))),
    statuses=("NOT_YET_RECRUITING",),
    countries=("Norway",),
    min_enrollment=10,
    max_enrollment=90,
    since="2020",
    until="2024-05",
)


def test_every_condition_has_words_and_can_be_taken_away() -> None:
    found = parts(FULL, name)
    assert len(found) == 21
    assert all(part.label and "PHASE" not in part.label and "_" not in part.label for part in found)
    for part in found:
        left = set(keys(without(FULL, [part.key])))
        assert len(left) == len(found) - 1
    assert without(FULL, [part.key for part in found]).is_empty()


def test_words_of_conditions() -> None:
    words = {part.key: part.label for part in parts(FULL, name)}
    assert words["therapies.0"] == "gives A1 (target) or B2 (target)"
    assert words["therapies.1"] == "with chemotherapy (class)"
    assert words["endpoints.0"] == "measures OS (endpoint) or PFS (endpoint) as primary"
    assert words["phases"] == "phase 1 or 2"
    assert words["biomarkers.0"] == "marker C3 (target) negative"
    assert words["line_from"] == "line 3 or later"


def test_dropping_knows_the_first_numbers_of_items() -> None:
    left = without(FULL, ["therapies.0", "endpoints.1", "nonsense", "line.7"])
    assert left.therapies == FULL.therapies[1:]
    assert left.endpoints == FULL.endpoints[:1]
    assert left.line == FULL.line


def test_facets_narrow() -> None:
    asked = ["class:chemotherapy", "first:onelimab", "line:2", "phase:PHASE3", "condition:x-y", "combination:false"]
    query = narrowed(TrialQuery(therapies=(slot(AtomKind.TARGET, "A1"),)), asked)
    assert query.beside == (slot(AtomKind.CLASS, "chemotherapy"),)
    assert [atom.id for atom in query.therapies[0].atoms()] == ["A1", "onelimab"]
    assert query.filters == (
        Filter(FilterKind.LINE, "2"),
        Filter(FilterKind.PHASE, "PHASE3"),
        Filter(FilterKind.CONDITION, "x-y"),
    )
    assert query.combination is False
    assert narrowed(TrialQuery(), ["drug:a", "drug:b"]).therapies == (slot(AtomKind.DRUG, "a"),)


@pytest.mark.parametrize("facet", ["", "line", "line:", "line:nine", "bogus:1", ":x", "combination:perhaps"])
def test_what_is_no_facet_is_refused(facet: str) -> None:
    with pytest.raises(UsageError, match="no facet"):
        narrowed(TrialQuery(), [facet])


def test_a_value_of_a_facet_is_never_syntax() -> None:
    evil = 'x> ; ?p ?o } DROP ALL # "'
    text = to_sparql(narrowed(TrialQuery(), [f"condition:{evil}", f"status:{evil}", f"drug:{evil}"]))
    assert "DROP ALL #" not in text.replace(r"DROP ALL # \"", "")
    assert "?p ?o } DROP" not in text.replace('"x> ; ?p ?o } DROP ALL # \\""', "")


def test_when_the_first_therapy_goes_the_next_takes_its_place() -> None:
    query = narrowed(TrialQuery(therapies=(slot(AtomKind.TARGET, "A1"),)), ["drug:b", "drug:c"])
    left = without(query, ["therapies.0"])
    assert left.therapies == (slot(AtomKind.DRUG, "b"),)
    assert left.beside == (slot(AtomKind.DRUG, "c"),)


def counting(numbers: dict[TrialQuery, int]) -> Any:
    from api.ask.compile import count_sparql  # noqa: PLC0415

    by_text = {count_sparql(query): number for query, number in numbers.items()}

    def select(text: str) -> Sequence[dict[str, str]]:
        return [{"total": str(by_text.get(text, 0))}]

    return select


def test_a_near_miss_says_what_to_leave_out() -> None:
    query = TrialQuery(line=(2,), phases=("PHASE3",))
    found = near_misses(conditions(query, name), counting({TrialQuery(phases=("PHASE3",)): 4}))
    assert found == [{"drop": "line", "label": "line 2", "total": 4, "alone": False}]


def test_where_no_single_condition_is_to_blame_each_is_counted_alone() -> None:
    query = TrialQuery(line=(2,), phases=("PHASE3",), since="2020")
    found = near_misses(conditions(query, name), counting({TrialQuery(line=(2,)): 7}))
    assert [(one["label"], one["total"], one["alone"]) for one in found[:1]] == [("line 2", 7, True)]
    assert len(found) == 3


def test_conditions_tell_facets_from_parts_of_the_question() -> None:
    query = TrialQuery(line=(2,), phases=("PHASE3",))
    line, facet = conditions(query, name, drop=["phases"], facets=["drug:a"])
    assert line.json() == {"drop": "line", "label": "line 2"}
    assert line.rest == narrowed(TrialQuery(), ["drug:a"])
    assert facet.json() == {"facet": "drug:a", "label": "gives a (drug)"}
    assert facet.rest == TrialQuery(line=(2,))
