"""The HTTP application: routes that turn a query into JSON or a page."""

import logging
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from time import perf_counter
from typing import Any

import msgspec
from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect
from starlette.routing import Route

from search.api.params import beginning_from, query_from, timeline_from, values_from
from search.api.responses import (
    SearchAnswer,
    article_answer,
    search_answer,
    suggest_answer,
    timeline_answer,
    values_answer,
)
from search.errors import (
    AbandonedError,
    ArticleNotFoundError,
    IndexUnusableError,
    LedeError,
    NoGenerationError,
    RequestError,
)
from search.http.address import pairs_in
from search.http.admission import Capacity
from search.http.answer_cache import AnswerCache
from search.http.etag import WrittenAnswer, reply, search_reply, written, written_reply
from search.http.metrics import Metrics, add_metrics
from search.http.options import Options
from search.http.problems import RETRY_SECONDS, TITLES, Problem, problem_response, status_of
from search.http.query_log import QueryLog
from search.http.shared_state import SharedState
from search.mcp.server import McpOverHttp
from search.mcp.tools import Assistant
from search.messages import say
from search.ports import Engine
from search.process import give_back
from search.query.dates import counts_back
from search.query.model import MAX_TEXT, Query
from search.server.crawlers import add_crawlers
from search.server.export import add_export
from search.server.feeds import add_feeds
from search.server.multi_search import add_multisearch
from search.server.openapi import describe
from search.server.opensearch import add_opensearch
from search.settings import Settings
from search.tracing import count
from search.version import __version__
from search.web import pages
from search.web.api_page import add_api_page
from search.web.archive_summary import ArchiveSummaries
from search.web.article_view import article_page
from search.web.branding import brand_of
from search.web.help_page import add_help_page
from search.web.pictures import add_pictures
from search.web.static_files import add_static_files
from search.web.status_page import add_status_page
from search.web.widget import add_embed
from search.wiring import open_engine

WATCH_SECONDS = 1.0
"""How often a running service looks for a newer generation."""
_GZIP_LEVEL = 4
"""Ten hits, 22 KB, become 5.9 KB in 0.4 ms of a core; level 9 takes 0.5 ms for 2 % less."""
_log = logging.getLogger("lede.service")

Clock = Callable[[], datetime]


def create_app(
    settings: Settings,
    clock: Clock = lambda: datetime.now(UTC),
    metrics: Metrics | None = None,
    state: SharedState | None = None,
) -> FastAPI:
    """The service over the index of these settings. It starts also without one, and answers 503 until there is.

    It identifies nobody: `search.server.run` adds access control. Workers share one `state`.
    """
    metrics, state = metrics or Metrics(), state or SharedState()
    brand = brand_of(settings)
    searcher = open_engine(settings, clock)
    capacity = Capacity(deadline=settings.deadline, state=state)
    mcp = McpOverHttp(Assistant(searcher, clock, settings.article_url), capacity)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        stop = threading.Event()
        watched = searcher, metrics, stop, WATCH_SECONDS / state.workers, app.state.warmed
        watcher = threading.Thread(target=_watch, args=watched, name="lede-watch", daemon=True)
        watcher.start()
        capacity.listen()
        async with mcp.living():
            yield
        stop.set()
        watcher.join(timeout=2 * WATCH_SECONDS)
        searcher.close()

    app = FastAPI(title="Lede", version=__version__, lifespan=lifespan, docs_url=None, redoc_url=None)
    app.add_middleware(GZipMiddleware, minimum_size=1_000, compresslevel=_GZIP_LEVEL)
    app.state.engine, app.state.warmed = searcher, ("", [])
    metrics.watch(searcher)
    _add_problems(app, settings)
    log = QueryLog(settings.query_log, state)
    _add_search(app, settings, searcher, clock, capacity, log)
    _add_health(app, settings, searcher, capacity)
    add_export(app, settings, searcher, clock, capacity)
    add_feeds(app, settings, searcher, clock, capacity)
    add_multisearch(app, settings, searcher, clock, capacity)
    add_opensearch(app, brand.name)
    add_metrics(app, metrics)
    app.router.routes.append(Route("/mcp", mcp, include_in_schema=False))
    summaries = ArchiveSummaries(searcher)
    pages.add_page(app, settings, searcher, clock, capacity, log, summaries)
    add_help_page(app, settings, summaries, clock, capacity)
    add_api_page(app, settings, capacity)
    add_status_page(app, settings, searcher, clock, capacity, log)
    add_embed(app, settings)
    add_static_files(app, brand.files)
    add_pictures(app, settings, searcher, capacity)
    add_crawlers(app, settings, searcher, capacity)
    app.add_middleware(Options)
    describe(app, searcher.declared)
    return app


