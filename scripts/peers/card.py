"""The textbook recipe, literally: Whoosh, MiniLM over whole articles in a flat FAISS index, reciprocal rank fusion.

k = 60 (Cormack, Clarke, Buettcher, SIGIR 2009, doi:10.1145/1571941.1572114), the best 50 of each, filters afterwards;
everything is loaded when it starts.
"""

from collections import defaultdict
from pathlib import Path

import faiss
import numpy as np

from peers import whoosh
from peers.facts import Facts, write_facts
from peers.protocol import AFTERWARDS, Corpus
from peers.vectors import query_vector
from search.query.model import Filters

NAME = "Whoosh + MiniLM + FAISS, RRF"
FILTERING = AFTERWARDS
MEANING = True
_POOL, _K = 50, 60
_FILE = "articles.faiss"


def write(corpus: Corpus, folder: Path) -> None:
    """Write an index of the corpus into an empty folder."""
    (folder / "whoosh").mkdir()
    whoosh.write(corpus, folder / "whoosh")
    index = faiss.IndexFlatIP(corpus.vectors.shape[1])
    index.add(corpus.vectors)
    faiss.write_index(index, str(folder / _FILE))
    write_facts(corpus.articles, folder)


def open_searcher(folder: Path) -> "CardSearcher":
    """Open what `write` wrote."""
    return CardSearcher(folder)


class CardSearcher:
    """Two rankings, fused by their ranks."""

    def __init__(self, folder: Path) -> None:
        self._words = whoosh.open_searcher(folder / "whoosh")
        self._vectors = faiss.read_index(str(folder / _FILE))
        self._facts = Facts(folder)
        self._rows = {path: row for row, path in enumerate(self._facts.paths)}
        query_vector("warm")

    def search(self, text: str, filters: Filters, limit: int) -> list[str]:
        """The paths of at most so many articles that answer, best first."""
        _, nearest = self._vectors.search(query_vector(text)[np.newaxis], min(_POOL, self._vectors.ntotal))
        rankings = (self._words.search(text, Filters(), _POOL), [self._facts.paths[row] for row in nearest[0]])
        scores: defaultdict[str, float] = defaultdict(float)
        for ranking in rankings:
            for rank, path in enumerate(ranking, 1):
                scores[path] += 1 / (_K + rank)
        found = sorted(scores, key=lambda path: -scores[path])
        if filters:
            admitted = self._facts.admitted(filters)
            found = [path for path in found if admitted[self._rows[path]]]
        return found[:limit]
