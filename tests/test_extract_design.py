"""Phases and enrollment told from titles and prose; all sentences are made up."""

import pytest

from extract.design import read_enrollment, read_phases
from extract.model import Document, Section, SectionKind, SourceFormat
from extract.sentences import split_sentences
from extract.text import RecordText, Sentence


def a_document(title: str, summary: str = "", *, phases: tuple[str, ...] = ()) -> Document:
    sections = (Section("title", SectionKind.TITLE, title), Section("summary", SectionKind.SUMMARY, summary))
    return Document("sample-1", SourceFormat.TEXT, "sample.txt", "0", sections, phases=phases)


def sentences_of(document: Document) -> tuple[Sentence, ...]:
    return split_sentences(RecordText(document.sections))


@pytest.mark.parametrize(
    ("title", "summary", "phases"),
    [
        ("A Phase II Study of Foo", "", ("PHASE2",)),
        ("Foo in Glioma: a Phase 1b/2a Trial", "", ("PHASE1", "PHASE2")),
        ("Foo in Glioma", "This is a randomised, open-label phase III clinical trial of foo.", ("PHASE3",)),
        ("Foo in Glioma", "Two phase III clinical trials have shown that bar works.", ()),
        ("An Early Phase 1 Trial of Foo", "", ("EARLY_PHASE1",)),
        ("Three-phase CT in Trauma", "", ()),
    ],
)
def test_phases_of_text(title: str, summary: str, phases: tuple[str, ...]) -> None:
    document = a_document(title, summary)
    assert read_phases(document, sentences_of(document)) == phases


def test_the_format_s_own_phases_come_first() -> None:
    document = a_document("A Phase II Study of Foo", phases=("PHASE1",))
    assert read_phases(document, sentences_of(document)) == ("PHASE1",)


@pytest.mark.parametrize(
    ("summary", "enrollment"),
    [
        ("The total sample size is expected to be 44 subjects.", 44),
        ("A total of 1,200 patients with stage II colon cancer will be randomised.", 1200),
        ("We plan to recruit about 60 newly diagnosed participants.", 60),
        ("In an earlier cohort 30 patients had a response.", None),
        ("The sample size was calculated with a power of 80 %.", None),
    ],
)
def test_enrollment_of_prose(summary: str, enrollment: int | None) -> None:
    document = a_document("Foo in Glioma", summary)
    assert read_enrollment(document, sentences_of(document)) == enrollment
