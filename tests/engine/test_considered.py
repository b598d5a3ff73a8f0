"""Which articles may pass a threshold: the first ones by score, each once?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engine import confidence
from search.engine.confidence import considered

FEW = 5


@pytest.fixture(autouse=True, scope="module")
def few_considered():
    """So few that small archives have more."""
    kept, confidence.CONSIDERED = confidence.CONSIDERED, FEW
    yield
    confidence.CONSIDERED = kept


scores = st.sampled_from((0.0, 0.0, 0.0, 0.5, 1.0, 1.5))
articles = st.lists(st.lists(scores, min_size=1, max_size=4), max_size=40)
"""The scores of the copies of each."""


@given(articles, st.randoms(use_true_random=False))
def test_the_first_articles_are_considered_each_by_its_best_row(copies, dice):
    """By score, of equal ones the first row; however many have the least score."""
    rows = [(score, group) for group, own in enumerate(copies) for score in own]
    dice.shuffle(rows)
    score = np.array([one for one, _ in rows], dtype=np.float32)
    group = np.array([other for _, other in rows], dtype=np.int64)
    ordered = sorted(range(len(rows)), key=lambda row: (-score[row], row))
    first = {group[row]: row for row in reversed(ordered)}
    expected = sorted(first.values(), key=lambda row: (-score[row], row))
    assert considered(score, group).tolist() == expected[:FEW]
