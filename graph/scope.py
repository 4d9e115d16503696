"""Which of a store's trials were read from the sources that a build reads now.

The ledger keeps each record's source as it was named then: a file, `file#place` of a record in it, `archive!member`.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path

Scope = Callable[[str], bool]
"""Whether a source of the ledger is one of those that are read, or lies in one."""

_INSIDE = (os.sep, "#", "!")
"""What stands between a folder or a file and what lies in it."""


def scope_of(sources: Sequence[str]) -> Scope:
    """The scope of the sources of one build. Relative paths are of the current folder, now as then."""
    roots = [os.path.abspath(source) for source in sources]  # noqa: PTH100 (a name, not a file: `a.json#studies[3]`)
    inside = tuple(
        root.rstrip(os.sep) + mark for root in roots for mark in _INSIDE if mark == os.sep or not _is_dir(root)
    )

    def is_inside(source: str) -> bool:
        named = os.path.abspath(source)  # noqa: PTH100
        return named in roots or named.startswith(inside)

    return is_inside


def _is_dir(root: str) -> bool:
    return Path(root).is_dir()
