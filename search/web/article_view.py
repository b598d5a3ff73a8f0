"""The page that an article is read on: its body, the way back to the results, and what else there is on the matter."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode, urljoin

from fastapi import Request, Response

from search.api.params import query_from
from search.api.responses import url_of
from search.article import Article
from search.errors import RequestError
from search.ports import Engine
from search.query.fields import Declared
from search.query.model import Query
from search.results import Hit, Reading
from search.settings import Settings
from search.times import iso
from search.web.article_body import LEAST_OUTLINE, ArticleBody, paragraphs_html, render_body
from search.web.citation import Reference
from search.web.pages import address_of, render, spoken_in
from search.web.pictures import COVER, picture_address, pictures_in
from search.web.translations import Texts, own_name
from search.web.urls import Address, article_address

SIMILAR = 5
"""How many similar articles stand beside one."""
_WORD = re.compile(r"\w+")
_REPEATED = 0.8
"""A description of which the text's beginning has this share of the words says nothing new."""
_DESCRIPTION = 200
"""Characters of a description that is made from the text."""


def article_page(request: Request, settings: Settings, engine: Engine, article_id: str, now: datetime) -> Response:
    """One whole article, as it was found: the query in the box and marked, the passage that answered marked.

    Raises ArticleNotFoundError.
    """
    state, spoken = _state(request), spoken_in(request, settings)
    reading = engine.read(article_id, _query(state, now, engine.declared()))
    article = reading.article
    similar = _similar(engine, reading, now)
    own = _own(request, article.id)
    address = url_of(article, settings.article_url)
    original = address if not address.startswith("/articles/") else ""
    published = iso(article.published) if article.published is not None else ""
    body = _body(reading, settings, spoken, _asked_passage(request, article))
    values = {
        "article": article,
        "published": published,
        "updated": _updated(article),
        "body": body.html,
        "outline": body.outline if len(body.outline) >= LEAST_OUTLINE else (),
        "lead": article.description if _adds(article) else "",
        "title": _marked_title(reading),
        "image": picture_address(article.image, article.id, COVER, settings),
        "back": f"{_home(state)}#hit-{quote(article.id)}" if state.pairs else "",
        "original": original,
        "own": own,
        "canonical": original or own,
        "summary": article.description or _opening(article.text),
        "linked_data": _linked_data(article, original or own),
        "reference": reference_of(article, original or own),
        "story": [_Link.of_member(member, state) for member in reading.story],
        "story_size": reading.story_size,
        "similar": [_Link.of_hit(hit, state) for hit in similar],
        "twins": [(twin.language, article_address(twin.id, state.pairs)) for twin in reading.twins],
        "alternates": [(twin.language, _own(request, twin.id)) for twin in reading.twins],
        "everything_similar": f"/similar/{quote(article.id)}",
        "own_name": own_name,
        "cited_day": spoken.day(datetime.fromisoformat(published).date()) if published else "",
    }
    return render(request, settings, "article.html", values)


def reference_of(article: Article, url: str) -> Reference:
    """How an article is cited, where it is read at `url`."""
    publisher = (article.source.name or article.source.key) if article.source else ""
    published = iso(article.published) if article.published is not None else ""
    return Reference(article.id, article.title, article.authors, publisher, published, url, article.language)


class _Link:
    """Another article, as a link beside this one."""

    def __init__(self, article_id: str, title: str, source: str, published: str, state: Address) -> None:
        self.address = article_address(article_id, state.pairs)
        self.title = title
        self.source = source
        self.published = published

    @classmethod
    def of_member(cls, member: Any, state: Address) -> "_Link":
        published = iso(member.published) if member.published is not None else ""
        return cls(member.id, member.title, member.source, published, state)

    @classmethod
    def of_hit(cls, hit: Hit, state: Address) -> "_Link":
        article = hit.article
        source = (article.source.name or article.source.key) if article.source else ""
        published = iso(article.published) if article.published is not None else ""
        return cls(article.id, article.title, source, published, state)


