"""The question and its answer, for people: home, and `/ask` with chips, facets, a matrix and the evidence."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response
from pyoxigraph import NamedNode

from api.answers import Answers, AnswersDep, Run
from api.ask.answer import Page
from api.ask.counts import COUNTED, Row, facets, matrix, trial_iris
from api.ask.service import Wish
from api.views.render import asked, page, pieces
from api.views.respond import page_response, problem_words, streamed_page
from ontology.errors import TrialGraphError

router = APIRouter(include_in_schema=False)

EXAMPLES = (
    "which PD-L1 combos in second line",
    "PD-1 inhibitors with chemotherapy in first line",
    "antibody-drug conjugates in third line or later",
    "neoadjuvant checkpoint inhibitors, not in melanoma",
    "most common partners of PD-L1 inhibitors in second line",
    "compare PD-1 and PD-L1 inhibitors in first line",
    "how many trials require prior platinum",
)
PAGE_SIZE = 20
EVIDENCE = 8
"""Quotes shown of one trial; its own page has all."""
SORTS = {"id": "by number", "newest": "newest first", "largest": "largest first"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address of an answer says, and the addresses of answers that differ in one thing."""

    q: str
    drop: tuple[str, ...] = ()
    facets: tuple[str, ...] = ()
    sort: str = "id"
    number: int = 1

    def address(self, path: str = "/ask", **more: str) -> str:
        """The address of just this answer."""
        values: list[tuple[str, str]] = [("q", self.q)] if self.q else []
        values += [("drop", key) for key in self.drop] + [("f", facet) for facet in self.facets]
        values += [("sort", self.sort)] if self.sort != "id" else []
        values += [("page", str(self.number))] if self.number > 1 and path == "/ask" else []
        return asked([*values, *more.items()], path)

    def without(self, condition: Mapping[str, Any]) -> str:
        """The address without one condition, a facet or a part of the question."""
        if "facet" in condition:
            left = tuple(facet for facet in self.facets if facet != condition["facet"])
            return replace(self, facets=left, number=1).address()
        return replace(self, drop=(*self.drop, condition["drop"]), number=1).address()

    def put_back(self, key: str) -> str:
        """The address with a dropped part back in."""
        return replace(self, drop=tuple(one for one in self.drop if one != key), number=1).address()

    def adding(self, *new: str) -> str:
        """The address with facets added."""
        return replace(self, facets=(*self.facets, *new), number=1).address()

    def sorted(self, sort: str) -> str:
        """The address in another order."""
        return replace(self, sort=sort, number=1).address()

    def at(self, number: int) -> str:
        """The address of another page."""
        return replace(self, number=number).address()

    def alone(self, condition: Mapping[str, Any]) -> str:
        """The address of one condition and nothing else, as far as facets can say it."""
        return Asked("", (), (condition["facet"],)).address() if "facet" in condition else self.address()


@router.api_route("/", methods=["GET", "HEAD"])
def home(request: Request, answers: AnswersDep) -> Response:
    """The question, examples, and what is in the graph."""
    return page_response(request, lambda: page("home.html", examples=EXAMPLES, counts=answers.stats()))


@router.api_route("/ask", methods=["GET", "HEAD"])
def ask(  # noqa: PLR0913, PLR0917 (one parameter each)
    request: Request,
    answers: AnswersDep,
    q: Annotated[str, Query()] = "",
    drop: Annotated[tuple[str, ...], Query()] = (),
    f: Annotated[tuple[str, ...], Query()] = (),
    sort: Annotated[Literal["id", "newest", "largest"], Query()] = "id",
    page: Annotated[int, Query(ge=1, le=50_000)] = 1,
) -> Response:
    """The answer to `q`, or an empty form."""
    wish = Asked(q.strip(), drop[:30], f[:30], sort, page)
    return streamed_page(request, lambda: answer_page(wish, answers))


def answer_page(wish: Asked, answers: Answers) -> Iterator[str]:
    """An answer with all that lies around it: first what was understood, then, once the queries are through, the rest.

    Raises:
        UsageError: the question is too long, or a facet is none.
    """
    if not wish.q and not wish.facets:
        return pieces("answer.html", asked=wish, read=None, examples=EXAMPLES)
    words = Wish(wish.q, wish.drop, wish.facets)
    values = {"read": answers.service.heading(words), "dropped": _dropped(words, answers)}
    shown = {"asked": wish, "sorts": SORTS, "evidence": EVIDENCE}
    return pieces("answer.html", **values, **shown, find=lambda: _found(wish, words, answers))


def _found(wish: Asked, words: Wish, answers: Answers) -> dict[str, Any]:
    """The answer and what lies around it, or the problem that kept it: the page's head is out already."""
    wanted = Page(PAGE_SIZE, (wish.number - 1) * PAGE_SIZE, wish.sort)
    answers = replace(answers, run=remembering(answers.run))
    try:
        value = answers.ask(words, wanted)
        around = _around(words, value, answers, wish.sort)
    except TrialGraphError as error:
        return {"problem": problem_words(error)}
    return {"answer": value, "pages": -(-value["total"] // PAGE_SIZE), **around}


def _dropped(wish: Wish, answers: Answers) -> Sequence[Mapping[str, Any]]:
    """The parts of the question that were dropped, to be put back."""
    if not wish.drop:
        return ()
    service = answers.service
    return [one for one in service.parts(wish.text) if one["drop"] in wish.drop]


def remembering(run: Run) -> Run:
    """The same queries, each run once: an answer and what lies around it ask for the same trials."""
    known: dict[str, Sequence[Row]] = {}

    def run_once(text: str, bindings: Mapping[str, NamedNode]) -> Sequence[Row]:
        if bindings:
            return run(text, bindings)
        if text not in known:
            known[text] = run(text, bindings)
        return known[text]

    return run_once


def _around(wish: Wish, value: Mapping[str, Any], answers: Answers, order: str) -> dict[str, Any]:
    """Facets and matrix, over the first `COUNTED` trials."""
    if value["total"] < 2:
        return {}
    query = answers.service.understand(wish).query
    trials = trial_iris(query, answers.select, order)
    return {
        "facets": facets(query, trials, answers.select, answers.service.name),
        "matrix": matrix(query, trials, answers.select, answers.service.name),
        "counted": COUNTED if value["total"] > COUNTED else None,
    }
