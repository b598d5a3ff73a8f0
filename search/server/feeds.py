"""Feeds of a query, as Atom (RFC 4287) and as JSON Feed 1.1."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode, urljoin
from xml.etree import ElementTree  # XML is written here, none is read  # nosec B405

import msgspec
from fastapi import FastAPI, Request, Response

from search.api.params import FEED_PARAMETERS, feed_from
from search.api.responses import HitAnswer, SearchAnswer, search_answer
from search.hits.snippet import plain
from search.http.address import pairs_in
from search.http.admission import Capacity
from search.http.etag import reply
from search.ports import Engine
from search.settings import Settings

ATOM = "http://www.w3.org/2005/Atom"
JSON_FEED = "https://jsonfeed.org/version/1.1"
UNDATED = "1970-01-01T00:00:00Z"
"""What Atom is told of an entry that says no time: it asks for one, and it must be the same every day."""
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What may not stand in XML 1.0, even escaped."""


@dataclass(frozen=True, slots=True)
class Feed:
    """An answer on its way out as a feed, and where it lives."""

    answer: SearchAnswer
    url: str
    """Its own address, with the question."""
    home: str
    """The address of the service."""
    question: str = ""
    """The question, as it stands in an address."""
    name: str = "Lede"
    """What the archive is called."""

    @property
    def page(self) -> str:
        """The address of the page that shows the same."""
        return _with(self.home, self.question)

    @property
    def title(self) -> str:
        """What it is about: the text, and how it was put right, else the filters."""
        query = self.answer.query
        text = f"{query.text.strip()} → {query.corrected.answered.strip()}" if query.corrected else query.text.strip()
        filters = ", ".join(f"{name}: {' '.join(values)}" for name, values in query.filters.items())
        return " · ".join(part for part in (self.name, text, filters) if part)

    @property
    def updated(self) -> str:
        """When the newest of its entries was touched."""
        return max((_touched(hit) for hit in self.answer.hits), default=UNDATED)


def add_feeds(
    app: FastAPI, settings: Settings, engine: Engine, clock: Callable[[], datetime], capacity: Capacity
) -> None:
    """Serve any query as /feed.atom and /feed.json."""

    def asked(request: Request) -> Feed:
        declared = engine.declared()
        query = feed_from(pairs_in(request), clock(), declared)
        answer = search_answer(engine.search(query), settings.article_url)
        pairs = request.query_params.multi_items()
        kept = urlencode([pair for pair in pairs if pair[0] in FEED_PARAMETERS or pair[0] in declared])
        own = _with(str(request.url.replace(query="")), kept)
        return Feed(answer, own, str(request.base_url), kept, settings.site_name)

    @app.get("/feed.atom")
    async def as_atom(request: Request) -> Response:
        return await capacity.run(lambda: reply(request, atom(asked(request)), "application/atom+xml"))

    @app.get("/feed.json")
    async def as_json(request: Request) -> Response:
        def answered() -> Response:
            return reply(request, msgspec.json.encode(json_feed(asked(request))), "application/feed+json")

        return await capacity.run(answered)


def atom(feed: Feed) -> bytes:
    """The feed as Atom."""
    root = ElementTree.Element("feed", xmlns=ATOM)
    _add(root, "id", feed.url)
    _add(root, "title", feed.title)
    _add(root, "updated", feed.updated)
    _add(root, "link", rel="self", type="application/atom+xml", href=feed.url)
    _add(root, "link", rel="alternate", type="text/html", href=feed.page)
    _add(_add(root, "author"), "name", feed.name)
    _add(root, "generator", "Lede")
    for hit in feed.answer.hits:
        _entry(_add(root, "entry"), hit, feed.home)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def json_feed(feed: Feed) -> dict[str, object]:
    """The feed as JSON Feed."""
    return {
        "version": JSON_FEED,
        "title": feed.title,
        "home_page_url": feed.page,
        "feed_url": feed.url,
        "items": [_item(hit, feed.home) for hit in feed.answer.hits],
    }


def _entry(entry: ElementTree.Element, hit: HitAnswer, home: str) -> None:
    _add(entry, "id", _identity(hit))
    _add(entry, "title", hit.title)
    _add(entry, "updated", _touched(hit))
    if hit.published:
        _add(entry, "published", hit.published)
    _add(entry, "link", rel="alternate", href=urljoin(home, hit.url), **_language(hit, "hreflang"))
    _add(entry, "summary", _summary(hit))
    if hit.source:
        _add(_add(entry, "author"), "name", hit.source.name or hit.source.key)
    for tag in hit.tags:
        _add(entry, "category", term=tag)
    for name, value in hit.custom.items():
        for term in value if isinstance(value, list) else [str(value)]:
            _add(entry, "category", term=term, scheme=f"urn:lede:field:{name}")


def _item(hit: HitAnswer, home: str) -> dict[str, object]:
    item = {
        "id": _identity(hit),
        "url": urljoin(home, hit.url),
        "title": hit.title,
        "content_text": _summary(hit),
        "image": hit.image,
        "date_published": hit.published,
        "date_modified": hit.updated,
        "tags": hit.tags,
        "authors": [{"name": hit.source.name or hit.source.key}] if hit.source else None,
        "language": hit.language,
        "_lede": {"custom": hit.custom} if hit.custom else None,
    }
    return {name: value for name, value in item.items() if value or name == "content_text"}


def _with(address: str, question: str) -> str:
    return f"{address}?{question}" if question else address


def _identity(hit: HitAnswer) -> str:
    """What stays the same wherever the service lives and whatever the site calls the article."""
    return f"urn:lede:{quote(hit.id)}"


def _touched(hit: HitAnswer) -> str:
    return hit.updated or hit.published or UNDATED


def _summary(hit: HitAnswer) -> str:
    return hit.description or plain(hit.snippet)


def _language(hit: HitAnswer, name: str) -> dict[str, str]:
    return {name: hit.language} if hit.language else {}


def _add(parent: ElementTree.Element, name: str, text: str = "", **attributes: str) -> ElementTree.Element:
    clean = {attribute: _FORBIDDEN.sub("", value) for attribute, value in attributes.items()}
    child = ElementTree.SubElement(parent, name, clean)
    child.text = _FORBIDDEN.sub("", text)
    return child
