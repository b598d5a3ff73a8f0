"""Does alpha weigh meaning against words, and leave the measured balance alone where it is not given?"""

import pytest
from awkward import texts
from hypothesis import given

from search.engine.scoring import TIME_WEIGHT
from search.errors import RequestError
from search.query.model import Mode, Query

BY_WORDS, BY_MEANING = {"keyword", "coverage", "related"}, {"semantic", "likeness", "neighbours"}


def shares(hit):
    """What each ranking adds to a hit."""
    return {part.ranking: part.share for part in hit.contributions}


@given(text=texts())
def test_the_middle_is_the_measured_balance_and_the_ends_are_one_half_alone(awkward, text):
    """0.5 changes no score; 0 leaves nothing to meaning, 1 nothing to words; between, both in proportion."""
    if not text.strip():
        return
    ask = {
        alpha: awkward.engine.search(Query(text, alpha=alpha, limit=100)).hits for alpha in (None, 0.5, 0.0, 0.75, 1)
    }
    assert [(hit.article.id, hit.score) for hit in ask[0.5]] == [(hit.article.id, hit.score) for hit in ask[None]]
    balanced = {hit.article.id: shares(hit) for hit in ask[None]}
    for alpha, meaning, words in ((0.0, 0.0, 2.0), (0.75, 1.5, 0.5), (1, 2.0, 0.0)):
        for hit in ask[alpha]:
            for ranking, share in shares(hit).items():
                if ranking in (
                    "likeness",
                    "neighbours",
                    "supposed",
                ):  # they ask what the best of this very order are like
                    assert meaning or share == 0
                elif ranking in BY_WORDS | BY_MEANING:
                    scale = meaning if ranking in BY_MEANING else words
                    assert share == pytest.approx(scale * balanced[hit.article.id][ranking])
                elif ranking == "time":
                    assert 0 <= share <= TIME_WEIGHT


@given(text=texts())
def test_an_order_of_ones_own_has_no_confidence(awkward, text):
    """Confidence is calibrated for the measured balance, so it is not given for another."""
    if not text.strip():
        return
    assert all(hit.confidence is None for hit in awkward.engine.search(Query(text, alpha=0.7)).hits)


@pytest.mark.parametrize("alpha", [-0.1, 1.1, float("nan")])
def test_no_alpha_beyond_its_range(alpha):
    """What is no share is refused."""
    with pytest.raises(RequestError):
        Query("bitcoin", mode=Mode.HYBRID, alpha=alpha)
