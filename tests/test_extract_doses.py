"""Amounts and the therapies they belong to; all texts are made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.doses.amounts import amount_text, find_amounts
from extract.doses.named import named_therapies
from extract.doses.read import amounts_of, fitting, read_doses
from extract.facts import Dose, Intervention
from extract.model import Document, Section, SectionKind, SourceFormat
from extract.text import RecordText, in_lower_case


def amounts(text: str) -> list[str]:
    return [text[amount.start : amount.end] for amount in find_amounts(in_lower_case(text), 0, len(text))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("drug A 25mg, 50mg and 100 mg twice daily", ["25mg, 50mg and 100 mg"]),
        ("drug A：2.4g/m2 CIV 46h", ["2.4g/m2"]),
        ("carboplatin AUC 5 on day 1", ["AUC 5"]),
        ("1x10^6 cells/kg", ["1x10^6 cells/kg"]),
        ("a total of 66 Gy in 33 fractions", ["66 Gy"]),
        ("on day 1, 8, 15, 50 mg", ["50 mg"]),
        ("serum creatinine below 1.5 mg", []),
        ("bilirubin 2 mg/dL", []),
        ("diluted in 100 ml of saline", []),
        ("no more than 10 mg", []),
        ("platelets 100x10^9/L", []),
        ("the 60 mg tablets are oval", []),
        ("capsules are available in two strengths: 20 mg and 40 mg", []),
        ("dose levels: 1.0, 1.5, 2 × 10⁷ cells per time", ["1.0, 1.5, 2 × 10⁷ cells per time"]),
        ("1×10^8CAR+T, 3×10^8CAR+T", ["1×10^8CAR+T, 3×10^8CAR+T"]),
        ("6 Million IU daily", ["6 Million IU"]),
        ("2.7 million people", []),
        ("carboplatin: 2.5 AUC i.v on day 1", ["2.5 AUC"]),
        ("on day +1, 10mg/m2", ["10mg/m2"]),
        ("carboplatin (area under the curve \\[AUC\\] of 5 on day 1)", ["AUC\\] of 5"]),
        ("an area under the concentration-time curve of 6", ["area under the concentration-time curve of 6"]),
    ],
)
def test_amounts(text: str, expected: list[str]) -> None:
    assert amounts(text) == expected


def test_units_in_their_short_form() -> None:
    assert amount_text("200 milligrams (mg)") == "200 mg"
    assert amount_text("75 mg per square meter") == "75 mg/m2"
    assert amount_text("AUC) 5") == "AUC 5"
    assert amount_text("AUC\\] of 5") == "AUC 5"
    assert amount_text("area under the concentration-time curve of 6") == "AUC 6"
    assert amount_text("1 x 10\\^6 cells/kg") == "1 x 10^6 cells/kg"


def doses_of(text: str, *names: str) -> list[Dose]:
    section = Section("summary", SectionKind.SUMMARY, text)
    record = RecordText([section])
    document = Document("sample-1", SourceFormat.TEXT, "sample.txt", "0", (section,))
    given_ = [
        Intervention(name=name, mentions=(), type="drug", role="experimental", purpose="treatment", evidence=())
        for name in names
    ]
    return list(read_doses(document, record, amounts_of(record), named_therapies(record, (), given_), given_))


def pairs(text: str, *names: str) -> list[tuple[str, str]]:
    return [(dose.name, dose.amount) for dose in doses_of(text, *names)]


def test_an_amount_belongs_to_the_name_before_it() -> None:
    text = "Alfa: 50mg/m2 IV D1, D15 Bravo: 400mg/m2 IV D1 Charlie ：2.4g/m2"
    assert pairs(text, "alfa", "bravo", "charlie") == [
        ("alfa", "50mg/m2"),
        ("bravo", "400mg/m2"),
        ("charlie", "2.4g/m2"),
    ]


def test_an_amount_before_a_name_belongs_to_it() -> None:
    text = "Participants receive 200 mg alfa plus 900 mg bravo every 3 weeks."
    assert pairs(text, "alfa", "bravo") == [("alfa", "200 mg"), ("bravo", "900 mg")]
    assert pairs("8 mg or 12 mg of alfa once daily, then bravo", "alfa", "bravo") == [("alfa", "8 mg or 12 mg")]


def test_the_number_of_a_name_is_no_part_of_the_amount_after_it() -> None:
    assert pairs("They get alfa (XQ 154, 10 mg/kg) every week", "XQ 154") == [("XQ 154", "10 mg/kg")]
    assert pairs("They get XQ 154 at 10 mg/kg", "XQ 154") == [("XQ 154", "10 mg/kg")]


def test_route_schedule_and_evidence() -> None:
    (dose,) = doses_of("Alfa is given orally. Bravo 1200 mg IV Q3W.", "bravo")[-1:]
    assert (dose.amount, dose.route, dose.schedule) == ("1200 mg", "IV", "Q3W")
    assert dose.evidence[0].quote == "Bravo 1200 mg IV Q3W"


def test_an_amount_after_an_unknown_short_name_belongs_to_nobody() -> None:
    assert pairs("Alfa 500 mg/m2. Patients had Z 900 mg IV.", "alfa") == [("alfa", "500 mg/m2")]


def test_a_schedule_ends_where_the_next_dose_begins() -> None:
    schedules = [dose.schedule for dose in doses_of("360 mg alfa on day 1, 15 mg/kg bravo daily", "alfa", "bravo")]
    assert schedules == ["on day 1", "daily"]


def test_cells_are_of_the_cell_therapy_and_procedures_have_no_dose() -> None:
    types = {"alfa": "drug", "bravo cells": "cell_gene", "surgery": "procedure"}
    assert fitting("1x10^6 cells/kg", "alfa", types) == "bravo cells"
    assert fitting("50 mg", "surgery", types) is None
    assert fitting("50 mg", "alfa", types) == "alfa"


def test_a_power_of_ten_for_each_kilogram_is_of_cells() -> None:
    types = {"alfa": "drug", "bravo cells": "cell_gene"}
    assert fitting("5×10\\^4 /kg", "alfa", types) == "bravo cells"
    assert amounts("approximately 10^9 cells will be collected") == []


def test_activity_is_of_what_carries_an_isotope() -> None:
    assert fitting("50 mCi", "alfa", {"alfa": "drug", "131I-bravo": "radioactive"}) == "131I-bravo"
    text = "Alfa, and 2 doses (50 mCi each) of cRIT 131I-bravo"
    assert pairs(text, "alfa", "131I-bravo") == [("131I-bravo", "50 mCi")]


def test_the_first_amount_after_a_pair_is_of_the_first() -> None:
    text = "Alfa/bravo IV 1000 mg/m2 plus bravo 25 mg/m2 on day 1"
    assert pairs(text, "alfa", "bravo") == [("alfa", "1000 mg/m2"), ("bravo", "25 mg/m2")]
    assert pairs("Alfa/bravo 25 mg/m2 plus charlie 5 mg", "alfa", "bravo", "charlie")[0] == ("bravo", "25 mg/m2")


def test_the_same_dose_once() -> None:
    assert pairs("Alfa 150 mg daily. Later alfa 150mg daily.", "alfa") == [("alfa", "150 mg")]


@given(st.text(alphabet="0123456789 mgx^/.,-AUCl", max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    assert all(
        0 <= amount.start < amount.end <= len(text) for amount in find_amounts(in_lower_case(text), 0, len(text))
    )
