"""The plain convex combination: z-scored BM25 and z-scored MiniLM over whole articles, half and half.

BM25 by bm25s over the title twice, the description and the body without the headings that recur all over the archive.
Each is standardised by its own best 100, among which the answers are: over all articles it is worse (B-English 0.688).
"""

from pathlib import Path

import bm25s
import numpy as np
import Stemmer
from numpy.typing import NDArray

from indexer.text.boilerplate import boilerplate, worthwhile
from peers import minilm
from peers.facts import Facts
from peers.protocol import BEFORE, Corpus
from peers.vectors import query_vector
from search.arrays import Rows
from search.article import Article
from search.query.model import Filters

NAME = "BM25 + MiniLM, z-scores"
FILTERING = BEFORE
MEANING = True
_POOL = 100


def write(corpus: Corpus, folder: Path) -> None:
    """Write an index of the corpus into an empty folder."""
    minilm.write(corpus, folder)
    recurring = boilerplate(corpus.articles)
    tokens = bm25s.tokenize(
        [_text(article, recurring) for article in corpus.articles],
        stopwords="en",
        stemmer=Stemmer.Stemmer("english"),
        show_progress=False,
    )
    index = bm25s.BM25()
    index.index(tokens, show_progress=False)
    index.save(folder / "bm25s")


def open_searcher(folder: Path) -> "ConvexSearcher":
    """Open what `write` wrote."""
    return ConvexSearcher(folder)


class ConvexSearcher:
    """Two scores of an article, standardised and added."""

    def __init__(self, folder: Path) -> None:
        self._words = bm25s.BM25.load(folder / "bm25s")
        self._stemmer = Stemmer.Stemmer("english")
        self._vectors = np.load(folder / minilm.VECTORS)
        self._facts = Facts(folder)

    def search(self, text: str, filters: Filters, limit: int) -> list[str]:
        """The paths of at most so many articles that answer, best first."""
        rows = np.flatnonzero(self._facts.admitted(filters))
        if not rows.size:
            return []
        words, meaning = self._keyword(text)[rows], self._vectors[rows] @ query_vector(text)
        by_words, by_meaning = _best(words), _best(meaning)
        by_words = by_words[words[by_words] > 0]
        candidates = np.union1d(by_words, by_meaning)
        scores = _standardised(words, by_words)[candidates] + _standardised(meaning, by_meaning)[candidates]
        order = np.argsort(-scores, kind="stable")[:limit]
        return [self._facts.paths[row] for row in rows[candidates[order]]]

    def _keyword(self, text: str) -> NDArray[np.float32]:
        tokens = bm25s.tokenize(text, stopwords="en", stemmer=self._stemmer, return_ids=False, show_progress=False)[0]
        known = [token for token in tokens if token in self._words.vocab_dict]
        return self._words.get_scores(known) if known else np.zeros(len(self._facts.paths), dtype=np.float32)


def _best(scores: NDArray[np.float32]) -> Rows:
    return np.argsort(-scores, kind="stable")[:_POOL]


def _standardised(scores: NDArray[np.float32], best: Rows) -> NDArray[np.float32]:
    """The scores by the mean and deviation of the best; 0 for all when there are none."""
    if not best.size:
        return np.zeros_like(scores)
    standardised: NDArray[np.float32] = (scores - scores[best].mean()) / (scores[best].std() or 1.0)
    return standardised


def _text(article: Article, recurring: set[str]) -> str:
    body = "\n".join(article.text[start:end] for start, end in worthwhile(article, recurring))
    return "\n".join((article.title, article.title, article.description, body))
