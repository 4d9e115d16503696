"""From the start of a process to a ready pipeline with the built-in vocabulary, beside spaCy's empty one.

    python bench/start_up.py [--rounds 9] [--record FILE]

Each run is a process of its own, in turn (ours, theirs, ours ...), and the first round does not count. A process ends
where the pipeline is ready, so its whole time is the figure: seconds on the clock and seconds of the processor, the
median of the rounds and the least. On a machine that does other work the second is the steadier one. `--record` adds a
run that goes on until the facts of the first record of a file are there.
"""

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

END = "\nimport os; os._exit(0)"
READY = """
from extract.pipeline import build_pipeline
from ontology.tables import load_vocabulary
nlp = build_pipeline(load_vocabulary())"""
FIRST = """
import sys
from pathlib import Path
from extract.pipeline import extract_facts
from extract.sources.read import read_sources
extract_facts(nlp, next(iter(read_sources([Path(sys.argv[1])]))))"""
SPACY = "import spacy; spacy.blank('en')"


def run(code: str, *arguments: str) -> tuple[float, float]:
    """Seconds on the clock and of the processor that a process took."""
    start = time.monotonic()
    process = subprocess.Popen([sys.executable, "-c", code + END, *arguments])
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, process.args)
    return seconds, used.ru_utime + used.ru_stime


def measure(codes: Mapping[str, Sequence[str]], rounds: int) -> dict[str, list[tuple[float, float]]]:
    """What each took, round by round, the first round left out."""
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in codes}
    for number in range(rounds + 1):
        for name, (code, *arguments) in codes.items():
            seconds = run(code, *arguments)
            if number:
                took[name].append(seconds)
    return took


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--record", type=Path, help="a file whose first record is read as well")
    given = parser.parse_args(arguments)
    codes: dict[str, Sequence[str]] = {"ready pipeline": (READY,), "spaCy's blank('en')": (SPACY,)}
    if given.record:
        codes["facts of a record"] = (READY + FIRST, str(given.record))
    for name, took in measure(codes, given.rounds).items():
        clock, processor = zip(*took, strict=True)
        print(
            f"{name:20s} {statistics.median(clock):5.2f} s on the clock (least {min(clock):.2f}), "
            f"{statistics.median(processor):5.2f} s of the processor (least {min(processor):.2f})"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
