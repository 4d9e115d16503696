"""Which graphs users may write (contract, "Graphs"): named ones that neither `build` nor `vocab` owns."""

from ontology.errors import RefusedError
from ontology.iri import is_owned_graph

DEFAULT = "DEFAULT"


def refuse_owned_graph(graph: str | None) -> None:
    """Refuse the name of a graph that is not the users' to write: None is the default graph, `?g` one not known."""
    if graph is None or graph == DEFAULT:
        raise RefusedError("the default graph is made by `build`", hint="write a named graph of your own")
    if graph.startswith("?") or graph in {"ALL", "NAMED"}:
        raise RefusedError(f"the update must name the graphs that it writes, not {graph}", hint="GRAPH <...>")
    if is_owned_graph(graph):
        raise RefusedError(f"<{graph}> is written by `build` and `vocab` alone", hint="write a graph of your own")
