"""Who may write, who a client is, and the headers that keep a browser from doing what it should not."""

import hmac
from collections.abc import Sequence
from ipaddress import ip_address

from api.messages import Header, Scope, header
from ontology.errors import RefusedError, UnauthorizedError

PAGE_POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
SECURITY_HEADERS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"permissions-policy", b"geolocation=(), camera=(), microphone=()"),
    (b"content-security-policy", PAGE_POLICY.encode()),
)


def require_token(scope: Scope, token: str | None) -> None:
    """Nothing, if the request carries the token (RFC 6750, 2.1), compared in constant time.

    Raises:
        RefusedError: this service has no token, so nobody writes.
        UnauthorizedError: there is none in the request, or another.
    """
    if not token:
        raise RefusedError("this service takes no writes", hint="its operator sets a token to allow them")
    scheme, _, given = (header(scope, b"authorization") or "").partition(" ")
    matches = hmac.compare_digest(given.strip().encode("utf-8", "replace"), token.encode())
    if scheme.lower() != "bearer" or not matches:
        raise UnauthorizedError("writing needs the token", hint="send `Authorization: Bearer ...`")


def client_of(scope: Scope, trusted_proxies: Sequence[str]) -> str:
    """The address that a request comes from: the last one that no proxy of ours has added."""
    address = scope["client"][0] if scope.get("client") else ""
    if address not in trusted_proxies:
        return address
    for hop in reversed((header(scope, b"x-forwarded-for") or "").split(",")):
        if not _is_address(hop.strip()):
            break
        address = hop.strip()
        if address not in trusted_proxies:
            break
    return address


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
