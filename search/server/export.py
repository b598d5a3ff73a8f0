"""Export of a whole result set, line by line, as JSON or CSV.

A core is taken for a piece at a time, never while the reader is waited for. A reader who takes a piece more slowly than
SLOWEST is left; one who takes nothing gives way to the next who wants his place.
"""

import logging
from collections.abc import AsyncIterator, Callable, Generator, Sequence
from contextlib import ExitStack
from datetime import datetime
from itertools import islice
from urllib.parse import urljoin

import msgspec
from anyio import fail_after
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

from search.api import csv as table
from search.api.params import CSV_WITH_BOM, export_from
from search.api.responses import HitAnswer, hit_answer
from search.errors import AbandonedError
from search.http.address import pairs_in
from search.http.admission import Capacity
from search.http.streams import Stream
from search.ports import Engine
from search.query.model import Query
from search.settings import Settings
from search.web.citation import Reference

MEDIA_TYPES = {
    "jsonl": "application/jsonl",
    "csv": "text/csv; charset=utf-8",
    CSV_WITH_BOM: "text/csv; charset=utf-8",
    "bibtex": "application/x-bibtex; charset=utf-8",
    "ris": "application/x-research-info-systems; charset=utf-8",
}
ENDINGS = {CSV_WITH_BOM: "csv", "bibtex": "bib"}
"""How a file of a format ends, where not by the format's name."""
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
                query, form = export_from(pairs, clock(), engine.declared())
                lines = export_lines(engine, query, form, settings.article_url, str(request.base_url))
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
        headers = {"Content-Disposition": f'attachment; filename="lede.{ENDINGS.get(form, form)}"'}
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
        except (TimeoutError, ClientDisconnect, AbandonedError):
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


def export_lines(
    engine: Engine, query: Query, form: str, article_url: str, home: str = ""
) -> Generator[bytes, None, None]:
    """The lines of an export. The first is the head of the table, empty for all but CSV; then every hit is found.

    `home` is the address of the service, which makes those of its own views absolute.
    """
    declared = tuple(engine.declared())
    head = table.head(declared)
    with engine.iterate(query) as hits:
        yield {"csv": head, CSV_WITH_BOM: table.BOM + head}.get(form, "").encode()
        for hit in hits:
            yield _written(hit_answer(hit, query, article_url), form, home, declared)


def _written(hit: HitAnswer, form: str, home: str, declared: Sequence[str]) -> bytes:
    if form == "jsonl":
        return msgspec.json.encode(hit) + b"\n"
    if form in ("csv", CSV_WITH_BOM):
        return table.line(hit, home, declared).encode("utf-8", "replace")
    publisher = (hit.source.name or hit.source.key) if hit.source else ""
    url = urljoin(home, hit.url)
    reference = Reference(hit.id, hit.title, getattr(hit, "authors", ()), publisher, hit.published or "", url)
    return (reference.bibtex() if form == "bibtex" else reference.ris()).encode("utf-8", "replace")
