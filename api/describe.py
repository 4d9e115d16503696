"""`/sparql` without a query, and `/.well-known/void`: the description in the syntax that the client accepts."""

from dataclasses import dataclass, field

from api.description import Counts, count, describe, write_description
from api.graph_store import address_of
from api.messages import Receive, Scope, Send, header, send_response
from api.negotiation import choose_format
from api.queries import QueryRunner
from api.settings import Settings
from graph.formats import GRAPH_FORMATS
from graph.readers import ReaderPool
from ontology.errors import NotAcceptableError


@dataclass(frozen=True, slots=True)
class Describer:
    """Answers with the description; the counts are made once for each version of the store."""

    pool: ReaderPool
    queries: QueryRunner
    settings: Settings
    writable: bool
    counted: dict[str, Counts] = field(default_factory=dict)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        del receive
        chosen = choose_format(header(scope, b"accept"), GRAPH_FORMATS)
        if chosen is None:
            raise NotAcceptableError("the description is triples", hint="accept text/turtle, for one")
        endpoint = address_of({**scope, "raw_path": b"/sparql"})
        triples = describe(await self.counts(), self.settings, endpoint, writable=self.writable)
        content = write_description(triples, chosen[0])
        headers = [(b"content-type", chosen[1].encode()), (b"content-length", str(len(content)).encode())]
        headers += [(b"vary", b"accept"), (b"cache-control", b"no-cache")]
        await send_response(send, 200, headers, b"" if scope["method"] == "HEAD" else content)

    async def counts(self) -> Counts:
        """The counts of the current version."""
        version = self.pool.published().version
        if version not in self.counted:
            found = await count(self.queries)
            self.counted.clear()
            self.counted[version] = found
        return self.counted[version]
