"""The sizes of sources, and how much of them has been read: the sum comes out, and no stretch counts too soon."""

import gzip
import io
import os
import random
import zipfile
from pathlib import Path

import pytest
import zstandard

from extract.sources.archive import Unpacked, unpack
from extract.sources.extent import Gauge, total_bytes
from extract.sources.limits import Limits

RANDOM = random.Random(9)  # noqa: S311 (bytes that do not pack)


def test_a_folder_counts_as_it_is_walked(tmp_path: Path) -> None:
    records, elsewhere = tmp_path / "records", tmp_path / "elsewhere"
    (records / "deep").mkdir(parents=True)
    elsewhere.mkdir()
    (records / "a.json").write_bytes(b"x" * 100)
    (records / "deep" / "b.zip").write_bytes(b"x" * 20)
    (records / ".hidden").write_bytes(b"x" * 1000)
    (elsewhere / "c").write_bytes(b"x" * 3)
    (records / "linked").symlink_to(elsewhere)
    (records / "deep" / "back").symlink_to(records)
    (records / "gone").symlink_to(tmp_path / "nothing")
    os.mkfifo(records / "pipe")
    assert total_bytes([str(records)]) == 123
    assert total_bytes([str(records), str(elsewhere / "c")]) == 126


def test_what_has_no_size_makes_the_sum_unknown(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert total_bytes(["-"]) is None
    assert total_bytes([str(tmp_path / "pipe")]) is None
    assert total_bytes([str(tmp_path / "vanished")]) == 0


def test_a_stretch_counts_once_the_next_one_is_begun() -> None:
    told: list[int] = []
    gauge = Gauge(told.append)
    for place in (64, 64, 64, 100, 90, 100):
        gauge.at(place)
    assert told == [64, 36]
    gauge.end(120)
    gauge.end(120)
    assert sum(told) == 120


def placed(data: bytes) -> list[tuple[str, int]]:
    """Each stream inside with the place before and after it was read, in thousandths of the whole."""
    stream = io.BytesIO(data)
    found: list[tuple[str, int]] = []
    for item in unpack("x", stream, Limits(), place=stream.tell):
        assert isinstance(item, Unpacked)
        while item.rest.read(1 << 12):
            pass
        found.append((item.path, 1000 * item.place() // len(data)))
    return found


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


MEMBERS = {f"{number}.txt": RANDOM.randbytes(400_000) for number in range(4)}


@pytest.mark.parametrize(
    "data",
    [zipped(MEMBERS), gzip.compress(zipped(MEMBERS)), zstandard.compress(zipped(MEMBERS))],
    ids=["zip", "zip in gzip", "zip in zstd"],
)
def test_a_zip_is_as_far_as_its_members(data: bytes) -> None:
    """But for what was read ahead to see what the stream is."""
    places = [place for _, place in placed(data)]
    assert places == pytest.approx([250, 500, 750, 1000], abs=80)


def test_a_zip_in_a_zip_takes_the_part_of_it_that_it_fills() -> None:
    inner = zipped({"inner-1": RANDOM.randbytes(100_000), "inner-2": os.urandom(100_000)})
    places = placed(zipped({"first": RANDOM.randbytes(200_000), "second": inner}))
    assert [(path, place // 10) for path, place in places] == [("first", 49), ("inner-1", 74), ("inner-2", 99)]


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress])
def test_a_packed_stream_ends_at_its_packed_size(pack: type[bytes]) -> None:
    assert [place for _, place in placed(pack(RANDOM.randbytes(300_000)))] == [1000]
