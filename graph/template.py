"""SPARQL templates whose only values are RDF terms.

Jinja files under a package's `queries/` folder; every `{{ ... }}` must give a pyoxigraph term (or a `Variable`), which
is written in its SPARQL form, escapes included. A plain string is refused, so no text of a user can become syntax.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from pyoxigraph import Literal, NamedNode, Variable

from ontology.iri import NAMESPACES

TERMS = (NamedNode, Literal, Variable)
# The namespaces that `PREFIXES` declares; a local name of these signs needs no escape in SPARQL (PN_LOCAL).
SHORT = ("tg", "trial", "drug", "class", "target", "condition", "endpoint")
LOCAL = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*")
PLAIN = {f"http://www.w3.org/2001/XMLSchema#{name}" for name in ("integer", "boolean")}


def term_text(value: object) -> str:
    """The SPARQL form of a term.

    Raises:
        TypeError: the value is no RDF term; a template may put in nothing else.
    """
    if not isinstance(value, TERMS):
        raise TypeError(f"a SPARQL template takes RDF terms only, not {type(value).__name__}")
    if isinstance(value, NamedNode):
        return _short(value)
    if isinstance(value, Literal) and value.datatype.value in PLAIN:
        return value.value
    return str(value)


def _short(node: NamedNode) -> str:
    """An IRI as a prefixed name where the templates' prefixes allow it: what people read in an answer's query."""
    for prefix in SHORT:
        namespace = NAMESPACES[prefix]
        if node.value.startswith(namespace) and LOCAL.fullmatch(local := node.value[len(namespace) :]):
            return f"{prefix}:{local}"
    return str(node)


def _load(name: str) -> str:
    return files("graph").joinpath("queries", name).read_text(encoding="utf-8")


@cache
def environment() -> Environment:
    """One Jinja environment; HTML escaping is off since `term_text` writes every value."""
    return Environment(
        loader=FunctionLoader(_load),
        finalize=term_text,
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def render(name: str, values: Mapping[str, Any]) -> str:
    """The query of `graph/queries/<name>` with its terms put in.

    Raises:
        TypeError: a value that the template prints is no RDF term.
    """
    return environment().get_template(name).render(values)
