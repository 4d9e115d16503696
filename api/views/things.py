"""`/trial/{id}`, `/drug/{id}` and the like: one IRI that is a page, JSON or RDF, as linked data has it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from pyoxigraph import NamedNode

from api.answers import AnswersDep
from api.things import IN_TRIALS, Things
from api.views.render import href, page
from api.views.respond import Forms, respond
from api.views.schema_org import thing_schema
from api.views.trial import trial_page
from graph.template import render
from ontology import iri
from ontology.errors import NotFoundError
from ontology.iri import Kind
from ontology.model import Drug

router = APIRouter(include_in_schema=False)
HEADINGS = (
    ("Given together with", "partners"),
    ("Tested", "therapies"),
    ("In conditions", "conditions"),
)


@router.api_route("/trial/{identifier:path}", methods=["GET", "HEAD"])
def trial(identifier: str, request: Request, answers: AnswersDep) -> Response:
    """One trial: its facts beside the text that says them."""
    graph = NamedNode(iri.trial_graph(identifier))
    forms = Forms(
        partial(answers.trial, identifier),
        lambda value: trial_page(value, answers.text(value)),
        lambda: existing(answers.triples(render("trial_graph.rq.jinja", {"graph": graph}), "nt"), identifier),
    )
    return respond(request, forms)


def thing_endpoint(kind: Kind) -> Callable[..., Response]:
    """The endpoint of the things of a kind."""

    def thing(identifier: str, request: Request, answers: AnswersDep) -> Response:
        things = Things(answers)
        moved = elsewhere(things, kind, identifier, request)
        if moved is not None:
            return moved
        query = render("thing_graph.rq.jinja", {"thing": NamedNode(iri.thing(kind, identifier))})
        forms = Forms(
            partial(things.describe, kind, identifier),
            thing_page,
            lambda: existing(answers.triples(query, "nt"), identifier),
        )
        return respond(request, forms)

    return thing


for one in IN_TRIALS:
    router.add_api_route(f"/{one}/{{identifier:path}}", thing_endpoint(one), methods=["GET", "HEAD"])


def elsewhere(things: Things, kind: Kind, identifier: str, request: Request) -> Response | None:
    """Where a drug has another id now (301), or the address is a name and not an id (303)."""
    term = things.find(kind, identifier)
    if isinstance(term, Drug) and term.replaced_by:
        return _redirect(kind, term.replaced_by, request, 301)
    if term is None and (named := things.named(kind, identifier)) is not None and named.id != identifier:
        return _redirect(kind, named.id, request, 303)
    return None


def _redirect(kind: Kind, identifier: str, request: Request, status: int) -> Response:
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(href({"kind": kind, "id": identifier}) + query, status, headers={"Vary": "Accept"})


def thing_page(value: dict[str, Any]) -> str:
    """The page of a thing's JSON object."""
    return page("thing.html", thing=value, headings=HEADINGS, schema=thing_schema(value))


def existing(triples: bytes, identifier: str) -> bytes:
    """The triples, of which there are some.

    Raises:
        NotFoundError: there is none.
    """
    if not triples.strip():
        raise NotFoundError(f"the graph has nothing of {identifier!r}")
    return triples
