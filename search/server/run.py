"""The running service: access control, request logging, timeouts and graceful shutdown around the app.

What stands around the service, from outside: `observed` (id, headers, log, numbers), `guard` (who is let in), and
below both `patience` (how long a connection is waited for).
"""

import os
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import uvicorn
from fastapi import FastAPI
from starlette.types import ASGIApp

from search.errors import IndexUnusableError, PortTakenError
from search.http.access_log import AccessLog
from search.http.clients import ClientNames
from search.http.connections import HEADER_BYTES, protocol_for
from search.http.guard import EMBEDDED, Guard, require_safe_binding
from search.http.head import Head
from search.http.log_format import keep_log
from search.http.metrics import Metrics, shared_folder
from search.http.shared_state import SharedState
from search.index.manifest import read_manifest
from search.process import can_fork_workers, cores, use_cores
from search.server.app import create_app
from search.server.supervisor import Supervisor, slots_for
from search.server.template import run_template
from search.server.worker import STOP_SECONDS, Worker, end_handshakes, listening_socket
from search.settings import Settings
from search.wiring import index_folder

Clock = Callable[[], datetime]


class Service(NamedTuple):
    """The service as it is run: the application inside, and with all that stands around it."""

    app: FastAPI
    outermost: ASGIApp
    names: ClientNames
    """How its clients stand in the log."""


def guarded(settings: Settings, clock: Clock = lambda: datetime.now(UTC)) -> ASGIApp:
    """The service over the index of these settings, behind access control."""
    return service_of(settings, clock).outermost


def service_of(
    settings: Settings,
    clock: Clock = lambda: datetime.now(UTC),
    state: SharedState | None = None,
    numbers: Path | None = None,
) -> Service:
    """The service behind access control. Workers share `state` and, in the folder `numbers`, what /metrics says."""
    metrics = Metrics(state, numbers)
    app = create_app(settings, clock, metrics, state)
    paths = frozenset(getattr(route, "path", "/").split("/")[1].split("{")[0] for route in app.routes)

    def generation() -> str:
        served = app.state.engine.status().generation
        return served.name if served else ""

    names = ClientNames(plain=settings.log_clients == "plain")
    outermost = AccessLog(
        Guard(Head(app), settings, metrics, state=state),
        metrics,
        generation,
        paths=paths,
        log_queries=settings.query_log,
        names=names,
        embedded=frozenset(root.strip("/") for root in EMBEDDED) if settings.cors_origins else frozenset(),
    )
    return Service(app, outermost, names)


def workers_of(settings: Settings) -> int:
    """How many processes the settings ask for: by default one for each processor core; one where none can fork."""
    if not can_fork_workers():
        if settings.workers > 1:
            sys.stderr.write("Several workers need Linux; one process serves.\n")
        return 1
    return settings.workers or cores()


def serve(settings: Settings, workers: int = 1) -> None:
    """Serve until Ctrl-C or SIGTERM; what was begun is answered first. Raises SettingsError and PortTakenError."""
    require_safe_binding(settings)
    if workers > 1:
        _serve_by_workers(settings, workers)
        return
    listening = _listening(settings.host, settings.port)
    keep_log(settings.log)
    config = _config(service_of(settings), settings)
    _announce(settings, listening)
    with suppress(KeyboardInterrupt):  # it has stopped in order by then
        Worker(config, stopping=lambda: end_handshakes(listening)).run(sockets=[listening])


def _serve_by_workers(settings: Settings, workers: int) -> None:
    use_cores(1)  # a process each is enough, and threads of a library would not survive the fork
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    with _listening(settings.host, settings.port) as alone:  # else a service that runs already would share its port
        port = alone.getsockname()[1]
    sockets = [_listening(settings.host, port, several=True) for _ in range(workers)]
    keep_log(settings.log)
    with shared_folder() as numbers:
        state = SharedState(slots_for(workers), workers)
        service = service_of(settings, state=state, numbers=numbers)
        config = _config(service, settings, state)

        def run(channel: socket.socket, supervisor: int) -> None:
            run_template(service.app, config, state, channel, supervisor)

        _announce(settings, sockets[0])
        Supervisor(index_folder(settings), sockets, state, numbers, run).run()


def _config(service: Service, settings: Settings, state: SharedState | None = None) -> uvicorn.Config:
    return uvicorn.Config(
        service.outermost,
        http=protocol_for(settings.proxies, state, service.names),
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        h11_max_incomplete_event_size=HEADER_BYTES,
        timeout_graceful_shutdown=STOP_SECONDS,
    )


def _announce(settings: Settings, listening: socket.socket) -> None:
    sys.stderr.write(announced(settings, listening.getsockname()[1]) + "\n")
    sys.stderr.flush()


def announced(settings: Settings, port: int) -> str:
    """One line that says what is served, and where."""
    index = index_folder(settings)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    where = f"http://{host}:{port}/ (Ctrl-C stops)"
    try:
        manifest = read_manifest(index.path(index.current_name()))
    except IndexUnusableError:
        return f"No index in {settings.index} yet: {where} answers once `lede-index build CONTENT` has made one."
    return f"Serving {manifest.articles:,} articles of {settings.index} at {where}"


def _listening(host: str, port: int, *, several: bool = False) -> socket.socket:
    """A socket that listens there."""
    try:
        return listening_socket(host, port, several=several)
    except OSError as taken:
        raise PortTakenError(
            f"{host} port {port} cannot be listened on: {taken.strerror or taken}.",
            "Stop what holds it, or choose another with --port.",
        ) from taken
