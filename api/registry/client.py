"""A polite client of the registry's API: slow enough, patient, and known by name.

Sources: RFC 9110 (Retry-After 10.2.3, If-None-Match 13.1.2), RFC 6585 (429).
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from importlib.metadata import version
from typing import TypeVar

import httpx
from tenacity import RetryCallState, Retrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter

from api.fetch import check_url
from api.registry.answers import AgainError, Answer, BadTokenError, Page, Version, parsed
from ontology.errors import LimitError, SourceError, UsageError, Where

ATTEMPTS = 7
"""Tries of one request; with the pauses below it is given up after about two minutes."""

BACKOFF = wait_exponential_jitter(initial=1, max=60, jitter=2)
"""Seconds between tries: doubled each time, and up to two more by chance, so that clients spread out."""

PATIENCE = 900.0
"""Seconds that a server may ask us to wait; a longer wait is for the person to decide."""

LARGEST = 512_000_000
"""Bytes of one page, at most; 1,000 records of the registry are about 20 MB."""

AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
"""Answers after which the same request may do better."""


Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Clock:
    """Time, passed in so that tests need not wait."""

    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True, slots=True)
class Manners:
    """How we go about it; `contact` is an address that the User-Agent names."""

    per_minute: float = 40
    contact: str = ""
    seconds: float = 60
    page_seconds: float = 600


@dataclass(slots=True)
class Registry:
    """The API under one base URL. Every method raises as `page` does."""

    base: str
    http: httpx.Client
    manners: Manners = field(default_factory=Manners)
    clock: Clock = field(default_factory=Clock)
    tell: Callable[[str], None] = lambda _line: None
    _free_at: float = float("-inf")

    def page(self, parameters: Mapping[str, str], token: str | None, etag: str | None = None) -> Answer:
        """One page of studies; with the ETag of an earlier answer, perhaps only word that it still holds.

        Raises:
            BadTokenError: the token is not known any more.
            SourceError: the registry refuses, or gives no good answer however often it is asked.
            LimitError: a page without end.
        """
        asked = dict(parameters) | ({"pageToken": token} if token else {})
        headers = {"If-None-Match": etag} if etag else {}
        return self._patiently(lambda: self._page(asked, headers))

    def version(self) -> str:
        """The time stamp of the registry's data; empty where it gives none."""
        answer = self._patiently(lambda: self._get("version", {}, {}))
        return parsed(Version, answer[1]).dataTimestamp or ""

    def _page(self, asked: dict[str, str], headers: dict[str, str]) -> Answer:
        answer, body = self._get("studies", asked, headers)
        if answer.status_code == HTTPStatus.NOT_MODIFIED:
            return Answer(None, headers.get("If-None-Match"))
        return Answer(parsed(Page, body), answer.headers.get("etag"))

    def _patiently(self, ask: Callable[[], Result]) -> Result:
        retrying = Retrying(
            sleep=self.clock.sleep,
            stop=stop_after_attempt(ATTEMPTS),
            wait=_pause,
            retry=retry_if_exception_type(AgainError),
            before_sleep=self._tell_of_pause,
            reraise=True,
        )
        try:
            return retrying(ask)
        except AgainError as error:
            hint = "the same command goes on where it was"
            raise SourceError(f"given up after {ATTEMPTS} tries: {error}", where=Where(self.base), hint=hint) from error

    def _get(self, path: str, asked: dict[str, str], headers: dict[str, str]) -> tuple[httpx.Response, bytes]:
        self._wait_for_turn()
        try:
            with self.http.stream("GET", f"{self.base.rstrip('/')}/{path}", params=asked, headers=headers) as answer:
                body = self._body(answer)
        except httpx.TransportError as error:
            raise AgainError(f"{type(error).__name__}: {error}" if str(error) else type(error).__name__) from error
        except (httpx.DecodingError, httpx.TooManyRedirects) as error:
            raise AgainError(f"a broken answer: {error}") from error
        self._judge(answer, body, is_token="pageToken" in asked)
        return answer, body

    def _body(self, answer: httpx.Response) -> bytes:
        body, began = bytearray(), self.clock.monotonic()
        for block in answer.iter_bytes():
            body += block
            if len(body) > LARGEST:
                raise LimitError(f"an answer of more than {LARGEST} bytes", limit="registry_page_size")
            if self.clock.monotonic() - began > self.manners.page_seconds:
                raise AgainError("the answer trickles in too slowly")
        return bytes(body)

    def _judge(self, answer: httpx.Response, body: bytes, *, is_token: bool) -> None:
        status = answer.status_code
        if status in {HTTPStatus.OK, HTTPStatus.NOT_MODIFIED}:
            return
        if status in AGAIN:
            raise AgainError(f"the registry answers {status}", self._asked_wait(answer))
        if status == HTTPStatus.BAD_REQUEST and is_token:
            raise BadTokenError
        said = " ".join(body[:300].decode("utf-8", "replace").split())
        raise SourceError(f"the registry answers {status}: {said}", where=Where(str(answer.url)), hint=_hint(status))

    def _asked_wait(self, answer: httpx.Response) -> float | None:
        """The seconds of a Retry-After, which is a number or a date."""
        value = answer.headers.get("retry-after", "").strip()
        if not value:
            return None
        try:
            seconds = float(value) if value.isdecimal() else self._until(value)
        except (ValueError, TypeError, OverflowError):
            return None
        if seconds > PATIENCE:
            reason = f"the registry asks to come back in {seconds:.0f} seconds"
            raise SourceError(reason, where=Where(self.base), hint="then run the same command again")
        return max(0.0, seconds)

    def _until(self, http_date: str) -> float:
        return (parsedate_to_datetime(http_date) - self.clock.now()).total_seconds()

    def _wait_for_turn(self) -> None:
        """Keep the rate: each request has its turn, the tries of one request too."""
        now = self.clock.monotonic()
        if now < self._free_at:
            self.clock.sleep(self._free_at - now)
        self._free_at = max(now, self._free_at) + 60 / self.manners.per_minute

    def _tell_of_pause(self, state: RetryCallState) -> None:
        pause = state.next_action.sleep if state.next_action else 0
        reason = state.outcome.exception() if state.outcome else None
        self.tell(f"{reason}; once more in {pause:.0f} s")


def http_client(manners: Manners, transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """An HTTP client that says who we are, and follows redirects to http(s) only."""
    about = "; ".join(part for part in ("+https://w3id.org/trialgraph/", manners.contact) if part)
    headers = {"User-Agent": f"trialgraph/{version('trialgraph')} ({about})", "Accept": "application/json"}
    hooks = {"request": [lambda request: check_url(str(request.url))]}
    return httpx.Client(
        headers=headers, timeout=manners.seconds, follow_redirects=True, event_hooks=hooks, transport=transport
    )


def checked_base(base: str) -> str:
    """The base URL, if it is one. Raises `UsageError` if not."""
    check_url(base)
    if "?" in base or "#" in base:
        raise UsageError(f"`{base}` is no base of an API", hint="give it without a query, as https://host/api/v2")
    return base


def _pause(state: RetryCallState) -> float:
    """What the server asked for; else longer each time."""
    error = state.outcome.exception() if state.outcome else None
    if isinstance(error, AgainError) and error.wait is not None:
        return error.wait
    return BACKOFF(state)


def _hint(status: int) -> str | None:
    known = {
        400: "see the registry's search help for the form of --query",
        403: "the registry, or a proxy on the way, keeps us out; TRIALGRAPH_REGISTRY_CONTACT names you to it",
        404: "is TRIALGRAPH_REGISTRY_URL the base of an API v2?",
    }
    return known.get(status)
