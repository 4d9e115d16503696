"""Real records: everything that goes in comes out, as a document or as a failure."""

import csv
import gzip
from pathlib import Path

import orjson
import pytest

from extract.model import Document, Failure, SourceFormat, Span
from extract.sources.read import read_sources

EXAMPLES = Path(__file__).parents[1] / "examples" / "records"
FLAGSHIP = {"NCT99000001", "NCT99000007", "NCT99000010"}


def read(path: Path) -> list[Document]:
    found = list(read_sources([path]))
    assert [str(item) for item in found if isinstance(item, Failure)] == []
    return [item for item in found if isinstance(item, Document)]


def spans(document: Document) -> list[Span]:
    outcomes = [(item.measure, item.description, item.time_frame) for item in document.outcomes]
    named = [*document.conditions, *document.keywords, *(item.name for item in document.interventions)]
    return [*named, *(span for parts in outcomes for span in parts if span)]


def check(document: Document) -> None:
    texts = {section.name: section.text for section in document.sections}
    assert len(texts) == len(document.sections)
    assert all(0 <= span.start < span.end <= len(texts[span.section]) for span in spans(document))


def test_every_api_record_is_accounted_for(shared: Path) -> None:
    expected = [
        study["protocolSection"]["identificationModule"]["nctId"]
        for path in sorted((shared / "corpus" / "api-v2").glob("*.json"))
        for study in orjson.loads(path.read_bytes())["studies"]
    ]
    documents = read(shared / "corpus" / "api-v2")
    assert [document.id for document in documents] == expected
    for document in documents:
        check(document)


def test_every_csv_row_is_accounted_for(shared: Path) -> None:
    for path in sorted((shared / "corpus" / "csv").glob("*.csv")):
        with path.open(newline="", encoding="utf-8") as rows:
            expected = [row["NCT Number"] for row in csv.DictReader(rows)]
        documents = read(path)
        assert [document.id for document in documents] == expected
        for document in documents:
            check(document)


@pytest.mark.slow
def test_every_story_is_a_title_and_a_description(shared: Path) -> None:
    path = shared / "corpus" / "text" / "stories.jsonl.gz"
    with gzip.open(path) as lines:
        expected = [orjson.loads(line)["nctId"] for line in lines]
    documents = read(path)
    assert [document.id for document in documents] == expected
    assert {tuple(section.name for section in document.sections) for document in documents} == {
        ("title", "description")
    }


def test_rendered_records_give_the_sections_that_they_were_made_from(shared: Path) -> None:
    wrong = []
    for document in read(shared / "eval" / "dev" / "records-text"):
        source = shared / "eval" / "dev" / "records" / "api-v2" / f"{document.id}.json"
        truth = orjson.loads(source.read_bytes())["protocolSection"]
        sections = {section.name: section.text for section in document.sections}
        expected = {
            "title": truth["identificationModule"]["briefTitle"],
            "summary": truth["descriptionModule"]["briefSummary"],
            "conditions": "|".join(truth["conditionsModule"]["conditions"]),
            "keywords": "|".join(truth["conditionsModule"].get("keywords", [])),
        }
        wrong += [document.id for name, text in expected.items() if sections.get(name, "") != text.strip()]
    assert wrong == []


def test_seeds_have_their_parts(shared: Path) -> None:
    documents = read(shared / "seeds")
    assert [len(document.outcomes) for document in documents] == [5, 4, 8]
    assert [[item.type for item in document.interventions] for document in documents] == [
        ["DRUG"], ["DRUG"], ["DRUG", "DRUG", "DRUG", "RADIATION"],
    ]  # fmt: skip


def test_the_sample_records_are_invented_and_say_so() -> None:
    documents = read(EXAMPLES)
    assert len(documents) == 12
    assert all("(invented)" in document.title for document in documents)
    assert all(document.id.startswith(("NCT990000", "sample-")) for document in documents)
    assert {document.format for document in documents} == set(SourceFormat)
    assert {document.id for document in documents} > FLAGSHIP
    for document in documents:
        check(document)
