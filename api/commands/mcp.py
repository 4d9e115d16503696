"""`trialgraph mcp`: tools for agents over the Model Context Protocol, on standard input and output or over HTTP."""

import anyio

from api.agents.server import make_server, running, tools_over
from api.app import pool_limits
from api.commands.common import say
from api.errors import EXIT_DONE
from api.settings import Settings
from api.stores import open_store
from graph.readers import ReaderPool
from ontology.tables import built_in


def run(settings: Settings, *, http: bool) -> int:
    """Serve the tools until the client goes, or until told to end.

    Raises:
        NotFoundError, StoreError: there is no store; told of before a client is served.
    """
    store = open_store(settings)
    with store.reader():
        pass

    async def serve() -> None:
        pool = ReaderPool(store.backing, pool_limits(settings))
        server = make_server(tools_over(pool, settings, built_in()))
        async with running(pool):
            if http:
                say(f"serving {store.location} to agents on http://{settings.host}:{settings.port}/mcp")
                await server.run_streamable_http_async(host=settings.host, port=settings.port, json_response=True)
            else:
                await server.run_stdio_async()

    anyio.run(serve)
    return EXIT_DONE
