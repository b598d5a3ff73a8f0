"""Is a text in another layout, in other letters or in Russian read as the archive writes it?"""

from contextlib import closing

import numpy as np
import pytest
from fake_index import built_index
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
from search.results import Corrected


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


NAMES = {
    "Coinbase": 300,
    "Ripple": 200,
    "Warren": 12,
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
        ("рятуються", "рятуються"),
        ("«коінбейз» прибуток", "«коінбейз» прибуток"),
    ],
)
def test_a_name_is_told_by_how_cyrillic_letters_spell_it(tmp_path, typed, meant):
    """In any case; a short one must be well known, and a word of English stand in more than a few headlines."""
    corrector = corrector_of(tmp_path, NAMES, ("rotates",))
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
        ("биржи", "біржі"),
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
    ],
)
def test_a_russian_text_is_read_in_ukrainian(tmp_path, typed, meant):
    """Where most of its words correspond to some of the archive, that of most articles; quotes mean what they say."""
    corrector = corrector_of(tmp_path, UKRAINIAN)
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
