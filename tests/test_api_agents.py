"""Tools for agents, asked by the SDK's own client over stdio and HTTP; records are the invented samples."""

import os
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import anyio
import pytest

pytest.importorskip("mcp", reason="the extra `mcp` is not installed")

from mcp import Client, StdioServerParameters

COMMAND = ["-m", "api.cli", "mcp", "--store"]
TOOLS = {"ask", "find_trials", "trial", "drug", "schema", "sparql"}
FLAGSHIP = "which PD-L1 combos in second line"

Call = Callable[..., Any]


def answer_of(result: Any) -> dict[str, Any]:
    assert not result.is_error, result.content
    value = result.structured_content
    assert isinstance(value, dict)
    return value


def using(server: Any, work: Callable[[Client], Awaitable[Any]]) -> Any:
    async def talk() -> Any:
        async with Client(server, read_timeout_seconds=60) as client:
            return await work(client)

    return anyio.run(talk)


@pytest.fixture(scope="module")
def over_stdio(sample_store: Path) -> StdioServerParameters:
    return StdioServerParameters(command=sys.executable, args=[*COMMAND, str(sample_store)], env=dict(os.environ))


@pytest.fixture(scope="module")
def over_http(sample_store: Path) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    options = [*COMMAND, str(sample_store), "--http", "--port", str(port)]
    with subprocess.Popen([sys.executable, *options], stderr=subprocess.DEVNULL) as process:
        try:
            await_listener(process, port)
            yield f"http://127.0.0.1:{port}/mcp"
        finally:
            process.terminate()


def await_listener(process: subprocess.Popen[bytes], port: int) -> None:
    for _ in range(600):
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
            break
    pytest.fail("the server does not listen")


def test_every_tool_over_standard_input_and_output(over_stdio: StdioServerParameters) -> None:
    async def work(client: Client) -> dict[str, Any]:
        tools = (await client.list_tools()).tools
        assert {tool.name for tool in tools} == TOOLS
        assert all(tool.description and tool.annotations and tool.annotations.read_only_hint for tool in tools)
        calls: dict[str, dict[str, Any]] = {
            "ask": {"question": FLAGSHIP, "limit": 2},
            "find_trials": {"target": "PD-L1", "line": "2", "combination": "true", "limit": 1},
            "trial": {"identifier": "NCT99000001"},
            "drug": {"name": "TQB2450"},
            "schema": {},
            "sparql": {"query": "SELECT ?s { ?s a <https://w3id.org/trialgraph/ontology#Trial> }", "limit": 5},
        }
        return {name: answer_of(await client.call_tool(name, given)) for name, given in calls.items()}

    found = using(over_stdio, work)
    asked = found["ask"]
    assert (asked["total"], asked["shown"], asked["truncated"]) == (3, 2, True)
    assert "2 of 3 trials" in asked["notice"]
    assert all(trial["evidence"] for trial in asked["trials"])
    assert "cursor=1" in found["find_trials"]["notice"]
    assert found["trial"]["lines"][0]["evidence"][0]["quote"] == "Second-line"
    assert found["drug"]["id"] == "benmelstobart"
    assert "tg:offersLine" in found["schema"]["properties"]
    assert (found["sparql"]["truncated"], len(found["sparql"]["rows"]), found["sparql"]["total"]) == (True, 5, 12)


def test_over_http_empty_answers_and_what_was_not_understood_are_said(over_http: str) -> None:
    async def work(client: Client) -> list[dict[str, Any]]:
        calls: list[tuple[str, dict[str, Any]]] = [
            ("ask", {"question": f"{FLAGSHIP} in phase 3"}),
            ("ask", {"question": f"{FLAGSHIP} in zorblaxitis"}),
            ("find_trials", {"target": "PD-L1", "line": "5"}),
            ("sparql", {"query": "SELECT ?s { ?s a <https://example.org/Nothing> }"}),
            ("sparql", {"query": "ASK { ?s ?p ?o }"}),
            ("sparql", {"query": "CONSTRUCT WHERE { ?s ?p ?o } LIMIT 1"}),
        ]
        return [answer_of(await client.call_tool(name, given)) for name, given in calls]

    empty, half, none, no_rows, yes, triples = using(over_http, work)
    assert (empty["total"], empty["trials"]) == (0, [])
    assert "Nothing in the graph matches" in empty["notice"]
    assert "without 'phase 3' there are 3" in empty["notice"]
    assert "'zorblaxitis'" in half["notice"]
    assert "Nothing" in none["notice"]
    assert (no_rows["rows"], no_rows["truncated"]) == ([], False)
    assert "Nothing" in no_rows["notice"]
    assert yes["boolean"] is True
    assert "<" in triples["turtle"]


@pytest.mark.parametrize(
    ("tool", "given", "said"),
    [
        ("trial", {"identifier": "NCT00000000"}, "no trial is called"),
        ("drug", {"name": "zorblaximab"}, "no drug is called"),
        ("find_trials", {}, "no facet is given"),
        ("find_trials", {"line": "soon"}, "line"),
        ("sparql", {"query": "SELECT * { ?s"}, "does not parse"),
        ("sparql", {"query": "DELETE WHERE { ?s ?p ?o }"}, "does not parse"),
        ("sparql", {"query": "SELECT * { SERVICE <http://localhost:1/> { ?s ?p ?o } }"}, "SERVICE"),
        ("ask", {"question": "x", "limit": 0}, "limit"),
    ],
)
def test_what_cannot_be_done_is_an_error_that_says_why(
    over_http: str, tool: str, given: dict[str, Any], said: str
) -> None:
    async def work(client: Client) -> Any:
        return await client.call_tool(tool, given)

    result = using(over_http, work)
    assert result.is_error
    assert said in result.content[0].text
