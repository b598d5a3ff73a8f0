"""Scores of candidates, as a sum of weighted signals: pure functions over their features, whatever engine found them.

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

from collections.abc import Callable, Sequence

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from search.arrays import Mask, Matrix, Numbers, Rows, Scores
from search.index.columns import UNDATED
from search.ports import Candidates
from search.results import Signal
from search.similarity import SimilarityScale
from search.times import Time

Shares = NDArray[np.float64]
"""(signals, candidates)"""

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

BY_WORDS = (Signal.KEYWORD, Signal.COVERAGE, Signal.RELATED)
"""The signals that ask which words an article contains."""
BY_MEANING = (Signal.SEMANTIC, Signal.LIKENESS, Signal.NEIGHBOURS)
"""The signals that need an article's vectors."""


class SignalScores(Struct, frozen=True):
    """One signal's score of every candidate, (candidates,), its weight, and the power it is raised to.

    NaN where a candidate has no such score; it adds nothing there.
    """

    name: Signal
    scores: Numbers
    weight: float
    power: float = 1.0


class Fused(Struct, frozen=True):
    """The signals so far, and what each of them adds to each candidate."""

    signals: tuple[SignalScores, ...]
    shares: Shares

    @property
    def total(self) -> Numbers:
        """The score of each candidate, (candidates,)."""
        total: Numbers = self.shares.sum(axis=0)
        return total

    def only(self, names: Sequence[Signal]) -> Numbers:
        """What these signals add together to each candidate, (candidates,)."""
        some: Numbers = self.shares[[signal.name in names for signal in self.signals]].sum(axis=0)
        return some

    def with_signal(self, signal: SignalScores) -> "Fused":
        """The same with one more signal."""
        return Fused((*self.signals, signal), np.concatenate([self.shares, fuse([signal])]))

    def at(self, places: Rows | Mask) -> "Fused":
        """The same for some of the candidates."""
        some = tuple(replace(signal, scores=signal.scores[places]) for signal in self.signals)
        return Fused(some, self.shares[:, places])


def rank(candidates: Candidates, alpha: float | None = None) -> Fused:
    """Score the candidates by every signal that takes part, in the order of SIGNALS.

    `alpha`, 0 to 1, is what meaning counts for beside words; None, as 0.5, leaves the measured weights as they are.

    1. Words, meaning and time give a first order.
    2. The best of it, weighed by their lead, are averaged; likeness to that average joins, if meaning takes part.
    3. Each of the best then moves towards what its neighbours among them have.
    4. What has no vector gets in place of all this what its words let suppose.
    """
    fused = Fused((), np.zeros((0, len(candidates.matched))))
    for one in SIGNALS:
        scores = one.feature(candidates, fused)
        if scores is not None:
            reliable = candidates.lexical_weight if one.name in BY_WORDS else 1.0
            weight = candidates.signal_weights.get(one.name, one.weight) * one.part(alpha) * reliable
            fused = fused.with_signal(SignalScores(one.name, scores, weight, one.power))
    return fused


def _keyword(candidates: Candidates, _: Fused) -> Numbers | None:
    return candidates.words


def _coverage(candidates: Candidates, _: Fused) -> Numbers | None:
    return candidates.coverage


def _related(candidates: Candidates, _: Fused) -> Numbers | None:
    return candidates.related


def _semantic(candidates: Candidates, _: Fused) -> Numbers | None:
    return candidates.meaning


def _time(candidates: Candidates, _: Fused) -> Numbers | None:
    return candidates.time


def _likeness(candidates: Candidates, fused: Fused) -> Numbers | None:
    """The similarity of each candidate to the best so far."""
    if candidates.meaning is None:
        return None
    centroid = rocchio_centroid(fused.total, candidates.heads, candidates.headed)
    if centroid is None:
        return None
    alike = candidates.scale.of((candidates.heads @ centroid).astype(np.float64))
    return np.where(candidates.headed, alike, 0.0)


def _neighbours(candidates: Candidates, fused: Fused) -> Numbers | None:
    """How much more than each of the best its neighbours score on average, nearer ones counting more; 0 for the others.

    Shares of time are left out: a neighbour is about the same, which does not put an article into its time.
    """
    if candidates.meaning is None or not candidates.headed.any():
        return None
    known = np.flatnonzero(candidates.headed)
    best = known[np.argsort(-fused.total[known], kind="stable")[:NEIGHBOUR_POOL]]
    scores = fused.only([signal for signal in Signal if signal is not Signal.TIME])[best]
    more: Numbers = np.zeros(len(candidates.headed))
    more[best] = neighbour_gain(scores, candidates.heads[best], candidates.scale)
    return more


