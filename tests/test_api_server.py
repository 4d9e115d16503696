"""`serve` as a process: several HTTP processes on one address, new data without a restart, a graceful end."""

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from graph.oxigraph import EmbeddedStore
from ontology.iri import VOCABULARY_GRAPH

COUNT = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"}
CSV = {"accept": "text/csv"}
DEADLINE = 60.0


@contextmanager
def serving(root: Path, **settings: object) -> Iterator[tuple[subprocess.Popen[bytes], httpx.Client]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    given = {"store": root, "port": port, "readers": 1, "drain_seconds": 20, **settings}
    environment = os.environ | {f"TRIALGRAPH_{name.upper()}": str(value) for name, value in given.items()}
    command = [str(Path(sys.executable).parent / "trialgraph"), "serve"]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, cwd=root.parent)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=DEADLINE) as client:
            wait_for(client)
            yield process, client
    finally:
        process.kill()
        process.communicate()


def wait_for(client: httpx.Client) -> None:
    pause = threading.Event()
    for _ in range(int(DEADLINE / 0.1)):
        try:
            if client.get("/health").status_code == 200:
                return
        except httpx.TransportError:
            pause.wait(0.1)
    raise AssertionError("the service has not started")


def triples(number: int) -> bytes:
    return b"".join(b"<http://x/%d> <http://x/p> <http://x/o> .\n" % index for index in range(number))


def write(root: Path, number: int) -> None:
    with EmbeddedStore(root).writer() as writer:
        writer.replace_graph(VOCABULARY_GRAPH, triples(number))


@pytest.mark.slow
def test_several_processes_show_a_new_copy_and_end_gracefully(tmp_path: Path) -> None:
    root = tmp_path / "store"
    write(root, 3)
    with serving(root, workers=2) as (process, client):
        assert client.get("/sparql", params=COUNT, headers=CSV).text.split() == ["n", "3"]
        write(root, 5)
        pause = threading.Event()
        seen = [fresh_count(client) for _ in range(10) if not pause.wait(0.5)]
        assert seen[-4:] == ["5"] * 4
        metrics = client.get("/metrics").text
        assert "trialgraph_requests_total" in metrics
        client.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(DEADLINE) in {0, -signal.SIGTERM}


def fresh_count(client: httpx.Client) -> str:
    """A count over a connection of its own, that any of the processes may take."""
    with httpx.Client(base_url=client.base_url, timeout=DEADLINE) as other:
        return str(other.get("/sparql", params=COUNT, headers=CSV).text.split()[1])


@pytest.mark.slow
def test_an_open_request_may_finish(tmp_path: Path) -> None:
    """SIGTERM comes while an answer is under way: its end comes too."""
    root = tmp_path / "store"
    write(root, 60_000)
    with serving(root) as (process, client):
        with client.stream("GET", "/sparql", params={"query": "SELECT * { ?s ?p ?o }"}) as answer:
            chunks = answer.iter_raw()
            size = len(next(chunks))
            process.send_signal(signal.SIGTERM)
            size += sum(len(chunk) for chunk in chunks)
        assert size > 100_000
        client.close()
        assert process.wait(DEADLINE) in {0, -signal.SIGTERM}


def test_a_taken_address_is_told_of(tmp_path: Path) -> None:
    root = tmp_path / "store"
    write(root, 1)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        environment = os.environ | {"TRIALGRAPH_STORE": str(root), "TRIALGRAPH_PORT": str(taken.getsockname()[1])}
        command = [str(Path(sys.executable).parent / "trialgraph"), "serve"]
        ended = subprocess.run(command, env=environment, capture_output=True, check=False, cwd=tmp_path, text=True)
    assert ended.returncode == 2
    assert "cannot be listened on" in ended.stderr
    assert "Traceback" not in ended.stderr
