"""Where a request goes first: the protocols' endpoints at once, everything else by way of the framework.

The framework's own layers cost more than a small query does; the protocols need none of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from api.frontier import App
from api.messages import Receive, Scope, Send


@dataclass(frozen=True, slots=True)
class Protocols:
    """The endpoints by their paths; one whose path ends in `/` has all below it."""

    endpoints: Mapping[str, App]

    def find(self, path: str) -> App | None:
        """The endpoint of a path, or None."""
        return self.endpoints.get(path) or self.endpoints.get(path[: path.find("/", 1) + 1])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request whose path is one of these."""
        endpoint = self.find(scope["path"])
        assert endpoint is not None  # noqa: S101 - the entrance has looked
        await endpoint(scope, receive, send)


@dataclass(frozen=True, slots=True)
class Entrance:
    """The whole service as an ASGI application: `direct` is `protocols` behind the frontier that all requests pass."""

    protocols: Protocols
    direct: App
    framework: App

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or the lifespan."""
        if scope["type"] == "http" and self.protocols.find(scope["path"]):
            await self.direct(scope, receive, send)
        else:
            await self.framework(scope, receive, send)
