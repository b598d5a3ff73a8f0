"""ninjs, the JSON of news agencies (IPTC, versions 1 to 3): its fields under the names that every archive has."""

from collections.abc import Iterable, Mapping
from typing import Any

from indexer.content.dates import is_moment

_MARKS = frozenset({"pubstatus", "versioncreated", "contentcreated", "firstcreated", "embargoed"})
"""Keys of ninjs alone; version 3 writes them with capitals."""
_READ = _MARKS | frozenset(
    "uri headline headlines title description_text description_html descriptions byline by subject subjects keyword"
    " keywords language associations infosources source copyrightholder expires bodies body_html body_xhtml"
    " body_text".split()
)
_TEXTS = frozenset({"", "text", "composite"})


def is_ninjs(item: Mapping[str, Any]) -> bool:
    """Whether a table of JSON is an item of ninjs."""
    return "uri" in item and not _MARKS.isdisjoint(map(str.casefold, map(str, item)))


def is_no_article(item: Mapping[str, Any]) -> bool:
    """Whether an item of ninjs is a picture, a film, a package or an announcement."""
    return str(item.get("type") or "").casefold() not in _TEXTS


def plain_ninjs(item: Mapping[str, Any]) -> dict[str, object]:
    """The fields of an item, and what else it says. What is under embargo is published when that ends."""
    told = {str(key).casefold(): value for key, value in item.items()}
    subjects = [one for one in _tables(told.get("subject") or told.get("subjects")) if one.get("name")]
    sections = [one for one in subjects if str(one.get("rel") or "").casefold() in ("category", "section")]
    html = told.get("body_html") or told.get("body_xhtml") or _part(told.get("bodies"), "html")
    plain = told.get("body_text") or _part(told.get("bodies"), "plain") or _part(told.get("bodies"))
    ends = told.get("embargoed")
    others = {key: value for key, value in item.items() if str(key).casefold() not in _READ}
    return others | {
        "id": told.get("uri"),
        "title": told.get("headline") or _part(told.get("headlines"), "main") or told.get("title"),
        "published": next((told[key] for key in ("embargoed", "contentcreated", "firstcreated", "versioncreated")
                           if told.get(key)), None),
        "updated": told.get("versioncreated"),
        "expires": told.get("expires"),
        "description": told.get("description_text") or told.get("description_html") or _part(told.get("descriptions")),
        "byline": told.get("byline") or told.get("by"),
        "tags": [*(one["name"] for one in subjects if one not in sections), *_keywords(told)],
        "sections": [one["name"] for one in sections],
        "language": told.get("language"),
        "image": _picture(told.get("associations")),
        "source": _first_name(told.get("infosources")) or told.get("source") or told.get("copyrightholder"),
        "status": "withheld" if ends and not is_moment(ends) else told.get("pubstatus"),
        "revision": [str(told.get(key) or "") for key in ("uri", "version", "versioncreated")],
        "content_html" if html else "content_text": html or plain,
    }  # fmt: skip


def _part(parts: object, kind: str = "") -> object:
    """The first of the parts of a list whose role or kind of content has a word, else the first of all."""
    found = [one for one in _tables(parts) if one.get("value")]
    for one in found:
        kinds = " ".join(str(one.get(key) or "") for key in ("role", "contenttype", "contentType"))
        if kind in kinds.casefold():
            return one["value"]
    return found[0]["value"] if found and kind != "html" else None


def _keywords(told: Mapping[str, Any]) -> list[str]:
    given = told.get("keywords") or told.get("keyword")
    return [given] if isinstance(given, str) else [one for one in given or () if isinstance(one, str)]


def _first_name(tables: object) -> object:
    return next((one["name"] for one in _tables(tables) if one.get("name")), None)


def _picture(associations: object) -> object:
    """The address of the widest rendition of the first picture that an item refers to."""
    for one in _tables(associations):
        if str(one.get("type") or "picture").casefold() == "picture":
            found = [each for each in _tables(one.get("renditions")) if each.get("href")]
            if found:
                return max(found, key=lambda each: int(each.get("width") or 0))["href"]
    return None


def _tables(given: object) -> list[Mapping[str, Any]]:
    """The tables in a list, or in a table by name."""
    values: Iterable[object] = (
        given.values() if isinstance(given, Mapping) else given if isinstance(given, list) else ()
    )
    return [one for one in values if isinstance(one, Mapping)]
