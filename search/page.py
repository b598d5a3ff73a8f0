"""The search page, whole without JavaScript: a form, filters as links with counts, answers, one article."""

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from time import perf_counter
from urllib.parse import urlencode

from fastapi import FastAPI, Request, Response
from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup

from search.capacity import Capacity
from search.errors import RequestError
from search.hybrid import HybridEngine
from search.request import FEED_PARAMETERS, PARAMETERS, query_from
from search.settings import Settings
from search.terminal import notes
from search.wire import ArticleAnswer, SearchAnswer, search_answer

_FACETS = {"source": "source", "sentiment": "sentiment", "language": "lang", "tag": "tag"}
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_SHOWN_VALUES = 12

Pairs = list[tuple[str, str]]

_environment = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "web" / "templates"), autoescape=select_autoescape()
)


def add_page(
    app: FastAPI, settings: Settings, engine: HybridEngine, clock: Callable[[], datetime], capacity: Capacity
) -> None:
    """Serve the page at /."""

    @app.get("/", include_in_schema=False)
    async def home(request: Request) -> Response:
        pairs = [(name, value) for name, value in request.query_params.multi_items() if value.strip()]
        try:
            answer = await capacity.run(lambda: _ask(pairs, settings, engine, clock))
        except RequestError as wrong:
            return _page("search.html", {"pairs": pairs, "problem": str(wrong), "form": dict(pairs)}, status=422)
        return _page("search.html", _shown(pairs, answer))


def wants_page(request: Request) -> bool:
    """Whether a browser asks: it names HTML first."""
    return request.headers.get("accept", "").startswith("text/html")


def article_page(article: ArticleAnswer) -> Response:
    """One whole article, as text."""
    return _page("article.html", {"article": article, "paragraphs": article.text.split("\n\n")})


def _ask(pairs: Pairs, settings: Settings, engine: HybridEngine, clock: Callable[[], datetime]) -> SearchAnswer | None:
    if not any(name in PARAMETERS and name not in ("limit", "offset", "sort", "mode", "tz") for name, _ in pairs):
        return None
    query = query_from([*pairs, ("facets", ",".join(_FACETS))], clock())
    started = perf_counter()
    return search_answer(engine.search(query), (perf_counter() - started) * 1000, settings.article_url)


def _shown(pairs: Pairs, answer: SearchAnswer | None) -> Mapping[str, object]:
    if answer is None:
        return {"pairs": pairs, "form": {}}
    given = dict(pairs)
    offset, limit = int(given.get("offset", 0)), int(given.get("limit", 10))
    following = offset + limit
    first = [pair for pair in pairs if pair[0] != "offset"]
    return {
        "pairs": pairs,
        "form": given,
        "answer": answer,
        "marked": Markup,
        "notes": notes(answer),
        "facets": [(facet, _FACETS[facet], counts[:_SHOWN_VALUES]) for facet, counts in answer.facets.items()],
        "toggle": lambda name, value: _toggled(pairs, name, value),
        "corrected": _with(first, "q", answer.did_you_mean) if answer.did_you_mean else None,
        "feed": "/feed.atom?"
        + urlencode([pair for pair in pairs if pair[0] in FEED_PARAMETERS and pair[0] != "limit"]),
        "earlier": _with(pairs, "offset", str(max(0, offset - limit))) if offset else None,
        "later": _with(pairs, "offset", str(following)) if following < answer.total.value else None,
    }


def _toggled(pairs: Pairs, name: str, value: str) -> str:
    """The address with a filter added, or taken away if it is there; from the first hit on."""
    rest = [pair for pair in pairs if pair[0] != "offset"]
    kept = [pair for pair in rest if (pair[0], pair[1].casefold()) != (name, value.casefold())]
    return "?" + urlencode(kept if len(kept) < len(rest) else [*rest, (name, value)])


def _with(pairs: Pairs, name: str, value: str) -> str:
    return "?" + urlencode([*(pair for pair in pairs if pair[0] != name), (name, value)])


def _page(template: str, values: Mapping[str, object], status: int = 200) -> Response:
    html = _environment.get_template(template).render(values)
    return Response(
        html.encode("utf-8", "replace"),
        status_code=status,
        media_type="text/html; charset=utf-8",
        headers={
            "Content-Security-Policy": _POLICY,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
        },
    )
