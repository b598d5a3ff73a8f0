"""Does a text in quotes come first where an article has it letter by letter, and does =word find nothing else?"""

from datetime import UTC, datetime

import pytest
from fake_index import built_index, engine_over

from search.article import Article
from search.query.model import Mode, Query
from search.query.parser import parse
from search.query.printer import reworded

TITLES = {
    "a": "Important witness, important day, important news",
    "b": "Import duties double",
    "c": "Executions and execution of an executive order",
    "d": "The execution was stayed",
    "e": "An important import",
    "f": "Café owners protest",
}


@pytest.fixture(scope="module", params=["tantivy", "whoosh"])
def engine(request, tmp_path_factory):
    """An engine over a few titles."""
    articles = [Article(id=name, path=f"{name}.md", title=title, text=f"{title}.") for name, title in TITLES.items()]
    return engine_over(built_index(tmp_path_factory.mktemp(request.param), articles, keyword=request.param))


def ask(engine, text, mode):
    """The ids of the hits of a typed text, best first."""
    asked, filters = parse(text, UTC, datetime(2026, 3, 1, tzinfo=UTC))
    return [hit.article.id for hit in engine.search(Query(text=text, typed=asked, filters=filters, mode=mode)).hits]


@pytest.mark.parametrize(
    ("text", "first", "others"),
    [('"import"', "be", "a"), ('"executive"', "c", "d"), ('"execution"', "cd", ""), ('"executive order"', "c", "")],
)
def test_articles_with_the_very_form_come_first(engine, text, first, others):
    """Those with another inflection stand behind them."""
    found = ask(engine, text, Mode.KEYWORD)
    assert set(found[: len(first)]) == set(first)
    assert set(found) == set(first + others)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("=import", "be"),
        ("=IMPORT", "be"),
        ("title:=import", "be"),
        ("=executive", "c"),
        ("=cafe", "f"),
        ("=import important", "be"),
        ("=import -owners", "be"),
        ("-=import execution", "cd"),
        ("=imports", ""),
        ("=import OR =executive", "bce"),
    ],
)
@pytest.mark.parametrize("mode", [Mode.KEYWORD, Mode.HYBRID])
def test_an_equals_sign_asks_for_one_form_alone(engine, text, ids, mode):
    """In every mode, in titles, excluded and among others; letter case and accents apart."""
    assert set(ask(engine, text, mode)) == set(ids)


@pytest.mark.parametrize("text", ["=import", "title:=import", "-=import", "=import OR =order"])
def test_what_was_read_is_read_again_as_the_same(text):
    """The text that says how it was read keeps the sign."""
    now = datetime(2026, 3, 1, tzinfo=UTC)
    asked, _ = parse(text, UTC, now)
    assert parse(reworded(asked), UTC, now)[0].condition == asked.condition


@pytest.mark.parametrize("text", ["a=b", "=", "1 = 2", "x =="])
def test_other_equals_signs_are_signs(text):
    """Inside of a word, alone or twice they mean nothing."""
    asked, _ = parse(text, UTC, datetime(2026, 3, 1, tzinfo=UTC))
    assert asked.condition is None
