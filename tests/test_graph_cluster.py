"""A build over a Dask cluster: a real scheduler, real workers, as processes on this machine. Records are invented."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")

from api.cli import run as command
from api.settings import Settings
from api.stores import open_store
from extract.model import Document, Registry, Section, SectionKind, SourceFormat
from graph.build import Plan, Tools, Watch, build
from graph.cluster import AHEAD, Cluster, Shipped, pack, unpack
from graph.oxigraph import EmbeddedStore
from graph.prepare import Prepared
from graph.selection import Summary
from graph.store import Store, Tooling
from ontology import iri
from ontology.errors import TrialGraphError, UsageError

TOOLING = Tooling("extractor", "vocabulary", "shapes")

# What workers do; they import it by name. A document's title says what happens to its worker.
MODULE = """
import os, signal, time
from pathlib import Path
from graph.prepare import Prepared
from graph.store import LedgerEntry, Tooling, TrialState, TrialTriples
from ontology import iri

TOOLING = Tooling("extractor", "vocabulary", "shapes")

def die_once(folder):
    try:
        (Path(folder) / "died").touch(exist_ok=False)
    except FileExistsError:
        return
    os.kill(os.getpid(), signal.SIGKILL)

def prepared(document, tooling):
    record = (document.id, document.content_hash, document.format, document.source)
    entry = LedgerEntry(*record, TrialState.LOADED, tooling)
    facts = f'<{iri.trial(document.id)}> <http://purl.org/dc/terms/title> "{document.title}" .\\n'
    return Prepared(TrialTriples(entry, facts.encode()))

def make(names):
    tooling = TOOLING if names is None else Tooling("extractor", names.read_text(), "shapes")
    def work(documents):
        for document in documents:
            if document.title.startswith("dies once "):
                die_once(document.title.removeprefix("dies once "))
            if document.title == "deadly":
                os.kill(os.getpid(), signal.SIGKILL)
        return [prepared(document, tooling) for document in documents]
    return lambda: work

def make_other(names):
    def work(documents):
        return [prepared(document, Tooling("another", "vocabulary", "shapes")) for document in documents]
    return lambda: work
