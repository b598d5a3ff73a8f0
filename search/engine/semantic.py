"""Similarity of articles to a query vector, by their chunks.

An article's similarity is half its head's and half its best passage's: the head alone misses what is deep in the
text, the best passage alone takes a remark for a subject (docs/experiments.md has the numbers).
"""

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from search.arrays import Matrix, Rows, Scores, ranges
from search.index.chunks import Chunks
from search.ports import VectorIndex
from search.similarity import COSINES, SimilarityScale
from search.tracing import stage

HEAD_WEIGHT, PASSAGE_WEIGHT = 0.5, 0.5
"""What the head and the best passage add to an article's similarity; without a passage the head counts for both."""


class ArticleSimilarities(Struct, frozen=True):
    """How near every article that has views is: its similarity, in the order of `Chunks.article_rows`."""

    views: Chunks
    by_view: Scores
    """Cosines."""
    similarity: Scores

    def best_passages(self, places: Rows) -> Rows:
        """For each of these articles the passage that is nearest, or its head if it has no passage."""
        if not len(places):
            return places
        first = self.views.first[places]
        lengths = self.views.after[places] - first
        begins = np.cumsum(lengths) - lengths
        views = ranges(first, lengths)
        near = self.by_view[views]
        near[begins[lengths > 1]] = -2  # a head is no passage
        best = np.flatnonzero(near == np.repeat(np.maximum.reduceat(near, begins), lengths))
        chosen: Rows = views[best[np.searchsorted(best, begins)]]
        return chosen


@stage("meaning")
def semantic_scores(
    vector: Scores, index: VectorIndex, views: Chunks, scale: SimilarityScale = COSINES
) -> ArticleSimilarities:
    """The similarity of everything to the vector: one pass over memory, whatever is filtered."""
    by_view = index.similarities(vector)
    return ArticleSimilarities(views, by_view, article_similarity(by_view, views, scale))


def article_similarity(by_view: Scores, views: Chunks, scale: SimilarityScale) -> Scores:
    """The similarity of every article by the cosines of its views."""
    similarity: Scores = HEAD_WEIGHT * by_view[views.first] + PASSAGE_WEIGHT * views.max_per_article(by_view)
    scaled: Scores = scale.of(similarity)
    return scaled


def rescore_exact(
    near: ArticleSimilarities,
    vector: Scores,
    index: VectorIndex,
    places: Rows,
    heads: Matrix,
    scale: SimilarityScale = COSINES,
) -> NDArray[np.float64]:
    """The exact similarity of the articles at these places; `heads` are the vectors of their heads."""
    passages = index.exact(vector, near.best_passages(places))
    similarity: NDArray[np.float64] = HEAD_WEIGHT * (heads @ vector).astype(np.float64) + PASSAGE_WEIGHT * passages
    scaled: NDArray[np.float64] = scale.of(similarity)
    return scaled
