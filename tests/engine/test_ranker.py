"""Are the nearest the nearest, however few rows are looked at first, and does what must not answer stay away?"""

import pytest
from awkward import awkward_articles, filters
from fake_index import built_index, engine_over
from hypothesis import given
from hypothesis import strategies as st

from search.engine import retrieval
from search.query.model import Mode, Query


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """Some articles, with twins."""
    return built_index(tmp_path_factory.mktemp("index"), awkward_articles(seed=9, count=60))


@given(text=st.sampled_from(["bitcoin law", "moon", "біткоїн", "hackers stablecoin"]), chosen=filters())
def test_as_many_are_found_whoever_looks_at_one_row_first(index, text, chosen):
    """Twins share a place, so one row more need not be one article more: then more are looked at."""
    engine, query = engine_over(index), Query(text, chosen, Mode.SEMANTIC, limit=50)
    expected = engine.search(query)
    enough, retrieval._ENOUGH = retrieval._ENOUGH, 1
    try:
        assert engine.search(query) == expected
    finally:
        retrieval._ENOUGH = enough


def test_an_article_without_vectors_is_not_like_itself(index):
    """Where words must find what is like it, neither it nor a twin is found, nor counted."""
    engine = engine_over(index)
    alone = [hit.article for hit in engine.search(Query(limit=100)).hits if hit.article.title]
    told = [(article, engine.similar(article.id, Query(limit=100))) for article in alone]
    by_words = [(article, found) for article, found in told if found.mode is Mode.KEYWORD]
    assert by_words
    for article, found in by_words:
        assert article.id not in {hit.article.id for hit in found.hits}
        assert found.total.keyword == len(found.hits)
