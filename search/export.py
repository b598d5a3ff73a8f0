"""How does a whole result set leave, line by line, as JSON or as CSV?"""

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import chain

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.responses import StreamingResponse

from search import table
from search.hybrid import HybridEngine
from search.query import Query
from search.request import export_from
from search.settings import Settings
from search.wire import hit_answer

MEDIA_TYPES = {"jsonl": "application/jsonl", "csv": "text/csv; charset=utf-8"}


def add_export(app: FastAPI, settings: Settings, engine: HybridEngine, clock: Callable[[], datetime]) -> None:
    """Serve whole result sets at /export, streamed."""

    @app.get("/export")
    def export(request: Request) -> Response:
        query, form = export_from(request.query_params.multi_items(), clock())
        lines = export_lines(engine, query, form, settings.article_url)
        first = next(lines)  # what cannot be answered is refused before anything is sent
        return StreamingResponse(
            chain([first], lines) if first else lines,
            media_type=MEDIA_TYPES[form],
            headers={"Content-Disposition": f'attachment; filename="lede.{form}"'},
        )


def export_lines(engine: HybridEngine, query: Query, form: str, article_url: str) -> Iterator[bytes]:
    """The lines of an export. The first is the head of the table, empty for JSON; then every hit is found."""
    with engine.everything(query) as hits:
        yield table.head().encode() if form == "csv" else b""
        for hit in hits:
            answer = hit_answer(hit, query, article_url)
            yield table.line(answer).encode() if form == "csv" else msgspec.json.encode(answer) + b"\n"
