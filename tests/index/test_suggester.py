"""Is what somebody may be about to type found by its beginning, in the promised order, and nothing else?"""

from datetime import UTC, datetime

import numpy as np
import pytest
from awkward import WORDS, awkward_articles, texts
from digests import digests
from fake_index import built_index, open_fake
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.derive.suggestions import names_of, newest_first
from search.article import Article, Source
from search.engine.engine import EmbeddedEngine
from search.index.columns import UNDATED
from search.index.facts import FactsBuilder
from search.index.snapshot_manager import SnapshotManager
from search.index.suggester import Name, folded, open_suggestions
from search.index.suggestions_writer import update_suggestions, write_suggestions
from search.settings import BUILT_IN_MODEL

ARTICLES = awkward_articles(seed=11, count=150)


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    """An engine over awkward articles."""
    index = built_index(tmp_path_factory.mktemp("suggested"), ARTICLES)
    return EmbeddedEngine(
        SnapshotManager(index, open_fake), BUILT_IN_MODEL, lambda: datetime(2027, 3, 1, tzinfo=UTC)
    )  # nothing lies ahead


@pytest.fixture(scope="module")
def groups(engine):
    """The number that each article shares with its twins."""
    with engine._served.acquire() as snapshot:
        return snapshot.columns.group


def names(articles, group):
    """The names of these articles."""
    builder = FactsBuilder({})
    for article in articles:
        builder.add(article)
    return names_of(builder.facts().said, group)


def fits(beginning, text):
    """Whether a word of the text begins so: the promise, said slowly."""
    key = folded(beginning)
    return bool(key) and f" {key}" in f" {folded(text)}"


def cyrillic(text):
    letters = [letter for letter in text if letter.isalpha()]
    return 2 * sum("\u0400" <= letter <= "\u052f" for letter in letters) > len(letters)


