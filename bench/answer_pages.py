"""Time to the first byte of an answer's page, by the number of trials in the store.

    python bench/answer_pages.py [--folder /tmp/scale] [--sizes 1000,10000,100000] [--rounds 5]

The stores are those that `bench/query_scale.py` made in the same folder. The service runs as a process of its own with
two workers; each question is asked once on a fresh connection (the answer is worked out) and then again (it may come
from the cache). A row tells the first and the median of the others, in milliseconds to the first byte and to the last.
"""

import argparse
import socket
import statistics
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
from bench_process import ours, wait_until_ready

QUESTIONS = (
    "which PD-L1 combos in second line",
    "PD-1 inhibitors with chemotherapy in first line NSCLC",
    "antibody-drug conjugates in third line or later",
    "phase 3 trials with PFS as primary endpoint",
    "CAR-T in relapsed leukemia",
    "nivolumab monotherapy",
    "how many trials measure quality of life",
    "most common partners of PD-L1 inhibitors in second line",
    "trials of children in France",
    "trials excluding prior immunotherapy",
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, default=Path("/tmp/scale"))
    parser.add_argument("--sizes", default="1000,10000,100000")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args(arguments)
    print(f"{'trials':>8} {'first byte, ms':>15} {'again':>7} {'whole, ms':>10} {'kB':>5}  question")
    for size in map(int, options.sizes.split(",")):
        with serving(options.folder / f"trials-{size}") as url:
            for question in QUESTIONS:
                times = [asked(url, question) for _ in range(options.rounds)]
                first, again = times[0], statistics.median(one[0] for one in times[1:])
                print(
                    f"{size:>8} {first[0]:>15.0f} {again:>7.0f} {first[1]:>10.0f} {first[2]:>5}  {question}", flush=True
                )
    return 0


@contextmanager
def serving(store: Path) -> Iterator[str]:
    """The service over a store, and the address of its pages."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command, health, environment = ours(store, port)
    process = subprocess.Popen(command, env=environment | {"PYTHONWARNINGS": "ignore"}, stdout=subprocess.DEVNULL)
    try:
        wait_until_ready(health)
        yield f"http://127.0.0.1:{port}/ask"
    finally:
        process.terminate()
        process.wait(30)


def asked(url: str, question: str) -> tuple[float, float, int]:
    """Milliseconds to the first and the last byte of the page, and its size in kB."""
    start = time.perf_counter()
    with httpx.stream("GET", url, params={"q": question}, headers={"accept": "text/html"}, timeout=120) as answer:
        chunks = answer.iter_bytes()
        size = len(next(chunks, b""))
        first = time.perf_counter() - start
        size += sum(map(len, chunks))
        answer.raise_for_status()
    return first * 1e3, (time.perf_counter() - start) * 1e3, size // 1000


if __name__ == "__main__":
    raise SystemExit(main())
