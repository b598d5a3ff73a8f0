"""Is the word that was probably meant put in place, or offered, and is what stands as it was meant left alone?"""

from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from fake_index import built_index, open_fake
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from indexer.derive.suggestions import english_words, spellings
from indexer.text.archive_reader import spelled
from indexer.text.boilerplate import counted
from indexer.text.lexicon import Lexicon
from search.analysis.analyzer import Analyzer
from search.analysis.noisy_channel import in_other_layouts, other_layouts, slip_cost
from search.analysis.spelling import SWAPPED, TWO_LETTERS, Vocabulary, plain, write_spellings
from search.analysis.transliteration import romanised
from search.article import Article
from search.engine import company, spell_corrector
from search.engine.corrections import corrected_text
from search.engine.engine import EmbeddedEngine
from search.engine.spell_corrector import SpellCorrector
from search.index.snapshot_manager import SnapshotManager
from search.query.model import FieldFilter, Filters, Mode, Query, Sort
from search.query.parser import parse
from search.results import Corrected
from search.settings import BUILT_IN_MODEL

WRITTEN = {
    "Bitcoin": 6000,
    "Ethereum": 2100,
    "stablecoin": 700,
    "stablecoins": 800,
    "Kraken": 137,
    "crack": 4,
    "об'єкт": 12,
    "регулювання": 540,
    "біткоїн": 1000,
    "Bybit": 300,
    "hacked": 500,
    "ETF": 900,
    "cryptocurrency": 4900,
    "trap": 40,
    "Trump": 400,
    "tariffs": 350,
    "tarrifs": 2,
    "goverment": 3,
    "government": 800,
}
ANALYZER = Analyzer()
ENGLISH = ("bake", "bread", "barber", "trumpet")


