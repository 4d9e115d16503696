"""`/api/trials` and `/api/trials/{id}`: facets to trials, and one trial, with their evidence."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from api.answers import AnswersDep
from api.facets import facet_query

router = APIRouter(prefix="/api", tags=["trials"])

Limit = Annotated[int, Query(ge=1, le=1000, description="At most so many trials.")]
Text = Annotated[list[str] | None, Query()]


@router.get("/trials")
def trials(  # noqa: PLR0913, PLR0917 (one parameter a facet, as the contract names them)
    request: Request,
    answers: AnswersDep,
    target: Text = None,
    drug: Text = None,
    class_: Annotated[list[str] | None, Query(alias="class")] = None,
    line: Annotated[str | None, Query(description="1 to 5, or 3+ for third line or later.")] = None,
    setting: Text = None,
    condition: Text = None,
    endpoint: Text = None,
    phase: Text = None,
    combination: Annotated[str | None, Query(description="true or false (monotherapy).")] = None,
    prior: Text = None,
    status: Text = None,
    since: Annotated[str | None, Query(pattern=r"^\d{4}(-\d\d){0,2}$", description="Started on or after.")] = None,
    limit: Limit = 100,
    cursor: Annotated[int, Query(ge=0, description="From `next` of the page before.")] = 0,
) -> dict[str, Any]:
    """Trials by facets. All of them must hold, the therapies in one experimental arm; `a|b` asks for either."""
    del target, drug, class_, line, setting, condition, endpoint, phase, combination, prior, status, since
    values = {key: request.query_params.getlist(key) for key in request.query_params}
    return answers.page(facet_query(values, answers.service), limit=limit, offset=cursor)


@router.get("/trials/{identifier}")
def trial(identifier: str, answers: AnswersDep) -> dict[str, Any]:
    """All facts of one trial with their evidence, as `extract` prints them."""
    return answers.trial(identifier)
