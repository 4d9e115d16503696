"""Packed sources: gzip, Zstandard and zip are read through, growth is bounded, faults stay with their member."""

import gzip
import io
import zipfile
from pathlib import Path

import orjson
import pytest
import zstandard

from extract.model import Document, Failure
from extract.sources.limits import Limits
from extract.sources.read import read_sources

LINE = orjson.dumps({"protocolSection": {"identificationModule": {"nctId": "NCT99000991", "briefTitle": "(invented)"}}})
TEXT = b"An Invented Title\nAn invented summary.\nLung Cancer\nDRUG: One\nSurvival, 2 years\n"


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def read(tmp_path: Path, data: bytes, limits: Limits | None = None) -> list[Document | Failure]:
    path = tmp_path / "packed"
    path.write_bytes(data)
    return list(read_sources([path], limits=limits))


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(LINE),
        gzip.compress(LINE + b"\n") + gzip.compress(b"\n"),
        zstandard.compress(LINE),
        zstandard.compress(LINE + b"\n") + zstandard.compress(b"\n"),
        zipped({"a/b.json": LINE}),
        zipped({"b.json.gz": gzip.compress(LINE)}),
        gzip.compress(zipped({"b.json": LINE})),
    ],
    ids=["gzip", "gzip of two parts", "zstd", "zstd of two frames", "zip", "gzip in zip", "zip in gzip"],
)
def test_packed_sources_are_read_through(tmp_path: Path, data: bytes) -> None:
    assert [item.id for item in read(tmp_path, data) if isinstance(item, Document)] == ["NCT99000991"]


def test_a_packed_stdin_is_read_through() -> None:
    stdin = io.BytesIO(zipped({"x.txt": TEXT}))
    (document,) = read_sources(["-"], stdin=stdin)
    assert isinstance(document, Document)
    assert (document.id, document.source) == ("x", "-!x.txt")


def test_members_are_named_and_a_bad_one_leaves_the_others(tmp_path: Path) -> None:
    data = zipped({"a.txt": TEXT, "bad.json": b"{", "__MACOSX/x": b"\x00", ".hidden": b"\x00", "z.json": LINE})
    found = read(tmp_path, data)
    assert [item.file if isinstance(item, Failure) else item.id for item in found] == [
        "a", f"{tmp_path}/packed!bad.json", "NCT99000991",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (gzip.compress(LINE)[:-12], "cannot be read"),
        (b"\x1f\x8b\x08\x00nonsense", "cannot be read"),
        (zstandard.compress(LINE)[:-5], "cannot be read"),
        (b"\x28\xb5\x2f\xfdnonsense", "cannot be read"),
        (zipped({"a": LINE})[:-10], "cannot be read"),
        (b"PK\x03\x04nonsense", "cannot be read"),
        (zipped({}), "the archive is empty"),
        (zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}), "an Office document"),
        (gzip.compress(gzip.compress(gzip.compress(gzip.compress(LINE)))), "packed more than 3 times"),
    ],
    # Of the bytes themselves ids would differ from process to process: gzip writes the time.
    ids=["cut gzip", "no gzip", "cut zst", "no zst", "cut zip", "no zip", "empty zip", "Office", "packed four times"],
)
def test_a_broken_archive_says_so(tmp_path: Path, data: bytes, reason: str) -> None:
    (failure,) = read(tmp_path, data)
    assert isinstance(failure, Failure)
    assert failure.reason.startswith(reason)


def test_an_encrypted_member_says_so(tmp_path: Path) -> None:
    data = bytearray(zipped({"a.json": LINE}))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    (failure,) = read(tmp_path, bytes(data))
    assert isinstance(failure, Failure)
    assert failure.reason == "encrypted"


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress, lambda data: zipped({"a": data, "b": LINE})])
def test_a_bomb_is_stopped(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    found = read(tmp_path, pack(LINE + b" " * 4_000_000), Limits(ratio=100, ratio_floor=100_000))
    assert isinstance(found[0], Failure)
    assert "zip bomb" in found[0].reason


def test_a_bomb_behind_a_good_line_keeps_the_line(tmp_path: Path) -> None:
    data = gzip.compress(LINE + b"\n" + LINE + b"\n" * 4_000_000)
    found = read(tmp_path, data, Limits(ratio=100, ratio_floor=100_000))
    assert sum(isinstance(item, Document) for item in found) == 2
    assert isinstance(found[-1], Failure)
    assert "zip bomb" in found[-1].reason
