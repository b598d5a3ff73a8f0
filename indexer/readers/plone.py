"""Items as Plone exports them (collective.exportimport), or as its REST interface gives them."""

from collections.abc import Mapping
from typing import Any

_ARTICLES = ("news item", "newsitem", "document", "page", "article", "blogentry", "blog entry", "link", "event")
_SHOWN = ("published", "publish", "visible", "external")
"""States in which everybody sees an item; `internally_published` is for the staff."""


def is_plone(item: Mapping[str, Any]) -> bool:
    """Whether a table of JSON is an item of Plone."""
    return isinstance(item.get("@type"), str) and "@id" in item and ("review_state" in item or "UID" in item)


def is_no_page(item: Mapping[str, Any]) -> bool:
    """Whether an item is a folder, a picture, a file, or anything else that has no text of its own."""
    return item["@type"].casefold() not in _ARTICLES and not _data(item.get("text"))


def plain_plone(item: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an item. It is published on its effective date; only in some states do readers see it."""
    language, state = item.get("language"), item.get("review_state")
    return dict(item) | {
        "@type": None,
        "@id": None,
        "id": item.get("UID") or item["@id"],
        "slug": item.get("id"),
        "url": item["@id"] if not str(item["@id"]).startswith(("http://localhost", "http://127.")) else None,
        "published": item.get("effective") or item.get("created"),
        "effective": None,
        "tags": item.get("subjects") or item.get("Subject"),
        "subjects": None,
        "language": language.get("token") if isinstance(language, Mapping) else language,
        "text": _data(item.get("text")),
        "review_state": None,
        "parent": None,
        "draft": isinstance(state, str) and state.casefold() not in _SHOWN,
    }


def _data(text: object) -> str:
    """What a field of rich text holds."""
    written = text.get("data") if isinstance(text, Mapping) else text
    return written if isinstance(written, str) else ""
