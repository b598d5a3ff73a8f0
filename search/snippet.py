"""An article to the few words worth showing: the sentences where the words asked for stand together."""

import html
import re
from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from search.article import Span
from search.outline import Occurrence
from search.wanted import Wanted

LENGTH = 240
"""About how many characters a snippet shows."""
LONGEST = LENGTH * 3 // 2
"""A sentence of up to so many is shown whole."""
_WORD_END = re.compile(r"\s")
_BLANKS = re.compile(r"\s{2,}|[^\S ]")
"""What is shown as one blank; a single one is left alone."""


class Marks(StrEnum):
    """What the marks of a snippet stand for: words asked for, or a passage that is near in meaning as a whole."""

    WORDS = "words"
    MEANING = "meaning"


class Snippet(Struct, frozen=True):
    """HTML-escaped text with `<mark>` as its only tag, and what the marks stand for; None where there are none."""

    text: str
    marks: Marks | None


def snippet(
    text: str,
    stretches: Sequence[Span],
    found: Sequence[Occurrence],
    wanted: Wanted,
    within: Span | None = None,
) -> Snippet:
    """The best stretch of the text, with `<mark>` around the words that were asked for.

    `stretches` are its sentences, `found` says which words asked for stand in which of them. `within` is the passage
    to take it from, where meaning found the text: all that is shown of it is marked if no word in it was asked for.
    Without either it is the beginning.
    """
    start, end = within or (0, len(text))
    if within is not None:
        inside = [number for number, (a, b) in enumerate(stretches) if a >= start and b <= end]
        found = [Occurrence(one.word, one.sentence - inside[0]) for one in found if one.sentence in inside]
        stretches = [stretches[number] for number in inside]
    stretches = stretches or [(start, end)]
    best = _best(found)
    opening, closing = _window(text, stretches, best, wanted)
    before = "… " if opening > start or (within is None and opening > 0) else ""
    after = " …" if closing < end else ""
    spans = _spans(text, stretches, found, (opening, closing), wanted)
    marks = Marks.WORDS if spans else Marks.MEANING if within is not None else None
    shown = marked(text, (opening, closing), spans or ([(opening, closing)] if within is not None else []))
    return Snippet(before + shown + after, marks)


def highlighted(text: str, wanted: Wanted) -> str:
    """A whole short text, such as a title, with `<mark>` around the words that were asked for."""
    return marked(text, (0, len(text)), [(start, end) for start, end, _ in wanted.find(text)])


def marked(text: str, stretch: Span, spans: Sequence[Span]) -> str:
    """A stretch of text, HTML-escaped, blanks folded, the spans in it between `<mark>` and `</mark>`."""
    pieces, at = [], stretch[0]
    for start, end in spans:
        if start >= at and end <= stretch[1]:
            pieces += [text[at:start], text[start:end]]
            at = end
    pieces.append(text[at : stretch[1]])
    plain, *others = _escaped(pieces)
    for inside, behind in zip(others[::2], others[1::2], strict=True):
        plain += f"<mark>{inside}</mark>{behind}"
    return plain.strip()


def plain(marked_text: str) -> str:
    """Marked and escaped text as it was, without marks."""
    return html.unescape(re.sub("</?mark>", "", marked_text))


def _best(found: Sequence[Occurrence]) -> int:
    """The sentence with the most different words; of several, the one with more of them, then the first."""
    words: dict[int, list[int]] = {}
    for one in found:
        words.setdefault(one.sentence, []).append(one.word)
    return max(words, key=lambda number: (len(set(words[number])), len(words[number]), -number), default=0)


def _spans(
    text: str,
    stretches: Sequence[Span],
    found: Sequence[Occurrence],
    window: Span,
    wanted: Wanted,
) -> list[Span]:
    """Where the words asked for stand in the window: only sentences that hold one are read."""
    spans = []
    for number in dict.fromkeys(one.sentence for one in found):
        start, end = max(stretches[number][0], window[0]), min(stretches[number][1], window[1])
        if start < end:
            spans += [(start + a, start + b) for a, b, _ in wanted.find(text[start:end])]
    return spans


def _window(text: str, stretches: Sequence[Span], best: int, wanted: Wanted) -> Span:
    """The best sentence with as many of the following as fit.

    A sentence too long is cut around its first match, between words.
    """
    start, end = stretches[best]
    if end - start > LONGEST:
        first = next((start + a for a, _, _ in wanted.find(text[start:end])), start)
        opening = max(start, min(first - LENGTH // 3, end - LENGTH))
        closing = min(end, opening + LENGTH)
        return _after_blank(text, start, opening, first), _before_blank(text, max(opening, first), closing, end)
    for following in stretches[best + 1 :]:
        if following[1] - start > LENGTH:
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


def _escaped(pieces: Sequence[str]) -> list[str]:
    """The pieces as HTML, all at once; NUL parts them meanwhile, which HTML can only show as U+FFFD."""
    if any("\0" in piece for piece in pieces):
        pieces = [piece.replace("\0", "\ufffd") for piece in pieces]
    text = "\0".join(pieces)
    if "  " in text or not all(map(str.isprintable, pieces)):  # a blank that is printable is a single one
        text = _BLANKS.sub(" ", text)
    return html.escape(text, quote=False).split("\0")
