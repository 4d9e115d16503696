"""A process that forks readers: `python -m graph.nursery FD MODULE ARGUMENT...`.

Starting Python and loading the engine's module takes several times what a reader needs to open a store, and each
query that is killed takes a reader with it. So one process loads all that once, opens nothing, and forks a reader for
each socket that it is sent; `MODULE.run(descriptor, *arguments)` is the reader. It tells by one message of JSON each:
`{"born": pid}` for every socket, in their order, and `{"died": pid, "code": n}`, where a signal is a negative code. It
ends when its socket closes, and its readers with it.
"""

import contextlib
import importlib
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Callable

from graph.confine import follow_parent

MESSAGE = 4096
Run = Callable[..., None]


def serve(control: socket.socket, run: Run, arguments: list[str]) -> None:
    """Fork readers until the service closes the socket."""
    wakes, wake = os.pipe()
    for end in (wakes, wake):
        os.set_blocking(end, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(wake, warn_on_full_buffer=False)
    watched: list[socket.socket | int] = [control, wakes]
    while True:
        ready, _, _ = select.select(watched, [], [])
        if wakes in ready:
            os.read(wakes, MESSAGE)
            tell_deaths(control)
        if control in ready:
            message, descriptors, _, _ = socket.recv_fds(control, MESSAGE, 1)
            if not message:
                return
            born(control, descriptors[0], run, arguments)


def born(control: socket.socket, descriptor: int, run: Run, arguments: list[str]) -> None:
    """Fork one reader; in the child this never returns."""
    pid = os.fork()
    if pid == 0:
        code = 1
        with contextlib.suppress(BaseException):
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            control.close()
            run(descriptor, *arguments)
            code = 0
        os._exit(code)
    os.close(descriptor)
    tell(control, {"born": pid})


def tell_deaths(control: socket.socket) -> None:
    """Tell of all children that have ended."""
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            tell(control, {"died": pid, "code": os.waitstatus_to_exitcode(status)})


def tell(control: socket.socket, message: dict[str, int]) -> None:
    """One message to the service."""
    control.send(json.dumps(message).encode())


def main() -> None:
    """Entry of the process."""
    descriptor, module, *arguments = sys.argv[1:]
    follow_parent()
    run: Run = importlib.import_module(module).run
    with socket.socket(fileno=int(descriptor)) as control, contextlib.suppress(BrokenPipeError, ConnectionResetError):
        serve(control, run, arguments)


if __name__ == "__main__":
    main()
