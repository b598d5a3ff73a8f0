"""Which elements of an XML file are articles: those that have a title and a text, wherever in it they stand."""

import re
import xml.etree.ElementTree as ET  # nosec B405 - only elements without what stands in them
from collections.abc import Iterable, Mapping, Sequence
from typing import BinaryIO, NamedTuple
from xml.parsers import expat  # nosec B407 - expat bounds what entities may grow to

from indexer.content.conventions import states
from indexer.content.document import UnfitError
from indexer.readers.database_tables import has_article_keys, is_of_articles
from indexer.readers.xml_stream import local_name

WITHOUT_ARTICLES = "XML without articles"
_DEEPEST = 6
_MOST_PATHS = 20_000
_MOST_KEYS = 2_000
"""So many places of elements are told apart, and so many names in each."""
_NAMED = frozenset("field str arr column property attribute value element".split())
"""Elements that are named by an attribute."""
_TABLES = frozenset("table table_data database".split())
"""Elements whose attribute names the table of a database."""
_OTHERS = frozenset({"svg", "html", "opml", "urlset", "sitemapindex", "xsl", "stylesheet", "TEI", "kml", "gpx"})
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z_][\w.-]{0,100})[\s/>]")
_PIECE = 65_536

_Path = tuple[str, ...]


class Forms(NamedTuple):
    """The forms of the elements of a file that are articles, the outermost ones."""

    paths: frozenset[tuple[int, str, str]]
    """How deep the elements stand, the name of the outermost one, and their own: each section has its own path."""
    tables: frozenset[str]
    """The tables of a database that they are of; an empty name for those of none."""
    passed_over: tuple[str, ...]
    """Where elements have a title and a text, and may not be shown by their names or those around them."""

    def fits(self, path: Sequence[str]) -> bool:
        """Whether an element is an article, stands in none, and in nothing that holds what is not to be shown."""
        if not self._has(path, len(path)) or any(self._has(path, depth) for depth in range(1, len(path))):
            return False
        return _may_be_shown(path)

    def _has(self, path: Sequence[str], depth: int) -> bool:
        return (depth, _bare(path[0]), _bare(path[depth - 1])) in self.paths


def forms_of(opened: BinaryIO) -> Forms:
    """The forms of the articles of a file, which is read to its end, or to where it breaks.

    Raises UnfitError for an encoding that is not read.
    """
    noted = _Noted()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler, parser.EndElementHandler = noted.begin, noted.end
    begins = b""
    while piece := opened.read(_PIECE):
        begins = begins or piece
        try:
            parser.Parse(piece)
        except expat.ExpatError as broken:
            if broken.code == _UNKNOWN_ENCODING:
                _see_to_encoding(begins, broken)
            break
        except (LookupError, ValueError) as unknown:  # an encoding that expat does not read
            _see_to_encoding(begins, unknown)
            break
    return noted.forms()


_UNKNOWN_ENCODING = expat.errors.codes[expat.errors.XML_ERROR_UNKNOWN_ENCODING]


def _see_to_encoding(begins: bytes, unknown: Exception) -> None:
    """What is surely no article may have any encoding."""
    root = _ROOT.search(begins)
    if not (root and root[1].decode() in _OTHERS):
        raise UnfitError(f"declares an encoding that is not read: {unknown}") from unknown


class _Noted:
    """What elements and attributes stand directly in each element."""

    def __init__(self) -> None:
        self._inner: dict[_Path, set[str]] = {}
        self._labels: list[str] = []

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        """Note an element that begins."""
        labels = self._labels
        if len(labels) >= _DEEPEST:
            if len(labels) == _DEEPEST:
                self._add([key_of(_element(name, attributes))])
            labels.append("")
            return
        element = _element(name, attributes)
        if labels:
            self._add([key_of(element)])
        labels.append(label_of(element))
        self._add([f"@{one}" for one in said_by_attributes(element)])

    def end(self, _: str) -> None:
        """Note that the innermost element ends."""
        self._labels.pop()

    def _add(self, keys: Iterable[str]) -> None:
        path = tuple(self._labels)
        known = self._inner.get(path)
        if known is None:
            if len(self._inner) >= _MOST_PATHS:
                return
            known = self._inner[path] = set()
        if len(known) < _MOST_KEYS:
            known.update(keys)

    def forms(self) -> Forms:
        """The outermost ones of what has a title and a text."""
        inner = self._inner
        found: set[_Path] = set()
        passed_over: set[str] = set()
        holding: set[_Path] = set()
        """What articles stand in."""
        for path in sorted(inner, key=len, reverse=True):
            own = {one for one in inner[path] if (*path, one) not in found or not states(one, ("text",))}
            if path in holding:  # attributes of what holds articles are no article
                own = {one for one in own if not one.startswith("@")}
            told = _bare(path[0]) not in _OTHERS and _is_article(one.removeprefix("@") for one in own)
            if told and not _may_be_shown(path):
                passed_over.add("/".join(path))
            elif told:
                found.add(path)
                holding.update(path[:depth] for depth in range(1, len(path) + 1))
        outermost = [path for path in found if not any(path[:depth] in found for depth in range(1, len(path)))]
        return Forms(
            frozenset((len(path), _bare(path[0]), _bare(path[-1])) for path in outermost),
            frozenset(map(table_of, outermost)),
            tuple(sorted(passed_over)),
        )


def _element(name: str, attributes: Mapping[str, str]) -> ET.Element:
    """An element as ElementTree would have it, of the names that expat tells."""
    return ET.Element(_of_expat(name), {_of_expat(one): value for one, value in attributes.items()})


def _of_expat(name: str) -> str:
    return f"{{{name}" if "}" in name else name


def table_of(path: Iterable[str]) -> str:
    """The table of a database that an element is of, or stands in; an empty name for one of none."""
    named = [one.partition(":") for one in path if not one.startswith("database:")]
    return next((table for _, sign, table in reversed(named) if sign), "")


def _may_be_shown(path: Iterable[str]) -> bool:
    """Whether no element, and no table of a database that one is, is named as what is not to be shown."""
    labels = (label.partition(":") for label in path)
    return all(is_of_articles(name, element=True) and is_of_articles(table) for name, _, table in labels)


def _is_article(keys: Iterable[str]) -> bool:
    named = set(keys)
    return has_article_keys(named) or {"subject", "event"} <= named  # the latter is LiveJournal


def key_of(element: ET.Element) -> str:
    """The name of an element, or the one that an attribute of it says."""
    name = local_name(element)
    return element.get("name", name) if name in _NAMED else name


def label_of(element: ET.Element) -> str:
    """The name of an element, with that of the table of a database that it is."""
    name = local_name(element)
    return f"{name}:{element.get('name')}" if name in _TABLES and element.get("name") else name


def _bare(label: str) -> str:
    return label.partition(":")[0]


def said_by_attributes(element: ET.Element) -> dict[str, str]:
    """The attributes that tell something of an article: not the name of its table."""
    table = local_name(element) in _TABLES
    return {
        "language" if key == _LANGUAGE else key: value
        for key, value in element.items()
        if not (table and key == "name")
    }
