"""`trialgraph fetch`: the registry's records into a folder that `build` reads."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from api.commands.common import complain, say, write_line
from api.errors import EXIT_DONE, EXIT_FAULT
from api.registry.client import Clock, Manners, Registry, checked_base, http_client
from api.registry.folder import RecordFolder
from api.registry.run import Fetch, Fetched, Watcher
from api.registry.search import Search, checked
from api.settings import Settings
from ontology.errors import UsageError

PLAIN_EVERY = 10.0
"""Seconds between two lines of progress where standard error is no terminal."""

Show = Callable[[Fetched, int | None], None]


def run(search: Search, output: Path, settings: Settings, *, everything: bool = False, sync: bool = False) -> int:
    """Fetch, and print the summary."""
    if search == Search() and not everything:
        raise UsageError("nothing to search for", hint="give --query or --since; --all fetches the whole registry")
    manners = Manners(settings.registry_per_minute, settings.registry_contact, settings.registry_seconds)
    base = checked_base(settings.registry_url)
    with http_client(manners) as http, _progress() as show:
        registry = Registry(base, http, manners, Clock(), complain)
        watcher = Watcher(complain, show)
        fetch = Fetch(checked(search), RecordFolder(output), registry, watcher, settings.registry_page_size)
        summary = fetch.run(sync=sync)
    write_line(in_words(summary))
    return EXIT_FAULT if summary.failed else EXIT_DONE


def in_words(summary: Fetched) -> str:
    """The summary as one line."""
    return ", ".join(f"{field.name} {getattr(summary, field.name)}" for field in fields(summary))


@contextmanager
def _progress() -> Iterator[Show]:
    """A moving bar on a terminal, a line now and then elsewhere."""
    if not sys.stderr.isatty():
        yield _plain()
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("fetching", total=None)
        yield lambda done, total: bar.update(task, description=in_words(done), completed=done.fetched, total=total)


def _plain() -> Show:
    last = time.monotonic()

    def show(done: Fetched, total: int | None) -> None:
        nonlocal last
        if time.monotonic() - last >= PLAIN_EVERY:
            last = time.monotonic()
            say(f"{in_words(done)} of {total}" if total else in_words(done))

    return show
