"""What one process must do for each document when a Dask cluster extracts, and what is left to its workers.

    python bench/cluster_build.py [--corpus DIR] [--records 500] [--workers 2]

Two runs over the same records: stage by stage in this process, and one whole build over a scheduler with workers on
this machine, whose graph is compared with that of a build in this process. Seconds are processor seconds of all
threads, so a busy machine changes them less than the clock's. What an empty store with the vocabulary takes by itself
is left out. The last lines say how many workers one such process can keep busy, and what a hundred million documents
take.
"""

import argparse
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from distributed import LocalCluster

from extract.model import Document, Failure
from extract.sources.read import read_sources
from graph.build import Plan, Spread, Watch, build
from graph.cluster import BATCH, Cluster, Shipped, pack, unpack
from graph.oxigraph import EmbeddedStore
from graph.parts import by_number, write_parts
from graph.prepare import Prepared
from graph.tools import Worker, standard_tools
from graph.upkeep import compact, size_of
from ontology import iri

CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "api-v2"
MANY = 100_000_000


class Costs:
    """Processor seconds a document, by stage."""

    def __init__(self, documents: int) -> None:
        self.documents = documents
        self.of: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str, beside: float = 0) -> Iterator[None]:
        """Counts what the block takes, less what it takes without documents."""
        before = time.process_time()
        yield
        self.of[name] = (time.process_time() - before - beside) / self.documents
        print(f"  {name:<34}{1000 * self.of[name]:8.2f} ms")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--records", type=int, default=500)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args(arguments)
    records = list(
        islice((one for one in read_sources([options.corpus]) if isinstance(one, Document)), options.records)
    )
    with TemporaryDirectory() as name:
        folder = Path(name)
        work = Worker()()
        work(records[:2])
        costs, sizes = by_stage(options.corpus, records, work, folder)
        whole(records, options.workers, folder)
    conclude(costs, sizes)
    return 0


def by_stage(
    corpus: Path, records: list[Document], work: Callable[[list[Document]], list[Prepared]], folder: Path
) -> tuple[Costs, dict[str, float]]:
    """Each stage by itself; bytes a document beside it."""
    costs, number = Costs(len(records)), len(records)
    batches = [records[at : at + BATCH] for at in range(0, number, BATCH)]
    print(f"{number} documents of {corpus}, processor time a document:")
    with costs.stage("here: read"):
        list(islice(read_sources([corpus]), number))
    with costs.stage("here: pack a task"):
        tasks = [pack(batch) for batch in batches]
    with costs.stage("worker: unpack"):
        received = [unpack(task) for task in tasks]
    with costs.stage("worker: extract, map, validate"):
        results = [work(batch) for batch in received]
    with costs.stage("worker: pack an answer"):
        answers = [pack(result) for result in results]
    with costs.stage("here: unpack an answer"):
        prepared = [one for answer in answers for one in unpack(answer)]
    store, bare = EmbeddedStore(folder / "stages"), EmbeddedStore(folder / "bare")
    for one in (store, bare):
        written(one, [], lambda _: iter(()))
    with costs.stage("here: select, write, publish", taken(lambda: written(bare, [], lambda _: iter(())))):
        written(store, records, lambda documents: zip(documents, prepared, strict=True))
    compact(store)
    compact(bare)
    with costs.stage("export: N-Quads in parts", taken(lambda: in_parts(bare, folder / "none"))):
        quads = in_parts(store, folder / "parts")
    sizes = {
        "task": sum(map(len, tasks)) / number,
        "answer": sum(map(len, answers)) / number,
        "store": (size_of(folder / "stages") - size_of(folder / "bare")) / number,
        "parts": (size_of(folder / "parts") - size_of(folder / "none")) / number,
        "quads": (quads - quads_of(bare)) / number,
    }
    print("bytes a document (quads: how many):", ", ".join(f"{name} {size:,.0f}" for name, size in sizes.items()))
    return costs, sizes


def taken(run: Callable[[], object]) -> float:
    """Processor seconds of a call."""
    before = time.process_time()
    run()
    return time.process_time() - before


def in_parts(store: EmbeddedStore, folder: Path) -> int:
    """Export a store in parts; the number of quads."""
    with store.reader() as reader:
        return sum(part.quads for part in write_parts(reader, folder, by_number(8)))


def quads_of(store: EmbeddedStore) -> int:
    """How many quads there are in named graphs."""
    with store.reader() as reader:
        return sum(1 for _ in reader.quads())


def whole(records: list[Document], workers: int, folder: Path) -> None:
    """A build over a cluster of this machine, compared with one without."""
    here, there = EmbeddedStore(folder / "stages"), EmbeddedStore(folder / "cluster")
    with LocalCluster(workers, threads_per_worker=1, processes=True, dashboard_address=None, host="127.0.0.1") as local:
        cluster = Cluster(local.scheduler_address, Shipped(Worker), standard_tools().tooling)
        clock, processor = time.perf_counter(), time.process_time()
        written(there, records, cluster.spread)
        clock, processor = time.perf_counter() - clock, time.process_time() - processor
    same = trials_of(here) == trials_of(there)
    pace = f"{len(records) / clock:.1f} documents/s by the clock, with the start of the pipelines"
    beside = f"{1000 * processor / len(records):.2f} ms a document of this process, with scheduler and vocabulary"
    print(f"{len(records)} documents over {workers} workers: {pace}; {beside}; the same graphs: {same}")


def written(store: EmbeddedStore, records: list[Document], spread: Spread) -> None:
    """A build of these records."""
    untold: Callable[[Document | Failure], None] = lambda _: None  # noqa: E731
    build(records, store, standard_tools(), Watch(untold, lambda _: None), Plan(spread=spread))


def trials_of(store: EmbeddedStore) -> set[str]:
    """All quads of trials and of what is derived from them."""
    with store.reader() as reader:
        graphs = (graph for graph in reader.graphs() if iri.trial_of_graph(graph) or graph == iri.DERIVED_GRAPH)
        return {str(quad) for graph in graphs for quad in reader.quads(graph)}


def conclude(costs: Costs, sizes: dict[str, float]) -> None:
    """The arithmetic."""
    here = sum(seconds for name, seconds in costs.of.items() if name.startswith("here"))
    worker = sum(seconds for name, seconds in costs.of.items() if name.startswith("worker"))
    print(f"one process reads and writes {1 / here:,.0f} documents/s and keeps {worker / here:.0f} workers busy")
    print(
        f"{MANY:,} documents: {MANY * worker / 3600:,.0f} core hours of workers, {MANY * here / 3600:,.0f} of reading "
        f"and writing; {MANY * sizes['store'] / 1e12:.1f} TB of stores, {MANY * sizes['quads'] / 1e9:.1f} billion "
        f"quads in {MANY * sizes['parts'] / 1e12:.2f} TB of parts"
    )


if __name__ == "__main__":
    raise SystemExit(main())
