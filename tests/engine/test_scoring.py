"""Does an article that is like better ones move up, and by no more than they are worth?"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from search.engine.scoring import NEIGHBOUR_POOL, NEIGHBOURS, NEIGHBOURS_WEIGHT, TIME_WEIGHT, rank
from search.index.calibration import BUILT_IN_CALIBRATION, HEAVIEST, LIGHTEST, UNCALIBRATED
from search.ports import Candidates

WEST, NORTH, EAST = [-1.0, 0.0], [0.0, 1.0], [1.0, 0.0]


def candidates(meaning, heads, time=None, headed=None, words=None):
    """Candidates that meaning ranks, and time, and words where they are given: those above 0 were found by them."""
    heads = np.array(heads, dtype=np.float32)
    headed = np.full(len(heads), True) if headed is None else np.array(headed)
    time = None if time is None else np.array(time, dtype=np.float64)
    words = None if words is None else np.array(words, dtype=np.float64)
    matched = np.zeros(len(heads), dtype=np.bool_) if words is None else words > 0
    return Candidates(words, None, None, np.array(meaning, dtype=np.float64), time, heads, headed, matched)


def by_leg(ranked):
    """The shares of each ranking, by its name."""
    fused = rank(ranked)
    return dict(zip((signal.name for signal in fused.signals), fused.shares, strict=True))


def random_candidates(size, seed, timed=False):
    """So many candidates with vectors and scores by chance, some without a head."""
    random = np.random.default_rng(seed)
    heads = random.normal(size=(size, 8))
    heads /= np.linalg.norm(heads, axis=1, keepdims=True)
    headed = random.random(size) < 0.9
    heads[~headed] = 0.0
    return candidates(random.random(size), heads, random.integers(0, 2, size) if timed else None, headed)


def test_the_company_of_better_ones_lifts_and_that_of_worse_ones_lowers():
    """Of two that score the same, the one beside two of the best comes before the one beside two of the worst."""
    heads = [EAST, EAST, EAST, NORTH, NORTH, NORTH]
    shares = by_leg(candidates([0.9, 0.9, 0.5, 0.5, 0.1, 0.1], heads))["neighbours"]
    assert shares[2] > 0 > shares[3]


def test_nobody_is_a_neighbour_of_his_own():
    """One far better among equals: its neighbours are the others alone, however many are as near as it is itself."""
    size = NEIGHBOURS + 2
    shares = by_leg(candidates([0.9] + [0.5] * (size - 1), [EAST] * size))["neighbours"]
    assert shares[0] == pytest.approx((0.5 - 0.9) * NEIGHBOURS_WEIGHT)


@pytest.mark.parametrize("heads", [[EAST], [EAST, NORTH], [EAST, WEST]])
def test_who_has_nobody_near_stays_where_he_is(heads):
    """One candidate alone, and two that have nothing in common or less."""
    assert by_leg(candidates([0.5, 0.9][: len(heads)], heads))["neighbours"] == pytest.approx(0)


def test_a_neighbours_time_is_its_own():
    """What time adds to one article adds nothing to those that are like it."""
    heads, meaning = [EAST, EAST, NORTH], [0.5, 0.4, 0.3]
    timed = by_leg(candidates(meaning, heads, time=[1.0, 1.0, 1.0]))["neighbours"]
    assert by_leg(candidates(meaning, heads))["neighbours"] == pytest.approx(timed)
    alone = by_leg(candidates([0.5, 0.5, 0.5], [EAST, EAST, EAST], time=[1.0, 0.0, 0.0]))["neighbours"]
    assert alone == pytest.approx(0)


def test_nobody_is_without_vectors():
    """Where no article has a vector there is nobody to be like."""
    shares = by_leg(candidates([0.5, 0.4], [[0.0, 0.0], [0.0, 0.0]], headed=[False, False]))
    assert set(shares) == {"semantic"}


@settings(max_examples=50)
@given(size=st.integers(1, 3 * NEIGHBOUR_POOL), seed=st.integers(0, 10_000), timed=st.booleans())
def test_it_is_a_mean_of_the_best_and_the_rest_stays_behind(size, seed, timed):
    """A score moves by a part of the way to others of the best; beyond them nothing moves, and nothing overtakes."""
    ranked = random_candidates(size, seed, timed)
    shares = by_leg(ranked)
    neighbours = shares.pop("neighbours", np.zeros(size))
    before = sum(shares.values())
    known = np.flatnonzero(ranked.headed)
    best = known[np.argsort(-before[known], kind="stable")[:NEIGHBOUR_POOL]]
    rest = np.setdiff1d(known, best)
    untimed = before - shares.get("time", np.zeros(size))
    assert not neighbours[np.setdiff1d(np.arange(size), best)].any()
    if len(best):
        low, high = untimed[best].min(), untimed[best].max()
        after = untimed[best] + neighbours[best] / NEIGHBOURS_WEIGHT
        assert np.all((after >= low - 1e-9) & (after <= high + 1e-9))
    if len(rest) and not timed:
        assert (before + neighbours)[best].min() >= before[rest].max() - 1e-9


@settings(max_examples=50)
@given(seed=st.integers(0, 10_000))
def test_the_order_of_the_candidates_does_not_matter(seed):
    """Candidates shuffled have the same shares."""
    ranked, order = random_candidates(100, seed), np.random.default_rng(seed).permutation(100)
    shuffled = candidates(ranked.meaning[order], ranked.heads[order], headed=ranked.headed[order])
    np.testing.assert_allclose(by_leg(shuffled)["neighbours"], by_leg(ranked)["neighbours"][order], atol=1e-5)


def test_words_count_for_as_much_as_they_are_reliable():
    """Their shares alone grow and shrink with the weight; those of meaning and time are what they were."""
    ranked = candidates([0.2, 0.6, 0.4], [EAST, NORTH, WEST], time=[1, 0, 0], words=[0.9, 0.1, 0.5])
    plain, light = by_leg(ranked), by_leg(replace(ranked, lexical_weight=0.5))
    assert light["keyword"] == pytest.approx(0.5 * plain["keyword"])
    assert plain["keyword"].max() > 0
    for name in ("semantic", "time"):
        assert light[name] == pytest.approx(plain[name])


def test_a_model_may_weigh_signals_otherwise():
    """Those that it names alone."""
    ranked = candidates([0.2, 0.6, 0.4], [EAST, NORTH, WEST], time=[1, 0, 0], words=[0.9, 0.1, 0.5])
    plain, other = by_leg(ranked), by_leg(replace(ranked, signal_weights={"time": 2 * TIME_WEIGHT}))
    assert other["time"] == pytest.approx(2 * plain["time"])
    assert plain["time"].max() > 0
    for name in ("semantic", "keyword"):
        assert other[name] == pytest.approx(plain[name])


def test_the_nearer_the_nearest_article_is_the_less_words_weigh():
    """Within bounds, and not at all with a model whose similarities nobody knows."""
    weights = [BUILT_IN_CALIBRATION.lexical_weight(nearest) for nearest in (-1.0, 0.3, 0.58, 0.7, 0.8, 1.0)]
    assert weights == sorted(weights, reverse=True)
    assert (weights[0], weights[-1]) == (HEAVIEST, LIGHTEST)
    assert weights[2] == pytest.approx(1.0)
    assert UNCALIBRATED.lexical_weight(0.9) == 1.0
