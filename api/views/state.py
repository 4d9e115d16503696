"""The state of the graph, for people: `/new` since a day, and `/quality`, what was left open, unlinked, refused."""

from datetime import date, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pyoxigraph import Literal, NamedNode

from api.answers import Answers, AnswersDep
from api.things import Things
from api.views.render import page
from api.views.respond import page_response
from graph.template import render
from ontology import iri
from ontology.errors import UsageError

router = APIRouter(include_in_schema=False)
XSD_DATE = NamedNode("http://www.w3.org/2001/XMLSchema#date")
SHOWN = 100
DAYS = 90
"""What is new where nobody says since when."""


@router.api_route("/new", methods=["GET", "HEAD"])
def new(request: Request, answers: AnswersDep, since: Annotated[str, Query(max_length=10)] = "") -> Response:
    """The trials that are new in the registry, or changed there, on or after a day."""
    return page_response(request, lambda: new_page(since, answers))


@router.api_route("/quality", methods=["GET", "HEAD"])
def quality(request: Request, answers: AnswersDep) -> Response:
    """How far the data can be trusted."""
    return page_response(request, lambda: page("quality.html", **quality_values(answers)))


def new_page(since: str, answers: Answers) -> str:
    """The page of what is new.

    Raises:
        UsageError: the day is none.
    """
    day = day_of(since) if since else date.today() - timedelta(days=DAYS)  # noqa: DTZ011 - a day of the server's
    values = {"since": Literal(day.isoformat(), datatype=XSD_DATE), "limit": Literal(SHOWN + 1)}
    rows = answers.select(render("new_trials.rq.jinja", values))
    trials = [{**row, "id": identifier(row["trial"])} for row in rows[:SHOWN]]
    return page("new.html", since=day.isoformat(), trials=trials, more=len(rows) > SHOWN, shown=SHOWN)


def day_of(text: str) -> date:
    """A day as `YYYY-MM-DD`.

    Raises:
        UsageError: it is none.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is no day", hint="write it as 2026-01-31") from None


def quality_values(answers: Answers) -> dict[str, Any]:
    """What the page of the data's quality shows."""
    things = Things(answers)
    unlinked = [
        {"name": things.label(row["value"]), "trials": int(row["trials"]), **_thing(row["value"])}
        for row in answers.named("quality_unlinked.rq")
    ]
    return {
        "stats": answers.stats(),
        "abstained": answers.named("quality_abstained.rq"),
        "unlinked": unlinked,
        "quarantine": answers.named("quality_quarantine.rq"),
    }


def identifier(node: str) -> str:
    """The id in one of our IRIs."""
    found = iri.parse(node)
    return found.id if found else node


def _thing(node: str) -> dict[str, str]:
    found = iri.parse(node)
    return {"kind": str(found.kind), "id": found.id} if found else {}
