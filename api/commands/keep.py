"""`trialgraph import`, `backup` and `compact`: care for a store in a folder."""

from collections.abc import Sequence
from pathlib import Path

from api.commands.common import say
from api.errors import EXIT_DONE
from api.settings import Settings
from api.stores import open_store
from graph import upkeep
from graph.oxigraph import EmbeddedStore
from graph.restore import restore
from ontology.errors import UsageError, Where


def import_quads(sources: Sequence[str], settings: Settings) -> int:
    """Load what `export --format nq` wrote into a store that holds nothing."""
    store = _local(settings)
    found = restore([Path(source) for source in sources], store)
    say(f"imported {found.quads} quads of {found.trials} trials from {found.files} files into {store.location}")
    return EXIT_DONE


def backup(output: Path, settings: Settings) -> int:
    """Copy the store to a folder."""
    store = _local(settings)
    upkeep.backup(Path(store.location), output)
    say(f"copied {store.location} to {output}: {_megabytes(upkeep.size_of(output))}")
    return EXIT_DONE


def compact(settings: Settings) -> int:
    """Make the store's files small again."""
    before, after = upkeep.compact(_local(settings))
    say(f"compacted {settings.store}: {_megabytes(before)} before, {_megabytes(after)} after")
    return EXIT_DONE


def _local(settings: Settings) -> EmbeddedStore:
    if "://" in settings.store:
        hint = "a remote store has its own means"
        raise UsageError("this is for a store in a folder", where=Where(open_store(settings).location), hint=hint)
    return EmbeddedStore(Path(settings.store))


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
