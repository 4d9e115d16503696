"""The outermost layer: what every request passes, whatever serves it.

It names the request, bounds its size and its client's share, turns errors into problems (RFC 9457), adds the headers
that every answer has, and writes the log line and the metrics. An answer that fails after it has begun is cut off:
the connection closes without the end that HTTP asks for, so no client takes a part for the whole.
"""

import time
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import orjson
from structlog.typing import FilteringBoundLogger

from api.cors import PREFLIGHT, cors_headers
from api.errors import PROBLEM_TYPE, problem
from api.limits import ClientGate
from api.logs import log_request
from api.messages import DisconnectedError, Header, Message, Receive, Scope, Send, send_response
from api.metrics import Metrics
from api.record import Record
from api.security import SECURITY_HEADERS, client_of
from api.settings import Settings
from ontology.errors import LimitError, TrialGraphError

RETRY_SECONDS = {429: b"2", 503: b"5"}
"""After how many seconds a client may try again, by status (RFC 9110, 10.2.3)."""
RETRY_LONG = b"10"
"""The same for one that has all the long queries it may have: those take their time."""

App = Callable[[Scope, Receive, Send], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Frontier:
    """ASGI middleware around the whole app."""

    app: App
    settings: Settings
    gate: ClientGate
    metrics: Metrics
    logger: FilteringBoundLogger

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; anything else (lifespan) goes through."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        record = new_record(scope, self.settings)
        scope["record"] = record
        self.metrics.open.inc()
        try:
            await self.answer(scope, receive, self.sender(scope, send, record), record)
        finally:
            self.metrics.open.dec()
            seconds = time.perf_counter() - started
            self.metrics.count(record, seconds)
            log_request(self.logger, record, seconds)

    async def answer(self, scope: Scope, receive: Receive, send: Send, record: Record) -> None:
        """Let the app answer, and make a problem of what it raises."""
        try:
            check_size(scope, self.settings)
            with self.gate.entered(record.client):
                if scope["method"] == "OPTIONS":
                    await send_response(send, 204, PREFLIGHT)
                else:
                    await self.app(scope, receive, send)
        except DisconnectedError:
            record.limit = "client"
        except TrialGraphError as error:
            record.limit = error.limit if isinstance(error, LimitError) else record.limit
            await self.give_problem(error, send, record)
        except Exception as error:
            # The last place where a fault of ours can be told from a dead worker: it goes to the log, whole.
            self.logger.exception("fault", request=record.id)
            await self.give_problem(error, send, record)

    async def give_problem(self, error: Exception, send: Send, record: Record) -> None:
        """The error as a body; nothing where an answer has begun, so that it stays without its end."""
        if record.started:
            record.notes["cut_off"] = str(error)
            return
        body = problem(error) | {"instance": f"urn:uuid:{record.id}"}
        status = int(body["status"])
        headers: list[Header] = [(b"content-type", PROBLEM_TYPE.encode()), (b"cache-control", b"no-store")]
        if status in RETRY_SECONDS:
            seconds = RETRY_LONG if record.limit == "long_per_client" else RETRY_SECONDS[status]
            headers.append((b"retry-after", seconds))
        if status == 401:
            headers.append((b"www-authenticate", b'Bearer realm="trialgraph"'))
        content = orjson.dumps(body)
        await send_response(send, status, [*headers, (b"content-length", str(len(content)).encode())], content)

    def sender(self, scope: Scope, send: Send, record: Record) -> Send:
        """`send` with the headers of every answer, and a record of what went out."""
        common = [*SECURITY_HEADERS, *cors_headers(scope, self.settings.cors_origins)]
        common.append((b"x-request-id", record.id.encode()))

        async def send_recorded(message: Message) -> None:
            if message["type"] == "http.response.start":
                record.status, record.started = message["status"], True
                message["headers"] = [*message.get("headers", ()), *common]
            else:
                record.bytes += len(message.get("body", b""))
            await send(message)

        return send_recorded


def new_record(scope: Scope, settings: Settings) -> Record:
    """The record of a request that begins."""
    client = client_of(scope, settings.trusted_proxies)
    return Record(str(uuid.uuid4()), client, scope["method"], scope["path"])


def check_size(scope: Scope, settings: Settings) -> None:
    """Bound what has come so far; `api.serve` bounds it while it comes."""
    size = len(scope["raw_path"]) + len(scope["query_string"])
    size += sum(len(name) + len(value) for name, value in scope["headers"])
    if size > settings.header_kb * 1024:
        reason = f"the address and headers are larger than {settings.header_kb} KiB"
        raise LimitError(reason, limit="header_kb", hint="POST a long query")
