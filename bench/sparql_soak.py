"""Many clients beside repeated builds: errors, the age of what they read, and the service's memory.

    python bench/sparql_soak.py --seconds 600 --clients 64 --work DIR

A writer publishes a new marker every few seconds; each client asks for it and for a small count. A marker older than
the newest one by more than five seconds after that was published is a stale read. All data is invented.
"""

import argparse
import asyncio
import json
import subprocess
import threading
import time
from collections import Counter
from pathlib import Path

import httpx
from bench_process import memory_of, ours, wait_until_ready

from graph.oxigraph import EmbeddedStore
from ontology.iri import VOCABULARY_GRAPH

MARKER = "SELECT ?n WHERE { <http://example.org/marker> <http://example.org/is> ?n }"
COUNT = "SELECT (COUNT(*) AS ?n) WHERE { ?s <http://example.org/p> ?o }"
FRESH_SECONDS = 5.0


def write(store: Path, number: int) -> None:
    lines = b"".join(b"<http://example.org/%d> <http://example.org/p> %d .\n" % (index, index) for index in range(2000))
    integers = b"^^<http://www.w3.org/2001/XMLSchema#integer>"
    lines = lines.replace(b"/p> ", b'/p> "').replace(b" .\n", b'"' + integers + b" .\n")
    marker = b'<http://example.org/marker> <http://example.org/is> "%d" .\n' % number
    with EmbeddedStore(store).writer() as writer:
        writer.replace_graph(VOCABULARY_GRAPH, lines + marker)


def build_again(store: Path, published: dict[int, float], stop: threading.Event) -> None:
    while not stop.wait(3):
        number = len(published)
        write(store, number)
        published[number] = time.monotonic()


async def ask_again(client: httpx.AsyncClient, published: dict[int, float], seen: Counter[str], until: float) -> float:
    """Ask until the time is up; returns the greatest age of a marker that was read, in seconds."""
    oldest = 0.0
    while time.monotonic() < until:
        asked = time.monotonic()
        try:
            answer = await client.get("/sparql", params={"query": MARKER}, headers={"accept": "text/csv"})
            other = await client.get("/sparql", params={"query": COUNT})
        except httpx.HTTPError as error:
            seen[type(error).__name__] += 1
            continue
        seen[str(answer.status_code)] += 1
        seen[str(other.status_code)] += 1
        if answer.status_code == 200:
            next_one = published.get(int(answer.text.split()[1]) + 1)
            oldest = max(oldest, asked - next_one if next_one else 0.0)
    return oldest


async def run(options: argparse.Namespace, url: str, pid: int) -> dict[str, object]:
    published, stop, seen = {0: time.monotonic()}, threading.Event(), Counter[str]()
    builder = threading.Thread(target=build_again, args=(options.work / "store", published, stop))
    builder.start()
    limits = httpx.Limits(max_connections=options.clients)
    memory = [memory_of(pid)]
    async with httpx.AsyncClient(base_url=url, timeout=60, limits=limits) as client:
        until = time.monotonic() + options.seconds
        tasks = [asyncio.create_task(ask_again(client, published, seen, until)) for _ in range(options.clients)]
        while time.monotonic() < until:
            await asyncio.sleep(options.seconds / 6)
            memory.append(memory_of(pid))
        ages = await asyncio.gather(*tasks)
    stop.set()
    builder.join()
    stale = max(ages)
    return {
        "answers": dict(seen),
        "builds": len(published) - 1,
        "oldest read s": round(stale, 2),
        "fresh": stale <= FRESH_SECONDS,
        "memory MiB": memory,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--work", type=Path, required=True)
    options = parser.parse_args()
    store = options.work / "store"
    write(store, 0)
    command, ready, environment = ours(store, 8211)
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until_ready(ready)
        print(json.dumps(asyncio.run(run(options, "http://127.0.0.1:8211", process.pid))))
    finally:
        process.terminate()
        process.wait()


if __name__ == "__main__":
    main()
