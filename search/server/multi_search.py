"""Searches asked by a JSON body, one or several in a request."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from fastapi import FastAPI, Request, Response

from search.api.params import pairs_of, query_from
from search.api.responses import MultiSearchAnswer, search_answer
from search.errors import RequestError, TooLargeError
from search.http.admission import Capacity
from search.http.etag import search_reply
from search.http.guard import MAX_BYTES
from search.messages import say
from search.ports import Engine
from search.query.fields import NOTHING_DECLARED, Declared
from search.query.model import MAX_SEARCHES, Query
from search.settings import Settings


def add_multisearch(
    app: FastAPI, settings: Settings, engine: Engine, clock: Callable[[], datetime], capacity: Capacity
) -> None:
    """Answer one search at POST /search, and several at POST /multi-search, all from one generation."""

    @app.post("/search")
    async def search(request: Request) -> Response:
        body = await _body(request)

        def answered() -> Response:
            queries = [posted_from(body, clock(), engine.declared())]
            return search_reply(request, _answer(engine, queries, settings.article_url).answers[0])

        return await capacity.run(answered)

    @app.post("/multi-search")
    async def multi_search(request: Request) -> Response:
        body = await _body(request)

        def answered() -> Response:
            answer = _answer(engine, queries_from(body, clock(), engine.declared()), settings.article_url)
            return Response(msgspec.json.encode(answer), media_type="application/json")

        return await capacity.run(answered)


def posted_from(body: bytes, now: datetime, declared: Declared = NOTHING_DECLARED) -> Query:
    """The query of a request's body. Raises RequestError."""
    try:
        search = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as unreadable:
        raise RequestError(say("body-no-search", why=str(unreadable)), say("send-search"), field="body") from unreadable
    return query_from(list(pairs_of(search)), now, declared)


def queries_from(body: bytes, now: datetime, declared: Declared = NOTHING_DECLARED) -> list[Query]:
    """The queries of a request's body. Raises RequestError; its field is the place in the list and the parameter."""
    try:
        searches = msgspec.json.decode(body, type=list[dict[str, Any]])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as unreadable:
        raise RequestError(
            say("body-no-searches", why=str(unreadable)), say("send-searches"), field="body"
        ) from unreadable
    if not 1 <= len(searches) <= MAX_SEARCHES:
        raise RequestError(
            say("searches-count", count=len(searches)), say("send-1-to", most=MAX_SEARCHES), field="body"
        )
    return [_query(place, search, now, declared) for place, search in enumerate(searches)]


def _query(place: int, search: dict[str, Any], now: datetime, declared: Declared) -> Query:
    try:
        return query_from(list(pairs_of(search)), now, declared)
    except RequestError as wrong:
        raise RequestError(wrong.public, wrong.public_remedy or "", field=f"[{place}].{wrong.field}") from wrong


async def _body(request: Request) -> bytes:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BYTES:
            raise TooLargeError(say("body-too-large", most=f"{MAX_BYTES:,}"), say("ask-less"), field="body")
    return body


def _answer(engine: Engine, queries: list[Query], article_url: str) -> MultiSearchAnswer:
    return MultiSearchAnswer([search_answer(results, article_url) for results in engine.searches(queries)])
