"""One thing, the form that the client asks for: a page, JSON, or RDF in a syntax of its choice."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import Request, Response
from fastapi.responses import StreamingResponse
from pyoxigraph import RdfFormat, parse, serialize

from api.errors import outcome
from api.negotiation import choose_format
from api.views.render import page
from graph.formats import FORMATS, Format
from ontology.errors import NotAcceptableError, NotFoundError, TrialGraphError, UsageError
from ontology.iri import NAMESPACES

HTML = Format("html", "text/html; charset=utf-8", ("application/xhtml+xml",), None)
JSON = Format("json", "application/json", (), None)
RDF = tuple(FORMATS[name] for name in ("ttl", "jsonld", "nt", "rdf"))
OFFERED = (HTML, JSON, *RDF)
"""The first is what a client without a wish gets."""
VARY = {"Vary": "Accept", "Cache-Control": "no-cache"}


@dataclass(frozen=True, slots=True)
class Forms:
    """How to make each form of a thing; `triples` gives N-Triples."""

    value: Callable[[], dict[str, Any]]
    html: Callable[[dict[str, Any]], str]
    triples: Callable[[], bytes]


def wanted(request: Request, offered: tuple[Format, ...] = OFFERED) -> Format:
    """The format by the parameter `format`, else by `Accept`.

    Raises:
        UsageError: the parameter names none of those offered.
        NotAcceptableError: the client accepts none of them.
    """
    name = request.query_params.get("format")
    if name:
        found = next((known for known in offered if known.name == name), None)
        if found is None:
            raise UsageError(f"there is no format {name!r} here", hint=", ".join(known.name for known in offered))
        return found
    chosen = choose_format(request.headers.get("accept"), offered)
    if chosen is None:
        raise NotAcceptableError("this comes as a page, JSON or RDF", hint="accept text/html or text/turtle")
    return chosen[0]


def respond(request: Request, forms: Forms) -> Response:
    """The thing in the form wanted. Its absence is told in every form; where a page is wanted, by a page."""
    chosen = wanted(request)
    if chosen is HTML:
        return page_response(request, lambda: forms.html(forms.value()))
    value = forms.value()
    if chosen is JSON:
        return Response(orjson.dumps(value), media_type=JSON.media_type, headers=VARY)
    return Response(written(forms.triples(), chosen), media_type=chosen.media_type, headers=VARY)


def page_response(request: Request, build: Callable[[], str]) -> Response:
    """A page, or the page that says why there is none."""
    try:
        return Response(build(), media_type=HTML.media_type, headers=VARY)
    except (NotFoundError, UsageError) as error:
        return problem_page(error)


def streamed_page(request: Request, build: Callable[[], Iterator[str]]) -> Response:
    """A page that goes out piece by piece, or the page that says why there is none.

    `build` raises what can be known before the first piece; what fails later is for the page itself to tell.
    """
    try:
        found = build()
    except (NotFoundError, UsageError) as error:
        return problem_page(error)
    if request.method == "HEAD":
        return Response(media_type=HTML.media_type, headers=VARY)
    return StreamingResponse(found, media_type=HTML.media_type, headers=VARY)


def problem_page(error: TrialGraphError) -> Response:
    """An error for a person."""
    known = outcome(error)
    status = int(known.status) if known else 500
    html = page("error.html", problem=problem_words(error))
    return Response(html, status, media_type=HTML.media_type, headers=VARY)


def problem_words(error: TrialGraphError) -> dict[str, str | None]:
    """What a page says of an error."""
    return {"title": error.title, "detail": error.reason, "hint": getattr(error, "hint", None)}


def written(ntriples: bytes, chosen: Format) -> bytes:
    """N-Triples in another syntax, with our prefixes."""
    if chosen.engine is RdfFormat.N_TRIPLES or not isinstance(chosen.engine, RdfFormat):
        return ntriples
    quads = parse(ntriples, format=RdfFormat.N_TRIPLES)
    return serialize(quads, format=chosen.engine, prefixes=dict(NAMESPACES)) or b""
