"""Prometheus metrics of the service, and `/metrics`."""

import os
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector

from api.record import Record

MULTIPROCESS = "PROMETHEUS_MULTIPROC_DIR"
MEDIA_TYPE = CONTENT_TYPE_LATEST
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
ROUTES = ("/sparql", "/store", "/health", "/metrics", "/api", "/static", "/trial", "/drug", "/class", "/target")


@dataclass(frozen=True, slots=True)
class Metrics:
    """The metrics of one app; several HTTP processes share them through files (`PROMETHEUS_MULTIPROC_DIR`)."""

    registry: CollectorRegistry
    requests: Counter
    seconds: Histogram
    limits: Counter
    cache: Counter
    sent: Counter
    open: Gauge
    known: dict[tuple[str, str, int], tuple[Counter, Histogram, Counter]] = field(default_factory=dict)

    def count(self, record: Record, seconds: float) -> None:
        """One finished request."""
        key = (route_of(record.path), record.method, record.status)
        requests, times, sent = self.known.get(key) or self._know(key)
        requests.inc()
        times.observe(seconds)
        sent.inc(record.bytes)
        if record.limit:
            self.limits.labels(record.limit).inc()
        if record.cache:
            self.cache.labels(record.cache).inc()

    def _know(self, key: tuple[str, str, int]) -> tuple[Counter, Histogram, Counter]:
        """The metrics with these labels; looking them up costs more than counting."""
        found = self.requests.labels(*key), self.seconds.labels(key[0]), self.sent.labels(key[0])
        self.known[key] = found
        return found

    def exposition(self) -> bytes:
        """All of it, in Prometheus' text format."""
        if MULTIPROCESS not in os.environ:
            return generate_latest(self.registry)
        shared = CollectorRegistry()
        MultiProcessCollector(shared)  # type: ignore[no-untyped-call]
        return generate_latest(shared)


def make_metrics() -> Metrics:
    """New metrics in a registry of their own."""
    registry = CollectorRegistry()
    return Metrics(
        registry,
        Counter("trialgraph_requests", "Requests.", ("route", "method", "status"), registry=registry),
        Histogram("trialgraph_request_seconds", "Time of a request.", ("route",), registry=registry, buckets=SECONDS),
        Counter("trialgraph_limits", "Limits hit, by setting.", ("limit",), registry=registry),
        Counter(
            "trialgraph_cached_answers", "Answers given from memory, or found unchanged.", ("how",), registry=registry
        ),
        Counter("trialgraph_sent_bytes", "Bytes of bodies sent.", ("route",), registry=registry),
        Gauge("trialgraph_open_requests", "Requests being served.", registry=registry, multiprocess_mode="livesum"),
    )


def route_of(path: str) -> str:
    """The first segment of a path, if it is one of ours: a label must not be the client's to choose."""
    first = "/" + path.strip("/").partition("/")[0]
    return first if first in ROUTES else "/" if first == "/" else "other"
