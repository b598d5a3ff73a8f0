"""SGML of news agencies as collections for research have it: Reuters-21578, TREC's and the LDC's newswire."""

import html
import re
from collections.abc import Iterable, Iterator

from indexer.content.conventions import Fields
from indexer.content.decoding import decoded
from indexer.content.document import Document, Found, Omitted, SourceFile
from indexer.content.repository_files import KEPT, lies_among_kept
from indexer.readers.items import ItemNames, item_digest

_BEGIN = re.compile(r"<(doc|reuters)(\s[^<>]{0,500})?>", re.IGNORECASE)
_ENDS = {name: re.compile(f"</{name}>", re.IGNORECASE) for name in ("doc", "reuters")}
_NUMBER = re.compile(r"\b(?:newid|id)=[\"']?([\w.-]{1,60})", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_PARAGRAPH = re.compile(r"<p>|\n(?=[ \t]{3})|\n\s*\n", re.IGNORECASE)
_LISTED = re.compile(r"<d>([^<>]{1,200})</d>", re.IGNORECASE)
_END = re.compile(r"(?:&#3;|\x03)\s*+\Z")
"""The sign that ends a text on the wire."""
_SIGNED = re.compile(r"\n[ \t]*reuters?[ \t]*$", re.IGNORECASE)
_DAY_IN_NUMBER = re.compile(r"(?<!\d)((?:19|20)\d{2})(\d{2})(\d{2})(?=[._])|^[A-Z]{2,4}(\d{2})(\d{2})(\d{2})-")
_ELEMENTS: dict[str, tuple[str, ...]] = {
    "title": ("title", "headline", "head", "hl"),
    "author": ("author", "byline"),
    "date": ("date", "date_time", "datetime", "date1"),
    "section": ("section",),
}
WITHOUT_ARTICLES = "SGML without articles"


class SgmlReader:
    """Reads a document for each `<DOC>` or `<REUTERS>` of a file."""

    name = "SGML"
    suffixes = frozenset({".sgm", ".sgml"})
    streams = False

    def read(self, file: SourceFile) -> Iterable[Found]:
        """The documents of a file; an omission where it has none, or lies among what is kept from readers."""
        if lies_among_kept(file.path):
            yield Omitted(file.path, KEPT)
            return
        text, _ = decoded(file.content)
        names = ItemNames()
        number, line, counted = 0, 1, 0
        for number, (start, attributes, inner) in enumerate(_items(text), 1):
            line, counted = line + text.count("\n", counted, start), start
            yield _document(file, names, number, line, attributes, inner)
        if not number:
            yield Omitted(file.path, WITHOUT_ARTICLES)


def _items(text: str) -> Iterator[tuple[int, str, str]]:
    """Where each article begins, the attributes of its element, and what stands in it."""
    at = 0
    while found := _BEGIN.search(text, at):
        closing = _ENDS[found[1].lower()].search(text, found.end())
        end = closing.start() if closing else len(text)
        yield found.start(), found[2] or "", text[found.end() : end]
        at = end


def _document(file: SourceFile, names: ItemNames, number: int, line: int, attributes: str, inner: str) -> Document:
    fields: dict[str, object] = {}
    for key, elements in _ELEMENTS.items():
        if value := next(filter(None, (_words(_element(inner, name)) for name in elements)), ""):
            fields[key] = value
    own = _NUMBER.search(attributes)
    named = _words(_element(inner, "docno") or _element(inner, "docid")) or (own[1] if own else "")
    if "date" not in fields and (day := _DAY_IN_NUMBER.search(named)):
        fields["date"] = "-".join(day.groups()[:3]) if day[1] else f"19{day[4]}-{day[5]}-{day[6]}"
    if topics := [html.unescape(one) for one in _LISTED.findall(_element(inner, "topics"))]:
        fields["tags"] = topics
    body = _body(inner)
    return Document(
        path=file.path,
        fields=fields,
        body=body,
        markup="text",
        item=names.name(Fields({"id": named}), number),
        line=line,
        digest=item_digest(file, {**fields, "text": body}),
        file_language=file.language,
    )


def _element(text: str, name: str) -> str:
    """What stands in the first element of a name; nothing of one that does not end."""
    found = re.search(rf"<{name}(?:\s[^<>]{{0,200}})?>", text, re.IGNORECASE)
    if not found:
        return ""
    end = re.compile(rf"</{name}>", re.IGNORECASE).search(text, found.end())
    return text[found.end() : end.start()] if end else ""


def _body(inner: str) -> str:
    """The paragraphs of an article, its place and day before the first one."""
    text = _element(inner, "body") or _element(inner, "text")
    if lead := _element(inner, "lp"):  # the first paragraphs, in the Wall Street Journal of TREC
        text = f"{lead}\n\n{text}"
    place = _words(_element(inner, "dateline"))
    written = _SIGNED.sub("", _END.sub("", text).rstrip())
    paragraphs = filter(None, map(_words, _PARAGRAPH.split(written)))
    return "\n\n".join([f"{place} {first}" if place and not number else first
                        for number, first in enumerate(paragraphs)])  # fmt: skip


def _words(text: str) -> str:
    """A text without tags and references to characters, blanks made one."""
    return " ".join(html.unescape(_TAG.sub(" ", text)).split())
