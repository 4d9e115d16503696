"""Cross-origin requests (Fetch standard, "CORS protocol"): pages of other origins may ask; credentials never travel."""

from collections.abc import Sequence

from api.messages import Header, Scope, header

PREFLIGHT: tuple[Header, ...] = (
    (b"access-control-allow-methods", b"GET, HEAD, POST, PUT, DELETE, OPTIONS"),
    (b"access-control-allow-headers", b"accept, authorization, content-type, if-none-match"),
    (b"access-control-max-age", b"86400"),
)
EXPOSED: Header = (b"access-control-expose-headers", b"etag, link, retry-after, x-request-id")


def cors_headers(scope: Scope, origins: Sequence[str]) -> tuple[Header, ...]:
    """The headers that let a page of the request's origin read the answer; none where it may not."""
    if "*" in origins:
        return ((b"access-control-allow-origin", b"*"), EXPOSED)
    origin = header(scope, b"origin")
    if origin is None or origin not in origins:
        return ((b"vary", b"origin"),) if origins else ()
    return ((b"access-control-allow-origin", origin.encode("latin-1")), (b"vary", b"origin"), EXPOSED)
