"""How questions grow: the flagship, facets and counts over 1,000, 10,000 and 100,000 trials.

    python bench/query_scale.py [--records DIR] [--folder /tmp/scale] [--sizes 1000,10000,100000] [--sample 500]

The trials are the facts of a sample of records, read once, over and over under other ids: so their number is what
grows, and nothing else. A store is made where the folder has none of that size (100,000 trials take some twenty
minutes and 20 GB). Each query runs several times in this process; the figure is the median of milliseconds by the
clock, with the processor's beside it. The last column is what 500,000 trials would take if the growth between the two
largest sizes went on in a straight line.
"""

import argparse
import pickle
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files
from itertools import islice
from pathlib import Path

from api.description import EXAMPLES
from extract.model import Document
from extract.sources.read import read_sources
from graph.ledger import activity_triples, new_activity, vocabulary_made_with
from graph.mapping import Origin
from graph.oxigraph import EmbeddedStore
from graph.store import LedgerEntry, Reader, Tooling, TrialState, TrialTriples
from graph.tools import stages, standard_tools
from graph.triples import to_ntriples
from ontology.iri import PROVENANCE_GRAPH, TG, VOCABULARY_GRAPH
from ontology.tables import built_in

RECORDS = Path(__file__).parents[2] / "shared" / "corpus" / "api-v2"
ASKED = (
    ("flagship", "which PD-L1 combos in second line"),
    ("narrow", "osimertinib monotherapy first line"),
    ("broad", "lung cancer trials with chemotherapy"),
    ("broadest", "phase 2 trials in cancer"),
)
FILES = tuple(name for name in EXAMPLES if name != "quarantined")  # that one goes over every named graph
COUNTED = ("phase", "status")
BY_PROPERTY = "SELECT ?value (COUNT(?trial) AS ?trials) WHERE {{ ?trial <{}> ?value }} GROUP BY ?value"
ROUNDS = 5
TARGET = 500_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=Path, default=RECORDS)
    parser.add_argument("--folder", type=Path, default=Path("/tmp/scale"))
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--sample", type=int, default=500)
    options = parser.parse_args(arguments)
    sizes = [int(size) for size in options.sizes.split(",")]
    options.folder.mkdir(parents=True, exist_ok=True)
    found = {size: measured(made(options.folder / f"trials-{size}", size, options)) for size in sizes}
    print(f"{'query':<24}" + "".join(f"{size:>10} trials: rows, ms (cpu)" for size in sizes) + f"{TARGET:>12}, ms")
    for name in found[sizes[0]]:
        cells = [found[size][name] for size in sizes]
        print(f"{name:<24}" + "".join(f"{rows:>20} {wall:8.1f} ({cpu:7.1f})" for rows, wall, cpu in cells), end="")
        print(f"{extrapolated(sizes, [wall for _, wall, _ in cells]):15.0f}", flush=True)
    return 0


def extrapolated(sizes: Sequence[int], times: Sequence[float]) -> float:
    """The time at `TARGET` on the line through the last two sizes."""
    if len(sizes) < 2:
        return float("nan")
    slope = (times[-1] - times[-2]) / (sizes[-1] - sizes[-2])
    return times[-1] + slope * (TARGET - sizes[-1])


Figures = tuple[int, float, float]


def measured(folder: Path) -> dict[str, Figures]:
    """Rows, milliseconds by the clock and of the processor, for each query."""
    with EmbeddedStore(folder).reader() as reader:
        asked = {
            f"{name}.rq": timed(lambda text=text: len(select(reader, text)))  # type: ignore[misc]
            for name in FILES
            if (text := query_file(name))
        }
        for name in COUNTED:
            text = BY_PROPERTY.format(TG + name)
            asked[f"all, by {name}"] = timed(lambda text=text: len(select(reader, text)))  # type: ignore[misc]
        return asked | dict(asking(reader))


