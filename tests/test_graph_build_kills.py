"""A build killed anywhere: the store opens, no trial is half there, and the next build ends as an undisturbed one.

The kills are at every step of a build that touches the disk, counted, not at random moments: so a failure repeats.
"""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = '''
import os, signal, sys
from pathlib import Path
from types import SimpleNamespace

from graph import oxigraph, publish
from graph.build import Checkpoints, Outbox
from graph.lane import Lane
from graph.oxigraph import EmbeddedStore
from graph.store import LedgerEntry, Tooling, TrialState, TrialTriples
from ontology import iri
from ontology.errors import NotFoundError

TOOLING, TRIALS, root = Tooling("1", "v", "s"), 8, Path(sys.argv[1])


def trial(number, version):
    name = f"NCT900{number:05}"
    line = lambda p, o: f'<{iri.trial(name)}> <http://e/{p}> "{o}" .\\n'.encode()
    state = TrialState.QUARANTINED if number % 5 == 4 else TrialState.LOADED
    entry = LedgerEntry(name, version, "text", "x", state, TOOLING)
    facts = b"".join(line(f"p{n}", version) for n in range(20))
    return TrialTriples(entry, facts, b"" if state is TrialState.QUARANTINED else line("derived", version))


def build(store, version):
    with store.writer() as writer:
        with Lane() as lane:
            outbox = Outbox(writer, lane, TOOLING, Checkpoints(records=4, rest=0))
            outbox.put_vocabulary(lambda: b"")
            ledger = writer.ledger()
            for number in range(TRIALS):
                one = trial(number, version)
                if ledger.get(one.entry.trial) != one.entry:
                    outbox.put(one)
            outbox.flush()


def die_at(step):
    """Kill this process at the so-manieth call of anything that changes the disk."""
    calls = 0

    def counted(function):
        def call(*args, **kwargs):
            nonlocal calls
            calls += 1
            if calls == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*args, **kwargs)
        return call

    for name in ("rename", "replace", "mkdir", "touch"):
        setattr(Path, name, counted(getattr(Path, name)))
    publish.shutil = SimpleNamespace(rmtree=counted(publish.shutil.rmtree))
    for name in ("_load", "_replace_trial", "publish"):
        setattr(oxigraph.OxigraphWriter, name, counted(getattr(oxigraph.OxigraphWriter, name)))


def content(store):
    with store.reader() as reader:
        return {str(quad) for quad in reader.quads() if quad.graph_name.value != iri.PROVENANCE_GRAPH}, reader.ledger()


def check_whole(store, versions):
    """Each trial that is there is there whole, in one of the versions that were written, in its graph and the union."""
    try:
        quads, ledger = content(store)
    except NotFoundError:
        return
    with store.reader() as reader:
        union = {str(triple) for triple in reader.query("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")}
    for name, entry in ledger.items():
        assert entry.content_hash in versions, entry
        is_good = entry.state is TrialState.LOADED
        graph = iri.trial_graph(name) if is_good else iri.quarantine_graph(name)
        own = [quad for quad in quads if quad.endswith(f"<{graph}>")]
        assert len(own) == 20, (name, len(own))
        assert all(f'"{entry.content_hash}"' in quad for quad in own)
    assert len([quad for quad in quads if "http://e/p" in quad]) == 20 * len(ledger)
    loaded = sum(entry.state is TrialState.LOADED for entry in ledger.values())
    assert len([triple for triple in union if "http://e/" in triple]) == 21 * loaded


def in_child(work):
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException as error:
            import traceback
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    return os.waitpid(pid, 0)[1]


def killed_build(folder, version, step):
    die_at(step)
    build(EmbeddedStore(folder), version)


def finish(folder, versions):
    store = EmbeddedStore(folder)
    check_whole(store, versions)
    build(store, "new")
    check_whole(store, {"new"})
    fresh = EmbeddedStore(folder.with_name(folder.name + "-fresh"))
    build(fresh, "new")
    assert content(store) == content(fresh)
    assert not (folder / "work").exists()


step = kills = 0
while True:
    step += 1
    folder = root / str(step)
    assert in_child(lambda: build(EmbeddedStore(folder), "old")) == 0
    status = in_child(lambda: killed_build(folder, "new", step))
    if status == 0:
        break
    assert os.WTERMSIG(status) == signal.SIGKILL, status
    kills += 1
    assert in_child(lambda: finish(folder, {"old", "new"})) == 0
first = 0
for step in range(1, 12):
    folder = root / f"first-{step}"
    status = in_child(lambda: killed_build(folder, "new", step))
    assert os.WTERMSIG(status) == signal.SIGKILL, status
    first += 1
    assert in_child(lambda: finish(folder, {"new"})) == 0
print(kills, first)
'''


@pytest.mark.slow
def test_a_build_killed_at_any_step_leaves_whole_trials_and_can_go_on(tmp_path: Path) -> None:
    ran = subprocess.run([sys.executable, "-c", SCRIPT, str(tmp_path)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    kills, first = map(int, ran.stdout.split())
    assert kills > 20
    assert first == 11
