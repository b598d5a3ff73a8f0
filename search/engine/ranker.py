"""Order of the result set, and the contributions to each hit's rank."""

from collections.abc import Callable, Mapping
from itertools import count
from math import isnan

import numpy as np
from msgspec.structs import replace

from search.arrays import Mask, Rows, Scores, distinct, firsts, within
from search.engine.grouping import TranslationGroups, collapse_stories
from search.engine.interpretation import QueryInterpretation
from search.engine.lexical import POOL, LexicalRetriever
from search.engine.matches import MatchSet, passages
from search.engine.query_vectors import heads
from search.engine.reranking import RERANKED, rerank, reranked, texts
from search.engine.scoring import Candidates, Numbers, Shares, SignalScores, rank, time_fit
from search.engine.semantic import rescore_exact
from search.errors import ModelError
from search.index.columns import UNDATED
from search.index.related_terms import related_share
from search.index.snapshot import Snapshot
from search.messages import say
from search.ports import Reranker
from search.query.model import Fold, Mode, Query, Sort
from search.results import Contribution
from search.tracing import stage

_ENOUGH = 4 * POOL
"""Rows nearest in meaning that hold POOL keys, if articles have only a few twins."""

Ranked = tuple[Rows, dict[int, tuple[Contribution, ...]]]
"""Keys, best first, and what ranked each of the pool."""


