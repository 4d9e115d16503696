"""Writes in a process of their own: `python -m graph.writer STORE MEMORY_BYTES`.

So a write can be killed like a query; what it had not published is then thrown away. Jobs come on standard input, each
after its length; the outcome of each goes to standard output as one line of JSON.
"""

import json
import pickle
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from pyoxigraph import Store

from graph.confine import confine, cut_off_network
from graph.oxigraph import EmbeddedStore
from graph.wire import LENGTH
from graph.writes import Job, check, run
from ontology.errors import TrialGraphError


def main() -> None:
    """Entry of the process."""
    root, memory = sys.argv[1:3]
    confine(int(memory))
    cut_off_network()
    for job in jobs(sys.stdin.buffer):
        sys.stdout.write(json.dumps(outcome(Path(root), job)) + "\n")
        sys.stdout.flush()


def jobs(stream: BinaryIO) -> Iterator[Job]:
    """The jobs as they come, until the service closes the stream."""
    while len(length := stream.read(LENGTH.size)) == LENGTH.size:
        yield pickle.loads(stream.read(LENGTH.unpack(length)[0]))  # noqa: S301 (the sender is who started us)


class AbandonedError(Exception):
    """Leaves the writer's block without publishing; what failed is told already."""


def outcome(root: Path, job: Job) -> dict[str, object]:
    """Do a job, publish it, and say how it went."""
    report: dict[str, object] = {}
    try:
        checked = check(job)
        with EmbeddedStore(root).writer() as writer:
            # The error itself is not raised through the block: its traceback would hold the engine open.
            report = attempt(checked, writer.changing())
            if "error" in report:
                raise AbandonedError  # noqa: TRY301 (out of the block, and no further)
    except AbandonedError:
        pass
    except TrialGraphError as error:
        return told(error)
    return report


def attempt(job: Job, engine: Store) -> dict[str, object]:
    """Run a job, and say how it went."""
    try:
        return {"created": run(job, engine)}
    except TrialGraphError as error:
        return told(error)


def told(error: TrialGraphError) -> dict[str, object]:
    """An error as JSON can hold it."""
    members = {name: getattr(error, name, None) for name in ("reason", "hint", "line", "column", "limit")}
    return {"error": type(error).__name__, **members}


if __name__ == "__main__":
    main()
