"""Reranking: a cross-encoder reads the query beside each of the first hits.

It reads the RERANKED best of the order that the other shares make, the same ones whatever the page. Its share is never
negative, so none of them falls behind a hit that it did not read, and pages join without repeats.
"""

from collections.abc import Callable, Sequence

import numpy as np

from search.arrays import Numbers, Rows, Scores
from search.engine.scoring import Fused, SignalScores
from search.results import Signal

RERANKED = 20
"""How many hits are read: the first two pages. Each costs 30 to 50 ms of one core with a model of six layers."""
RERANKER_WEIGHT = 1.0
"""As much as meaning: a model that reads both at once knows better, and words and time keep their say."""


def rerank(keys: Rows, fused: Fused, judge: Callable[[Rows], Scores]) -> Fused:
    """The signals of these candidates with that of a reranker; NaN where it did not read.

    `judge` is given places among the candidates, best first, and gives a score from 0 to 1 for each.
    """
    best = np.lexsort((keys, -fused.total))[:RERANKED]
    scores: Numbers = np.full(len(keys), np.nan)
    scores[best] = judge(best)
    return fused.with_signal(SignalScores(Signal.RERANKER, scores, RERANKER_WEIGHT))


def reranked(keys: Rows, signals: Sequence[SignalScores]) -> Rows:
    """The candidates that the reranker read, in its own order."""
    scores = next((signal.scores for signal in signals if signal.name is Signal.RERANKER), np.zeros(0))
    order = np.argsort(-scores, kind="stable")[: np.count_nonzero(~np.isnan(scores))]  # NaN sorts last
    return keys[order]
