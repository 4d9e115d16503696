"""One writer at a time on a remote store, which has no lock: a claim in a graph of its own, with an end.

A writer that finds another's claim that still holds gives way. Two that claim in the same moment see each other's
claim when they look again, and the one with the lesser name has it. A killed writer's claim ends by itself.
"""

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from pyoxigraph import Literal, NamedNode

from graph.endpoint import CLAIMS_GRAPH
from graph.template import render
from ontology.errors import StoreBusyError, Where
from ontology.iri import NAMESPACES

HOLDS = timedelta(minutes=5)
RENEW_AFTER = timedelta(minutes=1)
_DATETIME = NamedNode(NAMESPACES["xsd"] + "dateTime")


class Claim:
    """One writer's claim. `claims` reads all of them, by writer; `update` does an update."""

    def __init__(
        self, location: str, claims: Callable[[], Mapping[str, datetime]], update: Callable[[str], None]
    ) -> None:
        self.location = location
        self.claims = claims
        self.update = update
        self.name = f"{CLAIMS_GRAPH}/{uuid.uuid4()}"
        self.made = datetime.min.replace(tzinfo=UTC)

    def take(self) -> None:
        """Claim the store.

        Raises:
            StoreBusyError: another writer has it.
        """
        self._refuse(self._others())
        self.renew()
        rivals = self._others()
        if any(name < self.name for name in rivals):
            self.release()
            self._refuse(rivals)

    def renew(self) -> None:
        """Claim it for longer, if the claim is no longer fresh."""
        now = datetime.now(UTC)
        if now - self.made >= RENEW_AFTER:
            self.made = now
            until = Literal((now + HOLDS).isoformat(), datatype=_DATETIME)
            self.update(render("remote/claim.ru.jinja", {**self._terms(), "until": until}))

    def release(self) -> None:
        """Let others have it."""
        self.update(render("remote/unclaim.ru.jinja", self._terms()))

    def _terms(self) -> dict[str, NamedNode]:
        return {"claims": NamedNode(CLAIMS_GRAPH), "writer": NamedNode(self.name)}

    def _others(self) -> dict[str, datetime]:
        now = datetime.now(UTC)
        return {name: until for name, until in self.claims().items() if until > now and name != self.name}

    def _refuse(self, others: Mapping[str, datetime]) -> None:
        if others:
            until = max(others.values()).strftime("%H:%M:%S UTC")
            hint = f"wait until it has ended; if it was killed, until {until}"
            raise StoreBusyError("another writer is at work", where=Where(self.location), hint=hint)
