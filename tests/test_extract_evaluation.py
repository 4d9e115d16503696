"""Precision, recall and F1 of facts against annotations; all records are made up."""

from typing import Any

import pytest

from extract.evaluation.score import Tally, score


def record(**fields: Any) -> dict[str, Any]:
    return {"id": "NCT90000001", **fields}


def drug(name: str, role: str = "experimental", **more: Any) -> dict[str, Any]:
    return {"name": name, "role": role, "purpose": "treatment", "targets": [], **more}


def tally(field: str, gold: dict[str, Any], found: dict[str, Any]) -> Tally:
    return score([gold], {"NCT90000001": found})[field]


def test_a_drug_is_right_under_any_of_its_names() -> None:
    gold = record(interventions=[drug("examplumab", aliases=["EX-1"]), drug("testinib")])
    found = record(interventions=[drug("EX-1 injection", mentions=["EX-1"]), drug("otherib", role="control")])
    assert tally("interventions", gold, found) == Tally(right=1, wrong=1, missed=1)
    assert tally("role", gold, found).right == 1


def test_pairs_of_one_arm_leave_out_choices_and_placebo() -> None:
    drugs = [drug("a-mab"), drug("b-nib"), drug("c-nib"), drug("placebo", purpose="placebo")]
    names = [item["name"] for item in drugs]
    gold = record(interventions=drugs, regimens=[{"interventions": names, "one_of": [["b-nib", "c-nib"]]}])
    found = record(interventions=drugs, regimens=[{"interventions": ["a-mab", "b-nib", "placebo"], "one_of": []}])
    assert tally("co_administered", gold, found) == Tally(right=1, wrong=0, missed=1)


@pytest.mark.parametrize(
    ("field", "gold", "found", "expected"),
    [
        ("lines", [{"min": 2, "max": None}], [{"min": 2, "max": 2}], Tally(0, 1, 1)),
        ("settings", ["adjuvant"], [{"name": "adjuvant"}], Tally(1, 0, 0)),
        ("is_combination", True, True, Tally(1, 0, 0)),
        ("biomarkers", ["HER2 positive"], [{"name": "HER2-positive"}], Tally(1, 0, 0)),
        ("conditions", [{"name": "lung cancer", "synonyms": ["lung carcinoma"]}], [{"name": "lung carcinoma"}],
         Tally(1, 0, 0)),
        ("endpoints", [{"rank": "primary", "code": "OS"}], [{"rank": "secondary", "code": "OS"}], Tally(0, 1, 1)),
    ],
)  # fmt: skip
def test_fields(field: str, gold: Any, found: Any, expected: Tally) -> None:
    assert tally(field, record(**{field: gold}), record(**{field: found})) == expected


def test_months_count_where_both_sides_give_them() -> None:
    gold = record(endpoints=[{"rank": "primary", "code": "OS", "time_frame_months": 24, "landmark_months": None}])
    found = record(endpoints=[{"rank": "primary", "code": "OS", "time_frame_months": 24.2, "landmark_months": 12.0}])
    assert tally("time_frames", gold, found) == Tally(right=1)
    assert tally("landmarks", gold, found) == Tally(wrong=1)


def test_polarity_of_earlier_therapy() -> None:
    gold = record(prior_required=["taxane"], prior_excluded=[])
    found = record(prior=[{"name": "taxane", "polarity": "excluded"}])
    assert tally("prior_required", gold, found) == Tally(missed=1)
    assert tally("prior_excluded", gold, found) == Tally(wrong=1)


def test_a_record_without_facts_is_all_missed() -> None:
    tallies = score([record(interventions=[drug("examplumab")])], {})
    assert tallies["interventions"] == Tally(missed=1)
    assert (tallies["interventions"].precision, tallies["interventions"].recall) == (1.0, 0.0)


def test_figures() -> None:
    counted = Tally(right=6, wrong=2, missed=4)
    assert (counted.precision, counted.recall) == (0.75, 0.6)
    assert counted.f1 == pytest.approx(2 / 3)
    assert Tally().f1 == 1.0
