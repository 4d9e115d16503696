"""Queries of the service's own, for its endpoints and pages: through the same killable readers as everybody's.

What a published copy answers never changes, so an answer is kept and given again: the counts on the front page are of
the whole graph, and took half a second over 100,000 trials.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import anyio.from_thread
from pyoxigraph import Literal, NamedNode, QueryResultsFormat, QuerySolutions, parse_query_results

from api.cache import AnswerCache, CachedAnswer
from graph.readers import ReaderPool
from graph.wire import Request, Term

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class QueryRunner:
    """Runs SELECT queries with values for some of their variables; `cache` has the answers given before."""

    pool: ReaderPool
    seconds: float
    cache: AnswerCache

    async def select(self, text: str, bindings: Mapping[str, Term]) -> Sequence[Row]:
        """The rows: variable name to lexical value, unbound ones left out. Raises what `ReaderPool.ask` raises."""
        key = ("select", text, *(f"{name}={term}" for name, term in sorted(bindings.items())))
        if (found := self.cache.get(self.pool.published().version, key)) is not None:
            return rows_of(found.body)
        async with self.pool.ask(Request(text, bindings=bindings), seconds=self.seconds) as answer:
            body = await answer.read()
        if not answer.volatile:
            self.cache.put(answer.version, key, CachedAnswer([], body, b"", None, ""))
        return rows_of(body)

    def select_blocking(self, text: str, bindings: Mapping[str, Term]) -> Sequence[Row]:
        """The same, for a plain function that the framework runs in a thread."""
        return anyio.from_thread.run(self.select, text, bindings)

    async def whole(self, text: str, max_bytes: int) -> tuple[str, bytes]:
        """Any query's kind of answer (`Answer.kind`) and the answer in JSON or Turtle, which may be so large.

        Raises what `ReaderPool.ask` raises.
        """
        request = Request(text, max_bytes=max_bytes)
        async with self.pool.ask(request, seconds=self.seconds) as answer:
            return answer.kind, await answer.read()

    def whole_blocking(self, text: str, max_bytes: int) -> tuple[str, bytes]:
        """The same, for a plain function that the framework runs in a thread."""
        return anyio.from_thread.run(self.whole, text, max_bytes)

    async def triples(self, text: str, syntax: str) -> bytes:
        """What a CONSTRUCT query gives, in a syntax of `graph.formats`. Raises what `ReaderPool.ask` raises."""
        async with self.pool.ask(Request(text, graph_format=syntax), seconds=self.seconds) as answer:
            return await answer.read()

    def triples_blocking(self, text: str, syntax: str) -> bytes:
        """The same, for a plain function that the framework runs in a thread."""
        return anyio.from_thread.run(self.triples, text, syntax)


def rows_of(content: bytes) -> Sequence[Row]:
    """The rows of a SELECT's results in JSON."""
    solutions = parse_query_results(content, QueryResultsFormat.JSON)
    if not isinstance(solutions, QuerySolutions):
        return []
    names = [variable.value for variable in solutions.variables]
    return [{name: lexical(value) for name in names if (value := row[name]) is not None} for row in solutions]


def lexical(term: object) -> str:
    """An IRI, or a literal's text."""
    return term.value if isinstance(term, NamedNode | Literal) else str(term)
