"""The tools for agents over the Model Context Protocol, by its official SDK (the extra `mcp`).

A tool's description is what an agent chooses it by. Errors that are ours go to the agent in one line; a query runs in
the same killable readers as everybody's.
"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Annotated, Any

import anyio.to_thread
from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from api.agents.tools import Json, Tools
from api.answers import Answers
from api.ask.service import build_ask_service
from api.cache import AnswerCache
from api.errors import one_line
from api.queries import QueryRunner
from api.settings import Settings
from api.sparql import MIB
from graph.readers import ReaderPool
from ontology.errors import TrialGraphError
from ontology.model import Vocabulary

INSTRUCTIONS = (
    "TrialGraph answers questions about oncology trials from facts that were read out of registry records, each with "
    "the sentence that it rests on. Read `notice` first: it says what was not understood, what was cut short and what "
    "is empty. Quote the evidence; do not add facts that are not in an answer."
)
LARGEST = 4_000_000
"""Bytes of one SPARQL answer."""

Name = Annotated[str, Field(min_length=1, max_length=300)]
Facet = Annotated[str | None, Field(max_length=300)]
Limit = Annotated[int, Field(ge=1, le=100)]


def make_server(tools: Tools) -> MCPServer[Any]:
    """The server over these tools."""
    server: MCPServer[Any] = MCPServer("trialgraph", title="TrialGraph", instructions=INSTRUCTIONS, log_level="ERROR")
    for tool in (*question_tools(tools), *lookup_tools(tools)):
        server.add_tool(tool, annotations=ToolAnnotations(read_only_hint=True, open_world_hint=False))
    return server


def question_tools(tools: Tools) -> tuple[Callable[..., Any], ...]:
    """The tools that find trials."""

    async def ask(question: Annotated[str, Field(min_length=1, max_length=2000)], limit: Limit = 10) -> Json:
        """Answer a question in plain words, such as "which PD-L1 combos in second line".

        Gives what was understood and what was not, trials with deciding sentences, near misses if none, the SPARQL.
        """
        return await told(partial(tools.ask, question, limit))

    async def find_trials(  # noqa: PLR0913, PLR0917 (one parameter a facet)
        target: Facet = None,
        drug: Facet = None,
        drug_class: Facet = None,
        line: Annotated[str | None, Field(description='"1" to "5", or "3+" for third line or later')] = None,
        setting: Facet = None,
        condition: Facet = None,
        endpoint: Facet = None,
        phase: Facet = None,
        combination: Annotated[str | None, Field(description='"true", or "false" for monotherapy')] = None,
        prior: Facet = None,
        status: Facet = None,
        since: Annotated[str | None, Field(description="started on or after, as 2024-01-31")] = None,
        limit: Limit = 10,
        cursor: Annotated[int, Field(ge=0, description="next_cursor of the page before")] = 0,
    ) -> Json:
        """Find trials by facets, all of which must hold, the therapies in one experimental arm; `a|b` is either."""
        facets = {
            "target": target, "drug": drug, "class": drug_class, "line": line, "setting": setting,
            "condition": condition, "endpoint": endpoint, "phase": phase, "combination": combination,
            "prior": prior, "status": status, "since": since,
        }  # fmt: skip
        return await told(partial(tools.find_trials, facets, limit, cursor))

    return ask, find_trials


def lookup_tools(tools: Tools) -> tuple[Callable[..., Any], ...]:
    """The tools that look one thing up, and SPARQL."""

    async def trial(identifier: Name) -> Json:
        """Give all facts of one trial, by its registry id, each with the text that says it."""
        return await told(partial(tools.trial, identifier))

    async def drug(name: Name) -> Json:
        """Look a drug up by any name, code or identifier: targets, classes, names, identifiers, number of trials."""
        return await told(partial(tools.drug, name))

    async def schema() -> Json:
        """Give prefixes, classes, properties, counts and example queries: read this before writing SPARQL."""
        return await told(tools.schema)

    async def sparql(query: Annotated[str, Field(min_length=1, max_length=100_000)], limit: Limit = 50) -> Json:
        """Run a SPARQL 1.1 SELECT, ASK or CONSTRUCT query; nothing can be written, SERVICE is refused."""
        return await told(partial(tools.sparql, query, limit))

    return trial, drug, schema, sparql


async def told(work: Callable[[], Json]) -> Json:
    """The answer of some blocking work; an error of ours as one that the agent is told."""
    try:
        return await anyio.to_thread.run_sync(work)
    except TrialGraphError as error:
        raise ToolError(one_line(error)) from error


def tools_over(pool: ReaderPool, settings: Settings, vocabulary: Vocabulary) -> Tools:
    """The tools over the readers of a store."""
    queries = QueryRunner(pool, settings.query_seconds, AnswerCache(settings.cache_mb * MIB))
    service = build_ask_service(vocabulary)
    answers = Answers(service, queries.select_blocking, queries.triples_blocking)
    return Tools(answers, lambda text: queries.whole_blocking(text, LARGEST))


@asynccontextmanager
async def running(pool: ReaderPool) -> AsyncIterator[None]:
    """The readers, for as long as the block lasts; on one event loop."""
    try:
        await pool.warm()
        yield
    finally:
        await pool.close()
