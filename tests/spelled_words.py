"""Postings in which every word stands in so many articles, and correctors and engines over such words."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
from fake_index import open_fake

from indexer.derive.suggestions import roots_of, spellings
from search.analysis.analyzer import Analyzer
from search.analysis.spelling import Vocabulary, write_spellings
from search.engine.corrections import corrected_text
from search.engine.engine import EmbeddedEngine
from search.engine.spell_corrector import SpellCorrector
from search.index.snapshot_manager import SnapshotManager
from search.settings import BUILT_IN_MODEL

WRITTEN = {
    "Bitcoin": 6000,
    "Ethereum": 2100,
    "stablecoin": 700,
    "stablecoins": 800,
    "Kraken": 137,
    "crack": 4,
    "об'єкт": 12,
    "регулювання": 540,
    "біткоїн": 1000,
    "Bybit": 300,
    "hacked": 500,
    "ETF": 900,
    "cryptocurrency": 4900,
    "trap": 40,
    "Trump": 400,
    "tariffs": 350,
    "tarrifs": 2,
    "goverment": 3,
    "government": 800,
}

ANALYZER = Analyzer()

ENGLISH = ("bake", "bread", "barber", "trumpet")


class Everywhere:
    """Postings in which every word stands in the first so many articles, so that company says nothing."""

    size = 11_000

    def __init__(self, counts):
        self._counts = {}
        for word, count in counts.items():
            for term in ANALYZER.terms(word):
                self._counts[term] = max(count, self._counts.get(term, 0))

    def frequency(self, terms):
        return max((self._counts.get(term, 0) for term in terms), default=0)

    def rows(self, terms):
        return np.arange(0, self.size, max(1, self.size // max(1, self.frequency(terms))))[: self.frequency(terms)]

    def matching(self, query):
        return np.arange(max((word.frequency for word in query.words), default=0))


def everywhere(counts) -> Any:
    """They, in the place of the postings of a generation."""
    return Everywhere(counts)


def vocabulary_of(folder, counts, english=()):
    """The words of a count as an archive knows them, and others that only the model knows, kept in a folder."""
    write_spellings(folder, spellings(counts, english, roots_of(english)))
    return Vocabulary(folder)


def corrector_of(folder, counts, english=()):
    """A corrector over these words, no two of which are adjacent anywhere."""
    vocabulary = vocabulary_of(folder, counts, english)
    return SpellCorrector(ANALYZER, everywhere(counts), lambda: vocabulary, Everywhere.size, lambda _: 0)


def put_right(corrector, text):
    """The text with its sure corrections."""
    return corrected_text(text, [one for one in corrector.corrections(text) if one.sure and one.applied])


def engine_over(index):
    """What answers questions over an index, on the first of March."""
    return EmbeddedEngine(SnapshotManager(index, open_fake), BUILT_IN_MODEL, lambda: datetime(2026, 3, 1, tzinfo=UTC))
