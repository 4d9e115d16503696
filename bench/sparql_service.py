"""The SPARQL service beside the Oxigraph server and rdflib-endpoint, on the same generated data in one run.

    python bench/sparql_service.py --triples 1000000 --oxigraph PATH --rdflib-python PATH --work DIR

`--oxigraph` is the binary of the PyPI package `oxigraph`; `--rdflib-python` a Python that has `rdflib-endpoint` and
uvicorn (leave it out above a million triples). Load comes from `wrk`. Everything generated is invented.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

import httpx
from bench_process import cpu_seconds, ours, wait_until_ready
from pyoxigraph import RdfFormat

from graph.oxigraph import EmbeddedStore
from graph.publish import current_published

TG = "https://w3id.org/trialgraph/ontology#"
THINGS = "https://w3id.org/trialgraph/"
PER_TRIAL = 25
SMALL = "SELECT ?title WHERE {{ <{things}trial/NCT9{number:07d}> <http://purl.org/dc/terms/title> ?title }}"
ROWS = "SELECT ?s ?o WHERE { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?o } LIMIT 100000"
HOSTILE = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . FILTER(?c != ?f) }"
LUA = """
local n = {first}
request = function()
  n = n + 7
  local query = string.gsub("{template}", "NUMBER", string.format("%07d", n % {trials}))
  return wrk.format("GET", query, {{["Accept"] = "application/sparql-results+json"}})
