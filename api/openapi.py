"""The OpenAPI document: FastAPI's own, and the protocol endpoints that stand beside its router."""

import json
from importlib.resources import files
from typing import Any

from fastapi import FastAPI

DOCUMENT = "openapi_sparql.json"


def openapi_with_protocols(app: FastAPI) -> dict[str, Any]:
    """The document of the whole service; `openapi_sparql.json` holds the paths that FastAPI does not see."""
    if app.openapi_schema is None:
        document = FastAPI.openapi(app)
        document["paths"] |= json.loads(files("api").joinpath(DOCUMENT).read_text("utf-8"))["paths"]
        app.openapi_schema = document
    return app.openapi_schema