class Everywhere:
    """Postings in which every word stands in the first so many articles, so that company says nothing."""

    size = 11_000

    def __init__(self, counts):
        self._counts = {}
        for word, count in counts.items():
            for term in ANALYZER.terms(word):
                self._counts[term] = max(count, self._counts.get(term, 0))

    def frequency(self, terms):
        return max((self._counts.get(term, 0) for term in terms), default=0)

    def rows(self, terms):
        return np.arange(0, self.size, max(1, self.size // max(1, self.frequency(terms))))[: self.frequency(terms)]

    def matching(self, query):
        return np.arange(max((word.frequency for word in query.words), default=0))


def everywhere(counts) -> Any:
    """They, in the place of the postings of a generation."""
    return Everywhere(counts)


@pytest.fixture(scope="module")
def vocabulary(tmp_path_factory):
    """The words above, and a few that only the model knows."""
    folder = tmp_path_factory.mktemp("spellings")
    write_spellings(folder, spellings(WRITTEN, ENGLISH))
    return Vocabulary(folder)


@pytest.fixture(scope="module")
def corrector(vocabulary):
    """A corrector over articles in which any two words may stand together."""
    return SpellCorrector(ANALYZER, everywhere(WRITTEN), lambda: vocabulary, Everywhere.size, lambda _: 5)


def put_right(corrector, text):
    """The text with its sure corrections."""
    return corrected_text(text, [one for one in corrector.corrections(text) if one.sure and one.applied])


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
def test_candidates_are_all_words_that_are_near_enough(vocabulary, word):
    """As looking at every word gives them, by the distance of textbooks; those of other layouts besides."""
    key = plain(word)
    reach = (len(key) >= SWAPPED) + (len(key) >= TWO_LETTERS)
    near = {written for written in vocabulary.written if 0 < distance(key, plain(written)) <= reach}
    if len(key) < 4:
        near = {written for written in near if sorted(key) == sorted(plain(written))}
    spelled = {*other_layouts(key), *romanised(key)}
    others = {written for written in vocabulary.written if plain(written) in spelled}
    found = {one.written: one.cost for one in vocabulary.candidates(word)}
    assert near <= set(found) <= near | others
    assert all(found[written] == slip_cost(key, plain(written)) for written in near - others)


@pytest.mark.parametrize(
    ("cheap", "dear"),
    [
        (("bitcion", "bitcoin"), ("bitcaan", "bitcoin")),
        (("bittcoin", "bitcoin"), ("bitxcoin", "bitcoin")),
        (("bitcoim", "bitcoin"), ("bitcoiz", "bitcoin")),
        (("биткоін", "біткоїн"), ("баткоан", "біткоїн")),
        (("krakem", "kraken"), ("qraken", "kraken")),
    ],
)
def test_likelier_slips_cost_less(cheap, dear):
    """Letters exchanged or doubled, neighbouring keys, Russian letters, and anything but the first letter."""
    assert slip_cost(*cheap) < slip_cost(*dear)


@given(word=st.sampled_from(list(WRITTEN)))
def test_a_word_costs_nothing_to_type(word):
    """And any slip costs something."""
    assert slip_cost(plain(word), plain(word)) == 0.0
    assert slip_cost(plain(word) + "q", plain(word)) > 0


def test_keys_of_the_other_layout_are_read():
    """A word, a whole text, letters that look the same; nothing of a text that has letters of both."""
    assert "bitcoin" in other_layouts("ишесщшт")
    assert "bitcoin" in other_layouts("bitсoin")
    assert "криптовалюта" in in_other_layouts("rhbgnjdfk.nf")
    assert "біткоїн" in in_other_layouts("<snrj]y")
    assert in_other_layouts("bitcoin біткоїн") == ()


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


def test_words_in_the_letters_of_the_other_script_are_read(tmp_path_factory):
    """Names that Latin letters spell, and Ukrainian in Latin letters; the answer is in the language typed."""
    pairs = [("Stocks fell, ETF flows rose", "Акції впали, потоки ETF зросли"), ("Rain in Lviv", "Дощ у Львові")] * 4
    articles = [
        Article(id=f"{n}.{lang}", path=f"{n}.{lang}.md", title=title, text=title, language=lang)
        for n, both in enumerate(pairs)
        for lang, title in zip(("en", "uk"), both, strict=True)
    ]
    with closing(engine_over(built_index(tmp_path_factory.mktemp("scripts"), articles))) as asked:
        named = asked.search(Query(text="етф", mode=Mode.KEYWORD))
        assert named.corrected == Corrected("етф", "etf")
        assert {hit.article.language for hit in named.hits} == {"uk"}
        for typed, meant in (("уеа", "etf"), ("уеа кщыу", "etf rose")):  # typed in the other layout
            english = asked.search(Query(text=typed, mode=Mode.KEYWORD))
            assert english.corrected == Corrected(typed, meant)
            assert {hit.article.language for hit in english.hits} == {"en"}
        latin = asked.search(Query(text="potoky zrosly", mode=Mode.KEYWORD))
        assert latin.corrected == Corrected("potoky zrosly", "потоки зросли")
        assert {hit.article.language for hit in latin.hits} == {"uk"}
        assert asked.search(Query(text="potoky zrosly", mode=Mode.KEYWORD, correct=False)).total.value == 0
        for other in ("Lviv potoky", "potoky nevidomi", "дощ"):  # a word is known; one is not to be read; all are known
            assert asked.search(Query(text=other, mode=Mode.KEYWORD)).corrected is None


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
    write_spellings(tmp_path, spellings(counts, ()))
    vocabulary = Vocabulary(tmp_path)
    corrector = SpellCorrector(ANALYZER, everywhere(counts), lambda: vocabulary, Everywhere.size, lambda _: 0)
    assert put_right(corrector, "peope") == "people"
    assert put_right(corrector, "ppee") == "pepe"


NAMES = {"Coinbase": 300, "Ripple": 200, "Warren": 12, "Rotates": 9, "Blackrock": 3, "ціна": 5000, "прибуток": 90}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("коінбейз прибуток", "coinbase прибуток"),
        ("Коінбейзом", "Coinbase"),
        ("прибуток блекроку", "прибуток blackrock"),
        ("ріпл", "ripple"),
        ("варення", "варення"),
        ("рятуються", "рятуються"),
        ("«коінбейз» прибуток", "«коінбейз» прибуток"),
    ],
)
def test_a_name_is_told_by_how_cyrillic_letters_spell_it(tmp_path, typed, meant):
    """In any case; a short one must be well known, and a word of English stand in more than a few headlines."""
    write_spellings(tmp_path, spellings(NAMES, ("rotates",)))
    vocabulary = Vocabulary(tmp_path)
    corrector = SpellCorrector(ANALYZER, everywhere(NAMES), lambda: vocabulary, Everywhere.size, lambda _: 0)
    assert put_right(corrector, typed) == meant


