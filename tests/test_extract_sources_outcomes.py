"""`measure, description, time frame`: where the three parts join, in wordings of our own."""

import pytest

from extract.sources.outcomes import closes_outcomes, list_items, outcome_forms, split_outcomes

Parts = tuple[str, str | None, str | None]


@pytest.mark.parametrize(
    ("item", "parts"),
    [
        ("OS, 3 years", ("OS", None, "3 years")),
        ("OS", ("OS", None, None)),
        ("Response (CR, PR), By RECIST., 6 months", ("Response (CR, PR)", "By RECIST.", "6 months")),
        ("PFS，by review, The time to growth or death, Up to 18 months",
         ("PFS，by review", "The time to growth or death", "Up to 18 months")),
        ("OS, From first dose to death, Up to 36 months", ("OS", "From first dose to death", "Up to 36 months")),
        ("Toxicity, Graded by CTCAE, Up to 90 days after all doses, whichever is last, a median of 9 months",
         ("Toxicity", "Graded by CTCAE", "Up to 90 days after all doses, whichever is last, a median of 9 months")),
        (
            "Response, By scan, 21 days per cycle, with at most 8 cycles expected",
            ("Response", "By scan", "21 days per cycle, with at most 8 cycles expected"),
        ),
        ("Drug level, Blood samples, Day 1, 8, 15 and 22", ("Drug level", "Blood samples", "Day 1, 8, 15 and 22")),
        ("Quality of life, By FACT-G, Baseline, week 6, week 12",
         ("Quality of life", "By FACT-G", "Baseline, week 6, week 12")),
        ("Number of patients with fever, rash or both, Counted at each visit, 2 years",
         ("Number of patients with fever, rash or both", "Counted at each visit", "2 years")),
        ("Survival, patients alive, unknown to all", ("Survival, patients alive, unknown to all", None, None)),
        (", , 2 years", ("2 years", None, None)),
    ],
)  # fmt: skip
def test_the_three_parts(item: str, parts: Parts) -> None:
    (found,) = split_outcomes("primary_outcomes", item, "primary", outcome_forms())
    spans = (found.measure, found.description, found.time_frame)
    texts = [item[span.start : span.end] if span else None for span in spans]
    # A description may stay with the measure where nothing tells them apart; the time frame has to be right.
    assert texts[2] == parts[2]
    assert texts[0] == parts[0] or parts[1] is None
    assert texts[1] == parts[1] or parts[2] is None


def test_items_are_trimmed_and_empty_ones_left_out() -> None:
    text = " a | |b|"
    assert [text[start:end] for start, end in list_items(text)] == ["a", "b"]


@pytest.mark.parametrize(
    ("line", "closes"),
    [
        ("OS, By phone., up to 2 years", True),
        ("OS, Baseline and week 12", True),
        ("The first patients were treated in March, and the last ones will be in ten years from that day on.", False),
        ("No comma at all", False),
    ],
)
def test_prose_is_told_from_the_end_of_a_list(line: str, closes: bool) -> None:  # noqa: FBT001
    assert closes_outcomes(line, outcome_forms()) is closes


def test_a_long_run_of_digits_is_read_at_once() -> None:
    # Took minutes with an unbounded number in the pattern; a hang, not a time, is what this would show.
    (found,) = split_outcomes("x", f"PFS, {'1' * 100_000}x, 2 years", "primary", outcome_forms())
    assert found.time_frame is not None
    assert found.time_frame.start == 100_008
