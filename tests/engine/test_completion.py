"""Is the last word read as a beginning while somebody types, and all before it as ever?"""

from contextlib import closing

import pytest
from fake_index import built_index, engine_over

from search.article import Article, Source
from search.engine.completion import likely_completions
from search.query.model import Mode, Query

TITLES = {
    "a": "Bitcoin falls again",
    "b": "Bitcorp meets in Prague",
    "c": "Bitgo opens a branch",
    "d": "Bitcoin and the bond market",
    "e": "Market for bonds",
    "f": "Криптовалюта зросла",
    "g": "東京都知事選挙の結果",
}


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """An engine over a few titles."""
    articles = [Article(id=name, path=f"{name}.md", title=title, text=f"{title}.") for name, title in TITLES.items()]
    return engine_over(built_index(tmp_path_factory.mktemp("completed"), articles))


def found(engine, text, mode=Mode.KEYWORD):
    """The ids of the hits while somebody types a text."""
    return {hit.article.id for hit in engine.search(Query(text=text, mode=mode, prefix=True)).hits}


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("bitco", "abd"),
        ("BITCO", "abd"),
        ("bitcor", "b"),
        ("bitg", "c"),
        ("bond ma", "de"),
        ("bitcoin ma", "d"),
        ("крипто", "f"),
        ("東", "g"),
        ("東京都", "g"),
    ],
)
def test_hits_have_a_word_that_begins_so(engine, typed, ids):
    """And enough of the finished words."""
    assert found(engine, typed) == set(ids)
    assert found(engine, typed, Mode.HYBRID) == set(ids)


@pytest.mark.parametrize(
    "text", ["tide post", "bitcoin tide post", "bitcoin articles", "tide post wrote", "what did the tide post say"]
)
def test_a_last_word_that_ends_a_name_or_asks_for_articles_is_finished(tmp_path_factory, text):
    """So many are found while it is typed as once it is sent."""
    source = Source("tide-post", "Tide Post")
    articles = [
        Article(
            id=f"{n}", path="", title="Bitcoin" if n % 3 else "Rain", text="Again.", source=source if n < 8 else None
        )
        for n in range(40)
    ]
    articles += [
        Article(id=word, path="", title=word, text=f"The {word} of {word}") for word in ("articles", "wrote", "sayings")
    ]
    with closing(engine_over(built_index(tmp_path_factory.mktemp("finished"), articles))) as asked:
        typed, sent = (asked.search(Query(text=text, mode=Mode.KEYWORD, prefix=prefix)) for prefix in (True, False))
    assert typed.total.value == sent.total.value > 0


@pytest.mark.parametrize("typed", ["market b", "market zzz", "market "])
def test_what_begins_nothing_is_passed_over(engine, typed):
    """A single letter, letters that no word begins with, and nothing."""
    assert found(engine, typed) == {"d", "e"}


@pytest.mark.parametrize("typed", ["bitco", "bitcq", "krakne bitco", "zzz"])
def test_nothing_is_said_of_an_unfinished_word(engine, typed):
    """Neither that no article contains it, nor what may have been meant."""
    answer = engine.search(Query(text=typed, prefix=True))
    assert (answer.did_you_mean, answer.corrected) == (None, None)
    assert not set(answer.unknown_words) & {"bitco", "bitcq", "zzz", "bitco*"}


def test_a_finished_text_is_answered_as_ever(engine):
    """Without prefix=true the word stands for itself."""
    assert {hit.article.id for hit in engine.search(Query(text="bitcoin", mode=Mode.KEYWORD)).hits} == {"a", "d"}


def test_the_likeliest_word_is_the_one_that_stands_beside_the_finished_ones(engine):
    """Of those that begin so, and not only the commonest."""
    with engine._served.acquire() as snapshot:
        assert likely_completions(snapshot, "", "bitc")[0] == "bitcoin"
        assert likely_completions(snapshot, "prague ", "bitc")[0] == "bitcorp"
        assert likely_completions(snapshot, "", "b") == ()
        assert likely_completions(snapshot, "", "zzz") == ()


@pytest.mark.parametrize("mode", [Mode.KEYWORD, Mode.HYBRID])
def test_a_rare_word_that_begins_so_does_not_come_first(tmp_path, mode):
    """All that begins so is found; what comes first has the word that is likely begun."""
    titles = [f"Bitcoin falls on day {number}" for number in range(40)] + ["Bitcorp, and bitcoins, and Bitcomet too"]
    articles = [
        Article(id=f"{number:02}", path=f"{number}.md", title=title, text=f"{title}. Nothing else.")
        for number, title in enumerate(titles)
    ]
    results = engine_over(built_index(tmp_path, articles)).search(
        Query(text="bitco", mode=mode, prefix=True, limit=100)
    )
    assert results.total.value == len(titles)
    assert results.hits[-1].article.id == "40"


@pytest.mark.parametrize(
    ("typed", "sent"),
    [("articles about bitco", "bitco"), ("tell me about market b", "market b"), ("статті про крипто", "крипто")],
)
def test_what_only_asks_for_articles_is_passed_over_while_a_text_is_typed(engine, typed, sent):
    """As it is once the text is sent."""
    assert found(engine, typed) == found(engine, sent) != set()


def test_a_finished_word_finds_all_that_it_finds_once_it_is_sent(tmp_path_factory):
    """Its inflections may begin otherwise."""
    titles = ("Київ чекає", "Дощ у Києві", "Бюджет Києва", "Львів")
    articles = [Article(id=f"{n}", path="", title=title, text=f"{title}.") for n, title in enumerate(titles)]
    with closing(engine_over(built_index(tmp_path_factory.mktemp("whole"), articles))) as asked:
        sent = {hit.article.id for hit in asked.search(Query(text="київ", mode=Mode.KEYWORD)).hits}
        assert found(asked, "київ") == sent == {"0", "1", "2"}
