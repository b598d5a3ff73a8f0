"""Is a text in another layout, in other letters or in Russian read as the archive writes it?"""

from contextlib import closing
from datetime import UTC, datetime

import numpy as np
import pytest
from fake_index import built_index
from msgspec.structs import replace
from spelled_words import (
    ANALYZER,
    Everywhere,
    corrector_of,
    engine_over,
    everywhere,
    put_right,
    vocabulary_of,
)

from search.article import Article
from search.engine.spell_corrector import SpellCorrector
from search.query.model import Mode, Query
from search.query.parser import parse
from search.results import Corrected
from search.times import millis, zone


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
        beside = asked.search(Query(text="etf potoky", mode=Mode.KEYWORD))
        assert beside.corrected == Corrected("etf potoky", "etf потоки")  # what is known stays
        for other in ("potoky nevidomi", "дощ"):  # a word is not to be read; all are known
            assert asked.search(Query(text=other, mode=Mode.KEYWORD)).corrected is None


NAMES = {
    "LinkedIn": 2,
    "Coinbase": 300,
    "Ripple": 200,
    "Warren": 120,
    "Rotates": 9,
    "Blackrock": 3,
    "Ether": 400,
    "However": 900,
    "Bitcoin": 3000,
    "rekt": 40,
    "fdt": 3,
    "would": 3000,
    "f": 60,
    "Computer": 300,
    "ціна": 5000,
    "прибуток": 90,
    "Leonid": 300,
    "леонід": 700,
    "біткойн": 300,
    "комп'ютер": 30,
}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("коінбейз прибуток", "coinbase прибуток"),
        ("Коінбейзом", "Coinbase"),
        ("прибуток блекроку", "прибуток blackrock"),
        ("ріпл", "ripple"),
        ("рипл", "ripple"),
        ("озеро", "озеро"),
        ("Гувер", "Гувер"),
        ("лоенід", "леонід"),
        ("компьютер", "комп'ютер"),
        ("кулеба", "кулеба"),
        ("аве", "аве"),
        ("wold", "wold"),
        ("bitkoin", "bitcoin"),
        ("варення", "варення"),
        ("ворона", "ворона"),
        ("рятуються", "рятуються"),
        ("лінкедин", "лінкедин"),
        ("«коінбейз» прибуток", "«коінбейз» прибуток"),
    ],
)
def test_a_name_is_told_by_how_cyrillic_letters_spell_it(tmp_path, typed, meant):
    """In any case; a short one must be well known, and a word of English stand in more than a few headlines."""
    corrector = corrector_of(tmp_path, NAMES, ("rotates",))
    assert put_right(corrector, typed) == meant


