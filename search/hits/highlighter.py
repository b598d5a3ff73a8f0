"""Places of the query's words in a text."""

import html
from collections.abc import Iterator, Sequence, Set
from itertools import chain

from search.analysis.analyzer import Analyzer, plain_initial, stretches
from search.analysis.numbers import joined_numbers, with_blanks
from search.article import Article
from search.ports import KeywordQuery
from search.results import Matched, Place

_PARTED, _OPENED, _CLOSED = "\0\1\2"
"""Signs for the end of a text and for marks while texts are escaped. HTML can show none of them."""


class Highlighter:
    """The terms of one question. It remembers the words it met, so it serves one page, in one thread."""

    def __init__(self, terms: Set[str], analyzer: Analyzer) -> None:
        self._terms = frozenset(terms)
        self._analyzer = analyzer
        self._initials = analyzer.initials(self._terms)
        self._met: set[str] = set()
        self._matching: dict[str, list[Place]] = {}
        """By piece of text between two blanks: the places of wanted words in it."""
        self._marked: dict[str, str] = {}
        """The same, with marks around the wanted words."""

    def find(self, text: str) -> list[Place]:
        """The words of a text that have a wanted term, in order."""
        joined = joined_numbers(text)
        pieces = set(joined.split())
        self._analyze_new(pieces)
        found = [(at, piece) for piece in pieces & self._matching.keys() for at in _places(piece, joined)]
        return [
            (at + start, at + end, term) for at, piece in sorted(found) for start, end, term in self._matching[piece]
        ]

    def terms(self, text: str) -> set[str]:
        """The wanted terms that a text has."""
        pieces = set(stretches(text))
        self._analyze_new(pieces)
        return {term for piece in pieces & self._matching.keys() for _, _, term in self._matching[piece]}

    def marked(self, texts: Sequence[str]) -> list[str]:
        """Each text HTML-escaped, in one line, blanks folded, with `<mark>` around the words that have a wanted term.

        A page has some thirty texts; what can be done for all of them at once is.
        """
        if any(sign in text for text in texts for sign in (_PARTED, _OPENED, _CLOSED)):
            texts = [text.translate(_SHOWABLE) for text in texts]
        split = list(map(stretches, texts))
        self._analyze_new(set(chain.from_iterable(split)))
        marked = self._marked.get
        lines = _PARTED.join(" ".join([marked(piece, piece) for piece in pieces]) for pieces in split)
        escaped = html.escape(with_blanks(lines), quote=False).replace(_OPENED, "<mark>").replace(_CLOSED, "</mark>")
        return escaped.split(_PARTED) if split else []

    def _analyze_new(self, pieces: set[str]) -> None:
        """Find, of the pieces not met before, those that have a wanted word; no word crosses a blank."""
        new, held, initials = pieces - self._met, self._analyzer.held, self._initials
        # A page has some thousand words and few wanted ones. The first letter spares most of them the analysis.
        for piece in [
            piece for piece in new if piece in held or (initial := plain_initial(piece)) is None or initial in initials
        ]:
            if not self._terms.isdisjoint(self._analyzer.held[piece]):
                self._matching[piece] = list(self._within(piece))
                self._marked[piece] = _with_marks(piece, self._matching[piece])
        self._met |= new

    def _within(self, piece: str) -> Iterator[Place]:
        for unit in self._analyzer.units(piece):
            term = next(
                (
                    term
                    for term in (*unit.terms, unit.whole, *unit.besides, *chain.from_iterable(unit.others))
                    if term in self._terms
                ),
                None,
            )
            if term is not None:
                yield unit.start, unit.end, term


_SHOWABLE = dict.fromkeys(map(ord, (_PARTED, _OPENED, _CLOSED)), "\ufffd")


def _with_marks(piece: str, places: Sequence[Place]) -> str:
    pieces, at = [], 0
    for start, end, _ in places:
        pieces += [piece[at:start], _OPENED, piece[start:end], _CLOSED]
        at = end
    return "".join([*pieces, piece[at:]])


def _places(piece: str, text: str) -> Iterator[int]:
    """The places of a piece between two blanks."""
    at = text.find(piece)
    while at >= 0:
        end = at + len(piece)
        if (at == 0 or text[at - 1].isspace()) and (end == len(text) or text[end].isspace()):
            yield at
        at = text.find(piece, at + 1)


def byline(article: Article) -> str:
    """The names of the authors, each in a line of its own: no word reaches over the end of a line."""
    return "\n".join(article.authors)


def matched(words: KeywordQuery, article: Article, in_text: Set[str], wanted: Highlighter) -> tuple[Matched, ...]:
    """The words by the first part that contains them: title, description, tags, authors, text.

    `in_text` are the terms found in the text. Parts without a word are left out.
    """
    parts: dict[str, Set[str]] = {
        "title": wanted.terms(article.title),
        "description": wanted.terms(article.description),
        "tags": wanted.terms("\n".join(article.tags)),  # no word reaches over the end of a line
        "authors": wanted.terms(byline(article)),
        "text": in_text,
    }
    found: dict[str, list[str]] = {name: [] for name in parts}
    for word in words.words:
        holding = next((name for name, there in parts.items() if not there.isdisjoint(word.terms)), None)
        if holding is not None:
            found[holding].append(word.text)
    return tuple(Matched(name, tuple(dict.fromkeys(said))) for name, said in found.items() if said)
