"""Are articles read back as they were put, whether they are held or in a file?"""

import pytest
from awkward import awkward_articles
from msgspec.structs import replace

from indexer.content import article_spool
from indexer.content.article_spool import ArticleSpool, SpooledArticles, without_texts

ARTICLES = awkward_articles(seed=5, count=40)


@pytest.mark.parametrize("held", [0, 20_000, 1 << 30])
def test_articles_come_back_in_the_order_asked_for(monkeypatch, held):
    """By row, by stretches of rows and one after the other; some under another id; all again without texts."""
    monkeypatch.setattr(article_spool, "_HELD", held)
    spool = ArticleSpool()
    for article in ARTICLES:
        spool.put(article)
    order = list(range(0, 40, 2)) + list(range(39, 0, -2))
    found = SpooledArticles(spool, order, {3: "another id"})
    expected = [replace(ARTICLES[n], id="another id") if n == 3 else ARTICLES[n] for n in order]
    assert list(found) == expected
    assert found == expected
    assert found != expected[:-1]
    assert found != expected[::-1]
    assert [found[row] for row in range(len(found))] == expected
    assert found[5:9] == expected[5:9]
    bare = without_texts(found)
    assert len(bare) == len(expected)
    assert [replace(one, text="") for one in bare] == [replace(one, text="") for one in expected]
    assert without_texts(expected) is expected


def test_few_are_held_and_many_are_not(monkeypatch):
    """What is held is the same object; of what was spilled nothing stays in memory."""
    spool = ArticleSpool()
    spool.put(ARTICLES[0])
    assert spool.get(0) is ARTICLES[0]
    monkeypatch.setattr(article_spool, "_HELD", 10)
    spool.put(ARTICLES[1])
    assert [spool.get(number) for number in range(2)] == ARTICLES[:2]
    assert spool.get(0) is not ARTICLES[0]
    assert spool.get(1, texts=False).text == ""