def _add_search(
    app: FastAPI, settings: Settings, searcher: Engine, clock: Clock, capacity: Capacity, log: QueryLog
) -> None:
    remembered: AnswerCache[WrittenAnswer] = AnswerCache()

    async def search(request: Request) -> Response:
        def answered() -> Response:
            started = perf_counter()
            query = query_from(pairs_in(request), clock(), searcher.declared())
            answer = _remembered(remembered, searcher, query, settings)
            took_ms = (perf_counter() - started) * 1000
            log.note(query.text, took_ms, answer.total)
            return written_reply(request, answer, took_ms)

        return await capacity.run(answered)

    # Asked more than all others, and FastAPI's own routes read parameters and bodies that this one reads itself.
    app.add_route("/search", search, methods=["GET"])

    @app.get("/timeline")
    async def timeline(request: Request) -> Response:
        def answered() -> Response:
            query = timeline_from(pairs_in(request), clock(), searcher.declared())
            return _reply(request, timeline_answer(searcher.timeline(query)))

        return await capacity.run(answered)

    @app.get("/suggest")
    async def suggest(request: Request) -> Response:
        def answered() -> Response:
            text, limit = beginning_from(pairs_in(request))
            return _reply(request, suggest_answer(searcher.suggest(text, limit)))

        return await capacity.run(answered)

    @app.get("/facets/{name}")
    async def values(name: str, request: Request) -> Response:
        def answered() -> Response:
            asked = values_from(name, pairs_in(request), clock(), searcher.declared())
            return _reply(request, values_answer(searcher.values(asked.query, asked.of, asked.text, asked.limit)))

        return await capacity.run(answered)

    @app.get("/similar/{article_id:path}")
    async def similar(article_id: str, request: Request) -> Response:
        def answered() -> Response:
            pairs = [pair for pair in pairs_in(request) if pair[0] != "q"]
            query = query_from([("q", article_id[:MAX_TEXT]), *pairs], clock(), searcher.declared())
            results = searcher.similar(article_id, query)
            answer = search_answer(results, settings.article_url)
            if pages.wants_page(request):
                found = article_answer(searcher.article(article_id), settings.article_url)
                return pages.by_caller(pages.similar_page(request, settings, found, answer, results))
            return pages.by_caller(search_reply(request, answer))

        return await capacity.run(answered)

    @app.get("/articles/{article_id:path}")
    async def article(article_id: str, request: Request) -> Response:
        def answered() -> Response:
            if pages.wants_page(request):
                return pages.by_caller(article_page(request, settings, searcher, article_id, clock()))
            return pages.by_caller(_reply(request, article_answer(searcher.article(article_id), settings.article_url)))

        return await capacity.run(answered)


def _add_health(app: FastAPI, settings: Settings, searcher: Engine, capacity: Capacity) -> None:
    """Whether the process lives and what it serves: answered on the event loop, so that nobody waits for it.

    What a stranger has no business to know is told who has an admin key, or on this machine alone.
    """

    @app.get("/health")
    async def health(request: Request) -> Response:
        return _json({"status": "ok", "trouble": _trouble(searcher, request)})

    @app.get("/ready")
    async def ready(request: Request) -> Response:
        if searcher.status().generation is None:  # nobody can be answered yet, so nobody is kept waiting
            with suppress(IndexUnusableError):
                await capacity.run(searcher.refresh)
        served = searcher.status().generation
        if served is None:
            raise NoGenerationError(say("no-generation", name=settings.index.name), say("build-one"))
        built = datetime.fromisoformat(served.built)
        told = {
            "status": "ready",
            "generation": served.name,
            "built": served.built,
            "age_seconds": int((datetime.now(UTC) - built).total_seconds()),
            "articles": served.articles,
            "passages": served.passages,
            "languages": served.languages,
            "model_languages": served.model_languages,
            "unknown_to_model": served.unknown_to_model,
        }
        if _tells_all(request):
            told |= {"rejected": len(served.rejected), "drafts": served.drafts}
        return _json({**told, "trouble": _trouble(searcher, request)})


def _tells_all(request: Request) -> bool:
    """Whether the guard found that this client may know of the service itself; without a guard everybody may."""
    return bool(request.scope.get("lede.admin", True))


def _trouble(searcher: Engine, request: Request) -> str | None:
    """Why an older generation is served, for who may know; else only that it is."""
    trouble = searcher.status().last_error
    if trouble is None:
        return None
    return str(trouble) if _tells_all(request) else str(say("older-generation"))


