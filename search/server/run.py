"""The running service: access control, request logging, timeouts and graceful shutdown around the app.

What stands around the service, from outside: `observed` (id, headers, log, numbers), `guard` (who is let in), and
below both `patience` (how long a connection is waited for).
"""

from collections.abc import Callable
from datetime import UTC, datetime

import uvicorn
from starlette.types import ASGIApp

from search.http.access_log import AccessLog
from search.http.connections import HEADER_BYTES, TimeoutProtocol
from search.http.guard import EMBEDDED, Guard, require_safe_binding
from search.http.head import Head
from search.http.log_format import keep_log
from search.http.metrics import Metrics
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
    """Serve until Ctrl-C or SIGTERM; what was begun is answered first. Raises SettingsError."""
    require_safe_binding(settings)
    keep_log(settings.log)
    uvicorn.run(
        guarded(settings),
        host=settings.host,
        port=settings.port,
        http=TimeoutProtocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        h11_max_incomplete_event_size=HEADER_BYTES,
        timeout_graceful_shutdown=STOP_SECONDS,
    )
