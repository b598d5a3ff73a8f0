"""Sentence boundaries of a text.

A line always ends a sentence; inside a line, a full stop does unless it stands behind an abbreviation, an initial or
inside a number. English and Ukrainian.
"""

import re

from search.article import Span

_END = re.compile(r"((?<![.!?…])[.!?…]++[\"'”’»)\]]*+)\s++(?=[\"'“‘«(\[$€£₴]*+[^\W_])")
"""What was taken is never given back, and a run of full stops is looked at once: the time is that of reading it."""
_INITIALS = re.compile(r"(?:[^\W\d_]\.)+")
_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof sr jr st inc ltd co corp vs etc no vol approx est fig gov sen rep gen"
    " jan feb mar apr jun jul aug sep sept oct nov dec"
    " р рр ст вул м т тис млн млрд трлн гр грн див ім п с напр проф акад".split()
)


def sentences(text: str) -> list[Span]:
    """The spans of the sentences, in order, without the blanks between them."""
    spans: list[Span] = []
    at = 0
    for line in text.splitlines(keepends=True):
        if not line.isspace():
            spans += _in_line(line, at)
        at += len(line)
    return spans


def _in_line(line: str, at: int) -> list[Span]:
    start, last = len(line) - len(line.lstrip()), len(line.rstrip())
    spans = []
    for end in _END.finditer(line):
        stop = end.start()
        if line[stop] != "." or not _abbreviated(line[start : stop + 1]):
            spans.append((at + start, at + end.end(1)))
            start = end.end()
    spans.append((at + start, at + last))
    return spans


def _abbreviated(sentence: str) -> bool:
    """Whether the full stop at the end belongs to the last word: U.S., Inc., млрд."""
    word = sentence.rsplit(maxsplit=1)[-1].strip("\"'“”‘’«»()[]").lower()
    return bool(_INITIALS.fullmatch(word)) or word.rstrip(".") in _ABBREVIATIONS
