"""Is the word that was probably meant offered, and is what stands as it was meant left alone?"""

import math
from datetime import UTC, datetime

import pytest
from fake_index import built_index, open_fake
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.derive.suggestions import spellings
from indexer.text.archive_reader import READ, spelled
from indexer.text.boilerplate import counted
from indexer.text.lexicon import Lexicon
from search.analysis.analyzer import Analyzer
from search.analysis.spelling import LEAST_ARTICLES, Correction, Spellings, Vocabulary, corrected, corrections, plain
from search.article import Article
from search.engine.engine import EmbeddedEngine
from search.index.snapshot_manager import SnapshotManager
from search.query.model import Mode, Query, Sort
from search.settings import BUILT_IN_MODEL

WRITTEN = {
    "Bitcoin": 6000,
    "Ethereum": 2100,
    "stablecoin": 700,
    "stablecoins": 800,
    "Kraken": 137,
    "crack": 4,
    "cracks": 3,
    "об'єкт": 12,
    "регулювання": 540,
    "біткойн": 1000,
    "Bybit": 300,
    "ETF": 900,
    "etfs": 700,
    "cryptocurrency": 4900,
    "trap": 40,
    "Trump": 400,
}
VOCABULARY = Vocabulary(Spellings(list(WRITTEN), list(WRITTEN.values())))
ANALYZER = Analyzer()
KNOWN = {tuple(ANALYZER.terms(word)): count for word, count in WRITTEN.items()}


def distance(one, other):
    """Letters to add, leave out, change or exchange with their neighbours: by the table, as textbooks have it."""
    table = [[i + j if not i * j else 0 for j in range(len(other) + 1)] for i in range(len(one) + 1)]
    for i in range(1, len(one) + 1):
        for j in range(1, len(other) + 1):
            best = min(table[i - 1][j] + 1, table[i][j - 1] + 1, table[i - 1][j - 1] + (one[i - 1] != other[j - 1]))
            if i > 1 and j > 1 and one[i - 1] == other[j - 2] and one[i - 2] == other[j - 1]:
                best = min(best, table[i - 2][j - 2] + 1)
            table[i][j] = best
    return table[-1][-1]


def slowly(word):
    """The best of all words by the formula, one after the other."""
    key, best = plain(word), (0.0, None)
    reach = 0 if len(key) < 4 else 1 if len(key) < 8 else 2
    for written, articles in WRITTEN.items():
        away = distance(key, plain(written))
        if 0 < away <= reach and articles >= LEAST_ARTICLES:
            score = math.log10(articles) - 2.5 * (away - 1) - (plain(written)[0] != key[0])
            if score > best[0] or (best[1] is None and score == 0):
                best = (score, written)
    return best[1]


@st.composite
def slips(draw):
    """A word with up to three slips in it, in any letter case."""
    word = draw(st.sampled_from(list(WRITTEN)))
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(word)))
        letter = draw(st.sampled_from("abeiknortcіїйоаи'"))
        word = draw(
            st.sampled_from(
                [word[:at] + letter + word[at:], word[:at] + word[at + 1 :], word[:at] + letter + word[at + 1 :]]
                + [word[: at - 1] + word[at : at + 1] + word[at - 1 : at] + word[at + 1 :]] * (at > 0)
            )
        )
    return draw(st.sampled_from([str, str.upper, str.lower]))(word)


@given(word=slips() | st.text(max_size=12))
@example(word="bitconi")
@example(word="kriptocurrency")
@example(word="")
def test_the_nearest_word_is_the_one_of_the_formula(word):
    """As good as the best that looking at every word gives, and none where that gives none."""
    assert VOCABULARY.nearest(word) == slowly(word)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("bitconi etf", "bitcoin etf"),
        ("Bitconi", "Bitcoin"),
        ("etherium and krakne", "ethereum and kraken"),
        ("обєткт", "об'єкт"),
        ("рагулювання", "регулювання"),
        ("who hacked bybti?", "who hacked bybit?"),
        ("(stablcoin)", "(stablecoin)"),
    ],
)
def test_a_mistyped_word_is_put_right_in_its_place(typed, meant):
    """The rest of the text stays as it was typed."""
    found = corrections(typed, ANALYZER, lambda: VOCABULARY, lambda terms: KNOWN.get(terms, 0))
    assert corrected(typed, found) == meant


