"""Documents of Word, as newsrooms file copy: the text of one article, read without any library of its own."""

import os
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from html import escape
from typing import Any, BinaryIO, NamedTuple, cast
from zipfile import BadZipFile, ZipFile

from indexer.content.beneath import open_source
from indexer.content.dates import day_of_name
from indexer.content.document import Document, Found, Omitted, SourceFile, UnfitError
from indexer.content.repository_files import KEPT, lies_among_kept
from indexer.readers.xml_stream import elements, local_name

MOST_BYTES = 200_000_000
"""So many bytes a document may have, and each of its parts when it is unpacked."""
_SMALL_PART, _MOST_RATIO = 10_000_000, 100
"""A part of more bytes that is packed into less than a hundredth of them is no text."""
MOST_OF_PARAGRAPH = 5_000_000
MOST_WORDS, MOST_PARAGRAPHS = 5_000_000, 100_000
"""Letters and paragraphs of the longest article: a small file may unpack to gigabytes."""
_UNREADABLE = (BadZipFile, zlib.error, EOFError, KeyError, RuntimeError, NotImplementedError, OSError)
_SKIPPED = frozenset({"Fallback", "del", "moveFrom", "pPr", "rPr", "instrText", "p"})
"""What holds no words of its paragraph: tracked deletions, a second form of a text box, formats."""
_NO_TITLE = re.compile(
    r"(?:microsoft word\b|untitled|document\d*$|dokument\d*$|документ ?\d*$|без назви).*", re.IGNORECASE
)
_OFF = frozenset({"0", "false", "off"})
_MOST_BASED = 20
"""So many styles may be based one on another."""
_HEADING = re.compile(r"heading ([1-6])")


class _Style(NamedTuple):
    name: str = ""
    hidden: bool = False


class WordReader:
    """Reads a document of Word as one article."""

    name = "Word"
    suffixes = frozenset({".docx"})
    streams = True

    def read(self, file: SourceFile) -> Iterable[Found]:
        """The one document of a file. Raises UnfitError for what is no document of Word."""
        with open_source(file) as opened:
            if (size := os.fstat(opened.fileno()).st_size) > MOST_BYTES:
                raise UnfitError(f"has {size:,} bytes; {MOST_BYTES:,} is the limit for a document of Word")
            try:
                document = _document(file, ZipFile(opened))
            except _UNREADABLE as wrong:
                raise UnfitError(f"is no document of Word that can be read: {wrong}") from wrong
            kept = not document.fields["status"] and lies_among_kept(file.path)
            yield Omitted(file.path, KEPT) if kept else document


def _document(file: SourceFile, archive: ZipFile) -> Document:
    styles = _styles(archive)
    paragraphs = list(_paragraphs(archive, styles))
    told = _properties(archive)
    title = next((text for kind, text in paragraphs if kind == "title"), "")
    begins_with_heading = bool(paragraphs) and paragraphs[0][0] in ("1", "2")
    if not (title or begins_with_heading or _NO_TITLE.match(told.get("title", ""))):
        title = told.get("title", "")
    named = day_of_name(file.path.rsplit("/", 1)[-1])[0]
    return Document(
        path=file.path,
        fields={
            "title": title,
            "authors": told.get("creator", ""),
            "created": "" if named else told.get("created", ""),
            "keywords": told.get("keywords", ""),
            "category": told.get("category", ""),
            "language": told.get("language", ""),
            "status": told.get("contentStatus", ""),
        },
        body=_html(paragraphs),
        markup="html",
        file_language=file.language,
    )


def _html(paragraphs: Iterable[tuple[str, str]]) -> str:
    """Paragraphs with their kinds as HTML."""
    written = []
    for kind, text in paragraphs:
        tag = "h1" if kind == "title" else f"h{kind}" if kind.isdecimal() else kind
        words = escape(text, quote=False).replace("\n", "<br>")
        written.append(f"<ul><li>{words}</li></ul>" if tag == "li" else f"<{tag}>{words}</{tag}>")
    return "\n".join(written).replace("</ul>\n<ul>", "\n")