def slowly(beginning, limit, groups):
    """Every name and title, one by one, sorted and cut as the docstrings say."""
    inside = lambda text: not folded(text).startswith(folded(beginning))  # noqa: E731
    named = [n for n in names(ARTICLES, groups) if fits(beginning, n.text)]
    named.sort(key=lambda n: inside(n.text))
    rows, taken = [], set()
    order = lambda row: (  # noqa: E731
        cyrillic(ARTICLES[row].title) != cyrillic(beginning),
        inside(ARTICLES[row].title),
        ARTICLES[row].published is None,
        -(ARTICLES[row].published or 0),
        row,
    )
    for row in sorted((row for row in range(len(ARTICLES)) if fits(beginning, ARTICLES[row].title)), key=order):
        if groups[row] not in taken:
            taken.add(groups[row])
            rows.append(row)
    shown = named[: limit - min(len(rows), limit // 2)]
    found = [(n.text, n.kind, n.value, n.count) for n in shown]
    return found + [(ARTICLES[r].title, "title", ARTICLES[r].id, 1) for r in rows[: limit - len(shown)]]


@st.composite
def beginnings(draw):
    """What somebody may have typed so far: a beginning of awkward words, of a title, a tag or a source, or anything."""
    article = draw(st.sampled_from(ARTICLES))
    whole = draw(st.sampled_from([article.title, *article.tags, article.source.name if article.source else "x"]))
    text = draw(st.just(whole) | texts())
    start = draw(st.integers(0, max(0, len(text) - 1)))
    return text[start : start + draw(st.integers(0, 100))]


@given(beginning=beginnings(), limit=st.integers(1, 20))
@example(beginning="b", limit=10)
@example(beginning="б", limit=20)
@example(beginning="u.s", limit=3)
@example(beginning=ARTICLES[0].title, limit=10)
def test_suggestions_are_those_of_a_plain_scan(engine, groups, beginning, limit):
    """The same names and titles in the same order as by looking at every one of them."""
    found = engine.suggest(beginning, limit).suggestions
    assert [(s.text, s.kind, s.value, s.count) for s in found] == slowly(beginning, limit, groups)


@given(text=texts() | st.text(max_size=12))
@example(text="İstanbul ẞ Ⅷ ½ ﬁle … ℃ й й ї")
def test_folding_is_done_once_and_for_all(text):
    """Folded again nothing changes; letter case changes nothing; no mark of another kind is left."""
    assert folded(folded(text)) == folded(text)
    assert folded(text.upper().lower()) == folded(text.lower()) or not text.isascii()
    assert "  " not in folded(text)
    assert "\n" not in folded(text)


def test_spellings_of_one_word_fold_alike():
    """Apostrophes, accents of Latin letters, full stops and letter case make no difference; й and ї stay letters."""
    for one, *others in (
        ("об'єкт", "обʼєкт", "Об’єкт", "обєкт"),
        ("Zürich", "zurich", "ZÜRICH"),
        ("U.S.", "us", "US"),
        ("well-known", "Well Known"),
        ("$BTC", "btc"),
    ):
        assert {folded(other) for other in others} == {folded(one)}
    assert folded("йод їжак") == "йод їжак"
    assert folded("C++ S&P") == "c++ s&p"


def test_a_long_beginning_is_compared_whole(tmp_path):
    """Texts that agree in more letters than the order looks at are told apart all the same."""
    long = "a very long title that goes on and on and on and on and on and on and on and on until the end"
    rows = [(0, f"{long} one"), (1, f"{long} two"), (2, long)]
    write_suggestions(tmp_path, [], rows)
    suggester = open_suggestions(tmp_path)
    groups = np.arange(3)
    assert suggester.suggest(f"{long} t", groups, 10).rows == (1,)
    assert suggester.suggest(long, groups, 10).rows == (0, 1, 2)
    assert suggester.suggest(f"{long} tx", groups, 10).rows == ()


@pytest.mark.parametrize(
    ("limit", "of_names", "of_titles"), [(1, 1, 0), (2, 1, 1), (5, 3, 2), (10, 6, 4), (12, 8, 4), (20, 9, 4)]
)
def test_titles_have_half_of_the_places_if_there_are_so_many(tmp_path, limit, of_names, of_titles):
    """Many names leave room for titles, few titles leave room for names."""
    named = [Name("tag", f"Bit {n}", f"Bit {n}", 9 - n) for n in range(9)]
    write_suggestions(tmp_path, named, [(n, f"Bit title {n}") for n in range(4)])
    found = open_suggestions(tmp_path).suggest("bit", np.arange(4), limit)
    assert (found.names, found.rows) == (tuple(named[:of_names]), tuple(range(of_titles)))


def test_an_empty_archive_suggests_nothing(tmp_path):
    """Without names and titles, and for a beginning without a letter, there is nothing."""
    write_suggestions(tmp_path, [], [])
    assert open_suggestions(tmp_path).suggest("a", np.arange(0), 10).rows == ()
    write_suggestions(tmp_path, [Name("tag", "!!!", "!!!", 3)], [(0, "")])
    for text in ("", " ", "!", "🚀"):
        assert open_suggestions(tmp_path).suggest(text, np.arange(1), 10).names == ()


def test_names_are_those_of_the_filters():
    """A tag in any letter case is one, as it is mostly written; a source is shown by name; twins count once."""
    tagged = ("NFT", "nft", "NFT", "law")
    articles = [
        Article(id=str(n), path="", title="T", text="", tags=(tag,), source=Source("ft", "Financial Times"))
        for n, tag in enumerate(tagged)
    ]
    found = [(name.kind, name.text, name.value, name.count) for name in names(articles, np.array([0, 1, 0, 3]))]
    assert found == [("source", "Financial Times", "ft", 3), ("tag", "NFT", "NFT", 2), ("tag", "law", "law", 1)]


def test_titles_come_newest_first():
    """Undated ones last, those of one time by row."""
    assert newest_first(np.array([UNDATED, 5, 9, 5])).tolist() == [2, 1, 3, 0]


@pytest.mark.parametrize("seed", range(6))
def test_what_is_brought_up_to_date_is_what_is_written_anew(tmp_path, seed):
    """Titles come, go and change rows and order; names change with them: the files are the same, byte for byte."""
    dice = np.random.default_rng(seed)
    titles = [article.title for article in ARTICLES]
    before, after = dice.permutation(len(titles))[:100], dice.permutation(len(titles))[:110]
    if seed % 2:  # those that stay keep their order
        before, after = np.sort(before), np.sort(after)
    folders = [tmp_path / name for name in ("before", "updated", "anew")]
    for folder in folders:
        folder.mkdir()
    named = [Name("tag", titles[n], titles[n], 9 - n) for n in range(9)]
    order = [np.arange(len(rows)) if seed < 4 else dice.permutation(len(rows)) for rows in (before, after)]
    write_suggestions(folders[0], named, [(row, titles[before[row]]) for row in order[0].tolist()])
    places = {title: row for row, title in enumerate(before.tolist())}
    source = np.array([places.get(title, -1) for title in after.tolist()])
    asked = []

    def fresh(rows):
        asked.extend(rows.tolist())
        return [titles[after[row]] for row in rows.tolist()]

    update_suggestions(folders[1], folders[0], named[3:], order[1], source, fresh)
    write_suggestions(folders[2], named[3:], [(row, titles[after[row]]) for row in order[1].tolist()])
    assert digests(folders[1]) == digests(folders[2])
    assert sorted(asked) == np.flatnonzero(source < 0).tolist()


def test_most_words_of_the_test_articles_are_found(engine):
    """What the scan is compared with is not always empty."""
    assert sum(bool(engine.suggest(word[:3], 10).suggestions) for word in WORDS) > len(WORDS) / 2
