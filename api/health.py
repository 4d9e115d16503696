"""`/health`, that means ready, and `/metrics`."""

from typing import Any

from fastapi import APIRouter, Request, Response

from api.metrics import MEDIA_TYPE
from graph.readers import ReaderPool
from graph.wire import Request as Query
from ontology.errors import LimitError

router = APIRouter(tags=["operation"])

CHECK_SECONDS = 5.0


@router.get("/health", responses={503: {"description": "Not ready: the body is a problem that says why."}})
async def health(request: Request) -> dict[str, Any]:
    """Whether queries are answered now: one goes through a reader and the store. Busy is not unhealthy."""
    pool: ReaderPool = request.app.state.pool
    version = pool.published().version
    try:
        async with pool.ask(Query("ASK {}"), seconds=CHECK_SECONDS) as answer:
            await answer.read()
    except LimitError as error:
        if error.limit != "queue_seconds":
            raise
        return {"status": "busy", "version": version}
    return {"status": "ready", "version": answer.version}


@router.get("/metrics", response_class=Response)
async def metrics(request: Request) -> Response:
    """Counts and times, in Prometheus' text format."""
    content: bytes = request.app.state.metrics.exposition()
    return Response(content, media_type=MEDIA_TYPE)
