"""A WordPress export (WXR 1.0 to 1.2), read item by item: its posts, and nothing that is not public."""

import re
import xml.etree.ElementTree as ET  # nosec B405 - only the names of types are used here
from collections.abc import Iterator
from datetime import UTC
from typing import BinaryIO

from indexer.content.conventions import states
from indexer.content.dates import moment
from indexer.content.document import Document, Found, Omitted, SourceFile
from indexer.content.languages import language_tag
from indexer.readers.items import item_digest
from indexer.readers.withholding import WORDPRESS, doubted_kind, is_other_kind, other_kind
from indexer.readers.xml_stream import elements, local_name

MAX_ITEM = 50_000_000
"""One post with its comments may have so many bytes."""
_IN_CHANNEL = 3
"""How deep in the file stands what says something of the whole site."""
_ZERO = "0000-00-00"
_POSTS = ("post",)
_NO_POSTS = {"page": "page of the site", "attachment": "attachment", "nav_menu_item": "menu item"}
_LAST_WORD = re.compile(r"^.*[_-](?=[^_-])")
_OF_WORDPRESS = frozenset(
    "category post_tag post_format nav_menu language post_translations term_language author wp_theme".split()
)
"""Taxonomies whose meaning is known: those of WordPress, Polylang and Co-Authors Plus."""


class _Site:
    """What the export says of the whole site, as far as it was read."""

    def __init__(self) -> None:
        self.language = ""
        self.title = ""
        self.authors: dict[str, str] = {}


def wordpress_documents(file: SourceFile, opened: BinaryIO) -> Iterator[Found]:
    """A document for each post; drafts, private and protected ones, pages and the rest are omissions.

    Raises UnfitError where the XML ends or breaks too early; what stood before it was given.
    """
    site = _Site()
    for element in elements(opened, lambda names: names[-1] == "item" or len(names) == _IN_CHANNEL, MAX_ITEM):
        name = local_name(element)
        if name == "item":
            yield _found(file, element, site)
        else:
            _note(name, element, site)


def _note(name: str, element: ET.Element, site: _Site) -> None:
    if name == "language":
        site.language = language_tag((element.text or "").strip())
    elif name == "title":
        site.title = (element.text or "").strip()
    elif name == "author":
        told = {local_name(each): (each.text or "").strip() for each in element}
        site.authors[told.get("author_login", "")] = told.get("author_display_name") or told.get("author_login", "")


def _found(file: SourceFile, element: ET.Element, site: _Site) -> Found:
    told: dict[str, str] = {}
    terms: dict[str, list[str]] = {}
    language = ""
    for each in element:
        name = local_name(each)
        if name == "category":
            domain = each.get("domain", "category")
            terms.setdefault(domain, []).append((each.text or "").strip())
            if domain == "language":
                language = language_tag(each.get("nicename", "")) or language
        elif name == "encoded":
            told["excerpt" if "excerpt" in each.tag else "content"] = each.text or ""
        elif name not in ("postmeta", "comment"):
            told.setdefault(name, (each.text or "").strip())
    identity = told.get("post_id") or told.get("guid") or "?"
    shown = f"{file.path}#{identity}"
    kind = told.get("post_type", "post")
    if kind in _NO_POSTS:
        return Omitted(shown, _NO_POSTS[kind])
    if kind not in _POSTS and (not told.get("content") or is_other_kind(kind)):
        return Omitted(shown, other_kind(kind))
    doubted = doubted_kind("post_type", kind)
    stated = {"posttype": kind, "poststatus": told.get("status", "publish"), "postpassword": told.get("post_password")}
    if why := WORDPRESS.withheld(stated):
        return Omitted(shown, why)
    fields: dict[str, object] = {
        "title": told.get("title", ""),
        "date": _date(told),
        "updated": _zoned(told.get("post_modified_gmt", "")),
        "author": _authors(terms, told, site),
        "tags": _terms_of(terms, "post_tag", "tags"),
        "categories": _terms_of(terms, "category", "categories"),
        "excerpt": told.get("excerpt", ""),
        "url": told.get("link", ""),
        "slug": told.get("post_name", ""),
        "source": site.title,
    }
    return Document(
        path=file.path,
        fields=fields,
        body=told.get("content", ""),
        markup="html",
        item=identity,
        withheld=(doubted,) if doubted else (),
        base=told.get("link", "") if told.get("link", "").startswith("http") else "",
        digest=item_digest(file, {**fields, "text": told.get("content", "")}),
        file_language=language or site.language or file.language,
        origin={
            **told,
            "creator": fields["author"],
            "channel.title": site.title,
            **{f"category[{domain}]": names for domain, names in terms.items()},
        },
    )


def _authors(terms: dict[str, list[str]], told: dict[str, str], site: _Site) -> str | list[str]:
    """The writers that Co-Authors Plus keeps as terms, else who saved the post; by their names where those are told."""
    named = [site.authors.get(login, login) for login in terms.get("author", [])]
    return named or site.authors.get(told.get("creator", ""), told.get("creator", ""))


def _terms_of(terms: dict[str, list[str]], taxonomy: str, field: str) -> list[str]:
    """The terms of a taxonomy of WordPress's, and of the site's own that state the same: `news_category`."""
    own = [
        term
        for domain, listed in terms.items()
        if domain not in _OF_WORDPRESS and (states(domain, (field,)) or states(_LAST_WORD.sub("", domain), (field,)))
        for term in listed
    ]
    given = terms.get(taxonomy, [])
    return [*given, *own] if own else given


def _date(told: dict[str, str]) -> str:
    """When a post was published: in UTC where that is known, else as the feed or the site says."""
    if found := _zoned(told.get("post_date_gmt", "")):
        return found
    try:
        if moment(told.get("pubDate", ""), UTC) is not None and not told.get("pubDate", "").endswith(
            "-0001 00:00:00 +0000"
        ):
            return told["pubDate"]
    except ValueError:
        pass
    local = told.get("post_date", "")
    return "" if local.startswith(_ZERO) else local


def _zoned(gmt: str) -> str:
    return "" if not gmt or gmt.startswith(_ZERO) else f"{gmt} UTC"
