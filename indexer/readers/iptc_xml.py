"""NITF, NewsML-G2 and NewsML 1, the XML of news agencies (IPTC): articles, not the pictures and packages among them."""

import xml.etree.ElementTree as ET  # nosec B405 - expat bounds what entities may grow to
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import BinaryIO

from indexer.content.dates import is_moment
from indexer.content.document import Found, Omitted, SourceFile
from indexer.readers.items import ItemNames, item_document
from indexer.readers.xml_stream import elements, local_name

MAX_ITEM = 20_000_000
"""One news item may have so many bytes."""
_HTML = {"hl1": "h2", "hl2": "h2", "bq": "blockquote", "block": "div"}
"""What elements of NITF are called in HTML; its tables, lists and paragraphs have the same names."""
_TEXTS = ("body.content", "inlineXML", "inlineData", "DataContent")
"""Elements that hold the text of an item."""
_MEDIA_OF_TEXT = ("", "text", "complextext")
_ROLES_BESIDE = tuple("caption photo picture image graphic thumbnail quicklook preview audio video".split())
"""Roles of components of NewsML 1 that are not the article."""
_NO_TEXT = ("media", "note", "copyrite", "script", "style")
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def iptc_documents(file: SourceFile, opened: BinaryIO) -> Iterator[Found]:
    """A document for each news item of text. Raises UnfitError where the XML ends or breaks too early."""
    names = ItemNames()
    number = 0
    for number, element in enumerate(elements(opened, _is_item, MAX_ITEM), 1):
        _without_namespaces(element)
        yield _found(file, element, names, number)
    if not number:
        yield Omitted(file.path, "XML without articles")


def _is_item(names: Sequence[str]) -> bool:
    """Whether an element is a news item, or NITF that stands in none."""
    if names[-1] == "NewsItem":
        return "NewsItem" not in names[:-1]
    return names[-1] == "newsItem" or (names[-1] == "nitf" and not {"newsItem", "NewsItem"} & set(names))


def _found(file: SourceFile, element: ET.Element, names: ItemNames, number: int) -> Found:
    origin = dict(_as_written(element))
    nitf = element if element.tag == "nitf" else element.find(".//inlineXML/nitf")
    nitf = _nitf_of_newsml_1(element) if nitf is None and element.tag == "NewsItem" else nitf
    fields = _of_nitf(nitf) if nitf is not None else {}
    if element.tag == "NewsItem":
        fields |= {key: value for key, value in _of_newsml_1(element).items() if value}
    if element.tag == "newsItem":
        if _code(element, "itemMeta/itemClass") not in ("", "text", "composite"):
            return Omitted(file.path, "of another kind than an article")
        fields |= {key: value for key, value in _of_news_item(element).items() if value}
    if not (fields.get("content_html") or fields.get("content_text")):
        return Omitted(file.path, "without a text")
    said = {key: value for key, value in fields.items() if value}
    document = replace(item_document(file, said, names, number, 1), origin=origin)
    return document if number > 1 or element.tag != "nitf" else replace(document, item="")


def _of_nitf(nitf: ET.Element) -> dict[str, object]:
    """The fields of an article in NITF. What has a time of release is published then."""
    facts, head = "head/docdata", "body/body.head"
    printed = nitf.find("head/pubdata")
    paper = printed.attrib if printed is not None else {}
    content = nitf.find("body/body.content")
    picture = None if content is None else content.find(".//media[@media-type='image']/media-reference")
    released = _attribute(nitf, f"{facts}/date.release", "norm")
    subjects = [one.get("tobject.subject.type", "") for one in nitf.findall("head/tobject/tobject.subject")]
    return {
        "id": _attribute(nitf, f"{facts}/doc-id", "id-string"),
        "title": _text(nitf, f"{head}/hedline/hl1") or _text(nitf, "head/title"),
        "description": _text(nitf, f"{head}/abstract") or _text(nitf, f"{head}/hedline/hl2"),
        "authors": [_words(one) for one in nitf.findall(f"{head}/byline/person")]
        or _one_or_all([_without_title(one) for one in nitf.findall(f"{head}/byline")]),
        "published": released
        or _attribute(nitf, f"{facts}/date.issue", "norm")
        or paper.get("date.publication", ""),
        "expires": _attribute(nitf, f"{facts}/date.expire", "norm"),
        "tags": [one.get("key", "") for one in nitf.findall(f"{facts}/key-list/keyword")],
        "sections": list(dict.fromkeys(filter(None, [paper.get("position.section", ""), *subjects]))),
        "source": paper.get("name") or _text(nitf, f"{head}/distributor")
        or _attribute(nitf, f"{facts}/doc.copyright", "holder"),
        "image": picture.get("source", "") if picture is not None else "",
        "status": _status(_attribute(nitf, facts, "management-status"), released),
        "revision": [_attribute(nitf, f"{facts}/du-key", "key"), _attribute(nitf, f"{facts}/du-key", "version"),
                     _attribute(nitf, f"{facts}/date.issue", "norm")],
        "language": nitf.get(_LANGUAGE, ""),
        "content_html": _html(content) if content is not None else "",
    }  # fmt: skip