CERTAIN = "$bitconi #bitconi @bitconi BTCON BITC0IN bitcoin2 4bitcoin x402 bitconi-etf"
QUOTED = '"bitconi" «bitconi» “bitconi” „bitconi“'


@pytest.mark.parametrize("typed", [*CERTAIN.split(), *QUOTED.split(), '"who bought bitconi', "$1.55", "the"])
def test_what_is_meant_as_it_stands_is_left_alone(typed):
    """Tickers, digits, what is in quotes, and what is put together with other words."""
    assert corrections(typed, ANALYZER, lambda: VOCABULARY, lambda terms: KNOWN.get(terms, 0)) == []


def test_a_known_word_is_doubted_only_where_little_is_found():
    """A word that one article contains may be that article's slip; if it finds something, nobody is asked."""
    frequency = {("krakin",): 1}
    ask = lambda little: corrections(  # noqa: E731
        "krakin", ANALYZER, lambda: VOCABULARY, lambda terms: frequency.get(terms, KNOWN.get(terms, 0)), little
    )
    assert ask(False) == []
    assert ask(True) == [Correction(0, 6, "kraken")]


def test_words_that_are_all_known_load_no_vocabulary():
    """Nothing is paid for where nothing is mistyped."""

    def never():
        raise AssertionError("loaded")

    assert corrections("Bitcoin ETF регулювання", ANALYZER, never, lambda terms: 5) == []


def test_the_words_of_an_archive_are_those_that_enough_articles_contain():
    """As mostly written, without possessives, digits and boilerplate headings."""
    texts = ["Overview\nKraken's Zug"] * 3 + ["kraken Zug x402 об’єкт"] * 2 + ["Overview\nrare"] * 2
    heading = ((0, 8),)
    articles = [
        Article(id=str(n), path="", title="", text=text, headings=heading if text.startswith("O") else ())
        for n, text in enumerate(texts)
    ]
    assert learned(articles) == {"Kraken": 5, "Zug": 5}


def test_words_are_learned_from_the_beginnings_of_articles():
    """Of titles, descriptions and sentences that begin early enough; each article counts a word once. Tags are none."""
    text = f"Early Bird. {'Bird ' * (READ // 5)}end. Later fish swim."
    article = Article(id="1", path="", title="Bird", description="Nest", tags=("Owl",), text=text)
    assert learned([article] * LEAST_ARTICLES) == dict.fromkeys(("Bird", "Early", "Nest", "end"), LEAST_ARTICLES)


def learned(articles):
    """The words of these articles whose spelling is learned, and how many articles have them."""
    lexicon = Lexicon(Analyzer())
    words, letters = lexicon.read(articles)
    numbers, many = spelled(words, letters, counted(articles, words, {"overview"}))
    written = [lexicon.letters[number] for number in numbers.tolist()]
    found = spellings(dict(zip(written, many.tolist(), strict=True)))
    return dict(zip(found.written, found.articles, strict=True))


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
    index = built_index(tmp_path_factory.mktemp("spelled"), articles)
    return EmbeddedEngine(SnapshotManager(index, open_fake), BUILT_IN_MODEL, lambda: datetime(2026, 3, 1, tzinfo=UTC))


@pytest.mark.parametrize("mode", list(Mode))
@pytest.mark.parametrize("sort", [Sort.RELEVANCE, Sort.NEWEST])
def test_a_correction_is_offered_and_never_applied(engine, mode, sort):
    """The answer is that of the text as typed, and names what may have been meant."""
    answer = engine.search(Query(text="krakne hack", mode=mode, sort=sort))
    assert answer.did_you_mean == "kraken hack"
    assert "krakne" in answer.understood
    assert answer.unknown_words == ("krakne",)
    put_right = engine.search(Query(text="kraken hack", mode=mode, sort=sort))
    assert put_right.did_you_mean is None
    assert put_right.total.keyword > answer.total.keyword or mode is Mode.SEMANTIC


def test_what_is_not_typed_is_not_put_right(engine):
    """Neither a listing nor the title of an article that others are compared with."""
    assert engine.similar("99.en", Query(text="99.en")).did_you_mean is None
    assert engine.search(Query(text="zorblax")).did_you_mean is None
