"""How does a whole result set leave, line by line, as JSON or as CSV?

A core is taken for a piece at a time, never while the reader is waited for; who reads nothing for STALLED seconds is
left.
"""

import logging
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import ExitStack
from datetime import datetime
from itertools import islice

import msgspec
from anyio import fail_after
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

from search.api import csv as table
from search.api.params import export_from
from search.api.responses import hit_answer
from search.engine.engine import EmbeddedEngine
from search.http.admission import Capacity
from search.query.model import Query
from search.settings import Settings

MEDIA_TYPES = {"jsonl": "application/jsonl", "csv": "text/csv; charset=utf-8"}
PIECE = 100
"""Lines made at a time."""
STALLED = 60.0
"""Seconds that a reader may take for a piece."""
_log = logging.getLogger("lede.export")


def add_export(
    app: FastAPI, settings: Settings, engine: EmbeddedEngine, clock: Callable[[], datetime], capacity: Capacity
) -> None:
    """Serve whole result sets at /export, streamed."""

    @app.get("/export")
    async def export(request: Request) -> Response:
        query, form = export_from(request.query_params.multi_items(), clock())
        with ExitStack() as held:
            held.enter_context(capacity.stream())
            lines = export_lines(engine, query, form, settings.article_url)
            held.callback(lines.close)
            first = await capacity.run(
                lambda: _piece(lines)
            )  # what cannot be answered is refused before anything is sent
            return _Stream(first, lines, capacity, MEDIA_TYPES[form], f"lede.{form}", held.pop_all())


class _Stream(StreamingResponse):
    """Lines on their way; in the end, however it comes, everything that was `held` for them is let go."""

    def __init__(
        self,
        first: bytes,
        lines: Generator[bytes, None, None],
        capacity: Capacity,
        media_type: str,
        name: str,
        held: ExitStack,
    ) -> None:
        disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
        super().__init__(_pieces(first, lines, capacity), media_type=media_type, headers=disposition)
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def impatient(message: Message) -> None:
            with fail_after(STALLED):
                await send(message)

        try:
            await super().__call__(scope, receive, impatient)
        except (TimeoutError, ClientDisconnect):
            _log.info("An export was left: its reader went away, or read nothing for %d seconds.", STALLED)
        finally:
            self._held.close()


async def _pieces(first: bytes, lines: Generator[bytes, None, None], capacity: Capacity) -> AsyncIterator[bytes]:
    piece = first
    while piece:
        yield piece
        piece = await capacity.run(lambda: _piece(lines), begun=True)


def _piece(lines: Generator[bytes, None, None]) -> bytes:
    return b"".join(islice(lines, PIECE))


def export_lines(engine: EmbeddedEngine, query: Query, form: str, article_url: str) -> Generator[bytes, None, None]:
    """The lines of an export. The first is the head of the table, empty for JSON; then every hit is found."""
    with engine.iterate(query) as hits:
        yield table.head().encode() if form == "csv" else b""
        for hit in hits:
            answer = hit_answer(hit, query, article_url)
            yield table.line(answer).encode() if form == "csv" else msgspec.json.encode(answer) + b"\n"
