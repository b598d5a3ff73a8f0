"""Snippet of an article: the sentence with the query's words, and the text behind it."""

import html
import re
from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from search.article import Span
from search.hits.highlighter import Highlighter

LENGTH = 240
"""About how many characters a snippet shows."""
LONGEST = LENGTH * 3 // 2
"""Longest sentence that is shown whole, in characters."""
PARTING = " · "
"""Joins a line that ends no sentence, such as a heading, and the next."""
_UNFINISHED = re.compile(r"(?<=[^\s.!?…:;,。！？；：、.!?।])(?<![.!?…][\"'”’»)\]])[^\S\n]*\n\s*(?=\S)")
_HEADING_END = re.compile(r"[^\s.!?…:;,。！？；：、।\"'”’»)\]]\s*\n\s*\n")
"""Where a paragraph ends that ends no sentence: a heading, most of all."""
_WORD_END = re.compile(r"\s")


class Marks(StrEnum):
    """What a snippet marks: words of the query, or a whole passage that is near in meaning."""

    WORDS = "words"
    MEANING = "meaning"


class Snippet(Struct, frozen=True):
    """A stretch of an article's text: what is shown of it, and what says that something was left out."""

    text: str
    before: str
    after: str

    def marked(self, shown: str, meant: bool) -> tuple[str, Marks | None]:
        """The snippet out of its `shown` text, in which words are marked, and what its marks stand for.

        All of it is one mark where it is `meant`, near in meaning, and no word in it was asked for.
        """
        marks = Marks.WORDS if "<mark>" in shown else Marks.MEANING if meant else None
        if marks is Marks.MEANING:
            shown = f"<mark>{shown}</mark>"
        return self.before + shown + self.after, marks


def make_snippet(text: str, sentences: Sequence[Span], wanted: Highlighter, passage: Span | None = None) -> Snippet:
    """The first of the sentences with as many of the following as fit.

    `passage` is the part of the text that they were chosen from, where meaning found it; else it is all of the text,
    and so it is where there is no sentence.
    """
    start, end = passage or (0, len(text))
    opening, closing = _window(text, sentences or [(start, end)], wanted)
    before = "… " if opening > start else ""
    after = " …" if closing < end else ""
    return Snippet(_unglued(text[opening:closing]), before, after)


def _unglued(text: str) -> str:
    """The text with a dot between a heading or list item and what follows it, so that they do not read as one."""
    return _UNFINISHED.sub(PARTING, text)


def plain(marked_text: str) -> str:
    """Marked and escaped text as it was, without marks."""
    return html.unescape(re.sub("</?mark>", "", marked_text))


def _window(text: str, sentences: Sequence[Span], wanted: Highlighter) -> Span:
    """Where the stretch begins and ends. A sentence too long is cut around its first match, between words."""
    start, end = sentences[0]
    if end - start > LONGEST:
        first = next((start + a for a, _, _ in wanted.find(text[start:end])), start)
        opening = max(start, min(first - LENGTH // 3, end - LENGTH))
        closing = min(end, opening + LENGTH)
        return _after_blank(text, start, opening, first), _before_blank(text, max(opening, first), closing, end)
    for following in sentences[1:]:
        if following[1] - start > LENGTH or _HEADING_END.match(text, following[1] - 1):
            break
        end = following[1]
    return start, end


def _after_blank(text: str, start: int, opening: int, first: int) -> int:
    """The beginning of the first whole word from `opening` on, not behind `first`."""
    blank = _WORD_END.search(text, max(start, opening - 1), first) if opening > start else None
    return blank.end() if blank else opening


def _before_blank(text: str, first: int, closing: int, end: int) -> int:
    """The end of the last whole word up to `closing`, behind `first`."""
    if closing == end or text[closing].isspace():
        return closing
    blanks = [match.start() for match in _WORD_END.finditer(text, first + 1, closing)]
    return blanks[-1] if blanks else closing
