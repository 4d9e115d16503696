"""What the benchmarks share: our service as a process, and what a tree of processes uses."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx


def ours(store: Path, port: int, **settings: object) -> tuple[list[str], str, dict[str, str]]:
    """The command of `serve`, the address that tells when it is ready, and its environment."""
    command = [str(Path(sys.executable).parent / "trialgraph"), "serve", "--store", str(store), "--port", str(port)]
    given = {"workers": 2, "log_level": "warning", **settings}
    environment = os.environ | {f"TRIALGRAPH_{name.upper()}": str(value) for name, value in given.items()}
    return command, f"http://127.0.0.1:{port}/health", environment


def wait_until_ready(url: str, seconds: float = 400) -> None:
    """Return when the address answers."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if httpx.get(url, timeout=5).status_code < 500:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise TimeoutError(url)


def family(pid: int) -> Iterator[int]:
    """A process and its descendants."""
    yield pid
    for task in Path(f"/proc/{pid}/task").iterdir():
        # A thread may end while it is looked at.
        with suppress(OSError):
            for child in (task / "children").read_text().split():
                yield from family(int(child))


def cpu_seconds(pid: int) -> float:
    """What a process, its descendants and those that it has buried have used of the processor.

    Steadier than a rate where other work shares the machine.
    """
    total = 0
    for one in family(pid):
        with suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            total += sum(int(field) for field in fields[11:15])
    return total / os.sysconf("SC_CLK_TCK")


def memory_of(pid: int) -> int:
    """Their proportional share of memory, in MiB."""
    total = 0
    for one in family(pid):
        with suppress(OSError):
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total // 1024
