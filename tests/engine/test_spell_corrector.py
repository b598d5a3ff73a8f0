"""Is the word that was probably meant put in place, or offered, and is what stands as it was meant left alone?"""

from contextlib import closing
from typing import Any, ClassVar

import numpy as np
import pytest
from fake_index import built_index
from spelled_words import (
    ANALYZER,
    ENGLISH,
    WRITTEN,
    Everywhere,
    corrector_of,
    engine_over,
    everywhere,
    put_right,
    vocabulary_of,
)

from search.article import Article
from search.engine import company, spell_corrector
from search.engine.corrections import corrected_text
from search.engine.spell_corrector import SpellCorrector
from search.query.model import Mode, Query
from search.results import Corrected


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory):
    """The shared words, and a few that only the model knows."""
    return vocabulary_of(tmp_path_factory.mktemp("spellings"), WRITTEN, ENGLISH)


@pytest.fixture(scope="module")
def corrector(vocabulary):
    """A corrector over articles in which any two words may stand together."""
    return SpellCorrector(ANALYZER, everywhere(WRITTEN), lambda: vocabulary, Everywhere.size, lambda _: 5)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("bitconi etf", "bitcoin etf"),
        ("Bitconi", "Bitcoin"),
        ("etherium and krakne", "ethereum and krakne"),
        (
            "who was it that hacked krakne, goverment or etherium?",
            "who was it that hacked kraken, goverment or ethereum?",
        ),
        ("об'ект", "об'єкт"),
        ("рагулювання", "регулювання"),
        ("who hacked bybti?", "who hacked bybit?"),
        ("(stablcoin)", "(stablecoin)"),
        ("goverment", "government"),
        ("биткоин", "біткоїн"),
        ("ишесщшт уеа", "bitcoin etf"),
        ("bitcoinetf", "bitcoin etf"),
        ("stable coinn", "stable coinn"),
        ("crypto currency", "cryptocurrency"),
    ],
)
def test_a_mistyped_word_is_put_right_in_its_place(corrector, typed, meant):
    """At most one of three words begun; the rest of the text stays as it was typed."""
    assert put_right(corrector, typed) == meant


def test_sure_words_beyond_the_share_are_offered(corrector):
    """One of two words is put right; the other is told, for nobody should have to find it alone."""
    found = corrector.corrections("etherium and krakne")
    assert [(one.word, one.sure, one.applied) for one in found] == [("ethereum", True, True), ("kraken", True, False)]
    assert corrected_text("etherium and krakne", found) == "ethereum and kraken"


def test_of_a_pasted_text_few_words_are_looked_into(vocabulary, monkeypatch):
    """Whatever its length: a text of three hundred slips costs what one of twelve does; those are the first ones."""
    asked = []
    candidates = type(vocabulary).candidates

    def counted(self, word):
        asked.append(word)
        return candidates(self, word)

    monkeypatch.setattr(type(vocabulary), "candidates", counted)
    beside = []
    whole = company.company

    def few(postings, likeliest, others):
        beside.append(len(others))
        return whole(postings, likeliest, others)

    monkeypatch.setattr(company, "company", few)
    slips = [f"bitco{one}{other}ni" for one in "bcdfghjklmpqrstvwz" for other in "bcdfghjklmpqrstvw"]
    corrector = SpellCorrector(ANALYZER, everywhere(WRITTEN), lambda: vocabulary, Everywhere.size, lambda _: 5)
    corrector.corrections(" ".join([*slips, *["bitcoin ethereum kraken government"] * 30]))
    assert asked == slips[: spell_corrector.MOST_DOUBTED]
    assert spell_corrector.MOST_DOUBTED == 12
    assert max(beside, default=0) <= spell_corrector.MOST_COMPANY


CERTAIN = "EtF eTf $bitconi #bitconi @bitconi BTCON BITC0IN bitcoin2 4bitcoin x402 bitconi-etf"
QUOTED = '"bitconi" «bitconi» “bitconi” „bitconi“'


