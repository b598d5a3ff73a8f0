"""Scores of candidates, as a sum of weighted signals.

    score = meaning + w (0.2 (words / rarity)^1.25 + 0.1 coverage^4 + 0.15 related) + 0.15 time + 0.3 likeness
          + 0.2 neighbours

`meaning` is the similarity of `engine.semantic`. `words` is the BM25 score and `rarity` the idf of the query's words
together, so that a hit which contains the rare half of them gets half, whatever else was found: words that know
nothing weigh nothing. `coverage` is the share of that rarity which the hit contains: steep, so that it separates
hits with the whole query (an exact title, a name) from near misses. `related` is the share of that
rarity for which the hit has other words that mean nearly the same (`index.related_terms`). `w` is about 1: less where
the nearest article of the archive is very near, for then meaning has understood the question, and more where it is not
(`index.calibration`). So a signal weighs as much as it is reliable for the question. `time` is 1 inside a time
that the query names. `likeness` is the similarity to the best hits of a first round: what is about the same as the
answers is probably one. `neighbours` is how much better than the hit itself those of the best do that are most like it,
and below 0 where they do worse: what is about the same answers the same questions (van Rijsbergen's cluster hypothesis;
Diaz: "Regularizing Ad Hoc Retrieval Scores", CIKM 2005, doi:10.1145/1099554.1099722). `supposed` stands for all that
meaning adds where an article has no vector (`supposed`). The constants were chosen on judged queries
(docs/experiments.md); all are flat there.

A hit's score is the sum of its shares, so the explanation is the computation: a convex combination of scores, not of
ranks (Bruch, Gai, Ingber: "An Analysis of Fusion Functions for Hybrid Retrieval", ACM TOIS 2023,
doi:10.1145/3596512). Each ranking's scores are brought by its own bounds to a scale that does not depend on which
other candidates there are, so a share means the same on every page and under every filter.
"""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from search.arrays import Mask, Matrix, Rows, Scores
from search.index.columns import UNDATED
from search.index.snapshot import Snapshot
from search.times import Time

Shares = NDArray[np.float64]
"""(rankings, candidates)"""


class SignalScores(Struct, frozen=True):
    """One ranking's scores of all candidates (candidates,), what they count for, and how steeply they count."""

    name: str
    scores: NDArray[np.float64]
    weight: float
    power: float = 1.0


Numbers = NDArray[np.float64]


WORDS_WEIGHT, WORDS_POWER = 0.2, 1.25
COVERAGE_WEIGHT, COVERAGE_POWER = 0.1, 4.0
RELATED_WEIGHT = 0.15
TIME_WEIGHT = 0.15
LIKENESS_WEIGHT = 0.3
FEEDBACK_HITS = 5
"""How many hits of the first round say what answers are like."""
_LEAST_MARGIN = 0.05
NEIGHBOURS_WEIGHT = 0.2
NEIGHBOUR_POOL = 60
"""How many of the best have neighbours, and are neighbours."""
NEIGHBOURS = 12
"""How many neighbours each of them has."""
_ROWS_AT_ONCE = 10

BY_MEANING = ("semantic", "likeness", "neighbours")
"""The rankings that ask an article's vectors."""


class Candidates(Struct, frozen=True):
    """What is known of each candidate, (candidates,) each; None where a ranking does not take part."""

    words: Numbers | None
    """BM25 score over the rarity of the query's words."""
    coverage: Numbers | None
    """The share of the rarity of the query's words that the candidate contains, 0 to 1."""
    related: Numbers | None
    """The share of that idf which the candidate has by related words, 0 to 1."""
    meaning: Numbers | None
    """Similarity, 0 where there is no vector."""
    time: Numbers | None
    """0 to 1: how well the time fits the one that the query names."""
    heads: Matrix
    """The vector of each head, (candidates, dimension), 0 where there is none."""
    headed: Mask
    """Which candidates have a head's vector."""
    matched: Mask
    """Which candidates were found by words."""


