"""What a query must be before it goes to another store: its form, its dataset, its values, and no dialect."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urljoin

from graph.guard import Token, tokenize, unescape
from graph.sparql_client import Parameters
from graph.store import RdfTerm
from ontology.errors import QuerySyntaxError, RefusedError

FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
# Virtuoso's own additions: `define get:soft ...` fetches pages, `bif:` and `sql:` call what the server is made of.
_DIALECT = re.compile(r"\bdefine\s+[\w-]+:[\w-]+|\b(?:bif|sql):", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Form:
    """A query's form: what it gives, and the graphs that its GRAPH patterns name: IRIs, and whether by variable."""

    name: str
    graphs: tuple[str, ...]
    any_graph: bool
    has_dataset: bool


def form_of(text: str) -> Form:
    """Look at a query.

    Raises:
        QuerySyntaxError: it is of no form that SPARQL 1.1 has.
    """
    tokens = list(tokenize(text))
    name = next((word for token in tokens if token.kind == "word" and (word := token.text.upper()) in FORMS), None)
    if name is None:
        raise QuerySyntaxError("it is neither SELECT, ASK, CONSTRUCT nor DESCRIBE")
    words = {token.text.upper() for token in tokens if token.kind == "word"}
    graphs = tuple(dict.fromkeys(_graph_names(tokens)))
    variable = any(
        before.kind == "word" and before.text.upper() == "GRAPH" and token.kind == "variable"
        for before, token in pairwise(tokens)
    )
    return Form(name, graphs, variable, "FROM" in words)


def refuse_dialect(text: str) -> None:
    """Refuse what only one engine knows, and what reaches out of it."""
    if found := _DIALECT.search(text):
        raise RefusedError(f"`{found[0]}` is no SPARQL 1.1", hint="ask in standard SPARQL")


def dataset_of(form: Form, union: str | None) -> Parameters:
    """The protocol's dataset that makes the union the default graph, where another graph stands for it.

    Such a store takes GRAPH with an IRI only for graphs that the request names; GRAPH with a variable only where it
    names none.

    Raises:
        RefusedError: the query has both.
    """
    if union is None or form.has_dataset:
        return ()
    if form.graphs and form.any_graph:
        hint = "write GRAPH ?g with VALUES ?g { <...> }"
        raise RefusedError("this store cannot have GRAPH with a name and GRAPH with a variable in one query", hint=hint)
    return [("default-graph-uri", union), *(("named-graph-uri", name) for name in form.graphs)]


def with_values(text: str, bindings: Mapping[str, RdfTerm]) -> str:
    """The query with values for its variables: joined to its pattern, first of all."""
    if not bindings:
        return text
    start = next((token.start for token in tokenize(text) if token.text == "{"), None)
    if start is None:
        raise QuerySyntaxError("a query without a pattern takes no values")
    names = " ".join(f"?{name}" for name in bindings)
    values = f" VALUES ({names}) {{ ({' '.join(map(str, bindings.values()))}) }} "
    return text[: start + 1] + values + text[start + 1 :]


def with_base(text: str, base: str | None) -> str:
    """The query with a base for its relative IRIs, if it has any."""
    relative = (token for token in tokenize(text) if token.kind == "iri" and ":" not in token.text.partition("/")[0])
    return f"BASE <{base}> {text}" if base and next(relative, None) else text


def resolved(tokens: Sequence[Token], wanted: Token) -> str:
    """The IRI that this token (an IRI or a prefixed name) means where it stands."""
    base, prefixes = "", dict[str, str]()
    for before, token, after in zip([None, *tokens], tokens, [*tokens[1:], None], strict=False):
        word = before.text.upper() if before and before.kind == "word" else ""
        if token is wanted:
            break
        if word == "BASE" and token.kind == "iri":
            base = token.text[1:-1]
        elif word == "PREFIX" and after is not None:
            prefixes[token.text[:-1]] = urljoin(base, unescape(after.text[1:-1]))
    if wanted.kind == "iri":
        return urljoin(base, unescape(wanted.text[1:-1]))
    prefix, _, local = wanted.text.partition(":")
    return prefixes.get(prefix, prefix + ":") + re.sub(r"\\(.)", r"\1", local)


def _graph_names(tokens: Sequence[Token]) -> Iterator[str]:
    """The IRIs after GRAPH, prefixed names written out."""
    for before, token in pairwise(tokens):
        if before.kind == "word" and before.text.upper() == "GRAPH" and token.kind in {"iri", "name"}:
            yield resolved(tokens, token)
