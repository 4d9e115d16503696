"""The SPARQL service beside the Oxigraph server and rdflib-endpoint, on the same generated data in one run.

    python bench/sparql_service.py --triples 1000000 --work /tmp/bench
    python bench/sparql_service.py --triples 10000000 --work /tmp/bench

Needs `wrk` (Debian: wrk), which makes the load, and the packages of the development group, which have the Oxigraph
server. rdflib-endpoint gets an environment of its own in the work folder, made by pip in the first run; it is measured
up to a million triples. Everything generated is invented. At the end stands a table of the bars, and which are met.
"""

import argparse
import json
import math
import os
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from bench_process import cpu_seconds, ours, wait_until_ready
from pyoxigraph import RdfFormat

from graph.oxigraph import EmbeddedStore
from graph.publish import current_published

Found = dict[str, Any]

TG = "https://w3id.org/trialgraph/ontology#"
THINGS = "https://w3id.org/trialgraph/"
PER_TRIAL = 26
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
    yield f'<{base}> <http://purl.org/dc/terms/identifier> "{name}" .'
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
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:  # a query that it cannot leave: it would use a core for hours
            process.kill()
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
    """Medians of the time to the first byte and to the last, in ms, and the bytes; endless after two minutes."""
    first, last, size = [], [], 0
    headers = {"accept": "application/sparql-results+json", "accept-encoding": "identity"}
    with httpx.Client(headers=headers, timeout=120) as client:
        client.get(url, params={"query": "ASK {}"})
        for _ in range(repeats):
            started = time.perf_counter()
            size = 0
            try:
                with client.stream("GET", url, params={"query": query}) as answer:
                    for chunk in answer.iter_raw():
                        if not size:
                            first.append(time.perf_counter() - started)
                        size += len(chunk)
            except httpx.TimeoutException:
                return {"first_ms": math.inf, "last_ms": math.inf, "bytes": size}
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


def measure(name: str, origin: str, path: str, pid: int, options: argparse.Namespace) -> Found:
    trials, work, seconds = options.triples // PER_TRIAL, options.work, options.seconds
    url = origin + path
    script = work / "small.lua"
    flagship = files("graph").joinpath("queries", "flagship.rq").read_text("utf-8")
    same = f"{url}?query={quote(SMALL.format(things=THINGS, number=7))}"
    found: Found = {"server": name}
    for connections in (1, 8, 32):
        script.write_text(LUA.format(first=connections, template=small_path(path), trials=trials))
        found[f"small@{connections}"] = wrk(origin, connections, seconds, script, pid=pid)
        found[f"same@{connections}"] = wrk(same, connections, seconds, pid=pid)
    found["rows"] = timed(url, ROWS, 3)
    found["flagship"] = timed(url, flagship, 1 if name == "rdflib-endpoint" else 5)
    show(found)
    if name != "rdflib-endpoint" and found["flagship"]["bytes"] < 1000:
        raise SystemExit("the flagship query finds nothing in the generated data: it has changed, and so must they")
    return found


def show(found: Found) -> None:
    print(json.dumps(rounded(found)), flush=True)


def rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: rounded(one) for name, one in value.items()}
    return round(value, 2) if isinstance(value, float) else value


def under_attack(origin: str, path: str, work: Path, trials: int, seconds: int) -> Found:
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


def rdflib_python(work: Path) -> str:
    """A Python that has rdflib-endpoint."""
    python = work / "rdflib-endpoint" / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", python.parents[1]], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", "rdflib-endpoint", "uvicorn"], check=True)
    return str(python)


def run_ours(store: Path, options: argparse.Namespace) -> tuple[Found, Found, Found]:
    """Our service without its cache, attacked, and with it."""
    command, ready, environment = ours(store, 8201, cache_mb=0)
    with running(command, ready, environment) as pid:
        cold = measure("trialgraph, cache off", "http://127.0.0.1:8201", "/sparql", pid, options)
        trials = options.triples // PER_TRIAL
        attacked = under_attack("http://127.0.0.1:8201", "/sparql", options.work, trials, options.seconds)
        show({"attack": attacked})
    command, ready, environment = ours(store, 8202)
    with running(command, ready, environment) as pid:
        return cold, measure("trialgraph, cache on", "http://127.0.0.1:8202", "/sparql", pid, options), attacked


def run_oxigraph(store: Path, options: argparse.Namespace) -> Found:
    program = str(Path(sys.executable).parent / "oxigraph")
    place = ["--location", str(current_published(store)), "--bind", "127.0.0.1:8203"]
    with running([program, "serve-read-only", *place], "http://127.0.0.1:8203/query?query=ASK%7B%7D") as pid:
        return measure("oxigraph server", "http://127.0.0.1:8203", "/query", pid, options)


def run_rdflib(trials: int, options: argparse.Namespace) -> Found:
    dump = options.work / "data.nt"
    with dump.open("w") as file:
        file.writelines(line + "\n" for number in range(trials) for line in trial(number))
    serve = [rdflib_python(options.work), "-c", RDFLIB, str(dump), "8204"]
    with running(serve, "http://127.0.0.1:8204/sparql?query=ASK%7B%7D") as pid:
        return measure("rdflib-endpoint", "http://127.0.0.1:8204", "/sparql", pid, options)


def bars(cold: Found, warm: Found, attacked: Found, oxigraph: Found, rdflib: Found | None) -> Iterator[str]:
    """Each bar with what was found, and whether it is met."""
    for connections in (1, 8, 32):
        rate = cold[f"small@{connections}"]["rps"]
        yield bar(f"small@{connections}, of oxigraph's", rate / oxigraph[f"small@{connections}"]["rps"], least=0.15)
        if rdflib:
            yield bar(f"small@{connections}, of rdflib's", rate / rdflib[f"small@{connections}"]["rps"], least=1.5)
        same = warm[f"same@{connections}"]["rps"] / oxigraph[f"same@{connections}"]["rps"]
        yield bar(f"repeated@{connections}, of oxigraph's", same, least=0.4)
    yield bar("100k rows, of oxigraph's time", cold["rows"]["last_ms"] / oxigraph["rows"]["last_ms"], most=1.3)
    yield bar("100k rows, first byte in ms", cold["rows"]["first_ms"], most=20)
    yield bar("p99 under attack, of its calm", attacked["p99 ratio"], most=2)


def bar(name: str, found: float, *, least: float = 0, most: float = float("inf")) -> str:
    wanted = f">= {least}" if least else f"<= {most}"
    return f"{'met   ' if least <= found <= most else 'MISSED'}  {name}: {found:.2f} (bar {wanted})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--triples", type=int, default=1_000_000)
    parser.add_argument("--seconds", type=int, default=5, help="of each measurement")
    parser.add_argument("--work", type=Path, required=True, help="a folder for data and environments")
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    store = options.work / f"store-{options.triples}"
    trials = build(store, options.triples)
    cold, warm, attacked = run_ours(store, options)
    oxigraph = run_oxigraph(store, options)
    rdflib = run_rdflib(trials, options) if options.triples <= 1_000_000 else None
    print("\n".join(bars(cold, warm, attacked, oxigraph, rdflib)))


if __name__ == "__main__":
    main()
