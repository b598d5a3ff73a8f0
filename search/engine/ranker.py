"""Order of the result set, and the contributions to each hit's rank."""

from collections.abc import Callable, Mapping
from itertools import count
from math import isnan
from typing import Generic

import numpy as np

from search.arrays import Rows, Scores, within
from search.engine.reranking import RERANKED, rerank, reranked
from search.engine.scoring import Fused, rank
from search.errors import ModelError
from search.messages import say
from search.ports import Found, Pool, Reranker, Retriever
from search.query.model import Fold, Mode, Query, Sort
from search.results import Contribution, Signal
from search.tracing import stage

Contributions = Mapping[int, tuple[Contribution, ...]]
"""What ranked each key."""


class Ordering(Generic[Found]):
    """The order of one question's answers."""

    def __init__(self, retriever: Retriever[Found], query: Query, reranker: Callable[[], Reranker] | None) -> None:
        """`reranker` gives what reads the first hits again, or raises ModelError; None where nothing does."""
        self._retriever = retriever
        self._query = query
        self._reranker = reranker
        self._ranked = query.sort is Sort.RELEVANCE and not query.lists
        self.unscored = Signal.ORDER_OF_WORDS if self._ranked else Signal.ORDER_OF_TIME
        """What orders hits that no score orders."""
        self.degraded: list[str] = []
        """What could not take part, and why."""

    def order(self, found: Found, first: int, last: int) -> tuple[Rows, Contributions]:
        """Result keys `[first, last)` in rank order, with each key's contributions."""
        if first >= last:
            return np.zeros(0, dtype=np.int64), {}
        if self._ranked:
            return self._by_relevance(found, first, last)
        keys = self._once_a_story(self._retriever.by_time(found, self._query.sort is Sort.OLDEST))[first:last]
        return keys, _unscored(keys, self.unscored)

    @stage("ranking")
    def _by_relevance(self, found: Found, first: int, last: int) -> tuple[Rows, Contributions]:
        """The scored pool first, behind it what is not scored.

        1. Retrieve the pool, and score every candidate in it by all signals.
        2. Keep those of the result set; let the reranker read the first of them.
        3. Sort by score, one of each story. Append the rest where the page reaches it.
        4. Cut the page; tell what each signal added to each of its hits.
        """
        pool = self._retriever.pool(found)
        candidates = self._retriever.features_of(found, pool)
        kept = self._retriever.answers(found, pool.keys)
        keys, fused = pool.keys[kept], rank(candidates, self._query.alpha).at(kept)
        fused = self._reranked(found, keys, fused)
        scored = keys[np.lexsort((keys, -fused.total))]
        answers = self._once_a_story(scored)
        if last > len(answers):
            answers = self._once_a_story(np.concatenate([scored, self._retriever.behind(found, pool)]))
        page = answers[first:last]
        by_score = within(page, keys) if fused.signals else np.zeros(len(page), dtype=np.bool_)
        shares = _contributions(keys, page[by_score], fused, _ranked_lists(pool, keys, fused))
        return page, {**_unscored(page[~by_score], self.unscored), **shares}

    def _once_a_story(self, keys: Rows) -> Rows:
        return self._retriever.once_a_story(keys) if self._query.fold is Fold.STORY else keys

    def _reranked(self, found: Found, keys: Rows, fused: Fused) -> Fused:
        """The signals with the reranker's, where there is one and the page reaches up to what it reads."""
        query = self._query
        if self._reranker is None or query.mode is not Mode.HYBRID or not query.limit or query.first >= RERANKED:
            return fused
        try:
            reranker = self._reranker()

            def judge(places: Rows) -> Scores:
                return reranker.scores(query.text, self._retriever.texts(found, keys[places]))

            return rerank(keys, fused, judge)
        except ModelError as unfit:
            self.degraded.append(say("reranker-failed", f"reranker: {unfit}", why=unfit.public))
            return fused


def _unscored(keys: Rows, order: Signal) -> Contributions:
    """That no score ranks these keys, but time or their place behind the pool."""
    return dict.fromkeys(keys.tolist(), (Contribution(order, None, None, 0.0),))


def _ranked_lists(pool: Pool, keys: Rows, fused: Fused) -> Mapping[Signal, Rows]:
    """The keys in the order of each signal that has ranks of its own."""
    return {
        Signal.KEYWORD: pool.by_words,
        Signal.SEMANTIC: pool.by_meaning,
        Signal.RERANKER: reranked(keys, fused.signals),
    }


def _contributions(keys: Rows, shown: Rows, fused: Fused, ranked: Mapping[Signal, Rows]) -> Contributions:
    """What each signal added to each key shown; `ranked` are keys in the order of a signal."""
    if not len(shown):
        return {}
    ranks = {name: dict(zip(ordered.tolist(), count(1), strict=False)) for name, ordered in ranked.items()}
    there = fused.at(np.searchsorted(keys, shown))
    scores = np.stack([signal.scores for signal in there.signals]).T.tolist()
    named = [(signal.name, ranks.get(signal.name, {})) for signal in there.signals]
    return {
        key: tuple(
            Contribution(name, rank.get(key), score, share)
            for (name, rank), score, share in zip(named, *of_key, strict=True)
            if not isnan(score)
        )
        for key, *of_key in zip(shown.tolist(), scores, there.shares.T.tolist(), strict=True)
    }
