"""Is a sure correction answered and told, an unsure one offered, and the query language left alone?"""

from contextlib import closing
from datetime import UTC, datetime

import pytest
from fake_index import built_index
from msgspec.structs import replace
from spelled_words import (
    engine_over,
)

from search.article import Article
from search.query.model import FieldFilter, Filters, Mode, Query, Sort
from search.query.parser import parse
from search.results import Corrected


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """An engine over a few articles about few things."""
    titles = ["Kraken lists a stablecoin", "Регулювання стейблкоїнів", "Kraken hack, a stablecoin lost", "Zug"] * 3
    articles = [
        Article(id=f"{n:02d}.en", path=f"{n:02d}.en.md", title=title, text=f"{title} again.", language="en")
        for n, title in enumerate(titles)
    ]
    # Of a title as long as this the first 500 characters are compared: the last word is then krake.
    articles.append(Article(id="99.en", path="99.en.md", title="zug " * 123 + "xy kraken", text="Zug.", language="en"))
    with closing(engine_over(built_index(tmp_path_factory.mktemp("spelled"), articles))) as asked:
        yield asked


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("sort", [Sort.RELEVANCE, Sort.NEWEST])
def test_a_sure_correction_is_applied_told_and_undone_on_demand(engine, mode, sort):
    """The answer is that of the text that was meant; with correct=false that of the text as typed."""
    answer = engine.search(Query(text="krakne hack", mode=mode, sort=sort))
    meant = engine.search(Query(text="kraken hack", mode=mode, sort=sort))
    assert answer.corrected == Corrected("krakne hack", "kraken hack")
    assert answer.query.text == "krakne hack"
    assert answer.hits == meant.hits
    assert (answer.total, answer.unknown_words, answer.did_you_mean) == (meant.total, (), None)
    exact = engine.search(Query(text="krakne hack", mode=mode, sort=sort, correct=False))
    assert exact.corrected is None
    assert exact.did_you_mean == "kraken hack"
    assert "krakne" in exact.understood
    assert exact.unknown_words == ("krakne",)


def test_every_part_of_an_answer_is_of_the_same_text(engine):
    """Timeline and all hits too."""
    typed, meant = Query(text="krakne hack", limit=3), Query(text="kraken hack", limit=3)
    assert engine.timeline(typed) == engine.timeline(meant)
    with engine.iterate(typed) as one, engine.iterate(meant) as other:
        assert list(one) == list(other)


def test_what_is_not_typed_is_not_put_right(engine):
    """Neither a listing, the title of an article that others are compared with, nor the query language."""
    assert engine.similar("99.en", Query(text="99.en")).corrected is None
    answer = engine.search(Query(text="zorblax"))
    assert (answer.corrected, answer.did_you_mean) == (None, None)


def test_two_words_that_all_write_as_one_are_joined(tmp_path_factory):
    """Though more articles have one of the two; not where an article has them side by side."""
    titles = [
        "Stable prices",
        "Coins of gold",
        "Stable banks",
        "Old coins",
        "A stablecoin",
        "Hard rules",
        "Forks",
        "Hardforks",
    ] * 5
    titles += ["A hard fork"]
    articles = [
        Article(id=f"{n:02d}.en", path=f"{n:02d}.en.md", title=title, text=f"{title} again.", language="en")
        for n, title in enumerate(titles)
    ]
    with closing(engine_over(built_index(tmp_path_factory.mktemp("joined"), articles))) as asked:
        assert asked.search(Query(text="stable coins")).corrected == Corrected("stable coins", "stablecoins")
        assert asked.search(Query(text="hard forks")).corrected is None


def test_where_nothing_is_found_what_is_offered_is_counted(tmp_path_factory):
    """Under the same filters, and only where the text as it is answered finds nothing."""
    texts = ["harbour ferry timetable"] * 4 + ["market bakery festival"] * 4
    articles = [
        Article(id=f"{n}", path=f"{n}.md", title=text, text=text, language="en", sentiment="CALM" if n % 2 else "")
        for n, text in enumerate(texts)
    ]
    with closing(engine_over(built_index(tmp_path_factory.mktemp("offers"), articles))) as asked:
        assert asked.search(Query(text="harbuor ferry", mode=Mode.KEYWORD)).did_you_mean_total is None
        wrong = Query(text="harbuor timetabel", mode=Mode.KEYWORD, correct=False)
        answer = asked.search(wrong)
        assert (answer.total.value, answer.did_you_mean, answer.did_you_mean_total) == (0, "harbour timetable", 4)
        calm = Filters(sentiment=FieldFilter(include=("CALM",)))
        assert asked.search(replace(wrong, filters=calm)).did_you_mean_total == 2


