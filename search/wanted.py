"""Where do the words that were asked for stand in a text?"""

from collections.abc import Iterator, Set

from search.analysis import Analyzer

Place = tuple[int, int, str]
"""Where a word stands, [start, end) in code points, and the term it was asked for by."""


class Wanted:
    """The terms of one question. It remembers the words it met, so it serves one page, in one thread."""

    def __init__(self, terms: Set[str], analyzer: Analyzer) -> None:
        self._terms = frozenset(terms)
        self._analyzer = analyzer
        self._met: set[str] = set()
        self._bearing: dict[str, list[Place]] = {}
        """Of what stands between two blanks and bears a wanted word: where in it."""

    def find(self, text: str) -> list[Place]:
        """The words of a text that have a wanted term, in order.

        A page has some thousand words, of which a few are wanted. So words are compared as sets, and nearly all
        of them never one by one; no word reaches over a blank.
        """
        pieces = set(text.split())
        new = list(pieces - self._met)
        for piece, terms in zip(new, map(self._analyzer.held.__getitem__, new), strict=True):
            if not self._terms.isdisjoint(terms):
                self._bearing[piece] = list(self._within(piece))
        self._met |= pieces
        found = [(at, piece) for piece in pieces & self._bearing.keys() for at in _places(piece, text)]
        return [
            (at + start, at + end, term) for at, piece in sorted(found) for start, end, term in self._bearing[piece]
        ]

    def _within(self, piece: str) -> Iterator[Place]:
        for unit in self._analyzer.units(piece):
            term = next((term for term in (*unit.terms, unit.whole) if term in self._terms), None)
            if term is not None:
                yield unit.start, unit.end, term


def _places(piece: str, text: str) -> Iterator[int]:
    """Where a piece stands between two blanks."""
    at = text.find(piece)
    while at >= 0:
        end = at + len(piece)
        if (at == 0 or text[at - 1].isspace()) and (end == len(text) or text[end].isspace()):
            yield at
        at = text.find(piece, at + 1)
