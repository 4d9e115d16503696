"""`trialgraph fetch` against a server on this machine that behaves as the registry's API v2 is documented to do.

Nothing here waits: the clock is passed in. All records are invented.
"""

import json
import os
import re
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest

from api.cli import run as command
from api.registry.client import ATTEMPTS, Clock, Manners, Registry, checked_base, http_client
from api.registry.folder import RecordFolder
from api.registry.run import Fetch, Fetched, Watcher
from api.registry.search import Search, checked, day
from extract.model import Document
from extract.sources.read import read_sources
from ontology.errors import LimitError, SourceError, StoreBusyError, StoreError, UsageError

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
KNOWN = {"query.term", "query.cond", "query.intr", "filter.advanced", "fields", "pageSize", "pageToken", "countTotal"}
RANGE = re.compile(r"AREA\[LastUpdatePostDate\]RANGE\[(MIN|[\d-]{10}),(MAX|[\d-]{10})\]")


def study(number: int, *, title: str = "An invented study", updated: str = "2026-01-10") -> dict[str, Any]:
    return {
        "protocolSection": {
            "identificationModule": {"nctId": f"NCT{99000000 + number}", "briefTitle": f"{title} {number}"},
            "statusModule": {"lastUpdatePostDateStruct": {"date": updated}},
            "conditionsModule": {"conditions": ["Melanoma" if number % 2 else "Glioma"]},
        },
        "derivedSection": {"miscInfoModule": {"versionHolder": "2026-02-01"}},
        "hasResults": False,
    }


class FakeRegistry:
    """What the API would answer. A fault is answered in place of the next request of `/studies`."""

    def __init__(self) -> None:
        self.records = {number: study(number) for number in range(1, 8)}
        self.data = "2026-02-01T09:00:05"
        self.faults: deque[Callable[[BaseHTTPRequestHandler], None]] = deque()
        self.asked: list[dict[str, str]] = []
        self.headers: list[dict[str, str]] = []
        self.tokens: dict[str, tuple[dict[str, str], int]] = {}
        self.has_etags = False
        self.hanging, self.released = threading.Event(), threading.Event()

    def matching(self, asked: dict[str, str]) -> list[dict[str, Any]]:
        condition = asked.get("query.cond", "").lower()
        found = RANGE.fullmatch(asked["filter.advanced"]) if "filter.advanced" in asked else None
        first, last = (found[1].replace("MIN", ""), found[2].replace("MAX", "9999")) if found else ("", "9999")
        return [
            record
            for record in self.records.values()
            if first <= record["protocolSection"]["statusModule"]["lastUpdatePostDateStruct"]["date"] <= last
            and condition in record["protocolSection"]["conditionsModule"]["conditions"][0].lower()
        ]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        parts = urlsplit(handler.path)
        if parts.path.endswith("/version"):
            return reply(handler, 200, {"apiVersion": "2.0.5", "dataTimestamp": self.data})
        asked = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        self.asked.append(asked)
        self.headers.append({name.lower(): value for name, value in handler.headers.items()})
        if self.faults:
            return self.faults.popleft()(handler)
        if unknown := set(asked) - KNOWN:
            return reply(handler, 400, f"`{min(unknown)}` is unknown parameter")
        return self._page(handler, asked)

    def _page(self, handler: BaseHTTPRequestHandler, asked: dict[str, str]) -> None:
        same = {name: value for name, value in asked.items() if name not in {"pageToken", "pageSize", "countTotal"}}
        token = asked.get("pageToken")
        if token is not None and self.tokens.get(token, ({}, 0))[0] != same:
            return reply(handler, 400, "invalid page token")
        start = self.tokens[token][1] if token else 0
        end = start + min(int(asked.get("pageSize") or 10), 1000)
        found = self.matching(asked)
        page: dict[str, Any] = {"studies": [self._fields(one, asked) for one in found[start:end]]}
        if end < len(found):
            page["nextPageToken"] = f"t{end}-{abs(hash(str(sorted(same.items()))))}"
            self.tokens[page["nextPageToken"]] = (same, end)
        if asked.get("countTotal") == "true" and token is None:
            page["totalCount"] = len(found)
        etag = f'"{hash(json.dumps(page))}"' if self.has_etags else ""
        if etag and handler.headers.get("If-None-Match") == etag:
            return reply(handler, 304, None)
        return reply(handler, 200, page, {"ETag": etag} if etag else {})

    def hang(self, _handler: BaseHTTPRequestHandler) -> None:
        """Say nothing until the test is over."""
        self.hanging.set()
        self.released.wait()

    @staticmethod
    def _fields(record: dict[str, Any], asked: dict[str, str]) -> dict[str, Any]:
        if asked.get("fields") != "NCTId":
            return record
        identity = {"nctId": record["protocolSection"]["identificationModule"]["nctId"]}
        return {"protocolSection": {"identificationModule": identity}}


