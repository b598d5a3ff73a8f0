"""RSS 2.0 and Atom files, by feedparser."""

import os
from calendar import timegm
from collections.abc import Iterator
from typing import Any, BinaryIO

from indexer.content.conventions import Fields
from indexer.content.document import Document, Found, Omitted, SourceFile, UnfitError
from indexer.content.languages import language_tag
from indexer.content.values import clean
from indexer.readers.bounded_feeds import parse_feed
from indexer.readers.items import ItemNames, item_digest

_KIND = "http://schemas.google.com/g/2005#kind"
_WHOLE_TEXTS = ("yandex_full-text", "turbo_content", "rambler_full-text")
"""Elements for the readers of Yandex and Rambler, which take whole articles from feeds."""
_ITUNES = "http://www.itunes.com/"
"""The scheme of the categories by which a Blogger export parts posts from comments, settings and templates."""
MAX_FEED = 64_000_000
"""A feed of more bytes is refused: feedparser holds it in memory several times."""


class EmptyFeedError(UnfitError):
    """A feed has no entries."""


def feed_documents(file: SourceFile, opened: BinaryIO) -> Iterator[Found]:
    """A document for each entry. Raises EmptyFeedError where there is none, UnfitError for a long file."""
    size = os.fstat(opened.fileno()).st_size
    if size > MAX_FEED:
        raise UnfitError(f"has {size:,} bytes; {MAX_FEED:,} is the limit for a feed")
    try:
        parsed = parse_feed(opened.read())
    except (ValueError, LookupError) as wrong:  # such as a declaration in letters of no encoding
        raise UnfitError(f"is no feed that can be read: {clean(str(wrong))[:200]}") from wrong
    if not parsed.entries:
        broken = parsed.get("bozo_exception")
        raise EmptyFeedError(f"is a feed without entries{f': {broken}' if broken else ''}")
    language = language_tag(parsed.feed.get("language", "") or "")
    names = ItemNames()
    for number, entry in enumerate(parsed.entries, 1):
        if reason := _no_post(entry):
            yield Omitted(f"{file.path}#{entry.get('id') or number}", reason)
        else:
            yield _document(file, entry, parsed.feed, names, number, language)


def _no_post(entry: Any) -> str:
    """Why an entry of a Blogger export is no published post, or an empty text."""
    kinds = [str(tag.get("term")).rpartition("#")[2] for tag in entry.get("tags", ()) if tag.get("scheme") == _KIND]
    kinds += [str(entry["blogger_type"]).lower()] if entry.get("blogger_type") else []
    if kinds and "post" not in kinds:
        return "of another kind than a post"
    draft = str(entry.get("app_draft") or entry.get("draft") or "").lower() == "yes"
    return "draft" if draft or str(entry.get("blogger_status") or "live").lower() not in ("live", "published") else ""


def _document(file: SourceFile, entry: Any, feed: Any, names: ItemNames, number: int, language: str) -> Document:
    content = max((one.get("value") or "" for one in entry.get("content", ())), key=len, default="")
    content = content or next(filter(None, map(entry.get, _WHOLE_TEXTS)), "")
    summary = entry.get("summary") or ""
    body = content or summary
    fields: dict[str, object] = {
        "title": entry.get("title", ""),
        "published": _seconds(entry, "published") or entry.get("published") or _seconds(entry, "updated"),
        "updated": _seconds(entry, "updated") if dict.__contains__(entry, "updated") else None,
        "authors": _people(entry) or _people(feed),
        "categories": _categories(entry),
        "tags": _words_of_podcast(entry),
        "description": entry.get("blogger_metadescription")
        or (summary if content and summary != content else _short(summary)),
        "image": _image(entry),
        "url": entry.get("link", ""),
        "source": (entry.get("source") or {}).get("title") or feed.get("title", ""),
    }
    identity: dict[str, object] = {"id": entry.get("id", ""), "url": entry.get("link", "")}
    return Document(
        path=file.path,
        fields=fields,
        body=body,
        markup="html",
        item=names.name(Fields(identity), number),
        base=entry.get("link", "") if str(entry.get("link", "")).startswith("http") else "",
        digest=item_digest(file, {**fields, **identity, "text": body}),
        file_language=language_tag(_own_language(entry)) or language or file.language,
    )


def _categories(entry: Any) -> list[str]:
    other = (_KIND, _ITUNES)
    return [tag.get("label") or tag.get("term") for tag in entry.get("tags", ()) if tag.get("scheme") not in other]


def _words_of_podcast(entry: Any) -> list[str]:
    """The keywords of an episode."""
    return [tag.get("term") for tag in entry.get("tags", ()) if tag.get("scheme") == _ITUNES]


def _own_language(entry: Any) -> str:
    details = [*entry.get("content", ()), entry.get("title_detail") or {}]
    return next((str(one.get("language")) for one in details if one.get("language")), "")


def _seconds(entry: Any, name: str) -> int | None:
    """A time of an entry in seconds since 1970, as feedparser read it."""
    moment = entry.get(f"{name}_parsed")
    try:
        return timegm(moment) or None if moment else None
    except (ValueError, OverflowError):
        return None


def _people(told: Any) -> list[str]:
    names = [one.get("name") or "" for one in told.get("authors", ())]
    return [name for name in names if name] or ([told["author"]] if told.get("author") else [])


def _short(summary: str) -> str:
    """A summary that is the whole text is no description, unless it is short."""
    return summary if len(summary) <= 400 and "<p" not in summary else ""


def _image(entry: Any) -> str:
    for key in ("media_content", "media_thumbnail", "enclosures", "links"):
        for one in entry.get(key, ()):
            kind = str(one.get("type", ""))
            address = one.get("url") or one.get("href")
            if address and (
                kind.startswith("image/") or (key.startswith("media") and one.get("medium") in (None, "image"))
            ):
                return str(address)
    image = entry.get("image")
    return str(image.get("href") or "") if isinstance(image, dict) else ""
