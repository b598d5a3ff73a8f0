"""A dump of MediaWiki in XML, page by page: articles, and no talk, templates, users or redirects."""

import re
import xml.etree.ElementTree as ET  # nosec B405 - expat bounds what entities may grow to
from collections.abc import Iterator
from typing import BinaryIO

from indexer.content.dates import is_moment
from indexer.content.document import Document, Found, Omitted, SourceFile
from indexer.content.languages import language_tag
from indexer.content.wikitext import wiki_categories, wiki_date, wiki_markdown
from indexer.readers.items import item_digest
from indexer.readers.xml_stream import elements, local_name

MAX_PAGE = 64_000_000
"""One page with all its revisions may have so many bytes."""
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_REDIRECT = re.compile(r"#[^\W\d_]{4,20}[ \t]{0,20}+:?[ \t]{0,20}+\[\[")
_UNFINISHED = re.compile(
    r"\{\{[ \t]*(?:develop(?:ing)?|draft|tasks|review|editing|under review|delete|abandoned)[ \t]*[|}]", re.IGNORECASE
)
"""Templates by which Wikinews marks what is not published yet."""


def mediawiki_documents(file: SourceFile, opened: BinaryIO, head: str) -> Iterator[Found]:
    """A document for each page of the first namespace; `head` is the beginning of the file.

    Raises UnfitError where the XML ends or breaks too early; what stood before it was given.
    """
    stated = re.search(r"<mediawiki\b[^<>]*\bxml:lang=[\"']([\w-]+)", head)
    language = language_tag(stated[1]) if stated else ""
    named = re.search(r"<sitename>([^<]{1,200})</sitename>", head)
    base = re.search(r"<base>(https?://[^<\s]{1,500}/)[^<\s/]*</base>", head)
    site = (named[1] if named else "", base[1] if base else "")
    spaces = set(re.findall(r"<namespace key=\"-?[1-9]\d*\"[^<>]*>([^<]{1,100})</namespace>", head))
    for element in elements(opened, lambda names: names[-1] == "page", MAX_PAGE):
        yield _found(file, element, language or file.language, site, spaces)


def _found(file: SourceFile, page: ET.Element, language: str, site: tuple[str, str], spaces: set[str]) -> Found:
    told = {local_name(one): (one.text or "").strip() for one in page}
    title, number = told.get("title", ""), told.get("id", "")
    shown = f"{file.path}#{number or title}"
    if told.get("ns", "0") != "0" or title.partition(":")[0] in spaces:
        return Omitted(shown, "page of another namespace")
    revisions = [_revision(one) for one in page if local_name(one) == "revision"]
    if not revisions:
        return Omitted(shown, "without a text")
    first, last = (choose(revisions, key=lambda one: one.get("timestamp", "")) for choose in (min, max))
    text = last.get("text", "")
    if last.get("model", "wikitext") != "wikitext":
        return Omitted(shown, "of another kind than an article")
    if "deleted" in last:
        return Omitted(shown, "not published")
    if "redirect" in told or _REDIRECT.match(text):
        return Omitted(shown, "redirect")
    if _UNFINISHED.search(text[:5_000]):
        return Omitted(shown, "draft")
    body = wiki_markdown(text)
    if not body:
        return Omitted(shown, "without a text")
    day = _day(text)
    changed = last.get("timestamp", "")
    address = f"{site[1]}{title.replace(' ', '_')}" if site[1] else ""
    fields: dict[str, object] = {
        "title": title,
        "published_at": day or first.get("timestamp", ""),
        "updated_at": changed if day or changed != first.get("timestamp", "") else "",
        "categories": wiki_categories(text),
        "url": address,
        "source": site[0],
    }
    fields = {key: value for key, value in fields.items() if value}
    return Document(
        path=file.path,
        fields=fields,
        body=body,
        markup="markdown",
        item=number or title.replace(" ", "_"),
        digest=item_digest(file, {**fields, "text": text}),
        file_language=language,
    )


def _day(text: str) -> str:
    """The day that a template states, if it is one; else the time of the first revision counts."""
    day = wiki_date(text)
    return day if is_moment(day) else ""


def _revision(element: ET.Element) -> dict[str, str]:
    """What a revision says of its text. Who wrote it is not kept: it may be an address of the net."""
    told = {name: one.text or "" for one in element if (name := local_name(one)) in ("timestamp", "text", "model")}
    hidden = any(local_name(one) == "text" and one.get("deleted") for one in element)
    return {**told, "deleted": "deleted"} if hidden else told
