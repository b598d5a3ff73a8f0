"""The search page, whole without JavaScript: the archive's latest, answers, what is similar, one article, a refusal."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from anyio import to_thread
from fastapi import FastAPI, Request, Response
from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup
from msgspec.structs import replace

from search.api.params import PARAMETERS, query_from
from search.api.responses import ArticleAnswer, SearchAnswer, search_answer
from search.errors import AbandonedError, IndexUnusableError, LedeError
from search.http.address import MAX_PAIRS, pairs_in
from search.http.admission import Capacity
from search.http.clients import cookie
from search.http.problems import Problem, status_of
from search.http.query_log import QueryLog
from search.index.columns import MOST_VALUES
from search.ports import Engine
from search.query.fields import Declared, facets_of
from search.query.model import Query
from search.results import Results, Timeline
from search.settings import Settings
from search.times import Millis
from search.web.archive_summary import ArchiveSummaries
from search.web.branding import brand_of
from search.web.date_presets import ages, presets
from search.web.results_view import PAGE_PARAMETERS, hit_values, listing, remarks, translated, within
from search.web.static_files import modules_of, static_address
from search.web.translations import Texts, chosen, texts
from search.web.urls import Address

_UNASKING = (
    *("limit", "offset", "sort", "mode", "tz", "time", "fold", "alpha", "correct", "prefix", "explain", "facets"),
    *("strictness", "min_confidence"),
)
"""Parameters that ask nothing by themselves."""
_LATEST = (("sort", "newest"),)
"""What is shown to somebody who asked nothing yet."""
_KNOWN = frozenset({*PARAMETERS, *PAGE_PARAMETERS})
_OWN = ("facets", "explain", "fields")
"""Parameters of which the page says what it needs itself."""
_PREVIEWER = re.compile(
    r"(?<![\w-])(?:(?:facebookexternalhit|WhatsApp|Twitterbot|LinkedInBot|Discordbot|redditbot|Pinterest(?:bot)?|Viber"
    r"|Cardyb|Iframely|Embedly)/|(?:Facebot|Slackbot(?:-LinkExpanding)?|TelegramBot|SkypeUriPreview|vkShare)(?![\w-]))"
)
"""What services that show a shared link call themselves. Most take anything, and read HTML."""
_YEAR = 365 * 24 * 3600
_RETRY_SECONDS = 5


def add_page(
    app: FastAPI,
    settings: Settings,
    engine: Engine,
    clock: Callable[[], datetime],
    capacity: Capacity,
    log: QueryLog,
    summaries: ArchiveSummaries,
) -> None:
    """Serve the page at /."""

    def shown(request: Request) -> Response:
        pairs_in(request)
        address, spoken = address_of(request), spoken_in(request, settings)
        now, declared = clock(), engine.declared()
        asking = {*PARAMETERS, *declared}.difference(_UNASKING)
        home = not any(name in asking for name, _ in address.pairs)
        query = replace(
            _query(address, home, now, declared),
            prefix=request.query_params.get("prefix") == "true",
            reader_language=spoken.language,
        )
        summary = summaries.get(spoken.language, now)
        offered = ages(summary, query, now)
        moments = [age.begins for age in offered]
        results, answer, timeline = _ask(query, moments, within(address), settings, engine, log)
        values = listing(address, query, answer, timeline, spoken, home)
        dated = presets(address, query, spoken, summary, now, offered, timeline)
        return render(request, settings, "search.html", {**values, **dated, **remarks(results, spoken)})

    async def home(request: Request) -> Response:
        try:
            return await capacity.run(lambda: shown(request))
        except AbandonedError:
            raise
        except LedeError as wrong:
            refusal = wrong
        return await to_thread.run_sync(lambda: refusal_page(request, settings, refusal, status_of(refusal)))

    app.add_route("/", home, methods=["GET"], include_in_schema=False)  # FastAPI's own would read parameters once more


def wants_page(request: Request) -> bool:
    """Whether a browser asks, which names HTML first, or a service that shows what a shared link leads to."""
    accepted = request.headers.get("accept", "*/*")
    return accepted.startswith("text/html") or (accepted == "*/*" and _previews_links(request))


def by_caller(response: Response) -> Response:
    """A response to which `wants_page` decided whether it is a page: a cache must keep it apart from the other."""
    known = response.headers.get("vary", "").split(", ")
    for name in ("Accept", "User-Agent"):
        if name not in known:
            response.headers.add_vary_header(name)
    return response


def _previews_links(request: Request) -> bool:
    """Whether the caller calls itself one of the services that read Open Graph, and take anything."""
    return _PREVIEWER.search(request.headers.get("user-agent", "")) is not None


def similar_page(
    request: Request, settings: Settings, article: ArticleAnswer, answer: SearchAnswer, results: Results
) -> Response:
    """What is similar to an article."""
    values = {"article": article, "answer": answer, "first": 1}
    return render(request, settings, "similar.html", {**values, **remarks(results, spoken_in(request, settings))})


def refusal_page(request: Request, settings: Settings, wrong: LedeError, status: int) -> Response:
    """Why a question was not answered. What a reader cannot mend tells no path of the machine."""
    if isinstance(wrong, IndexUnusableError):
        return render(request, settings, "empty.html", {"status": status}, status)
    spoken = spoken_in(request, settings)
    said = [translated(text, spoken) for text in (wrong.public, wrong.public_remedy) if text]
    return render(request, settings, "problem.html", {"problem": said, "status": status}, status)


def problem_page(request: Request, settings: Settings, problem: Problem) -> Response:
    """Why something cannot be shown, and what to do."""
    said = [(text, "en") for text in (problem.detail or problem.title, problem.remedy) if text]
    return render(request, settings, "problem.html", {"problem": said, "status": problem.status}, problem.status)


def address_of(request: Request) -> Address:
    """The state that a request asks for; names without a value ask nothing, and others are not for the page.

    Links are shared with what others add to them, such as utm_source. What is linked to is a finished text.
    """
    pairs = request.query_params.multi_items()[:MAX_PAIRS]
    known = {*_KNOWN, *request.app.state.engine.declared()} - {"prefix"}
    return Address(tuple((name, value) for name, value in pairs if name in known and value.strip()))


def spoken_in(request: Request, settings: Settings) -> Texts:
    """The texts of the language that the reader wants, of those that the page offers."""
    asked, remembered = request.query_params.get("ui", ""), cookie(request.headers.get("cookie", ""), "ui")
    accepted = request.headers.get("accept-language", "")
    return texts(chosen(asked, remembered, accepted, brand_of(settings).languages))


def render(
    request: Request, settings: Settings, template: str, values: Mapping[str, Any], status: int = 200
) -> Response:
    """A template, filled in, in the reader's language, with the headers of every page."""
    address, spoken, brand = address_of(request), spoken_in(request, settings), brand_of(settings)
    every = {
        **hit_values(spoken, settings, address),
        "address": address,
        "form": dict(address.pairs),
        "kept": [pair for pair in address.without("q").pairs if pair[0] not in PAGE_PARAMETERS],
        "spoken": spoken,
        "brand": brand,
        "marked": Markup,
        "own_home": str(request.base_url),
        "static": static_address,
        "modules": modules_of("page.js"),
        "switch": [(code, _own_name(code), _saying(address, code)) for code in brand.languages],
        **values,
    }
    html = _environment(spoken.language).get_template(template).render(every)
    response = Response(
        html.encode("utf-8", "replace"),
        status_code=status,
        media_type="text/html; charset=utf-8",
        headers={
            "Content-Security-Policy": _policy(() if settings.image_cache else settings.image_hosts),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
            "Cache-Control": "no-cache",
            "Content-Language": spoken.language,
            "Vary": "Accept, Accept-Language, Cookie",
        },
    )
    if status == 503:
        response.headers["Retry-After"] = str(_RETRY_SECONDS)
    if request.query_params.get("ui", "") in brand.languages:
        response.set_cookie("ui", spoken.language, max_age=_YEAR, httponly=True, samesite="lax")
    return response


