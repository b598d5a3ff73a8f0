"""An export in Movable Type's form, which TypePad, Hatena and ameblo write too: entries of named sections."""

import re
from collections.abc import Iterator
from typing import Any

from indexer.content.conventions import Fields
from indexer.content.document import Document, Found, Markup, SourceFile
from indexer.content.rendering import markup_of
from indexer.readers.items import ItemNames, item_digest

_LOOKED_AT = 4_096
_ENTRY = re.compile(r"^-{8,}[ \t]*$", re.MULTILINE)
_SECTION = re.compile(r"^-{5}[ \t]*$", re.MULTILINE)
_FIELD = re.compile(r"^([A-Z][A-Z ]{1,30}):[ \t]*+(.*)$", re.MULTILINE)
_NAMED_SECTION = re.compile(r"\s*(BODY|EXTENDED BODY|EXCERPT|KEYWORDS):[ \t]*\n?")
_TAG = re.compile(r"\"([^\"]*)\"|([^,]+)")
_MARKDOWN = ("markdown", "markdown_with_smartypants")


def is_movable_type(text: str) -> bool:
    """Whether a text is such an export: named lines at its head, and a section of a body behind them."""
    head = text[:_LOOKED_AT].lstrip("\ufeff\r\n ")
    return head.startswith(("AUTHOR:", "TITLE:")) and re.search(r"^-----\nBODY:", text, re.MULTILINE) is not None


def movable_type_documents(file: SourceFile, text: str) -> Iterator[Found]:
    """A document for each entry. Comments and pings, with the addresses of who wrote them, are not looked at."""
    names = ItemNames()
    line = 1
    for number, entry in enumerate(_ENTRY.split(text), 1):
        if entry.strip():
            yield _document(file, entry, names, number, line + len(entry) - len(entry.lstrip("\n")))
        line += entry.count("\n")


def _document(file: SourceFile, entry: str, names: ItemNames, number: int, line: int) -> Document:
    head, *sections = _SECTION.split(entry)
    told: dict[str, list[str]] = {}
    for name, value in _FIELD.findall(head):
        told.setdefault(name, []).append(value.strip())
    parts = {found[1]: one[found.end() :].strip() for one in sections if (found := _NAMED_SECTION.match(one))}
    one = {name: values[0] for name, values in told.items()}
    tags = [quoted or bare for quoted, bare in _TAG.findall(one.get("TAGS") or parts.get("KEYWORDS", ""))]
    fields: dict[str, Any] = {
        "title": one.get("TITLE"),
        "date": one.get("DATE"),
        "author": one.get("AUTHOR"),
        "status": one.get("STATUS"),
        "slug": one.get("BASENAME"),
        "url": one.get("UNIQUE URL"),
        "image": one.get("IMAGE"),
        "categories": list(dict.fromkeys(told.get("PRIMARY CATEGORY", []) + told.get("CATEGORY", []))),
        "tags": [tag.strip() for tag in tags if tag.strip()],
        "excerpt": parts.get("EXCERPT"),
    }
    fields = {key: value for key, value in fields.items() if value}
    body = "\n\n".join(filter(None, (parts.get("BODY"), parts.get("EXTENDED BODY"))))
    return Document(
        path=file.path,
        fields=fields,
        body=body,
        markup=_markup(one.get("CONVERT BREAKS", ""), body),
        item=names.name(Fields({"slug": one.get("BASENAME", "")}), number),
        line=line,
        digest=item_digest(file, {**fields, "text": body}),
        file_language=file.language,
    )


def _markup(converted: str, body: str) -> Markup:
    if converted.casefold() in _MARKDOWN:
        return "markdown"
    return "html" if markup_of(body) == "html" or "<" in body else "text"
