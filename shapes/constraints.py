"""The constraint components that compiled shapes know, each as a maker of checks (SHACL, section 4).

A check may say no where pySHACL says yes: it then asks pySHACL. It must never say yes where pySHACL says no.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import lru_cache, partial
from typing import TypeAlias

import rdflib
from rdflib import SH, XSD
from rdflib.collection import Collection as RdfList
from rdflib.term import Node

from ontology.errors import ShapeViolationError, Where
from ontology.rdf import to_term
from shapes.index import TYPE, Data

Check: TypeAlias = Callable[[str, str, Data], bool]
"""Whether a value is right, given its focus node: focus, value, graph; all terms in N-Triples syntax."""

NUMBER = re.compile(r'"([+-]?\d+(?:\.\d+)?)"\^\^<http://www\.w3\.org/2001/XMLSchema#(?:integer|decimal)>')
LEXICAL = {
    XSD.integer: r"-?\d+",
    XSD.decimal: r"-?\d+(?:\.\d+)?",
    XSD.boolean: r"true|false",
    XSD.duration: r"PT0S|P(?=\d)(?:\d+Y)?(?:\d+M)?(?:\d+D)?",
}


def _in(shapes: rdflib.Graph, head: Node) -> Check:
    allowed = frozenset(to_term(item) for item in RdfList(shapes, head))
    return lambda _focus, value, _data: value in allowed


def _datatype(_shapes: rdflib.Graph, datatype: Node) -> Check:
    if datatype == XSD.string:
        return lambda _focus, value, _data: value.startswith('"') and value.endswith('"')
    lexical = LEXICAL.get(rdflib.URIRef(str(datatype)))
    if lexical is None:
        raise ShapeViolationError("a datatype that the compiler does not know", where=Where(record=str(datatype)))
    whole = re.compile(rf'"(?:{lexical})"\^\^{re.escape(to_term(datatype))}')
    return lambda _focus, value, _data: whole.fullmatch(value) is not None


def _min_length(_shapes: rdflib.Graph, least: Node) -> Check:
    """Escapes count as one character each; a literal's text lies between its first and last quotation mark."""
    size = int(str(least))

    def check(_focus: str, value: str, _data: Data) -> bool:
        text = value[1 : value.rfind('"')]
        return len(re.sub(r"\\.", "_", text) if "\\" in text else text) >= size or value[0] == "<"

    return check


def _node_kind(_shapes: rdflib.Graph, kind: Node) -> Check:
    if kind != SH.IRI:
        raise ShapeViolationError("a node kind that the compiler does not know", where=Where(record=str(kind)))
    return lambda _focus, value, _data: value.startswith("<")


def _pattern(_shapes: rdflib.Graph, pattern: Node) -> Check:
    compiled = re.compile(str(pattern))
    return lambda _focus, value, _data: value.startswith("<") and compiled.search(value[1:-1]) is not None


def _class(_shapes: rdflib.Graph, named: Node) -> Check:
    wanted = to_term(named)
    return lambda _focus, value, data: wanted in data.objects(value, TYPE)


def _bound(is_right: Callable[[Decimal, Decimal], bool], _shapes: rdflib.Graph, bound: Node) -> Check:
    limit = Decimal(str(bound))
    return lambda _focus, value, _data: (number := _number(value)) is not None and is_right(number, limit)


def _pair(is_right: Callable[[Decimal, Decimal], bool], _shapes: rdflib.Graph, other: Node) -> Check:
    predicate = to_term(other)

    def check(focus: str, value: str, data: Data) -> bool:
        numbers = [_number(text) for text in (value, *data.objects(focus, predicate))]
        first = numbers[0]
        return first is not None and all(n is not None and is_right(first, n) for n in numbers[1:])

    return check


@lru_cache(maxsize=20_000)
def _number(value: str) -> Decimal | None:
    match = NUMBER.fullmatch(value)
    return Decimal(match[1]) if match else None


CONSTRAINTS: Mapping[rdflib.URIRef, Callable[[rdflib.Graph, Node], Check]] = {
    SH["in"]: _in,
    SH.datatype: _datatype,
    SH.minLength: _min_length,
    SH.nodeKind: _node_kind,
    SH.pattern: _pattern,
    SH["class"]: _class,
    SH.minInclusive: partial(_bound, Decimal.__ge__),
    SH.minExclusive: partial(_bound, Decimal.__gt__),
    SH.maxInclusive: partial(_bound, Decimal.__le__),
    SH.lessThan: partial(_pair, Decimal.__lt__),
    SH.lessThanOrEquals: partial(_pair, Decimal.__le__),
}
REPORTED = {SH["in"]: "InConstraintComponent", SH.minLength: "MinLengthConstraintComponent"}