def rank(
    candidates: Candidates, alpha: float | None = None, lexical_weight: float = 1.0
) -> tuple[list[SignalScores], Shares]:
    """The rankings that take part and what each adds to each candidate.

    `alpha`, 0 to 1, is what meaning counts for beside words; None, as 0.5, leaves the measured weights as they are.
    `lexical_weight` is what words count for in this question, beside 1 on average.

    1. Words, meaning and time give a first order.
    2. The best of it, weighed by their lead, are averaged; likeness to that average joins, if meaning takes part.
    3. Each of the best then moves towards what its neighbours among them have.
    4. What has no vector gets in place of all this what its words let suppose.
    """
    signals = _first_legs(candidates, alpha, lexical_weight)
    shares = fuse(signals)
    if candidates.meaning is not None:
        middle = rocchio_centroid(shares.sum(axis=0), candidates.heads, candidates.headed)
        if middle is not None:
            alike = (candidates.heads @ middle).astype(np.float64)
            signals.append(SignalScores("likeness", alike, _meaning(alpha) * LIKENESS_WEIGHT))
            shares = np.concatenate([shares, fuse(signals[-1:])])
            signals.append(
                SignalScores(
                    "neighbours", _neighbours(candidates, signals, shares), _meaning(alpha) * NEIGHBOURS_WEIGHT
                )
            )
            shares = np.concatenate([shares, fuse(signals[-1:])])
            if not candidates.headed.all():
                signals.append(_supposed(candidates, signals, shares))
                shares = np.concatenate([shares, np.nan_to_num(fuse(signals[-1:]))])
    return signals, shares


def first_round(candidates: Candidates) -> Numbers:
    """The scores of a first order, by words, meaning and time, (candidates,)."""
    scores: Numbers = fuse(_first_legs(candidates)).sum(axis=0)
    return scores


def rocchio_centroid(scores: Numbers, heads: Matrix, headed: Mask) -> Scores | None:
    """The mean of the BEST heads, weighed by their lead over the last of them, brought to unit length.

    None where no candidate has a head. Pseudo relevance feedback after Rocchio (in Salton, "The SMART Retrieval
    System", 1971), on vectors.
    """
    known = np.flatnonzero(headed)
    best = known[np.argsort(-scores[known], kind="stable")[:FEEDBACK_HITS]]
    if not len(best):
        return None
    margins = scores[best] - scores[best].min() + _LEAST_MARGIN
    mean: Scores = margins.astype(np.float32) @ heads[best]
    return mean / np.linalg.norm(mean)


def _neighbours(candidates: Candidates, signals: list[SignalScores], shares: Shares) -> Numbers:
    """How much more than each of the best its neighbours score on average, nearer ones counting more; 0 for the others.

    Shares of time are left out: a neighbour is about the same, which does not put an article into its time.
    """
    known = np.flatnonzero(candidates.headed)
    best = known[np.argsort(-shares.sum(axis=0)[known], kind="stable")[:NEIGHBOUR_POOL]]
    scores = shares[[signal.name != "time" for signal in signals]].sum(axis=0)[best]
    more: Numbers = np.zeros(shares.shape[1])
    more[best] = neighbour_gain(scores, candidates.heads[best])
    return more


def neighbour_gain(scores: Numbers, heads: Matrix) -> Numbers:
    """How much more than each article its neighbours among them score on average, (articles,); their heads are given.

    Nearer ones count more; 0 where there is no other.
    """
    if len(scores) < 2:
        return np.zeros(len(scores))
    near = _nearness(heads)
    all_near = near.sum(axis=1)
    mean = near @ scores / np.where(all_near > 0, all_near, 1.0)
    gain: Numbers = np.where(all_near > 0, mean - scores, 0.0)
    return gain


def _nearness(heads: Matrix) -> Numbers:
    """What each article counts for as a neighbour of each other, (articles, articles): 0 but for the NEAREST."""
    near = np.empty((len(heads), len(heads)), dtype=np.float32)
    # Some rows at a time, for numpy would spread one large product over threads, and wait where they have no core.
    for at in range(0, len(heads), _ROWS_AT_ONCE):
        np.matmul(heads[at : at + _ROWS_AT_ONCE], heads.T, out=near[at : at + _ROWS_AT_ONCE])
    np.fill_diagonal(near, -np.inf)
    last = len(near) - min(NEIGHBOURS, len(near) - 1)
    least = np.partition(near, last, axis=1)[:, last]
    near = np.where(near >= least[:, None], np.maximum(near, 0.0), 0.0)
    counted: Numbers = (near * near * near).astype(np.float64)
    return counted


