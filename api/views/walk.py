"""`/walk/{kind}/{id}`: what lies around a thing, drawn, each neighbour a link to its own neighbourhood."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, Request, Response

from api.answers import Answers, AnswersDep
from api.things import IN_TRIALS, Things
from api.views.render import clip, page
from api.views.respond import page_response
from ontology.iri import Kind

router = APIRouter(include_in_schema=False)
EACH = 8
"""Neighbours of one relation; the thing's own page has more."""
WIDTH, LEFT, ROW = 960, 170, 36
TRIAL_RELATIONS = (("gives", "interventions"), ("in", "conditions"))
RELATIONS = (
    ("target", "targets"),
    ("class", "classes"),
    ("above", "broader"),
    ("below", "narrower"),
    ("drug", "drugs"),
    ("given with", "partners"),
    ("tested", "therapies"),
    ("condition", "conditions"),
    ("trial", "recent"),
)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """A thing beside the one in the middle: how it belongs there, and where it is drawn (the middle of its label)."""

    relation: str
    kind: str
    id: str
    name: str
    x: float = 0.0
    y: float = 0.0


@router.api_route("/walk/{kind}/{identifier:path}", methods=["GET", "HEAD"])
def walk(kind: Kind, identifier: str, request: Request, answers: AnswersDep) -> Response:
    """The neighbourhood of a thing."""
    return page_response(request, lambda: walk_page(kind, identifier, answers))


def walk_page(kind: Kind, identifier: str, answers: Answers) -> str:
    """The page of a neighbourhood.

    Raises:
        NotFoundError: there is no such thing.
    """
    if kind in IN_TRIALS:
        value = Things(answers).describe(kind, identifier)
        found = list(thing_neighbours(value))
    else:
        value = answers.trial(identifier)
        found = list(trial_neighbours(value))
    middle = {"kind": str(kind), "id": identifier, "name": value.get("name") or identifier, "title": value.get("title")}
    drawn = placed(found)
    return page("walk.html", middle=middle, placed=drawn, width=WIDTH, height=height_of(len(drawn)))


def thing_neighbours(value: Mapping[str, Any]) -> Iterable[Neighbour]:
    """What a thing's JSON object names, some of each relation."""
    for relation, key in RELATIONS:
        for one in value.get(key, ())[:EACH]:
            yield Neighbour(relation, one.get("kind", "trial"), one["id"], one.get("name") or one["id"])


def trial_neighbours(trial: Mapping[str, Any]) -> Iterable[Neighbour]:
    """What a trial gives, in which condition, against which endpoints."""
    for relation, key in TRIAL_RELATIONS:
        for one in trial[key][:EACH]:
            kind, _, identifier = (one["term"] or "").partition("/")
            if identifier:
                yield Neighbour(relation, kind, identifier, one["name"])
    for code in list(dict.fromkeys(one["code"] for one in trial["endpoints"]))[:EACH]:
        yield Neighbour("measures", "endpoint", code, code)


def placed(found: Iterable[Neighbour]) -> list[Neighbour]:
    """The neighbours in two columns, left and right of the middle, each once, so that no label covers another."""
    unique = list({(one.kind, one.id): one for one in found}.values())
    rows = -(-len(unique) // 2)
    return [
        Neighbour(
            one.relation, one.kind, one.id, clip(one.name, 34), LEFT if n < rows else WIDTH - LEFT, _row(n % rows)
        )
        for n, one in enumerate(unique)
    ]


def _row(number: int) -> float:
    return ROW * (number + 0.5) + 10


def height_of(neighbours: int) -> int:
    """How high the picture is."""
    return max(-(-neighbours // 2), 3) * ROW + 20
