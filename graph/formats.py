"""The result and RDF formats of the service: names, media types, and the engine's name for each.

Source: SPARQL 1.1 Query Results JSON, XML, CSV and TSV; the media types registered for the RDF syntaxes.
"""

from dataclasses import dataclass

from pyoxigraph import QueryResultsFormat, RdfFormat


@dataclass(frozen=True, slots=True)
class Format:
    """One format: its short name, its media type with parameters, and other media types that mean it too.

    `engine` is None for what the engine does not write: pages, and JSON of our own.
    """

    name: str
    media_type: str
    aliases: tuple[str, ...]
    engine: QueryResultsFormat | RdfFormat | None
    row_mark: bytes = b""

    @property
    def bare(self) -> str:
        """The media type without its parameters."""
        return self.media_type.partition(";")[0]


XML = ("application/xml", "text/xml")

# `row_mark` is what stands once a row, or once between rows; it makes counting rows one pass over the bytes.
RESULT_FORMATS = (
    Format("json", "application/sparql-results+json", ("application/json",), QueryResultsFormat.JSON, b'}},{"'),
    Format("xml", "application/sparql-results+xml", XML, QueryResultsFormat.XML, b"<result>"),
    Format("csv", "text/csv; charset=utf-8", (), QueryResultsFormat.CSV, b"\r\n"),
    Format("tsv", "text/tab-separated-values; charset=utf-8", (), QueryResultsFormat.TSV, b"\n"),
)
"""For SELECT and ASK; the first is the one that a client without a wish gets."""

GRAPH_FORMATS = (
    Format("ttl", "text/turtle; charset=utf-8", ("application/turtle", "application/x-turtle"), RdfFormat.TURTLE),
    Format("nt", "application/n-triples", ("text/plain",), RdfFormat.N_TRIPLES, b"\n"),
    Format("nq", "application/n-quads", ("text/x-nquads",), RdfFormat.N_QUADS, b"\n"),
    Format("trig", "application/trig", ("application/x-trig",), RdfFormat.TRIG),
    Format("jsonld", "application/ld+json", ("application/json",), RdfFormat.JSON_LD),
    Format("rdf", "application/rdf+xml", XML, RdfFormat.RDF_XML),
)
"""For CONSTRUCT, DESCRIBE and graphs; the first is the one that a client without a wish gets."""

FORMATS = {known.name: known for known in (*RESULT_FORMATS, *GRAPH_FORMATS)}


def format_of_body(content_type: str) -> Format | None:
    """The RDF format that a body of this media type is in, or None."""
    bare = content_type.partition(";")[0].strip().lower()
    for known in GRAPH_FORMATS:
        if bare == known.bare or (bare in known.aliases and bare != "application/json"):
            return known
    return None