@pytest.mark.parametrize(
    "typed",
    [
        *CERTAIN.split(),
        *QUOTED.split(),
        '"who bought bitconi',
        "$1.55",
        "the",
        "how to bake bread",
        "barber",
        "trumpet",
        "can't",
        "O’Brein",
    ],
)
def test_what_is_meant_as_it_stands_is_left_alone(corrector, typed):
    """Tickers, digits, what is in quotes, what is put together with other words, and English words."""
    assert corrector.corrections(typed) == []


def test_words_that_are_all_known_load_no_vocabulary():
    """Nothing is paid for where nothing is mistyped."""

    def never():
        raise AssertionError("loaded")

    corrector = SpellCorrector(ANALYZER, everywhere(WRITTEN), never, Everywhere.size, lambda _: 5)
    assert corrector.corrections("Bitcoin ETF регулювання") == []


def test_company_decides_between_words_that_are_equally_near(tmp_path_factory):
    """marker or market, by what stands beside it in articles."""
    texts = ["bond market rally"] * 6 + ["felt marker pens"] * 6 + ["market"] * 2 + ["marker"] * 2
    articles = [Article(id=f"{n}", path=f"{n}.md", title=text, text=text) for n, text in enumerate(texts)]
    index = built_index(tmp_path_factory.mktemp("company"), articles)
    with closing(engine_over(index)) as asked:
        assert asked.search(Query(text="bond markeq")).corrected == Corrected("bond markeq", "bond market")
        answer = asked.search(Query(text="felt markeq pens"))
        assert answer.corrected == Corrected("felt markeq pens", "felt marker pens")


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """An engine over a port's news, whose words the model of the tests does not know."""
    texts = (
        ["harbour-master quits", "ferry.boat sails"] * 4
        + ["Quillfeather's harbour plan"] * 5
        + ["split network ferry"] * 6
        + ["network of harbours", "limits of harbours"] * 5
    )
    articles = [Article(id=f"{n}", path=f"{n}.md", title=text, text=text) for n, text in enumerate(texts)]
    with closing(engine_over(built_index(tmp_path_factory.mktemp("port"), articles))) as asked:
        yield asked


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Quillfaether's plan", "Quillfeather's plan"),
        ("quillfeahter’s", "quillfeather’s"),
        ("ferrry.boat", "ferry.boat"),
        ("Harbuor-master quits", "Harbour-master quits"),
    ],
)
def test_parts_of_a_word_are_put_right(port, typed, meant):
    """What stands before the end of a possessive, and a part of a compound that articles have as a whole."""
    assert port.search(Query(text=typed, mode=Mode.KEYWORD)).corrected == Corrected(typed, meant)


@pytest.mark.parametrize(
    "typed",
    ["ferry-master", "harbour-monster", '"ferrry.boat"', '"a ferrry.boat sails"', "$ferrry.boat", "ferrry.2boat"],
)
def test_compounds_that_may_be_meant_are_left_alone(port, typed):
    """Both parts are known, no such whole is, or the text says that it is meant so."""
    assert port.search(Query(text=typed, mode=Mode.KEYWORD)).corrected is None


def test_a_letter_more_or_less_is_rather_that_of_a_word_than_of_a_ticker(tmp_path):
    """Of two that are about as likely, for tickers are short and typed with care; letters exchanged are as ever."""
    counts = {"PEPE": 100, "people": 58}
    corrector = corrector_of(tmp_path, counts)
    assert put_right(corrector, "peope") == "people"
    assert put_right(corrector, "ppee") == "pepe"


@pytest.mark.parametrize(("others", "meant"), [((), "занепад"), (("загін", "агент", "гепард"), "загепад")])
def test_letters_that_stand_nowhere_in_a_row_are_rather_a_slip(tmp_path, others, meant):
    """No list says which Ukrainian words there are; but *аге* and *геп* are like none where no word has them."""
    counts = {"занепад": 8, **dict.fromkeys(others, 8)}
    assert put_right(corrector_of(tmp_path, counts), "загепад") == meant
    assert vocabulary_of(tmp_path, counts).is_odd("загепад") is not bool(others)


