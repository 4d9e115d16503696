"""Records through the pipeline together. They are invented."""

import pytest
from spacy.language import Language
from spacy.tokens import Doc

from extract.facts import TrialFacts
from extract.model import Document, Section, SectionKind, SourceFormat
from extract.pipeline import TOGETHER, build_pipeline, extract_each, extract_facts
from ontology.tables import built_in

BAD = "An invented study of something that breaks"


def document(number: int, title: str) -> Document:
    key = f"NCT{99000000 + number}"
    return Document(key, SourceFormat.TEXT, f"{key}.txt", title, (Section("title", SectionKind.TITLE, title),))


@pytest.fixture
def nlp() -> Language:
    return build_pipeline(built_in())


def test_together_they_give_what_each_gives_alone(nlp: Language) -> None:
    titles = ("Nivolumab plus ipilimumab in second-line melanoma", "Docetaxel for first-line prostate cancer", "")
    documents = [document(number, titles[number % 3]) for number in range(TOGETHER + 2)]
    assert extract_each(nlp, documents) == [extract_facts(nlp, one) for one in documents]
    assert extract_each(nlp, []) == []


def test_a_record_that_raises_stops_no_other(nlp: Language) -> None:
    def breaks(doc: Doc) -> Doc:
        if doc._.document.title == BAD:
            raise ValueError("broken by the test")
        return doc

    Language.component("breaks_for_a_test", func=breaks)
    nlp.add_pipe("breaks_for_a_test", first=True)
    good, bad, last = extract_each(nlp, [document(1, "Nivolumab"), document(2, BAD), document(3, "Docetaxel")])
    assert isinstance(bad, ValueError)
    assert isinstance(good, TrialFacts)
    assert [item.name for item in good.interventions] == ["nivolumab"]
    assert isinstance(last, TrialFacts)
    assert last.id == "NCT99000003"
