"""The one way in: what comes out for each format, and that nothing is lost."""

from collections.abc import Iterable
from pathlib import Path

import orjson
import pytest

from extract.model import Document, Failure, SourceFormat
from extract.sources.read import read_sources
from ontology.errors import UsageError

STUDY = {
    "protocolSection": {
        "identificationModule": {"nctId": "NCT99000901", "briefTitle": "Invented Study of Drug One"},
        "descriptionModule": {"briefSummary": "A short invented summary."},
    },
    "hasResults": False,
}
TEXT = "An Invented Title\nAn invented summary of a trial.\nLung Cancer\nDRUG: Drug One\nOverall survival, 2 years\n"


def write(path: Path, data: bytes | str) -> Path:
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def documents(items: Iterable[Document | Failure]) -> list[Document]:
    found = list(items)
    assert [item for item in found if isinstance(item, Failure)] == []
    return [item for item in found if isinstance(item, Document)]


@pytest.mark.parametrize(
    "data",
    [
        orjson.dumps(STUDY),
        orjson.dumps(STUDY, option=orjson.OPT_INDENT_2),
        orjson.dumps([STUDY]),
        orjson.dumps({"studies": [STUDY], "nextPageToken": "x"}),
        orjson.dumps(STUDY) + b"\n",
    ],
    ids=["study", "indented", "array", "page", "line"],
)
def test_every_json_layout_gives_the_same_record(tmp_path: Path, data: bytes) -> None:
    (document,) = documents(read_sources([write(tmp_path / "noname", data)]))
    assert (document.id, document.format) == ("NCT99000901", SourceFormat.API_V2)
    assert (
        document.content_hash == documents(read_sources([write(tmp_path / "b", orjson.dumps(STUDY))]))[0].content_hash
    )


def test_text_record_takes_its_id_from_the_stem(tmp_path: Path) -> None:
    (document,) = documents(read_sources([write(tmp_path / "sample one.txt", TEXT)]))
    assert document.id == "sample-one"
    assert [section.name for section in document.sections] == [
        "title",
        "summary",
        "conditions",
        "interventions",
        "primary_outcomes",
    ]


def test_csv_needs_only_an_id_and_a_title(tmp_path: Path) -> None:
    (document,) = documents(read_sources([write(tmp_path / "x", "NCT Number,Study Title\nNCT99000902,A Title\n")]))
    assert (document.id, document.title, document.format) == ("NCT99000902", "A Title", SourceFormat.CSV)


def test_a_missing_path_is_wrong_usage_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        read_sources([tmp_path / "absent"])
