"""XML of a system's or a newsroom's own: elements that have a title and a text are articles.

What they are called is looked up in the table of conventions: `<node><Title>` of Drupal's views, `<doc><field
name="title">` of Solr, `<table><column name="post_title">` of phpMyAdmin, `<entry><subject>` of LiveJournal.
"""

import re
import xml.etree.ElementTree as ET  # nosec B405 - expat bounds what entities may grow to
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, BinaryIO

from indexer.content.conventions import states, with_defaults
from indexer.content.document import Document, Found, Omitted, Refused, SourceFile, UnfitError
from indexer.readers.database_tables import has_article_keys, is_of_articles, row_document
from indexer.readers.items import ItemNames
from indexer.readers.xml_stream import elements, local_name
from search.index.manifest import Rejected

MAX_ITEM = 20_000_000
"""One element may have so many bytes."""
_LOOKED_AT = 4_000_000
"""Bytes at the beginning of a file that tell which of its elements are articles."""
_DEEPEST = 6
_NAMED = frozenset("field str arr column property attribute value element".split())
"""Elements that are named by an attribute."""
_TABLES = frozenset("table table_data database".split())
"""Elements whose attribute names the table of a database."""
_OTHERS = frozenset({"svg", "html", "opml", "urlset", "sitemapindex", "xsl", "stylesheet", "TEI", "kml", "gpx"})
_LEAST_TEXT = 40
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_HTML = frozenset("p div br h1 h2 h3 h4 h5 h6 ul ol li table b i em strong a span blockquote para".split())
_ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z_][\w.-]{0,100})[\s/>]")

_Forms = frozenset[tuple[int, str, str]]
"""How deep articles stand, and the names of the outermost element and of theirs: each section has its own path."""


def own_documents(file: SourceFile, opened: BinaryIO) -> Iterator[Found]:
    """A document for each element that is an article; an omission where none is. Raises UnfitError for broken XML."""
    forms = _forms_of(opened)
    opened.seek(0)
    if not forms:
        yield Omitted(file.path, "XML without articles")
        return
    names = ItemNames()
    number = 0
    for element in elements(opened, lambda found: _is_wanted(found, forms), MAX_ITEM, label=_label):
        if local_name(element) in _TABLES and not _is_article(_keys(element)):
            continue  # a row of another table
        number += 1
        yield _found(file, element, names, number, {depth for depth, *_ in forms} == {1})
    if not number:
        yield Omitted(file.path, "XML without articles")


def _found(file: SourceFile, element: ET.Element, names: ItemNames, number: int, alone: bool) -> Found:
    """What an element is. One that nests more than can be written as HTML is rejected alone."""
    try:
        found = row_document(file, _fields(element), names, number)
    except RecursionError:
        return Refused(Rejected(file.path, 1, f"the article {number} of the XML has elements nested too deep"))
    if not isinstance(found, Document):
        return found
    if len(found.body.strip()) < _LEAST_TEXT:
        return Omitted(f"{file.path}#{found.item}", "without a text")
    return replace(found, item="") if alone else found


def _is_wanted(path: Sequence[str], forms: _Forms) -> bool:
    """Whether an element is an article, stands in none, and in nothing that holds what is not to be shown."""
    if not _has_form(path, len(path), forms) or any(_has_form(path, depth, forms) for depth in range(1, len(path))):
        return False
    return _may_be_shown(path)


def _has_form(path: Sequence[str], depth: int, forms: _Forms) -> bool:
    return (depth, _bare(path[0]), _bare(path[depth - 1])) in forms


def _may_be_shown(path: Iterable[str]) -> bool:
    """Whether no element, and no table of a database that one is, is named as what is not to be shown."""
    labels = (label.partition(":") for label in path)
    return all(is_of_articles(name, element=True) and is_of_articles(table) for name, _, table in labels)