def _status(managed: str, released: str) -> str:
    """What is under embargo appears when it is released; without a time of release it is withheld."""
    return managed if managed.casefold() != "embargoed" else "" if is_moment(released) else "withheld"


def _of_news_item(item: ET.Element) -> dict[str, object]:
    """The fields of a news item in NewsML-G2. What is under embargo is published when that ends.

    Where it does not say when, it is withheld.
    """
    about = "contentMeta"
    page = item.find(".//inlineXML/html/body")
    plain = item.find(".//inlineData")
    subjects = item.findall(f"{about}/subject")
    ends = item.find("itemMeta/embargoed")
    withheld = ends is not None and not is_moment(_words(ends))
    return {
        "id": item.get("guid", ""),
        "title": _text(item, f"{about}/headline") or _text(item, "itemMeta/title"),
        "description": _text(item, f"{about}/description"),
        "authors": _one_or_all([_words(one) for one in item.findall(f"{about}/by")])
        or [_words(one) for one in item.findall(f"{about}/creator/name")],
        "published": _text(item, "itemMeta/embargoed") or _text(item, f"{about}/contentCreated")
        or _text(item, "itemMeta/firstCreated") or _text(item, "itemMeta/versionCreated"),
        "updated": _text(item, "itemMeta/versionCreated"),
        "tags": [*filter(None, (_words(one.find("name")) for one in subjects)),
                 *(_words(one) for one in item.findall(f"{about}/keyword"))],
        "source": _text(item, f"{about}/infoSource/name") or _text(item, "itemMeta/provider/name"),
        "expires": _text(item, "itemMeta/expires"),
        "status": "withheld" if withheld else _code(item, "itemMeta/pubStatus"),
        "revision": [item.get("guid", ""), item.get("version", ""), _text(item, "itemMeta/versionCreated")],
        "language": _attribute(item, f"{about}/language", "tag") or item.get(_LANGUAGE, ""),
        "content_html": _html(page) if page is not None else "",
        "content_text": _words(plain, lines=True),
    }  # fmt: skip


def _text_of_newsml_1(item: ET.Element) -> tuple[ET.Element | None, ET.Element]:
    """What holds the text of a news item, and the component whose headline it has: no caption, and no picture."""
    best: tuple[bool, int] = (False, -1)
    chosen: tuple[ET.Element | None, ET.Element] = (None, item)
    left = [(item, item, "", "")]
    while left:
        element, lined, role, medium = left.pop()
        if element.tag == "NewsComponent":
            role = _attribute(element, "Role", "FormalName").casefold() or role
            lined = element if element.find("NewsLines") is not None else lined
        medium = _attribute(element, "MediaType", "FormalName").casefold() or medium
        if element.tag != "DataContent":
            left += [(one, lined, role, medium) for one in element][::-1]
        elif medium in _MEDIA_OF_TEXT and role not in _ROLES_BESIDE:
            weight = (role == "main", len(_words(element)))
            if weight > best:
                best, chosen = weight, (element, lined)
    return chosen


def _nitf_of_newsml_1(item: ET.Element) -> ET.Element | None:
    content, _ = _text_of_newsml_1(item)
    return None if content is None else content.find("nitf")


