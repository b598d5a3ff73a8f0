"""An article to the few words worth showing: the sentences where the words asked for stand together."""

import html
import re
from collections.abc import Sequence, Set

from search.analysis import Analyzer
from search.article import Span
from search.outline import Occurrence

LENGTH = 240
"""About how many characters a snippet shows."""
_BLANKS = re.compile(r"\s{2,}|[^\S ]")
"""What is shown as one blank; a single one is left alone."""


def snippet(
    text: str,
    stretches: Sequence[Span],
    found: Sequence[Occurrence],
    terms: Set[str],
    analyzer: Analyzer,
    within: Span | None = None,
) -> str:
    """The best stretch of the text, HTML-escaped, with `<mark>` around the words whose terms were asked for.

    `stretches` are its sentences, `found` says which words asked for stand in which of them. `within` is a passage to
    take it from where no word was found. Without either it is the beginning.
    """
    start, end = within or (0, len(text))
    if within is not None:
        stretches = [(a, b) for a, b in stretches if a >= start and b <= end] or [within]
    stretches = stretches or [(start, end)]
    best = _best(found)
    opening, closing = _window(text, stretches, best, frozenset(terms), analyzer)
    before = "… " if opening > start or (within is None and opening > 0) else ""
    after = " …" if closing < end else ""
    spans = _spans(text, stretches, found, (opening, closing), frozenset(terms), analyzer)
    return before + marked(text, (opening, closing), spans) + after


def marked(text: str, stretch: Span, spans: Sequence[Span]) -> str:
    """A stretch of text, HTML-escaped, blanks folded, the spans in it between `<mark>` and `</mark>`."""
    pieces, at = [], stretch[0]
    for start, end in spans:
        if start >= at and end <= stretch[1]:
            pieces += [_escaped(text[at:start]), "<mark>", _escaped(text[start:end]), "</mark>"]
            at = end
    return "".join([*pieces, _escaped(text[at : stretch[1]])]).strip()


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
    terms: frozenset[str],
    analyzer: Analyzer,
) -> list[Span]:
    """Where the words asked for stand in the window: only sentences that hold one are read."""
    spans = []
    for number in dict.fromkeys(one.sentence for one in found):
        start, end = max(stretches[number][0], window[0]), min(stretches[number][1], window[1])
        if start < end:
            spans += [(start + a, start + b) for a, b, _ in analyzer.find(text[start:end], terms)]
    return spans


def _window(text: str, stretches: Sequence[Span], best: int, terms: frozenset[str], analyzer: Analyzer) -> Span:
    """The best sentence with as many of the following as fit; a sentence too long is cut around its first match."""
    start, end = stretches[best]
    if end - start > LENGTH * 1.5:
        first = next((start + a for a, _, _ in analyzer.find(text[start:end], terms)), start)
        start = max(start, min(first - LENGTH // 3, end - LENGTH))
        return start, min(end, start + LENGTH)
    for following in stretches[best + 1 :]:
        if following[1] - start > LENGTH:
            break
        end = following[1]
    return start, end


def _escaped(text: str) -> str:
    return html.escape(_BLANKS.sub(" ", text), quote=False)