@cache
def _environment(language: str) -> Environment:
    spoken = texts(language)
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=select_autoescape(),
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,  # the templates change with the program only
    )
    environment.install_gettext_callables(  # type: ignore[attr-defined]
        spoken.gettext, spoken.ngettext, newstyle=True, pgettext=spoken.pgettext, npgettext=spoken.npgettext
    )
    return environment


def _query(address: Address, home: bool, now: datetime, declared: Declared) -> Query:
    pairs = [pair for pair in address.pairs if pair[0] not in (*PAGE_PARAMETERS, *_OWN)]
    asked = {name for name, _ in pairs}
    besides = [pair for pair in (*_LATEST, ("fold", "story")) if pair[0] not in asked and (home or pair[0] == "fold")]
    facets = ",".join(facets_of(declared))
    return query_from([*pairs, *besides, ("facets", facets), ("explain", "true")], now, declared)


def _ask(
    query: Query, moments: list[Millis], wanted: str, settings: Settings, engine: Engine, log: QueryLog
) -> tuple[Results, SearchAnswer, Timeline]:
    """The results, the answer made of them with of all tags those that contain the text wanted, and the timeline.

    The timeline has what there would be since each moment.
    """
    results, timeline = engine.overview(query, moments)
    log.note(query.text, results.took_ms, results.total.value)
    if wanted:
        own = [count for count in results.facets["tag"] if count.selected]
        found = engine.values(query, "tag", wanted, MOST_VALUES).values
        tags = (*own, *(count for count in found if not count.selected))
        results = replace(results, facets={**results.facets, "tag": tags})
    return results, search_answer(results, settings.article_url), timeline


def _own_name(code: str) -> str:
    return texts(code).pgettext("the name of the language of this catalogue", "English")


def _saying(address: Address, code: str) -> Address:
    return Address((*(pair for pair in address.pairs if pair[0] != "ui"), ("ui", code)))


def _policy(image_hosts: tuple[str, ...]) -> str:
    """Nothing from anywhere else but the cover images of the hosts that the settings name."""
    images = " ".join(["'self'", *(f"https://{host}" for host in image_hosts)])
    return (
        f"default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src {images}; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
