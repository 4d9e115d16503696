"""Time frames and landmarks as months; all texts are made up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extract.outcomes.codes import measured
from extract.outcomes.durations import time_frame_months
from extract.outcomes.landmarks import landmarks


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("24 months", 24.0),
        ("From the first dose until death from any cause, up to approximately 5 years", 60.0),
        ("within 3 years, 6 months", 42.0),
        ("Day 1 to day 28", 0.9),
        ("days 1 through 35", 1.1),
        ("End of cycle 1 (each cycle is 21 days)", None),
        ("Cycle 1 (28 days)", 0.9),
        ("an average of 2 years after study completion", 24.0),
        ("104 weeks", 23.9),
        ("Week 12", 2.8),
        ("F\u0130RST 2 years of the \u017f\u0130x months", 24.0),
        ("three (3) months after infusion", 3.0),
        ("through study completion, an average of 2 years", 24.0),
        ("Scans up to 28 days before randomisation and every six weeks; an average of 18 months", 18.0),
        ("Up to 40 days after the last dose (up to 400 days)", 13.1),
        ("28 days per cycle, up to 6 cycles", None),
        ("until 90 days after the last dose", None),
        ("about 18 months after enrolment of the last patient", None),
        ("1, 2 and 3 months after infusion", None),
        ("Baseline, cycle 5 day 1 and cycle 7 day 1 (each cycle is 3 weeks)", None),
        ("median follow-up 7.4 months (range 1 to 20 months)", None),
        ("until progression", None),
        ("Day 1", None),
        ("", None),
    ],
)
def test_time_frames(text: str, months: float | None) -> None:
    assert time_frame_months(text) == months


@pytest.mark.parametrize(
    ("measure", "description", "time_frame", "expected"),
    [
        ("1-year OS rate", "", "2 years", (12.0,)),
        ("Progression-free survival at 3 and 6 months", "", "1 year", (3.0, 6.0)),
        ("PFS6", "", "", (6.0,)),
        ("2-y PFS", "", "", (24.0,)),
        ("Survival rates", "3-month, 9-month and 3-year survival rates", "3 years", (3.0, 9.0, 36.0)),
        ("Event-free survival", "The 3-year EFS is estimated by Kaplan-Meier.", "3 years", (36.0,)),
        ("Local control rate", "", "at one year", (12.0,)),
        ("Overall survival", "", "5 years", ()),
        ("Adverse events at 3 months", "", "3 months", ()),
    ],
)
def test_landmarks(measure: str, description: str, time_frame: str, expected: tuple[float, ...]) -> None:
    hits, _ = measured(measure, description)
    assert landmarks(measure, description, time_frame, hits[0], hits[0].code) == expected


@given(st.text(max_size=300))
def test_no_text_breaks_it(text: str) -> None:
    months = time_frame_months(text)
    assert months is None or months >= 0
