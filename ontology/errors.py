"""The one hierarchy of errors: what was wrong, where, and what to do.

Every error that a person may meet derives from `TrialGraphError`. `api.errors` alone turns one into an exit code or
an HTTP status; nothing else in the project decides that.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Where:
    """The place of a fault: a file, and inside it a record, a field and a character offset, as far as known."""

    file: str | None = None
    record: str | None = None
    field: str | None = None
    offset: int | None = None

    def __str__(self) -> str:
        parts = {"record": self.record, "field": self.field, "offset": self.offset}
        named = [f"{name} {value}" for name, value in parts.items() if value is not None]
        return ", ".join(([self.file] if self.file else []) + named)


class TrialGraphError(Exception):
    """Base of all documented errors.

    Args:
        reason: what was wrong, one line.
        where: where it was, if it has a place.
        hint: what the reader can do about it, one line.
    """

    title = "TrialGraph error"

    def __init__(self, reason: str, *, where: Where | None = None, hint: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where and str(self.where) else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}{self.reason}{hint}"


class UsageError(TrialGraphError):
    """The call itself was wrong: a missing path, an unknown option value, a question without words."""

    title = "Wrong usage"


class SourceError(TrialGraphError):
    """A source, or one record of it, cannot be read."""

    title = "Unreadable source"


class VocabularyError(TrialGraphError):
    """A vocabulary table or an official file breaks its schema."""

    title = "Bad vocabulary"


class RuleError(TrialGraphError):
    """An extraction rule file breaks its schema."""

    title = "Bad rule"


class ShapeViolationError(TrialGraphError):
    """Data breaks a SHACL shape."""

    title = "Shape violated"


class StoreError(TrialGraphError):
    """The store cannot be opened, read or written."""

    title = "Store unavailable"


class StoreBusyError(StoreError):
    """Another writer holds the store."""

    title = "Store busy"


class QuerySyntaxError(TrialGraphError):
    """A query or update does not parse; `where.offset` counts code points from 0."""

    title = "Malformed SPARQL"

    def __init__(self, reason: str, *, line: int | None = None, column: int | None = None) -> None:
        super().__init__(reason)
        self.line = line
        self.column = column


class RefusedError(TrialGraphError):
    """Something that this service does not let anybody do: SERVICE, LOAD, a file IRI, a write without a token."""

    title = "Refused"


class AbsentGraphError(RefusedError):
    """A dataset names a graph that the store has not."""


class LimitError(TrialGraphError):
    """A bound on time, memory or size was hit; `limit` names the setting."""

    title = "Limit reached"

    def __init__(self, reason: str, *, limit: str, hint: str | None = None) -> None:
        super().__init__(reason, hint=hint)
        self.limit = limit


class NotFoundError(TrialGraphError):
    """Nothing of that name or identifier is known."""

    title = "Not found"


class NotAcceptableError(TrialGraphError):
    """No format that the client accepts can hold this answer."""

    title = "Not acceptable"


class UnauthorizedError(TrialGraphError):
    """A write without a token, or with a wrong one."""

    title = "Token needed"


class MediaTypeError(TrialGraphError):
    """A body is of a media type that is not taken here."""

    title = "Unsupported media type"