def _state(request: Request) -> Address:
    """The state of the page that led here; the language that the page speaks is remembered by other means."""
    return Address(tuple(pair for pair in address_of(request).pairs if pair[0] != "ui"))


def _query(state: Address, now: datetime, declared: Declared) -> Query | None:
    """What was asked, for its words to be marked; None where nothing was, or where it cannot be asked."""
    text = next(iter(state.values("q")), "")
    try:
        return query_from([("q", text)], now, declared) if text.strip() else None
    except RequestError:
        return None


def _similar(engine: Engine, reading: Reading, now: datetime) -> list[Hit]:
    """The nearest articles that do not tell the same story, in the article's language where it is known."""
    article = reading.article
    language = [("lang", article.language)] if article.language else []
    asked = [("limit", str(SIMILAR + len(reading.story))), ("fold", "story"), *language]
    told = {member.id for member in reading.story}
    hits = engine.similar(article.id, query_from(asked, now)).hits
    return [hit for hit in hits if hit.article.id not in told][:SIMILAR]


def _body(reading: Reading, settings: Settings, spoken: Texts, passage: str) -> ArticleBody:
    article = reading.article
    numbers = {source: n for n, source in enumerate(pictures_in(reading.body_html), 1)}
    return render_body(
        reading.body_html or paragraphs_html(article.text),
        reading.find,
        title=article.title,
        passage=passage,
        shown_from=lambda url: picture_address(url, article.id, str(numbers.get(url, 0)), settings),
        picture_label=spoken.gettext("Picture"),
        table_label=spoken.gettext("Table"),
    )


def _marked_title(reading: Reading) -> str:
    return render_body(paragraphs_html(" ".join(reading.article.title.split())), reading.find).html[3:-4]


def _asked_passage(request: Request, article: Article) -> str:
    """The text of the passage that the address names as `passage=812-1204`, in code points of the article's text."""
    start, _, end = request.query_params.get("passage", "").partition("-")
    if not (start.isdecimal() and end.isdecimal() and len(start + end) < 20):
        return ""
    return article.text[int(start) : int(end)]


def _own(request: Request, article_id: str) -> str:
    return urljoin(str(request.base_url), f"articles/{quote(article_id)}")


def _adds(article: Article) -> bool:
    """Whether the description says what the text's beginning does not: a cut-off first paragraph adds nothing."""
    lead = article.description.rstrip(" .…").casefold()
    if not lead or "".join(lead.split()) in "".join(article.text.split()).casefold():
        return False
    words = _WORD.findall(lead)
    opening = set(_WORD.findall(article.text[: 3 * len(lead)].casefold()))
    return sum(word in opening for word in words) < _REPEATED * len(words)


def _updated(article: Article) -> str:
    """When it was changed, where that is another minute than when it was published."""
    if article.updated is None or (article.published is not None and article.updated - article.published < 60_000):
        return ""
    return iso(article.updated)


def _opening(text: str) -> str:
    words = " ".join(text[: 2 * _DESCRIPTION].split())
    return words if len(words) <= _DESCRIPTION else words[:_DESCRIPTION].rsplit(" ", 1)[0] + " …"


def _home(state: Address) -> str:
    return f"/?{urlencode(state.pairs)}"


def _linked_data(article: Article, url: str) -> str:
    """The article as schema.org's NewsArticle. No `<` stands in it, so no text can end the element."""
    publisher = {"@type": "Organization", "name": article.source.name or article.source.key} if article.source else None
    told: Mapping[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.title,
        "description": article.description,
        "url": url,
        "inLanguage": article.language,
        "datePublished": iso(article.published) if article.published is not None else None,
        "dateModified": iso(article.updated) if article.updated is not None else None,
        "image": article.image,
        "author": [{"@type": "Person", "name": name} for name in article.authors],
        "publisher": publisher,
        "keywords": list(article.tags),
    }
    written = json.dumps({name: value for name, value in told.items() if value}, ensure_ascii=False)
    return written.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
