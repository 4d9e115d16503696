"""The store that the settings name: a folder of this machine, or a SPARQL 1.1 store by its address."""

from pathlib import Path

from api.settings import Settings, secret
from graph.endpoint import UNION_GRAPH, Endpoint, endpoint_of
from graph.oxigraph import EmbeddedStore
from graph.remote import RemoteStore
from graph.store import Store


def open_store(settings: Settings) -> Store:
    """The store; nothing is opened or asked yet.

    Raises:
        UsageError: its address cannot be read, or its password's file.
    """
    if "://" not in settings.store:
        return EmbeddedStore(Path(settings.store))
    given = {
        "query": settings.store_query_url,
        "update": settings.store_update_url,
        "graphs": settings.store_graph_url,
        "user": settings.store_user,
        "password": secret(settings.store_password, settings.store_password_file),
    }
    location, parts = endpoint_of(settings.store, given)
    endpoint = Endpoint(
        query=parts["query"] or "",
        update=parts["update"] or "",
        graphs=parts["graphs"] or "",
        user=parts["user"],
        password=parts["password"],
        scheme=settings.store_auth,
        union=UNION_GRAPH if settings.store_default_graph == "all" else None,
        batch_bytes=settings.store_batch_kb * 1024,
        seconds=settings.store_seconds,
    )
    return RemoteStore(location, endpoint)
