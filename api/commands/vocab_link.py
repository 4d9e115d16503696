"""`trialgraph vocab link`: join what the graph holds to what was imported, and say how much of it."""

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from api.commands.common import output_file, say, write_line
from api.errors import EXIT_DONE
from api.settings import Settings
from api.stores import open_store
from graph.links.model import Fate, Linked
from graph.links.report import report
from graph.links.run import link, mappings_of
from graph.links.sssom import sssom_lines
from graph.vocabulary_sources import imports
from ontology.lookup import normalise
from ontology.model import Vocabulary
from ontology.tables import built_in


def run(sssom: Path | None, settings: Settings) -> int:
    """Link, write the SSSOM if it is asked for, and print the report."""
    store, vocabulary = open_store(settings), built_in()
    outcomes = link(store, doubtful_names(vocabulary), lambda source: say(f"linking to {source}"))
    if sssom is not None:
        with store.reader() as reader:
            sources = imports(reader)
        lines = sssom_lines(mappings_of(outcomes), sources, version=version("trialgraph"), vocabulary=vocabulary.digest)
        with output_file(sssom) as file:
            file.writelines(line.encode() for line in lines)
    if str(sssom) != "-":
        _print(outcomes)
    return EXIT_DONE


def doubtful_names(vocabulary: Vocabulary) -> frozenset[str]:
    """Normalised names that need context: on their own they say nothing."""
    tables = (vocabulary.drugs, vocabulary.targets, vocabulary.conditions, vocabulary.endpoints)
    terms = (term for table in tables for term in table.values())
    return frozenset(normalise(name.text) for term in terms for name in term.names if name.needs_context)


def _print(outcomes: Sequence[Linked]) -> None:
    """A line for each kind and source: all things, and in brackets those that a trial speaks of."""
    write_line(f"{'kind':<11}{'source':<11}" + "".join(f"{fate:>17}" for fate in Fate) + "   (in trials)")
    for line in report(outcomes):
        if any(line.counts[fate] for fate in (Fate.LINKED, Fate.AMBIGUOUS)) or line.source == "any":
            cells = (f"{line.counts[fate]} ({line.used[fate]})" for fate in Fate)
            write_line(f"{line.kind:<11}{line.source:<11}" + "".join(f"{cell:>17}" for cell in cells))
