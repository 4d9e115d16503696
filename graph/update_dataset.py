"""The dataset of an update that its request names (SPARQL 1.1 Protocol, 2.2.3)."""

from collections.abc import Iterable, Iterator

from pyoxigraph import NamedNode

from graph.guard import Token, tokenize
from ontology.errors import UsageError


def with_dataset(text: str, using: Iterable[str], using_named: Iterable[str]) -> str:
    """The update with the protocol's dataset written into each of its operations (SPARQL 1.1 Protocol, 2.2.3).

    Raises:
        UsageError: a name is no IRI, or the update has a dataset of its own (USING, WITH).
    """
    clauses = [f"USING {_iri(name)} " for name in using] + [f"USING NAMED {_iri(name)} " for name in using_named]
    if not clauses:
        return text
    tokens = list(tokenize(text))
    if any(token.kind == "word" and token.text.upper() in {"USING", "WITH"} for token in tokens):
        reason = "the request names a dataset, and so does the update (USING or WITH)"
        raise UsageError(reason, hint="name it in one place")
    places = [token.start for token in _outer_where(tokens)]
    return _inserted(text, places, "".join(clauses))


def _outer_where(tokens: list[Token]) -> Iterator[Token]:
    """The WHERE of each operation. `DELETE WHERE` is one pattern that is template too: it takes no dataset."""
    depth = 0
    before = ""
    for token in tokens:
        depth += (token.kind == "open") - (token.kind == "close")
        word = token.text.upper() if token.kind == "word" else ""
        if depth == 0 and word == "WHERE":
            if before == "DELETE":
                hint = "write DELETE { ... } WHERE { ... }"
                raise UsageError("DELETE WHERE cannot have the request's dataset", hint=hint)
            yield token
        before = word


def _inserted(text: str, places: Iterable[int], addition: str) -> str:
    for place in sorted(places, reverse=True):
        text = text[:place] + addition + text[place:]
    return text


def _iri(name: str) -> str:
    try:
        return str(NamedNode(name))
    except ValueError:
        raise UsageError(f"{name[:200]!r} is no IRI") from None