def _supposed(candidates: Candidates, fused: Fused) -> Numbers | None:
    """What all that meaning adds may be for candidates without a vector; NaN for the others."""
    headed = candidates.headed
    if candidates.meaning is None or not headed.any() or headed.all():
        return None
    words = np.zeros(len(headed)) if candidates.words is None else candidates.words
    return impute_semantic(fused.only(BY_MEANING), words, headed, candidates.matched)


def _words_part(alpha: float | None) -> float:
    return 2 - _meaning_part(alpha)


def _meaning_part(alpha: float | None) -> float:
    return 1.0 if alpha is None else 2 * alpha


def _whole(_: float | None) -> float:
    return 1.0


class ScoredSignal(Struct, frozen=True):
    """A signal: its feature of the candidates (None: takes no part), and what that counts for."""

    name: Signal
    feature: Callable[[Candidates, Fused], Numbers | None]
    """Is given the candidates and what the signals before it make of them; gives a score each, (candidates,)."""
    weight: float
    power: float = 1.0
    part: Callable[[float | None], float] = _whole
    """How `alpha` changes the weight."""


SIGNALS = (
    ScoredSignal(Signal.KEYWORD, _keyword, WORDS_WEIGHT, WORDS_POWER, _words_part),
    ScoredSignal(Signal.COVERAGE, _coverage, COVERAGE_WEIGHT, COVERAGE_POWER, _words_part),
    ScoredSignal(Signal.RELATED, _related, RELATED_WEIGHT, part=_words_part),
    ScoredSignal(Signal.SEMANTIC, _semantic, 1.0, part=_meaning_part),
    ScoredSignal(Signal.TIME, _time, TIME_WEIGHT),
    ScoredSignal(Signal.LIKENESS, _likeness, LIKENESS_WEIGHT, part=_meaning_part),
    ScoredSignal(Signal.NEIGHBOURS, _neighbours, NEIGHBOURS_WEIGHT, part=_meaning_part),
    ScoredSignal(Signal.SUPPOSED, _supposed, 1.0),
)
"""Every signal, in the order in which they are worked out: a later one may look at what earlier ones add."""


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


def neighbour_gain(scores: Numbers, heads: Matrix, scale: SimilarityScale) -> Numbers:
    """How much more than each article its neighbours among them score on average, (articles,); their heads are given.

    Nearer ones count more; 0 where there is no other.
    """
    if len(scores) < 2:
        return np.zeros(len(scores))
    near = _nearness(heads, scale)
    all_near = near.sum(axis=1)
    mean = near @ scores / np.where(all_near > 0, all_near, 1.0)
    gain: Numbers = np.where(all_near > 0, mean - scores, 0.0)
    return gain


def _nearness(heads: Matrix, scale: SimilarityScale) -> Numbers:
    """What each article counts for as a neighbour of each other, (articles, articles): 0 but for the NEAREST."""
    near = np.empty((len(heads), len(heads)), dtype=np.float32)
    # Some rows at a time, for numpy would spread one large product over threads, and wait where they have no core.
    for at in range(0, len(heads), _ROWS_AT_ONCE):
        np.matmul(heads[at : at + _ROWS_AT_ONCE], heads.T, out=near[at : at + _ROWS_AT_ONCE])
    near = scale.of(near)
    np.fill_diagonal(near, -np.inf)
    last = len(near) - min(NEIGHBOURS, len(near) - 1)
    least = np.partition(near, last, axis=1)[:, last]
    near = np.where(near >= least[:, None], np.maximum(near, 0.0), 0.0)
    counted: Numbers = (near * near * near).astype(np.float64)
    return counted


def fuse(signals: Sequence[SignalScores]) -> Shares:
    """What each signal adds to each candidate: weight * score^power; a negative score counts as it is, NaN as 0."""
    shares = np.stack([signal.weight * _raised(signal.scores, signal.power) for signal in signals])
    return np.where(np.isnan(shares), 0.0, shares)


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


def time_fit(published: Rows, newest: int, time: Time) -> Numbers:
    """How well each article's time fits the one named: 1 inside, falling to 0 over some days beside it.

    `published` is in milliseconds UTC, (articles,), UNDATED where it is not known; `newest` is the archive's last.
    """
    dated = published != UNDATED
    times = np.where(dated, published, 0).astype(np.float64)
    if time.fresh:
        fit = 1 - (newest - times) / FRESH
    else:
        early, late = time.since - times, times - time.until + 1
        fit = np.where(early > 0, 1 - early / BEFORE, np.where(late > 0, 1 - late / AFTER, 1.0))
    return np.where(dated, np.clip(fit, 0.0, 1.0) * time.certainty, 0.0)


BEFORE, AFTER = 3 * 86_400_000, 7 * 86_400_000
"""How long before and after a named time an article still fits it a little, in milliseconds."""
FRESH = 30 * 86_400_000
"""How old an article is, at which "latest" prefers it no more, in milliseconds."""
