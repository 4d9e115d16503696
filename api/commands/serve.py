"""`trialgraph serve`: pages, the API and SPARQL over HTTP."""

from api.commands.common import say
from api.errors import EXIT_DONE
from api.server import listen, serve
from api.settings import Settings
from api.stores import open_store
from ontology.errors import UsageError


def run(settings: Settings) -> int:
    """Serve until told to end.

    Raises:
        NotFoundError, StoreError: there is no store to serve; told of before the address is taken.
        UsageError: the address cannot be had.
    """
    store = open_store(settings)
    with store.reader():
        pass
    try:
        listener = listen(settings)
    except OSError as error:
        reason = f"{settings.host}:{settings.port} cannot be listened on: {error.strerror or error}"
        raise UsageError(reason, hint="--port names another one") from None
    host, port = listener.getsockname()[:2]
    say(f"serving {store.location} on http://{host}:{port}/ (Ctrl-C ends it)")
    serve(settings, [listener])
    return EXIT_DONE
