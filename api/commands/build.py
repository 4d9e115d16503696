"""`trialgraph build`: bring records into a store, showing how far it has got."""

import math
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from api.commands.common import complain, existing, few, records, write_line
from api.commands.pace import Reading
from api.commands.progress import in_words, progress
from api.errors import EXIT_DONE, EXIT_FAULT, EXIT_USAGE
from api.settings import Settings
from api.stores import open_store
from extract.sources.extent import total_bytes
from graph.build import Checkpoints, Plan, Spread, Watch, build
from graph.imported_names import names_file
from graph.oxigraph import EmbeddedStore
from graph.publish import is_readable
from graph.scope import scope_of
from graph.store import Store, Tooling
from graph.tools import Worker, standard_tools
from ontology.errors import UsageError, Where


def run(sources: Sequence[str], settings: Settings, *, sync: bool = False, rebuild: bool = False) -> int:
    """Build, and print the summary.

    With `sync` the store loses the trials that the sources have lost; with `rebuild` it begins with none.
    """
    found, complete = existing(sources)
    if not found or (sync and not complete):
        return EXIT_USAGE
    store = _emptied(settings) if rebuild else open_store(settings)
    reading = Reading(partial(total_bytes, found))
    stream, is_small = few(reading.counted(records(found, reading.consumed)))
    jobs = 1 if is_small else settings.jobs or os.cpu_count() or 1
    names = None if rebuild else names_file(store)
    tools = standard_tools(names, pyshacl=settings.validator == "pyshacl")
    scope = scope_of(found) if sync else None
    plan = Plan(jobs, _checkpoints(settings, rebuild=rebuild), scope, _cluster(settings, names, tools.tooling))
    with progress(reading) as show:
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
