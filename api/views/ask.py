"""The question and its answer, for people."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from api.answers import AnswersDep
from api.views.render import page
from api.views.respond import page_response

router = APIRouter(include_in_schema=False)

EXAMPLES = (
    "which PD-L1 combos in second line",
    "PD-1 inhibitors with chemotherapy in first line",
    "antibody-drug conjugates in third line or later",
    "neoadjuvant checkpoint inhibitors",
    "most common partners of PD-L1 inhibitors in second line",
)
PAGE_LIMIT = 20


@router.api_route("/", methods=["GET", "HEAD"])
def home(request: Request, answers: AnswersDep) -> Response:
    """The question, examples, and what is in the graph."""
    return page_response(request, lambda: page("home.html", examples=EXAMPLES, counts=answers.stats()))


@router.api_route("/ask", methods=["GET", "HEAD"])
def ask(request: Request, answers: AnswersDep, q: Annotated[str, Query(max_length=2000)] = "") -> Response:
    """The answer to `q`, or an empty form."""
    empty = {"question": "", "trials": [], "total": 0, "understood": {}, "sparql": ""}
    return page_response(
        request, lambda: page("answer.html", answer=answers.ask(q, limit=PAGE_LIMIT) if q.strip() else empty)
    )
