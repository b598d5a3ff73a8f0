"""JATS, in which journals publish, and TEI, in which editions and archives are: one article each, or many."""

import xml.etree.ElementTree as ET  # nosec B405 - expat bounds what entities may grow to
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import BinaryIO

from indexer.content.document import Found, Omitted, Refused, SourceFile
from indexer.readers.items import ItemNames, item_document
from indexer.readers.xml_stream import elements, local_name
from search.index.manifest import Rejected

MAX_ARTICLE = 20_000_000
"""One article may have so many bytes."""
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_LINKS = ("{http://www.w3.org/1999/xlink}href", "target")
_TAGS = {
    "p": "p", "ab": "p", "head": "h2", "title": "h2", "list": "ul", "list-item": "li", "item": "li", "bold": "b",
    "italic": "i", "emph": "i", "disp-quote": "blockquote", "quote": "blockquote", "q": "q", "lg": "p", "lb": "br",
    "break": "br", "ext-link": "a", "ref": "a", "table": "table", "tr": "tr", "row": "tr", "td": "td", "th": "th",
    "cell": "td", "sub": "sub", "sup": "sup", "caption": "p", "verse-group": "p",
}  # fmt: skip
"""What stands for an element in HTML; any other is left away, and what stands in it is kept."""
_LEFT_OUT = frozenset(
    "ref-list back fn fn-group xref label note object-id graphic inline-graphic alternatives tex-math"
    " supplementary-material permissions listbibl fw pb gap del".split()
)
"""Elements that are no part of the text."""
_LINES = ("l", "verse-line")


def jats_documents(file: SourceFile, opened: BinaryIO) -> Iterator[Found]:
    """A document for each article of JATS. Raises UnfitError for broken XML."""
    yield from _documents(file, opened, "article", _of_jats)


def tei_documents(file: SourceFile, opened: BinaryIO) -> Iterator[Found]:
    """A document for each text of TEI. Raises UnfitError for broken XML."""
    yield from _documents(file, opened, "TEI", _of_tei)


def _documents(
    file: SourceFile, opened: BinaryIO, name: str, read: Callable[[ET.Element], dict[str, object]]
) -> Iterator[Found]:
    names = ItemNames()
    depth = 0

    def wanted(path: Sequence[str]) -> bool:
        nonlocal depth
        depth = len(path)
        return path[-1] == name

    for number, element in enumerate(elements(opened, wanted, MAX_ARTICLE), 1):
        try:
            document = item_document(file, read(element), names, number, 1)
        except RecursionError:
            yield Refused(Rejected(file.path, 1, f"the article {number} of the XML has elements nested too deep"))
            continue
        if document.body.strip():
            yield replace(document, item="") if depth == 1 else document
        else:
            yield Omitted(file.path if depth == 1 else f"{file.path}#{document.item}", "without a text")


def _of_jats(article: ET.Element) -> dict[str, object]:
    meta = next(_all(article, "article-meta"), article)
    people = [_person(one) for one in _all(meta, "contrib") if one.get("contrib-type", "author") == "author"]
    days = [*_all(meta, "pub-date")]
    days.sort(key=lambda one: "pub" not in (one.get("date-type", ""), one.get("pub-type", "")[-3:]))
    return {
        "id": _first(meta, "article-id"),
        "title": _first(meta, "article-title"),
        "authors": [one for one in people if one],
        "published": next((day for one in days if (day := _day(one))), ""),
        "language": article.get(_LANGUAGE, ""),
        "description": _first(meta, "abstract"),
        "tags": [_words(one) for one in _all(meta, "kwd")],
        "categories": [_words(one) for one in _all(meta, "subject")],
        "source": _first(article, "journal-title"),
        "content_html": _html(next(_all(article, "body"), None)),
    }


def _of_tei(edition: ET.Element) -> dict[str, object]:
    header = next(_all(edition, "teiHeader"), ET.Element("teiHeader"))
    stated = next(_all(header, "titleStmt"), header)
    text = next(_all(edition, "text"), None)
    days = [
        one for name in ("publicationStmt", "sourceDesc") for part in _all(header, name) for one in _all(part, "date")
    ]
    tongue = next(_all(header, "language"), ET.Element("language")).get("ident", "")
    return {
        "id": next((_words(one) for part in _all(header, "publicationStmt") for one in _all(part, "idno")), ""),
        "title": _first(stated, "title"),
        "authors": [name for one in _all(stated, "author") if (name := _person(one))],
        "published": next((one.get("when") or _words(one) for one in days), ""),
        "language": (text.get(_LANGUAGE, "") if text is not None else "") or edition.get(_LANGUAGE, "") or tongue,
        "description": _first(header, "abstract"),
        "tags": [_words(one) for part in _all(header, "keywords") for one in _all(part, "term")],
        "status": next((one.get("status", "") for one in _all(header, "revisionDesc")), ""),
        "content_html": _html(next(_all(text, "body"), None) if text is not None else None),
    }


def _all(element: ET.Element, name: str) -> Iterator[ET.Element]:
    """The elements of that name within another, at any depth but in none of their own name: each is looked at once."""
    waiting = [*reversed(element)]
    while waiting:
        one = waiting.pop()
        if local_name(one) == name:
            yield one
        else:
            waiting.extend(reversed(one))


def _first(element: ET.Element, name: str) -> str:
    return next((said for one in _all(element, name) if (said := _words(one))), "")


def _words(element: ET.Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _person(element: ET.Element) -> str:
    """The name of an author, the given names first."""
    given = [_first(element, name) for name in ("given-names", "forename")]
    name = " ".join(filter(None, [*given, *(_first(element, name) for name in ("surname",))]))
    whole = (_first(element, one) for one in ("string-name", "collab", "persName"))
    return name or next(filter(None, whole), "") or ("" if len(element) else _words(element))


def _day(element: ET.Element) -> str:
    """The day of a date of JATS; an empty text where it names none."""
    parts = [_first(element, name) for name in ("year", "month", "day")]
    if stated := element.get("iso-8601-date", ""):
        return stated
    return "-".join([parts[0], *(one.zfill(2) for one in parts[1:])]) if all(one.isdecimal() for one in parts) else ""


def _html(body: ET.Element | None) -> str:
    """The text of an article as HTML."""
    if body is None:
        return ""
    made = ET.Element("div")
    _fill(made, body)
    return "".join(ET.tostring(one, encoding="unicode", method="html") for one in made)


def _fill(made: ET.Element, element: ET.Element) -> None:
    """Put what stands in an element into one of HTML."""
    _say(made, element.text)
    for child in element:
        name = local_name(child) if isinstance(child.tag, str) else ""
        if name and name not in _LEFT_OUT:
            tag = _TAGS.get(name) or {"bold": "b", "italic": "i"}.get(child.get("rend", ""), "")
            inner = ET.SubElement(made, tag) if tag else made
            if tag == "a":
                inner.set("href", next((child.get(one, "") for one in _LINKS if child.get(one)), ""))
            _fill(inner, child)
            if name in _LINES:
                ET.SubElement(made, "br")
        _say(made, child.tail)


def _say(made: ET.Element, text: str | None) -> None:
    """Put words behind what stands in an element already."""
    if not text:
        return
    if len(made):
        made[-1].tail = (made[-1].tail or "") + text
    else:
        made.text = (made.text or "") + text
