"""The body of a document: its plain text, its first heading, and its safe HTML."""

import re
from dataclasses import dataclass
from html import escape

from indexer.content.body_html import rendered_safely, safe_html
from indexer.content.dates import day_of_name
from indexer.content.delimited import delimiters, replaced
from indexer.content.document import Document
from indexer.content.html_text import html_text
from indexer.content.languages import without_language
from indexer.content.markdown import html_of, plain_text
from indexer.content.markdown_cleaning import cleaned
from indexer.content.plain_text import PlainText
from indexer.content.shortcodes import without_shortcodes

_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""What no reader sees in a text, but a terminal obeys and XML refuses."""
_BLOCK_COMMENT = (delimiters(r"<!--\s*/?wp:", "-->", 20_000),)
_LIQUID = (delimiters(r"\{%", r"%\}", 2_000), delimiters(r"\{\{", r"\}\}", 2_000))
_CALLS = (
    delimiters(r"<p\b[^<>]{0,1000}\bclass=[\"'](?:button-wrapper|cta-caption)[\"'][^<>]{0,3000}>", r"</p>", 3_000),
)
"""Substack's buttons that ask to subscribe or to share, and the words above a form of that kind."""
_NUMBER_OF_NOTION = re.compile(r"(?<=\s)[0-9a-f]{32}$")
_HAS_BLOCK_TAGS = re.compile(r"<(?:p|div|br|h[1-6]|ul|ol|table|blockquote|section|article|figure|pre)\b", re.IGNORECASE)
_TAG = re.compile("<[^<>]*+>")
_MOST_ABOVE = 60
"""So many letters may stand above a title: a day, a kicker, who wrote it."""
_HEADING_BEGIN, _HEADING_END = re.compile("<h[1-6]>"), re.compile("</h[1-6]>")


@dataclass(frozen=True, slots=True)
class Rendered:
    """A body as plain text, and as HTML that is safe to show."""

    plain: PlainText
    html: str


def rendered(document: Document) -> Rendered:
    """The plain text and the safe HTML of a document's body."""
    body = _UNSEEN.sub("", document.body).replace("<&#47;", "</")  # as an importer of Jekyll's wrote ends of elements
    if document.markup in ("markdown", "mdx"):
        markdown = cleaned(body, mdx=document.markup == "mdx")
        return Rendered(plain_text(markdown), rendered_safely(markdown, html_of(markdown), document.base))
    if document.markup == "html":
        written = _cms_html(body)
        return Rendered(html_text(written), safe_html(written, document.base))
    return _of_plain(body)


def _cms_html(body: str) -> str:
    """HTML as it is in a page: WordPress's shortcodes and Jekyll's tags taken off, its empty lines made paragraphs."""
    body = without_shortcodes(body)
    if "{%" in body or "{{" in body:
        body = replaced(body, _LIQUID, lambda _: "")
    if "button-wrapper" in body or "cta-caption" in body:
        body = replaced(body, _CALLS, lambda _: "")
    if "<!--" in body:
        body = replaced(body, _BLOCK_COMMENT, lambda _: "")
    if "\n\n" in body.strip() and not re.search(r"<p[\s>]", body, re.IGNORECASE):
        body = re.sub(r"\n[ \t]*\n+", "\n\n<p>", body)
    return body


def _of_plain(body: str) -> Rendered:
    text = re.sub(r"(?<![ \t])[ \t]+\n", "\n", body.replace("\r\n", "\n").strip())
    text = re.sub(r"\n{3,}", "\n\n", text)
    paragraphs = "".join(f"<p>{escape(each)}</p>\n" for each in text.split("\n\n") if each.strip())
    return Rendered(PlainText(text, ()), paragraphs.replace("\n</p>", "</p>"))


def markup_of(text: str) -> str:
    """Whether a text of unknown markup is HTML or plain: what has the tag of a block is HTML."""
    return "html" if _HAS_BLOCK_TAGS.search(text) else "text"


def only_heading(html: str) -> str:
    """What stands in the only heading of the first level, where a line or links alone stand before it."""
    before, *behind = html.split("<h1>", 2)
    if len(behind) != 1 or _HEADING_BEGIN.search(before):
        return ""
    heading, _, text = behind[0].partition("</h1>")
    first, *others = before.split("<a ")
    unlinked = first + "".join(each.partition("</a>")[2] for each in others)
    lines = [line for each in unlinked.split("</p>") if (line := _TAG.sub("", each).strip())]
    most = min(_MOST_ABOVE, len(_TAG.sub("", text)))
    return heading if not lines or (len(lines) == 1 and len(lines[0]) <= most) else ""


def name_of_note(document: Document, html: str) -> str:
    """The name of a file that is its title: one of several words, of a text parted by headings of the first level.

    A day before it, a language and the number that Notion puts behind it are no words of it.
    """
    name, _, suffix = document.path.rsplit("/", 1)[-1].rpartition(".")
    if suffix != "md" or html.count("<h1>") < 2:
        return ""
    bare = without_language(name)
    words = _NUMBER_OF_NOTION.sub("", day_of_name(bare)[1] or bare).strip()
    return words if " " in words else ""


def without_heading(html: str) -> str:
    """HTML without its first heading."""
    begin = _HEADING_BEGIN.search(html)
    end = _HEADING_END.search(html, begin.end()) if begin else None
    return html[: begin.start()].rstrip() + html[end.end() :].lstrip() if begin and end else html
