"""Requests to addresses outside, for SERVICE: to names of the allow-list, at addresses that were looked at, bounded.

A name is resolved once; every address that it has must be a public one, and the connection is made to one of those
very addresses, so a name that means something else a moment later changes nothing. Redirects are not followed, and
proxies of the environment are not used.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias
from urllib.parse import urlsplit

import httpx

from ontology.errors import LimitError, RefusedError, StoreError

JSON = "application/sparql-results+json"
Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Outside:
    """Who may be asked, and how much may come of it."""

    allowed: tuple[str, ...]
    private: bool
    seconds: float
    max_bytes: int

    async def ask(self, endpoint: str, query: str) -> bytes:
        """The answer to a SELECT in SPARQL JSON.

        Raises:
            RefusedError: the endpoint is not on the list, or at an address that is not public.
            LimitError: it takes too long, or answers too much.
            StoreError: it cannot be reached, or refuses.
        """
        if endpoint not in self.allowed:
            hint = "its operator can allow it (service_allow); or ask it yourself"
            raise RefusedError(f"SERVICE <{endpoint}> is not allowed here", hint=hint)
        try:
            async with asyncio.timeout(self.seconds):
                return await self._ask(endpoint, query)
        except TimeoutError:
            reason = f"SERVICE <{endpoint}> took longer than it may"
            raise LimitError(reason, limit="service_seconds", hint="ask it for less") from None
        except (httpx.HTTPError, OSError) as error:
            raise StoreError(f"SERVICE <{endpoint}> cannot be reached: {type(error).__name__}") from error

    async def _ask(self, endpoint: str, query: str) -> bytes:
        parts = urlsplit(endpoint)
        host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
        address = (await self.checked(host, port))[0]
        url = httpx.URL(endpoint).copy_with(host=str(address))
        headers = {"host": parts.netloc.rpartition("@")[2], "accept": JSON, "accept-encoding": "identity"}
        # The certificate must be the name's, though the connection is to a number.
        extensions = {"sni_hostname": host}
        async with (
            httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=self.seconds) as client,
            client.stream("POST", url, data={"query": query}, headers=headers, extensions=extensions) as answer,
        ):
            if answer.status_code != 200:
                raise StoreError(f"SERVICE <{endpoint}> answers {answer.status_code}")
            return await self._body(answer, endpoint)

    async def _body(self, answer: httpx.Response, endpoint: str) -> bytes:
        body = bytearray()
        async for chunk in answer.aiter_raw():
            body += chunk
            if len(body) > self.max_bytes:
                reason = f"SERVICE <{endpoint}> answers more than it may"
                raise LimitError(reason, limit="service_kb", hint="ask it for less")
        return bytes(body)

    async def checked(self, host: str, port: int) -> Sequence[Address]:
        """The addresses of a host, all of them allowed.

        Raises:
            RefusedError: one is not.
            OSError: it has none.
        """
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [ipaddress.ip_address(str(one[4][0]).partition("%")[0]) for one in found]
        if not self.private and not all(map(is_public, addresses)):
            hint = "its operator can allow private addresses (service_private)"
            raise RefusedError(f"SERVICE at {host} would reach an address that is not public", hint=hint)
        return addresses


def is_public(address: Address) -> bool:
    """Whether an address is of the open internet; one that wraps an IPv4 address is judged by that as well."""
    wrapped: list[Address] = []
    if isinstance(address, ipaddress.IPv6Address):
        inside = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        wrapped = [one for one in inside if one is not None]
        if address in _NAT64:
            wrapped.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if address.ipv4_mapped or address in _NAT64:
            return all(map(is_public, wrapped))
    return address.is_global and not address.is_multicast and all(map(is_public, wrapped))
