"""Export of a whole result set, line by line, as JSON or CSV.

A core is taken for a piece at a time, never while the reader is waited for. A reader who takes a piece more slowly than
SLOWEST is left; one who takes nothing gives way to the next who wants his place.
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
from search.http.address import pairs_in
from search.http.admission import Capacity, Stream
from search.ports import Engine
from search.query.model import Query
from search.settings import Settings

MEDIA_TYPES = {"jsonl": "application/jsonl", "csv": "text/csv; charset=utf-8"}
PIECE = 100
"""Lines made at a time."""
STALLED = 10.0
"""Seconds that a reader may take for a piece, whatever its size."""
SLOWEST = 8_192
"""Bytes a second: beyond STALLED a reader may take as long as so slow a line needs."""
_log = logging.getLogger("lede.export")


def add_export(
    app: FastAPI, settings: Settings, engine: Engine, clock: Callable[[], datetime], capacity: Capacity
) -> None:
    """Serve whole result sets at /export, streamed."""

    @app.get("/export")
    async def export(request: Request) -> Response:
        pairs = pairs_in(request)
        with ExitStack() as held:
            stream = held.enter_context(capacity.stream())

            def begin() -> tuple[bytes, Generator[bytes, None, None], str]:
                query, form = export_from(pairs, clock())
                lines = export_lines(engine, query, form, settings.article_url)
                held.callback(lines.close)
                return _piece(lines), lines, form

            first, lines, form = await capacity.run(begin)  # what cannot be answered is refused before anything is sent
            if request.scope.get("lede.head"):
                lines.close()
            return _Stream(first, lines, capacity, stream, form, held.pop_all())


class _Stream(StreamingResponse):
    """Lines on their way; in the end, however it comes, everything that was `held` for them is let go."""

    def __init__(
        self,
        first: bytes,
        lines: Generator[bytes, None, None],
        capacity: Capacity,
        stream: Stream,
        form: str,
        held: ExitStack,
    ) -> None:
        headers = {"Content-Disposition": f'attachment; filename="lede.{form}"'}
        super().__init__(_pieces(first, lines, capacity), media_type=MEDIA_TYPES[form], headers=headers)
        self._stream = stream
        self._held = held

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def impatient(message: Message) -> None:
            with fail_after(STALLED + len(message.get("body", b"")) / SLOWEST):
                await send(message)
            self._stream.moved()

        try:
            with self._stream.scope:
                await super().__call__(scope, receive, impatient)
            if self._stream.scope.cancelled_caught:
                raise TimeoutError
        except (TimeoutError, ClientDisconnect):
            _log.info("An export was left: its reader went away, or took less than %d bytes a second.", SLOWEST)
        finally:
            self._held.close()


async def _pieces(first: bytes, lines: Generator[bytes, None, None], capacity: Capacity) -> AsyncIterator[bytes]:
    piece = first
    while piece:
        yield piece
        piece = await capacity.run(lambda: _piece(lines), begun=True)


def _piece(lines: Generator[bytes, None, None]) -> bytes:
    return b"".join(islice(lines, PIECE))


def export_lines(engine: Engine, query: Query, form: str, article_url: str) -> Generator[bytes, None, None]:
    """The lines of an export. The first is the head of the table, empty for JSON; then every hit is found."""
    with engine.iterate(query) as hits:
        yield table.head().encode() if form == "csv" else b""
        for hit in hits:
            answer = hit_answer(hit, query, article_url)
            yield table.line(answer).encode() if form == "csv" else msgspec.json.encode(answer) + b"\n"
