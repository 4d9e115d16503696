"""Which graphs an update writes, and whether it may (contract, "Graphs").

The update is parsed, not searched: what it writes decides, and a parser tells that for certain. A graph that only the
data would tell (`GRAPH ?g` where it writes) is refused, and so are ALL and NAMED.
"""

from collections.abc import Iterator
from typing import Any

from rdflib.plugins.sparql.algebra import translateUpdate
from rdflib.plugins.sparql.parser import parseUpdate
from rdflib.term import URIRef

from graph.ownership import DEFAULT, refuse_owned_graph
from ontology.errors import QuerySyntaxError


def refuse_owned(text: str, base: str) -> None:
    """Refuse an update that writes the default graph or a graph of `build` or `vocab`.

    Raises:
        RefusedError: it does, or might.
        QuerySyntaxError: it does not parse.
    """
    for graph in written_graphs(text, base):
        refuse_owned_graph(graph)


def written_graphs(text: str, base: str) -> Iterator[str | None]:
    """The graphs that an update writes, removes or makes."""
    try:
        operations = translateUpdate(parseUpdate(text), base=base).algebra
    except RecursionError:
        raise QuerySyntaxError("the update nests too deep") from None
    except Exception as error:  # pyparsing's and rdflib's errors have no base of their own
        raise QuerySyntaxError(f"the update does not parse: {str(error)[:200]}") from error
    for operation in operations:
        yield from _written(operation)


def _written(operation: Any) -> Iterator[str | None]:
    match operation.name:
        case "InsertData" | "DeleteData" | "DeleteWhere":
            yield from _of_quads(operation, None)
        case "Modify":
            for part in (operation.delete, operation.insert):
                if part:
                    yield from _of_quads(part, operation.withClause or None)
        case "Add" | "Copy":
            yield _name(operation.graph[1])
        case "Move":
            yield from map(_name, operation.graph)
        case _:
            yield _name(operation.graphiri or DEFAULT)


def _of_quads(part: Any, default: Any) -> Iterator[str | None]:
    if part.triples:
        yield _name(default) if default is not None else None
    yield from map(_name, part.quads)


def _name(graph: Any) -> str:
    return str(graph) if isinstance(graph, URIRef | str) and not hasattr(graph, "n3") else _term(graph)


def _term(graph: Any) -> str:
    return str(graph) if isinstance(graph, URIRef) else f"?{graph}"
