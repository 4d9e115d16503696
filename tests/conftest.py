"""Fixtures of many tests. Records, names and vocabularies here are invented."""

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import httpx
import pytest
import uvicorn
from pydantic import TypeAdapter

from extract.facts import TrialFacts
from ontology.model import Condition, Drug, DrugClass, Endpoint, Name, NameForm, Target, Vocabulary, Xref

DATA = Path(__file__).parent / "data"


@contextmanager
def _running(app: Callable[..., object]) -> Iterator[httpx.Client]:
    """An ASGI application on a free port of this machine, in a thread, and a client of it."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        while not server.started and thread.is_alive():
            thread.join(0.01)
        with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=60) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()
        listener.close()


@pytest.fixture(scope="module")
def start_service() -> Iterator[Callable[[Callable[..., object]], httpx.Client]]:
    """Starts applications over real sockets, and ends them with the module: `client = start_service(app)`."""
    with ExitStack() as stack:
        yield lambda app: stack.enter_context(_running(app))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared corpora and standards; tests that need it are skipped where it is absent."""
    root = Path(os.environ.get("TRIALGRAPH_SHARED") or Path(__file__).parents[2] / "shared")
    if not root.is_dir():
        pytest.skip(f"no shared data at {root}; set TRIALGRAPH_SHARED")
    return root


@pytest.fixture(scope="session")
def vocabulary_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that holds the built-in vocabulary and no trial; loading it takes seconds, so tests take `new_store`."""
    from graph.build import Plan, Watch, build  # noqa: PLC0415 - loads spaCy, which most tests do without
    from graph.oxigraph import EmbeddedStore  # noqa: PLC0415
    from graph.tools import standard_tools  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("vocabulary") / "store"
    build([], EmbeddedStore(folder), standard_tools(), Watch(lambda _: None, lambda _: None), Plan())
    return folder


@pytest.fixture(scope="session")
def sample_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of the sample records of `examples/records`; nothing may write into it."""
    from extract.sources.read import read_sources  # noqa: PLC0415
    from graph.build import Plan, Watch, build  # noqa: PLC0415
    from graph.oxigraph import EmbeddedStore  # noqa: PLC0415
    from graph.tools import standard_tools  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("samples") / "store"
    samples = Path(__file__).parents[1] / "examples" / "records"
    quiet = Watch(lambda _: None, lambda _: None)
    build(read_sources([samples]), EmbeddedStore(folder), standard_tools(), quiet, Plan())
    return folder


@pytest.fixture(scope="module")
def sample_client(start_service: Callable[[Callable[..., object]], httpx.Client], sample_store: Path) -> httpx.Client:
    """A client of the whole service over the sample records."""
    from api.app import create_app  # noqa: PLC0415
    from api.settings import Settings  # noqa: PLC0415
    from graph.oxigraph import EmbeddedStore  # noqa: PLC0415

    return start_service(create_app(Settings(readers=1, log_level="error"), EmbeddedStore(sample_store)))


@pytest.fixture
def new_store(vocabulary_store: Path, tmp_path: Path) -> Path:
    """A store of one's own with the vocabulary in it; the engine never writes into the files that are linked."""

    def copy(source: str, target: str) -> None:
        if source.endswith(".sst"):
            os.link(source, target)
        else:
            shutil.copy2(source, target)

    folder = tmp_path / "store"
    shutil.copytree(vocabulary_store, folder, copy_function=copy)
    return folder


Item = tuple[str, str] | tuple[str, str, str]
Arm = tuple[str, str, str, tuple[int, ...]]


def _study(
    title: str, items: list[Item], arms: list[Arm], summary: str, others: dict[int, list[str]]
) -> dict[str, dict[str, object]]:
    """An invented study as the API gives it: items (type, name[, text]), arms (type, label, text, items)."""
    interventions = [
        {
            "type": item[0],
            "name": item[1],
            "description": item[2] if len(item) > 2 else "",
            "otherNames": others.get(i, []),
        }
        for i, item in enumerate(items)
    ]
    groups = [
        {
            "type": kind,
            "label": label,
            "description": description,
            "interventionNames": [f"{items[i][0].title()}: {items[i][1]}" for i in given],
        }
        for kind, label, description, given in arms
    ]
    return {
        "protocolSection": {
            "identificationModule": {"nctId": "NCT90000001", "briefTitle": title},
            "descriptionModule": {"briefSummary": summary},
            "armsInterventionsModule": {"armGroups": groups, "interventions": interventions},
        }
    }


@pytest.fixture(scope="session")
def extract_trial() -> Callable[..., TrialFacts]:
    """Extracts the facts of an invented study: `extract_trial(title, items, arms, summary)`; see `_study`.

    `model` is the design's intervention model (SINGLE_GROUP, PARALLEL ...).
    """
    from extract.pipeline import build_pipeline, extract_facts  # noqa: PLC0415 - loads spaCy
    from extract.sources.api_v2 import read_study  # noqa: PLC0415
    from extract.sources.limits import Limits  # noqa: PLC0415
    from ontology.tables import built_in  # noqa: PLC0415

    nlp = build_pipeline(built_in())

    def extract(
        title: str,
        items: list[Item],
        arms: list[Arm] | None = None,
        summary: str = "",
        others: dict[int, list[str]] | None = None,
        model: str | None = None,
    ) -> TrialFacts:
        study = _study(title, items, arms or [], summary, others or {})
        if model:
            study["protocolSection"]["designModule"] = {"designInfo": {"interventionModel": model}}
        return extract_facts(nlp, read_study(study, "invented", Limits()))

    return extract


