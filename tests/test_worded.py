"""Do words find first what the engine, asked plainly, finds first, though of long questions it is asked for less?"""

from types import SimpleNamespace

import pytest
from awkward import awkward_articles, filters
from fake_index import built_index, open_fake
from hypothesis import given
from hypothesis import strategies as st

from search import worded
from search.query import Mode, Query
from search.understanding import understand
from search.worded import Worded

SMALL = 4
"""A pool that awkward articles fill."""


@pytest.fixture(scope="module", params=["tantivy", "whoosh"])
def snapshot(request, tmp_path_factory):
    """A generation by each engine."""
    articles = awkward_articles(seed=23, count=80)
    index = built_index(tmp_path_factory.mktemp("worded"), articles, keyword=request.param)
    return open_fake(index.path(index.current_name()))


@given(
    text=st.lists(
        st.sampled_from("bitcoin law regulation hack київ US zebra etf outflow moon C++".split()), max_size=9
    ),
    chosen=filters(),
)
def test_long_questions_find_what_short_ones_would(snapshot, text, chosen):
    """The same rows and scores, whether there are more than enough of them or few."""
    query = Query(" ".join(text) or "moon", chosen, Mode.KEYWORD)
    words = understand(snapshot, query).words
    pool, worded.POOL = worded.POOL, SMALL
    try:
        rows, scores = Worded(snapshot, query, SimpleNamespace(words=words, by_words=True), None, None).pool
    finally:
        worded.POOL = pool
    expected = snapshot.keyword.search(words, chosen, SMALL)
    assert rows.tolist() == expected[0].tolist()
    assert scores.tolist() == pytest.approx(expected[1].tolist())
