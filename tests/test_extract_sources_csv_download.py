"""The CSV download: today's columns, the classic ones, and rows that cannot be read."""

import csv
import io
from pathlib import Path

from extract.model import Document, Failure, SectionKind, Span
from extract.sources.read import read_sources

TODAY = {
    "NCT Number": "NCT99000921",
    "Study Title": "Drug One for an Invented Disease",
    "Study Status": "ACTIVE_NOT_RECRUITING",
    "Brief Summary": "First paragraph.\n\nWith CRP \\> 3.",
    "Study Results": "NO",
    "Conditions": "Lung Cancer|Melanoma",
    "Interventions": "DRUG: One|DIETARY_SUPPLEMENT: Two: with colon|Three",
    "Primary Outcome Measures": "PFS, Time to progression., 2 years|OS, Up to 3 years",
    "Sponsor": "A Sponsor",
    "Collaborators": "B|C",
    "Sex": "ALL",
    "Age": "ADULT, OLDER_ADULT",
    "Phases": "PHASE1|PHASE2",
    "Enrollment": "38",
    "Study Type": "INTERVENTIONAL",
    "Study Design": "Allocation: NA|Masking: DOUBLE (PARTICIPANT, INVESTIGATOR)|Primary Purpose: TREATMENT",
    "Start Date": "2020-10-05",
    "Locations": "A Clinic, Seoul, Korea, Republic of|B Clinic, Lyon, 69000, France",
}
CLASSIC = {
    "Rank": "1",
    "NCT Number": "NCT99000922",
    "Title": "A Classic Row",
    "Status": "Active, not recruiting",
    "Study Results": "Has Results",
    "Interventions": "Drug: One|Dietary Supplement: Two",
    "Outcome Measures": "Response rate, in all|Survival",
    "Sponsor/Collaborators": "A|B",
    "Gender": "All",
    "Age": "18 Years to 70 Years \xa0 (Adult, Older Adult)",
    "Phases": "Phase 1|Phase 2",
    "Study Type": "Interventional",
    "Study Designs": "Intervention Model: Single Group Assignment|Masking: None (Open Label)",
    "Start Date": "October 2014",
    "First Posted": "October 16, 2014",
    "Completion Date": "null",
}


def table(*rows: dict[str, str]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(rows[0])
    writer.writerows(row.values() for row in rows)
    return out.getvalue()


def read(tmp_path: Path, text: str | bytes) -> list[Document | Failure]:
    path = tmp_path / "table"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read_sources([path]))


def one(tmp_path: Path, text: str) -> Document:
    (document,) = read(tmp_path, text)
    assert isinstance(document, Document)
    return document


def text_of(document: Document, span: Span | None) -> str | None:
    texts = {section.name: section.text for section in document.sections}
    return texts[span.section][span.start : span.end] if span else None


def test_a_section_is_a_whole_cell_named_by_its_column(tmp_path: Path) -> None:
    document = one(tmp_path, table(TODAY))
    sections = {section.name: section for section in document.sections}
    assert sections["Brief Summary"].text == "First paragraph.\n\nWith CRP \\> 3."
    assert sections["Interventions"].kind is SectionKind.INTERVENTIONS
    assert [text_of(document, span) for span in document.conditions] == ["Lung Cancer", "Melanoma"]


def test_interventions_have_their_type_where_they_name_one(tmp_path: Path) -> None:
    document = one(tmp_path, table(TODAY))
    assert [(item.type, text_of(document, item.name)) for item in document.interventions] == [
        ("DRUG", "One"),
        ("DIETARY_SUPPLEMENT", "Two: with colon"),
        (None, "Three"),
    ]


def test_outcomes_are_split_and_ranked(tmp_path: Path) -> None:
    document = one(tmp_path, table(TODAY))
    parts = [(item.rank, *(text_of(document, part) for part in (item.measure, item.description, item.time_frame)))
             for item in document.outcomes]  # fmt: skip
    assert parts == [
        ("primary", "PFS", "Time to progression.", "2 years"),
        ("primary", "OS", None, "Up to 3 years"),
    ]