def _forms_of(opened: BinaryIO) -> _Forms:
    """The forms of the elements that are articles, the outermost ones."""
    parser: Any = ET.XMLPullParser(("start", "end"))
    inner: dict[tuple[str, ...], set[str]] = {}
    names: list[str] = []
    left, begins = _LOOKED_AT, b""
    while left > 0 and (piece := opened.read(min(left, 65_536))):
        left, begins = left - len(piece), begins or piece
        try:
            parser.feed(piece)
            for event, element in parser.read_events():
                _note(event, element, names, inner)
        except ET.ParseError:
            break
        except (LookupError, ValueError) as unknown:  # an encoding that expat does not read
            root = _ROOT.search(begins)
            if root and root[1].decode() in _OTHERS:
                break
            raise UnfitError(f"declares an encoding that is not read: {unknown}") from unknown
    return _outermost(inner)


def _outermost(inner: Mapping[tuple[str, ...], set[str]]) -> _Forms:
    found: set[tuple[str, ...]] = set()
    for path in sorted(inner, key=len, reverse=True):
        own = {key for key in inner[path] if (*path, key) not in found or not states(key, ("text",))}
        if any(one[: len(path)] == path for one in found):  # attributes of what holds articles are no article
            own = {key for key in own if not key.startswith("@")}
        if _bare(path[0]) not in _OTHERS and _is_article(one.removeprefix("@") for one in own) and _may_be_shown(path):
            found.add(path)
    outermost = (path for path in found if not any(path[:depth] in found for depth in range(1, len(path))))
    return frozenset((len(path), _bare(path[0]), _bare(path[-1])) for path in outermost)


def _note(event: str, element: ET.Element, names: list[str], inner: dict[tuple[str, ...], set[str]]) -> None:
    """Keep in mind what elements and attributes stand directly in each element."""
    if event == "end":
        names.pop()
        element.clear()
        return
    if names and len(names) <= _DEEPEST:
        inner.setdefault(tuple(names), set()).add(_key(element))
    names.append(_label(element))
    if len(names) <= _DEEPEST:
        inner.setdefault(tuple(names), set()).update(f"@{key}" for key in _said_by_attributes(element))


def _is_article(keys: Iterable[str]) -> bool:
    named = set(keys)
    return has_article_keys(named) or {"subject", "event"} <= named  # the latter is LiveJournal


def _keys(element: ET.Element) -> set[str]:
    return {_key(child) for child in element} | set(_said_by_attributes(element))


def _key(element: ET.Element) -> str:
    name = local_name(element)
    return element.get("name", name) if name in _NAMED else name


def _label(element: ET.Element) -> str:
    """The name of an element, with that of the table of a database that it is."""
    name = local_name(element)
    return f"{name}:{element.get('name')}" if name in _TABLES and element.get("name") else name


def _bare(label: str) -> str:
    return label.partition(":")[0]


def _said_by_attributes(element: ET.Element) -> dict[str, str]:
    """The attributes that tell something of an article: not the name of its table."""
    table = local_name(element) in _TABLES
    return {
        "language" if key == _LANGUAGE else key: value
        for key, value in element.items()
        if not (table and key == "name")
    }


def _fields(element: ET.Element) -> dict[str, object]:
    """What stands directly in an element, by the names of what holds it; its attributes where nothing else says it."""
    found: dict[str, list[object]] = {}
    for child in element:
        value = _value(child, text=states(_key(child), ("text",)))
        found.setdefault(_key(child), []).extend([value] if value else [])
    inside: dict[str, object] = {
        key: values[0] if len(values) == 1 else values or "" for key, values in found.items()
    }  # an element that says nothing may tell that no day of publication is known
    attributes = _said_by_attributes(element)
    fields = dict(with_defaults(inside, attributes))
    for key, value in attributes.items():  # of two that say whether it is to be shown, both count
        if states(key, ("draft", "publication", "status")):
            fields.setdefault(key, value)
    if "eventtime" in fields and "event" in fields:  # LiveJournal
        fields |= {"title": fields.get("subject"), "subject": None}
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
