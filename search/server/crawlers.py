"""What search engines and other crawlers are told: robots.txt, and a sitemap of the articles that are read here."""

from urllib.parse import quote
from xml.etree import ElementTree  # XML is written here, none is read  # nosec B405

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException

from search.http.admission import Capacity
from search.http.etag import reply
from search.ports import Engine
from search.results import ArticleAddress
from search.settings import Settings
from search.times import iso

PAGE_SIZE = 10_000
"""Articles of one sitemap; the protocol admits 50,000."""
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_ENDLESS = (
    "/*?",
    "/search",
    "/export",
    "/suggest",
    "/timeline",
    "/facets/",
    "/multi-search",
    "/similar/",
    "/feed.",
    "/mcp",
    "/status",
    "/docs",
    "/metrics",
)
"""Addresses without end, which hold nothing that the pages of the articles do not (`*` as RFC 9309 has it)."""


def add_crawlers(app: FastAPI, settings: Settings, engine: Engine, capacity: Capacity) -> None:
    """Serve /robots.txt, and /sitemap.xml where the setting `sitemap` is on and articles are read here."""
    listed = settings.sitemap and not settings.article_url

    @app.get("/robots.txt", include_in_schema=False)
    async def robots(request: Request) -> Response:
        home = str(request.base_url) if listed else ""
        return reply(request, robots_txt(home).encode(), "text/plain; charset=utf-8")

    @app.get("/sitemap.xml", include_in_schema=False)
    async def index(request: Request) -> Response:
        _require(listed)
        pages = await capacity.run(lambda: -(-engine.addresses(0, 0).total // PAGE_SIZE))
        return reply(request, sitemap_index(str(request.base_url), pages), "application/xml")

    @app.get("/sitemap-{number}.xml", include_in_schema=False)
    async def page(number: int, request: Request) -> Response:
        _require(listed and number >= 1)

        def answered() -> Response:
            found = engine.addresses((number - 1) * PAGE_SIZE, PAGE_SIZE).articles
            _require(bool(found))
            return reply(request, sitemap(str(request.base_url), found), "application/xml")

        return await capacity.run(answered)


def robots_txt(home: str) -> str:
    """The rules of the service at `home`, which ends with a slash; without one no sitemap is named."""
    rules = ["User-agent: *", "Allow: /$", *(f"Disallow: {path}" for path in _ENDLESS)]
    return "\n".join([*rules, *(["", f"Sitemap: {home}sitemap.xml"] if home else []), ""])


def sitemap_index(home: str, pages: int) -> bytes:
    """The sitemaps of the service at `home`, numbered from 1."""
    root = ElementTree.Element("sitemapindex", xmlns=_NAMESPACE)
    for number in range(1, pages + 1):
        _add(_add(root, "sitemap"), "loc", f"{home}sitemap-{number}.xml")
    return _written(root)


def sitemap(home: str, articles: list[ArticleAddress]) -> bytes:
    """A sitemap of articles, each with the time it was touched last, where that is known."""
    root = ElementTree.Element("urlset", xmlns=_NAMESPACE)
    for article in articles:
        url = _add(root, "url")
        _add(url, "loc", f"{home}articles/{quote(article.id)}")
        if article.touched is not None:
            _add(url, "lastmod", iso(article.touched))
    return _written(root)


def _require(there: bool) -> None:
    if not there:
        raise HTTPException(404, "There is no such sitemap.")


def _add(parent: ElementTree.Element, name: str, text: str = "") -> ElementTree.Element:
    child = ElementTree.SubElement(parent, name)
    child.text = text
    return child


def _written(root: ElementTree.Element) -> bytes:
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written
