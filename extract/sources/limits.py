"""What a reader takes at most, and the exception by which one bad record says so to the code that isolates it."""

from dataclasses import dataclass

from extract.model import Failure

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on memory, in bytes unless the name says otherwise.

    `page` bounds a JSON file that must be held whole (a page of studies, an array, one study). `line` bounds one line
    of JSON Lines, one row of CSV or one plain-text file. `record_chars` bounds the text of one record's sections.
    `ratio` bounds what a packed file may grow to, once it has grown past `ratio_floor`. `depth` bounds packing within
    packing (a gzip in a zip is 2).
    """

    page: int = 512 * MEGABYTE
    line: int = 64 * MEGABYTE
    record_chars: int = 10 * MEGABYTE
    ratio: int = 250
    ratio_floor: int = 64 * MEGABYTE
    depth: int = 3


class BadRecordError(Exception):
    """What cannot be read of one record or file. Never leaves `extract.sources`: it becomes a `Failure`.

    Args:
        reason: what was wrong, one line.
        record: the id, if it was found before the fault.
        field: module path or column.
        offset: byte offset into the decompressed file.
        hint: what to do about it.
    """

    def __init__(
        self,
        reason: str,
        *,
        record: str | None = None,
        field: str | None = None,
        offset: int | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.record = record
        self.field = field
        self.offset = offset
        self.hint = hint

    def failure(self, file: str, place: str = "") -> Failure:
        """The same as a value; `place` says where in the file the record is."""
        record = f"{self.record} ({place})" if self.record and place else self.record or place or None
        return Failure(file, record, self.reason, self.field, self.offset, self.hint)
