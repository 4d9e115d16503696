"""The pool of reader processes: one moment a reader, killed at limits, replaced, and new copies within a moment."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from graph.oxigraph import EmbeddedStore
from graph.readers import LOOK_AGAIN, PoolLimits, ReaderPool
from graph.wire import Request
from ontology.errors import (
    AbsentGraphError,
    LimitError,
    NotAcceptableError,
    NotFoundError,
    QuerySyntaxError,
    RefusedError,
)
from ontology.iri import VOCABULARY_GRAPH

LINES = b"".join(b'<http://x/%d> <http://x/p> "%d" .\n' % (number, number) for number in range(2000))
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
ALL = "SELECT ?s ?o { ?s ?p ?o }"
# Address space, not memory: a reader that changes copies holds two of them open for a moment.
LIMITS = PoolLimits(readers=1, long_queries=2, long_per_client=1, patience=0.05, memory_bytes=3 << 30)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    with EmbeddedStore(tmp_path).writer() as writer:
        writer.replace_graph(VOCABULARY_GRAPH, LINES)
    return tmp_path


@asynccontextmanager
async def opened(root: Path, limits: PoolLimits = LIMITS) -> AsyncIterator[ReaderPool]:
    pool = ReaderPool(EmbeddedStore(root).backing, limits)
    try:
        yield pool
    finally:
        await pool.close()


async def answer(pool: ReaderPool, request: Request, *, seconds: float = 20, client: str = "") -> bytes:
    async with pool.ask(request, seconds=seconds, client=client) as found:
        return await found.read()


def run(root: Path, work: Callable[[ReaderPool], Coroutine[None, None, None]], limits: PoolLimits = LIMITS) -> None:
    async def main() -> None:
        async with opened(root, limits) as pool:
            await work(pool)

    asyncio.run(main())


def test_a_small_answer_is_whole_and_a_large_one_streams(root: Path) -> None:
    async def work(pool: ReaderPool) -> None:
        async with pool.ask(Request("ASK {}", "csv"), seconds=5) as small:
            assert (small.whole, small.kind, small.report["rows"]) == (b"true", "boolean", None)
        async with pool.ask(Request(ALL, "csv"), seconds=5) as large:
            chunks = [chunk async for chunk in large.chunks()]
            assert (large.whole, len(chunks) > 1, large.report["rows"]) == (None, True, 2000)
            assert len(b"".join(chunks)) == large.report["bytes"]

    run(root, work)


@pytest.mark.parametrize(("name", "rows"), [("json", 2000), ("xml", 2000), ("csv", 2000), ("tsv", 2000)])
@pytest.mark.parametrize("coding", ["identity", "gzip", "zstd"])
def test_rows_are_counted(root: Path, name: str, rows: int, coding: str) -> None:
    async def work(pool: ReaderPool) -> None:
        async with pool.ask(Request(ALL, name, coding=coding), seconds=5) as found:
            await found.read()
            assert found.report["rows"] == rows
        async with pool.ask(Request(ALL + " LIMIT 0", name), seconds=5) as found:
            assert found.report["rows"] == 0

    run(root, work)


def test_bindings_are_values(root: Path) -> None:
    async def work(pool: ReaderPool) -> None:
        subject = await answer(
            pool, Request("SELECT ?s ?o { ?s ?p ?o }", "csv", bindings={"s": NamedNode("http://x/7")})
        )
        assert subject == b"s,o\r\nhttp://x/7,7\r\n"
        value = await answer(pool, Request("SELECT ?s ?o { ?s ?p ?o }", "csv", bindings={"o": Literal("9")}))
        assert value == b"s,o\r\nhttp://x/9,9\r\n"

    run(root, work)


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (Request("SELECT * {"), QuerySyntaxError),
        (Request("ASK {}", format=""), NotAcceptableError),
        (Request("SELECT * { SERVICE <http://x/> {} }"), RefusedError),
        (Request("SELECT * FROM <http://x/none> {}"), AbsentGraphError),
        (Request("ASK {}", default_graphs=("http://x/none",)), AbsentGraphError),
        (Request(ALL, max_bytes=1000), LimitError),
        (Request("SELECT * " + "{" * 300 + "}" * 300), LimitError),
    ],
)
def test_a_refusal_leaves_the_reader_as_it_was(root: Path, request_: Request, error: type[Exception]) -> None:
    async def work(pool: ReaderPool) -> None:
        await answer(pool, Request("ASK {}"))
        before = pool.idle[0].process.pid
        with pytest.raises(error):
            await answer(pool, request_)
        assert await answer(pool, Request("ASK {}", "csv")) == b"true"
        assert pool.idle[0].process.pid == before

    run(root, work)


def test_a_query_is_killed_at_its_limit_and_stops_using_the_processor(root: Path) -> None:
    others = set(children())

    async def work(pool: ReaderPool) -> None:
        with pytest.raises(LimitError) as caught:
            await answer(pool, Request(SLOW), seconds=0.2)
        assert caught.value.limit == "query_seconds"
        assert await answer(pool, Request("ASK {}", "csv")) == b"true"
        await asyncio.gather(*pool.tasks)
        assert len(set(children()) - others) <= LIMITS.readers

    run(root, work)


def test_a_query_that_needs_too_much_memory_dies_alone(root: Path) -> None:
    values = " ".join(str(number) for number in range(1000))
    bomb = "SELECT (GROUP_CONCAT(?x) AS ?y) { "
    bomb += " ".join(f"VALUES ?{name} {{ {values} }}" for name in "abc")
    bomb += 'BIND(CONCAT(STR(?a), "' + "x" * 2000 + '") AS ?x) }'

    async def work(pool: ReaderPool) -> None:
        with pytest.raises(LimitError) as caught:
            await answer(pool, Request(bomb), seconds=60)
        assert caught.value.limit == "query_memory_mb"
        assert await answer(pool, Request("ASK {}", "csv")) == b"true"

    run(root, work, PoolLimits(readers=1, patience=60, memory_bytes=1 << 30))


def test_a_query_ends_with_its_client(root: Path) -> None:
    async def work(pool: ReaderPool) -> None:
        left = asyncio.Event()
        left.set()

        async def gone() -> None:
            await left.wait()

        with pytest.raises(LimitError) as caught:
            async with pool.ask(Request(SLOW), seconds=60, gone=gone):
                pass
        assert caught.value.limit == "client"

    run(root, work)


def test_leaving_an_answer_before_its_end_kills_its_query(root: Path) -> None:
    async def work(pool: ReaderPool) -> None:
        async with pool.ask(Request(ALL + " # left"), seconds=60) as found:
            pid = found.reader.process.pid
        assert await answer(pool, Request("ASK {}", "csv")) == b"true"
        assert pool.idle[0].process.pid != pid

    run(root, work)


def test_a_long_query_steps_aside_and_another_of_its_client_is_refused(root: Path) -> None:
    async def work(pool: ReaderPool) -> None:
        first = asyncio.create_task(answer(pool, Request(SLOW), seconds=8, client="a"))
        while not pool.long and not first.done():
            await asyncio.sleep(0)
        assert await answer(pool, Request("ASK {}", "csv"), client="b") == b"true"
        with pytest.raises(LimitError) as caught:
            await answer(pool, Request(SLOW + "#"), client="a")
        assert caught.value.limit == "long_per_client"
        with pytest.raises(LimitError):
            await first

    run(root, work)


def test_a_query_that_finds_no_reader_is_told_so(root: Path) -> None:
    async def work(pool: ReaderPool) -> None:
        async with pool.ask(Request(ALL + ALL[:0]), seconds=60):
            with pytest.raises(LimitError) as caught:
                await answer(pool, Request("ASK {}"))
        assert caught.value.limit == "queue_seconds"

    run(root, work, PoolLimits(readers=1, patience=60, queue_seconds=0.05))


def test_a_new_copy_is_read_without_a_restart(root: Path) -> None:
    async def work(pool: ReaderPool) -> None:
        count = Request("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "csv")
        assert await answer(pool, count) == b"n\r\n2000\r\n"
        before, pid = pool.published().version, pool.idle[0].process.pid
        with EmbeddedStore(root).writer() as writer:
            writer.replace_graph(VOCABULARY_GRAPH, LINES[: LINES.index(b"\n") + 1])
        pool.looked -= LOOK_AGAIN
        assert await answer(pool, count) == b"n\r\n1\r\n"
        assert pool.published().version != before
        assert pool.idle[0].process.pid == pid

    run(root, work)


def test_a_reader_sees_one_moment(root: Path) -> None:
    async def work(pool: ReaderPool) -> None:
        async with pool.ask(Request(ALL, "csv"), seconds=20) as found:
            with EmbeddedStore(root).writer() as writer:
                writer.replace_graph(VOCABULARY_GRAPH, b"")
            assert len((await found.read()).splitlines()) == 2001

    run(root, work)


def test_an_empty_place_is_no_store(tmp_path: Path) -> None:
    async def work(pool: ReaderPool) -> None:
        with pytest.raises(NotFoundError):
            await answer(pool, Request("ASK {}"))

    run(tmp_path / "none", work)


def test_readers_start_again_where_the_process_that_forks_them_has_died(root: Path) -> None:
    async def work(pool: ReaderPool) -> None:
        await answer(pool, Request("ASK {}"))
        first = pool.nurse.processes[0]
        first.kill()
        await pool.idle[0].process.wait()
        assert b"true" in await answer(pool, Request("ASK {}"))
        assert pool.nurse.processes[-1].pid != first.pid

    run(root, work)


def test_a_reader_ends_with_its_socket_and_tells_its_code(root: Path) -> None:
    async def work(pool: ReaderPool) -> None:
        await pool.warm()
        reader = pool.idle.pop()
        reader.frames.close()
        assert await reader.process.wait() == 0
        reader.process.kill()

    run(root, work)


def children() -> list[str]:
    """The processes that this one has started and not yet buried."""
    own = Path(f"/proc/{os.getpid()}/task")
    return [pid for task in own.iterdir() for pid in (task / "children").read_text().split()]
