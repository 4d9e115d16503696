"""Where a remote store is, who we are there, and how it keeps the contract's default graph: plain values."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit, urlunsplit

from ontology.errors import UsageError
from ontology.iri import GRAPHS

UNION_GRAPH = GRAPHS + "union"
"""Holds the union where a store's own default graph is all of its graphs."""
CLAIMS_GRAPH = GRAPHS + "writers"
"""Says who writes a remote store, and until when."""

Scheme = Literal["basic", "digest"]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A SPARQL 1.1 store by its addresses.

    Args:
        query: where queries go (SPARQL 1.1 Protocol, 2.1); has no credentials in it.
        update: where updates go (2.2).
        graphs: where graphs are (Graph Store HTTP Protocol, 4.2: indirect, `?graph=`).
        union: the named graph that stands for the default graph; None: the store's own default graph does.
        batch_bytes: the most triples, as N-Triples, that one request sends.
        seconds: how long one request may take.
        attempts: how often a request is made that fails in passing.
    """

    query: str
    update: str
    graphs: str
    user: str | None = None
    password: str | None = None
    scheme: Scheme = "basic"
    union: str | None = None
    batch_bytes: int = 1 << 20
    seconds: float = 120.0
    attempts: int = 6

    def __repr__(self) -> str:
        """Without the password: a value that stands in a log or a traceback must not tell it."""
        return f"Endpoint({self.query!r})"


def endpoint_of(url: str, given: Mapping[str, str | None]) -> tuple[str, dict[str, str | None]]:
    """The address without credentials, and the parts of an `Endpoint` that it and `given` tell.

    `given` may have `query`, `update`, `graphs`, `user` and `password`; what it has not is `query`, `update` and
    `store` below the address, as several stores have them.

    Raises:
        UsageError: it is no address by HTTP.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname
        netloc = parts.netloc.rpartition("@")[2]
    except ValueError as error:
        raise UsageError(f"the store's address cannot be read: {error}") from None
    if parts.scheme not in {"http", "https"} or not host:
        raise UsageError("a remote store is an address by http or https", hint="--store https://host/path")
    bare = urlunsplit((parts.scheme, netloc, parts.path.rstrip("/"), "", ""))
    defaults = {
        "query": f"{bare}/query",
        "update": f"{bare}/update",
        "graphs": f"{bare}/store",
        "user": unquote(parts.username) if parts.username else None,
        "password": unquote(parts.password) if parts.password else None,
    }
    return bare, {name: given.get(name) or default for name, default in defaults.items()}


def dump(endpoint: Endpoint) -> str:
    """The endpoint as text, for a process of our own."""
    return json.dumps(asdict(endpoint))


def load(text: str) -> Endpoint:
    """What `dump` gave."""
    return Endpoint(**json.loads(text))
