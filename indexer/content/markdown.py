"""Markdown to the text that a reader reads, and where its headings stand in it."""

from dataclasses import dataclass

import pyromark

from search.article import Span

_OPTIONS = (
    pyromark.Options.ENABLE_TABLES
    | pyromark.Options.ENABLE_STRIKETHROUGH
    | pyromark.Options.ENABLE_FOOTNOTES
    | pyromark.Options.ENABLE_TASKLISTS
)
_PARSER = pyromark.Markdown(options=_OPTIONS)
_BLOCKS = frozenset(
    {"Paragraph", "Heading", "CodeBlock", "BlockQuote", "List", "Table", "HtmlBlock", "FootnoteDefinition"}
)
_LINES = frozenset({"Item", "TableHead", "TableRow"})


@dataclass(frozen=True, slots=True)
class PlainText:
    """Text without markup; blocks are parted by an empty line, list items and table rows by a line's end."""

    text: str
    headings: tuple[Span, ...]


def plain_text(markdown: str) -> PlainText:
    """What a reader reads of a Markdown body. Links keep their words, images their alternative text."""
    writer = _Writer()
    for event in _PARSER.events(markdown):
        writer.take(event)
    return writer.finished()


def html_of(markdown: str) -> str:
    """The HTML of a Markdown body, as it is written: what it holds is trusted by nobody (see body_html)."""
    rendered: str = _PARSER.html(markdown)
    return rendered


class _Writer:
    """Collects the text of one body from the parser's events."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._gap = ""
        self._heading: int | None = None
        self._headings: list[Span] = []
        self._raw = 0

    def take(self, event: object) -> None:
        """Add one event of the parser."""
        if isinstance(event, dict):
            ((kind, value),) = event.items()
            if kind == "Start":
                self._start(_name(value))
            elif kind == "End":
                self._end(_name(value))
            elif kind in ("Text", "Code") and not self._raw:
                self._write(value.rstrip("\n"))
        elif event in ("SoftBreak", "HardBreak"):
            self._write(" " if event == "SoftBreak" else "\n")
        elif event == "Rule":
            self._part("\n\n")

    def finished(self) -> PlainText:
        """The text collected so far."""
        text = "".join(self._pieces).rstrip()
        # A last heading of nothing but blanks went with them.
        return PlainText(
            text, tuple((start, min(end, len(text))) for start, end in self._headings if start < len(text))
        )

    def _start(self, name: str) -> None:
        if name in _BLOCKS:
            self._part("\n\n")
        elif name in _LINES:
            self._part("\n")
        elif name == "TableCell" and self._length and not self._gap:
            self._gap = " | "
        if name == "Heading":
            self._heading = -1
        if name in ("HtmlBlock", "MetadataBlock"):
            self._raw += 1

    def _end(self, name: str) -> None:
        if name == "Heading":
            if self._heading is not None and self._heading >= 0:
                self._headings.append((self._heading, self._length))
            self._heading = None
        if name in ("HtmlBlock", "MetadataBlock"):
            self._raw -= 1
        if name in _BLOCKS:
            self._part("\n\n")
        elif name in _LINES:
            self._part("\n")

    def _part(self, gap: str) -> None:
        """Ask for a gap before whatever comes next; of several, the largest."""
        if self._length and len(gap) > len(self._gap.strip(" |")):
            self._gap = gap

    def _write(self, text: str) -> None:
        if not text:
            return
        if self._gap:
            self._pieces.append(self._gap)
            self._length += len(self._gap)
            self._gap = ""
        if self._heading == -1:
            self._heading = self._length
        self._pieces.append(text)
        self._length += len(text)


def _name(tag: object) -> str:
    return str(next(iter(tag))) if isinstance(tag, dict) else str(tag)
