"""Confidence: how likely an article answers a question, and whether the archive answers it at all.

Two logistic curves (`search.index.calibration`), fitted on judged sets, over features that every keyword engine agrees
on: shares of the words' rarity out of the postings, similarities, and where an article stands among the others. They
look at the whole archive, never at what a filter leaves.

1. A first score of every row: similarity, the words that it contains, time.
2. Of the first CONSIDERED articles a second score: likeness to the best of them, related words, neighbours.
3. What is true of the question: how good its best articles are, and how rare is what none of them contains.
4. The probability that the archive answers, times the probability that the article does where it answers.

Whatever stands behind the considered ones passes no threshold; its confidence is that of a place behind them.
"""

from collections.abc import Callable
from functools import cached_property

import numpy as np
from msgspec import Struct

from search.analysis.characters import is_cyrillic
from search.arrays import Mask, Numbers, Rows, Scores, firsts
from search.engine.interpretation import QueryInterpretation
from search.engine.scoring import (
    COVERAGE_WEIGHT,
    LIKENESS_WEIGHT,
    NEIGHBOUR_POOL,
    NEIGHBOURS_WEIGHT,
    RELATED_WEIGHT,
    TIME_WEIGHT,
    WORDS_WEIGHT,
    impute_semantic,
    neighbour_gain,
    rocchio_centroid,
)
from search.index.calibration import RelevanceCurves
from search.index.postings import Coverage
from search.ports import ArticleFeatures, WeightedTerm

CONSIDERED = 120
"""How many articles, by their first score, may pass a threshold."""
TITLE_WEIGHT = 0.1
"""What a title with all of the words adds to the first score."""
FIRST = 5
"""How many of the best tell what the archive lacks."""
_COPIES = 4
"""Rows looked at for each article considered, so that its translations take no other's place."""
_SHORT = 4
"""Words of a question that names things and says little else of them."""
_COMPLETE = 1 - 1e-5
"""A share of the words' rarity from which on none is missing, whatever was rounded."""
_SIMILARITY_OF_NONE = -2.0
"""What stands for the similarity of a row that nothing speaks for."""

Features = dict[str, Numbers | float]
"""(articles,) each, or one number for all of them."""


class RowFeatures(Struct, frozen=True):
    """What is known of every row of the archive, (rows,) each; None where it does not take part."""

    similarity: Scores | None
    """By the views that speak for a row; where none do, what its words let suppose."""
    coverage: Scores | None
    """The share of the rarity of the words that a row contains, 0 to 1."""
    in_title: Scores | None
    """The share of that rarity which its title contains, 0 to 1."""
    time: Numbers | None
    """How well its time fits the one that the question names, 0 to 1."""

    size: int
    """How many rows there are."""


def row_features(
    said: QueryInterpretation, similarity: Scores | None, coverage: Coverage | None, time: Numbers | None, size: int
) -> RowFeatures:
    """The features of every row: `coverage` where words take part, `similarity` where meaning does."""
    if coverage is None or not said.words.words:
        return RowFeatures(similarity, None, None, time, size)
    rarity = np.float32(said.words.idf)
    share, in_title = coverage.rarity / rarity, coverage.in_title / rarity
    return RowFeatures(None if similarity is None else _supposed(similarity, share), share, in_title, time, size)


def _supposed(similarity: Scores, share: Scores) -> Scores:
    """The similarity, and for rows without a vector what their words let suppose."""
    spoken = similarity > _SIMILARITY_OF_NONE
    if spoken.all() or not spoken.any():
        return similarity
    supposed = impute_semantic(similarity.astype(np.float64), share.astype(np.float64), spoken, share > 0)
    return np.where(spoken, similarity, supposed).astype(np.float32)


def first_score(rows: RowFeatures) -> Scores:
    """The first score of every row: what the similarity, the words and the time add to the ranking."""
    score = np.zeros(rows.size, dtype=np.float32)
    if rows.similarity is not None:
        score += rows.similarity
    if rows.coverage is not None and rows.in_title is not None:
        share = rows.coverage
        score += np.float32(WORDS_WEIGHT) * share * np.sqrt(np.sqrt(share))  # to the power of 1.25
        score += np.float32(COVERAGE_WEIGHT) * np.square(np.square(share))  # to the power of 4
        score += np.float32(TITLE_WEIGHT) * rows.in_title
    if rows.time is not None:
        score += (TIME_WEIGHT * rows.time).astype(np.float32)
    return score


