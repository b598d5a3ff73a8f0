"""Status page: the served generation, its rejections, and earlier builds."""

from collections.abc import Callable
from datetime import datetime

from fastapi import FastAPI, Request, Response

from search.errors import IndexUnusableError
from search.http.admission import Capacity
from search.http.query_log import QueryLog
from search.ports import Engine
from search.settings import Settings
from search.web.pages import render, spoken_in
from search.web.results_view import translated

_SHOWN = 20
"""Slow and empty questions shown."""
_REJECTIONS = 200
"""Rejections shown; the rest is counted."""


def add_status_page(
    app: FastAPI,
    settings: Settings,
    engine: Engine,
    clock: Callable[[], datetime],
    capacity: Capacity,
    log: QueryLog,
) -> None:
    """Serve /status. It names no path of the machine."""

    def told(request: Request) -> Response:
        status = engine.status()
        if (served := status.generation) is None:
            raise IndexUnusableError("No generation is open yet.", "Ask again in a moment, or build an index.")
        values = {
            "served": served,
            "age_hours": int((clock() - datetime.fromisoformat(served.built)).total_seconds() // 3600),
            "unknown": served.unknown_to_model,
            "trouble": status.last_error and translated(status.last_error, spoken_in(request, settings)),
            "rejections": served.rejected[:_REJECTIONS],
            "builds": engine.history(),
            "log": log,
            "slowest": log.slowest(_SHOWN),
            "empty": log.empty(_SHOWN),
        }
        return render(request, settings, "status.html", values)

    @app.get("/status", include_in_schema=False)
    async def status(request: Request) -> Response:
        return await capacity.run(lambda: told(request))
