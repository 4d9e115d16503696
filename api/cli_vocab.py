"""`trialgraph vocab`: names, options and help of its commands; what they do lies in `api.commands`."""

from pathlib import Path
from typing import Annotated

import typer

from api.options import StoreOption

SOURCES = "ncit, mondo, doid, chebi, drugbank, hgnc, atc, rxnorm, chembl, unii"

vocab_app = typer.Typer(help="See what the vocabulary holds, import official files, link.", rich_markup_mode=None)


@vocab_app.callback(invoke_without_command=True)
def vocab(context: typer.Context, store: StoreOption = None) -> int | None:
    """See what the vocabulary holds, import official files, link.

    Without a command: what is built in, what the store has imported, and whether it was built with this vocabulary.

    \b
    Example:
        trialgraph vocab --store my.store
    """
    return None if context.invoked_subcommand else vocab_list(store)


@vocab_app.command("list")
def vocab_list(store: StoreOption = None) -> int:
    """Count what is loaded: the built-in vocabulary, and every import with version, date and licence.

    \b
    Example:
        trialgraph vocab list --store my.store
    """
    from api.commands import vocab as command
    from api.settings import load_settings

    return command.listing(load_settings(store=store))


@vocab_app.command("show")
def vocab_show(
    terms: Annotated[list[str] | None, typer.Argument(metavar="TERM", help="Identifiers, IRIs or names.")] = None,
    store: StoreOption = None,
) -> int:
    """Say what a term is: names, targets, classes, identifiers, each with the source that it comes from.

    What the store has imported under that identifier or name is shown as well. Without a term: as `vocab list`.

    \b
    Examples:
        trialgraph vocab show ncit:C156692
        trialgraph vocab show DB17473 TQB2450 benmelstobart
    """
    from api.commands import vocab as command
    from api.settings import load_settings

    settings = load_settings(store=store)
    return command.show(terms, settings) if terms else command.listing(settings)


@vocab_app.command("find", hidden=True)
def vocab_find(names: Annotated[list[str], typer.Argument(metavar="NAME")], store: StoreOption = None) -> int:
    """The former name of `vocab show`.

    \b
    Example:
        trialgraph vocab find atezolizumab MPDL3280A
    """
    return vocab_show(names, store)


@vocab_app.command("import")
def vocab_import(
    source: Annotated[str, typer.Argument(metavar="FILE|URL", help="An official file; .gz and .zip are read through.")],
    *,
    wanted: Annotated[
        str | None,
        typer.Option(
            "--as", metavar="SOURCE", help="ncit, mondo, doid, chebi, drugbank, hgnc, atc, rxnorm, chembl, unii."
        ),
    ] = None,
    release: Annotated[
        str, typer.Option("--release", metavar="TEXT", help="The version, where the file does not say it.")
    ] = "",
    store: StoreOption = None,
) -> int:
    """Read an official vocabulary file into a graph of its own; safe to run again.

    The layout is told from the content. The same file twice changes nothing; a broken file leaves what was there.

    \b
    Examples:
        trialgraph vocab import Thesaurus_24.09e.FLAT.zip --release 24.09e
        trialgraph vocab import http://purl.obolibrary.org/obo/mondo.json
        trialgraph vocab import 'drugbank vocabulary.csv' --store my.store
    """
    from api.commands import vocab_import as command
    from api.settings import load_settings

    return command.run(source, wanted, release, load_settings(store=store))


@vocab_app.command("link")
def vocab_link(
    store: StoreOption = None,
    sssom: Annotated[
        Path | None, typer.Option("--sssom", metavar="FILE", help="Write the links as SSSOM, too; - prints them.")
    ] = None,
) -> int:
    """Join drugs, targets, conditions and endpoints to all that was imported, and report what is linked.

    By identifier, then by exact name. What could be several things stays a close match; nothing is guessed.

    \b
    Example:
        trialgraph vocab link --store my.store --sssom links.sssom.tsv
    """
    from api.commands import vocab_link as command
    from api.settings import load_settings

    return command.run(sssom, load_settings(store=store))
