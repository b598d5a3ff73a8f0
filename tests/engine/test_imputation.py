"""Where does an article stand that has no vector, among those that have one?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.engine.scoring import BY_MEANING, FEWEST, Candidates, impute_semantic, rank

shares = st.floats(0, 2, allow_subnormal=False)
everyone = st.lists(st.tuples(shares, shares, st.booleans(), st.booleans()), min_size=1, max_size=30)


def arrays(rows):
    """Near, words, known and matched of some candidates, the first of whom is known."""
    near, words, known, matched = map(np.array, zip(*rows, strict=True))
    known[0] = True
    return near.astype(np.float64), words.astype(np.float64), known, matched


@given(rows=everyone)
def test_it_lies_among_what_is_known_and_more_words_never_lower_it(rows):
    """Between the least and the most of the known; in the order of words; nothing is supposed of the known."""
    near, words, known, matched = arrays(rows)
    found = impute_semantic(near, words, known, matched)
    assert np.isnan(found[known]).all()
    others = found[~known][np.argsort(words[~known], kind="stable")]
    assert np.all((others >= near[known].min()) & (others <= near[known].max()))
    assert np.all(np.diff(others) >= -1e-9)


def test_it_is_read_off_the_line_of_those_that_words_found():
    """Nearness that grows with words by a half of them; what meaning alone found, near without words, draws no line."""
    words = np.array([0.2, 0.4, 0.6, 0.8, 1.0, 0.0, 0.5])
    near = np.array([0.2, 0.3, 0.4, 0.5, 0.6, 0.9, 0.0])
    known, matched = np.arange(7) < 6, words > 0
    assert impute_semantic(near, words, known, matched)[6] == pytest.approx(0.35)


@pytest.mark.parametrize("words", [[0.5] * FEWEST + [0.5], [0.1] * FEWEST + [1.0]])
def test_words_that_are_all_the_same_let_suppose_the_mean(words):
    """Nothing to draw a line by: the middle."""
    near, known = np.linspace(0.2, 0.6, FEWEST + 1), np.arange(FEWEST + 1) < FEWEST
    assert impute_semantic(near, np.array(words), known, known)[-1] == pytest.approx(near[:-1].mean())


def test_who_bears_all_the_words_stands_first_without_a_vector():
    """Of six the one without a vector has by far the most of the words: 0 for its meaning would put it last."""
    words = np.array([0.3, 0.25, 0.2, 0.15, 0.1, 1.0])
    heads = np.array([[1.0, 0.0]] * 5 + [[0.0, 0.0]], dtype=np.float32)
    meaning = np.array([0.6, 0.5, 0.5, 0.4, 0.4, 0.0])
    fused = rank(Candidates(words, None, None, meaning, None, heads, np.arange(6) < 5, words > 0))
    signals, added = fused.signals, fused.shares
    assert np.argmax(added.sum(axis=0)) == 5
    by_meaning = added[[signal.name in BY_MEANING for signal in signals]].sum(axis=0)
    assert signals[-1].name == "supposed"
    assert added[-1].tolist() == pytest.approx([0.0] * 5 + [by_meaning.max()])


def test_where_all_have_vectors_nothing_is_supposed():
    """No such ranking takes part."""
    heads = np.array([[1.0, 0.0], [0.0, 1.0]], dtype=np.float32)
    both, words = np.full(2, True), np.array([0.5, 0.1])
    fused = rank(Candidates(words, None, None, words, None, heads, both, both))
    signals = fused.signals
    assert "supposed" not in [signal.name for signal in signals]
