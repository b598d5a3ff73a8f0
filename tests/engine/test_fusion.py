"""Is a fused score the sum of shares that each ranking's scores and weight explain?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engine.scoring import Leg, fuse

scores = st.lists(st.floats(0, 100, allow_subnormal=False), min_size=1, max_size=20)


@st.composite
def legs(draw):
    """Two rankings of the same candidates."""
    first = draw(scores)
    second = draw(st.lists(st.floats(-1, 1, allow_subnormal=False), min_size=len(first), max_size=len(first)))
    return [Leg("keyword", np.array(first), 0.5), Leg("semantic", np.array(second), 0.5)]


@given(legs=legs())
def test_there_is_one_finite_share_for_each_ranking_and_candidate(legs):
    """Shares are (rankings, candidates), and numbers."""
    shares = fuse(legs)
    assert shares.shape == (2, len(legs[0].scores))
    assert np.isfinite(shares).all()


@given(legs=legs())
def test_a_higher_score_in_a_ranking_never_has_a_smaller_share(legs):
    """Each ranking's shares keep its order: a better candidate gains at least as much."""
    for leg, shares in zip(legs, fuse(legs), strict=True):
        assert np.all(np.diff(shares[np.argsort(leg.scores, kind="stable")]) >= -1e-9)


@given(legs=legs(), factor=st.sampled_from([0.0, 0.5, 2.0]))
def test_shares_are_in_proportion_to_the_weight(legs, factor):
    """Half the weight gives half the share, no weight none, and the other ranking's shares stay."""
    changed = fuse([Leg(legs[0].name, legs[0].scores, legs[0].weight * factor), legs[1]])
    before = fuse(legs)
    assert changed[0] == pytest.approx(before[0] * factor)
    assert changed[1] == pytest.approx(before[1])


@given(legs=legs(), data=st.data())
def test_the_order_of_the_candidates_does_not_matter(legs, data):
    """Candidates shuffled have the same shares."""
    order = np.array(data.draw(st.permutations(range(len(legs[0].scores)))))
    shuffled = fuse([Leg(leg.name, leg.scores[order], leg.weight) for leg in legs])
    np.testing.assert_allclose(shuffled, fuse(legs)[:, order], rtol=1e-6, atol=1e-9)


def test_no_candidates_have_no_shares():
    """Nothing found is nothing to fuse."""
    assert fuse([Leg("keyword", np.zeros(0), 1.0)]).shape == (1, 0)
