"""Co-occurrence: how much more often than by chance words share an article."""

import math
from collections.abc import Sequence

import numpy as np
from msgspec import Struct

from search.analysis.analyzer import Analyzer
from search.arrays import Mask
from search.index.postings import Postings

LEAST, MOST = -0.5, 2.0
"""How much the company of all other words may count, in powers of ten."""
_CHANCE = 0.1
"""Added to what was counted and to what chance gives: a single article proves little."""


class KnownWord(Struct, frozen=True):
    """A word of a text that articles have: where it starts, its terms, and the articles that have it."""

    start: int
    terms: tuple[str, ...]
    articles: Mask
    """(articles,)"""
    frequency: int


def known_words(text: str, analyzer: Analyzer, postings: Postings) -> list[KnownWord]:
    """The words of a text that articles have, without stop words and such as several parts make up."""
    found = []
    for unit in analyzer.units(text):
        if len(unit.terms) == 1 and not analyzer.is_stop_word(text[unit.start : unit.end]):
            terms = unit.alternatives(0)
            rows = postings.rows(terms)
            if len(rows):
                articles = np.zeros(postings.size, dtype=np.bool_)
                articles[rows] = True
                found.append(KnownWord(unit.start, terms, articles, len(rows)))
    return found


def company(postings: Postings, terms: tuple[str, ...], others: Sequence[KnownWord]) -> float:
    """The sum over the other words, in powers of ten; 0 where no article has the terms."""
    rows = postings.rows(terms) if others else ()
    if not len(rows):
        return 0.0
    total = 0.0
    for other in others:
        together = int(np.count_nonzero(other.articles[rows]))
        chance = len(rows) * other.frequency / max(1, postings.size)
        total += math.log10((together + _CHANCE) / (chance + _CHANCE))
    return min(MOST, max(LEAST, total))
