"""What the registry answers, as values; and the two ways in which an answer is none.

Source: the registry's OpenAPI document, version 2.0 (`PagedStudies`, `Version`).
"""

from dataclasses import dataclass
from typing import TypeVar

import orjson
from pydantic import BaseModel, ValidationError

Model = TypeVar("Model", bound=BaseModel)


class Page(BaseModel):
    """One page of studies, as `PagedStudies` of the OpenAPI document has it."""

    studies: list[object]
    nextPageToken: str | None = None  # noqa: N815 (the registry's name)
    totalCount: int | None = None  # noqa: N815


class Version(BaseModel):
    """The registry's version: another `dataTimestamp` means other data."""

    dataTimestamp: str | None = None  # noqa: N815


@dataclass(frozen=True, slots=True)
class Answer:
    """A page with its ETag; without a page, the one of that ETag is still right."""

    page: Page | None
    etag: str | None


class BadTokenError(Exception):
    """The registry does not know a page token any more."""


class AgainError(Exception):
    """A passing fault; `wait` is the seconds that the server asked for."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


def parsed(model: type[Model], body: bytes) -> Model:
    """The body of an answer as a value.

    Raises:
        AgainError: it is cut off, or of another form: a passing fault of whatever stands between us and the registry.
    """
    try:
        return model.model_validate(orjson.loads(body))
    except orjson.JSONDecodeError as error:
        raise AgainError(f"an answer that is no JSON, or cut off: {error}") from error
    except ValidationError as error:
        raise AgainError(f"an answer of another form: {error.errors()[0]['msg']}") from error
