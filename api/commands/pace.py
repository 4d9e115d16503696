"""How fast a build goes, how much of it is done, and how long the rest will take."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from graph.selection import Summary

WINDOW = 60.0
"""Seconds over which the rate is taken: as long as from one checkpoint to the next, so that each has one in it."""

SETTLED = 5.0
"""Seconds of work before anything is said: the first batches come in bursts."""

SAMPLE = 1.0
"""Seconds between two points of the window."""

Clock = Callable[[], float]
T = TypeVar("T")


class Reading:
    """How much of the sources has been read.

    Args:
        total: the bytes of all sources, asked once, when it is first wanted: a walk over half a million files takes
            seconds. None if they cannot be told.
    """

    def __init__(self, total: Callable[[], int | None]) -> None:
        self._sum = total
        self._total: int | None = None
        self._asked = False
        self._bytes = self._records = self._records_then = 0
        self.finished = False
        """Whether the sources have been read to their end."""

    def consumed(self, count: int) -> None:
        """So many more bytes have been read, those of the records that were counted so far."""
        self._bytes += count
        self._records_then = self._records

    def counted(self, records: Iterable[T]) -> Iterator[T]:
        """The same records."""
        for record in records:
            self._records += 1
            yield record
        self.finished = True

    def expected(self) -> float | None:
        """How many records there are, by the bytes of those so far; None if unknown, also once a file has grown."""
        if self.finished:
            return self._records
        if not self._asked:
            self._total, self._asked = self._sum(), True
        if not self._total or not self._records_then or self._bytes > self._total:
            return None
        return max(self._records, self._records_then * self._total / self._bytes)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What can be said now: records a second, the part that is done (0 to 1), the seconds left; None is unknown.

    `is_last` is a build that has worked on all records and has yet to publish them.
    """

    rate: float | None = None
    share: float | None = None
    left: float | None = None
    is_last: bool = False

    def __str__(self) -> str:
        if self.is_last:
            return "all read, publishing"
        said = [
            "" if self.rate is None else f"{self.rate:.{0 if self.rate >= 10 else 1}f} records/s",
            "" if self.share is None else f"{int(100 * self.share)} % done",
            "" if self.left is None else f"about {_clock_time(self.left)} left",
        ]
        return ", ".join(part for part in said if part)


class Pace:
    """Follows a build's summaries. It takes microseconds, so it may be told of every record."""

    def __init__(self, reading: Reading, clock: Clock = time.monotonic) -> None:
        self._reading = reading
        self._clock = clock
        self._points: deque[tuple[float, int]] = deque()

    def tell(self, summary: Summary) -> None:
        """Take note. What is skipped before the first record that is worked on says nothing about the rest."""
        if not summary.loaded + summary.quarantined + summary.failed:
            return
        now = self._clock()
        if self._points and now - self._points[-1][0] < SAMPLE:
            return
        self._points.append((now, done(summary)))
        while len(self._points) > 2 and self._points[1][0] <= now - WINDOW:
            self._points.popleft()

    def outlook(self, summary: Summary) -> Outlook:
        """What can be said now."""
        if self.is_last(summary):
            return Outlook(is_last=True)
        rate = self._rate()
        expected = None if rate is None else self._reading.expected()
        if not expected:
            return Outlook(rate)
        share = min(1.0, done(summary) / expected)
        return Outlook(rate, share, max(0.0, expected - done(summary)) / rate if rate else None)

    def is_last(self, summary: Summary) -> bool:
        """Whether all that there is has been read and worked on."""
        return self._reading.finished and done(summary) == summary.read

    def _rate(self) -> float | None:
        if not self._points:
            return None
        (begin, before), (end, after) = self._points[0], self._points[-1]
        return (after - before) / (end - begin) if end - begin >= SETTLED else None


def done(summary: Summary) -> int:
    """How many of the records that were read have found their fate."""
    return summary.loaded + summary.unchanged + summary.superseded + summary.quarantined + summary.failed


def _clock_time(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
