"""What a build knows by its heading it does not read: invented records, met for a second time."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from extract.model import Document, Failure, Heading, SourceFormat, Unread
from extract.sources.api_v2 import read_heading
from extract.sources.read import read_records, read_sources
from graph.selection import Fate, Selection
from graph.store import LedgerEntry, Tooling, TrialState

TOOLING = Tooling("extractor 1", "vocabulary", "shapes")


def study(identifier: str, title: object = "A Study of Anumab", updated: str = "2026-01-02") -> dict[str, Any]:
    identification = {"nctId": identifier, "briefTitle": title}
    status = {"lastUpdatePostDateStruct": {"date": updated}}
    return {"protocolSection": {"identificationModule": identification, "statusModule": status}}


def written(folder: Path, studies: Sequence[dict[str, Any]]) -> Path:
    file = folder / "studies.jsonl"
    file.write_bytes(b"".join(orjson.dumps(one) + b"\n" for one in studies))
    return file


def entry(heading: Heading, tooling: Tooling = TOOLING) -> LedgerEntry:
    return LedgerEntry(heading.id, heading.content_hash, heading.format, "a.jsonl", TrialState.LOADED, tooling)


def selection(*entries: LedgerEntry) -> Selection:
    return Selection({one.trial: one for one in entries}, TOOLING)


def test_a_heading_is_that_of_the_whole_record(tmp_path: Path) -> None:
    file = written(tmp_path, [study("NCT99000001"), study("NCT99000002")])
    unread = [record for record in read_records([file]) if isinstance(record, Unread)]
    whole = [record for record in read_sources([file]) if isinstance(record, Document)]
    assert [record.heading.id for record in unread] == ["NCT99000001", "NCT99000002"]
    assert [record.read() for record in unread] == whole
    assert [record.heading for record in unread] == [Heading.of(document) for document in whole]


def test_a_fault_behind_the_heading_is_told_when_the_rest_is_read(tmp_path: Path) -> None:
    (record, other) = read_records([written(tmp_path, [study("NCT99000001", title=7), study("NCT99000002")])])
    assert isinstance(record, Unread)
    fault = record.read()
    assert isinstance(fault, Failure)
    assert (fault.record, fault.field) == ("NCT99000001 (line 1)", "identificationModule.briefTitle")
    assert isinstance(other, Unread)


def test_a_fault_in_the_heading_is_told_at_once(tmp_path: Path) -> None:
    bad = study("NCT99000001")
    bad["protocolSection"]["statusModule"]["lastUpdatePostDateStruct"]["date"] = 5
    (fault, _) = read_records([written(tmp_path, [bad, study("NCT99000002")])])
    assert isinstance(fault, Failure)
    assert fault.record == "NCT99000001 (line 1)"


def test_what_the_store_has_is_settled_by_its_heading() -> None:
    heading = read_heading(study("NCT99000001"))
    chosen = selection(entry(heading))
    assert chosen.holds(heading)
    assert chosen.summary().unchanged == chosen.summary().read == 1
    assert not chosen.holds(heading), "a second record of the trial is read and compared"


@pytest.mark.parametrize(
    "held",
    [
        entry(read_heading(study("NCT99000001")), replace(TOOLING, shapes="others")),
        entry(read_heading(study("NCT99000001", "Another Title"))),
        replace(entry(read_heading(study("NCT99000001"))), format=SourceFormat.CSV),
        entry(read_heading(study("NCT99000002"))),
    ],
    ids=["other tools", "other content", "other format", "another trial"],
)
def test_anything_else_is_read(held: LedgerEntry) -> None:
    chosen = selection(held)
    assert not chosen.holds(read_heading(study("NCT99000001")))
    assert chosen.summary().read == 0


def test_a_newer_record_of_the_same_run_still_goes_first(tmp_path: Path) -> None:
    held, newer = study("NCT99000001"), study("NCT99000001", "A Newer Title", "2026-03-04")
    chosen = selection(entry(read_heading(held)))
    (document,) = read_sources([written(tmp_path, [newer])])
    assert isinstance(document, Document)
    assert chosen.holds(read_heading(held))
    assert chosen.offer(document)
    chosen.finish(document, Fate.LOADED)
    summary = chosen.summary()
    assert (summary.read, summary.loaded, summary.unchanged, summary.superseded) == (2, 1, 0, 1)
