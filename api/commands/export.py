"""`trialgraph export`: the graph as files."""

from pathlib import Path

from api.commands.common import output_file, say
from api.errors import EXIT_DONE
from api.settings import Settings
from api.stores import open_store
from graph import export
from graph.parquet import write_parquet
from graph.parts import Choice, by_number, by_size, write_parts
from graph.store import Reader
from ontology.errors import UsageError, Where


def run(chosen: str, output: Path, settings: Settings, *, parts: int | None = None, part_mb: int | None = None) -> int:
    """Write one format."""
    in_parts = _in_parts(chosen, parts, part_mb)
    with open_store(settings).reader() as reader:
        if in_parts:
            written = write_parts(reader, output, in_parts)
            say(f"wrote {sum(part.quads for part in written)} quads in {len(written)} parts to {output}")
        elif chosen in export.WRITERS:
            with output_file(output) as file:
                export.WRITERS[chosen](reader, file)
        elif chosen == "kgx":
            _write_kgx(reader, output)
        else:
            _write_tables(reader, chosen, _folder(output))
    return EXIT_DONE


def _in_parts(chosen: str, parts: int | None, part_mb: int | None) -> Choice | None:
    """How the parts are to be made, if there are to be parts."""
    if parts is None and part_mb is None:
        return None
    if chosen != "nq" or (parts and part_mb):
        raise UsageError("parts are of N-Quads, by number or by size", hint="--format nq with one of the two options")
    return by_number(parts) if parts else by_size((part_mb or 0) * 1_000_000)


def _write_kgx(reader: Reader, output: Path) -> None:
    """`PATH_nodes.tsv` and `PATH_edges.tsv`, as KGX names them."""
    if str(output) == "-":
        raise UsageError(
            "kgx is two files", hint="name a path: --output trials gives trials_nodes.tsv, trials_edges.tsv"
        )
    for part, write in (("nodes", export.write_kgx_nodes), ("edges", export.write_kgx_edges)):
        path = output.with_name(f"{output.name}_{part}.tsv")
        with output_file(path) as file:
            write(reader, file)
        say(f"wrote {path}")


def _write_tables(reader: Reader, chosen: str, folder: Path) -> None:
    write = export.write_csv if chosen == "csv" else write_parquet
    for name in export.table_names():
        path = folder / f"{name}.{chosen}"
        with output_file(path) as file:
            write(reader, name, file)
    say(f"wrote {len(export.table_names())} tables to {folder}")


def _folder(output: Path) -> Path:
    if str(output) == "-" or output.is_file():
        raise UsageError("tables need a folder", where=Where(str(output)), hint="name a folder with --output")
    output.mkdir(parents=True, exist_ok=True)
    return output
