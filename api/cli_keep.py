"""The commands that care for a store: `import`, `backup`, `compact`. What they do lies in `api.commands.keep`."""

from pathlib import Path
from typing import Annotated

import typer

from api.options import StoreOption


def import_quads(
    sources: Annotated[list[str], typer.Argument(metavar="PATH", help="N-Quads files, or folders of parts.")],
    store: StoreOption = None,
) -> int:
    """Load N-Quads that `export` wrote into an empty store; .gz and .zst are read through.

    A folder's manifest is checked first. All comes in, or nothing does. The shapes are not asked again (`validate`
    does that), and the text of records is not in N-Quads.

    \b
    Examples:
        trialgraph import trials.nq --store new.store
        trialgraph import parts/ --store new.store
    """
    from api.commands import keep as command
    from api.settings import load_settings

    return command.import_quads(sources, load_settings(store=store))


def backup(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FOLDER", help="A new folder.")],
    store: StoreOption = None,
) -> int:
    """Copy the store, as of one moment, to a folder that is then a store by itself.

    A build may run meanwhile. On the same file system the copy shares its large files with the store (hard links), so
    it is quick and takes no room, and is no help against a broken disk: there, copy the folder on.

    \b
    Example:
        trialgraph backup --output /backup/trials-2026-03-01 --store /data/trials
    """
    from api.commands import keep as command
    from api.settings import load_settings

    return command.backup(output, load_settings(store=store))


def compact(store: StoreOption = None) -> int:
    """Write the store's files anew, closely packed, and drop copies and texts that nothing refers to any more.

    Worth its time after many builds. It needs the room of another copy while it works; readers are not held up.

    \b
    Example:
        trialgraph compact --store /data/trials
    """
    from api.commands import keep as command
    from api.settings import load_settings

    return command.compact(load_settings(store=store))