def test_a_name_of_one_or_two_articles_is_offered(tmp_path):
    """However long it is."""
    found = corrector_of(tmp_path, NAMES).corrections("лінкедин")
    assert [(one.word, one.sure) for one in found] == [("linkedin", False)]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("лутыз", "лутыз"),
        ("кулеба", "кулеба"),
        ("шуйше", "шуйше"),
        ("ьфе", "ьфе"),
        ("ьфе лкфлут", "ьфе kraken"),
        ("уеа лкфлут", "etf kraken"),
        ("лкфлут", "kraken"),
        ("rekt", "rekt"),
    ],
)
def test_a_text_in_the_other_layout_is_words_alone(tmp_path, typed, meant):
    """No key gives a sign, as in `rekt,f`; a word of three letters is in many articles, a longer one in a few."""
    counts = {"rekt": 9, "kraken": 100, "mat": 12, "etf": 900, "igqit": 2}
    assert put_right(corrector_of(tmp_path, counts), typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"), [("tse", "tse"), ("tse tsina", "це ціна"), ("bitkoin", "bitcoin"), ("kripto", "крипто")]
)
def test_one_latin_word_is_rather_a_slip_than_ukrainian_in_latin_letters(tmp_path, typed, meant):
    """Where the slip is a likely one; a stop word alone is nothing that is asked for."""
    counts = {"це": 5000, "ціна": 900, "Bitcoin": 5000, "біткойн": 300, "crypto": 900, "крипто": 700}
    assert put_right(corrector_of(tmp_path, counts), typed) == meant


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
    "козлів": 20,
    "король": 20,
    "королів": 9,
    "Пауелл": 30,
    "НАТО": 10,
    "світ": 90,
    "Крім": 200,
    "сети": 3,
    "травня": 90,
    "токен": 400,
    "новини": 80,
    "впав": 200,
    "заморозив": 30,
    "перший": 90,
    "канал": 60,
    "Павло": 20,
    "Микола": 20,
    "мережі": 50,
    "аналіз": 60,
    "технічний": 40,
    "об'єкт": 30,
    "майнінг": 92,
    "майнинг": 3,
    "рік": 400,
    "ціна": 400,
    "долар": 90,
    "Дуров": 9,
    "вона": 2000,
    "стало": 360,
    "сало": 2,
    "вдома": 90,
    "інтерв'ю": 30,
    "зламу": 5000,
    "купівлі": 1,
    "купівля": 900,
    "пожар": 10,
    "пожежа": 50,
    "победа": 10,
    "перемога": 49,
    "трейдинг": 10,
    "трейдінг": 90,
    "вектор": 900,
    "пітр": 90,
    "стати": 5000,
    "стаття": 20,
    "статті": 90,
    "білья": 20,
    "біле": 5000,
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
        ("биржи вчера", "біржі вчора"),  # no article has the day, but questions are asked so
        ("токен Королёв", "токен Королёв"),
        ("прогноз Пауэлл", "прогноз Пауелл"),
        ("ПАУЭЛЛ ЦЕНЫ", "пауелл ціни"),
        ("прогноз мир", "прогноз мир"),
        ("Крым цены", "Крым ціни"),
        ("взлом сети", "злам мережі"),
        ("цены мир", "ціни світ"),
        ("ціни мая цены", "ціни мая ціни"),
        ("биткоин упал", "біткоїн впав"),
        ("новости", "новини"),
        ("майнинг биржи", "майнінг біржі"),
        ("майнинг цены", "майнінг ціни"),
        ("интервью", "інтерв'ю"),
        ("сделка биржи цены", "сделка біржі ціни"),
        ("взлом ринку биржи", "злам ринку біржі"),
        ("покупки биржи", "купівлі біржі"),
        ("рыба", "риба"),
        ("доллар биткоина", "долар біткоїн"),
        ("доллар токен", "долар токен"),
        ("новости криптовалют", "новини криптовалют"),
        ("токен упал", "токен впав"),
        ("токен заморозил", "токен заморозив"),
        ("цена токен", "цена токен"),
        ("технический анализ", "технічний аналіз"),
        ("объект", "об'єкт"),
        ("майнинг", "майнінг"),
        ("прогноз на год", "прогноз на рік"),
        ("сделка", "сделка"),
        ("сало", "сало"),
        ("удома", "удома"),
        ("козлов", "козлов"),
        ("Первый канал", "Первый канал"),
        ("первый канал", "перший канал"),
        ("Новости Павел Дуров", "Новини Павло Дуров"),
        ("токен николай", "токен микола"),
        ("трейдинг цены", "трейдинг ціни"),
        ("цены Рыба", "ціни Рыба"),
        ("статья", "стаття"),
        ("статьи Cardano", "статті Cardano"),
        ("белье", "білья"),
        ("ьььь", "ьььь"),
        ("ьььями", "ьььями"),
        ("пожар", "пожежа"),
        ("Пожар", "Пожар"),
        ("победа", "победа"),
        ("виктор", "виктор"),
        ("петр", "петр"),
    ],
)
def test_a_russian_text_is_read_in_ukrainian(tmp_path, typed, meant):
    """Where most of its words correspond to some of the archive, that of most articles; quotes mean what they say."""
    corrector = corrector_of(tmp_path, UKRAINIAN)
    assert put_right(corrector, typed) == meant


def test_an_adjective_that_articles_have_beside_the_next_word_begins_no_name(tmp_path):
    """Then it is read in Ukrainian as any other."""
    vocabulary = vocabulary_of(tmp_path, UKRAINIAN)
    corrector = SpellCorrector(ANALYZER, everywhere(UKRAINIAN), lambda: vocabulary, Everywhere.size, lambda _: 1)
    assert put_right(corrector, "Первый канал") == "Перший канал"


def test_a_lone_word_that_corresponds_is_not_applied_at_once(tmp_path):
    """A Ukrainian word may be new, and like another one: what else the text has says nothing of its language."""
    found = corrector_of(tmp_path, UKRAINIAN).corrections("прогноз биржи")
    assert [(one.word, one.sure, one.applied) for one in found] == [("біржі", True, False)]


