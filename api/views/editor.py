"""`/editor`: SPARQL for people. A form and a table of results; the built editor, where it is there, takes their place.

The page works alone: the query goes in its address, and the answer comes as a table whose IRIs lead to our pages.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from pyoxigraph import Literal, NamedNode, QueryBoolean, QueryResultsFormat, QuerySolutions, parse_query_results

from api.errors import outcome
from api.sparql import MIB
from api.views.render import href, page, static_folder
from api.views.respond import HTML, VARY
from graph.readers import Answer
from graph.wire import Request as Asked
from ontology import iri, terms
from ontology.errors import LimitError, TrialGraphError
from ontology.iri import NAMESPACES

router = APIRouter(include_in_schema=False)

SHOWN = 200
"""Rows of a table; programs take the whole answer from `/sparql`."""
LARGEST = 4 * MIB
TEXT = 200_000
"""Characters of triples shown."""
PROPERTIES_OF_OTHERS = (
    "rdf:type", "rdfs:label", "rdfs:seeAlso", "dcterms:title", "dcterms:identifier", "dcterms:source",
    "oa:exact", "prov:wasDerivedFrom", "skos:prefLabel", "skos:altLabel", "skos:broader",
    "skos:exactMatch", "skos:closeMatch",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Example:
    """A query of `graph/queries/examples` and the comment that is its first line."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Cell:
    """A value of a result: what is shown, and where it leads, here or outside."""

    text: str
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A result: a table, or a text (a yes or no, triples); `more` says that it goes on."""

    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell, ...], ...] = ()
    text: str | None = None
    more: bool = False


@router.api_route("/editor", methods=["GET", "HEAD"])
async def editor(request: Request, query: Annotated[str, Query(max_length=100_000)] = "") -> Response:
    """The editor, with the result of `query` where one is given."""
    shown, problem, status = None, None, 200
    if query.strip():
        try:
            shown = await result(request, query)
        except TrialGraphError as error:
            known = outcome(error)
            problem, status = error, int(known.status) if known else 500
    found = examples()
    content = page(
        "editor.html",
        query=query or found[0].text,
        shown=shown,
        problem=problem,
        most=SHOWN,
        examples=found,
        assets=(static_folder() / "editor" / "editor.js").is_file(),
        settings=editor_settings(found),
    )
    return Response(content, status, media_type=HTML.media_type, headers=VARY)


async def result(request: Request, query: str) -> Shown:
    """The answer to a query of a person's; raises what `ReaderPool.ask` raises."""
    state = request.app.state
    asked = Asked(query, base_iri=state.settings.base, max_bytes=LARGEST)
    client = request["record"].client
    try:
        async with state.pool.ask(asked, seconds=state.settings.query_seconds, client=client) as answer:
            return shown_of(answer, await answer.read())
    except LimitError as error:
        if error.limit != "answer_mb":
            raise
        reason = f"the answer is larger than this page shows ({LARGEST // MIB} MiB)"
        raise LimitError(reason, limit="answer_mb", hint="add a LIMIT, or take it whole from /sparql") from error


def shown_of(answer: Answer, body: bytes) -> Shown:
    """An answer as the page shows it."""
    if answer.kind == "triples":
        text = body.decode("utf-8", "replace")
        return Shown(text=text[:TEXT], more=len(text) > TEXT)
    results = parse_query_results(body, QueryResultsFormat.JSON)
    if isinstance(results, QueryBoolean):
        return Shown(text="yes" if results else "no")
    return table(results) if isinstance(results, QuerySolutions) else Shown()


def table(solutions: QuerySolutions) -> Shown:
    """The first rows of a SELECT's solutions."""
    names = [variable.value for variable in solutions.variables]
    rows: list[tuple[Cell, ...]] = []
    for solution in solutions:
        if len(rows) == SHOWN:
            return Shown(tuple(names), tuple(rows), more=True)
        rows.append(tuple(cell(solution[name]) for name in names))
    return Shown(tuple(names), tuple(rows))


def cell(term: object) -> Cell:
    """A term as a cell: things lead to their pages, other web addresses to where they point."""
    if term is None:
        return Cell("")
    if isinstance(term, Literal):
        return Cell(term.value)
    if not isinstance(term, NamedNode):
        return Cell(str(term))
    found = iri.parse(term.value)
    if found is not None:
        return Cell(short(term.value), href({"kind": found.kind, "id": found.id}))
    outside = term.value.startswith(("http://", "https://")) and not term.value.startswith(iri.BASE)
    return Cell(short(term.value), term.value if outside else None)


def short(node: str) -> str:
    """An IRI with one of our prefixes, where one fits; the longest that does."""
    fitting = [(name, space) for name, space in NAMESPACES.items() if node.startswith(space) and node != space]
    name, space = max(fitting, key=lambda pair: len(pair[1]), default=("", ""))
    return f"{name}:{node.removeprefix(space)}" if space else node


def examples() -> Sequence[Example]:
    """The example queries, the flagship first."""
    folder = files("graph").joinpath("queries")
    found = sorted(folder.joinpath("examples").iterdir(), key=lambda file: file.name)
    texts = [file.read_text("utf-8") for file in (folder.joinpath("flagship.rq"), *found)]
    return [Example(text.partition("\n")[0].lstrip("# "), text) for text in texts]


def editor_settings(found: Sequence[Example]) -> Mapping[str, Any]:
    """What the script is told: prefixes, what to complete, examples, and which IRIs are pages."""
    names = [value for key, value in vars(terms).items() if key.isupper()]
    others = [NAMESPACES[prefix] + name for prefix, name in (one.split(":") for one in PROPERTIES_OF_OTHERS)]
    return {
        "endpoint": "/sparql",
        "prefixes": dict(NAMESPACES),
        "classes": sorted(name for name in names if name.removeprefix(iri.TG)[0].isupper()),
        "properties": sorted([*(name for name in names if name.removeprefix(iri.TG)[0].islower()), *others]),
        "base": iri.BASE,
        "kinds": [str(kind) for kind in iri.Kind],
        "examples": [{"title": one.title, "query": one.text} for one in found],
    }
