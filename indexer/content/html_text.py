"""The text that a reader reads of HTML: what stands between tags, blocks parted, scripts and comments left out."""

import html
import re

import nh3

from indexer.content.body_html import DROPPED, parted, too_heavy
from indexer.content.plain_text import BLOCK, LINE, PlainText, TextWriter

_BLOCKS = frozenset(
    "address article aside blockquote details div dl fieldset figcaption figure footer h1 h2 h3 h4 h5 h6 header hr main"
    " nav ol p pre section summary table ul caption".split()
)
_LINES = frozenset("br li tr dt dd option".split())
_CELLS = frozenset({"td", "th"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_KEPT = (_BLOCKS | _LINES | _CELLS | {"img", "thead", "tbody", "tfoot", "wbr"}) - {"option"}
_TOKEN = re.compile(r"<(/?)([a-z0-9]++)([^<>]*)>|([^<]+)")
_ALT = re.compile(r'\salt="([^"]*)"')
_FILE_NAME = re.compile(r"[^\n]{1,100}\.(?:png|gif|jpe?g|webp)", re.IGNORECASE)
"""An alternative text that is the name of the file says nothing of a picture."""
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_SIMPLE_TAG = re.compile(r"<[^<>]*>")
_CLEANER = nh3.Cleaner(
    tags=set(_KEPT), attributes={"img": {"alt"}}, clean_content_tags=set(DROPPED) - {"title"}, url_schemes=set()
)


def html_text(written: str) -> PlainText:
    """The plain text of HTML, whole or a part; pictures give their alternative text."""
    writer = TextWriter()
    write_html(writer, written)
    return writer.finished()


def write_html(writer: TextWriter, written: str) -> None:
    """Write the text of HTML as blocks into a text that is being collected."""
    if too_heavy(written):
        writer.write(_BLANKS.sub(" ", html.unescape(_SIMPLE_TAG.sub(" ", written))).strip())
        return
    state = _State(writer)
    for closing, tag, attributes, text in _TOKEN.findall(_CLEANER.clean(parted(written))):
        if text:
            state.text(html.unescape(text))
        else:
            state.tag(tag, attributes, closing=bool(closing))


class _State:
    """Where in the HTML the walk is."""

    def __init__(self, writer: TextWriter) -> None:
        self._writer = writer
        self._preformatted = 0
        self._blank = False

    def tag(self, tag: str, attributes: str, *, closing: bool) -> None:
        """Meet a tag."""
        writer = self._writer
        if tag == "img":
            alt = _ALT.search(attributes)
            self.text(html.unescape(alt[1]) if alt and not _FILE_NAME.fullmatch(alt[1]) else "")
            return
        if tag == "pre":
            self._preformatted += -1 if closing else 1
        if tag in _BLOCKS:
            self._gap(BLOCK)
        elif tag in _LINES:
            self._gap(LINE)
        elif tag in _CELLS and not closing:
            self._blank = False
            writer.cell()
        if tag in _HEADINGS:
            writer.end_heading() if closing else writer.begin_heading()

    def text(self, text: str) -> None:
        """Meet text; blanks count as one, and none stands at the beginning of a block."""
        if self._preformatted:
            self._writer.write(text.rstrip("\n"))
            return
        squeezed = _BLANKS.sub(" ", text)
        if squeezed == " ":
            self._blank = True
            return
        lead = (squeezed.startswith(" ") or self._blank) and not self._writer.at_line_start
        self._blank = squeezed.endswith(" ")
        self._writer.write((" " if lead else "") + squeezed.strip(" "))

    def _gap(self, gap: str) -> None:
        self._blank = False
        self._writer.part(gap)