def reply(handler: BaseHTTPRequestHandler, status: int, body: object, headers: dict[str, str] | None = None) -> None:
    data = b"" if body is None else body.encode() if isinstance(body, str) else json.dumps(body).encode()
    handler.send_response(status)
    for name, value in (headers or {}).items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data)


def failing(status: int, body: str = "out of order", **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    return lambda handler: reply(handler, status, body, {name.replace("_", "-"): v for name, v in headers.items()})


def cut_off(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"studies": [')
    handler.close_connection = True


@pytest.fixture
def fake() -> FakeRegistry:
    return FakeRegistry()


@pytest.fixture
def base(fake: FakeRegistry) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            fake.answer(self)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/api/v2"
    fake.released.set()
    server.shutdown()
    server.server_close()
    thread.join()


class Still:
    """A clock that only sleeping moves on."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    @property
    def clock(self) -> Clock:
        return Clock(lambda: NOW + timedelta(seconds=sum(self.slept)), lambda: sum(self.slept), self.sleep)


class Runner:
    """Runs fetches into one folder and keeps what was said."""

    def __init__(self, base: str, folder: Path) -> None:
        self.base, self.folder = base, folder
        self.time = Still()
        self.said: list[str] = []
        self.progress: list[tuple[Fetched, int | None]] = []
        self.manners = Manners(per_minute=6000, contact="trials@example.org", seconds=30)

    def __call__(self, search: Search | None = None, *, sync: bool = False, page_size: int = 3) -> Fetched:
        watcher = Watcher(self.said.append, lambda done, total: self.progress.append((done, total)))
        with http_client(self.manners) as http:
            registry = Registry(self.base, http, self.manners, self.time.clock, self.said.append)
            fetch = Fetch(search or Search(condition="m"), RecordFolder(self.folder), registry, watcher, page_size)
            return fetch.run(sync=sync)

    def files(self) -> list[str]:
        return sorted(path.stem for path in self.folder.glob("*/*.json"))


@pytest.fixture
def fetch(base: str, tmp_path: Path) -> Runner:
    return Runner(base, tmp_path / "records")


def test_all_pages_become_files_that_build_reads(fetch: Runner, fake: FakeRegistry) -> None:
    assert fetch() == Fetched(fetched=7, new=7)
    assert fetch.files() == [f"NCT9900000{number}" for number in range(1, 8)]
    assert [asked.get("pageToken", "")[:2] for asked in fake.asked] == ["", "t3", "t6"]
    assert fetch.progress[-1] == (Fetched(fetched=7, new=7), 7)
    read = list(read_sources([fetch.folder]))
    assert all(isinstance(one, Document) for one in read)
    assert len(read) == 7


def test_we_say_who_we_are(fetch: Runner, fake: FakeRegistry) -> None:
    fetch()
    agents = {headers["user-agent"] for headers in fake.headers}
    assert len(agents) == 1
    assert re.fullmatch(r"trialgraph/\d.* \(.*trials@example\.org\)", agents.pop())


def test_words_and_days_reach_the_registry(fetch: Runner, fake: FakeRegistry) -> None:
    fake.records[2] = study(2, updated="2026-02-20")
    fake.records[3] = study(3, updated="2026-02-20")
    search = Search(condition="melanoma", since=date(2026, 2, 1))
    assert fetch(search) == Fetched(fetched=1, new=1)
    assert fetch.files() == ["NCT99000003"]
    assert fake.asked[0]["filter.advanced"] == "AREA[LastUpdatePostDate]RANGE[2026-02-01,MAX]"
    assert Search(until=date(2026, 2, 1)).parameters()["filter.advanced"].endswith("RANGE[MIN,2026-02-01]")
    assert Search(term="a", intervention="b").parameters() == {"query.term": "a", "query.intr": "b"}


def test_an_unchanged_record_is_left_alone(fetch: Runner, fake: FakeRegistry) -> None:
    fetch()
    before = {path: path.stat().st_mtime_ns for path in fetch.folder.glob("*/*.json")}
    for record in fake.records.values():  # the registry dates every record anew, every day
        record["derivedSection"]["miscInfoModule"]["versionHolder"] = "2026-02-02"
    fake.records[5] = study(5, title="An invented study, amended")
    fake.records[8] = study(8)
    assert fetch() == Fetched(fetched=8, new=1, updated=1, unchanged=6)
    written = [path.stem for path in fetch.folder.glob("*/*.json") if before.get(path) != path.stat().st_mtime_ns]
    assert sorted(written) == ["NCT99000005", "NCT99000008"]


@pytest.mark.parametrize(
    "fault",
    [failing(500), failing(503), failing(429), cut_off, failing(200, "{"), failing(200, "[]"), failing(200, "")],
)
def test_a_passing_fault_is_tried_again(fetch: Runner, fake: FakeRegistry, fault: Any) -> None:
    fake.faults.extend([fault, fault])
    assert fetch() == Fetched(fetched=7, new=7)
    pauses = [seconds for seconds in fetch.time.slept if seconds >= 1]
    assert len(pauses) == 2
    assert 1 <= pauses[0] <= 3
    assert 2 <= pauses[1] <= 4
    assert sum("once more in" in line for line in fetch.said) == 2


@pytest.mark.parametrize("value", ["17", (NOW + timedelta(seconds=17)).strftime("%a, %d %b %Y %H:%M:%S GMT")])
def test_the_server_says_how_long_to_wait(fetch: Runner, fake: FakeRegistry, value: str) -> None:
    fake.faults.append(failing(429, Retry_After=value))
    assert fetch().new == 7
    assert [round(seconds) for seconds in fetch.time.slept if seconds >= 1] == [17]


@pytest.mark.parametrize("value", ["soon", "", "-1", "Fri, 99 Foo"])
def test_a_retry_after_that_says_nothing_is_passed_over(fetch: Runner, fake: FakeRegistry, value: str) -> None:
    fake.faults.append(failing(429, Retry_After=value))
    assert fetch().new == 7
    assert max(fetch.time.slept) <= 3


def test_a_wait_of_hours_is_left_to_the_person(fetch: Runner, fake: FakeRegistry) -> None:
    fake.faults.append(failing(429, Retry_After="7200"))
    with pytest.raises(SourceError, match="7200 seconds"):
        fetch()
    assert max(fetch.time.slept, default=0) < 1


def test_requests_keep_their_rate(fetch: Runner, fake: FakeRegistry) -> None:
    fetch.manners = Manners(per_minute=30)
    fetch()
    assert len(fake.asked) == 3
    assert fetch.time.slept == [2.0, 2.0, 2.0]  # the version and three pages


def test_it_is_given_up_in_the_end_and_goes_on_later(fetch: Runner, fake: FakeRegistry) -> None:
    fake.faults.extend([lambda handler: fake._page(handler, fake.asked[-1]), *[failing(502)] * ATTEMPTS])
    with pytest.raises(SourceError, match=f"given up after {ATTEMPTS} tries: the registry answers 502"):
        fetch()
    assert len(fetch.files()) == 3
    fake.asked.clear()
    assert fetch() == Fetched(fetched=4, new=4)
    assert [asked["pageToken"][:2] for asked in fake.asked] == ["t3", "t6"]
    assert any("going on after 3 records" in line for line in fetch.said)
    assert len(fetch.files()) == 7


def test_a_kill_within_a_line_of_the_journal_costs_that_page(fetch: Runner, fake: FakeRegistry) -> None:
    test_it_is_given_up_in_the_end_and_goes_on_later(fetch, fake)
    done = next((fetch.folder / ".fetch").glob("*.done"))
    lines = done.read_bytes().splitlines(keepends=True)
    done.with_suffix(".part").write_bytes(b"".join(lines[:3]) + lines[3][: len(lines[3]) // 2])
    fake.asked.clear()
    assert fetch() == Fetched(fetched=1, unchanged=1)
    assert len(fake.asked) == 1


def test_a_killed_fetch_goes_on(fetch: Runner, fake: FakeRegistry) -> None:
    fake.faults.extend([lambda handler: fake._page(handler, fake.asked[-1]), fake.hang])
    settings = {"URL": fetch.base, "PER_MINUTE": "6000", "PAGE_SIZE": "3"}
    environment = os.environ | {f"TRIALGRAPH_REGISTRY_{name}": value for name, value in settings.items()}
    arguments = [sys.executable, "-m", "api.cli", "fetch", "--condition", "m", "--output", str(fetch.folder)]
    with subprocess.Popen(arguments, env=environment) as process:
        assert fake.hanging.wait(60)
        process.kill()
    assert len(fetch.files()) == 3
    fake.asked.clear()
    assert fetch() == Fetched(fetched=4, new=4)
    assert [request["pageToken"][:2] for request in fake.asked] == ["t3", "t6"]


def test_other_data_since_the_kill_begins_again(fetch: Runner, fake: FakeRegistry) -> None:
    fake.faults.extend([lambda handler: fake._page(handler, fake.asked[-1]), failing(404)])
    with pytest.raises(SourceError):
        fetch()
    fake.data = "2026-02-02T09:00:05"
    assert fetch() == Fetched(fetched=7, new=4, unchanged=3)


def test_an_expired_token_begins_again(fetch: Runner, fake: FakeRegistry) -> None:
    def forget(handler: BaseHTTPRequestHandler) -> None:
        fake.tokens.clear()
        fake._page(handler, fake.asked[-1])

    fake.faults.extend([lambda handler: fake._page(handler, fake.asked[-1]), forget])
    assert fetch() == Fetched(fetched=7, new=4, unchanged=3)
    assert any("token has expired" in line for line in fetch.said)


def test_tokens_that_never_hold_are_an_error(fetch: Runner, fake: FakeRegistry) -> None:
    fake.tokens = cast("Any", _Forgetful())
    with pytest.raises(SourceError, match="does not know the page tokens"):
        fetch()


class _Forgetful(dict[str, Any]):
    def __setitem__(self, key: str, value: Any) -> None:
        pass


def test_a_token_given_twice_is_an_error(fetch: Runner, fake: FakeRegistry) -> None:
    fake.faults.extend(failing(200, json.dumps({"studies": [study(1)], "nextPageToken": "t"})) for _ in range(9))
    with pytest.raises(SourceError, match="token twice"):
        fetch()
    assert len(fake.asked) == 2


def test_an_etag_spares_the_pages(fetch: Runner, fake: FakeRegistry) -> None:
    fake.has_etags = True
    fetch()
    fake.headers.clear()
    assert fetch() == Fetched(fetched=7, unchanged=7)
    assert all("if-none-match" in headers for headers in fake.headers)
    (fetch.folder / "NCT99000" / "NCT99000002.json").unlink()
    assert fetch() == Fetched(fetched=7, new=1, unchanged=6)


@pytest.mark.parametrize(("status", "hint"), [(400, "--query"), (403, "CONTACT"), (404, "REGISTRY_URL"), (418, "")])
def test_a_refusal_is_told_at_once(fetch: Runner, fake: FakeRegistry, status: int, hint: str) -> None:
    fake.faults.append(failing(status, "Essie: unexpected ')'\n"))
    with pytest.raises(SourceError, match=rf"answers {status}: Essie: unexpected '\)'.*{hint}"):
        fetch()
    assert len(fake.asked) == 1


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=f"given up after {ATTEMPTS} tries: ConnectError"):
        Runner("http://127.0.0.1:9/api/v2", tmp_path)()


def test_a_slow_server_is_left_and_asked_again(fetch: Runner, fake: FakeRegistry) -> None:
    fetch.manners = Manners(per_minute=6000, seconds=0.05)
    fake.faults.append(fake.hang)
    assert fetch().new == 7
    assert any("ReadTimeout" in line for line in fetch.said)


def test_an_answer_that_trickles_in_is_left(fetch: Runner, fake: FakeRegistry) -> None:
    fetch.manners = Manners(per_minute=6000, page_seconds=-1)
    with pytest.raises(SourceError, match="trickles"):
        fetch()


def test_an_answer_without_end_is_refused(fetch: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.registry.client.LARGEST", 100)
    with pytest.raises(LimitError, match="100 bytes"):
        fetch()


@pytest.mark.parametrize("bad", ["../../../etc/passwd", "NCT1", "nct99000001", None, 7])
def test_a_study_without_a_good_id_is_told_of_and_stops_no_other(
    fetch: Runner, fake: FakeRegistry, bad: object
) -> None:
    fake.records[4]["protocolSection"]["identificationModule"]["nctId"] = bad
    assert fetch() == Fetched(fetched=7, new=6, failed=1)
    assert "NCT99000004" not in fetch.files()
    assert any("without an id" in line for line in fetch.said)


def test_a_record_that_was_broken_on_disk_is_mended(fetch: Runner) -> None:
    fetch()
    (fetch.folder / "NCT99000" / "NCT99000002.json").write_bytes(b'{"protocolSection": {')
    assert fetch() == Fetched(fetched=7, updated=1, unchanged=6)


def test_sync_removes_what_the_registry_no_longer_lists(fetch: Runner, fake: FakeRegistry) -> None:
    fetch()
    del fake.records[2]
    assert fetch().withdrawn == 0
    assert "NCT99000002" in fetch.files()
    assert fetch(sync=True) == Fetched(fetched=6, unchanged=6, withdrawn=1)
    assert "NCT99000002" not in fetch.files()


def test_sync_of_late_updates_asks_for_the_list_of_ids(fetch: Runner, fake: FakeRegistry) -> None:
    fetch()
    del fake.records[2]
    fake.records[3] = study(3, title="Amended", updated="2026-02-20")
    fake.asked.clear()
    late = Search(condition="m", since=date(2026, 2, 1))
    assert fetch(late, sync=True) == Fetched(fetched=1, updated=1, withdrawn=1)
    assert [asked.get("fields") for asked in fake.asked] == [None, "NCTId"]
    assert len(fetch.files()) == 6


def test_sync_removes_nothing_when_the_registry_was_updated_meanwhile(fetch: Runner, fake: FakeRegistry) -> None:
    fetch()
    del fake.records[2]

    def update(handler: BaseHTTPRequestHandler) -> None:
        fake.data = "2026-02-02T09:00:05"
        fake._page(handler, fake.asked[-1])

    fake.faults.append(update)
    with pytest.raises(SourceError, match="nothing is removed: the registry was updated meanwhile"):
        fetch(sync=True)
    assert len(fetch.files()) == 7
    assert fetch(sync=True).withdrawn == 1


def test_sync_removes_nothing_for_an_empty_list(fetch: Runner, fake: FakeRegistry) -> None:
    fetch()
    fake.records.clear()
    with pytest.raises(SourceError, match="lists no record"):
        fetch(sync=True)
    assert len(fetch.files()) == 7


def test_sync_refuses_a_folder_of_two_searches(fetch: Runner) -> None:
    fetch(Search(condition="melanoma"))
    fetch(Search(condition="glioma", since=date(2026, 1, 1)))
    with pytest.raises(UsageError, match="folder of one search"):
        fetch(Search(condition="melanoma"), sync=True)
    assert len(fetch.files()) == 7


def test_two_fetches_into_one_folder(fetch: Runner) -> None:
    with RecordFolder(fetch.folder).locked(), pytest.raises(StoreBusyError, match="another fetch"):
        fetch()


def test_a_folder_that_cannot_be_made(fetch: Runner) -> None:
    fetch.folder.write_text("a file")
    with pytest.raises(StoreError, match="cannot be written"):
        fetch()


@pytest.mark.parametrize(
    "search",
    [
        Search(since=date(2026, 2, 2), until=date(2026, 2, 1)),
        Search(term="NCT99000001, nct99000002", since=date(2026, 2, 2)),
    ],
)
def test_a_search_that_cannot_be_meant(search: Search) -> None:
    with pytest.raises(UsageError):
        checked(search)
    assert checked(Search(term="NCT99000001 AND x", since=date(2026, 2, 2)))


@pytest.mark.parametrize("base", ["ftp://example.org", "example.org/api/v2", "https://example.org/api?x=1", ""])
def test_a_base_that_is_none(base: str) -> None:
    with pytest.raises(UsageError):
        checked_base(base)


def test_days() -> None:
    assert day("2026-02-01", "--since") == date(2026, 2, 1)
    assert day(None, "--since") is None
    with pytest.raises(UsageError, match="--since `yesterday`"):
        day("yesterday", "--since")


def test_the_command(
    base: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIALGRAPH_REGISTRY_URL", base)
    monkeypatch.setenv("TRIALGRAPH_REGISTRY_PER_MINUTE", "6000")
    folder = tmp_path / "records"
    assert command(["fetch", "--condition", "melanoma", "--output", str(folder)]) == 0
    said = capsys.readouterr()
    assert said.out == "fetched 4, new 4, updated 0, unchanged 0, withdrawn 0, failed 0\n"
    assert said.err == ""
    assert len(list(folder.glob("*/*.json"))) == 4
    assert command(["fetch", "--output", str(folder)]) == 2
    assert "nothing to search for" in capsys.readouterr().err
    assert command(["fetch", "--query", "x", "--since", "2026", "--output", str(folder)]) == 2
