"""`/api/ask`: a question in plain words, answered as JSON, CSV or RDF."""

from typing import Annotated, Literal

import orjson
from fastapi import APIRouter, Query, Request, Response

from api.answers import AnswersDep
from api.ask.answer import Page
from api.ask.compile import graphs_sparql
from api.ask.service import Wish
from api.ask.table import csv_bytes
from api.views.respond import JSON, RDF, VARY, wanted, written
from graph.formats import FORMATS
from ontology.errors import UsageError

router = APIRouter(prefix="/api", tags=["trials"])

EXAMPLE = {"flagship": {"summary": "The flagship question", "value": "which PD-L1 combos in second line"}}
OFFERED = (JSON, FORMATS["csv"], *RDF)

Words = Annotated[str, Query(openapi_examples=EXAMPLE, description="The question.")]
Limit = Annotated[int, Query(ge=1, le=1000, description="At most so many trials.")]
Drop = Annotated[tuple[str, ...], Query(description="Conditions to leave out: keys of `parts`, such as `line`.")]
Facets = Annotated[
    tuple[str, ...],
    Query(alias="f", description="Conditions to add: `phase:PHASE3`, `condition:melanoma`, `class:chemotherapy` ..."),
]
Sort = Annotated[Literal["id", "newest", "largest"], Query(description="The order of the trials.")]
After = Annotated[int, Query(ge=0, le=1_000_000, alias="cursor", description="Leave out so many trials.")]
FormatName = Annotated[
    str | None, Query(alias="format", description="json, csv, ttl, jsonld, nt or rdf; else by Accept.")
]


@router.get("/ask")
def ask(  # noqa: PLR0913, PLR0917 (one parameter each, as the contract and the pages name them)
    request: Request,
    answers: AnswersDep,
    q: Words = "",
    drop: Drop = (),
    facets: Facets = (),
    sort: Sort = "id",
    limit: Limit = 100,
    cursor: After = 0,
    form: FormatName = None,
) -> Response:
    """A question in plain words: what was understood, what was not, the SPARQL, and the trials with their evidence.

    As RDF it is all that the graph has of the trials found.
    """
    del form
    if not q.strip() and not facets:
        raise UsageError("no question is given", hint="/api/ask?q=which PD-L1 combos in second line")
    chosen = wanted(request, OFFERED)
    value = answers.ask(Wish(q, drop, facets), Page(limit, cursor, sort))
    if chosen is JSON:
        return Response(orjson.dumps(value), media_type=JSON.media_type, headers=VARY)
    if chosen.name == "csv":
        disposition = {"Content-Disposition": 'attachment; filename="trialgraph.csv"'}
        return Response(csv_bytes(value), media_type=chosen.media_type, headers=VARY | disposition)
    found = [trial["id"] for trial in value["trials"]]
    triples = answers.triples(graphs_sparql(found), "nt") if found else b""
    return Response(written(triples, chosen), media_type=chosen.media_type, headers=VARY)
