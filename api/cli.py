"""The command line: names, options and help. What a command does lies in `api.commands`, loaded when it runs.

So `query` never loads spaCy and `extract` never loads FastAPI: each import of a command stands in its function.
"""

import os
import sys
from enum import StrEnum
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import Abort, TyperException

from api.cli_evaluate import evaluate
from api.cli_fetch import fetch
from api.cli_keep import backup, compact, import_quads
from api.cli_vocab import vocab_app
from api.options import StoreOption

INTERRUPTED = 130
"""The exit code of a command that Ctrl-C ended: 128 and the signal's number, as shells have it."""

app = typer.Typer(
    name="trialgraph",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.add_typer(vocab_app, name="vocab")
app.command()(fetch)
app.command()(evaluate)
app.command("import")(import_quads)
app.command()(backup)
app.command()(compact)


class FactsAs(StrEnum):
    """Formats of `extract`."""

    JSONL = "jsonl"
    TTL = "ttl"
    NQ = "nq"


class ReportAs(StrEnum):
    """Formats of `validate`."""

    TEXT = "text"
    TTL = "ttl"


class ResultAs(StrEnum):
    """Formats of `query`."""

    TABLE = "table"
    JSON = "json"
    XML = "xml"
    CSV = "csv"
    TSV = "tsv"
    TTL = "ttl"
    NT = "nt"
    JSONLD = "jsonld"


class AnswerAs(StrEnum):
    """Formats of `ask`."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"
    SPARQL = "sparql"


class ExportAs(StrEnum):
    """Formats of `export`."""

    NQ = "nq"
    TTL = "ttl"
    JSONLD = "jsonld"
    KGX = "kgx"
    CSV = "csv"
    PARQUET = "parquet"


Sources = Annotated[
    list[str],
    typer.Argument(
        metavar="SOURCE",
        help="Files, folders, or - for standard input: API v2 JSON, the registry's CSV, plain text; .gz and .zip too.",
    ),
]
Jobs = Annotated[int | None, typer.Option(min=0, help="Worker processes [TRIALGRAPH_JOBS; default: one a processor]")]


def _print_version(value: bool) -> None:  # noqa: FBT001 - the form that typer calls
    if value:
        typer.echo(f"trialgraph {version('trialgraph')}")
        raise typer.Exit


@app.callback()
def common(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", help="Show where an error came from; anywhere in the call.")
    ] = False,
) -> None:
    """Clinical trial documents in, a validated RDF graph with its evidence out.

    \b
    A first graph from the sample records, and a question to it:
        trialgraph build examples/records
        trialgraph ask "which PD-L1 combos in second line"
        trialgraph serve

    Settings come from options, then TRIALGRAPH_* environment variables, then trialgraph.toml (docs/settings.md).
    Results go to standard output, all else to standard error.
    Exit codes: 0 done, 1 the work found a fault in the data, 2 wrong usage.
    """


@app.command()
def build(
    sources: Sources,
    store: StoreOption = None,
    jobs: Jobs = None,
    *,
    sync: Annotated[bool, typer.Option("--sync", help="Remove trials whose records have gone from SOURCE.")] = False,
    scheduler: Annotated[
        str | None, typer.Option(metavar="URL", help="Extract on a Dask cluster [TRIALGRAPH_SCHEDULER]")
    ] = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Begin with an empty store in place of this one.")] = False,
) -> int:
    """Read, extract, validate and load records; safe to run again.

    A record that is in the store as it is, is left alone. A trial that breaks a shape goes to quarantine and is told
    of; a record that cannot be read stops no other. A killed build goes on where it was. With --sync, trials that were
    read from SOURCE and are no longer in it are removed, unless some of SOURCE cannot be read. --rebuild makes a store
    of an older format anew; imported vocabularies and graphs of your own are not in SOURCE, so they go.

    \b
    Examples:
        trialgraph build records/ studies.zip ctg-studies.csv.gz
        curl -s 'https://clinicaltrials.gov/api/v2/studies?query.term=...' | trialgraph build -
        trialgraph build records/ --store /data/trials --jobs 8
        trialgraph build records/ --sync
        trialgraph build records/ --scheduler tcp://scheduler:8786
    """
    from api.commands import build as command
    from api.settings import load_settings

    settings = load_settings(store=store, jobs=jobs, scheduler=scheduler)
    return command.run(sources, settings, sync=sync, rebuild=rebuild)


@app.command()
def extract(
    sources: Sources,
    *,
    store: StoreOption = None,
    chosen: Annotated[FactsAs, typer.Option("--format", help="JSON Lines, Turtle or N-Quads.")] = FactsAs.JSONL,
    with_sections: Annotated[
        bool, typer.Option("--with-sections", help="Add the text of the sections (jsonl).")
    ] = False,
    explain: Annotated[bool, typer.Option("--explain", help="Add the rule behind each fact (jsonl).")] = False,
    jobs: Jobs = None,
) -> int:
    """Print what records say, with evidence; nothing is stored.

    \b
    Examples:
        trialgraph extract examples/records | head -1
        trialgraph extract record.txt --explain --with-sections
        cat record.json | trialgraph extract - --format ttl
    """
    from api.commands import extract as command
    from api.settings import load_settings
    from graph.extracted import FactFormat, FactWriter

    writer = FactWriter(FactFormat(chosen), with_sections=with_sections, explain=explain)
    return command.run(sources, writer, load_settings(store=store, jobs=jobs))


@app.command()
def validate(
    files: Annotated[list[str] | None, typer.Argument(metavar="FILE", help="RDF files; none: the store.")] = None,
    store: StoreOption = None,
    chosen: Annotated[ReportAs, typer.Option("--format", help="A text, or SHACL's own report.")] = ReportAs.TEXT,
) -> int:
    """Check trials against the SHACL shapes.

    The exit code is 1 if one is violated. Without files, all trials of the store are checked, those in quarantine too.

    \b
    Examples:
        trialgraph validate
        trialgraph extract record.txt --format ttl > record.ttl; trialgraph validate record.ttl
    """
    from api.commands import validate as command
    from api.settings import load_settings

    return command.run(files or [], str(chosen), load_settings(store=store))


@app.command()
def query(
    text: Annotated[str | None, typer.Argument(metavar="QUERY", help="A SPARQL query; - reads it.")] = None,
    *,
    file: Annotated[Path | None, typer.Option("--file", "-f", help="A file that holds the query.")] = None,
    store: StoreOption = None,
    chosen: Annotated[ResultAs, typer.Option("--format", help="How to print the result.")] = ResultAs.TABLE,
    seconds: Annotated[float | None, typer.Option(help="Time limit [TRIALGRAPH_QUERY_SECONDS; default: 30]")] = None,
) -> int:
    """Run a SPARQL query. The default graph is all trials, the vocabulary, and what is derived from them.

    \b
    Examples:
        trialgraph query 'SELECT ?type (COUNT(*) AS ?n) { ?s a ?type } GROUP BY ?type ORDER BY DESC(?n)'
        trialgraph query --file question.rq --format csv > answer.csv
    """
    from api.commands import query as command
    from api.settings import load_settings

    return command.run(text, file, str(chosen), load_settings(store=store, query_seconds=seconds))


@app.command()
def ask(
    questions: Annotated[list[str] | None, typer.Argument(metavar="QUESTION", help="Questions in words.")] = None,
    *,
    file: Annotated[Path | None, typer.Option("--questions", metavar="FILE", help="One question a line.")] = None,
    store: StoreOption = None,
    chosen: Annotated[AnswerAs, typer.Option("--format", help="How to print the answers.")] = AnswerAs.TABLE,
    limit: Annotated[int, typer.Option(min=1, help="Trials of one answer, at most.")] = 1000,
) -> int:
    """Answer questions in words, with the sentences that decided.

    \b
    Examples:
        trialgraph ask "which PD-L1 combos in second line"
        trialgraph ask "PARP inhibitor monotherapy as maintenance in ovarian cancer" --format sparql
        trialgraph ask --questions questions.txt --format json > answers.jsonl
    """
    from api.commands import ask as command
    from api.settings import load_settings

    return command.run(questions or [], file, str(chosen), limit, load_settings(store=store))


@app.command()
def serve(
    store: StoreOption = None,
    host: Annotated[str | None, typer.Option(help="Address [TRIALGRAPH_HOST; default: 127.0.0.1]")] = None,
    port: Annotated[int | None, typer.Option(help="Port [TRIALGRAPH_PORT; default: 8000]")] = None,
) -> int:
    """Serve pages, the API and SPARQL over HTTP.

    \b
    Examples:
        trialgraph serve
        trialgraph serve --store /data/trials --host 0.0.0.0 --port 80
    """
    from api.commands import serve as command
    from api.settings import load_settings

    return command.run(load_settings(store=store, host=host, port=port))


@app.command()
def mcp(
    *,
    store: StoreOption = None,
    http: Annotated[bool, typer.Option("--http", help="Serve over HTTP; else on standard input and output.")] = False,
    host: Annotated[str | None, typer.Option(help="Address [TRIALGRAPH_HOST; default: 127.0.0.1]")] = None,
    port: Annotated[int | None, typer.Option(help="Port [TRIALGRAPH_PORT; default: 8000]")] = None,
) -> int:
    """Serve tools for agents over the Model Context Protocol (needs the extra `mcp`).

    \b
    Examples:
        trialgraph mcp --store /data/trials
        trialgraph mcp --http --port 8001
    """
    from importlib.util import find_spec

    from api.settings import load_settings
    from ontology.errors import UsageError

    if find_spec("mcp") is None:
        raise UsageError("the Model Context Protocol's SDK is not here", hint="pip install 'trialgraph[mcp]'")
    from api.commands import mcp as command

    return command.run(load_settings(store=store, host=host, port=port), http=http)


@app.command()
def export(
    chosen: Annotated[ExportAs, typer.Option("--format", help="What to write.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="PATH", help="A file, or a folder for tables; - prints.")
    ],
    store: StoreOption = None,
    *,
    parts: Annotated[int | None, typer.Option(min=1, help="nq: so many files in a folder, PATH.")] = None,
    part_mb: Annotated[int | None, typer.Option("--part-size", min=1, help="nq: files of so many MB each.")] = None,
) -> int:
    """Write the graph to files.

    nq and jsonld have every named graph, ttl the union of trials, vocabulary and derived triples. kgx is a pair of
    files for knowledge graph tools; csv and parquet are a folder of tables. With --parts or --part-size (before
    compression), nq is a folder of part-00001.nq.gz ... for bulk loaders, with a manifest.

    \b
    Examples:
        trialgraph export --format nq --output trials.nq
        trialgraph export --format csv --output tables/
        trialgraph export --format nq --part-size 500 --output parts/
    """
    from api.commands import export as command
    from api.settings import load_settings

    return command.run(str(chosen), output, load_settings(store=store), parts=parts, part_mb=part_mb)


def main() -> None:
    """The entry point of the `trialgraph` command."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run one command, turn whatever happens into one line and an exit code, and leave standard output flushed."""
    debug = "--debug" in arguments
    try:
        given = [argument for argument in arguments if argument != "--debug"]
        code = app(given, prog_name="trialgraph", standalone_mode=False)
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):
        # Whoever read our output has gone (`| head`): no fault. Typer turns the error into an exit, which nothing else
        # here asks for. What is left in the buffer would be flushed once more at Python's end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except TyperException as error:
        return _wrong_usage(error.format_message())
    except (KeyboardInterrupt, Abort):
        return _interrupted()
    except Exception as error:
        return _explain(error, debug=debug)
    if code == INTERRUPTED:  # typer turns Ctrl-C into this number
        return _interrupted()
    return code if isinstance(code, int) else 0


def _wrong_usage(message: str) -> int:
    """Say what was wrong with a call in one line; a group that was called without a command shows its help."""
    is_help = message.startswith("Usage:")
    line = message if is_help else f"trialgraph: {' '.join(message.split())} (see --help)"
    sys.stderr.write(f"{line}\n")
    return 2


def _interrupted() -> int:
    sys.stderr.write("trialgraph: interrupted\n")
    return INTERRUPTED


def _explain(error: Exception, *, debug: bool) -> int:
    """Say an error in one line; one that nobody foresaw is a bug, and is called one."""
    from api.errors import EXIT_FAULT, one_line, outcome

    if debug:
        import traceback

        traceback.print_exception(error)
    known = outcome(error)
    if known:
        sys.stderr.write(f"trialgraph: {one_line(error)}\n")
        return known.exit_code
    kind = type(error).__name__
    sys.stderr.write(f"trialgraph: this is a bug: {kind}: {one_line(error)} (--debug shows where; please report it)\n")
    return EXIT_FAULT


if __name__ == "__main__":
    main()
