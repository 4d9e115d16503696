"""The command `evaluate`: its options and help. What it does lies in `api.commands.evaluate`, loaded when it runs."""

from pathlib import Path
from typing import Annotated

import typer


def evaluate(
    gold: Annotated[Path, typer.Argument(metavar="GOLD", help="Annotated records, one JSON object a line.")],
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="[SOURCE]...", help="The records themselves; default: the folder records beside GOLD."),
    ] = None,
    *,
    scorer: Annotated[
        Path | None, typer.Option("--scorer", metavar="SCRIPT", help="Run this as: SCRIPT facts GOLD FACTS.")
    ] = None,
    errors: Annotated[bool, typer.Option("--errors", help="Hand --errors on to the scorer.")] = False,
    plain_text: Annotated[bool, typer.Option("--plain-text", help="Hand --plain-text on to the scorer.")] = False,
) -> int:
    """Compare what is extracted with annotated records: precision, recall and F1 of each field.

    With --scorer the gold standard's own script counts, and its table is printed; without, a small scorer of ours
    does, whose figures are for comparing one's own runs. The exit code is 1 if a record is missing or fails.

    \b
    Examples:
        trialgraph evaluate gold.jsonl
        trialgraph evaluate gold.jsonl records-text/ --scorer score.py --plain-text
        trialgraph evaluate gold.jsonl --scorer score.py --errors
    """
    from api.commands import evaluate as command

    options = ["--errors"] * errors + ["--plain-text"] * plain_text
    return command.run(gold, sources or [], scorer, options)
