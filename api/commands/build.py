"""`trialgraph build`: bring records into a store, showing how far it has got."""

import math
import os
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from api.commands.common import complain, existing, few, records, say, write_line
from api.errors import EXIT_DONE, EXIT_FAULT, EXIT_USAGE
from api.settings import Settings
from api.stores import open_store
from graph.build import Checkpoints, Plan, Spread, Watch, build
from graph.imported_names import names_file
from graph.oxigraph import EmbeddedStore
from graph.publish import is_readable
from graph.scope import scope_of
from graph.selection import Summary
from graph.store import Store, Tooling
from graph.tools import Worker, standard_tools
from ontology.errors import UsageError, Where

PLAIN_EVERY = 10.0
"""Seconds between two lines of progress where standard error is no terminal."""


def run(sources: Sequence[str], settings: Settings, *, sync: bool = False, rebuild: bool = False) -> int:
    """Build, and print the summary.

    With `sync` the store loses the trials that the sources have lost; with `rebuild` it begins with none.
    """
    found, complete = existing(sources)
    if not found or (sync and not complete):
        return EXIT_USAGE
    store = _emptied(settings) if rebuild else open_store(settings)
    stream, is_small = few(records(found))
    jobs = 1 if is_small else settings.jobs or os.cpu_count() or 1
    names = None if rebuild else names_file(store)
    tools = standard_tools(names, pyshacl=settings.validator == "pyshacl")
    scope = scope_of(found) if sync else None
    plan = Plan(jobs, _checkpoints(settings, rebuild=rebuild), scope, _cluster(settings, names, tools.tooling))
    with progress() as show:
        summary = build(stream, store, tools, Watch(lambda fault: complain(str(fault)), show), plan)
    write_line(in_words(summary))
    if not complete:
        return EXIT_USAGE
    return EXIT_FAULT if summary.failed or summary.quarantined else EXIT_DONE


def _emptied(settings: Settings) -> Store:
    if "://" in settings.store:
        raise UsageError("--rebuild is for a store in a folder", where=Where(open_store(settings).location))
    return EmbeddedStore(Path(settings.store), rebuild=True)


def _cluster(settings: Settings, names: Path | None, tooling: Tooling) -> Spread | None:
    """What spreads the work over a cluster, where one is named."""
    if not settings.scheduler:
        return None
    from graph.cluster import Cluster, Shipped  # noqa: PLC0415 (an extra that most installations are without)

    return Cluster(settings.scheduler, Shipped(Worker, names.read_bytes() if names else None), tooling).spread


def _checkpoints(settings: Settings, *, rebuild: bool) -> Checkpoints:
    """As set; but a store that can be read keeps its old state until the new one is whole."""
    if rebuild and is_readable(Path(settings.store)):
        return Checkpoints(sys.maxsize, math.inf)
    return Checkpoints(settings.checkpoint_records, settings.checkpoint_seconds)


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
