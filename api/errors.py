"""The one place where an error becomes an exit code or an HTTP answer (RFC 9457)."""

import errno
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from ontology.errors import (
    LimitError,
    MediaTypeError,
    NotAcceptableError,
    NotFoundError,
    QuerySyntaxError,
    RefusedError,
    RuleError,
    ShapeViolationError,
    SourceError,
    StoreBusyError,
    StoreError,
    TrialGraphError,
    UnauthorizedError,
    UsageError,
    VocabularyError,
)

EXIT_DONE = 0
EXIT_FAULT = 1
EXIT_USAGE = 2
PROBLEM_TYPE = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an error means to a shell and to an HTTP client."""

    exit_code: int
    status: HTTPStatus


# Looked up along the class's bases, nearest first.
OUTCOMES: dict[type[BaseException], Outcome] = {
    UsageError: Outcome(EXIT_USAGE, HTTPStatus.BAD_REQUEST),
    SourceError: Outcome(EXIT_FAULT, HTTPStatus.UNPROCESSABLE_ENTITY),
    VocabularyError: Outcome(EXIT_FAULT, HTTPStatus.UNPROCESSABLE_ENTITY),
    RuleError: Outcome(EXIT_FAULT, HTTPStatus.INTERNAL_SERVER_ERROR),
    ShapeViolationError: Outcome(EXIT_FAULT, HTTPStatus.UNPROCESSABLE_ENTITY),
    StoreError: Outcome(EXIT_USAGE, HTTPStatus.SERVICE_UNAVAILABLE),
    StoreBusyError: Outcome(EXIT_USAGE, HTTPStatus.SERVICE_UNAVAILABLE),
    QuerySyntaxError: Outcome(EXIT_USAGE, HTTPStatus.BAD_REQUEST),
    RefusedError: Outcome(EXIT_USAGE, HTTPStatus.FORBIDDEN),
    LimitError: Outcome(EXIT_FAULT, HTTPStatus.SERVICE_UNAVAILABLE),
    NotFoundError: Outcome(EXIT_USAGE, HTTPStatus.NOT_FOUND),
    NotAcceptableError: Outcome(EXIT_USAGE, HTTPStatus.NOT_ACCEPTABLE),
    MediaTypeError: Outcome(EXIT_USAGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
    UnauthorizedError: Outcome(EXIT_USAGE, HTTPStatus.UNAUTHORIZED),
    TrialGraphError: Outcome(EXIT_FAULT, HTTPStatus.INTERNAL_SERVER_ERROR),
    OSError: Outcome(EXIT_USAGE, HTTPStatus.INTERNAL_SERVER_ERROR),
    MemoryError: Outcome(EXIT_FAULT, HTTPStatus.SERVICE_UNAVAILABLE),
}

# The status of a limit, by the setting that holds it; any other may do better another time: 503.
LIMIT_STATUS = {
    "answer_mb": HTTPStatus.UNPROCESSABLE_ENTITY,
    "body_mb": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "body_seconds": HTTPStatus.REQUEST_TIMEOUT,
    "header_kb": HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
    "long_per_client": HTTPStatus.TOO_MANY_REQUESTS,
    "query_depth": HTTPStatus.UNPROCESSABLE_ENTITY,
    "query_kb": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "service_kb": HTTPStatus.UNPROCESSABLE_ENTITY,
    "store_rows": HTTPStatus.UNPROCESSABLE_ENTITY,
    "requests_per_client": HTTPStatus.TOO_MANY_REQUESTS,
    "url_kb": HTTPStatus.REQUEST_URI_TOO_LONG,
}


def outcome(error: BaseException) -> Outcome | None:
    """What an error means, or None for one that nobody foresaw: a bug."""
    if isinstance(error, LimitError) and error.limit in LIMIT_STATUS:
        return Outcome(EXIT_FAULT, LIMIT_STATUS[error.limit])
    return next((OUTCOMES[base] for base in type(error).__mro__ if base in OUTCOMES), None)


def one_line(error: BaseException) -> str:
    """An error as one line for a person: place, reason, way out; no control characters."""
    if isinstance(error, OSError) and not isinstance(error, TrialGraphError):
        reason = error.strerror or str(error) or errno.errorcode.get(error.errno or 0, "input/output error")
        text = f"{error.filename}: {reason}" if error.filename else reason
    elif isinstance(error, MemoryError):
        text = "out of memory"
    else:
        text = str(error) or type(error).__name__
    return "".join(char if char.isprintable() else " " for char in text)


def problem(error: BaseException) -> dict[str, Any]:
    """The body of an HTTP error, as RFC 9457 has it; members of our own: `limit`, `line`, `column`, `hint`.

    An unforeseen error says nothing of its inside: that goes to the log.
    """
    known = outcome(error)
    if known is None or not isinstance(error, TrialGraphError):
        status = known.status if known else HTTPStatus.INTERNAL_SERVER_ERROR
        return {"type": "about:blank", "title": status.phrase, "status": int(status)}
    extras = {name: getattr(error, name, None) for name in ("hint", "limit", "line", "column")}
    body = {"type": "about:blank", "title": error.title, "status": int(known.status), "detail": error.reason}
    return body | {name: value for name, value in extras.items() if value is not None}
