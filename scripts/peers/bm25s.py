"""bm25s: BM25 over sparse matrices, with English stop words and stems as its README shows."""

from pathlib import Path

import bm25s
import Stemmer

from peers.facts import Facts, write_facts
from peers.protocol import BEFORE, Corpus
from peers.vectors import whole
from search.query.model import Filters

NAME = "bm25s"
FILTERING = BEFORE
MEANING = False


def write(corpus: Corpus, folder: Path) -> None:
    """Write an index of the corpus into an empty folder."""
    tokens = bm25s.tokenize(
        [whole(article) for article in corpus.articles],
        stopwords="en",
        stemmer=Stemmer.Stemmer("english"),
        show_progress=False,
    )
    index = bm25s.BM25()
    index.index(tokens, show_progress=False)
    index.save(folder)
    write_facts(corpus.articles, folder)


def open_searcher(folder: Path) -> "Bm25sSearcher":
    """Open what `write` wrote."""
    return Bm25sSearcher(folder)


class Bm25sSearcher:
    """A bm25s index, in memory."""

    def __init__(self, folder: Path) -> None:
        self._index = bm25s.BM25.load(folder)
        self._stemmer = Stemmer.Stemmer("english")
        self._facts = Facts(folder)

    def search(self, text: str, filters: Filters, limit: int) -> list[str]:
        """The paths of at most so many articles that answer, best first."""
        tokens = bm25s.tokenize(text, stopwords="en", stemmer=self._stemmer, return_ids=False, show_progress=False)
        mask = self._facts.admitted(filters) if filters else None
        most = min(limit, len(self._facts.paths))
        rows, scores = self._index.retrieve(tokens, k=most, weight_mask=mask, show_progress=False)
        # It answers k documents always; without a word of the query, or masked, they score 0.
        return [self._facts.paths[row] for row, score in zip(rows[0], scores[0], strict=True) if score > 0]
