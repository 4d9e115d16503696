"""HTTP messages at the level of ASGI: the little that the service's hot path needs, without a framework in between."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from ontology.errors import LimitError, TrialGraphError

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Header = tuple[bytes, bytes]


class DisconnectedError(TrialGraphError):
    """The client has gone; there is nobody to tell."""

    title = "Client gone"


def header(scope: Scope, name: bytes) -> str | None:
    """A request header's value; several of one name are one list (RFC 9110, 5.3)."""
    found = [value for key, value in scope["headers"] if key == name]
    return b", ".join(found).decode("latin-1") if found else None


async def read_body(scope: Scope, receive: Receive, *, limit: int, seconds: float, setting: str = "body_mb") -> bytes:
    """The whole body.

    Raises:
        LimitError: it is larger than `limit` bytes, or takes longer than `seconds`.
        DisconnectedError: it breaks off.
    """
    if int(header(scope, b"content-length") or 0) > limit:
        raise _too_large(limit, setting)
    chunks: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(seconds):
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise DisconnectedError("the client has gone")
                chunk = message.get("body", b"")
                size += len(chunk)
                if size > limit:
                    raise _too_large(limit, setting)
                chunks.append(chunk)
                if not message.get("more_body", False):
                    return b"".join(chunks)
    except TimeoutError:
        reason = f"the body has not come within {seconds:g} seconds"
        raise LimitError(reason, limit="body_seconds", hint="send it faster") from None


async def until_gone(receive: Receive) -> None:
    """Wait until the client closes the connection."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def send_response(send: Send, status: int, headers: Iterable[Header], body: bytes = b"") -> None:
    """A whole response."""
    await send({"type": "http.response.start", "status": status, "headers": list(headers)})
    await send({"type": "http.response.body", "body": body})


def _too_large(limit: int, setting: str) -> LimitError:
    return LimitError(f"the body is larger than {limit} bytes", limit=setting, hint="send less")
