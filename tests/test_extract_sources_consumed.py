"""How many bytes a reading says it has consumed: the sum is exact, whatever the form; the records are invented."""

import gzip
import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest
import zstandard

from extract.model import Failure, Unread
from extract.sources.extent import total_bytes
from extract.sources.read import read_records


def study(number: int) -> bytes:
    module = {"nctId": f"NCT990{number:05d}", "briefTitle": f"An invented study, number {number}" + " of many" * 90}
    return orjson.dumps({"protocolSection": {"identificationModule": module}})


LINES = b"\n".join(study(number) for number in range(300))
"""220 kB: several of the stretches that readers take."""


def zipped(data: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, content in data.items():
            archive.writestr(name, content)
    return out.getvalue()


FORMS: dict[str, Callable[[], bytes]] = {
    "a.jsonl": lambda: LINES,
    "b.jsonl.gz": lambda: gzip.compress(LINES),
    "c.jsonl.zst": lambda: zstandard.compress(LINES),
    "d.zip": lambda: zipped({f"{number}.json": study(number) for number in range(300)}),
    "e.json": lambda: orjson.dumps([orjson.loads(study(number)) for number in range(300)]),
    "f.gz": lambda: gzip.compress(LINES)[:-2000] + b"broken off here",
    "g.txt": lambda: b"no record\x00at all",
    "h.json": lambda: b"",
}


def consumed(source: Path) -> list[int]:
    """What had been consumed when each record was handed out, and in the end."""
    so_far = [0]

    def told(count: int) -> None:
        assert count > 0
        so_far[0] += count

    seen = [so_far[0] for _ in read_records([source], consumed=told)]
    return [*seen, so_far[0]]


@pytest.mark.parametrize("form", FORMS)
def test_the_whole_size_has_been_consumed_in_the_end(tmp_path: Path, form: str) -> None:
    (tmp_path / form).write_bytes(FORMS[form]())
    assert consumed(tmp_path / form)[-1] == (tmp_path / form).stat().st_size


def test_a_folder_of_all_forms_comes_to_its_total(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    for number, (name, make) in enumerate(FORMS.items()):
        (tmp_path / ("deep" if number % 2 else ".") / name).write_bytes(make())
    os.mkfifo(tmp_path / "pipe")
    assert consumed(tmp_path)[-1] == total_bytes([str(tmp_path)])


@pytest.mark.parametrize(("form", "behind"), [("a.jsonl", 0.6), ("d.zip", 0.1)])
def test_half_of_the_records_are_near_half_of_the_bytes(tmp_path: Path, form: str, behind: float) -> None:
    """Behind by a stretch or two, never ahead: bytes count when their records have been handed out."""
    (tmp_path / form).write_bytes(FORMS[form]())
    places = consumed(tmp_path / form)
    shares = [place / places[-1] - number / 300 for number, place in enumerate(places[:-1])]
    assert max(shares) <= 0.02
    assert min(shares) >= -behind


def test_a_file_that_is_held_whole_counts_at_its_end(tmp_path: Path) -> None:
    (tmp_path / "e.json").write_bytes(FORMS["e.json"]())
    assert set(consumed(tmp_path / "e.json")[:-1]) == {0}


def test_a_file_that_grows_meanwhile_counts_as_it_is_in_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(LINES)
    told: list[int] = []
    records = read_records([path], consumed=told.append)
    first = next(records)
    with path.open("ab") as file:
        file.write(b"\n" + study(300))
    assert isinstance(first, Unread)
    assert len(list(records)) == 300
    assert sum(told) == path.stat().st_size > len(LINES)


def test_a_file_that_vanishes_meanwhile_counts_as_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(LINES)
    (tmp_path / "b.jsonl").write_bytes(LINES)
    told: list[int] = []
    records = read_records([tmp_path / "a.jsonl", tmp_path / "b.jsonl"], consumed=told.append)
    next(records)
    (tmp_path / "b.jsonl").unlink()
    assert [type(record) for record in records][-1] is Failure
    assert sum(told) == len(LINES)


def test_standard_input_and_pipes_have_no_size() -> None:
    told: list[int] = []
    assert len(list(read_records(["-"], stdin=io.BytesIO(LINES), consumed=told.append))) == 300
    reading, writing = os.pipe()
    try:
        os.write(writing, study(1))
        os.close(writing)
        assert len(list(read_records([f"/dev/fd/{reading}"], consumed=told.append))) == 1
    finally:
        os.close(reading)
    assert told == []