def _paragraphs(archive: ZipFile, styles: Mapping[str, _Style]) -> Iterator[tuple[str, str]]:
    """Each paragraph that says something: `p`, `li`, `title` or the level of a heading, and its text."""
    letters = 0
    for number, paragraph in enumerate(_elements(archive, "word/document.xml", "p"), 1):
        text = "".join(_words(paragraph, styles)).strip()
        letters += len(text)
        if letters > MOST_WORDS or number > MOST_PARAGRAPHS:
            raise UnfitError(f"has more than {MOST_WORDS:,} letters or {MOST_PARAGRAPHS:,} paragraphs")
        if text:
            yield _kind(paragraph, styles), text


def _kind(paragraph: Any, styles: Mapping[str, _Style]) -> str:
    told = {local_name(one): one for each in paragraph if local_name(each) == "pPr" for one in each}
    style = styles.get(_value(told.get("pStyle")), _Style()).name
    heading = _HEADING.match(style)
    if style == "title" or heading:
        return heading[1] if heading else "title"
    return "li" if "numPr" in told or style.startswith("list") else "p"


def _words(element: Any, styles: Mapping[str, _Style], hidden: bool = False) -> Iterator[str]:
    """The words that Word shows; `w:vanish` hides them, in a run, or in the style of a run or a paragraph."""
    hidden = _is_hidden(element, styles, hidden)
    for each in element:
        name = local_name(each)
        if hidden and (name in ("t", "br", "cr", "tab")):
            continue
        if name == "t":
            yield each.text or ""
        elif name in ("br", "cr"):
            yield "\n"
        elif name == "tab":
            yield " "
        elif name not in _SKIPPED:
            yield from _words(each, styles, hidden)


def _is_hidden(element: Any, styles: Mapping[str, _Style], around: bool) -> bool:
    """Whether Word hides the words of a run or a paragraph: what a run says itself comes before its style."""
    said = {local_name(one): one for each in element if local_name(each) in ("rPr", "pPr") for one in each}
    if local_name(element) == "r" and "vanish" in said:
        return _value(said["vanish"]) not in _OFF
    named = said.get("rStyle") if local_name(element) == "r" else said.get("pStyle")
    return around or styles.get(_value(named), _Style()).hidden


def _styles(archive: ZipFile) -> dict[str, _Style]:
    """What is known of styles, whose names are English in every language of Word, by the keys that texts give."""
    if "word/styles.xml" not in archive.namelist():
        return {}
    names: dict[str, str] = {}
    based: dict[str, str] = {}
    own: dict[str, bool] = {}
    for style in _elements(archive, "word/styles.xml", "style"):
        told = {local_name(each): each for each in style}
        key = next((value for key, value in style.attrib.items() if key.endswith("styleId")), "")
        vanish = next((one for one in told.get("rPr", ()) if local_name(one) == "vanish"), None)
        names[key], based[key] = _value(told.get("name")).casefold(), _value(told.get("basedOn"))
        if vanish is not None:
            own[key] = _value(vanish) not in _OFF
    return {key: _Style(name, _is_based_on_hidden(key, based, own)) for key, name in names.items()}


def _is_based_on_hidden(key: str, based: Mapping[str, str], own: Mapping[str, bool]) -> bool:
    """Whether a style, or the nearest that it is based on and that says so, hides its words."""
    for _ in range(_MOST_BASED):
        if key in own or key not in based:
            break
        key = based[key]
    return own.get(key, False)


def _properties(archive: ZipFile) -> dict[str, str]:
    """What the document says of itself."""
    if "docProps/core.xml" not in archive.namelist():
        return {}
    names = "title creator keywords category language created contentStatus".split()
    return {local_name(one): (one.text or "").strip() for one in _elements(archive, "docProps/core.xml", *names)}


def _elements(archive: ZipFile, part: str, *names: str) -> Iterator[Any]:
    """The elements of a part that have one of these names. Raises UnfitError where it is too long, or broken."""
    with archive.open(part) as opened:
        packed = archive.getinfo(part)
        if packed.file_size > MOST_BYTES:
            raise UnfitError(f"has a part of more than {MOST_BYTES:,} bytes")
        if packed.file_size > max(_SMALL_PART, _MOST_RATIO * packed.compress_size):
            raise UnfitError(f"has a part that is packed into less than one {_MOST_RATIO}th of its bytes")
        yield from elements(
            cast(BinaryIO, opened), lambda within: within[-1] in names and "Fallback" not in within, MOST_OF_PARAGRAPH
        )


def _value(element: Any) -> str:
    """The `val` of an element, whatever its name space."""
    attributes = element.attrib.items() if element is not None else ()
    return next((value for key, value in attributes if key.endswith("val")), "")
