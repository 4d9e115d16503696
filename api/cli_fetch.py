"""The command `fetch`: its options and help. What it does lies in `api.commands.fetch`, loaded when it runs."""

from pathlib import Path
from typing import Annotated

import typer


def fetch(
    *,
    query: Annotated[str | None, typer.Option("--query", help="Words, in the registry's search syntax.")] = None,
    condition: Annotated[str | None, typer.Option("--condition", help="The same, among conditions.")] = None,
    intervention: Annotated[str | None, typer.Option("--intervention", help="The same, among treatments.")] = None,
    since: Annotated[str | None, typer.Option("--since", metavar="DATE", help="Updated on that day or later.")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DATE", help="Updated on that day or before.")] = None,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FOLDER", help="Where the records go.")] = Path(
        "records"
    ),
    sync: Annotated[bool, typer.Option("--sync", help="Remove records that the registry no longer lists.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="The whole registry.")] = False,
) -> int:
    """Fetch records from ClinicalTrials.gov into a folder, which `build` reads.

    A record that is in the folder as it is, is left alone. A fetch that was stopped goes on where it was when it is
    run again. Requests keep a rate, and wait as long as the registry asks.

    \b
    Examples:
        trialgraph fetch --query 'lung cancer AND PD-L1' --output lung
        trialgraph fetch --condition melanoma --since 2026-01-01 --output melanoma
        trialgraph fetch --condition melanoma --sync --output melanoma && trialgraph build melanoma --sync
    """
    from api.commands import fetch as command
    from api.registry.search import Search, day
    from api.settings import load_settings

    search = Search(query, condition, intervention, day(since, "--since"), day(until, "--until"))
    return command.run(search, output, load_settings(), everything=everything, sync=sync)