def considered(score: Scores, group: Rows) -> Rows:
    """The best row of each of the first CONSIDERED articles by score, best first; of equal rows the first."""
    most = _COPIES * CONSIDERED
    least = score.min(initial=np.inf)
    rows = np.flatnonzero(score > least)
    if len(rows) > most:
        scored = score[rows]
        rows = rows[scored >= np.partition(scored, -most)[-most]]
    rows = rows[np.argsort(-score[rows], kind="stable")]
    if len(rows) < most:  # where meaning is silent, most rows have no score: they are in order already
        rows = np.concatenate([rows, np.flatnonzero(score == least)[:most]])
    return rows[firsts(group[rows])][:CONSIDERED]


class Spread(Struct, frozen=True):
    """The mean and the standard deviation of one signal over the articles considered."""

    mean: float
    deviation: float

    def standardised(self, values: Numbers) -> Numbers:
        """How many deviations each value is above the mean: how far an article stands out among its rivals."""
        return (values - self.mean) / (self.deviation + 1e-6)


def spread_of(values: Numbers | Scores | None) -> Spread:
    """The spread of a signal; of one that takes no part, 0 and 0."""
    if values is None or not len(values):
        return Spread(0.0, 0.0)
    exact = values.astype(np.float64)
    mean = float(exact.mean())
    away = exact - mean
    return Spread(mean, float(np.sqrt(away @ away / len(away))))


