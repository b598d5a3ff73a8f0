"""How near is an article to a question, by its views?

An article's similarity is the weighted sum of its head's and its best passage's: the head alone misses
what stands deep, the best passage alone takes a remark for a subject (docs/experiments.md has the numbers).
"""

from dataclasses import dataclass

import numpy as np

from search.ports import Mask, Rows, Scores, VectorIndex
from search.views import HEAD, PASSAGE, Views

WEIGHTS = {HEAD: 0.5, PASSAGE: 0.5}
"""What each kind of view adds to an article's similarity."""
_ALL = -2.0
"""Below every inner product of unit vectors."""


@dataclass(frozen=True, slots=True)
class Nearness:
    """Embedded rows, ascending, their similarity (-1 to 1), and the view that speaks best for each."""

    rows: Rows
    similarity: Scores
    best_view: Rows


def nearness(vector: Scores, index: VectorIndex, views: Views, rows: Mask | None) -> Nearness:
    """The similarity of every embedded row (of those admitted) to the vector."""
    admitted = None if rows is None else views.owned_by(rows)
    found, similarity = index.above(vector, _ALL, admitted)
    if not len(found):
        return Nearness(found, similarity, found)
    owners, kinds = views.row[found], views.kind[found]
    first = np.flatnonzero(np.r_[True, owners[1:] != owners[:-1]])
    total = np.zeros(len(first), dtype=np.float32)
    for kind, weight in WEIGHTS.items():
        best = np.maximum.reduceat(np.where(kinds == kind, similarity, -np.inf), first)
        overall = np.maximum.reduceat(similarity, first)
        total += weight * np.where(np.isfinite(best), best, overall).astype(np.float32)
    passages = np.where(kinds == PASSAGE, similarity + 4.0, similarity)
    return Nearness(owners[first], total, found[_best(passages, first)])


def _best(scores: Scores, first: Rows) -> Rows:
    """The place of the highest score of each stretch that starts at `first`."""
    lengths = np.diff(np.r_[first, len(scores)])
    highest = np.repeat(np.maximum.reduceat(scores, first), lengths)
    places = np.flatnonzero(scores == highest)
    stretch = np.repeat(np.arange(len(first)), lengths)[places]
    return places[np.r_[True, stretch[1:] != stretch[:-1]]]
