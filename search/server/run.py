"""The running service: access control, request logging, timeouts and graceful shutdown around the app.

What stands around the service, from outside: `observed` (id, headers, log, numbers), `guard` (who is let in), and
below both `patience` (how long a connection is waited for).
"""

import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

import uvicorn
from starlette.types import ASGIApp

from search.errors import IndexUnusableError, PortTakenError
from search.http.access_log import AccessLog
from search.http.connections import HEADER_BYTES, TimeoutProtocol
from search.http.guard import EMBEDDED, Guard, require_safe_binding
from search.http.head import Head
from search.http.log_format import keep_log
from search.http.metrics import Metrics
from search.index.directory import IndexFolder
from search.index.manifest import read_manifest
from search.server.app import create_app
from search.settings import Settings

STOP_SECONDS = 30
"""How long a service that is told to stop goes on with what it began."""


def guarded(settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> ASGIApp:
    """The service over the index of these settings, behind its doors."""
    metrics = Metrics()
    app = create_app(settings, clock, metrics)
    paths = frozenset(getattr(route, "path", "/").split("/")[1].split("{")[0] for route in app.routes)

    def generation() -> str:
        served = app.state.engine.status().generation
        return served.name if served else ""

    return AccessLog(
        Guard(Head(app), settings, metrics),
        metrics,
        generation,
        paths=paths,
        log_queries=settings.query_log,
        log_clients=settings.log_clients,
        embedded=frozenset(root.strip("/") for root in EMBEDDED) if settings.cors_origins else frozenset(),
    )


def serve(settings: Settings) -> None:
    """Serve until Ctrl-C or SIGTERM; what was begun is answered first. Raises SettingsError and PortTakenError."""
    require_safe_binding(settings)
    listening = _listening(settings.host, settings.port)
    keep_log(settings.log)
    config = uvicorn.Config(
        guarded(settings),
        http=TimeoutProtocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        h11_max_incomplete_event_size=HEADER_BYTES,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    sys.stderr.write(announced(settings, listening.getsockname()[1]) + "\n")
    sys.stderr.flush()
    with suppress(KeyboardInterrupt):  # it has stopped in order by then
        uvicorn.Server(config).run(sockets=[listening])


def announced(settings: Settings, port: int) -> str:
    """One line that says what is served, and where."""
    index = IndexFolder(settings.index)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    where = f"http://{host}:{port}/ (Ctrl-C stops)"
    try:
        manifest = read_manifest(index.path(index.current_name()))
    except IndexUnusableError:
        return f"No index in {settings.index} yet: {where} answers once `lede-index build CONTENT` has made one."
    return f"Serving {manifest.articles:,} articles of {settings.index} at {where}"


def _listening(host: str, port: int) -> socket.socket:
    """A socket that listens there."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as taken:
        raise PortTakenError(
            f"{host} port {port} cannot be listened on: {taken.strerror or taken}.",
            "Stop what holds it, or choose another with --port.",
        ) from taken
