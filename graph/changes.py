"""What has to be taken out and put in, so that a store holds the new in place of the old.

A record read anew mostly says what it said before, and taking a quad out of nine indexes to put the same one in again
is what makes a replacement dear. So old and new are compared line by line, and only the difference is written.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from pyoxigraph import DefaultGraph, Quad

DEFAULT = DefaultGraph()


@dataclass(frozen=True, slots=True)
class Change:
    """Quads to remove, and quads to add as N-Quads."""

    removed: list[Quad] = field(default_factory=list)
    added: bytes = b""


def change(held: Iterable[Quad], wanted: bytes, in_union: Callable[[str], bool]) -> Change:
    """The way from what named graphs hold to what is wanted.

    A line that is spelt otherwise than the engine spells it is removed and added again, which leaves it as it was.

    Args:
        held: quads of named graphs.
        wanted: N-Quads, those of the default graph among them.
        in_union: whether the default graph has the triples of the graph of that name too.
    """
    # One line feed ends each line and none stands inside, but other marks that `splitlines` takes for ends may.
    new = dict.fromkeys(wanted.decode().split("\n"))
    new.pop("", None)
    removed = [quad for line, quad in spelt(held, in_union) if new.pop(line, quad) is quad]
    return Change(removed, "".join(f"{line}\n" for line in new).encode())


def spelt(held: Iterable[Quad], in_union: Callable[[str], bool]) -> Iterator[tuple[str, Quad]]:
    """Each quad with its line of N-Quads, and after it the one of the default graph where there is one."""
    parts: dict[str, bool] = {}
    for quad in held:
        line, graph = str(quad), str(quad.graph_name)
        if graph not in parts:
            parts[graph] = in_union(graph[1:-1])
        yield f"{line} .", quad
        if parts[graph]:
            yield f"{line[: -len(graph)]}.", Quad(quad.subject, quad.predicate, quad.object, DEFAULT)