def test_a_pasted_russian_text_is_left_alone(tmp_path):
    """A question has fewer words, and each costs a look at the whole vocabulary."""
    corrector = corrector_of(tmp_path, UKRAINIAN)
    pasted = " ".join(["цены", "биржи"] * 6)
    assert put_right(corrector, pasted) == " ".join(["ціни", "біржі"] * 6)
    assert "ціни біржі ціни" not in put_right(corrector, f"{pasted} цены")


def test_a_russian_word_that_many_articles_have_is_left_alone(tmp_path):
    """As names are that both languages spell otherwise."""
    corrector = corrector_of(tmp_path, UKRAINIAN | {"цены": 23})
    assert put_right(corrector, "взлом цены") == "злам цены"


def test_where_articles_are_in_russian_a_russian_text_is_left_alone(tmp_path_factory):
    """It is answered by them, or by none: whatever language its words speak for. Nor where none are in Ukrainian."""
    texts = ["злам біржі криптовалют"] * 30
    cases = (("uk", ["поезда и корабли"] * 3, None), ("uk", [], "злам криптовалют"))
    for own, others, meant in (*cases, ("", [], "злам криптовалют"), ("be", [], None), ("bg", [], None)):
        articles = [
            Article(id=f"{n}", path=f"{n}.md", title=text, text=text, language=language)
            for n, (text, language) in enumerate([*((one, own) for one in texts), *((one, "ru") for one in others)])
        ]
        index = built_index(tmp_path_factory.mktemp("russian"), articles)
        with closing(engine_over(index)) as asked:
            found = asked.search(Query(text="взлом криптовалют", mode=Mode.KEYWORD)).corrected
        assert (found and found.answered) == meant


def test_where_no_article_is_in_ukrainian_a_russian_text_is_left_alone(tmp_path_factory):
    """Bulgarian has many of the same words."""
    texts = [("думка на борса", "bg"), ("a hack of an exchange", "en")] * 30
    articles = [
        Article(id=f"{n}", path=f"{n}.md", title=text, text=text, language=language)
        for n, (text, language) in enumerate(texts)
    ]
    with closing(engine_over(built_index(tmp_path_factory.mktemp("bulgarian"), articles))) as asked:
        assert asked.search(Query(text="мнение", mode=Mode.KEYWORD)).corrected is None


def test_what_is_put_into_ukrainian_finds_no_less_than_what_is_put_right_alone(tmp_path):
    """Else only that is put right."""
    counts = {"регулювання": 100, "криптовалют": 500, "ринку": 1}
    vocabulary, postings = vocabulary_of(tmp_path, counts), everywhere(counts)
    corrector = SpellCorrector(ANALYZER, postings, lambda: vocabulary, Everywhere.size, lambda _: 0)
    assert put_right(corrector, "регулювання рынку криптвалют") == "регулювання ринку криптовалют"
    postings.matching = lambda query: np.arange(9 if len(query.words) == 2 or query.words[1].frequency == 0 else 1)
    assert put_right(corrector, "регулювання рынку криптвалют") == "регулювання рынку криптовалют"


def test_a_russian_question_is_put_as_a_whole_in_an_archive_of_several_languages(tmp_path_factory):
    """Its stop words are no words that articles must have, and what is put is what articles in Ukrainian have."""
    texts = [("закрили міст", "uk"), ("the bridge is closed", "en"), ("die Brücke ist gesperrt", "de")] * 12
    articles = [
        Article(id=f"{n}", path=f"{n}.md", title=text, text=text, language=language)
        for n, (text, language) in enumerate(texts)
    ]
    with closing(engine_over(built_index(tmp_path_factory.mktemp("several"), articles))) as asked:
        answer = asked.search(Query(text="почему закрыли мост", mode=Mode.KEYWORD))
        assert answer.corrected == Corrected("почему закрыли мост", "чому закрили міст")
        assert answer.total.value == 12
        assert asked.search(Query(text="сделка закрыта", mode=Mode.KEYWORD)).corrected is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("Крим", None), ("біржа крим", None), ("биржа крим", "біржа крим"), ("кроме биржи", "крім біржі")],
)
def test_a_name_is_no_preposition_that_is_like_it(tmp_path, typed, meant):
    """*Крим* differs from *крім* by a letter that languages confuse; *кроме* is that word."""
    articles = [
        Article(id=f"{n}", path=f"{n}.md", title="Біржа", text="Зросло все, крім біржі.", language="uk")
        for n in range(30)
    ]
    with closing(engine_over(built_index(tmp_path, articles))) as asked:
        found = asked.search(Query(text=typed, mode=Mode.KEYWORD)).corrected
    assert (found and found.answered) == meant


