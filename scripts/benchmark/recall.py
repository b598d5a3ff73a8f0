"""Of the ten articles exactly nearest to a question, how many does the comparison in bytes bring up?

Exactly: every view's inner product in float32, and an article's similarity by the formula of `search.engine.semantic`.
Lede: the first POOL articles by the comparison in bytes, in exact order. Articles are left out by chance, as a filter
would. An article that is as near as the tenth counts as one of the ten.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmark.questions import Question
from search.arrays import Mask, Matrix, Rows, Scores
from search.engine.lexical import POOL
from search.engine.semantic import HEAD_WEIGHT, PASSAGE_WEIGHT, rescore_exact, semantic_scores
from search.index.snapshot import Snapshot
from search.settings import Settings
from search.wiring import served

SELECTIVITY = (1.0, 0.5, 0.1, 0.01, 0.001)
"""The shares of all articles that a filter admits."""
_TEN = 10
_SAME = 1e-6
_AT_ONCE = 20_000


def recalls(index: Path, questions: Sequence[Question]) -> dict[float, float]:
    """Recall@10 by selectivity, the mean over the questions."""
    with served(Settings(index=index)).acquire() as snapshot:
        asked = np.stack([snapshot.embedder().embed_query(question.text) for question in questions])
        exact = _exact(snapshot, asked)
        dice, size = np.random.default_rng(1), len(snapshot.chunks.first)
        pairs = list(zip(asked, exact, strict=True))
        return {
            share: float(np.mean([_recall(snapshot, *pair, dice.random(size) < share) for pair in pairs]))
            for share in SELECTIVITY
        }


def _exact(snapshot: Snapshot, asked: Matrix) -> Matrix:
    """The similarity of every article that has views to every question, (questions, articles)."""
    views = snapshot.chunks
    near = np.empty((len(asked), views.size), dtype=np.float32)
    for at in range(0, views.size, _AT_ONCE):
        some = np.arange(at, min(at + _AT_ONCE, views.size))
        near[:, some] = asked @ snapshot.vector.vectors(some).T
    heads = near[:, views.first]
    near[:, views.first] = -2  # a head is no passage
    best: Matrix = np.maximum.reduceat(near, views.first, axis=1)
    passages = np.where(views.after - views.first == 1, heads, best)
    near_articles: Matrix = (HEAD_WEIGHT * heads + PASSAGE_WEIGHT * passages).astype(np.float32, copy=False)
    return near_articles


def _recall(snapshot: Snapshot, vector: Scores, exact: Scores, admitted: Mask) -> float:
    """The share of the ten nearest admitted articles, or of all if they are fewer, that is found."""
    places = np.flatnonzero(admitted)
    ten = min(_TEN, len(places))
    if not ten:
        return 1.0
    least = np.sort(exact[places])[-ten] - _SAME
    return float((exact[_found(snapshot, vector, places)[:ten]] >= least).mean())


def _found(snapshot: Snapshot, vector: Scores, places: Rows) -> Rows:
    """These articles as Lede puts them in order by meaning, the best POOL of them."""
    near = semantic_scores(vector, snapshot.vector, snapshot.chunks)
    pool = places[np.argsort(-near.similarity[places], kind="stable")[:POOL]]
    heads = snapshot.vector.vectors(snapshot.chunks.first[pool])
    return pool[np.argsort(-rescore_exact(near, vector, snapshot.vector, pool, heads), kind="stable")]
