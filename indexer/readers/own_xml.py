"""XML of a system's or a newsroom's own: elements that have a title and a text are articles.

What they are called is looked up in the table of conventions: `<node><Title>` of Drupal's views, `<doc><field
name="title">` of Solr, `<table><column name="post_title">` of phpMyAdmin, `<entry><subject>` of LiveJournal.
"""

import xml.etree.ElementTree as ET  # nosec B405 - expat bounds what entities may grow to
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, BinaryIO

from indexer.content.conventions import states
from indexer.content.document import Found, Omitted, SourceFile
from indexer.readers.items import ItemNames, item_document
from indexer.readers.xml_stream import elements, local_name

MAX_ITEM = 20_000_000
"""One element may have so many bytes."""
_LOOKED_AT = 4_000_000
"""Bytes at the beginning of a file that tell which of its elements are articles."""
_DEEPEST = 6
_NAMED = frozenset("field str arr column property attribute value element".split())
"""Elements that are named by an attribute."""
_NO_TITLES = ("name", "label", "heading")
_OTHERS = frozenset({"svg", "html", "opml", "urlset", "sitemapindex", "xsl", "stylesheet", "TEI", "kml", "gpx"})
_LEAST_TEXT = 40
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_HTML = frozenset("p div br h1 h2 h3 h4 h5 h6 ul ol li table b i em strong a span blockquote para".split())


def own_documents(file: SourceFile, opened: BinaryIO) -> Iterator[Found]:
    """A document for each element that is an article; an omission where none is. Raises UnfitError for broken XML."""
    path = _articles_at(opened)
    opened.seek(0)
    if path is None:
        yield Omitted(file.path, "XML without articles")
        return
    names = ItemNames()
    for number, element in enumerate(elements(opened, lambda found: tuple(found) == path, MAX_ITEM), 1):
        document = item_document(file, _fields(element), names, number, 1)
        if len(document.body.strip()) < _LEAST_TEXT:
            yield Omitted(f"{file.path}#{document.item}", "without a text")
        else:
            yield document if len(path) > 1 else replace(document, item="")


def _articles_at(opened: BinaryIO) -> tuple[str, ...] | None:
    """The path of the elements that are articles, the outermost ones; None where there are none."""
    parser: Any = ET.XMLPullParser(("start", "end"))
    inner: dict[tuple[str, ...], set[str]] = {}
    names: list[str] = []
    left = _LOOKED_AT
    while left > 0 and (piece := opened.read(min(left, 65_536))):
        left -= len(piece)
        try:
            parser.feed(piece)
            for event, element in parser.read_events():
                _note(event, element, names, inner)
        except ET.ParseError:
            break
    found = [path for path, children in inner.items() if path[0] not in _OTHERS and _is_article(children)]
    return min(found, key=len, default=None)


def _note(event: str, element: ET.Element, names: list[str], inner: dict[tuple[str, ...], set[str]]) -> None:
    """Keep in mind what elements and attributes stand directly in each element."""
    if event == "end":
        names.pop()
        element.clear()
        return
    if names and len(names) <= _DEEPEST:
        inner.setdefault(tuple(names), set()).add(_key(element))
    names.append(local_name(element))
    if len(names) <= _DEEPEST:
        inner.setdefault(tuple(names), set()).update(element.keys())


def _is_article(children: set[str]) -> bool:
    titles = [key for key in children if states(key, ("title",)) and key.casefold() not in _NO_TITLES]
    return {"subject", "event"} <= children or (
        bool(titles) and any(states(key, ("text",)) or key == "event" for key in children)
    )


def _key(element: ET.Element) -> str:
    name = local_name(element)
    return element.get("name", name) if name in _NAMED else name


def _fields(element: ET.Element) -> dict[str, object]:
    """What stands directly in an element, by the names of what holds it; its attributes where nothing else says it."""
    found: dict[str, list[object]] = {}
    for child in element:
        value = _value(child, text=states(_key(child), ("text",)))
        if value:
            found.setdefault(_key(child), []).append(value)
    fields: dict[str, object] = {key: values[0] if len(values) == 1 else values for key, values in found.items()}
    for key, value in element.items():
        fields.setdefault("language" if key == _LANGUAGE else key, value)
    if "eventtime" in fields and "event" in fields:  # LiveJournal
        fields |= {"content_html": fields["event"], "event": None}
        fields["draft"] = fields.get("security", "public") != "public"
    return fields


def _value(element: ET.Element, *, text: bool) -> object:
    """The text of an element, as HTML where it has tags of it; of tags and people the list of them."""
    inner = list(element)
    if not inner:
        return (element.text or "").strip()
    kinds = {local_name(one) for one in inner}
    if text or kinds & _HTML:
        return _html(element)
    if len(kinds) == 1:
        return [_value(one, text=False) for one in inner]
    return {local_name(one): _value(one, text=False) for one in inner}


def _html(element: ET.Element) -> str:
    for one in element.iter():
        one.tag = local_name(one)
        if one.tag == "para":
            one.tag = "p"
    inside = "".join(ET.tostring(child, encoding="unicode", method="html") for child in element)
    return f"{element.text or ''}{inside}".strip()