UKRAINIAN = {
    "біржі": 300,
    "Біткоїн": 900,
    "прогноз": 200,
    "ціни": 400,
    "регулювання": 100,
    "криптовалют": 500,
    "ринку": 600,
    "рынка": 2,
    "злам": 40,
    "Cardano": 90,
    "Coinbase": 300,
    "зелене": 80,
    "курсі": 70,
    "риба": 60,
    "рибак": 5,
    "король": 20,
    "королів": 9,
    "Пауелл": 30,
    "НАТО": 10,
    "світ": 90,
    "Крім": 200,
    "сети": 3,
    "травня": 90,
    "токен": 400,
}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("биткоин прогноз цены", "біткоїн прогноз ціни"),
        ("взлом биржи Cardano", "злам біржі Cardano"),
        ("Регулирование криптовалют", "Регулювання криптовалют"),
        ("почему цены", "чому ціни"),
        ("цены рынка", "ціни ринку"),
        ("взлом «биржи»", "злам «биржи»"),
        ("взлом пылесоса", "злам пылесоса"),
        ("взлом пылесоса ковром", "взлом пылесоса ковром"),
        ("биржи", "биржи"),
        ("прогноз криптовалют", "прогноз криптовалют"),
        ("регулювання рынку криптвалют", "регулювання ринку криптовалют"),
        ("взлом коінбейз", "злам coinbase"),
        ("ціны криптвалют", "ціни криптовалют"),
        ("криптвалют біржі цены прогноз", "криптовалют біржі ціни прогноз"),
        ("Зеленский НАТО", "Зеленский НАТО"),
        ("зеленский НАТО", "зеленский НАТО"),
        ("Курский прогноз", "Курский прогноз"),
        ("токен рыбак", "токен рибак"),
        ("токен Королёв", "токен Королёв"),
        ("прогноз Пауэлл", "прогноз Пауелл"),
        ("ПАУЭЛЛ ЦЕНЫ", "пауелл ціни"),
        ("прогноз мир", "прогноз мир"),
        ("Крым цены", "Крым ціни"),
        ("взлом сети", "злам мережі"),
        ("цены мир", "ціни світ"),
        ("ціни мая цены", "ціни мая ціни"),
    ],
)
def test_a_russian_text_is_read_in_ukrainian(tmp_path, typed, meant):
    """Where most of its words correspond to some of the archive, that of most articles; quotes mean what they say."""
    write_spellings(tmp_path, spellings(UKRAINIAN, ()))
    vocabulary = Vocabulary(tmp_path)
    corrector = SpellCorrector(ANALYZER, everywhere(UKRAINIAN), lambda: vocabulary, Everywhere.size, lambda _: 0)
    assert put_right(corrector, typed) == meant


def test_where_articles_are_in_russian_a_russian_text_is_left_alone(tmp_path_factory):
    """It is answered by them, or by none: whatever language its words speak for."""
    texts = ["злам біржі криптовалют"] * 30
    for others, meant in ((["поезда и корабли"] * 3, None), ([], "злам криптовалют")):
        articles = [
            Article(id=f"{n}", path=f"{n}.md", title=text, text=text, language=language)
            for n, (text, language) in enumerate([*((one, "uk") for one in texts), *((one, "ru") for one in others)])
        ]
        index = built_index(tmp_path_factory.mktemp("russian"), articles)
        with closing(engine_over(index)) as asked:
            found = asked.search(Query(text="взлом криптовалют", mode=Mode.KEYWORD)).corrected
        assert (found and found.answered) == meant


def test_what_is_put_into_ukrainian_finds_no_less_than_what_is_put_right_alone(tmp_path):
    """Else only that is put right."""
    counts = {"регулювання": 100, "криптовалют": 500, "ринку": 1}
    write_spellings(tmp_path, spellings(counts, ()))
    vocabulary, postings = Vocabulary(tmp_path), everywhere(counts)
    corrector = SpellCorrector(ANALYZER, postings, lambda: vocabulary, Everywhere.size, lambda _: 0)
    assert put_right(corrector, "регулювання рынку криптвалют") == "регулювання ринку криптовалют"
    postings.matching = lambda query: np.arange(9 if len(query.words) == 2 or query.words[1].frequency == 0 else 1)
    assert put_right(corrector, "регулювання рынку криптвалют") == "регулювання рынку криптовалют"


