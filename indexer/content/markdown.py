"""Markdown to the text that a reader reads, and to HTML."""

from typing import Any

import pyromark

from indexer.content.html_text import write_html
from indexer.content.plain_text import BLOCK, LINE, PlainText, TextWriter

_OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_TASKLISTS
)
_PARSER = pyromark.Markdown(options=_OPTIONS)
_GAPS = {
    **dict.fromkeys(("Paragraph", "CodeBlock", "BlockQuote", "List", "Table", "FootnoteDefinition"), BLOCK),
    **dict.fromkeys(("Item", "TableHead", "TableRow"), LINE),
}
"""What parts a block from what is before and behind it."""
_RAW = frozenset({"HtmlBlock", "MetadataBlock"})
_LINE_TAGS = ("<br", "</p", "<p", "<li", "</li", "<div", "</div", "<tr", "<hr", "</td", "<td")


def plain_text(markdown: str) -> PlainText:
    """What a reader reads of a Markdown body. Links keep their words, images their alternative text.

    HTML inside it keeps its words too, without tags, scripts and comments.
    """
    walk = _Walk()
    start, end, write, part = walk.start, walk.end, walk.writer.write, walk.writer.part
    events: Any = _PARSER.events(markdown)
    for event in events:
        if type(event) is dict:
            ((kind, value),) = event.items()
            if kind == "Start" or kind == "End":  # noqa: PLR1714 - of 100 events a body each call counts
                name = value if type(value) is str else next(iter(value))
                if name in _GAPS:
                    part(_GAPS[name])
                elif kind == "Start":
                    start(name)
                else:
                    end(name)
            elif walk.block is None and kind in ("Text", "Code"):
                write(value.rstrip("\n"))
            else:
                walk.other(kind, value)
        elif event == "SoftBreak":
            write(" ")
        elif event == "HardBreak":
            write("\n")
        elif event == "Rule":
            walk.writer.part(BLOCK)
    return walk.writer.finished()


def html_of(markdown: str) -> str:
    """The HTML of a Markdown body, as it is written: what it holds is trusted by nobody (see body_html)."""
    rendered: str = _PARSER.html(markdown)
    return rendered


class _Walk:
    """Writes the text of one body from the parser's events."""

    def __init__(self) -> None:
        self.writer = TextWriter()
        self.block: list[str] | None = None
        """The HTML of the block that is being read, or None outside of one."""

    def start(self, name: str) -> None:
        """Something begins that more than a gap tells."""
        if name == "Heading":
            self.writer.part(BLOCK)
            self.writer.begin_heading()
        elif name == "TableCell":
            self.writer.cell()
        elif name in _RAW:
            self.block = []

    def end(self, name: str) -> None:
        """Something ends that more than a gap tells."""
        if name == "Heading":
            self.writer.end_heading()
            self.writer.part(BLOCK)
        elif name in _RAW:
            written, self.block = "".join(self.block or ()), None
            if name == "HtmlBlock":
                self.writer.part(BLOCK)
                write_html(self.writer, written)
                self.writer.part(BLOCK)

    def other(self, kind: str, value: str) -> None:
        """HTML in a line, or anything inside a block of HTML."""
        if self.block is not None:
            self.block.append(value)
        elif kind == "InlineHtml" and value.casefold().startswith(_LINE_TAGS):
            self.writer.part(LINE)