def test_where_nothing_is_found_more_words_are_put_right(tmp_path_factory):
    """Than one of three, if all are sure and articles have every word then; what finds something is left at that."""
    texts = ["harbour ferry timetable"] * 4 + ["market bakery festival"] * 4 + ["harbour market"]
    articles = [
        Article(id=f"{n}", path=f"{n}.md", title=text, text=text, language="en") for n, text in enumerate(texts)
    ]
    with closing(engine_over(built_index(tmp_path_factory.mktemp("fuller"), articles))) as asked:
        wrong, meant = "harbuor timetabel ferrry", "harbour timetable ferry"
        found = asked.search(Query(text=wrong, mode=Mode.KEYWORD))
        assert (found.corrected, found.did_you_mean, found.query.text) == (Corrected(wrong, meant), None, wrong)
        assert found.hits == asked.search(Query(text=meant, mode=Mode.KEYWORD)).hits
        assert (found.total.value, asked.timeline(Query(text=wrong, mode=Mode.KEYWORD)).undated) == (4, 4)
        calm = Filters(sentiment=FieldFilter(include=("CALM",)))
        filtered = asked.search(Query(text=wrong, mode=Mode.KEYWORD, filters=calm))
        assert (filtered.corrected, filtered.total.value) == (found.corrected, 0)
        assert asked.search(Query(text=wrong, mode=Mode.KEYWORD, correct=False)).total.value == 0
        unknown = asked.search(Query(text="harbuor timetabel zorblax", mode=Mode.KEYWORD))
        assert unknown.corrected == Corrected("harbuor timetabel zorblax", "harbuor timetable zorblax")
        assert (unknown.did_you_mean, unknown.total.value) == ("harbour timetable zorblax", 0)
        some = asked.search(Query(text="harbuor timetabel", mode=Mode.KEYWORD))
        assert some.corrected == Corrected("harbuor timetabel", "harbuor timetable")
        assert (some.did_you_mean, some.total.value) == ("harbour timetable", 4)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("lang:en krakne hack", "lang:en kraken hack"),
        ("krakne hack -zorblax", "kraken hack -zorblax"),
        ('krakne -"krakne exchange" hack', 'kraken -"krakne exchange" hack'),
        ('"hack" krakne', '"hack" kraken'),
        ("krakne hack*", "kraken hack*"),
        ("after:2025-12-01 krakne hack", "after:2025-12-01 kraken hack"),
    ],
)
def test_plain_words_beside_the_query_language_are_put_right(engine, typed, meant):
    """The words that nothing demands; the filters and the condition beside them hold as they were typed."""
    answer, wanted = engine.search(query_of(typed)), engine.search(query_of(meant))
    assert answer.corrected == Corrected(typed, meant)
    assert (answer.hits, answer.total) == (wanted.hits, wanted.total)
    assert engine.search(query_of(meant)).corrected is None


@pytest.mark.parametrize(
    "text",
    [
        "krakne*",
        "=krakne",
        '"krakne"',
        "“krakne” hack",
        '"krakne hack"~4',
        "-krakne hack",
        '-"krakne" hack',
        "title:krakne",
        "tag:krakne hack",
        'source:"krakne hack"',
        "-source:krakne hack",
        "krakne AND hack",
        "hack OR krakne",
        "NOT krakne hack",
        "krakne NEAR/3 hack",
        "(krakne) hack",
    ],
)
def test_the_query_language_is_not_doubted(engine, text):
    """What is required, excluded or in quotes is meant as it stands."""
    answer = engine.search(query_of(text))
    assert (answer.corrected, answer.did_you_mean) == (None, None)


def query_of(text):
    """A typed text as a query."""
    asked, filters = parse(text, UTC, datetime(2026, 3, 1, tzinfo=UTC))
    return Query(text=text, typed=asked, filters=filters)
