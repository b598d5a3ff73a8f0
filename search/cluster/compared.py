"""Vectors as one question sees them: compared where it matters, far elsewhere; and how near the rest can be at most."""

from collections.abc import Callable, Sequence
from typing import cast

import numpy as np

from search.arrays import Matrix, Rows, Scores, distinct, ranges
from search.cluster.connection import NOTHING_ASKED, Asked
from search.cluster.vectors import FAR, ArticleVectors, ClusterVectors, Near, vectors_of
from search.index.chunks import Chunks
from search.ports import VectorIndex
from search.quantization import similarities

NOTHING = -2.0
"""The similarity that nothing reaches."""
_HELD = 10_000
"""Articles whose vectors one question holds at most before it lets go of them: it may show a whole archive by pages."""


class ComparedVectors:
    """The vectors as one question sees them: compared where it matters, FAR elsewhere.

    What is compared has the very similarity that an index in memory gives it.
    """

    def __init__(
        self,
        vectors: VectorIndex,
        chunks: Chunks,
        nearest: Callable[[Scores], Sequence[Near]],
        places: Callable[[Scores], Rows],
        foreseen: Callable[[Scores], Asked[None]] = lambda _: NOTHING_ASKED,
    ) -> None:
        """`nearest` gives the nearest views of each search, `places` the articles to compare, by their places.

        `foreseen` is what will probably be asked for next: it is asked with the vectors, where any are fetched. Both
        are called once the nearest are known.
        """
        self._vectors = cast("ClusterVectors", vectors)
        self._chunks = chunks
        self._nearest = nearest
        self._places = places
        self._foreseen = foreseen
        self._held: dict[int, ArticleVectors] = {}
        self._near: dict[bytes, list[Near]] = {}
        self.size, self.dimension = vectors.size, vectors.dimension

    def similarities(self, vector: Scores) -> Scores:
        """The similarity of every view of each article that matters; FAR for every other view."""
        found: Scores = np.full(self.size, FAR, dtype=np.float32)
        if self.size:
            self._near[vector.tobytes()] = list(self._nearest(vector))
            places = self._places(vector)
            if not self._is_held(places):
                self.fetch(places, self._foreseen(vector))
            self.fill(vector, found, places)
        return found

    def near(self, vector: Scores) -> Sequence[Near]:
        """What each search gave; nothing before anything was compared with the vector."""
        return self._near.get(vector.tobytes(), ())

    def tell(self, vector: Scores, near: Near) -> None:
        """Add what another search gave."""
        self._near.setdefault(vector.tobytes(), []).append(near)

    def told(self, vector: Scores) -> Scores:
        """The similarity of every view as the searches told it by bytes; of any other that of the last of the first.

        Nothing is nearer than that by more than bytes are wrong.
        """
        near = self.near(vector)
        told: Scores = np.full(self.size, self.last(near[0]) if near else NOTHING, dtype=np.float32)
        for each in near:
            told[each.views] = each.cosines
        return told

    def last(self, near: Near) -> float:
        """How near the last view was that a search gave; NOTHING where it gave all that there are."""
        return float(near.cosines.min()) if len(near.views) >= self._vectors.most else NOTHING

    def fill(self, vector: Scores, by_view: Scores, places: Rows, besides: Asked[None] = NOTHING_ASKED) -> None:
        """Put the similarities of these articles among the others, where they are not known yet.

        `besides` is asked in any case, in the same request.
        """
        self.fetch(places, besides)
        places = places[by_view[self._chunks.first[places]] == FAR]
        if len(places):
            first = self._chunks.first[places]
            views = ranges(first, self._chunks.after[places] - first)
            held = [self._held[place] for place in places.tolist()]
            codes = np.concatenate([each.views.codes for each in held])
            by_view[views] = similarities(codes, np.concatenate([each.views.steps for each in held]), vector)

    def fetch(self, places: Rows, besides: Asked[None] = NOTHING_ASKED) -> None:
        """Fetch the vectors of these articles, where they are not held yet, in one request with something else."""
        if len(self._held) > _HELD:
            self._held = {}
        unknown = np.array([place for place in places.tolist() if place not in self._held], dtype=np.int64)
        self._held.update(self._vectors.of(unknown, besides))

    def exact(self, vector: Scores, views: Rows) -> Scores:
        """The similarity of each of these views to the vector."""
        similarities: Scores = self.vectors(views) @ vector
        return similarities

    def vectors(self, views: Rows) -> Matrix:
        """The vectors of these views."""
        places = self._vectors.places(views)
        self.fetch(distinct(places))
        return vectors_of(self._held, self._chunks, places, views, self.dimension)

    def close(self) -> None:
        """The generation's vectors stay open."""

    def _is_held(self, places: Rows) -> bool:
        """Whether nothing must be fetched for these articles."""
        self._held |= self._vectors.known(places)
        return all(place in self._held for place in places.tolist())