def _remembered(kept: AnswerCache[WrittenAnswer], searcher: Engine, query: Query, settings: Settings) -> WrittenAnswer:
    """The answer to a query: the one that was given before, as long as nothing changed that it depends on."""
    edition = searcher.edition(query)
    found = kept.get(query, edition) if edition is not None else None
    if found is not None:
        count("repeated")
        if found.meant:
            count("remembered")  # its vector need not be made either
        if not found.total:
            count("empty")
        return found
    answer = search_answer(searcher.search(query), settings.article_url)
    told = written(answer)
    if edition is not None and _lasts(answer) and searcher.edition(query) == edition:
        kept.put(query, edition, told)
    return told


def _lasts(answer: SearchAnswer) -> bool:
    """Whether the answer is whole, and no time was read out of words that were put right."""
    corrected = answer.query.corrected
    return not answer.degraded and (corrected is None or not counts_back(corrected.answered))


def _reply(request: Request, answer: object) -> Response:
    return reply(request, msgspec.json.encode(answer))


def _json(value: object, status: int = 200) -> Response:
    return Response(msgspec.json.encode(value), status_code=status, media_type="application/json")


def _add_problems(app: FastAPI, settings: Settings) -> None:
    """Every error as application/problem+json, or as a page to a browser; with its remedy, no traceback and no path."""

    def told(request: Request, problem: Problem, headers: Any = None) -> Response:
        if pages.wants_page(request):
            return pages.by_caller(pages.problem_page(request, settings, problem))
        return pages.by_caller(problem_response(problem, headers))

    @app.exception_handler(LedeError)
    def foreseen(request: Request, error: LedeError) -> Response:
        status = status_of(error)
        if pages.wants_page(request):
            return pages.by_caller(pages.refusal_page(request, settings, error, status))
        field = error.field if isinstance(error, RequestError) else ""
        what, remedy = error.told(everything=_tells_all(request))
        problem = Problem(
            TITLES[status], status, detail=str(what), field=field, remedy=str(remedy or ""), code=what.code
        )
        return told(request, problem, {"Retry-After": RETRY_SECONDS} if status == 429 else None)

    @app.exception_handler(HTTPException)
    def of_http(request: Request, error: HTTPException) -> Response:
        if pages.wants_page(request) and error.status_code == 404:
            return pages.by_caller(
                pages.refusal_page(request, settings, ArticleNotFoundError(say("nothing-here")), 404)
            )
        return told(request, Problem(str(error.detail), error.status_code), error.headers)

    @app.exception_handler(AbandonedError)
    @app.exception_handler(ClientDisconnect)
    def gone(_: Request, __: Exception) -> Response:
        return problem_response(Problem("The client went away", 400))  # nobody reads it; the log does

    @app.exception_handler(Exception)
    def unforeseen(request: Request, error: Exception) -> Response:
        _log.error("Unforeseen error in %s", request.url.path, exc_info=error)
        return told(request, Problem("Internal error", 500, detail="This is a fault of Lede's; its log tells more."))


def _watch(
    searcher: Engine, metrics: Metrics, stop: threading.Event, counted: float, before: tuple[str, list[str]]
) -> None:
    """Notice newer generations, so that no query waits for one to be opened, nor for its model.

    `counted` are the seconds that one look counts for; `before` is what `warm_up` gave already.
    """
    warmed, troubles = before
    for _ in _ticks(stop):
        status = searcher.status()
        if troubles or status.last_error or status.generation is None:
            metrics.degraded(counted)
        try:
            searcher.refresh()
            warmed, troubles = warm_up(searcher, warmed, troubles)
        except IndexUnusableError:
            continue  # nothing to serve yet; /ready says so
        except Exception:
            _log.exception("Looking for a newer generation failed")


def _ticks(stop: threading.Event) -> Iterator[None]:
    yield None
    while not stop.wait(WATCH_SECONDS):
        yield None


def warm_up(searcher: Engine, warmed: str, troubles: list[str]) -> tuple[str, list[str]]:
    """Load what a generation's first questions need, if it is not the one warmed before; gives its name.

    And what cannot serve.
    """
    from search.query import grammar  # with it Whoosh, which reads the query language

    served = searcher.status().generation
    if served is not None and served.name != warmed:
        grammar.read("warm")
        troubles = searcher.warm()
        give_back()  # what loading took, and what the generation before held
        for trouble in troubles:
            _log.error("%s", trouble)
    return served.name if served else "", troubles
