"""How a build grows: records a second, memory, disk and the share of each stage, at several sizes.

    python bench/build_scale.py [--corpus DIR] [--folder /tmp/scale] [--sizes 1000,10000,100000] [--again] [--replace]

Records are a corpus over and over with ids of their own and shuffled sentences (`bench/scale_records.py`). Each size is
built into a fresh store by processes of its own, watched from outside: memory is the largest sum of proportional shares
of the process tree, seen every few seconds, because adding it up takes a tenth of one. `--again` runs the same build
once more (all unchanged); `--replace` runs it with another version named, so that every trial is replaced. Finished
sizes are kept in `results.jsonl` of the folder and not measured again; the last lines say what 576,000 records would
take at the pace of the largest size.
"""

import argparse
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

from bench_process import cpu_seconds, memory_of
from scale_records import written

from extract.model import Document, Failure
from extract.sources.read import read_records, read_sources
from graph.build import Checkpoints, Plan, Watch, build
from graph.mapping import Origin
from graph.oxigraph import EmbeddedStore
from graph.prepare import Stages
from graph.selection import Summary
from graph.store import Store
from graph.tools import stages, standard_tools
from graph.triples import to_ntriples

REGISTRY = 576_000
CORPUS = Path(__file__).parents[2] / "shared" / "corpus" / "api-v2"
SAMPLE = 300
WATCH_SECONDS = 3
"""A look goes over all pages of all processes: twice a second it took an eighth of a core from what it watched."""
WATCHED = ("replace_trials", "publish", "ledger", "replace_graph")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--folder", type=Path, default=Path("/tmp/scale"))
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--again", action="store_true")
    parser.add_argument("--replace", action="store_true")
    parser.add_argument("--child", nargs=3, metavar=("RECORDS", "STORE", "HOW"), help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child:
        return child(Path(options.child[0]), Path(options.child[1]), options.child[2], options.jobs)
    options.folder.mkdir(parents=True, exist_ok=True)
    found = [result for size in map(int, options.sizes.split(",")) for result in measured(size, options)]
    print_table(found)
    print_extrapolation([result for result in found if result["how"] == "fresh"])
    print_stages(written(options.corpus, options.folder, int(options.sizes.split(",")[0])))
    return 0


def measured(size: int, options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    """The results of one size, from the file of results where they are there."""
    kept = options.folder / "results.jsonl"
    known = [json.loads(line) for line in kept.read_text().splitlines()] if kept.exists() else []
    store = options.folder / f"store-{size}"
    wanted = ["fresh", *(["again"] if options.again else []), *(["replace"] if options.replace else [])]
    for how in wanted:
        result = next((one for one in known if one["size"] == size and one["how"] == how), None)
        if result is None:
            if how == "fresh":
                shutil.rmtree(store, ignore_errors=True)
            result = watched(written(options.corpus, options.folder, size), store, how, options.jobs)
            result = {"size": size, "how": how, **result}
            with kept.open("a") as file:
                file.write(json.dumps(result) + "\n")
        yield result


def watched(records: Path, store: Path, how: str, jobs: int) -> dict[str, Any]:
    """One build in processes of its own: what it says, and what it took."""
    command = [sys.executable, __file__, "--child", str(records), str(store), how, "--jobs", str(jobs)]
    started = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    peak, used = 0, 0.0
    while process.poll() is None:
        with suppress(OSError):
            peak, used = max(peak, memory_of(process.pid)), max(used, cpu_seconds(process.pid))
        time.sleep(WATCH_SECONDS)
    told = process.communicate()[0]
    if process.returncode:
        raise SystemExit(f"the build of {records.name} failed with {process.returncode}")
    taken = time.monotonic() - started
    return {**json.loads(told), "seconds": taken, "cpu": used, "peak_mib": peak, "disk": disk_of(store)}


def child(records: Path, folder: Path, how: str, jobs: int) -> int:
    """Build, and print as JSON what became of the records, the writer's seconds by method, and the course of it."""
    tools, spent = standard_tools(), dict.fromkeys(WATCHED, 0.0)
    if how == "replace":
        tools = replace(tools, tooling=replace(tools.tooling, extractor="another version"))
    course: list[tuple[float, int]] = []
    started = time.monotonic()

    def progress(summary: Summary) -> None:
        done = summary.loaded + summary.quarantined + summary.failed
        if done % 100 == 0 and (not course or course[-1][1] != done):
            course.append((round(time.monotonic() - started, 2), done))

    store = cast("Store", TimedStore(EmbeddedStore(folder), spent))
    summary = build(
        read_records([records]), store, tools, Watch(complain, progress), Plan(jobs=jobs, checkpoints=Checkpoints())
    )
    counts = {name: getattr(summary, name) for name in ("read", "loaded", "unchanged", "quarantined", "failed")}
    print(json.dumps({**counts, "writer": spent, "course": course}))
    return 0


def complain(fault: Failure) -> None:
    """A record that was not loaded, on standard error."""
    sys.stderr.write(f"{fault}\n")


class TimedStore:
    """A store whose writer's methods are timed."""

    def __init__(self, store: Store, spent: dict[str, float]) -> None:
        self._store, self._spent = store, spent

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    @contextmanager
    def writer(self) -> Iterator["TimedWriter"]:
        """The store's writer."""
        with self._store.writer() as writer:
            yield TimedWriter(writer, self._spent)


class TimedWriter:
    """A writer that adds up the seconds of its methods."""

    def __init__(self, writer: object, spent: dict[str, float]) -> None:
        self._writer, self._spent = writer, spent

    def __getattr__(self, name: str) -> object:
        method = getattr(self._writer, name)
        if name not in self._spent:
            return method

        def call(*args: object) -> object:
            started = time.monotonic()
            try:
                return method(*args)
            finally:
                self._spent[name] += time.monotonic() - started

        return call


def disk_of(folder: Path) -> int:
    """Bytes on disk, a file with several links counted once."""
    files = {(s.st_dev, s.st_ino): s.st_blocks * 512 for s in (f.stat() for f in folder.rglob("*") if f.is_file())}
    return sum(files.values())


def pace(course: Sequence[Sequence[float]]) -> float:
    """Records a second once the workers are up: from the first tenth of the course to its end."""
    later = course[len(course) // 10 :]
    if len(later) < 2 or later[-1][0] == later[0][0]:
        return float("nan")
    return (later[-1][1] - later[0][1]) / (later[-1][0] - later[0][0])


def print_table(results: Sequence[dict[str, Any]]) -> None:
    """One line a build."""
    print("size     how      seconds  records/s  pace  cpu ms/record  peak MiB  disk KB/record  load s  publish s")
    for one in results:
        writer, size = one["writer"], one["size"]
        print(
            f"{size:<8} {one['how']:<8} {one['seconds']:7.1f} {size / one['seconds']:10.1f} {pace(one['course']):5.1f}"
            f" {one['cpu'] * 1000 / size:14.1f} {one['peak_mib']:9} {one['disk'] / size / 1000:15.1f}"
            f" {writer['replace_trials']:7.1f} {writer['publish']:10.1f}"
        )


def print_extrapolation(results: Sequence[dict[str, Any]]) -> None:
    """What the whole registry would take at the pace of the largest size, and how straight the growth is."""
    first, last = results[0], results[-1]
    minutes = REGISTRY * last["seconds"] / last["size"] / 60
    print(f"{REGISTRY} records at the pace of {last['size']}: {minutes:.0f} minutes, ", end="")
    print(f"{REGISTRY * last['disk'] / last['size'] / 1e9:.0f} GB on disk, {last['peak_mib']} MiB of memory")
    print(
        f"pace from {first['size']} to {last['size']}: {pace(last['course']) / pace(first['course']):.2f} of the first"
    )
    for less, more in pairwise(results):
        records = more["size"] - less["size"]
        wall, cpu = ((more[what] - less[what]) * 1000 / records for what in ("seconds", "cpu"))
        print(f"each record from {less['size']} to {more['size']}: {wall:.2f} ms, {cpu:.2f} of the processor")


def print_stages(records: Path) -> None:
    """Milliseconds of processor time a record, stage by stage, in one process: a second sample, after a first one.

    A worker goes over thousands of records, so what it makes at the first ones is not what a record costs.
    """
    work = stages(None)
    documents, reading = timed(lambda: [one for one in read_sources([records]) if isinstance(one, Document)])
    sample = min(SAMPLE, len(documents) // 2)
    stage_costs(work, documents[:sample])
    spent, sizes = stage_costs(work, documents[sample : 2 * sample])
    for name, seconds in {"read": reading * sample / len(documents), **spent}.items():
        print(f"{name:<10} {seconds * 1000 / sample:7.2f} ms a record")
    print(f"triples    {sizes[0] / sample:7.1f} and {sizes[1] / sample:.1f} derived a record")


def stage_costs(work: Stages, documents: Sequence[Document]) -> tuple[dict[str, float], tuple[int, int]]:
    """Seconds by stage over these documents, and how many triples and shortcuts came of them."""
    facts, extracting = timed(lambda: [said for said in work.extract(documents) if not isinstance(said, Exception)])
    origins = [Origin(one.source, one.format, one.content_hash, work.tooling) for one in documents]
    mapped, mapping = timed(lambda: [work.map_facts(*pair) for pair in zip(facts, origins, strict=True)])
    derived, deriving = timed(lambda: [work.derive(one) for one in facts])
    texts, writing = timed(lambda: [(to_ntriples(a), to_ntriples(b)) for a, b in zip(mapped, derived, strict=True)])
    _, checking = timed(lambda: [work.check({d.id: t[0]}) for d, t in zip(documents, texts, strict=True)])
    spent = {"extract": extracting, "map": mapping, "derive": deriving, "serialise": writing, "validate": checking}
    return spent, (sum(map(len, mapped)), sum(map(len, derived)))


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    """The result, and the processor seconds that it took."""
    started = time.process_time()
    return work(), time.process_time() - started


if __name__ == "__main__":
    raise SystemExit(main())
