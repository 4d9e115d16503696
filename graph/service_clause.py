"""SERVICE in its simple form: found in a query's outermost group, asked by itself, and put back as VALUES.

The engine calls no service: a process that runs queries has no network at all. A `SERVICE <iri> { ... }` that stands
in the outermost group is joined to the rest of it (SPARQL 1.1 Federated Query, 2.1), and so is `VALUES` with its
solutions. Anywhere else it is refused. What this reading of the text gets wrong harms nobody: what is sent goes to an
address of the allow-list, and a clause that is still there afterwards is refused as ever (`graph.guard`).
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pyoxigraph import Literal, NamedNode

from graph.guard import SERVICE, Token, tokenize
from graph.remote_query import FORMS, resolved
from ontology.errors import RefusedError, StoreError


@dataclass(frozen=True, slots=True)
class ServiceClause:
    """One clause: its place in the query, the endpoint, whether its failure is to be passed over, and what it asks."""

    start: int
    end: int
    endpoint: str
    silent: bool
    query: str


def service_clauses(text: str) -> list[ServiceClause]:
    """The clauses of the outermost group, in their order.

    Raises:
        RefusedError: one names its endpoint by a variable, or holds another.
    """
    tokens = list(tokenize(text))
    form = next((token.start for token in tokens if token.kind == "word" and token.text.upper() in FORMS), 0)
    found, depth, last = [], 0, -1
    for number, token in enumerate(tokens):
        depth += (token.text == "{") - (token.text == "}")
        if depth == 1 and token.kind == "word" and token.text.upper() == "SERVICE" and token.start > last:
            clause = _clause(text, tokens, number, text[:form])
            found.append(clause)
            last = clause.end
    return found


def _clause(text: str, tokens: Sequence[Token], number: int, prologue: str) -> ServiceClause:
    following = tokens[number + 1 : number + 3]
    silent = bool(following) and following[0].text.upper() == "SILENT"
    at = number + 1 + silent
    if at + 1 >= len(tokens) or tokens[at].kind not in {"iri", "name"} or tokens[at + 1].text != "{":
        raise RefusedError("SERVICE needs its endpoint's IRI here", hint="SERVICE <https://...> { ... }")
    end = _closing(tokens, at + 1)
    block = text[tokens[at + 1].start : end]
    if SERVICE.search(block):
        raise RefusedError("a SERVICE inside a SERVICE is not asked")
    endpoint = resolved(tokens, tokens[at])
    return ServiceClause(tokens[number].start, end, endpoint, silent, f"{prologue}SELECT * WHERE {block}")


def _closing(tokens: Sequence[Token], number: int) -> int:
    """The end of the group that this token opens."""
    depth = 0
    for token in tokens[number:]:
        depth += (token.text == "{") - (token.text == "}")
        if depth == 0:
            return token.start + 1
    raise RefusedError("a SERVICE clause has no end")


def replaced(text: str, clauses: Sequence[ServiceClause], values: Sequence[str]) -> str:
    """The query with each clause's solutions in its place."""
    for clause, one in reversed(list(zip(clauses, values, strict=True))):
        text = text[: clause.start] + one + text[clause.end :]
    return text


NOTHING_BOUND = "VALUES () { () }"
"""One solution without bindings: what a SILENT clause that fails gives (2.2)."""


def values_of(body: bytes, endpoint: str) -> str:
    """Results in SPARQL JSON as a VALUES block.

    Raises:
        StoreError: they are none, or hold a blank node, which means nothing here.
    """
    try:
        answer = json.loads(body)
        names = [_name(name) for name in answer["head"]["vars"]]
        rows = [f"({' '.join(_cells(row, names))})" for row in answer["results"]["bindings"]]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise StoreError(f"the service <{endpoint}> gives no SPARQL results in JSON: {error}") from error
    return f"VALUES ({' '.join(f'?{name}' for name in names)}) {{ {' '.join(rows)} }}"


def _name(name: Any) -> str:
    if not isinstance(name, str) or not name.isidentifier():
        raise ValueError(f"{str(name)[:40]!r} is no variable")
    return name


def _cells(row: dict[str, Any], names: Sequence[str]) -> Iterator[str]:
    for name in names:
        cell = row.get(name)
        yield "UNDEF" if cell is None else str(_term(cell))


def _term(cell: dict[str, str]) -> NamedNode | Literal:
    """A term; its own text form escapes what it holds, so nothing in it can become syntax."""
    value = cell["value"]
    if cell["type"] == "uri":
        return NamedNode(value)
    if cell["type"] not in {"literal", "typed-literal"}:
        raise ValueError("a blank node, or what is no term")
    if "xml:lang" in cell:
        return Literal(value, language=cell["xml:lang"])
    return Literal(value, datatype=NamedNode(cell["datatype"])) if "datatype" in cell else Literal(value)