def _supposed(candidates: Candidates, signals: list[SignalScores], shares: Shares) -> SignalScores:
    """What all that meaning adds may be for candidates without a vector; NaN for the others."""
    near = shares[[signal.name in BY_MEANING for signal in signals]].sum(axis=0)
    words = np.zeros(len(near)) if candidates.words is None else candidates.words
    return SignalScores("supposed", impute_semantic(near, words, candidates.headed, candidates.matched), 1.0)


def _meaning(alpha: float | None) -> float:
    return 1.0 if alpha is None else 2 * alpha


def _first_legs(candidates: Candidates, alpha: float | None = None, lexical_weight: float = 1.0) -> list[SignalScores]:
    meaning = _meaning(alpha)
    words = (2 - meaning) * lexical_weight
    signals = []
    if candidates.words is not None:
        signals.append(SignalScores("keyword", candidates.words, words * WORDS_WEIGHT, WORDS_POWER))
    if candidates.coverage is not None:
        signals.append(SignalScores("coverage", candidates.coverage, words * COVERAGE_WEIGHT, COVERAGE_POWER))
    if candidates.related is not None:
        signals.append(SignalScores("related", candidates.related, words * RELATED_WEIGHT))
    if candidates.meaning is not None:
        signals.append(SignalScores("semantic", candidates.meaning, meaning))
    if candidates.time is not None:
        signals.append(SignalScores("time", candidates.time, TIME_WEIGHT))
    return signals


def fuse(signals: Sequence[SignalScores]) -> Shares:
    """What each leg adds to each candidate: weight * score^power; a negative score counts as it is."""
    return np.stack([signal.weight * _raised(signal.scores, signal.power) for signal in signals])


def _raised(scores: NDArray[np.float64], power: float) -> NDArray[np.float64]:
    return scores if power == 1.0 else np.sign(scores) * np.abs(scores) ** power


FEWEST = 5
"""How many that words found and that have a vector teach more than all that have one."""


def impute_semantic(near: Numbers, words: Numbers, known: Mask, matched: Mask) -> Numbers:
    """What the `known`, which have vectors, let suppose of the others' `near`, (candidates,); NaN for the known.

    A line of least squares over their `words`, never falling, and never beyond what any of them has. Those that words
    found (`matched`) draw it: what only meaning found is near without words.
    """
    among = known & matched
    if np.count_nonzero(among) < FEWEST:
        among = known
    middle, away = near[among].mean(), words[among] - words[among].mean()
    spread = float(away @ away)
    slope = max(0.0, float(away @ near[among]) / spread) if spread > 0 else 0.0
    line = middle + slope * (words - words[among].mean())
    of_others: Numbers = np.where(known, np.nan, np.clip(line, near[known].min(), near[known].max()))
    return of_others


def time_fit(snapshot: Snapshot, time: Time | None, rows: Rows) -> NDArray[np.float64] | None:
    """How well the time of each article fits the one named: 1 inside, falling to 0 over some days beside it."""
    if time is None:
        return None
    times = snapshot.columns.published[rows]
    dated = times != UNDATED
    times = np.where(dated, times, 0).astype(np.float64)
    if time.fresh:
        fit = 1 - (snapshot.columns.newest - times) / FRESH
    else:
        early, late = time.since - times, times - time.until + 1
        fit = np.where(early > 0, 1 - early / BEFORE, np.where(late > 0, 1 - late / AFTER, 1.0))
    return np.where(dated, np.clip(fit, 0.0, 1.0) * time.certainty, 0.0)


BEFORE, AFTER = 3 * 86_400_000, 7 * 86_400_000
"""How long before and after a named time an article still fits it a little, in milliseconds."""
FRESH = 30 * 86_400_000
"""How old an article is, at which "latest" prefers it no more, in milliseconds."""