def test_plain_facts_of_todays_columns(tmp_path: Path) -> None:
    document = one(tmp_path, table(TODAY))
    registry = document.registry
    assert (document.phases, document.enrollment) == (("PHASE1", "PHASE2"), 38)
    assert registry.countries == ("Korea, Republic of", "France")
    assert (registry.status, registry.masking, registry.allocation) == ("ACTIVE_NOT_RECRUITING", "DOUBLE", "NA")
    assert (registry.sponsor, registry.collaborators, registry.has_results) == ("A Sponsor", ("B", "C"), False)
    assert (registry.minimum_age, registry.start) == (None, "2020-10-05")


def test_classic_columns_give_todays_words(tmp_path: Path) -> None:
    document = one(tmp_path, table(CLASSIC))
    registry = document.registry
    assert document.phases == ("PHASE1", "PHASE2")
    assert [item.type for item in document.interventions] == ["DRUG", "DIETARY_SUPPLEMENT"]
    assert (registry.status, registry.sex, registry.study_type) == ("ACTIVE_NOT_RECRUITING", "ALL", "INTERVENTIONAL")
    assert (registry.intervention_model, registry.masking) == ("SINGLE_GROUP", "NONE")
    assert (registry.minimum_age, registry.maximum_age) == ("18 Years", "70 Years")
    assert (registry.start, registry.first_posted, registry.completion) == ("2014-10", "2014-10-16", None)
    assert (registry.sponsor, registry.collaborators, registry.has_results) == ("A", ("B",), True)


def test_classic_outcomes_are_measures_without_rank(tmp_path: Path) -> None:
    document = one(tmp_path, table(CLASSIC))
    assert [(item.rank, text_of(document, item.measure)) for item in document.outcomes] == [
        ("other", "Response rate, in all"),
        ("other", "Survival"),
    ]


def test_a_mark_at_the_start_semicolons_and_crlf(tmp_path: Path) -> None:
    document = one(tmp_path, "\ufeffNCT Number;Study Title\r\nNCT99000923;A Title\r\n")
    assert (document.id, document.title) == ("NCT99000923", "A Title")


def test_a_bad_row_leaves_the_others(tmp_path: Path) -> None:
    rows = "NCT Number,Study Title,Enrollment\nNCT99000931,One,5\n,No id,1\nNCT99000933,,1\nNCT99000934,Four,many\n"
    found = read(tmp_path, rows + "NCT99000935,Five\nNCT99000936,Six,6,,\n")
    assert [item.id for item in found if isinstance(item, Document)] == ["NCT99000931", "NCT99000936"]
    assert [(item.record, item.field, item.reason) for item in found if isinstance(item, Failure)] == [
        ("row 2 (line 3)", "NCT Number", "the record has no id"),
        ("NCT99000933 (row 3 (line 4))", "Study Title", "the record has no title"),
        ("NCT99000934 (row 4 (line 5))", "Enrollment", "should be a whole number, is 'many'"),
        ("row 5 (line 6)", None, "2 cells, the header has 3"),
    ]


def test_rows_behind_a_quote_that_does_not_close_are_not_lost(tmp_path: Path) -> None:
    rows = 'NCT Number,Study Title,Sponsor\nNCT99000941,"Open,A\nNCT99000942,Two,B\nNCT99000943,"Three",C\n'
    found = read(tmp_path, rows)
    assert [item.id for item in found if isinstance(item, Document)] == ["NCT99000942", "NCT99000943"]
    (failure,) = [item for item in found if isinstance(item, Failure)]
    assert "quote mark" in failure.reason


def test_a_row_in_a_wrong_encoding_names_its_byte(tmp_path: Path) -> None:
    head = b"NCT Number,Study Title\n"
    found = read(tmp_path, head + b"NCT99000951,Caf\xe9\nNCT99000952,Fine\n")
    assert [(item.reason, item.offset) for item in found if isinstance(item, Failure)] == [
        ("not UTF-8", len(head) + 15)
    ]
    assert [item.id for item in found if isinstance(item, Document)] == ["NCT99000952"]


def test_a_cell_larger_than_the_csv_modules_own_limit_is_read(tmp_path: Path) -> None:
    places = "|".join(f"Clinic {number}, Norway" for number in range(12_000))
    document = one(tmp_path, f'NCT Number,Study Title,Locations\nNCT99000961,Many Sites,"{places}"\n')
    assert document.registry.countries == ("Norway",)
