"""Light triples, and every form that they leave in.

rdflib writes 51,000 triples a second, so the mapping makes tuples of text: subject and predicate are plain IRIs (there
are no blank nodes), the object is a term in N-Triples syntax (RDF 1.1 N-Triples, section 2). Numbers, durations and
dates are written in their canonical form, so that what a store gives back equals what went in.
"""

import datetime as dt
import io
import math
import re
from collections.abc import Iterable
from typing import NamedTuple

import pyoxigraph
import rdflib

from ontology.iri import NAMESPACES
from ontology.rdf import parse_ntriples

XSD = NAMESPACES["xsd"]
_ESCAPES = (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"))
"""In this order: the escapes themselves are not escaped. Four looks for one character beat one pattern and a table."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?")


class Triple(NamedTuple):
    """`subject` and `predicate` are IRIs without brackets, `object` is a whole N-Triples term."""

    subject: str
    predicate: str
    object: str


def ref(iri: str) -> str:
    """An IRI as an object."""
    return f"<{iri}>"


def string(text: str) -> str:
    """A plain literal. A lone surrogate, which no encoding holds, becomes U+FFFD."""
    if not text.isascii():
        text = _encodable(text)
    for character, escape in _ESCAPES:
        if character in text:
            text = text.replace(character, escape)
    return f'"{text}"'


def _encodable(text: str) -> str:
    """The text with U+FFFD for each lone surrogate. Encoding finds out quicker than a pattern whether there is any."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return _SURROGATE.sub("\ufffd", text)
    return text


def typed(text: str, datatype: str) -> str:
    """A literal of an XML Schema datatype, by its local name; `text` is already canonical."""
    return f'"{text}"^^<{XSD}{datatype}>'


def integer(value: int) -> str:
    """An xsd:integer."""
    return typed(str(value), "integer")


def boolean(value: bool) -> str:  # noqa: FBT001 (the value is what the function is about)
    """An xsd:boolean."""
    return typed("true" if value else "false", "boolean")


def decimal(value: float) -> str:
    """An xsd:decimal with at most four digits after the point.

    Raises:
        ValueError: the value is not finite.
    """
    if not math.isfinite(value):
        raise ValueError(f"{value} is no decimal")
    return typed(f"{value:.4f}".rstrip("0").rstrip("."), "decimal")


def duration(months: float) -> str:
    """An xsd:duration: whole months as years and months, anything else in days of a 30.4375-day month."""
    whole = round(months)
    if abs(months - whole) > 0.01:
        return typed(f"P{round(months * 30.4375)}D", "duration")
    years, rest = divmod(whole, 12)
    parts = (f"{years}Y" if years else "") + (f"{rest}M" if rest else "")
    return typed(f"P{parts}" if parts else "PT0S", "duration")


def date(text: str) -> str:
    """A date as precise as it is written: xsd:date, xsd:gYearMonth or xsd:gYear; anything else stays a string."""
    match = _DATE.fullmatch(text)
    if match is None or first_day(text) is None:
        return string(text)
    return typed(text, "date" if match[3] else "gYearMonth" if match[2] else "gYear")


def first_day(text: str) -> str | None:
    """The earliest day that a date of day, month or year precision may mean, as xsd:date; None for anything else."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    try:
        day = dt.date(int(match[1]), int(match[2] or 1), int(match[3] or 1))
    except ValueError:
        return None
    return typed(day.isoformat(), "date")


def to_ntriples(triples: Iterable[Triple]) -> bytes:
    """One line a triple, in UTF-8."""
    return "".join([f"<{s}> <{p}> {o} .\n" for s, p, o in triples]).encode()


def to_nquads(triples: Iterable[Triple], graph: str) -> bytes:
    """One line a triple of the graph of that name, in UTF-8."""
    return "".join([f"<{s}> <{p}> {o} <{graph}> .\n" for s, p, o in triples]).encode()


def to_rdflib(triples: Iterable[Triple]) -> rdflib.Graph:
    """The same triples as rdflib's graph, our prefixes bound: for shapes, Turtle and JSON-LD."""
    return parse_ntriples(to_ntriples(triples), prefixes=NAMESPACES)


def to_turtle(triples: Iterable[Triple]) -> bytes:
    """The same triples as Turtle in UTF-8, our prefixes declared."""
    target = io.BytesIO()
    parsed = pyoxigraph.parse(to_ntriples(triples), format=pyoxigraph.RdfFormat.N_TRIPLES)
    statements = (quad.triple for quad in parsed)
    pyoxigraph.serialize(statements, target, format=pyoxigraph.RdfFormat.TURTLE, prefixes=dict(NAMESPACES))
    return target.getvalue()
