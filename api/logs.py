"""One line of JSON a request, on standard error: who, what, how long, how much, and which limit it hit."""

import logging
from typing import BinaryIO

import orjson
import structlog
from structlog.typing import FilteringBoundLogger

from api.record import Record


def make_logger(level: str, stream: BinaryIO) -> FilteringBoundLogger:
    """A logger of its own, that shares nothing with any other."""
    logger: FilteringBoundLogger = structlog.wrap_logger(
        structlog.BytesLogger(stream),
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper())),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=orjson.dumps),
        ],
    )
    return logger


def log_request(logger: FilteringBoundLogger, record: Record, seconds: float) -> None:
    """The line of a request. The text of a query is not in it, only its hash: it may hold what is private."""
    if not logger.is_enabled_for(logging.INFO):
        return
    fields = {
        "request": record.id,
        "client": record.client,
        "method": record.method,
        "path": record.path,
        "status": record.status,
        "seconds": round(seconds, 6),
        "bytes": record.bytes,
    }
    extras = {
        "query": record.query,
        "rows": record.rows,
        "cpu": record.cpu,
        "limit": record.limit,
        "cache": record.cache,
    }
    logger.info("request", **fields, **{name: value for name, value in extras.items() if value not in {"", None}})
