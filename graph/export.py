"""A store's content as files: RDF, tables, and the pair of files that knowledge graph tools take (KGX).

Everything is streamed, row by row or triple by triple. The tables are the queries of `queries/export/`, one file each.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from typing import IO

import pyoxigraph
from pyoxigraph import QuerySolutions, RdfFormat

from graph.store import Reader
from ontology import iri

KNOWLEDGE_SOURCE = "infores:trialgraph"
NODE_COLUMNS = ("id", "category", "name", "xref", "provided_by")
EDGE_COLUMNS = (
    "id",
    "subject",
    "predicate",
    "object",
    "original_predicate",
    "supporting_studies",
    "primary_knowledge_source",
    "knowledge_level",
    "agent_type",
)

Row = Sequence[str]


def write_quads(reader: Reader, output: IO[bytes], file_format: RdfFormat = RdfFormat.N_QUADS) -> None:
    """Every named graph, in a format that has graphs; what is loaded again gives the same store."""
    pyoxigraph.serialize(reader.quads(), output, format=file_format, prefixes=dict(iri.NAMESPACES))


def write_union(reader: Reader, output: IO[bytes]) -> None:
    """Trials, vocabulary and derived triples as one Turtle document."""
    graphs = (graph for graph in reader.graphs() if iri.is_default_graph_part(graph))
    triples = (quad.triple for graph in graphs for quad in reader.quads(graph))
    pyoxigraph.serialize(triples, output, format=RdfFormat.TURTLE, prefixes=dict(iri.NAMESPACES))


def table_names() -> list[str]:
    """The tables that there are."""
    folder = files("graph") / "queries" / "export"
    return sorted(file.name.removesuffix(".rq") for file in folder.iterdir() if file.name.endswith(".rq"))


def table(reader: Reader, name: str) -> tuple[list[str], Iterator[Row]]:
    """One table: its columns and its rows; what a trial has not is an empty string."""
    return _select(reader, (files("graph") / "queries" / "export" / f"{name}.rq").read_text("utf-8"))


def write_csv(reader: Reader, name: str, output: IO[bytes]) -> None:
    """One table as CSV (RFC 4180) in UTF-8."""
    columns, rows = table(reader, name)
    _write_rows(output, columns, rows, csv.excel)


def write_kgx_nodes(reader: Reader, output: IO[bytes]) -> None:
    """KGX nodes: trials, therapies, classes, targets, conditions, each with its Biolink category."""
    _, rows = _kgx(reader, "nodes")
    _write_rows(output, NODE_COLUMNS, map(_node, rows), csv.excel_tab)


def write_kgx_edges(reader: Reader, output: IO[bytes]) -> None:
    """KGX edges: what trials give and study, and what the vocabulary says of therapies and conditions."""
    _, rows = _kgx(reader, "edges")
    _write_rows(output, EDGE_COLUMNS, (_edge(number, row) for number, row in enumerate(rows, 1)), csv.excel_tab)


def curie(value: str) -> str:
    """An IRI as a CURIE: ours as `trialgraph:drug/x`, Biolink's, or one of the registry's; else as it is."""
    if value.startswith(iri.BASE):
        return "trialgraph:" + value.removeprefix(iri.BASE)
    if value.startswith("https://w3id.org/biolink/vocab/"):
        return "biolink:" + value.removeprefix("https://w3id.org/biolink/vocab/")
    return iri.compress(value) or value


def _node(row: Row) -> Row:
    node, category, name, matches = row
    known = "|".join(curie(match) for match in matches.split("|") if match)
    return curie(node), curie(category), " ".join(name.split()), known, KNOWLEDGE_SOURCE


def _edge(number: int, row: Row) -> Row:
    subject, predicate, target, original, trial = map(curie, row)
    stated = ("knowledge_assertion", "text_mining_agent" if trial else "manual_agent")
    return f"trialgraph:edge/{number}", subject, predicate, target, original, trial, KNOWLEDGE_SOURCE, *stated


def _kgx(reader: Reader, name: str) -> tuple[list[str], Iterator[Row]]:
    return _select(reader, (files("graph") / "queries" / "kgx" / f"{name}.rq").read_text("utf-8"))


def _select(reader: Reader, query: str) -> tuple[list[str], Iterator[Row]]:
    solutions = reader.query(query)
    assert isinstance(solutions, QuerySolutions)  # noqa: S101 - the query is a SELECT
    columns = [variable.value for variable in solutions.variables]
    return columns, ([_text(solution[name]) for name in columns] for solution in solutions)


def _text(term: object) -> str:
    return "" if term is None else str(getattr(term, "value", term))


def _write_rows(output: IO[bytes], columns: Sequence[str], rows: Iterable[Row], dialect: type[csv.Dialect]) -> None:
    text = io.TextIOWrapper(output, "utf-8", newline="", write_through=True)
    writer = csv.writer(text, dialect)
    writer.writerow(columns)
    writer.writerows(rows)
    text.detach()


WRITERS: Mapping[str, Callable[[Reader, IO[bytes]], None]] = {
    "nq": write_quads,
    "ttl": write_union,
    "jsonld": lambda reader, output: write_quads(reader, output, RdfFormat.JSON_LD),
}
"""The formats that are one file."""
