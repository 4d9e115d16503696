"""The service's own queries: an answer is given again while the copy that it is of is the current one."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import cast

from pyoxigraph import Literal

from api.cache import AnswerCache
from api.queries import QueryRunner
from graph.publish import Published
from graph.readers import ReaderPool
from graph.wire import Request, Term


@dataclass
class Pool:
    """In place of the reader processes: each query it runs gets the next number as its answer."""

    version: str = "1"
    volatile: bool = False
    asked: list[Request] = field(default_factory=list)

    def published(self) -> Published:
        return Published(1, Path(), self.version)

    @asynccontextmanager
    async def ask(self, request: Request, *, seconds: float) -> AsyncIterator[SimpleNamespace]:
        assert seconds == 1.0
        self.asked.append(request)
        value = {"n": {"type": "literal", "value": str(len(self.asked))}}
        body = str({"head": {"vars": ["n"]}, "results": {"bindings": [value]}}).replace("'", '"').encode()

        async def read() -> bytes:
            return body

        yield SimpleNamespace(version=self.version, volatile=self.volatile, read=read)


def runner(pool: Pool, size: int = 100_000) -> QueryRunner:
    return QueryRunner(cast("ReaderPool", pool), 1.0, AnswerCache(size))


def select(queries: QueryRunner, text: str, bindings: Mapping[str, Term] | None = None) -> str:
    return asyncio.run(queries.select(text, bindings or {}))[0]["n"]


def test_an_answer_is_given_again_until_the_store_changes() -> None:
    pool = Pool()
    queries = runner(pool)
    assert [select(queries, "one"), select(queries, "one"), select(queries, "other")] == ["1", "1", "2"]
    pool.version = "2"
    assert [select(queries, "one"), select(queries, "one")] == ["3", "3"]


def test_other_values_are_another_query() -> None:
    queries = runner(Pool())
    found = [select(queries, "one", {"x": Literal(value)}) for value in ("a", "b", "a", "1")]
    assert [*found, select(queries, "one", {"x": Literal(1)})] == ["1", "2", "1", "3", "4"]


def test_what_may_differ_each_time_is_asked_each_time() -> None:
    queries = runner(Pool(volatile=True))
    assert [select(queries, "one"), select(queries, "one")] == ["1", "2"]


def test_without_memory_every_query_is_run() -> None:
    queries = runner(Pool(), size=0)
    assert [select(queries, "one"), select(queries, "one")] == ["1", "2"]
