"""`trialgraph query`: one SPARQL query, under the same bounds as those of the service."""

import asyncio
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from api.commands.common import results, write_line
from api.errors import EXIT_DONE
from api.settings import Settings
from api.stores import open_store
from graph.formats import GRAPH_FORMATS, RESULT_FORMATS
from graph.guard import inspect_query
from graph.readers import PoolLimits, ReaderPool
from graph.wire import Request
from ontology.errors import UsageError, Where
from ontology.iri import NAMESPACES

TABLE = "table"
WIDEST = 60
"""Characters of a cell in a table; machine formats cut nothing."""

RESULTS = frozenset(known.name for known in RESULT_FORMATS)
GRAPHS = frozenset(known.name for known in GRAPH_FORMATS)
NAMES = {iri: prefix for prefix, iri in NAMESPACES.items()}


def run(text: str | None, file: Path | None, chosen: str, settings: Settings) -> int:
    """Run a query and print its result."""
    query = query_text(text, file)
    inspect_query(query)
    result_format, graph_format = chosen if chosen in RESULTS else "json", chosen if chosen in GRAPHS else "ttl"
    request = Request(query, format=result_format, graph_format=graph_format)
    asyncio.run(_answer(request, chosen, settings))
    return EXIT_DONE


def query_text(text: str | None, file: Path | None) -> str:
    """The query, given as an argument, in a file, or on standard input (`-`).

    Raises:
        UsageError: none is given, or two are, or the file cannot be read.
    """
    if (text is None) == (file is None):
        raise UsageError("give one query: as an argument, or with --file")
    try:
        if text == "-" or str(file) == "-":
            return sys.stdin.read()
        return text if file is None else file.read_text("utf-8")  # type: ignore[return-value]
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no UTF-8 text"
        raise UsageError(f"the query cannot be read: {reason}", where=Where(str(file))) from None


async def _answer(request: Request, chosen: str, settings: Settings) -> None:
    pool = ReaderPool(open_store(settings).backing, PoolLimits(readers=1))
    try:
        async with pool.ask(request, seconds=settings.query_seconds) as answer:
            if chosen == TABLE and answer.kind != "triples":
                write_table(json.loads(await answer.read()))
                return
            async for chunk in answer.chunks():
                results().write(chunk)
    finally:
        await pool.close()


def write_table(answer: Mapping[str, Any]) -> None:
    """SPARQL JSON results for a person to read."""
    if "boolean" in answer:
        write_line(str(answer["boolean"]).lower())
        return
    columns = answer["head"]["vars"]
    rows = [[cell(row.get(name)) for name in columns] for row in answer["results"]["bindings"]]
    widths = [max(len(line[n]) for line in [columns, *rows]) for n in range(len(columns))]
    for line in (columns, ["-" * width for width in widths], *rows):
        write_line("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())
    write_line(f"({len(rows)} row{'' if len(rows) == 1 else 's'})")


def cell(term: Mapping[str, str] | None) -> str:
    """One term: an IRI by its prefix, a literal by its text, on one line and not too wide."""
    if term is None:
        return ""
    text = short(term["value"]) if term["type"] == "uri" else term["value"]
    text = "".join(char if char.isprintable() else " " for char in text)
    return text if len(text) <= WIDEST else text[: WIDEST - 1] + "…"


def short(iri: str) -> str:
    """An IRI as a prefixed name, by the longest of our prefixes that fits."""
    fitting = [namespace for namespace in NAMES if iri.startswith(namespace)]
    if not fitting:
        return iri
    longest = max(fitting, key=len)
    return f"{NAMES[longest]}:{iri.removeprefix(longest)}"