@pytest.mark.parametrize(("others", "meant"), [((), "занепад"), (("загін", "агент", "гепард"), "загепад")])
def test_letters_that_stand_nowhere_in_a_row_are_rather_a_slip(tmp_path, others, meant):
    """No list says which Ukrainian words there are; but *аге* and *геп* are like none where no word has them."""
    counts = {"занепад": 8, **dict.fromkeys(others, 8)}
    write_spellings(tmp_path, spellings(counts, ()))
    vocabulary = Vocabulary(tmp_path)
    corrector = SpellCorrector(ANALYZER, everywhere(counts), lambda: vocabulary, Everywhere.size, lambda _: 0)
    assert put_right(corrector, "загепад") == meant
    assert vocabulary.is_odd("загепад") is not bool(others)


@pytest.mark.parametrize(
    ("word", "odd"), [("трам", True), ("bit", False), ("bict", True), ("kra", True), ("trump", False)]
)
def test_the_ends_of_a_word_count_as_letters(vocabulary, word, odd):
    """`kra` ends as no word does."""
    assert vocabulary.is_odd(word) is odd


def test_the_words_beside_decide_between_two_that_keep_the_same_company(tmp_path_factory):
    """Both stand in the same articles; one of them stands beside the other word."""
    texts = ["gold medal for rowers, and scrap metal"] * 6 + ["rain"] * 6
    articles = [Article(id=f"{n}", path=f"{n}.md", title=text, text=text) for n, text in enumerate(texts)]
    with closing(engine_over(built_index(tmp_path_factory.mktemp("beside"), articles))) as asked:
        assert asked.search(Query(text="gold mepal")).corrected == Corrected("gold mepal", "gold medal")
        assert asked.search(Query(text="scrap mepal")).corrected == Corrected("scrap mepal", "scrap metal")
        assert asked.search(Query(text="mepal")).corrected is None


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


def test_the_words_that_a_model_knows_are_whole_words(tmp_path):
    """No pieces, signs or short ones; none of a model that has other pieces, or of a file that is none."""
    file = tmp_path / "tokenizer.json"
    file.write_text('{"model": {"type": "WordPiece", "vocab": {"bread": 0, "##ing": 1, "a": 2, "!": 3, "bake": 4}}}')
    assert english_words(file) == ["bake", "bread"]
    file.write_text('{"model": {"type": "Unigram", "vocab": [["bread", -1.5]]}}')
    assert english_words(file) == []
    assert english_words(tmp_path / "none.json") == []


def test_the_words_of_an_archive_are_those_that_enough_articles_contain():
    """As mostly written, without possessives, digits and boilerplate headings."""
    texts = ["Overview\nKraken's Zug"] * 3 + ["kraken Zug x402 об’єкт"] * 2 + ["Overview\nrare"] * 2
    heading = ((0, 8),)
    articles = [
        Article(id=str(n), path="", title="", text=text, headings=heading if text.startswith("O") else ())
        for n, text in enumerate(texts)
    ]
    assert learned(articles) == {"Kraken": 5, "Zug": 5, "об’єкт": 2, "rare": 2, "x": 2}


def test_words_are_learned_from_titles_descriptions_bylines_and_texts():
    """Each article counts a word once. Tags are none."""
    article = Article(
        id="1",
        path="",
        title="Bird",
        description="Nest",
        tags=("Owl",),
        text="Early Bird. Bird end.",
        authors=("Jane",),
    )
    assert learned([article] * 3) == dict.fromkeys(("Bird", "Early", "Jane", "Nest", "end"), 3)


def learned(articles):
    """The words of these articles whose spelling is learned, and how many articles have them."""
    lexicon = Lexicon(Analyzer())
    words, letters = lexicon.read(articles)
    numbers, many = spelled(articles, words, letters, counted(articles, words, {"overview"}))
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
    with closing(engine_over(built_index(tmp_path_factory.mktemp("spelled"), articles))) as asked:
        yield asked


def engine_over(index):
    """What answers questions over an index, on the first of March."""
    return EmbeddedEngine(SnapshotManager(index, open_fake), BUILT_IN_MODEL, lambda: datetime(2026, 3, 1, tzinfo=UTC))


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
