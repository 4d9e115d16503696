"""Plain-text records: lines told apart by form and order. All texts are invented."""

import pytest

from extract.model import Document, Span
from extract.sources.limits import BadRecordError, Limits
from extract.sources.plain_text import read_text

TITLE = "Drug One Plus Drug Two in Second-line Lung Cancer"
SUMMARY = "This is an invented trial of two drugs.\n\nIt has two paragraphs, and the second one lasts 2 years."
DRUGS = "DRUG: One|BIOLOGICAL: Two"
PRIMARY = "Progression-free survival (PFS), Time from randomization to progression, 18 months"
SECONDARY = "Overall survival, From enrollment to death, up to 3 years|Adverse events, Graded by CTCAE, 2 years"
OTHER = "Biomarkers, ctDNA in blood, Baseline and week 12"
DESCRIPTION = "Patients are given both drugs.\n\n* Drug One: 10 mg daily\n* Drug Two: every 3 weeks, for up to 2 years"


def read(*lines: str) -> Document:
    return read_text("\n".join(lines) + "\n", "sample-1", "sample-1.txt", Limits())


def sections(document: Document) -> dict[str, str]:
    return {section.name: section.text for section in document.sections}


def text_of(document: Document, span: Span | None) -> str | None:
    return sections(document)[span.section][span.start : span.end] if span else None


def test_a_full_record() -> None:
    record = read(TITLE, SUMMARY, "Lung Cancer", "PD-L1|second line", DRUGS, PRIMARY, SECONDARY, OTHER, DESCRIPTION)
    assert sections(record) == {
        "title": TITLE,
        "summary": SUMMARY,
        "conditions": "Lung Cancer",
        "keywords": "PD-L1|second line",
        "interventions": DRUGS,
        "primary_outcomes": PRIMARY,
        "secondary_outcomes": SECONDARY,
        "other_outcomes": OTHER,
        "description": DESCRIPTION,
    }
    assert [text_of(record, span) for span in record.keywords] == ["PD-L1", "second line"]
    assert [(item.type, text_of(record, item.name)) for item in record.interventions] == [
        ("DRUG", "One"),
        ("BIOLOGICAL", "Two"),
    ]
    assert [item.rank for item in record.outcomes] == ["primary", "secondary", "secondary", "other"]


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        ((TITLE, SUMMARY, "Lung Cancer", DRUGS, PRIMARY), "title summary conditions interventions primary_outcomes"),
        ((TITLE, SUMMARY, "Lung Cancer", DRUGS), "title summary conditions interventions"),
        (
            (TITLE, SUMMARY, "Lung Cancer", DRUGS, PRIMARY, DESCRIPTION),
            "title summary conditions interventions primary_outcomes description",
        ),
        (
            (TITLE, SUMMARY, "Lung Cancer", "biopsy", PRIMARY, SECONDARY),
            "title summary conditions keywords primary_outcomes secondary_outcomes",
        ),
        ((TITLE, SUMMARY, DRUGS, PRIMARY), "title summary interventions primary_outcomes"),
    ],
    ids=["no keywords", "no outcomes", "description next", "no interventions", "no conditions"],
)
def test_what_a_record_lacks_is_left_out(lines: tuple[str, ...], names: str) -> None:
    assert list(sections(read(*lines))) == names.split()


def test_a_list_of_outcomes_may_run_over_several_lines() -> None:
    primary = "Toxicity, Graded as follows:\n\n* mild\n* severe, 28 days|Response, By RECIST.\n\nRead twice., 6 months"
    record = read(TITLE, SUMMARY, "Lung Cancer", DRUGS, primary, SECONDARY, DESCRIPTION)
    assert sections(record)["primary_outcomes"] == primary
    assert sections(record)["description"] == DESCRIPTION


def test_a_summarys_last_paragraph_is_no_list_of_conditions() -> None:
    summary = "This is an invented trial.\n\nAll patients live in one town"
    assert sections(read(TITLE, summary, "Lung Cancer", DRUGS))["summary"] == summary


def test_a_text_without_any_form_is_title_and_description() -> None:
    story = "A Story of a Trial.\n\n It gave two drugs, for 6 months.\n\n Patients had lung cancer, stage IV."
    assert sections(read(story)) == {"title": "A Story of a Trial.", "description": story.split("\n\n ", 1)[1]}


def test_one_line_is_cut_behind_its_first_sentence() -> None:
    assert sections(read("First sentence. Second one. Third.")) == {
        "title": "First sentence.",
        "description": "Second one. Third.",
    }


def test_line_ends_become_newlines_and_nothing_else_changes() -> None:
    document = read_text(f"{TITLE}\r\n{SUMMARY}\r\nLung Cancer\r\n{DRUGS}\r\n", "s", "s.txt", Limits())
    assert sections(document)["summary"] == SUMMARY
    assert sections(document)["interventions"] == DRUGS


def test_phases_and_enrollment_are_left_to_the_prose() -> None:
    record = read(TITLE, "A phase 2 trial of 56 patients.", "Lung Cancer", DRUGS)
    assert (record.phases, record.enrollment) == ((), None)


def test_a_blank_text_is_refused() -> None:
    with pytest.raises(BadRecordError, match="empty"):
        read(" ", "\t")
