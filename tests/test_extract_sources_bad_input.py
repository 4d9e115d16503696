"""Bad input one by one: a failure that says what and where, never a traceback, and the others are read."""

import io
import os
from pathlib import Path

import orjson
import pytest

from extract.model import Document, Failure
from extract.sources.limits import Limits
from extract.sources.read import read_sources
from ontology.errors import SourceError, UsageError

GOOD = {"protocolSection": {"identificationModule": {"nctId": "NCT99000971", "briefTitle": "A Good One (invented)"}}}
LINE = orjson.dumps(GOOD)
PAGE = orjson.dumps({"studies": [GOOD, GOOD]})
PROSE = "A title of an invented trial\n" + "It gives drugs to patients who have a disease. " * 5


def read(path: Path, limits: Limits | None = None) -> list[Document | Failure]:
    return list(read_sources([path], limits=limits))


def only_failure(tmp_path: Path, data: bytes, name: str = "source", limits: Limits | None = None) -> Failure:
    path = tmp_path / name
    path.write_bytes(data)
    (failure,) = read(path, limits)
    assert isinstance(failure, Failure)
    assert failure.file == str(path)
    return failure


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the file is empty"),
        (b" \n\t\n", "the file is empty"),
        (b"\xef\xbb\xbf", "the file is empty"),
        (b"\x7fELF\x02\x01\x01\x00\x00", "binary, not a text file"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "binary, not a text file"),
        (PAGE[:-20], "truncated JSON: unexpected end of data"),
        (b'{"a": }', "malformed JSON: unexpected character, expected a JSON value"),
        (b'{"Study": {"ProtocolSection": {}}}', "JSON that is no study: no protocolSection"),
        (b'{"studies": {"a": 1}}', "should be a list"),
        (b'{"studies": null}', "should be a list"),
        (b'{"protocolSection": null}', "the record has no id"),
        (b'{"protocolSection": []}', "should be an object, is a list"),
        (b'{"id": "x", "text": null}', "the record has no text"),
        (b'{"id": "x", "text": ["a"]}', "should be a text, is a list"),
        (b'{"id": "a b", "text": "words"}', "not an id: 'a b'"),
        (b'{"text": "words"}', "the record has no id"),
        (b"[" * 5000, "malformed JSON: depth limit exceeded"),
        (b"NCT Number,Conditions\nNCT99000001,x\n", "a CSV without the needed columns: no 'Study Title'"),
        (b"Study Title,Conditions\nA,x\n", "a CSV without the needed columns: no 'NCT Number'"),
        (b"[]", "holds no record"),
        (b'{"studies": []}', "holds no record"),
        (b"NCT Number,Study Title\n", "holds no record"),
        (b"<!DOCTYPE html><html></html>", "none of the formats: begins with '<!DOCTYPE html><html'"),
        (b"two words", "none of the formats"),
        (b"# Notes\n\nThese are notes on something that is no trial at all. " * 5, "none of the formats"),
        (PROSE.encode() + b"caf\xe9", "not UTF-8: byte 0xe9"),
        ("Titre \xe9tudi\xe9, and some more words of prose".encode("utf-16"), "none of the formats"),
        (b"\xff\xfe\x00", "the file is empty"),
    ],
)
def test_one_file_one_reason(tmp_path: Path, data: bytes, reason: str) -> None:
    failure = only_failure(tmp_path, data)
    assert failure.reason.startswith(reason)
    assert "\n" not in str(failure)


def test_the_message_names_file_record_field_and_what_to_do(tmp_path: Path) -> None:
    study = {"protocolSection": {"identificationModule": {"nctId": "NCT99000972", "briefTitle": 7}}}
    failure = only_failure(tmp_path, orjson.dumps({"studies": [study]}), "page.json")
    assert str(failure) == (
        f"{tmp_path}/page.json, record NCT99000972 (studies[0]), field identificationModule.briefTitle: "
        "should be a text, is a number"
    )
    assert isinstance(failure.as_error(), SourceError)


def test_truncated_json_names_the_byte(tmp_path: Path) -> None:
    data = '{"protocolSection": {"identificationModule": {"briefTitle": "é'.encode()
    assert only_failure(tmp_path, data).offset == len(data)


def test_wrong_bytes_name_the_byte(tmp_path: Path) -> None:
    assert only_failure(tmp_path, LINE[:-3] + b"\xff" + LINE[-3:]).offset == len(LINE) - 3


def test_utf16_with_its_mark_is_read(tmp_path: Path) -> None:
    path = tmp_path / "wide"
    path.write_bytes(LINE.decode().encode("utf-16"))
    assert [item.id for item in read(path) if isinstance(item, Document)] == ["NCT99000971"]


def test_a_bad_study_leaves_the_rest_of_its_page(tmp_path: Path) -> None:
    path = tmp_path / "page.json"
    path.write_bytes(orjson.dumps({"studies": [GOOD, None, {"x": 1}, "text", GOOD]}))
    found = read(path)
    assert [item.record if isinstance(item, Failure) else item.id for item in found] == [
        "NCT99000971", "studies[1]", "studies[2]", "studies[3]", "NCT99000971",
    ]  # fmt: skip


