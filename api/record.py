"""What is known of one request while it is served: for its log line, its metrics, its error's body."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Record:
    """Filled in by whoever serves the request; written once at its end."""

    id: str
    client: str
    method: str
    path: str
    status: int = 0
    started: bool = False
    bytes: int = 0
    query: str = ""
    rows: int | None = None
    limit: str = ""
    cache: str = ""
    cpu: float | None = None
    notes: dict[str, object] = field(default_factory=dict)
