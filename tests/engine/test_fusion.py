"""Is a fused score the sum of shares that each ranking's scores and weight explain?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engine.scoring import SignalScores, fuse
from search.results import Signal

scores = st.lists(st.floats(0, 100, allow_subnormal=False), min_size=1, max_size=20)


@st.composite
def signals(draw):
    """Two rankings of the same candidates."""
    first = draw(scores)
    second = draw(st.lists(st.floats(-1, 1, allow_subnormal=False), min_size=len(first), max_size=len(first)))
    return [SignalScores(Signal.KEYWORD, np.array(first), 0.5), SignalScores(Signal.SEMANTIC, np.array(second), 0.5)]


@given(signals=signals())
def test_there_is_one_finite_share_for_each_ranking_and_candidate(signals):
    """Shares are (rankings, candidates), and numbers."""
    shares = fuse(signals)
    assert shares.shape == (2, len(signals[0].scores))
    assert np.isfinite(shares).all()


@given(signals=signals())
def test_a_higher_score_in_a_ranking_never_has_a_smaller_share(signals):
    """Each ranking's shares keep its order: a better candidate gains at least as much."""
    for signal, shares in zip(signals, fuse(signals), strict=True):
        assert np.all(np.diff(shares[np.argsort(signal.scores, kind="stable")]) >= -1e-9)


@given(signals=signals(), factor=st.sampled_from([0.0, 0.5, 2.0]))
def test_shares_are_in_proportion_to_the_weight(signals, factor):
    """Half the weight gives half the share, no weight none, and the other ranking's shares stay."""
    changed = fuse([SignalScores(signals[0].name, signals[0].scores, signals[0].weight * factor), signals[1]])
    before = fuse(signals)
    assert changed[0] == pytest.approx(before[0] * factor)
    assert changed[1] == pytest.approx(before[1])


@given(signals=signals(), data=st.data())
def test_the_order_of_the_candidates_does_not_matter(signals, data):
    """Candidates shuffled have the same shares."""
    order = np.array(data.draw(st.permutations(range(len(signals[0].scores)))))
    shuffled = fuse([SignalScores(signal.name, signal.scores[order], signal.weight) for signal in signals])
    np.testing.assert_allclose(shuffled, fuse(signals)[:, order], rtol=1e-6, atol=1e-9)


def test_no_candidates_have_no_shares():
    """Nothing found is nothing to fuse."""
    assert fuse([SignalScores(Signal.KEYWORD, np.zeros(0), 1.0)]).shape == (1, 0)