@pytest.mark.parametrize("bad", [b'{"cut": ', b"plain words", b"\xff\xfe", b'{"other": 1}', b"[1, 2", b"null"])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_bad_line_leaves_the_other_lines(tmp_path: Path, bad: bytes, place: int) -> None:
    if place == 0 and not bad.startswith(b"{"):
        bad = b'{"first": "must look like JSON"'
    rows = [LINE, LINE]
    rows.insert(place, bad)
    path = tmp_path / "lines"
    path.write_bytes(b"\n".join(rows) + b"\n\n")
    found = read(path)
    assert sum(isinstance(item, Document) for item in found) == 2
    (failure,) = [item for item in found if isinstance(item, Failure)]
    assert failure.record == f"line {place + 1}"


def test_blank_lines_before_json_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "blank"
    path.write_bytes(b"\n \n" + LINE + b"\n\n" + LINE)
    assert [item.source for item in read(path) if isinstance(item, Document)] == [f"{path}#line 3", f"{path}#line 5"]


def test_one_huge_line_of_text(tmp_path: Path) -> None:
    path = tmp_path / "huge"
    path.write_bytes(b"a " * 25_000_000)
    (failure,) = read(path)
    assert isinstance(failure, Failure)
    assert failure.reason == "the text is larger than 10 MB"


@pytest.mark.parametrize("head", [b"NCT Number,Study Title\n", LINE + b"\n"], ids=["csv", "jsonl"])
def test_one_huge_line_among_others(tmp_path: Path, head: bytes) -> None:
    last = b"NCT99000971,Last\n" if head.startswith(b"NCT") else LINE
    path = tmp_path / "huge"
    path.write_bytes(head + b"NCT99000979," + b"a" * 300_000 + b"\n" + last)
    found = read(path, Limits(line=100_000))
    assert [item.id for item in found if isinstance(item, Document)][-1] == "NCT99000971"
    assert sum(isinstance(item, Failure) for item in found) == 1


def test_a_page_larger_than_its_limit(tmp_path: Path) -> None:
    failure = only_failure(tmp_path, b"[\n" + PAGE * 3, limits=Limits(page=100))
    assert failure.reason.startswith("the JSON file is larger")


def test_a_field_larger_than_a_record(tmp_path: Path) -> None:
    study = {"protocolSection": {**GOOD["protocolSection"], "descriptionModule": {"briefSummary": "x" * 10_000_001}}}
    assert only_failure(tmp_path, orjson.dumps(study)).field == "descriptionModule.briefSummary"


def test_deep_nesting_that_parses_but_cannot_be_written_back(tmp_path: Path) -> None:
    deep = orjson.loads(b"[" * 400 + b"]" * 400)
    data = b'{"deep": ' + b"[" * 400 + b"]" * 400 + b"," + LINE[1:]
    assert deep
    assert "cannot be written back" in only_failure(tmp_path, data).reason


def test_a_folder_with_none_of_the_formats(tmp_path: Path) -> None:
    (tmp_path / "a.bin").write_bytes(b"\x00\x01")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "c.html").write_text("<html></html>")
    (tmp_path / ".hidden").write_bytes(b"\x00")
    assert [Path(item.file).name for item in read(tmp_path) if isinstance(item, Failure)] == ["a.bin", "c.html"]


def test_an_empty_folder(tmp_path: Path) -> None:
    (failure,) = read(tmp_path)
    assert isinstance(failure, Failure)
    assert failure.reason == "the folder holds no files"


def test_folders_are_read_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b/2.txt", "a/9.txt", "c.txt", "b/10.txt"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(PROSE)
    assert [item.id for item in read(tmp_path) if isinstance(item, Document)] == ["9", "10", "2", "c"]


def test_links_that_lead_back_are_followed_once(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.json").write_bytes(LINE)
    (tmp_path / "a" / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self").symlink_to(tmp_path / "self")
    found = read(tmp_path)
    assert sum(isinstance(item, Document) for item in found) == 1
    (failure,) = [item for item in found if isinstance(item, Failure)]
    assert failure.reason.startswith("cannot be read:")


def test_a_pipe_in_a_folder_blocks_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (failure,) = read(tmp_path)
    assert isinstance(failure, Failure)
    assert failure.reason == "not a regular file"


@pytest.mark.parametrize("sources", [[], ["absent"], ["-"]], ids=["none", "missing path", "no stdin"])
def test_wrong_usage_is_told_before_anything_is_read(sources: list[str]) -> None:
    with pytest.raises(UsageError):
        read_sources(sources)


def test_standard_input_gives_a_text_its_hash_as_id() -> None:
    (document,) = read_sources(["-"], stdin=io.BytesIO(PROSE.encode()))
    assert isinstance(document, Document)
    assert (document.id, document.source) == (document.content_hash, "-")


@pytest.mark.parametrize(
    ("name", "text", "identifier"),
    [
        ("nct99000981.txt", PROSE, "NCT99000981"),
        ("report v1.2.txt", PROSE, "report-v1.2"),
        ("x.txt", PROSE + "\nNCT Number: NCT99000982\n", "NCT99000982"),
        ("y.txt", PROSE + " It extends NCT99000983 of last year.", "y"),
    ],
)
def test_the_id_of_a_text(tmp_path: Path, name: str, text: str, identifier: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    (document,) = read(path)
    assert isinstance(document, Document)
    assert document.id == identifier
