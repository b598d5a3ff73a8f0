"""Do order and result set need of an index only what the port promises?

A second retriever stands in for a cluster: it has no generation, no rows in memory and no masks, but a dictionary of
features by key, and sets of keys.
"""

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engine.ranker import Ordering
from search.engine.result_set import THRESHOLDS, ResultSet
from search.engine.scoring import SIGNALS
from search.index.calibration import Calibration, LogisticCurve, RelevanceCurves
from search.ports import ArticleFeatures, Candidates, KeywordQuery, Pool, WeightedTerm
from search.query.model import Mode, Query, Strictness
from search.results import Signal

NOW = datetime(2026, 3, 1, tzinfo=UTC)
MANY = 1_000
CONSIDERED = 12
WORD = WeightedTerm("moon", ("moon",), idf=2.0)
CURVES = RelevanceCurves(LogisticCurve(9.0, {}), LogisticCurve(-4.0, {"coverage": 8.0}))


class Shelf:
    """Articles as a dictionary: what of the word each contains, 0 to 1, by the key of the article."""

    def __init__(self, coverage):
        self.coverage = coverage
        self.best = sorted(coverage, key=lambda key: (-coverage[key], key))

    def considered(self):
        return self.features(
            np.array([key for key in self.best if self.coverage[key] > 0][:CONSIDERED], dtype=np.int64)
        )

    def features(self, rows):
        share = np.array([self.coverage[row] for row in rows.tolist()], dtype=np.float32)
        none = np.zeros(len(rows), dtype=np.bool_)
        heads = np.zeros((len(rows), 0), dtype=np.float32)
        best = max(self.coverage.values())
        return ArticleFeatures(rows, rows, share, None, share, share, None, heads, none, 0.0, best)

    def groups(self, rows):
        return rows

    def contains(self, _, rows):
        return np.array([self.coverage[row] > 0 for row in rows.tolist()], dtype=np.bool_)

    def candidates(self):
        return frozenset(key for key, share in self.coverage.items() if share > 0)

    def likely(self, groups):
        return frozenset(groups.tolist()) | {key for key, share in self.coverage.items() if share == 1}

    def above_floor(self):
        return self.likely(np.zeros(0, dtype=np.int64))

    def pool(self, found):
        by_words = np.array([key for key in self.best if key in found][:5], dtype=np.int64)
        scores = np.array([self.coverage[key] for key in by_words.tolist()], dtype=np.float32)
        return Pool(np.sort(by_words), by_words, by_words, scores, by_words[:0])

    def features_of(self, _, pool):
        share = np.array([self.coverage[key] for key in pool.keys.tolist()], dtype=np.float64)
        heads = np.zeros((len(share), 0), dtype=np.float32)
        none = np.zeros(len(share), dtype=np.bool_)
        return Candidates(share, share, None, None, None, heads, none, ~none)

    def answers(self, found, keys):
        return np.array([key in found for key in keys.tolist()], dtype=np.bool_)

    def behind(self, found, pool):
        return np.array([key for key in self.best if key in found and key not in pool.keys], dtype=np.int64)


def parts(coverage, query):
    """The order and the result set of a question with one word, over a shelf."""
    shelf: Any = Shelf(coverage)
    said: Any = SimpleNamespace(
        typed=True,
        words=KeywordQuery((WORD,), 1),
        names=(),
        time=None,
        hinges_on_unknown_name=False,
        sources=(),
        is_name=lambda _: False,
        meant=SimpleNamespace(vectors=None),
    )
    calibration = Calibration(0.3, 0.3, 0.5, {"keyword": CURVES})
    return Ordering(shelf, query, None), ResultSet(shelf, query, said, MANY, calibration)


SHELVES = st.dictionaries(st.integers(0, 40), st.sampled_from([0.0, 0.1, 0.2, 0.25, 0.4, 0.8, 1.0]), min_size=1)


@given(SHELVES, st.sampled_from(Strictness))
def test_a_result_set_is_decided_by_features_alone(coverage, strictness):
    """In it is what has all of the word, and of the considered what is likely enough beside the best."""
    query = Query("moon", mode=Mode.KEYWORD, strictness=strictness)
    _, result_set = parts(coverage, query)
    chance = {key: 1 / (1 + np.exp(4 - 8 * share)) for key, share in coverage.items() if share > 0}
    best, threshold = max(chance.values(), default=0.0), THRESHOLDS[strictness]
    considered = sorted(chance, key=lambda key: (-chance[key], key))[:CONSIDERED]
    wanted = {key for key, share in coverage.items() if share == 1}
    if best >= threshold.best:
        wanted |= {key for key in considered if chance[key] >= threshold.share * best}
        wanted |= {key for key in considered[:10] if chance[key] >= threshold.first_share * best}
    assert result_set.every == wanted
    assert result_set.confidences(np.array(sorted(chance))) == pytest.approx(
        [chance[key] for key in sorted(chance)], abs=2e-3
    )


@given(SHELVES, st.integers(0, 30), st.integers(0, 30))
def test_pages_are_cut_out_of_the_pool_and_what_stands_behind_it(coverage, first, limit):
    """Best first, the five of the pool with their shares, the others behind them with none."""
    ordering, _ = parts(coverage, Query("moon", mode=Mode.KEYWORD))
    found: Any = frozenset(key for key, share in coverage.items() if share > 0)
    keys, contributions = ordering.order(found, first, first + limit)
    whole = sorted(found, key=lambda key: (-coverage[key], key))
    assert keys.tolist() == whole[first : first + limit]
    for key in keys.tolist():
        told = [part.ranking for part in contributions[key]]
        assert told == ([Signal.KEYWORD, Signal.COVERAGE] if key in whole[:5] else [Signal.ORDER_OF_WORDS])


def test_every_signal_but_those_of_other_stages_has_a_feature():
    """A signal without one would never be scored; the reranker and the two orders are added elsewhere."""
    elsewhere = {Signal.RERANKER, Signal.ORDER_OF_WORDS, Signal.ORDER_OF_TIME}
    assert {one.name for one in SIGNALS} == set(Signal) - elsewhere