def test_the_words_beside_decide_between_two_that_keep_the_same_company(tmp_path_factory):
    """Both stand in the same articles; one of them stands beside the other word."""
    texts = ["gold medal for rowers, and scrap metal"] * 6 + ["rain"] * 6
    articles = [Article(id=f"{n}", path=f"{n}.md", title=text, text=text) for n, text in enumerate(texts)]
    with closing(engine_over(built_index(tmp_path_factory.mktemp("beside"), articles))) as asked:
        assert asked.search(Query(text="gold mepal")).corrected == Corrected("gold mepal", "gold medal")
        assert asked.search(Query(text="scrap mepal")).corrected == Corrected("scrap mepal", "scrap metal")
        assert asked.search(Query(text="mepal")).corrected is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("танк", "танк"),
        ("вино", "вино"),
        ("війна вна", "війна вна"),
        ("крм війна", "крм війна"),
        ("війна прати", "війна прати"),
        ("війна тяк", "війна тяк"),
        ("війна воан", "війна вона"),
        ("війна ттак", "війна так"),
        ("воан", "воан"),
    ],
)
def test_no_stop_word_is_meant_by_a_word_that_is_like_one(tmp_path, typed, meant):
    """But where its letters are exchanged or doubled beside other words."""
    counts = {"так": 5000, "воно": 4000, "вона": 4000, "крім": 3000, "проти": 3000, "війна": 300}
    assert put_right(corrector_of(tmp_path, counts), typed) == meant


@pytest.mark.parametrize(
    ("typed", "sure"), [("сало", False), ("сало кримінал", True), ("статло", True), ("стлао", True), ("стао", False)]
)
def test_a_short_word_alone_is_no_sure_slip(tmp_path, typed, sure):
    """No list says which Ukrainian words there are, and four letters are like many."""
    counts = {"стало": 5000, "кримінал": 300}
    found = corrector_of(tmp_path, counts).corrections(typed)
    assert [(one.word, one.sure) for one in found] == [("стало", sure)]


def test_a_name_in_two_words_is_one_where_articles_have_it_as_one(tmp_path_factory):
    """`gold finch`: both words are common, but hardly an article has them side by side; of `hard fork` many do.

    What is no name is offered.
    """
    counts = {
        "gold": 400,
        "finch": 300,
        "Goldfinch": 40,
        "hard": 500,
        "fork": 400,
        "hardfork": 12,
        "hot": 90,
        "spots": 90,
        "hotspots": 30,
        "daily": 900,
        "paper": 800,
        "dailypaper": 200,
        "side": 500,
        "walk": 500,
        "sidewalk": 600,
    }
    vocabulary = vocabulary_of(tmp_path_factory.mktemp("parted"), counts)
    together = {"gold finch": 2, "hard fork": 90, "hot spots": 4, "daily paper": 9}
    asked = SpellCorrector(
        ANALYZER, everywhere(counts), lambda: vocabulary, Everywhere.size, lambda text: together.get(text, 0)
    )
    assert put_right(asked, "gold finch etf") == "goldfinch etf"
    assert put_right(asked, "side walk repair") == "sidewalk repair"
    assert [one.word for one in asked.corrections("daily paper")] == ["dailypaper"]
    for kept in ("hard fork", "hot spots", "daily paper", "is gold", '"gold finch"', "gold, finch", "GOLD finch"):
        assert put_right(asked, kept) == kept


def test_words_that_only_mean_articles_are_never_slips(tmp_path_factory):
    """*статті* is rare where articles are about other things; *стати* stands in all of them."""
    corrector = corrector_of(tmp_path_factory.mktemp("asked"), {"стати": 2000, "статті": 3, "порт": 900})
    assert corrector.corrections("статті про порт") == []
    assert put_right(corrector, "стотті порт") != "стотті порт"


