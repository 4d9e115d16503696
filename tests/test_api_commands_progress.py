"""What a build says of its progress: rate, part done and time left, by a clock that the test holds."""

import io
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from rich.console import Console
from rich.progress import Progress

from api.cli import run
from api.commands.pace import Outlook, Pace, Reading
from api.commands.progress import in_words, moving, plain
from graph.selection import Summary

RECORDS = Path(__file__).parents[1] / "examples" / "records"


@dataclass
class Clock:
    """A clock that stands until it is set."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


class Build:
    """A build that reads records of 100 bytes each, 50 ahead, and loads them as fast as the test says."""

    def __init__(self, show: Callable[[Summary], None], reading: Reading, clock: Clock, records: int) -> None:
        self.show, self.reading, self.clock, self.records = show, reading, clock, records
        self.stream = reading.counted(range(records))
        self.summary = Summary()

    def go(self, seconds: float, rate: int) -> None:
        begin, before = self.clock.now, self.summary.loaded
        for number in range(1, int(seconds * rate) + 1):
            loaded = before + number
            while self.summary.read < min(self.records, loaded + 50):
                self.read_one()
            if loaded + 50 > self.records:
                assert next(self.stream, None) is None
            self.clock.now = begin + number / rate
            self.summary = replace(self.summary, loaded=loaded)
            self.show(self.summary)

    def read_one(self) -> None:
        next(self.stream)
        self.reading.consumed(100)
        self.summary = replace(self.summary, read=self.summary.read + 1)


def paced(records: int, total: int | None) -> tuple[Build, Pace]:
    clock, reading = Clock(), Reading(lambda: total)
    pace = Pace(reading, clock)
    return Build(pace.tell, reading, clock, records), pace


def test_rate_and_time_left_follow_from_bytes_and_records() -> None:
    build, pace = paced(10_000, 1_000_000)
    build.go(20, 100)
    outlook = pace.outlook(build.summary)
    assert outlook.rate == pytest.approx(100, abs=1)
    assert outlook.share == pytest.approx(0.2)
    assert outlook.left == pytest.approx(80, abs=1)
    assert str(outlook) == "100 records/s, 20 % done, about 0:01:20 left"


def test_nothing_is_said_before_the_work_has_settled() -> None:
    asked: list[bool] = []
    reading, clock = Reading(lambda: asked.append(True)), Clock()
    pace = Pace(reading, clock)
    build = Build(pace.tell, reading, clock, 10_000)
    assert pace.outlook(build.summary) == Outlook()
    build.go(4, 100)
    assert str(pace.outlook(build.summary)) == ""
    assert asked == []
    build.go(4, 100)
    assert pace.outlook(build.summary).rate == pytest.approx(100, abs=1)
    pace.outlook(build.summary)
    assert asked == [True]


def test_the_rate_is_that_of_the_last_minute() -> None:
    build, pace = paced(100_000, 10_000_000)
    build.go(300, 20)
    build.go(61, 200)
    outlook = pace.outlook(build.summary)
    assert outlook.rate == pytest.approx(200, abs=4)
    assert outlook.left == pytest.approx((100_000 - build.summary.loaded) / 200, rel=0.02)


def test_what_is_skipped_before_the_work_begins_is_no_pace() -> None:
    """A build that is taken up again: what an earlier one did goes by fast, the rest does not."""
    build, pace = paced(10_000, 1_000_000)
    for _ in range(5000):
        build.read_one()
    build.summary = replace(build.summary, unchanged=5000)
    pace.tell(build.summary)
    build.clock.now += 1
    build.go(20, 100)
    outlook = pace.outlook(build.summary)
    assert outlook.rate == pytest.approx(100, abs=1)
    assert outlook.share == pytest.approx(0.7)
    assert outlook.left == pytest.approx(30, abs=1)


def test_without_a_size_there_is_a_rate_and_no_time_left() -> None:
    build, pace = paced(10_000, None)
    build.go(20, 7)
    assert str(pace.outlook(build.summary)) == "7.0 records/s"


def test_a_file_that_grows_takes_the_time_left_back() -> None:
    build, pace = paced(10_000, 100_000)
    build.go(9, 100)
    assert pace.outlook(build.summary).left == pytest.approx(1, abs=0.1)
    build.go(9, 100)
    assert str(pace.outlook(build.summary)) == "100 records/s"


def test_what_is_missing_in_the_end_is_not_waited_for() -> None:
    """A file that vanished: its bytes never come."""
    build, pace = paced(1000, 1_000_000)
    build.go(9.9, 100)
    assert pace.outlook(build.summary).share == pytest.approx(0.99)
    build.go(0.1, 100)
    assert str(pace.outlook(build.summary)) == "all read, publishing"


def test_a_build_that_stands_still_promises_nothing() -> None:
    build, pace = paced(10_000, 1_000_000)
    build.go(10, 100)
    for _ in range(200):
        build.clock.now += 1
        pace.tell(build.summary)
    assert str(pace.outlook(build.summary)) == "0.0 records/s, 10 % done"


def test_hours_are_written_out() -> None:
    assert str(Outlook(9.94, 0.999, 3 * 3600 + 62.4)) == "9.9 records/s, 99 % done, about 3:01:02 left"


def test_plain_lines_come_every_ten_seconds_and_once_for_publishing() -> None:
    said: list[str] = []
    clock, reading = Clock(), Reading(lambda: 300_000)
    build = Build(plain(reading, clock, said.append), reading, clock, 3000)
    build.go(30, 100)
    assert said == [
        f"{in_words(Summary(read=1050, loaded=1000))}; 100 records/s, 33 % done, about 0:00:20 left",
        f"{in_words(Summary(read=2050, loaded=2000))}; 100 records/s, 66 % done, about 0:00:10 left",
        f"{in_words(Summary(read=3000, loaded=3000))}; all read, publishing",
    ]


def test_a_short_build_says_nothing_in_plain_lines() -> None:
    said: list[str] = []
    clock, reading = Clock(), Reading(lambda: 300_000)
    Build(plain(reading, clock, said.append), reading, clock, 500).go(5, 100)
    assert said == []


def test_the_bar_moves_with_what_is_done_and_swings_while_publishing() -> None:
    clock, reading = Clock(), Reading(lambda: 300_000)
    bar = Progress(console=Console(file=io.StringIO()))
    build = Build(moving(bar, reading, clock), reading, clock, 3000)
    states = []
    for seconds in (3, 12, 15):
        build.go(seconds, 100)
        (task,) = bar.tasks
        states.append((task.total, task.description))
    assert [total for total, _ in states] == [None, 1.0, None]
    assert states[0][1] == "loaded 276"
    assert states[1][1].startswith("100 records/s, 49 % done, about 0:00:15 left; loaded 1")
    assert states[2][1] == "all read, publishing; loaded 3000"


def test_the_bar_is_updated_a_few_times_a_second() -> None:
    clock, reading = Clock(), Reading(lambda: None)
    bar = Progress(console=Console(file=io.StringIO()))
    build = Build(moving(bar, reading, clock), reading, clock, 100_000)
    build.go(0.2, 1000)
    assert bar.tasks[0].description == "loaded 1"


def test_piped_progress_has_no_control_characters(
    vocabulary_store: Path, new_store: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.commands.progress.PLAIN_EVERY", 0.0)
    assert not sys.stderr.isatty()
    assert run(["build", str(RECORDS), "--store", str(new_store)]) == 0
    told = capsys.readouterr()
    lines = told.err.splitlines()
    assert lines[-1].endswith("; all read, publishing")
    assert lines[-1].startswith(told.out.strip())
    assert "\x1b" not in told.err