def _name(text: str, form: NameForm = NameForm.PREFERRED, source: str = "table row 1") -> Name:
    return Name(text, form, source=source)


def _drug(
    identifier: str, targets: tuple[str, ...], classes: tuple[str, ...], *, replaced_by: str | None = None
) -> Drug:
    names = (_name(identifier), _name(f"{identifier} brand", NameForm.BRAND, "register row 7"))
    xrefs = (Xref("ncit:C99999", "ncit row 3"), Xref("unknownprefix:1", "nowhere"))
    return Drug(
        identifier, identifier, "biological", "monoclonal antibody", "treatment", targets, classes, names, xrefs,
        "table row 1", replaced_by,
    )  # fmt: skip


def _class(identifier: str, label: str, parents: tuple[str, ...] = (), targets: tuple[str, ...] = ()) -> DrugClass:
    return DrugClass(identifier, label, "drug", parents, targets, (_name(label),), (), "table row 1")


@pytest.fixture(scope="session")
def small_vocabulary() -> Vocabulary:
    """A few terms of each kind: a bispecific, a redirect, two hierarchies."""
    drugs = (
        _drug("onelimab", ("CD274",), ("pd-l1-inhibitor",)),
        _drug("bothlimab", ("PDCD1", "CTLA4"), ("pd-1-inhibitor", "ctla-4-inhibitor")),
        _drug("xyz123", (), (), replaced_by="onelimab"),
    )
    classes = (
        _class("immunotherapy", "immunotherapy"),
        _class("checkpoint-inhibitor", "immune checkpoint inhibitor", ("immunotherapy",)),
        _class("pd-l1-inhibitor", "PD-L1 inhibitor", ("checkpoint-inhibitor",), ("CD274",)),
        _class("pd-1-inhibitor", "PD-1 inhibitor", ("checkpoint-inhibitor",), ("PDCD1",)),
        _class("ctla-4-inhibitor", "CTLA-4 inhibitor", ("checkpoint-inhibitor",), ("CTLA4",)),
        _class("chemotherapy", "chemotherapy"),
        _class("platinum-based-chemotherapy", "platinum-based chemotherapy", ("chemotherapy",)),
    )
    targets = tuple(
        Target(s, s, (_name(s),), (Xref("hgnc:17635", "hgnc row"),), "hgnc") for s in ("CD274", "PDCD1", "CTLA4")
    )
    conditions = (
        Condition("lung-cancer", "lung cancer", None, (), (_name("lung cancer"),), (), "mondo"),
        Condition("nsclc", "non-small cell lung cancer", "advanced", ("lung-cancer",), (_name("NSCLC"),), (), "mondo"),
    )
    endpoints = (Endpoint("PFS", "progression-free survival", (_name("PFS"),), (Xref("ncit:C28234", "ncit"),), "ncit"),)
    return Vocabulary(
        {d.id: d for d in drugs}, {c.id: c for c in classes}, {t.id: t for t in targets},
        {c.id: c for c in conditions}, {e.id: e for e in endpoints}, (), "digest of the tables", "1",
    )  # fmt: skip


@pytest.fixture(scope="session")
def sample_facts() -> TrialFacts:
    """An invented trial that has something of everything: two cohorts, a choice, a bispecific as comparator."""
    return TypeAdapter(TrialFacts).validate_json((DATA / "sample_facts.json").read_bytes())


@contextmanager
def _server(command: list[str], url: str) -> Iterator[None]:
    """A program of others, until the block ends; it has started when it answers at this address."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            for _ in range(600):
                with suppress(httpx.HTTPError):
                    httpx.get(url, timeout=5)
                    break
                with suppress(subprocess.TimeoutExpired):
                    process.wait(0.1)
                    pytest.fail(f"{command[0]} ended with {process.returncode}")
            yield
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@pytest.fixture(scope="session")
def oxigraph_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the Oxigraph server, of the package `oxigraph`, over an empty store."""
    program = Path(sys.executable).parent / "oxigraph"
    if not program.exists():
        pytest.skip("the package `oxigraph` is not installed")
    folder, port = tmp_path_factory.mktemp("oxigraph"), _free_port()
    url = f"http://127.0.0.1:{port}"
    with _server([str(program), "serve", "--location", str(folder), "--bind", f"127.0.0.1:{port}"], url):
        yield url


@pytest.fixture(scope="session")
def start_virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[int], str]]:
    """Starts Virtuoso over an empty database, on this machine alone: `url = start_virtuoso(most_rows)`."""
    program = shutil.which("virtuoso-t")
    if program is None:
        pytest.skip("Virtuoso is not installed: `make virtuoso` does that where it may (Debian: virtuoso-opensource)")
    template = (Path(__file__).parent / "virtuoso.ini").read_text("ascii")

    def start(rows: int) -> str:
        folder, port = tmp_path_factory.mktemp("virtuoso"), _free_port()
        ini = folder / "virtuoso.ini"
        ini.write_text(template.format(folder=folder, sql=_free_port(), http=port, rows=rows), "ascii")
        url = f"http://127.0.0.1:{port}"
        stack.enter_context(_server([program, "+foreground", "+configfile", str(ini)], f"{url}/sparql"))
        return url

    with ExitStack() as stack:
        yield start


@pytest.fixture(scope="session")
def virtuoso_server(start_virtuoso: Callable[[int], str]) -> str:
    """The address of a Virtuoso that gives answers of any size."""
    return start_virtuoso(10_000_000)
