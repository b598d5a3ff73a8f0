"""Vectors as one question sees them: compared where it matters, far elsewhere; and how near the rest can be at most."""

from collections.abc import Callable, Sequence
from typing import cast

import numpy as np

from search.arrays import Matrix, Rows, Scores, distinct
from search.cluster.vectors import FAR, ClusterVectors, Near
from search.index.chunks import Chunks
from search.ports import VectorIndex

NOTHING = -2.0
"""The similarity that nothing reaches."""


class ComparedVectors:
    """The vectors as one question sees them: compared where it matters, FAR elsewhere."""

    def __init__(
        self,
        vectors: VectorIndex,
        chunks: Chunks,
        nearest: Callable[[Scores], Sequence[Near]],
        places: Callable[[], Rows],
    ) -> None:
        """`nearest` gives the nearest views of each search, `places` articles that matter anyway, by their places."""
        self._vectors = cast("ClusterVectors", vectors)
        self._chunks = chunks
        self._nearest = nearest
        self._places = places
        self._last: dict[bytes, list[float]] = {}
        self.size, self.dimension = vectors.size, vectors.dimension

    def similarities(self, vector: Scores) -> Scores:
        """The similarity of the head and the best passage of each article that matters; FAR for every other view."""
        found: Scores = np.full(self.size, FAR, dtype=np.float32)
        if self.size:
            near = self._nearest(vector)
            self._last[vector.tobytes()] = [self._last_of(each) for each in near]
            views = np.concatenate([each.views for each in near])
            owners = self._chunks.places(distinct(self._chunks.row[views]))
            self.fill(vector, found, distinct(np.concatenate([owners, self._places()])))
        return found

    def last(self, vector: Scores) -> list[float]:
        """For each search, how near the last view was that it gave; NOTHING where it gave all that there are."""
        return self._last.get(vector.tobytes(), [])

    def fill(self, vector: Scores, by_view: Scores, places: Rows) -> None:
        """Put the similarities of these articles among the others, where they are not known yet."""
        heads = self._chunks.first[places]
        unknown = by_view[heads] == FAR
        places, heads = places[unknown], heads[unknown]
        if not len(places):
            return
        lengths = self._chunks.after[places] - heads
        several = lengths > 1
        rows = self._chunks.article_rows[places[several]]
        by_view[heads], best = self._vectors.compare(vector, heads, rows, lengths[several])
        by_view[best.views] = best.cosines

    def _last_of(self, near: Near) -> float:
        return float(near.cosines.min()) if len(near.views) >= self._vectors.most else NOTHING

    def exact(self, vector: Scores, views: Rows) -> Scores:
        """The similarity of each of these views to the vector."""
        return self._vectors.exact(vector, views)

    def vectors(self, views: Rows) -> Matrix:
        """The vectors of these views."""
        return self._vectors.vectors(views)

    def close(self) -> None:
        """The generation's vectors stay open."""
