"""`trialgraph serve`: pages, the API and SPARQL over HTTP."""

import uvicorn

from api.app import create_app
from api.commands.common import open_store, say
from api.errors import EXIT_DONE
from api.settings import Settings


def run(settings: Settings) -> int:
    """Serve until interrupted."""
    store = open_store(settings.store)
    with store.reader():
        pass  # a store that is not there is told of before the address is taken
    say(f"serving {settings.store} on http://{settings.host}:{settings.port}/ (Ctrl-C ends it)")
    uvicorn.run(create_app(settings, store), host=settings.host, port=settings.port, log_level="warning")
    return EXIT_DONE