def _release(item: ET.Element) -> tuple[str, str]:
    """The state of a news item in NewsML 1, and when its embargo ends; without an end it is withheld."""
    managed = "NewsManagement"
    state = _attribute(item, f"{managed}/Status", "FormalName").casefold()
    if "embargo" not in state:
        return state, ""
    later = _attribute(item, f"{managed}/StatusWillChange/FutureStatus", "FormalName").casefold()
    at = _text(item, f"{managed}/StatusWillChange/DateAndTime")
    return ("", at) if later == "usable" and is_moment(at) else ("withheld", "")


def _of_newsml_1(item: ET.Element) -> dict[str, object]:
    """The fields of a news item in NewsML 1, which some agencies still send."""
    told, managed = "Identification/NewsIdentifier", "NewsManagement"
    content, component = _text_of_newsml_1(item)
    lines = "NewsLines" if component is not item else ".//NewsLines"
    status, released = _release(item)
    body = None if content is None else content.find(".//body")
    body = content if body is None else body
    name = ":".join(_text(item, f"{told}/{part}") for part in ("ProviderId", "DateId", "NewsItemId"))
    changed = _text(item, f"{managed}/ThisRevisionCreated")
    html = "" if body is None or body.find(".//nitf") is not None else _html(body)
    return {
        "id": _text(item, f"{told}/NewsItemId"),
        "title": _text(component, f"{lines}/HeadLine"),
        "description": _text(component, f"{lines}/SubHeadLine"),
        "authors": [_words(one) for one in component.findall(f"{lines}/ByLine")],
        "published": released or _text(item, f"{managed}/FirstCreated") or changed,
        "updated": changed,
        "tags": [_words(one) for one in component.findall(f"{lines}/KeywordLine")],
        "source": _attribute(item, ".//AdministrativeMetadata/Provider/Party", "FormalName"),
        "status": status,
        "revision": [name, _text(item, f"{told}/RevisionId"), changed],
        "language": _attribute(item, ".//DescriptiveMetadata/Language", "FormalName") or item.get(_LANGUAGE, ""),
        "content_html": html if body is not None and len(body) else "",
        "content_text": _words(body, lines=True) if body is not None and not len(body) else "",
    }


def _as_written(item: ET.Element) -> Iterator[tuple[str, str]]:
    """What elements and attributes of an item say, by their paths, but for its text."""
    left = [(item, str(item.tag))]
    while left:
        element, path = left.pop()
        for name, value in element.items():
            yield f"{path}@{name.rsplit('}', 1)[-1]}", value
        if not len(element) and (words := " ".join((element.text or "").split())):
            yield path, words
        inner = (one for one in element if one.tag not in _TEXTS)
        left += [(one, f"{path}/{one.tag}") for one in inner][::-1]


def _without_namespaces(element: ET.Element) -> None:
    for each in element.iter():
        each.tag = local_name(each)


def _html(content: ET.Element) -> str:
    """What an element holds, as HTML."""
    for parent in content.iter():
        for child in list(parent):
            if child.tag in _NO_TEXT:
                child.text, child[:] = "", []
                child.attrib.clear()
                child.tag = "span"
            child.tag = _HTML.get(child.tag, child.tag)
    inside = "".join(ET.tostring(child, encoding="unicode", method="html") for child in content)
    return f"{content.text or ''}{inside}".strip()


def _one_or_all(bylines: list[str]) -> object:
    """A byline alone, for a text may name several people; of more of them all, a person each."""
    return bylines[0] if len(bylines) == 1 else bylines


def _without_title(byline: ET.Element) -> str:
    """The words of a byline but for the writer's title, which stands in an element of its own."""
    title = _words(byline.find("byttl"))
    return _words(byline).removesuffix(title).strip() if title else _words(byline)


def _text(element: ET.Element, path: str) -> str:
    return _words(element.find(path))


def _words(element: ET.Element | None, lines: bool = False) -> str:
    """The words in an element, in one line if lines do not count; none where there is no element."""
    if element is None:
        return ""
    written = "".join(element.itertext())
    return written.strip() if lines else " ".join(written.split())


def _attribute(element: ET.Element, path: str, name: str) -> str:
    found = element.find(path)
    return found.get(name, "") if found is not None else ""


def _code(element: ET.Element, path: str) -> str:
    """The code of a term without its scheme, such as `usable` of `stat:usable`."""
    return _attribute(element, path, "qcode").rpartition(":")[2].casefold()
