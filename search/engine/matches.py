"""Match sets: what a query finds by words and by meaning.

A match set is made of masks over all rows, so that every filter cuts the same set: what a facet counts is what
choosing it shows.
"""

import numpy as np
from msgspec import Struct

from search.arrays import Mask, Rows, Scores
from search.engine.query_vectors import Vectors
from search.engine.semantic import ArticleSimilarities, semantic_scores
from search.index.snapshot import Snapshot


class MatchSet(Struct, frozen=True):
    """Which rows are found by words and which by meaning, and which of them make the result set.

    What words and meaning found are the candidates of the ranking; not each of them is likely an answer.
    """

    keyword: Mask
    semantic: Mask
    near: ArticleSimilarities | None = None
    similarity: Scores | None = None
    """Of every row, by the views that speak for it; -2 where none do."""
    answers: Mask | None = None
    """The result set: rows that are likely an answer; None for all that words or meaning found."""
    best: float | None = None
    """The similarity of the nearest row of the archive, whatever the filters admit; None where meaning is silent."""

    def restricted_to(self, admitted: Mask | None) -> "MatchSet":
        """What of it the filters admit."""
        if admitted is None:
            return self
        answers = None if self.answers is None else self.answers & admitted
        return MatchSet(
            self.keyword & admitted, self.semantic & admitted, self.near, self.similarity, answers, self.best
        )

    def having(self, answers: Mask) -> "MatchSet":
        """The same with this result set, whose rows are all candidates."""
        semantic = self.semantic if self.near is None else self.semantic | (answers & ~self.keyword)
        return MatchSet(self.keyword, semantic, self.near, self.similarity, answers, self.best)

    @property
    def mask(self) -> Mask:
        """The result set."""
        return self.keyword | self.semantic if self.answers is None else self.answers

    @property
    def by_words(self) -> Mask:
        """What of the result set words found."""
        return self.keyword & self.mask

    @property
    def by_meaning(self) -> Mask:
        """What of the result set meaning found: all that words did not, and some that they did."""
        return self.mask & (self.semantic | ~self.keyword) if self.answers is not None else self.semantic

    @property
    def rows(self) -> Rows:
        """The result set, ascending."""
        return np.flatnonzero(self.mask)

    def nearest(self, most: int | None = None) -> Rows:
        """What was found by meaning, nearest first; with `most`, the first so many or more of it."""
        rows = np.flatnonzero(self.semantic)
        if self.similarity is None:
            return rows
        near = self.similarity[rows]
        if most is not None and len(rows) > most:
            kept = near >= np.partition(near, -most)[-most]
            rows, near = rows[kept], near[kept]
        return rows[np.argsort(-near, kind="stable")]


def match_all(snapshot: Snapshot) -> MatchSet:
    """All rows, found by nothing."""
    none = np.zeros(snapshot.columns.size, dtype=np.bool_)
    return MatchSet(none, none, answers=~none)


def find(
    snapshot: Snapshot, keyword: Mask, vectors: Vectors | None, others: Mask | None, by_meaning: bool = True
) -> MatchSet:
    """What is nearer than the floor, beside what the words match (`keyword`); `others` as for them.

    Nearness is known of every row in any case; that it makes an answer is a matter of `by_meaning`.

    The floor depends on the question and the archive, never on a filter.
    """
    if vectors is None:
        return MatchSet(keyword, np.zeros(snapshot.columns.size, dtype=np.bool_))
    near, similarity = nearness(snapshot, vectors.order)
    _, gate = nearness(snapshot, vectors.gate)
    best = float(np.max(gate if others is None else gate[others], initial=-1.0))
    semantic = gate > snapshot.manifest.model.calibration.semantic_floor(best)
    if others is not None:
        semantic &= others
    if not by_meaning:
        semantic[:] = False
    return MatchSet(keyword, semantic, near, similarity, best=best)


def gate_similarity(snapshot: Snapshot, vectors: Vectors) -> Scores:
    """The similarity of every row to what decides on answers, whatever the keyword engine; -2 where nothing speaks."""
    return nearness(snapshot, vectors.gate)[1]


def passages(snapshot: Snapshot, found: MatchSet, rows: Rows) -> dict[int, int]:
    """The view nearest in meaning of each of these rows whose own vectors spoke."""
    if found.near is None:
        return {}
    own = rows[snapshot.columns.embedded_row[rows] == rows]
    best = found.near.best_passages(snapshot.chunks.places(own))
    return dict(zip(own.tolist(), best.tolist(), strict=True))


def nearness(snapshot: Snapshot, vector: Scores) -> tuple[ArticleSimilarities, Scores]:
    """How near every article and every row is to the vector: worked out once for what is asked again."""

    def compared() -> tuple[ArticleSimilarities, Scores]:
        near = semantic_scores(vector, snapshot.vector, snapshot.chunks, snapshot.manifest.model.calibration.scale)
        return near, by_row(snapshot, near)

    found: tuple[ArticleSimilarities, Scores] = snapshot.near.get(vector.tobytes(), compared)
    return found


def by_row(snapshot: Snapshot, near: ArticleSimilarities) -> Scores:
    """The similarity of every row, by the views that speak for it."""
    own = np.full(snapshot.columns.size + 1, -2.0, dtype=np.float32)  # the last is for rows without a vector
    own[snapshot.chunks.article_rows] = near.similarity
    spoken: Scores = own[snapshot.columns.embedded_row]
    return spoken