class Dictionary:
    """Lemmas of one word."""

    initials: ClassVar[dict[str, list[str]]] = {}
    seal = ""

    def of(self, form):
        """What the dictionary has."""
        return tuple(ANALYZER.terms(form)) if form == "ранок" else ()


def dictionary() -> Any:
    """It, in the place of the lemmas of a generation."""
    return Dictionary()


def test_a_rare_word_of_the_dictionary_is_never_surely_a_slip(tmp_path_factory):
    """*ранок* is no *ринок*, though three articles have the one and thousands the other; it may be offered."""
    counts = {"ранок": 3, "ринок": 4000, "ціна": 900}
    vocabulary = vocabulary_of(tmp_path_factory.mktemp("mornings"), counts)
    without, beside = (
        SpellCorrector(analyzer, everywhere(counts), lambda: vocabulary, Everywhere.size, lambda _: 0)
        for analyzer in (ANALYZER, ANALYZER.with_lemmas(dictionary()))
    )
    assert put_right(without, "ціна ранок") == "ціна ринок"
    assert put_right(beside, "ціна ранок") == "ціна ранок"


@pytest.mark.parametrize("typed", ["goldfinhc", "gold finch", "harbourgoldfinch", "sekretne", "sekretne harbour"])
def test_no_word_of_hidden_articles_is_told(tmp_path_factory, typed):
    """Neither for a slip, nor joined, parted or out of Latin letters; each is put right once they are shown."""
    counts = {"gold": 400, "finch": 300, "Harbour": 900, "Goldfinch": 30, "секретне": 30}
    vocabulary = vocabulary_of(tmp_path_factory.mktemp("hidden"), counts)
    hidden = np.arange(Everywhere.size) >= 40

    class Apart(Everywhere):
        def rows(self, terms):
            found = super().rows(terms)
            return np.arange(self.frequency(terms)) if self.frequency(terms) == 30 else found[found >= 40]

    apart: Any = Apart(counts)

    def beside(text):
        return 0 if text == "gold finch" else 5

    def corrector(visible):
        return SpellCorrector(ANALYZER, apart, lambda: vocabulary, Everywhere.size, beside, visible)

    assert put_right(corrector(None), typed) != typed
    assert corrector(hidden).corrections(typed) == []


@pytest.mark.parametrize("typed", ["gold fully", "is gold less", "gold ness"])
def test_two_words_are_not_joined_into_one_that_no_article_has(tmp_path_factory, typed):
    """A stem cuts the second one off: articles have *gold*, and none has *goldfully*."""
    counts = {"gold": 400, "fully": 300, "less": 300, "ness": 300}
    assert corrector_of(tmp_path_factory.mktemp("joined"), counts).corrections(typed) == []


@pytest.mark.parametrize(
    ("typed", "meant", "offered"),
    [
        ("orbitx", "orbitx", False),
        ("OrbitX news", "OrbitX news", False),
        ("Nolea", "Nolea", False),
        ("nolea", "nolea", True),
        ("etherum", "ethereum", False),
        ("ledgerx", "ledgerx", True),
    ],
)
def test_a_name_that_articles_have_is_surely_no_slip(tmp_path_factory, typed, meant, offered):
    """With capitals inside, or of several articles; what one alone has may have been printed with a slip."""
    counts = {
        "orbit": 4000,
        "OrbitX": 20,
        "nolia": 4000,
        "Nolea": 4,
        "ethereum": 4000,
        "Etherum": 1,
        "ledger": 4000,
        "LedgerX": 2,
        "news": 900,
    }
    corrector = corrector_of(tmp_path_factory.mktemp("names"), counts)
    assert put_right(corrector, typed) == meant
    assert any(not one.sure for one in corrector.corrections(typed)) is offered
