"""How is a search asked by a body of JSON, and how are several in one request?"""

from collections.abc import Callable, Iterator
from datetime import datetime
from time import perf_counter
from typing import Any

import msgspec
from fastapi import FastAPI, Request, Response

from search.capacity import Capacity
from search.errors import RequestError, TooLargeError
from search.hybrid import HybridEngine
from search.query import MAX_SEARCHES, Query
from search.reply import search_reply
from search.request import query_from
from search.settings import Settings
from search.wire import MultiSearchAnswer, search_answer

MAX_BYTES = 1 << 18
"""Bytes of one request: more than so many searches of the longest text take."""
_REMEDY_OF_ONE = 'Send {"q": "…", "source": ["…"]}, with the parameters of GET /search.'
_REMEDY = 'Send [{"q": "…", "source": ["…"]}, …], with the parameters of /search.'


def add_multisearch(
    app: FastAPI, settings: Settings, engine: HybridEngine, clock: Callable[[], datetime], capacity: Capacity
) -> None:
    """Answer one search at POST /search, and several at POST /multi-search, all from one generation."""

    @app.post("/search")
    async def search(request: Request) -> Response:
        query = posted_from(await _body(request), clock())
        return await capacity.run(
            lambda: search_reply(request, _answer(engine, [query], settings.article_url).answers[0])
        )

    @app.post("/multi-search")
    async def multi_search(request: Request) -> Response:
        queries = queries_from(await _body(request), clock())
        answer = await capacity.run(lambda: _answer(engine, queries, settings.article_url))
        return Response(msgspec.json.encode(answer), media_type="application/json")


def posted_from(body: bytes, now: datetime) -> Query:
    """The query of a request's body. Raises RequestError."""
    try:
        search = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as unreadable:
        raise RequestError(f"The body is no search: {unreadable}.", _REMEDY_OF_ONE, field="body") from unreadable
    return query_from(list(pairs_of(search)), now)


def queries_from(body: bytes, now: datetime) -> list[Query]:
    """The queries of a request's body. Raises RequestError; its field is the place in the list and the parameter."""
    try:
        searches = msgspec.json.decode(body, type=list[dict[str, Any]])
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as unreadable:
        raise RequestError(f"The body is no list of searches: {unreadable}.", _REMEDY, field="body") from unreadable
    if not 1 <= len(searches) <= MAX_SEARCHES:
        raise RequestError(f"There are {len(searches)} searches.", f"Send 1 to {MAX_SEARCHES}.", field="body")
    return [_query(place, search, now) for place, search in enumerate(searches)]


def _query(place: int, search: dict[str, Any], now: datetime) -> Query:
    try:
        return query_from(list(pairs_of(search)), now)
    except RequestError as wrong:
        raise RequestError(wrong.problem, wrong.remedy, field=f"[{place}].{wrong.field}") from wrong


def pairs_of(search: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The names and values as they would stand in a URL: a list names several, null nothing."""
    for name, value in search.items():
        if name == "facets" and isinstance(value, list):
            yield name, ",".join(map(str, value))
            continue
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, bool):
                yield name, "true" if one else "false"
            elif isinstance(one, str | int):
                yield name, str(one)
            elif one is not None:
                raise RequestError(f"{name} is {one!r}.", "Give a text, a number, true, false or a list.", field=name)


async def _body(request: Request) -> bytes:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MAX_BYTES:
            raise TooLargeError(f"The body has more than {MAX_BYTES:,} bytes.", "Ask for less.", field="body")
    return body


def _answer(engine: HybridEngine, queries: list[Query], article_url: str) -> MultiSearchAnswer:
    started = perf_counter()
    found = engine.searches(queries)
    took = (perf_counter() - started) * 1000 / len(queries)
    return MultiSearchAnswer([search_answer(results, took, article_url) for results in found])