"""


class Processes:
    """A scheduler and workers, ended when the block is."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.stack = folder, stack
        (folder / "cluster_makers.py").write_text(MODULE)
        path = os.pathsep.join([str(folder), str(Path(__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
        self.environment = os.environ | {"PYTHONPATH": path, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
        self.scheduler, said = self._start("Scheduler at:", "scheduler", "--host", "127.0.0.1", "--port", "0")
        self.address = said.split()[-1]
        self.started: list[subprocess.Popen[str]] = []

    def workers(self, number: int, nanny: str = "--no-nanny") -> "list[subprocess.Popen[str]]":
        """So many workers that are alive; those that are missing are started."""
        alive = [worker for worker in self.started if worker.poll() is None]
        for _ in range(number - len(alive)):
            folder = str(self.folder / f"worker-{len(self.started)}")
            options = ("--nthreads", "1", "--local-directory", folder, nanny)
            self.started.append(self._start("Starting established", "worker", self.address, *options)[0])
        return [worker for worker in self.started if worker.poll() is None]

    def store(self) -> str:
        """The address of a SPARQL store of another maker, over nothing."""
        program = Path(sys.executable).parent / "oxigraph"
        if not program.exists():
            pytest.skip("the package `oxigraph` is not installed")
        with socket.create_server(("127.0.0.1", 0)) as listener:
            address = f"127.0.0.1:{listener.getsockname()[1]}"
        self.run("Listening", str(program), "serve", "--location", str(self.folder / "remote"), "--bind", address)
        return f"http://{address}"

    def _start(self, awaited: str, *arguments: str) -> "tuple[subprocess.Popen[str], str]":
        return self.run(awaited, sys.executable, "-W", "ignore", "-m", "dask", *arguments, "--no-dashboard")

    def run(self, awaited: str, *program: str) -> "tuple[subprocess.Popen[str], str]":
        """A program, and the line with which it says that it is there."""
        process = subprocess.Popen(program, env=self.environment, text=True, stderr=subprocess.PIPE)
        assert process.stderr
        for line in process.stderr:
            if awaited in line:
                reader = threading.Thread(target=process.stderr.read)  # so that it never blocks
                reader.start()
                self.stack.callback(end, process, reader)
                return process, line
        pytest.fail(f"{program[0]} ended without saying `{awaited}`")


def end(process: "subprocess.Popen[str]", reader: threading.Thread) -> None:
    process.terminate()
    process.wait()
    reader.join()
    assert process.stderr
    process.stderr.close()


@pytest.fixture(scope="module")
def shared_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    with ExitStack() as stack:
        yield Processes(tmp_path_factory.mktemp("cluster"), stack)


@pytest.fixture
def own_cluster(tmp_path: Path) -> Iterator[Processes]:
    with ExitStack() as stack:
        yield Processes(tmp_path, stack)


@pytest.fixture(scope="module")
def makers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    folder = tmp_path_factory.mktemp("makers")
    (folder / "cluster_makers.py").write_text(MODULE)
    sys.path.insert(0, str(folder))
    yield __import__("cluster_makers")
    sys.path.remove(str(folder))


def record(number: int, title: str = "An invented study") -> Document:
    trial = f"NCT{99000000 + number}"
    section = Section("title", SectionKind.TITLE, title)
    return Document(trial, SourceFormat.TEXT, f"{trial}.txt", f"hash {title}", (section,), registry=Registry())


def spread(
    cluster: Processes, make: Callable[..., Any], documents: list[Document], **given: Any
) -> dict[str, Prepared]:
    reached = Cluster(cluster.address, Shipped(make), TOOLING, **({"batch": 5} | given))
    found = list(reached.spread(documents))
    assert [document.id for document, _ in found] == [document.id for document in documents]
    return {document.id: prepared for document, prepared in found}


def test_what_is_packed_comes_out_again() -> None:
    documents = [record(1), record(2, "Ω" * 100_000)]
    assert unpack(pack(documents)) == documents
    assert len(pack(documents)) < 5_000


def test_a_cluster_without_workers(shared_cluster: Processes, makers: Any) -> None:
    for worker in shared_cluster.workers(0):
        worker.terminate()
        worker.wait()
    with pytest.raises(UsageError, match="no worker"):
        spread(shared_cluster, makers.make, [record(1)], patience=0.2)


def test_a_scheduler_that_is_not_there() -> None:
    with pytest.raises(UsageError, match="no scheduler answers"):
        list(Cluster("tcp://127.0.0.1:9", Shipped(Any), TOOLING, patience=0.2).spread([]))  # type: ignore[arg-type]


def test_two_workers_give_all_results_in_order_and_one_that_dies_costs_none(
    shared_cluster: Processes, makers: Any, tmp_path: Path
) -> None:
    workers = shared_cluster.workers(2)
    documents = [record(number) for number in range(100)]
    documents[42] = record(42, f"dies once {tmp_path}")
    found = spread(shared_cluster, makers.make, documents)
    assert all(prepared.triples for prepared in found.values())
    assert {worker.poll() for worker in workers} == {None, -signal.SIGKILL}


def test_a_worker_that_is_killed_from_outside_costs_none(shared_cluster: Processes, makers: Any) -> None:
    victim = shared_cluster.workers(2)[0]
    documents = [record(number) for number in range(100)]
    results = Cluster(shared_cluster.address, Shipped(makers.make), TOOLING, batch=2).spread(documents)
    found = [next(results)]
    victim.kill()
    found.extend(results)
    assert [document for document, _ in found] == documents
    assert all(prepared.triples for _, prepared in found)


def test_no_more_is_read_than_the_workers_need(shared_cluster: Processes, makers: Any) -> None:
    threads = len(shared_cluster.workers(1))
    read = []

    def documents() -> Iterator[Document]:
        for number in range(10_000):
            read.append(number)
            yield record(number)

    results = Cluster(shared_cluster.address, Shipped(makers.make), TOOLING, batch=5).spread(documents())
    next(results)
    assert len(read) <= AHEAD * 5 * threads
    results.close()  # type: ignore[attr-defined]


def test_imported_names_travel_with_the_work(shared_cluster: Processes, makers: Any) -> None:
    shared_cluster.workers(1)
    tooling = Tooling("extractor", "names of an import", "shapes")
    reached = Cluster(shared_cluster.address, Shipped(makers.make, b"names of an import"), tooling)
    ((_, prepared),) = reached.spread([record(1)])
    assert prepared.triples
    assert prepared.triples.entry.tooling == tooling


def test_a_worker_of_another_version_is_refused(shared_cluster: Processes, makers: Any) -> None:
    shared_cluster.workers(1)
    with pytest.raises(UsageError, match="another version"):
        spread(shared_cluster, makers.make_other, [record(1)])


def test_a_build_over_a_cluster_into_a_remote_store(shared_cluster: Processes, makers: Any, tmp_path: Path) -> None:
    shared_cluster.workers(2)
    documents = [record(number) for number in range(30)]
    there, here = open_store(Settings(store=shared_cluster.store())), EmbeddedStore(tmp_path / "here")
    plan = Plan(spread=Cluster(shared_cluster.address, Shipped(makers.make), TOOLING, batch=4).spread)
    tools = Tools(makers.make(None), TOOLING, lambda: b"")
    quiet = Watch(lambda _: None, lambda _: None)
    assert build(documents, there, tools, quiet, plan) == Summary(read=30, loaded=30)
    build(documents, here, tools, quiet, Plan())
    assert trial_quads(there) == trial_quads(here)
    assert build(documents, there, tools, quiet, plan) == Summary(read=30, unchanged=30)


def trial_quads(store: Store) -> set[str]:
    with store.reader() as reader:
        graphs = [graph for graph in reader.graphs() if iri.trial_of_graph(graph)]
        return {str(quad) for graph in graphs for quad in reader.quads(graph)}


@pytest.mark.slow
def test_a_build_over_a_cluster_equals_one_on_this_machine(
    shared_cluster: Processes, new_store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    records = Path(__file__).parents[1] / "examples" / "records"
    if not records.is_dir():
        pytest.skip("the sample records are not beside the tests")
    shared_cluster.workers(2)
    here = tmp_path / "here"
    shutil.copytree(new_store, here)
    assert command(["build", str(records), "--jobs", "1", "--store", str(here)]) == 0
    arguments = ["build", str(records), "--scheduler", shared_cluster.address, "--store", str(new_store)]
    assert command(arguments) == 0
    assert content(here) == content(new_store)
    assert command(arguments) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == said[1]
    assert "loaded 0," in said[2]


def test_a_scheduler_that_goes_away_is_told(own_cluster: Processes, makers: Any) -> None:
    own_cluster.workers(1)
    store = EmbeddedStore(own_cluster.folder / "store")
    told: list[Summary] = []

    def progress(summary: Summary) -> None:
        told.append(summary)
        own_cluster.scheduler.kill()

    plan = Plan(spread=Cluster(own_cluster.address, Shipped(makers.make), TOOLING, batch=1, patience=1).spread)
    tools = Tools(makers.make(None), TOOLING, lambda: b"")
    with pytest.raises(TrialGraphError, match=r"the cluster went away|no worker"):
        build((record(number) for number in range(50)), store, tools, Watch(lambda _: None, progress), plan)
    assert told
    assert build([record(1)], store, tools, Watch(lambda _: None, lambda _: None), Plan()).loaded == 1


@pytest.mark.slow
def test_a_deadly_record_fails_alone(own_cluster: Processes, makers: Any) -> None:
    own_cluster.workers(1, "--nanny")
    documents = [record(number) for number in range(12)]
    documents[6] = record(6, "deadly")
    found = spread(own_cluster, makers.make, documents, batch=4)
    assert [trial for trial, prepared in found.items() if prepared.fault] == ["NCT99000006"]
    assert "worker process died" in str(found["NCT99000006"].fault)


def content(folder: Path) -> set[str]:
    """All quads but the provenance of builds, which names their time."""
    with EmbeddedStore(folder).reader() as reader:
        return {str(quad) for quad in reader.quads() if quad.graph_name.value != iri.PROVENANCE_GRAPH}  # type: ignore[union-attr]
