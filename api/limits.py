"""How many requests one client may have open at a time, in one HTTP process."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from ontology.errors import LimitError


class ClientGate:
    """Counts open requests by client."""

    def __init__(self, per_client: int) -> None:
        self.per_client = per_client
        self.open: Counter[str] = Counter()

    @contextmanager
    def entered(self, client: str) -> Iterator[None]:
        """One request of this client.

        Raises:
            LimitError: it has too many open.
        """
        if self.open[client] >= self.per_client:
            reason = f"you have {self.per_client} requests open, and may not have more"
            raise LimitError(reason, limit="requests_per_client", hint="wait for one of them")
        self.open[client] += 1
        try:
            yield
        finally:
            self.open[client] -= 1
            if not self.open[client]:
                del self.open[client]
