"""A marker in its standard wording, before it becomes a fact."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Marker:
    """`name` at `[start, end)` of the record; `subject` is the gene or protein that it is of.

    `excluded` marks a negative marker that follows only from an exclusion of the positive one.
    """

    name: str
    start: int
    end: int
    rule: str
    subject: str = ""
    negative: bool = False
    excluded: bool = False
