"""Text without markup, and where its headings stand in it: what is searched of an article."""

from collections.abc import Iterable
from dataclasses import dataclass

from search.article import Span

BLOCK, LINE, CELL = "\n\n", "\n", " | "
"""What parts blocks, list items or table rows, and cells of a row."""


@dataclass(frozen=True, slots=True)
class PlainText:
    """Text without markup; blocks are parted by an empty line, list items and table rows by a line's end."""

    text: str
    headings: tuple[Span, ...]


class TextWriter:
    """Collects the text of one body, and asks for gaps between its parts."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._length = 0
        self._gap = ""
        self._heading: int | None = None
        self._headings: list[Span] = []

    def begin_heading(self) -> None:
        """What is written from now on is a heading."""
        self._heading = -1

    def end_heading(self) -> None:
        """What is written from now on is no heading."""
        if self._heading is not None and self._heading >= 0:
            self._headings.append((self._heading, self._length))
        self._heading = None

    def part(self, gap: str) -> None:
        """Ask for a gap before whatever comes next; of several, the largest."""
        if self._length and len(gap) > len(self._gap.strip(" |")):
            self._gap = gap

    def cell(self) -> None:
        """Ask for what parts cells, unless a row begins here."""
        if self._length and not self._gap:
            self._gap = CELL

    def write(self, text: str) -> None:
        """Add text as it is."""
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

    @property
    def at_line_start(self) -> bool:
        """Whether a gap was asked for, or nothing was written yet."""
        return bool(self._gap) or not self._length

    def include(self, other: PlainText) -> None:
        """Add text that was collected elsewhere, with its headings, as blocks of its own."""
        if not other.text:
            return
        self.part(BLOCK)
        self.write(other.text)
        at = self._length - len(other.text)
        self._headings.extend((at + start, at + end) for start, end in other.headings)
        self.part(BLOCK)

    def finished(self) -> PlainText:
        """The text collected so far."""
        text = "".join(self._pieces).rstrip()
        return PlainText(text, tuple(_within(self._headings, len(text))))


def without_first_heading(plain: PlainText, title: str) -> PlainText:
    """The text without its first line, where that is a heading that repeats the title."""
    if not plain.headings or plain.headings[0][0] != 0:
        return plain
    end = plain.headings[0][1]
    if " ".join(plain.text[:end].split()).casefold() != title.casefold():
        return plain
    rest = plain.text[end:].lstrip("\n")
    shift = len(plain.text) - len(rest)
    return PlainText(rest, tuple((start - shift, stop - shift) for start, stop in plain.headings[1:]))


def _within(spans: Iterable[Span], length: int) -> Iterable[Span]:
    """The spans cut to a length: a last heading of nothing but blanks went with them."""
    return ((start, min(end, length)) for start, end in spans if start < length)
