"""Access log: an id, security headers, a log line and metrics for every request.

Plain ASGI, outermost: whatever a request meets within, its answer passes here, piece by piece as it is made.
"""

import logging
import os
import re
import secrets
from collections.abc import Callable
from time import perf_counter
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search.deadline import Deadline, deadline_of_request
from search.http.clients import ClientNames
from search.http.metrics import Metrics
from search.http.problems import request_id
from search.tracing import open_trace

_GIVEN = re.compile(rb"[\w.-]{1,64}")
_CAREFUL = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=()"),
)
"""What an answer says to browsers, where it does not say otherwise itself."""
_log = logging.getLogger("lede.request")


class AccessLog:
    """An ASGI application, and what is said of all that it answers."""

    def __init__(
        self,
        app: ASGIApp,
        metrics: Metrics,
        generation: Callable[[], str],
        *,
        paths: frozenset[str],
        log_queries: bool = False,
        names: ClientNames | None = None,
        embedded: frozenset[str] = frozenset(),
    ) -> None:
        """`paths` are the first parts of the paths served here: what numbers are kept by.

        `generation` names what is served; `embedded` are the first parts that pages elsewhere may load. `names` says
        how a client stands in the log.
        """
        self._app = app
        self._metrics = metrics
        self._generation = generation
        self._paths = paths
        self._log_queries = log_queries
        self._names = names or ClientNames()
        self._embedded = embedded

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and say so."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        own_id = _id(scope)
        request_id.set(own_id)
        trace = open_trace()
        deadline = scope["lede.deadline"] = Deadline()
        deadline_of_request.set(deadline)
        first = "/" + "".join(scope["path"].split("/", 2)[1:2])
        status, started = 500, perf_counter()

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                self._mark(message, own_id, first)
            await send(message)

        self._metrics.begun()
        try:
            await self._app(scope, receive, noting)
        finally:
            took = perf_counter() - started
            self._metrics.ended(first if first[1:] in self._paths else "other", status, took, trace)
            self._note(scope, own_id, status, took, deadline)

    def _mark(self, message: Message, own_id: str, first: str) -> None:
        headers = list(message.get("headers", ()))
        given = {name for name, _ in headers}
        headers += [header for header in _CAREFUL if header[0] not in given]
        policy = b"cross-origin" if first[1:] in self._embedded else b"same-origin"
        headers.append((b"cross-origin-resource-policy", policy))
        message["headers"] = [*headers, (b"x-request-id", own_id.encode())]

    def _note(self, scope: Scope, own_id: str, status: int, took: float, deadline: Deadline) -> None:
        fields = {
            "id": own_id,
            "method": scope["method"],
            "path": scope["path"],
            "status": status,
            "ms": round(took * 1000, 2),
            "cost_ms": round(deadline.spent * 1000, 2),
            "client": self._names.of(scope.get("lede.client")),
            "worker": os.getpid(),
            "generation": self._generation(),
        }
        if self._log_queries:
            fields["q"] = parse_qs(scope["query_string"].decode("latin-1")).get("q", [""])[0]
        _log.info("answered", extra={"fields": fields})


def _id(scope: Scope) -> str:
    """The id that a proxy gave the request, or a new one."""
    for name, value in scope["headers"]:
        if name == b"x-request-id" and _GIVEN.fullmatch(value):
            return str(value.decode())
    return secrets.token_hex(8)
