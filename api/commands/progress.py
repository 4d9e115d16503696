"""Shows how far a build has got: a moving line on a terminal, a line now and then elsewhere."""

import math
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Column

from api.commands.common import say
from api.commands.pace import Clock, Pace, Reading
from graph.selection import Summary

PLAIN_EVERY = 10.0
"""Seconds between two lines where standard error is no terminal."""

MOVING_EVERY = 0.25
"""Seconds between two states of the moving line."""

BAR = 12
"""Columns of the bar. The words come last: what a narrow terminal has no room for is cut off there."""

Show = Callable[[Summary], None]


@contextmanager
def progress(reading: Reading) -> Iterator[Show]:
    """Shows a summary; made to be called for every record."""
    if not sys.stderr.isatty():
        yield plain(reading)
        return
    elapsed = TimeElapsedColumn(table_column=Column(min_width=len("0:00:00")))
    bar_column = BarColumn(BAR, table_column=Column(min_width=BAR))
    columns = (SpinnerColumn(), elapsed, bar_column, TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        yield moving(bar, reading)


def plain(reading: Reading, clock: Clock = time.monotonic, write: Callable[[str], None] = say) -> Show:
    """A line every ten seconds; and, where there was one, another when publishing begins."""
    pace, is_due = Pace(reading, clock), _every(PLAIN_EVERY, clock, clock())
    is_open = False

    def show(summary: Summary) -> None:
        nonlocal is_open
        pace.tell(summary)
        is_last = pace.is_last(summary)
        if is_due() or (is_open and is_last):
            is_open = not is_last
            write("; ".join(part for part in (in_words(summary), str(pace.outlook(summary))) if part))

    return show


def moving(bar: Progress, reading: Reading, clock: Clock = time.monotonic) -> Show:
    """The bar with what can be said beside it; it swings to and fro while the part that is done is unknown."""
    pace, is_due = Pace(reading, clock), _every(MOVING_EVERY, clock)
    task = bar.add_task("reading", total=None)

    def show(summary: Summary) -> None:
        pace.tell(summary)
        if not is_due() and not pace.is_last(summary):
            return
        outlook = pace.outlook(summary)
        said = "; ".join(part for part in (str(outlook), _counts(summary)) if part) or "reading"
        if outlook.share is not None:
            bar.update(task, description=said, total=1.0, completed=outlook.share)
        else:
            bar.update(task, description=said)
            bar.tasks[0].total = None  # `update` takes None for no change

    return show


def in_words(summary: Summary) -> str:
    """The summary as one line."""
    return ", ".join(f"{field.name} {getattr(summary, field.name)}" for field in fields(summary))


def _counts(summary: Summary) -> str:
    """What became of records so far, without what is nought, for a line that is short."""
    counts = ((field.name, getattr(summary, field.name)) for field in fields(summary))
    return ", ".join(f"{name} {count}" for name, count in counts if count and name != "read")


def _every(seconds: float, clock: Clock, last: float = -math.inf) -> Callable[[], bool]:
    """Says now and then that it is time again."""

    def is_due() -> bool:
        nonlocal last
        now = clock()
        if now - last < seconds:
            return False
        last = now
        return True

    return is_due
