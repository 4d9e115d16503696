"""Real builds in processes of their own, with what happens to them: killed at any moment, no room, no right to write,
another build at work, sources that change meanwhile. Records are invented, and extraction gives each the same facts.
"""

import errno
import json
import os
import pickle
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from pyoxigraph import QueryTriples

from extract.facts import TrialFacts
from graph.oxigraph import EmbeddedStore
from ontology.errors import NotFoundError
from ontology.iri import PROVENANCE_GRAPH, trial_graph
from ontology.model import Vocabulary
from shapes.compiled import compiled_validator
from shapes.validate import Validator, pyshacl_validator, trial_shapes

RECORDS = 120
KILLS = 50
SCRIPT = """
import pickle, resource, sys
from dataclasses import dataclass, replace
from pathlib import Path

from extract.sources.read import read_sources
from graph.build import Checkpoints, Plan, Tools, Watch, build
from graph.derive import derived_triples
from graph.knowledge import Knowledge
from graph.mapping import facts_to_triples
from graph.oxigraph import EmbeddedStore
from graph.prepare import Stages, prepare
from graph.store import Tooling
from ontology.errors import TrialGraphError
from shapes.compiled import compiled_validator
from shapes.validate import pyshacl_validator, trial_shapes

TOOLING = Tooling("extractor 1", "vocabulary-digest", "shapes-digest")


@dataclass(frozen=True)
class Factory:
    path: str

    def __call__(self):
        facts, vocabulary = pickle.loads(Path(self.path).read_bytes())
        known, shapes = Knowledge(vocabulary), trial_shapes()
        validate = compiled_validator(shapes, pyshacl_validator(shapes))
        stages = Stages(
            extract=lambda documents: [replace(facts, id=one.id, title=one.title) for one in documents],
            map_facts=lambda facts, origin: facts_to_triples(facts, origin, known),
            derive=lambda facts: derived_triples(facts, known),
            check=lambda trials: {trial: validate(triples) for trial, triples in trials.items()},
            tooling=TOOLING,
        )
        return lambda documents: prepare(documents, stages)


def say(line):
    print(line, flush=True)


if __name__ == "__main__":
    store, records, pickled, jobs, most = sys.argv[1:]
    if int(most):
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(most), int(most)))
    tools = Tools(Factory(pickled), TOOLING, lambda: b'<http://e/drug> <http://e/name> "x" .\\n')
    watch = Watch(lambda fault: say(f"fault: {fault}"), lambda summary: say("."))
    plan = Plan(jobs=int(jobs), checkpoints=Checkpoints(records=12, rest=0))
    try:
        summary = build(read_sources([records]), EmbeddedStore(Path(store)), tools, watch, plan)
    except TrialGraphError as error:
        say(f"{type(error).__name__}: {error}")
        sys.exit(2)
    say(f"loaded {summary.loaded}, unchanged {summary.unchanged}, failed {summary.failed}")
"""


class Builder(NamedTuple):
    """Starts builds: the script, the records, and the facts that each of them gives."""

    script: Path
    records: Path
    facts: Path

    def start(self, store: Path, *, jobs: int = 2, largest: int = 0) -> subprocess.Popen[str]:
        """A build under way; no file that it writes may grow beyond `largest` bytes, if that is not 0."""
        paths = map(str, (self.script, store, self.records, self.facts))
        command = [sys.executable, *paths, str(jobs), str(largest)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    def run(self, store: Path, *, largest: int = 0) -> tuple[int, str]:
        """A build to its end: its exit code and its last line."""
        process = self.start(store, jobs=1, largest=largest)
        told, errors = process.communicate()
        assert "Traceback" not in errors, errors
        return process.returncode, told.strip().rpartition("\n")[2]


@pytest.fixture
def builder(tmp_path: Path, sample_facts: TrialFacts, small_vocabulary: Vocabulary) -> Builder:
    script, records, facts = tmp_path / "build_process.py", tmp_path / "records", tmp_path / "facts.pickle"
    script.write_text(SCRIPT)
    facts.write_bytes(pickle.dumps((sample_facts, small_vocabulary)))
    records.mkdir()
    for part in range(4):
        lines = (
            json.dumps({"id": f"NCT9000{n:04}", "text": f"Invented trial {n}.\n\nIt tests onelimab."})
            for n in range(part, RECORDS, 4)
        )
        (records / f"part-{part}.jsonl").write_text("\n".join(lines))
    return Builder(script, records, facts)


@pytest.fixture(scope="module")
def validate() -> Validator:
    shapes = trial_shapes()
    return compiled_validator(shapes, pyshacl_validator(shapes))


Content = dict[str, set[str]]


def content(folder: Path) -> tuple[Content, set[str], set[str]]:
    """The lines of each named graph but the provenance, the triples of the default graph, and the trials known."""
    graphs: Content = {}
    with EmbeddedStore(folder).reader() as reader:
        for quad in reader.quads():
            graphs.setdefault(quad.graph_name.value, set()).add(str(quad.triple))  # type: ignore[union-attr]
        union = reader.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
        assert isinstance(union, QueryTriples)
        graphs.pop(PROVENANCE_GRAPH, None)
        return graphs, {str(triple) for triple in union}, set(reader.ledger())


def check_whole(folder: Path, expected: Content, validate: Validator) -> int:
    """Each trial that is there is as the undisturbed build has it, and keeps the shapes; returns how many there are."""
    try:
        graphs, union, known = content(folder)
    except NotFoundError:
        return 0
    assert {trial_graph(trial) for trial in known} == {name for name in graphs if "/graph/trial/" in name}
    for trial in known:
        lines = graphs[trial_graph(trial)]
        assert lines == expected[trial_graph(trial)]
        assert validate("".join(f"{line} .\n" for line in sorted(lines)).encode()).conforms
    assert union == set().union(*graphs.values())
    return len(known)


@pytest.mark.slow
def test_a_build_killed_at_random_moments_goes_on_and_ends_as_an_undisturbed_one(
    builder: Builder, tmp_path: Path, validate: Validator
) -> None:
    chance = random.Random(7)  # noqa: S311 (moments, not secrets)
    undisturbed = tmp_path / "undisturbed"
    process = builder.start(undisturbed, jobs=1)
    assert process.stdout is not None
    process.stdout.readline()
    started = time.monotonic()
    assert process.communicate()[0].strip().endswith(f"loaded {RECORDS}, unchanged 0, failed 0")
    taken = time.monotonic() - started
    expected = content(undisturbed)
    kills = halves = folders = 0
    while kills < KILLS:
        folder = tmp_path / f"store-{folders}"
        jobs = 2 if kills % 5 == 0 else 1
        if kill_at(builder.start(folder, jobs=jobs), chance.uniform(0, taken)):
            kills += 1
            halves += 0 < check_whole(folder, expected[0], validate) < RECORDS
        else:
            assert content(folder) == expected
            folders += 1
    assert builder.run(folder)[0] == 0
    assert content(folder) == expected
    assert halves > KILLS // 5


def kill_at(process: subprocess.Popen[str], seconds: float) -> bool:
    """Kill a build, and it alone, so many seconds after it worked on its first record; False if it had ended."""
    assert process.stdout is not None
    process.stdout.readline()
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
    told, _ = process.communicate()
    assert process.returncode in {0, -signal.SIGKILL}, told
    return process.returncode != 0


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own with little room."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a file system")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_is_told_and_nothing_published_is_lost(builder: Builder, small_disk: Path) -> None:
    store, ballast = small_disk / "store", small_disk / "ballast"
    part, whole = builder.records / "part-0.jsonl", builder.records
    assert builder._replace(records=part).run(store) == (0, f"loaded {RECORDS // 4}, unchanged 0, failed 0")
    before = content(store)
    fill(ballast)
    code, told = builder.run(store)
    assert code == 2
    assert told.startswith("StoreError: ")
    assert os.strerror(errno.ENOSPC) in told
    assert content(store) == before
    ballast.unlink()
    assert builder._replace(records=whole).run(store)[0] == 0
    assert len(content(store)[2]) == RECORDS