def test_a_condition_beside_what_was_excluded_is_read_in_the_readers_zone_again(tmp_path):
    """At the moment that ages count back from."""
    days = (datetime(2026, 2, day, 15, tzinfo=UTC) for day in range(1, 21))
    articles = [
        Article(id=f"{n}", path="", title="злам біржі", text="злам", language="uk", published=millis(day))
        for n, day in enumerate(days)
    ]
    articles.append(Article(id="ether", path="", title="ефір", text="ефір", language="uk"))
    auckland, now = zone("Pacific/Auckland"), datetime(2026, 2, 15, tzinfo=UTC)
    with closing(engine_over(built_index(tmp_path, articles))) as asked:
        for condition, found in (("-after:2026-02-10", 8), ("-after:5d", 9)):
            typed = f"злам -эфир {condition}"
            parsed, filters = parse(typed, auckland, now)
            query = Query(text=typed, typed=parsed, filters=filters, mode=Mode.KEYWORD, zone=str(auckland), now=now)
            answer = asked.search(query)
            assert answer.corrected == Corrected(typed, f"злам -ефір {condition}")
            assert answer.total.value == asked.search(replace(query, correct=False)).total.value == found


def test_what_a_russian_question_excludes_is_put_too(tmp_path_factory):
    """Else it excludes nothing."""
    texts = ["злам біржі", "злам біржі та ефір"] * 8
    articles = [
        Article(id=f"{n}", path=f"{n}.md", title=text, text=text, language="uk") for n, text in enumerate(texts)
    ]
    with closing(engine_over(built_index(tmp_path_factory.mktemp("excluded"), articles))) as asked:
        for typed, meant in (("взлом -эфир", "злам -ефір"), ("злам -эфир", "злам -ефір")):
            parsed, filters = parse(typed, UTC, datetime(2026, 3, 1, tzinfo=UTC))
            query = Query(text=typed, typed=parsed, filters=filters, mode=Mode.KEYWORD)
            answer = asked.search(query)
            assert answer.corrected == Corrected(typed, meant)
            assert answer.total.value == 8
            assert asked.search(replace(query, correct=False)).corrected is None


@pytest.mark.parametrize("typed", ["ьььь", "ъъъъъ", "ціна ьььь"])
def test_signs_alone_correspond_to_no_word(tmp_path, typed):
    """A word of soft and hard signs is a slip of the keys."""
    assert put_right(corrector_of(tmp_path, {"ціна": 400, "біржі": 300}), typed) == typed


def test_keys_of_letters_that_give_signs_part_no_word(tmp_path_factory):
    """`rhbgnj,sh;f` is *криптобіржа*: that articles have an `f`, which a sign parts from it, proves nothing."""
    counts = {"борт": 40, "порт": 900, "f": 300, "криптобіржа": 30}
    corrector = corrector_of(tmp_path_factory.mktemp("signs"), counts)
    assert put_right(corrector, ",jhn") == "борт"
    assert put_right(corrector, "rhbgnj,sh;f") == "криптобіржа"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("novyny Kraken", "новини kraken"),
        ("says novyny", "says novyny"),
        ("kurs Kraken", "curs kraken"),
        ("pro novyny", "про новини"),
        ("zakon pro Kraken", "закон про kraken"),
        ("nov Kraken", "nov Kraken"),
    ],
)
def test_beside_known_words_only_what_is_surely_no_slip_is_read_in_cyrillic(tmp_path_factory, typed, meant):
    """And only beside names: English words make an English question; a Latin word may be a slip away."""
    counts = {"новини": 300, "курс": 200, "нов": 200, "Kraken": 200, "says": 900, "curs": 900, "pro": 300, "закон": 90}
    corrector = corrector_of(tmp_path_factory.mktemp("beside"), counts)
    assert put_right(corrector, typed).lower() == meant.lower()