def asking(reader: Reader) -> Iterator[tuple[str, Figures]]:
    """What a question costs, part by part: the service's own queries."""
    from api.ask.answer import describe, page  # noqa: PLC0415 (a benchmark may look up; the folders may not)
    from api.ask.counts import count, facets, first_trials, matrix  # noqa: PLC0415
    from api.ask.service import build_ask_service  # noqa: PLC0415

    service = build_ask_service(built_in())

    def run(text: str) -> list[dict[str, str]]:
        return select(reader, text)

    for name, question in ASKED:
        query = service.read(question).query
        rows = page(query, run, limit=20)[0]
        trials = [row["trial"] for row in first_trials(query, run)[:500]]
        yield f"{name}: list", timed(lambda q=query: len(first_trials(q, run)))  # type: ignore[misc]
        yield f"{name}: count", timed(lambda q=query: count(q, run))  # type: ignore[misc]
        yield f"{name}: 20 described", timed(lambda q=query, r=rows: len(describe(q, r, run)))  # type: ignore[misc]
        yield (
            f"{name}: facets",
            timed(lambda q=query, t=trials: len(facets(q, t, run, service.name))),  # type: ignore[misc]
        )
        yield (
            f"{name}: matrix",
            timed(lambda q=query, t=trials: len((matrix(q, t, run, service.name) or {"rows": []})["rows"])),  # type: ignore[misc]
        )


def select(reader: Reader, text: str) -> list[dict[str, str]]:
    """The rows of a SELECT, as the service reads them."""
    solutions = reader.query(text)
    names = [variable.value for variable in solutions.variables]  # type: ignore[union-attr]
    return [{name: row[name].value for name in names if row[name] is not None} for row in solutions]  # type: ignore


def query_file(name: str) -> str:
    """A query of `graph/queries`, or nothing."""
    file = files("graph") / "queries" / f"{name}.rq"
    return file.read_text("utf-8") if file.is_file() else ""


def timed(work: Callable[[], int]) -> Figures:
    """The result and the medians of several runs, in milliseconds; fewer runs of what takes long."""
    walls, cpus, result = [], [], 0
    while len(walls) < ROUNDS and sum(walls) < 20_000:
        started, used = time.perf_counter(), time.process_time()
        result = work()
        walls.append((time.perf_counter() - started) * 1000)
        cpus.append((time.process_time() - used) * 1000)
    return result, statistics.median(walls), statistics.median(cpus)


def made(folder: Path, size: int, options: argparse.Namespace) -> Path:
    """A store of so many trials; made if it is not there."""
    if (folder / "current").exists():
        return folder
    tools = standard_tools()
    with EmbeddedStore(folder).writer() as writer:
        writer.replace_graph(VOCABULARY_GRAPH, tools.vocabulary() + vocabulary_made_with(tools.tooling))
        started = datetime.now(UTC)
        activity = new_activity(started)
        writer.add(PROVENANCE_GRAPH, activity_triples(activity, started, tools.tooling))
        trials = copies(facts(options), size, tools.tooling)
        while batch := list(islice(trials, 400)):
            writer.replace_trials(batch, activity)
    return folder


def facts(options: argparse.Namespace) -> list[tuple[str, bytes, bytes]]:
    """The sample: id, facts and shortcuts of each trial as N-Triples, read once and kept."""
    kept: Path = options.folder / f"sample-{options.sample}.pickle"
    if kept.exists():
        return pickle.loads(kept.read_bytes())  # type: ignore[no-any-return]
    documents = [one for one in read_sources([options.records]) if isinstance(one, Document)]
    chosen = documents[:: max(1, len(documents) // options.sample)][: options.sample]
    work, found = stages(None), []
    for one, said in zip(chosen, work.extract(chosen), strict=True):
        if isinstance(said, Exception):
            raise said
        origin = Origin(one.source, one.format, one.content_hash, work.tooling)
        found.append((one.id, to_ntriples(work.map_facts(said, origin)), to_ntriples(work.derive(said))))
    kept.write_bytes(pickle.dumps(found))
    return found


def copies(sample: Sequence[tuple[str, bytes, bytes]], size: int, tooling: Tooling) -> Iterator[TrialTriples]:
    """So many trials out of the sample, each under an id of its own."""
    plain = LedgerEntry("", "", "api-v2", "sample", TrialState.LOADED, tooling)
    for number in range(size):
        old, said, derived = sample[number % len(sample)]
        new = f"NCT8{number:07d}"
        texts = (text.replace(old.encode(), new.encode()) for text in (said, derived))
        yield TrialTriples(replace(plain, trial=new, content_hash=f"{number:064x}"), *texts)


if __name__ == "__main__":
    raise SystemExit(main())
