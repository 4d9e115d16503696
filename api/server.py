"""Running the service: one process, or several that share the address.

Each process is a whole service with readers of its own; they share the store and the counts of `/metrics`.
"""

import multiprocessing
import os
import signal
import socket
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from types import FrameType

import uvicorn

from api.http import bounded
from api.settings import Settings

PATH = 4096


def serve(settings: Settings, sockets: list[socket.socket]) -> None:
    """Serve until told to end; open requests then have `drain_seconds` to finish."""
    if settings.workers == 1:
        serve_one(settings, sockets)
        return
    with ExitStack() as stack:
        counts = stack.enter_context(tempfile.TemporaryDirectory(prefix="trialgraph-metrics-"))
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = counts
        spawn = multiprocessing.get_context("spawn")
        processes = [
            spawn.Process(target=serve_one, args=(settings, sockets), daemon=False) for _ in range(settings.workers)
        ]
        for process in processes:
            process.start()
        stop = end_all(processes)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        for process in processes:
            process.join()


def serve_one(settings: Settings, sockets: list[socket.socket]) -> None:
    """One HTTP process."""
    # Imported here: metrics look at the environment when they are first loaded.
    from api.app import create_app  # noqa: PLC0415
    from api.stores import open_store  # noqa: PLC0415

    app = create_app(settings, open_store(settings))
    uvicorn.Server(server_config(app, settings)).run(sockets)


def server_config(app: Callable[..., object], settings: Settings) -> uvicorn.Config:
    """What uvicorn is told: bounded heads, no log of its own, no name in the answers."""
    return uvicorn.Config(
        app,
        http=bounded(settings.header_kb * 1024 + PATH),
        ws="none",
        log_level="critical",
        access_log=False,
        server_header=False,
        timeout_keep_alive=settings.idle_seconds,
        timeout_graceful_shutdown=settings.drain_seconds,
        proxy_headers=False,
        backlog=1024,
    )


def listen(settings: Settings) -> socket.socket:
    """The socket that the service listens on; raises `OSError` when the address is taken."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    return socket.create_server((settings.host, settings.port), family=family, backlog=1024)


def end_all(processes: Sequence[multiprocessing.process.BaseProcess]) -> Callable[[int, FrameType | None], None]:
    """What a signal does: it goes on to every process, each of which drains and ends."""

    def stop(number: int, frame: FrameType | None) -> None:
        del number, frame
        for process in processes:
            if process.pid and process.is_alive():
                os.kill(process.pid, signal.SIGTERM)

    return stop