class Confidence:
    """How likely each article of the archive answers one question."""

    def __init__(
        self,
        said: QueryInterpretation,
        articles: ArticleFeatures,
        contains: Callable[[WeightedTerm, Rows], Mask],
    ) -> None:
        """`articles` are those considered, best first; `contains` tells which rows contain a word."""
        self._said = said
        self._contains = contains
        self.articles = articles
        """The articles considered, best first by their first score."""
        self._centroid: Scores | None = None
        if articles.similarity is not None:
            first = articles.first.astype(np.float64)
            self._centroid = rocchio_centroid(first, articles.heads, articles.headed)
        self.likeness = self._likeness(articles)
        """How much each is like the best by the first score; 0 where meaning takes no part."""
        self.score = self._with_neighbours(articles, self._score(articles, self.likeness))
        """Their second scores."""
        self._descending = np.sort(self.score)[::-1]
        self._spreads = (spread_of(self.score), spread_of(articles.similarity), spread_of(self.likeness))

    def probability(self, curves: RelevanceCurves) -> Numbers:
        """The probability that each article considered answers, (articles,)."""
        return self._probability(curves, self.article_features())

    def behind(self, curves: RelevanceCurves, articles: ArticleFeatures) -> Numbers:
        """The probability of each of these articles, which were not considered."""
        likeness = self._likeness(articles)
        rank = np.full(len(articles.rows), float(CONSIDERED))
        return self._probability(curves, self._features(articles, self._score(articles, likeness), likeness, rank))

    @cached_property
    def question(self) -> dict[str, float]:
        """What is true of the question: the features by which the archive answers it or not."""
        words, articles, best = self._said.words, self.articles, self._descending
        places = np.argsort(-self.score, kind="stable")[:FIRST]
        first = articles.rows[places]
        coverage = articles.coverage
        complete = coverage is not None and bool((coverage[places] >= _COMPLETE).any())
        lacking = () if complete else words.words
        missing = sum(word.idf for word in lacking if not self._contains(word, first).any())
        rarity = words.idf if words.words else 1.0

        def lead(place: int) -> float:
            return float(best[0] - best[min(place, len(best)) - 1]) if len(best) else 0.0

        return {
            "best": float(best[0]) if len(best) else 0.0,
            "best_similarity": articles.best_similarity,
            "best_coverage": articles.best_coverage,
            "first_coverage": float(coverage[places].max(initial=0.0)) if coverage is not None else 0.0,
            "unmet": missing / rarity,
            "unmet_rarity": missing / 10,
            "log_words": float(np.log1p(len(words.words))),
            "log_rarity": float(np.log1p(rarity)),
            "lead_3": lead(3),
            "lead_10": lead(10),
            "lead_50": lead(50),
            "timed": float(self._said.time is not None),
        }

    @cached_property
    def parts_names(self) -> bool:
        """Whether a short question names things that no article considered has together: *binance buys twitter*.

        A long one may tell in its own words what articles call by a name. An article has one source, and one of the
        alternatives of a condition is enough.
        """
        sources = {terms for source in self._said.sources for terms in source.terms}
        words = [word for word in self._said.words.words if word.clause_weight and word.terms not in sources]
        articles = self.articles
        if articles.coverage is None or not 2 <= len(words) <= _SHORT:
            return False
        having = [self._contains(word, articles.rows) for word in words]
        if np.logical_and.reduce(having).any():  # as mostly: no list of words is loaded
            return False
        names = [(word, has) for word, has in zip(words, having, strict=True) if self._said.is_name(word)]
        if len(names) < 2 or len({is_cyrillic(word.text) for word, _ in names}) > 1:  # one name may be in two scripts
            return False
        return not np.logical_and.reduce([has for _, has in names]).any()

    def article_features(self) -> Features:
        """The features of the articles considered: what the curve of relevance is fitted on."""
        rank = np.empty(len(self.score))
        rank[np.argsort(-self.score, kind="stable")] = np.arange(len(self.score))
        return self._features(self.articles, self.score, self.likeness, rank)

    def _features(self, articles: ArticleFeatures, score: Numbers, likeness: Numbers, rank: Numbers) -> Features:
        def known(values: Scores | None) -> Numbers:
            return np.zeros(len(articles.rows)) if values is None else values.astype(np.float64)

        similarity = known(articles.similarity)
        of_score, of_similarity, of_likeness = self._spreads
        return {
            **self.question,
            "score": score,
            "likeness": likeness,
            "log_rank": np.log1p(rank),
            "similarity": similarity,
            "score_z": of_score.standardised(score),
            "similarity_z": of_similarity.standardised(similarity),
            "likeness_z": of_likeness.standardised(likeness),
            "coverage": known(articles.coverage),
            "title_coverage": known(articles.in_title),
            "names_missing": self._names_missing(articles),
        }

    def _probability(self, curves: RelevanceCurves, features: Features) -> Numbers:
        answerable = curves.answerable.probability(self.question)
        probability = answerable * curves.relevant.probability(features)
        return np.broadcast_to(probability, np.shape(features["score"]))  # a curve may ask no feature

    def _with_neighbours(self, articles: ArticleFeatures, score: Numbers) -> Numbers:
        """The scores, and what the neighbours of the best that have a vector add to them."""
        best = np.flatnonzero(articles.headed)
        best = best[np.argsort(-score[best], kind="stable")[:NEIGHBOUR_POOL]]
        lifted = score.copy()
        lifted[best] += NEIGHBOURS_WEIGHT * neighbour_gain(score[best], articles.heads[best], articles.scale)
        return lifted

    def _likeness(self, articles: ArticleFeatures) -> Numbers:
        """How much each article is like the best, -1 to 1; without a vector as little as any of the others."""
        headed = articles.headed
        if self._centroid is None or not headed.any():
            return np.zeros(len(headed))
        alike: Numbers = articles.scale.of((articles.heads @ self._centroid).astype(np.float64))
        return np.where(headed, alike, alike[headed].min())

    def _score(self, articles: ArticleFeatures, likeness: Numbers) -> Numbers:
        """The second score without the neighbours' part."""
        score: Numbers = articles.first + LIKENESS_WEIGHT * likeness
        return score if articles.related is None else score + RELATED_WEIGHT * articles.related

    def _names_missing(self, articles: ArticleFeatures) -> Numbers:
        """The share of the idf of the names typed that each article does not contain, 0 to 1."""
        names = self._said.names if articles.coverage is not None else ()
        missing = np.zeros(len(articles.rows))
        for name in names:
            missing += np.where(self._contains(name, articles.rows), 0.0, name.idf)
        return missing / (sum(name.idf for name in names) or 1.0)
