"""Articles as the interfaces of the Guardian and of the New York Times give them, with plain fields."""

from collections.abc import Mapping
from typing import Any

from indexer.readers.tables import tables_of


def is_guardian_item(item: Mapping[str, Any]) -> bool:
    """Whether a table of JSON is an item of the Guardian's content interface."""
    return "webTitle" in item and "webUrl" in item


def plain_guardian_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an item: its keywords are tags, its contributors are authors where no byline names them."""
    told = item.get("fields")
    fields = {**item, **(told if isinstance(told, Mapping) else {})}
    tags = tables_of(item.get("tags"))
    people = [one.get("webTitle") for one in tags if one.get("type") == "contributor"]
    return fields | {
        "fields": None,
        "title": fields.get("headline") or item["webTitle"],
        "headline": None,
        "tags": [one.get("webTitle") for one in tags if one.get("type") == "keyword"],
        "authors": people or fields.get("byline"),
        "byline": None,
        "url": item["webUrl"],
        "content_html": fields.get("body"),
    }


def is_times_item(item: Mapping[str, Any]) -> bool:
    """Whether a table of JSON is a document of the New York Times' interfaces."""
    return "web_url" in item and ("lead_paragraph" in item or "pub_date" in item)


def plain_times_item(item: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a document: each keyword has a kind and a value, and the section goes before the desk."""
    keywords = tables_of(item.get("keywords"))
    pictures = tables_of(item.get("multimedia"))
    picture = next((str(one["url"]) for one in pictures if one.get("url")), "")
    return dict(item) | {
        "keywords": [one.get("value") for one in keywords],
        "category": item.get("section_name") or item.get("news_desk"),
        "image": f"https://static01.nyt.com/{picture}" if picture.startswith("images/") else picture,
        "multimedia": None,
        "text": item.get("lead_paragraph") or item.get("snippet"),
    }
