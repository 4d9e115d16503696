"""`trialgraph build`: bring records into a store, showing how far it has got."""

import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from api.commands.common import complain, existing, few, read, say, write_line
from api.errors import EXIT_DONE, EXIT_FAULT, EXIT_USAGE
from api.settings import Settings
from api.stores import open_store
from graph.build import Checkpoints, Plan, Watch, build
from graph.imported_names import names_file
from graph.scope import scope_of
from graph.selection import Summary
from graph.tools import standard_tools

PLAIN_EVERY = 10.0
"""Seconds between two lines of progress where standard error is no terminal."""


def run(sources: Sequence[str], settings: Settings, *, sync: bool = False) -> int:
    """Build, and print the summary; with `sync` the store loses the trials that the sources have lost."""
    found, complete = existing(sources)
    if not found or (sync and not complete):
        return EXIT_USAGE
    store = open_store(settings)
    records, is_small = few(read(found))
    jobs = 1 if is_small else settings.jobs or os.cpu_count() or 1
    plan = Plan(
        jobs, Checkpoints(settings.checkpoint_records, settings.checkpoint_seconds), scope_of(found) if sync else None
    )
    with progress() as show:
        summary = build(
            records, store, standard_tools(names_file(store)), Watch(lambda fault: complain(str(fault)), show), plan
        )
    write_line(in_words(summary))
    if not complete:
        return EXIT_USAGE
    return EXIT_FAULT if summary.failed or summary.quarantined else EXIT_DONE


def in_words(summary: Summary) -> str:
    """The summary as one line."""
    return ", ".join(f"{field.name} {getattr(summary, field.name)}" for field in fields(summary))


@contextmanager
def progress() -> Iterator[Callable[[Summary], None]]:
    """Shows a summary: a moving line on a terminal, a line now and then elsewhere."""
    if not sys.stderr.isatty():
        yield _plain_progress()
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading")
        yield lambda summary: bar.update(task, description=in_words(summary))


def _plain_progress() -> Callable[[Summary], None]:
    last = time.monotonic()

    def show(summary: Summary) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= PLAIN_EVERY:
            last = now
            say(in_words(summary))

    return show
