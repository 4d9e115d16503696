"""`trialgraph vocab import`: an official file into a graph of its own."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from api.commands.common import complain, write_line
from api.errors import EXIT_DONE
from api.fetch import fetched, is_url
from api.settings import Settings
from api.stores import open_store
from graph.vocabulary_import import Imported, Request, import_file
from ontology.importers.files import VocabularyFile


def run(source: str, wanted: str | None, release: str, settings: Settings) -> int:
    """Import one file, and say what came of it."""
    store = open_store(settings)
    with progress() as show, _file(source, show) as path:
        origin = source if is_url(source) else path.name
        request = Request(VocabularyFile(path), origin, wanted, release)
        imported = import_file(request, store, lambda count: show(f"{count:,} terms"))
    for row in imported.tally.bad:
        complain(f"{origin}: {row.place}: left out: {row.reason}")
    write_line(in_words(imported))
    return EXIT_DONE


def in_words(imported: Imported) -> str:
    """The outcome as one line."""
    version = f" {imported.release.version}" if imported.release.version else ""
    what = f"{imported.source}{version} ({imported.layout})"
    if imported.unchanged:
        return f"{what}: unchanged, the store has this file already"
    left_out = f", {imported.tally.left_out} rows left out" if imported.tally.left_out else ""
    return f"{what}: {imported.tally.terms} terms{left_out}; now run `trialgraph vocab link`"


@contextmanager
def _file(source: str, show: Callable[[str], None]) -> Iterator[Path]:
    if not is_url(source):
        yield Path(source)
        return
    with fetched(source, progress=lambda size: show(f"{size / 1e6:,.0f} MB")) as path:
        yield path


@contextmanager
def progress() -> Iterator[Callable[[str], None]]:
    """Shows a text that changes, on a terminal; nothing elsewhere."""
    if not sys.stderr.isatty():
        yield lambda _text: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading")
        yield lambda text: bar.update(task, description=text)
