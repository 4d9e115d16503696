"""Between N-Triples and rdflib, by the engine's parser: rdflib's own is several times slower."""

from collections.abc import Mapping

import pyoxigraph
import rdflib
from rdflib.term import Identifier, Node

XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"


def parse_ntriples(text: bytes, *, prefixes: Mapping[str, str] | None = None) -> rdflib.Graph:
    """The triples of an N-Triples document, with these prefixes bound.

    Raises:
        SyntaxError: the text is no N-Triples.
    """
    data = rdflib.Graph(bind_namespaces="none")
    for prefix, namespace in (prefixes or {}).items():
        data.bind(prefix, namespace)
    known: dict[str, rdflib.URIRef] = {}
    for quad in pyoxigraph.parse(text, format=pyoxigraph.RdfFormat.N_TRIPLES):
        data.add((_term(quad.subject, known), _term(quad.predicate, known), _term(quad.object, known)))
    return data


def to_term(term: Node) -> str:
    """One of rdflib's terms in N-Triples syntax (rdflib's own `n3` writes long strings over several lines)."""
    if isinstance(term, rdflib.URIRef):
        return f"<{term}>"
    if not isinstance(term, rdflib.Literal):
        return f"_:{term}"
    if term.language:
        return str(pyoxigraph.Literal(str(term), language=term.language))
    return str(pyoxigraph.Literal(str(term), datatype=pyoxigraph.NamedNode(str(term.datatype or XSD_STRING))))


def _term(term: object, known: dict[str, rdflib.URIRef]) -> Identifier:
    """One term of the engine as rdflib's; a plain string has no datatype there, and a number keeps its spelling."""
    if isinstance(term, pyoxigraph.NamedNode):
        found = known.get(term.value)
        return known.setdefault(term.value, rdflib.URIRef(term.value)) if found is None else found
    if isinstance(term, pyoxigraph.BlankNode):
        return rdflib.BNode(term.value)
    if not isinstance(term, pyoxigraph.Literal):
        raise TypeError(f"{term} is no term of RDF 1.1")
    if term.language:
        return rdflib.Literal(term.value, lang=term.language)
    if term.datatype.value == XSD_STRING:
        return rdflib.Literal(term.value)
    return rdflib.Literal(term.value, datatype=rdflib.URIRef(term.datatype.value), normalize=False)
