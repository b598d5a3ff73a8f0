"""Does a question that asks for what is newest find what the same question finds without saying so?"""

import pytest
from awkward import awkward_articles
from fake_index import built_index, engine_over

from search.query.model import Mode, Query


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """An engine over awkward articles; none of them says that it is the newest."""
    return engine_over(built_index(tmp_path_factory.mktemp("newest"), awkward_articles(seed=6, count=60)))


def found(engine, text, **more):
    """Which articles a question finds by words, in no order and in whatever language they are shown."""
    return {
        hit.article.id.rpartition(".")[0]
        for hit in engine.search(Query(text=text, mode=Mode.KEYWORD, limit=100, **more)).hits
    }


@pytest.mark.parametrize(
    "text",
    [
        "newest bitcoin",
        "bitcoin newest",
        "Newest bitcoin news",
        "most recent bitcoin",
        "breaking news bitcoin",
        "найновіші новини bitcoin",
        "bitcoin останні новини",
    ],
)
def test_words_that_ask_for_the_newest_are_no_subject(engine, text):
    """No article need contain them, and none is missed for lacking them."""
    assert found(engine, text) == found(engine, "bitcoin") != set()
    assert engine.search(Query(text=text)).unknown_words == ()


def test_beside_an_operator_too(engine):
    """The query language asks for the newest as plain text does."""
    assert found(engine, "newest bitcoin -law") == found(engine, "bitcoin -law") != set()


def test_they_are_words_where_they_stand_alone_or_time_is_no_matter(engine):
    """A text of nothing else is looked for as it stands, and so is every text with `time=false`."""
    assert engine.search(Query(text="newest", mode=Mode.KEYWORD)).unknown_words == ("newest",)
    assert engine.search(Query(text="newest bitcoin", mode=Mode.KEYWORD, time=False)).unknown_words == ("newest",)
