"""The service, put together: `create_app(settings, store)`."""

import gc
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from http import HTTPStatus
from pathlib import Path

import orjson
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.staticfiles import StaticFiles
from starlette.types import Lifespan
from structlog.typing import FilteringBoundLogger

from api import health
from api.answers import Answers, FindText, no_text
from api.ask.service import build_ask_service
from api.cache import AnswerCache
from api.describe import Describer
from api.entrance import Entrance, Protocols
from api.errors import PROBLEM_TYPE
from api.federate import Federation
from api.frontier import App, Frontier
from api.graph_store import GraphStore
from api.limits import ClientGate
from api.logs import make_logger
from api.metrics import make_metrics
from api.openapi import openapi_with_protocols
from api.outside import Outside
from api.queries import QueryRunner
from api.routes import ask, terms, trials
from api.settings import Settings, token_of
from api.sparql import KIB, MIB, Sparql
from api.views import ask as ask_pages
from api.views import editor, state, things, walk
from api.views.render import static_folder
from api.writes import Writer
from graph.readers import PoolLimits, ReaderPool
from graph.store import Store
from graph.texts import find
from ontology.model import Vocabulary
from ontology.tables import built_in

ROUTERS = (
    health.router,
    ask.router,
    trials.router,
    terms.router,
    ask_pages.router,
    state.router,
    walk.router,
    editor.router,
    things.router,
)


def create_app(
    settings: Settings,
    store: Store,
    *,
    vocabulary: Vocabulary | None = None,
    logger: FilteringBoundLogger | None = None,
) -> Entrance:
    """The whole service over one store, as an ASGI application.

    Its reader processes live from its startup to its shutdown (ASGI's lifespan), and on one event loop. `vocabulary`
    is what questions are read with, `logger` where its lines go; both have their ordinary values by default.
    """
    pool = ReaderPool(store.backing, pool_limits(settings))
    writer = Writer(pool, token_of(settings), settings.query_seconds, settings.query_memory_mb * MIB)
    app = FastAPI(title="TrialGraph", version="1", lifespan=lifespan(pool, writer), docs_url=None, redoc_url=None)
    app.state.pool, app.state.metrics, app.state.settings = pool, make_metrics(), settings
    queries = app.state.queries = QueryRunner(pool, settings.query_seconds, AnswerCache(settings.cache_mb * MIB))
    service = build_ask_service(vocabulary or built_in())
    app.state.answers = Answers(service, queries.select_blocking, queries.triples_blocking, texts_of(store))
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=static_folder()))
    app.openapi = partial(openapi_with_protocols, app)  # type: ignore[method-assign]
    app.add_exception_handler(HTTPException, http_problem)
    app.add_exception_handler(RequestValidationError, validation_problem)
    frontier = partial(
        Frontier,
        settings=settings,
        gate=ClientGate(settings.requests_per_client),
        metrics=app.state.metrics,
        logger=logger or make_logger(settings.log_level, sys.stderr.buffer),
    )
    app.add_middleware(frontier)
    protocols = Protocols(protocol_endpoints(writer, settings, queries))
    return Entrance(protocols, frontier(protocols), app)


def texts_of(store: Store) -> FindText:
    """Where pages find the text of records: beside the graph, where the store is a folder."""
    return no_text if "://" in store.location else partial(find, Path(store.location))


def pool_limits(settings: Settings) -> PoolLimits:
    """What the settings say of the readers."""
    return PoolLimits(
        readers=settings.readers,
        long_queries=settings.long_queries,
        long_per_client=settings.long_per_client,
        patience=settings.patience_seconds,
        queue_seconds=settings.queue_seconds,
        memory_bytes=settings.query_memory_mb * MIB,
    )


def protocol_endpoints(writer: Writer, settings: Settings, queries: QueryRunner) -> Mapping[str, App]:
    """The SPARQL protocols: queries and updates, graphs, and what describes them."""
    pool = writer.pool
    describer = Describer(pool, queries, settings, writable=writer.token is not None)
    federation = Federation(outside_of(settings))
    sparql = Sparql(pool, queries.cache, settings, describer, writer, federation)
    graphs = GraphStore(sparql, writer, settings)
    return {"/sparql": sparql, "/store": graphs, "/store/": graphs, "/.well-known/void": describer}


def outside_of(settings: Settings) -> Outside:
    """What the settings say of SERVICE."""
    return Outside(
        allowed=settings.service_allow,
        private=settings.service_private,
        seconds=settings.service_seconds,
        max_bytes=settings.service_kb * KIB,
    )


def lifespan(pool: ReaderPool, writer: Writer) -> Lifespan[FastAPI]:
    """Start the readers before the first request, and end them after the last.

    What the process holds by then, the vocabulary above all, is set apart from the garbage collector: each of its full
    rounds would go over millions of objects that stay, and hold up every request meanwhile (measured: 60 ms).
    """

    @asynccontextmanager
    async def live(_app: FastAPI) -> AsyncIterator[None]:
        try:
            await pool.warm()
            gc.collect()
            gc.freeze()
            yield
        finally:
            await writer.close()
            await pool.close()

    return live


def http_problem(request: Request, error: Exception) -> Response:
    """A framework's refusal (no such path, another method) in the one form of errors."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    headers = error.headers if isinstance(error, HTTPException) else None
    return problem_response(request, status, HTTPStatus(status).phrase, headers=headers)


def validation_problem(request: Request, error: Exception) -> Response:
    """A parameter that does not fit, in the one form of errors."""
    faults = error.errors() if isinstance(error, RequestValidationError) else []
    detail = "; ".join(f"{'.'.join(str(part) for part in fault['loc'][1:])}: {fault['msg']}" for fault in faults)
    return problem_response(request, 422, "A parameter does not fit", detail=detail)


def problem_response(
    request: Request, status: int, title: str, *, detail: str = "", headers: Mapping[str, str] | None = None
) -> Response:
    """A problem as a response; errors of ours take the way of `api.errors`."""
    body = {"type": "about:blank", "title": title, "status": status, "instance": f"urn:uuid:{request['record'].id}"}
    content = orjson.dumps(body | ({"detail": detail} if detail else {}))
    return Response(content, status, headers=headers, media_type=PROBLEM_TYPE)
