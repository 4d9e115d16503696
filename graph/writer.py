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


def outcome(root: Path, job: Job) -> dict[str, object]:
    """Do a job, publish it, and say how it went."""
    try:
        checked = check(job)
        with EmbeddedStore(root).writer() as writer:
            created = run(checked, writer.changing())
    except TrialGraphError as error:
        members = {name: getattr(error, name, None) for name in ("reason", "hint", "line", "column", "limit")}
        return {"error": type(error).__name__, **members}
    return {"created": created}


if __name__ == "__main__":
    main()
