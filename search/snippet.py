"""An article to the few words worth showing: the sentences where the words asked for stand together."""

import html
import re
from collections.abc import Iterable, Sequence

from search.analysis import Analyzer
from search.article import Span
from search.sentences import sentences

LENGTH = 240
"""About how many characters a snippet shows."""
_BLANKS = re.compile(r"\s+")


def snippet(text: str, terms: Iterable[str], analyzer: Analyzer, within: Span | None = None) -> str:
    """The best stretch of the text, HTML-escaped, with `<mark>` around the words whose terms were asked for.

    `within` limits the choice to a passage. Without a match it is the beginning.
    """
    start, end = within or (0, len(text))
    stretches = [(start + a, start + b) for a, b in sentences(text[start:end])] or [(start, end)]
    matches = [((start + a, start + b), term) for a, b, term in analyzer.find(text[start:end], frozenset(terms))]
    best = _best(stretches, matches)
    opening, closing = _window(stretches, best, matches)
    before = "… " if opening > start or (within is None and opening > 0) else ""
    after = " …" if closing < end else ""
    return before + marked(text, (opening, closing), [span for span, _ in matches]) + after


def marked(text: str, stretch: Span, spans: Sequence[Span]) -> str:
    """A stretch of text, HTML-escaped, blanks folded, the spans in it between `<mark>` and `</mark>`."""
    pieces, at = [], stretch[0]
    for start, end in spans:
        if start >= at and end <= stretch[1]:
            pieces += [_escaped(text[at:start]), "<mark>", _escaped(text[start:end]), "</mark>"]
            at = end
    return "".join([*pieces, _escaped(text[at : stretch[1]])]).strip()


def _best(stretches: Sequence[Span], matches: Sequence[tuple[Span, str]]) -> int:
    """The sentence with the most different terms; of several, the one with more matches, then the first."""

    def worth(number: int) -> tuple[int, int, int]:
        start, end = stretches[number]
        inside = [term for (a, b), term in matches if a >= start and b <= end]
        return len(set(inside)), len(inside), -number

    return max(range(len(stretches)), key=worth)


def _window(stretches: Sequence[Span], best: int, matches: Sequence[tuple[Span, str]]) -> Span:
    """The best sentence with as many of the following as fit; a sentence too long is cut around its first match."""
    start, end = stretches[best]
    if end - start > LENGTH * 1.5:
        first = next((a for (a, b), _ in matches if a >= start and b <= end), start)
        start = max(start, min(first - LENGTH // 3, end - LENGTH))
        return start, min(end, start + LENGTH)
    for following in stretches[best + 1 :]:
        if following[1] - start > LENGTH:
            break
        end = following[1]
    return start, end


def _escaped(text: str) -> str:
    return html.escape(_BLANKS.sub(" ", text), quote=False)
