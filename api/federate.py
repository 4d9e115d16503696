"""A query's SERVICE clauses, asked and put back as values, before the query goes to a reader."""

from dataclasses import dataclass

from api.outside import Outside
from graph.service_clause import NOTHING_BOUND, ServiceClause, replaced, service_clauses, values_of
from ontology.errors import LimitError, RefusedError, StoreError

MOST = 4
"""Clauses of one query: each is a request to somebody else."""


@dataclass(frozen=True, slots=True)
class Federation:
    """Does it, where the settings allow any endpoint at all."""

    outside: Outside

    async def without_services(self, text: str) -> str:
        """The query with its SERVICE clauses answered; the same text where it has none, or none may be asked.

        Raises:
            RefusedError: an endpoint is not allowed, or there are too many.
            LimitError, StoreError: one fails, and is not SILENT.
        """
        if not self.outside.allowed or "service" not in text.lower():
            return text
        clauses = service_clauses(text)
        if len(clauses) > MOST:
            raise RefusedError(f"a query may ask {MOST} services, and this one asks {len(clauses)}")
        return replaced(text, clauses, [await self._values(clause) for clause in clauses])

    async def _values(self, clause: ServiceClause) -> str:
        try:
            return values_of(await self.outside.ask(clause.endpoint, clause.query), clause.endpoint)
        except (StoreError, LimitError):
            if clause.silent:
                return NOTHING_BOUND
            raise