class Ordering:
    """The order of one question's answers."""

    def __init__(
        self,
        snapshot: Snapshot,
        query: Query,
        said: QueryInterpretation,
        worded: LexicalRetriever,
        copies: TranslationGroups,
        reranker: Callable[[], Reranker] | None,
    ) -> None:
        """`reranker` gives what reads the first hits again, or raises ModelError; None where nothing does."""
        self._snapshot = snapshot
        self._columns = snapshot.columns
        self._query = query
        self._said = said
        self._worded = worded
        self._copies = copies
        self._reranker = reranker
        self.ranked = query.sort is Sort.RELEVANCE and not query.lists
        """Whether scores order the answers, and not time."""
        self.degraded: list[str] = []
        """What could not take part, and why."""

    def order(self, found: MatchSet, first: int, last: int) -> Ranked:
        """Result keys `[first, last)` in rank order, with each key's score contributions."""
        if self.ranked:
            return self._by_relevance(found, first, last)
        return self._once_a_story(self._by_time(found))[first:last], {}

    def unranked(self) -> tuple[Contribution, ...]:
        """What ranks a hit that no score ranks: time, or its place behind the pool."""
        return (Contribution("order of words" if self.ranked else "order of time", None, None, 0.0),)

    def _once_a_story(self, keys: Rows) -> Rows:
        return collapse_stories(self._columns, keys) if self._query.fold is Fold.STORY else keys

    @stage("ranking")
    def _by_relevance(self, found: MatchSet, first: int, last: int) -> Ranked:
        """These keys by the shares of all rankings: the pool first, behind it keyword order, then nearness."""
        rows, scores = self._worded.best(found, POOL)
        keys = self._copies.keys(rows)
        best = firsts(keys)
        keyword, nearest = keys[best], self._nearest(found)
        pool = distinct(np.concatenate([keyword, nearest]))
        if not len(pool):
            return self._once_a_story(np.flatnonzero(self._answering(found)))[first:last], {}
        candidates = self._candidates(found, pool, keyword, rows[best], scores[best])
        signals, shares = rank(candidates, self._query.alpha, self._lexical_weight(found))
        answering = self._answering(found)
        kept = answering[pool]
        pool, shares = pool[kept], shares[:, kept]
        signals = [replace(signal, scores=signal.scores[kept]) for signal in signals]
        signals, shares = self._reranked(found, pool, signals, shares)
        first_answers = pool[np.lexsort((pool, -shares.sum(axis=0)))]
        answers = self._once_a_story(first_answers)
        if last > len(answers):
            behind = self._behind(found, answering, pool, rows)
            answers = self._once_a_story(np.concatenate([first_answers, behind]))
        page = answers[first:last]
        ranked = {"keyword": keyword, "semantic": nearest, "reranker": reranked(pool, signals)}
        return page, _contributions(pool, page, signals, shares, ranked)

    def _lexical_weight(self, found: MatchSet) -> float:
        """What words count for in this question; 1 where it was not typed, or only one of both speaks."""
        if found.best is None or not self._said.typed:
            return 1.0
        return self._snapshot.manifest.model.calibration.lexical_weight(found.best)

    def _nearest(self, found: MatchSet) -> Rows:
        """The first POOL keys by nearness."""
        most = _ENOUGH
        while len(keys := _once(self._copies.keys(rows := found.nearest(most)))) < POOL and len(rows) >= most:
            most *= 2
        return keys[:POOL]

    def _answering(self, found: MatchSet) -> Mask:
        """Which keys are of the result set, (rows,)."""
        answering = np.zeros(self._columns.size, dtype=np.bool_)
        answering[self._copies.keys(found.rows)] = True
        return answering

    def _behind(self, found: MatchSet, answering: Mask, pool: Rows, rows: Rows) -> Rows:
        """The answers behind the pool, whose first `rows` by words these are: by words, then by nearness, then others.

        What neither words nor nearness ranks stands last, in the order of the keys.
        """
        answering = answering.copy()
        answering[pool] = False
        if not answering.any():
            return pool[:0]
        if len(rows) == POOL or self._worded.excludes:  # else there is nothing behind them
            rows, _ = self._worded.best(found, self._columns.size)
        keys = self._copies.keys
        behind = np.concatenate([keys(rows), keys(found.nearest()), np.flatnonzero(answering)])
        return _once(behind[answering[behind]])

    def _reranked(
        self, found: MatchSet, pool: Rows, signals: list[SignalScores], shares: Shares
    ) -> tuple[list[SignalScores], Shares]:
        """The rankings with the reranker's, where there is one and the page reaches up to what it reads."""
        query = self._query
        if self._reranker is None or query.mode is not Mode.HYBRID or not query.limit or query.first >= RERANKED:
            return signals, shares
        try:
            reranker = self._reranker()

            def judge(places: Rows) -> Scores:
                rows = self._copies.shown[pool[places]]
                nearest = passages(self._snapshot, found, rows)
                views = [nearest.get(row) for row in rows.tolist()]
                return reranker.scores(query.text, texts(self._snapshot, rows.tolist(), views))

            return rerank(pool, signals, shares, judge)
        except ModelError as unfit:
            self.degraded.append(say("reranker-failed", f"reranker: {unfit}", why=unfit.public))
            return signals, shares

    def _candidates(self, found: MatchSet, pool: Rows, keyword: Rows, rows: Rows, scores: Scores) -> Candidates:
        """Every ranking's score of every candidate, also of those that only another one found.

        `keyword` are the keys found by words, `rows` and `scores` the row of each that scored best.
        """
        snapshot, said = self._snapshot, self._said
        words: Numbers | None = None
        coverage: Numbers | None = None
        related: Numbers | None = None
        meaning: Numbers | None = None
        matched = within(pool, keyword)
        if said.by_words and said.words.words:
            worded = self._copies.all[pool]
            places = np.searchsorted(pool, keyword)
            worded[places] = rows
            words = np.zeros(len(pool))
            words[places] = scores
            coverage = self._worded.coverage.rarity[worded].astype(np.float64) / said.words.idf
            rest = ~matched & (coverage > 0)
            words[rest] = snapshot.keyword.scores(said.words, worded[rest])
            words /= said.words.idf
            if said.meant.related:
                related = related_share(said.words, said.meant.related, worded, snapshot.postings)
        vectors = said.meant.vectors
        known, headed = heads(snapshot, pool if vectors is not None else pool[:0])
        if found.near is not None and vectors is not None:
            meaning = np.zeros(len(pool))
            places = snapshot.chunks.places(self._columns.embedded_row[pool[headed]])
            meaning[headed] = rescore_exact(found.near, vectors.order, snapshot.vector, places, known[headed])
        fit = time_fit(snapshot, said.time, pool)
        return Candidates(words, coverage, related, meaning, fit, known, headed, matched)

    def _by_time(self, found: MatchSet) -> Rows:
        """The result set by the time that each hit shows, undated ones last, one time by id."""
        keys = distinct(self._copies.keys(found.rows))
        times = self._columns.published[self._copies.shown[keys]]
        dated = times != UNDATED
        direction = 1 if self._query.sort is Sort.OLDEST else -1
        return keys[np.lexsort((keys, np.where(dated, direction * np.where(dated, times, 0), 0), ~dated))]


def _contributions(
    pool: Rows, page: Rows, signals: list[SignalScores], shares: Shares, ranked: Mapping[str, Rows]
) -> dict[int, tuple[Contribution, ...]]:
    """What each ranking added to each key of the page that is in the pool; `ranked` are keys in a ranking's order."""
    ranks = {name: dict(zip(keys.tolist(), count(1), strict=False)) for name, keys in ranked.items()}
    keys = page[within(page, pool)]
    places = np.searchsorted(pool, keys)
    scores = np.stack([signal.scores for signal in signals])[:, places].T.tolist()
    added = shares[:, places].T.tolist()
    named = [(signal.name, ranks.get(signal.name, {})) for signal in signals]
    return {
        key: tuple(
            Contribution(name, rank.get(key), score, share)
            for (name, rank), score, share in zip(named, *of_key, strict=True)
            if not isnan(score)
        )
        for key, *of_key in zip(keys.tolist(), scores, added, strict=True)
    }


def _once(keys: Rows) -> Rows:
    """Each key where it comes first, in that order."""
    return keys[firsts(keys)]