def fill(file: Path) -> None:
    """Write until there is no more room."""
    with file.open("wb", buffering=0) as out, suppress(OSError):
        while True:
            out.write(bytes(4096))


def test_a_file_that_may_not_grow_is_an_error_of_the_store(builder: Builder, tmp_path: Path) -> None:
    """What a full disk does to single writes, where nobody may mount one."""
    store = tmp_path / "store"
    code, told = builder.run(store, largest=100_000)
    assert (code, told.partition(":")[0]) == (2, "StoreError")
    assert builder.run(store)[0] == 0
    assert len(content(store)[2]) == RECORDS


def test_a_read_only_disk_is_told(builder: Builder, small_disk: Path) -> None:
    store = small_disk / "store"
    assert builder._replace(records=builder.records / "part-0.jsonl").run(store)[0] == 0
    before = content(store)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    code, told = builder.run(store)
    assert code == 2
    assert told.startswith("StoreError: ")
    assert os.strerror(errno.EROFS) in told
    assert content(store) == before


def test_of_two_builds_at_once_one_is_refused_and_the_other_is_right(builder: Builder, tmp_path: Path) -> None:
    store = tmp_path / "store"
    first = builder.start(store, jobs=1)
    assert first.stdout is not None
    first.stdout.readline()
    code, told = builder.run(store)
    if first.poll() is None:
        assert code == 2
        assert told.startswith("StoreBusyError: ")
    assert first.communicate()[0].strip().endswith(f"loaded {RECORDS}, unchanged 0, failed 0")
    assert len(content(store)[2]) == RECORDS


def test_a_source_that_changes_meanwhile_is_told_of_and_the_next_build_makes_it_good(
    builder: Builder, tmp_path: Path
) -> None:
    """A file goes, one is cut off in the middle of a record, one comes."""
    store = tmp_path / "store"
    for number in range(60):
        text = json.dumps({"id": f"NCT9100{number:04}", "text": f"Invented trial {number}.\n\nIt tests onelimab."})
        (builder.records / f"a-{number:03}.jsonl").write_text(text)
    process = builder.start(store, jobs=1)
    assert process.stdout is not None
    process.stdout.readline()
    gone, cut, new = (builder.records / name for name in ("part-3.jsonl", "part-2.jsonl", "part-4.jsonl"))
    gone.rename(tmp_path / "gone.jsonl")
    whole = cut.read_text()
    cut.write_text(whole[:-20])
    new.write_text(json.dumps({"id": "NCT92000001", "text": "Invented trial.\n\nIt tests onelimab."}))
    told = process.communicate()[0]
    assert process.returncode == 0, told
    assert "loaded" in told
    known = content(store)[2]
    assert {f"NCT9000{n:04}" for n in range(0, RECORDS, 4)} <= known
    (tmp_path / "gone.jsonl").rename(gone)
    cut.write_text(whole)
    code, last = builder.run(store)
    assert code == 0
    assert last.endswith("failed 0")
    assert len(content(store)[2]) == RECORDS + 61
