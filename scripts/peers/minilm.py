"""Meaning alone: one MiniLM vector of each whole article, every one compared with the query's."""

from pathlib import Path

import numpy as np

from peers.facts import Facts, write_facts
from peers.protocol import BEFORE, Corpus
from peers.vectors import query_vector
from search.query.model import Filters

NAME = "MiniLM, whole articles"
FILTERING = BEFORE
MEANING = True
VECTORS = "vectors.npy"


def write(corpus: Corpus, folder: Path) -> None:
    """Write an index of the corpus into an empty folder."""
    np.save(folder / VECTORS, corpus.vectors)
    write_facts(corpus.articles, folder)


def open_searcher(folder: Path) -> "MiniLmSearcher":
    """Open what `write` wrote."""
    return MiniLmSearcher(folder)


class MiniLmSearcher:
    """A matrix of unit vectors."""

    def __init__(self, folder: Path) -> None:
        self._vectors = np.load(folder / VECTORS)
        self._facts = Facts(folder)

    def search(self, text: str, filters: Filters, limit: int) -> list[str]:
        """The paths of at most so many articles that answer, best first."""
        similarities = self._vectors @ query_vector(text)
        if filters:
            similarities[~self._facts.admitted(filters)] = -np.inf
        rows = np.argsort(-similarities, kind="stable")[:limit]
        return [self._facts.paths[row] for row in rows if similarities[row] > -np.inf]