end
"""


def trial(number: int) -> Iterator[str]:
    """One invented trial in the shape that the flagship query asks for."""
    name = f"NCT9{number:07d}"
    base, line = f"{THINGS}trial/{name}", number // 50 % 4 + 1
    target = f"{THINGS}target/" + ("CD274" if number % 50 == 0 else f"T{number % 97}")
    yield f"<{base}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <{TG}Trial> ."
    yield f'<{base}> <http://purl.org/dc/terms/title> "An invented trial, number {number}" .'
    yield f"<{base}> <{TG}combinesTarget> <{target}> ."
    yield f'<{base}> <{TG}offersLine> "{line}"^^<http://www.w3.org/2001/XMLSchema#integer> .'
    yield f"<{base}/line> <{TG}inTrial> <{base}> ."
    yield f'<{base}/line> <{TG}forLine> "{line}"^^<http://www.w3.org/2001/XMLSchema#integer> .'
    yield from evidence(f"{base}/line", "in this line")
    for index in range(2):
        part, fact = f"{base}/part/{index}", f"{base}/fact/{index}"
        yield f"<{part}> <{TG}inTrial> <{base}> ."
        yield f"<{part}> <{TG}givesTarget> <{target if index == 0 else THINGS + 'target/OTHER'}> ."
        yield f"<{part}> <{TG}hasPartner> <{base}/part/{1 - index}> ."
        yield f"<{part}> <{TG}ofIntervention> <{fact}> ."
        yield f'<{fact}> <http://www.w3.org/2000/01/rdf-schema#label> "drug {number % 1000} of {index}" .'
        yield from evidence(fact, f"drug {number % 1000}")


def evidence(owner: str, text: str) -> Iterator[str]:
    yield f"<{owner}> <{TG}hasEvidence> <{owner}/evidence> ."
    yield f'<{owner}/evidence> <http://www.w3.org/ns/oa#exact> "{text}" .'
    yield f"<{owner}/evidence> <{TG}section> <{THINGS}section/title> ."


def build(folder: Path, triples: int) -> int:
    """A store with that many triples in its default graph; returns the number of trials."""
    trials = triples // PER_TRIAL
    if not (folder / "current").exists():
        with EmbeddedStore(folder).writer() as writer:
            for start in range(0, trials, 20_000):
                lines = (line for number in range(start, min(trials, start + 20_000)) for line in trial(number))
                writer.changing().bulk_load("\n".join(lines).encode(), RdfFormat.N_TRIPLES)
            writer.compact()
    return trials


@contextmanager
def running(command: list[str], ready: str, environment: dict[str, str] | None = None) -> Iterator[int]:
    process = subprocess.Popen(
        command, env=os.environ | (environment or {}), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        wait_until_ready(ready)
        yield process.pid
    finally:
        process.terminate()
        process.wait()


def small_path(path: str) -> str:
    query = SMALL.format(things=THINGS, number=0).replace("NCT90000000", "NCT9NUMBER")
    return f"{path}?query={quote(query, safe='')}"


def wrk(url: str, connections: int, seconds: int, script: Path | None = None, *, pid: int = 0) -> dict[str, float]:
    before = cpu_seconds(pid) if pid else 0
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "30s"]
    command += ["-s", str(script)] if script else []
    text = subprocess.run([*command, url], check=True, capture_output=True, text=True).stdout
    requests = int(re.search(r"(\d+) requests in", text)[1])
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", text)
    return {
        "cpu_us": (cpu_seconds(pid) - before) / requests * 1e6 if pid else 0,
        "rps": float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1]),
        "p50_ms": milliseconds(re.search(r"50%\s+([\d.]+\w+)", text)[1]),
        "p99_ms": milliseconds(re.search(r"99%\s+([\d.]+\w+)", text)[1]),
        "errors": float(bad[1]) if bad else 0,
    }


def milliseconds(text: str) -> float:
    value, unit = re.fullmatch(r"([\d.]+)(\w+)", text).groups()
    return float(value) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60000}[unit]


def timed(url: str, query: str, repeats: int) -> dict[str, float]:
    """Medians of the time to the first byte and to the last, in ms, and the bytes."""
    first, last, size = [], [], 0
    headers = {"accept": "application/sparql-results+json", "accept-encoding": "identity"}
    with httpx.Client(headers=headers, timeout=120) as client:
        client.get(url, params={"query": "ASK {}"})
        for _ in range(repeats):
            started = time.perf_counter()
            size = 0
            with client.stream("GET", url, params={"query": query}) as answer:
                for chunk in answer.iter_raw():
                    if not size:
                        first.append(time.perf_counter() - started)
                    size += len(chunk)
            last.append(time.perf_counter() - started)
    return {"first_ms": statistics.median(first) * 1000, "last_ms": statistics.median(last) * 1000, "bytes": size}


@contextmanager
def attack(url: str, clients: int) -> Iterator[None]:
    stop = threading.Event()

    def ask(number: int) -> None:
        count = 0
        while not stop.is_set():
            count += 1
            try:
                answer = httpx.get(url, params={"query": f"{HOSTILE} # {number} {count}"}, timeout=60)
                stop.wait(float(answer.headers.get("retry-after", 0)))
            except httpx.HTTPError:
                stop.wait(0.1)

    threads = [threading.Thread(target=ask, args=(number,), daemon=True) for number in range(clients)]
    for thread in threads:
        thread.start()
    time.sleep(3)
    yield
    stop.set()


def measure(name: str, origin: str, path: str, pid: int, options: argparse.Namespace) -> dict[str, object]:
    trials, work, seconds = options.triples // PER_TRIAL, options.work, options.seconds
    url = origin + path
    script = work / "small.lua"
    flagship = files("graph").joinpath("queries", "flagship.rq").read_text("utf-8")
    same = f"{url}?query={quote(SMALL.format(things=THINGS, number=7))}"
    found: dict[str, object] = {"server": name}
    for connections in (1, 8, 32):
        script.write_text(LUA.format(first=connections, template=small_path(path), trials=trials))
        found[f"small@{connections}"] = wrk(origin, connections, seconds, script, pid=pid)
        found[f"same@{connections}"] = wrk(same, connections, seconds, pid=pid)
    found["flagship"] = timed(url, flagship, 5)
    found["rows"] = timed(url, ROWS, 3)
    return found


def show(found: dict[str, object]) -> None:
    print(json.dumps(found, default=lambda value: round(value, 2)), flush=True)


def under_attack(origin: str, path: str, work: Path, trials: int, seconds: int) -> dict[str, object]:
    script = work / "small.lua"
    script.write_text(LUA.format(first=3, template=small_path(path), trials=trials))
    calm = wrk(origin, 8, seconds, script)
    with attack(origin + path, 6):
        hostile = wrk(origin, 8, seconds * 2, script)
    return {"calm": calm, "under attack": hostile, "p99 ratio": hostile["p99_ms"] / calm["p99_ms"]}


RDFLIB = """
import sys, uvicorn
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint
data = Dataset(default_union=True)
data.parse(sys.argv[1], format="nt")
app = SparqlEndpoint(graph=data, path="/sparql", enable_update=False)
uvicorn.run(app, port=int(sys.argv[2]), log_level="critical")
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--oxigraph")
    parser.add_argument("--rdflib-python")
    parser.add_argument("--work", type=Path, required=True)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    store = options.work / f"store-{options.triples}"
    trials = build(store, options.triples)
    command, ready, environment = ours(store, 8201, cache_mb=0)
    with running(command, ready, environment) as pid:
        show(measure("trialgraph, cache off", "http://127.0.0.1:8201", "/sparql", pid, options))
        show({"attack": under_attack("http://127.0.0.1:8201", "/sparql", options.work, trials, options.seconds)})
    command, ready, environment = ours(store, 8202)
    with running(command, ready, environment) as pid:
        show(measure("trialgraph, cache on", "http://127.0.0.1:8202", "/sparql", pid, options))
    if options.oxigraph:
        serve = [
            options.oxigraph,
            "serve-read-only",
            "--location",
            str(current_published(store)),
            "--bind",
            "127.0.0.1:8203",
        ]
        with running(serve, "http://127.0.0.1:8203/query?query=ASK%7B%7D"):
            show(measure("oxigraph server", "http://127.0.0.1:8203", "/query", pid, options))
    if options.rdflib_python:
        dump = options.work / "data.nt"
        with dump.open("w") as file:
            file.writelines(line + "\n" for number in range(trials) for line in trial(number))
        serve = [options.rdflib_python, "-c", RDFLIB, str(dump), "8204"]
        with running(serve, "http://127.0.0.1:8204/sparql?query=ASK%7B%7D"):
            show(measure("rdflib-endpoint", "http://127.0.0.1:8204", "/sparql", pid, options))


if __name__ == "__main__":
    main()
