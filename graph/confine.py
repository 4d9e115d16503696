"""What a process gives up before it touches a query: memory, core dumps, the network, other programs.

The kernel keeps it to that (Linux: setrlimit(2), seccomp(2), prctl(2)), so that a hole in `graph.guard` or in the
engine opens nothing.
"""

import contextlib
import ctypes
import os
import platform
import resource
import signal
import struct
from pathlib import Path

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 1, 38, 22, 2
_LOAD_WORD, _JUMP_IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 1  # the second: fail with EPERM
_NUMBER_OFFSET, _ARCH_OFFSET = 0, 4
_ARCHITECTURES = {
    # AUDIT_ARCH value; the numbers of socket, connect, execve, execveat
    "x86_64": (0xC000003E, (41, 42, 59, 322)),
    "aarch64": (0xC00000B7, (198, 203, 221, 281)),
}


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def follow_parent() -> None:
    """End with the process that started this one, however it ends, and by no signal that is meant for it."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    for stop in (signal.SIGINT, signal.SIGTERM):
        signal.signal(stop, signal.SIG_IGN)


def confine(memory_bytes: int) -> None:
    """Bound this process, and make it the first to go when the machine is short of memory."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    follow_parent()
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")
    # The engine writes a stack trace when an allocation fails; nobody reads it here.
    os.environ["RUST_BACKTRACE"] = "0"


def cut_off_network() -> bool:
    """Let the kernel refuse new sockets, connections and programs; False where this kernel or machine cannot."""
    architecture = _ARCHITECTURES.get(platform.machine())
    if architecture is None or _prctl(_PR_SET_NO_NEW_PRIVS, 1) != 0:
        return False
    code = _filter(*architecture)
    program = _Program(len(code) // 8, code)
    return _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(program)) == 0


def _filter(arch: int, refused: tuple[int, ...]) -> bytes:
    """The filter's instructions (linux/filter.h: code, jump if true, jump if false, operand)."""
    lines = [(_LOAD_WORD, 0, 0, _ARCH_OFFSET), (_JUMP_IF_EQUAL, 1, 0, arch), (_RETURN, 0, 0, _REFUSE)]
    lines.append((_LOAD_WORD, 0, 0, _NUMBER_OFFSET))
    for number in refused:
        lines += [(_JUMP_IF_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE)]
    lines.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("HBBI", *line) for line in lines)


def _prctl(option: int, *arguments: int) -> int:
    values = [ctypes.c_ulong(value) for value in (*arguments, 0, 0, 0, 0)][:4]
    return int(ctypes.CDLL(None, use_errno=True).prctl(option, *values))
