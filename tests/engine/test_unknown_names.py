"""Does meaning keep silent about somebody whom no article names, and about nobody else?"""

import pytest
from fake_index import built_index, engine_over

from search.article import Article
from search.query.model import Mode, Query
from search.results import Corrected

TITLES = (
    "Exchange hack drains millions",
    "Exchange hack traced by police",
    "Bitcoin exchange hack trial begins",
    "Stablecoin law passes",
    "Bitcoin miners leave",
    "Bitcoin price falls",
    "Quokka exchange opens",
)


@pytest.fixture(scope="module", params=["tantivy", "whoosh"])
def engine(request, tmp_path_factory):
    """An engine over a few articles on one subject and on others."""
    articles = [
        Article(id=f"a{number}.en", path="", title=title, text=f"{title}. It was bitcoin again.", language="en")
        for number, title in enumerate(TITLES)
    ]
    return engine_over(built_index(tmp_path_factory.mktemp(request.param), articles, keyword=request.param))


@pytest.mark.parametrize("mode", Mode)
@pytest.mark.parametrize(
    "text", ["Zorblax exchange hack", "exchange hack at Zorblax", "ZRBX exchange hack", "Біржа Зорблакс exchange hack"]
)
def test_meaning_does_not_answer_for_somebody_else(engine, text, mode):
    """What is near in meaning is no answer to a question about a name that no article has; the answer names it."""
    results = engine.search(Query(text=text, mode=mode))
    assert results.total.semantic == 0
    assert results.total.value == results.total.keyword
    assert results.mode is not Mode.SEMANTIC or results.total.value == 0
    assert results.unknown_words


@pytest.mark.parametrize(
    "text",
    [
        "exchange hack",
        "Exchange Hack",
        "Quokka exchange hack",
        "zorblaxed exchange hack",
        "Robbers emptied the exchange in a hack",
    ],
)
def test_known_names_and_unknown_words_that_are_no_names_are_answered(engine, text):
    """A word in small letters may be an ordinary one that no article happens to use: meaning answers."""
    assert engine.search(Query(text=text)).total.semantic > 0


def test_a_slip_is_no_unknown_name(engine):
    """A word near one of the archive's is a slip: it is put right and answered, or answered as it was typed."""
    results = engine.search(Query(text="Bitcion exchange hack"))
    assert results.total.semantic > 0
    assert results.corrected == Corrected("Bitcion exchange hack", "bitcoin exchange hack")
    exact = engine.search(Query(text="Bitcion exchange hack", correct=False))
    assert exact.total.semantic > 0
    assert exact.did_you_mean == "bitcoin exchange hack"


def test_similar_articles_need_no_words(engine):
    """An article's own vector speaks, whatever its title holds."""
    assert engine.similar("a0.en", Query(text="a0.en")).hits
