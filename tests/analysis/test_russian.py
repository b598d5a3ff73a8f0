"""Are Russian words read as the Ukrainian ones that an archive has, and Ukrainian ones left alone?"""

import re

import pytest

from search.analysis.russian import (
    ends_as_surname,
    inflected_pattern,
    initials,
    is_past,
    is_russian,
    said_in_ukrainian,
    ukrainian_pattern,
)

PAIRS = [
    ("биржи", "біржі"),
    ("регулирование", "регулювання"),
    ("цены", "ціни"),
    ("купить", "купити"),
    ("купил", "купив"),
    ("падает", "падає"),
    ("центральный", "центральний"),
    ("японская", "японська"),
    ("инвесторов", "інвесторів"),
    ("россии", "росії"),
    ("токенизация", "токенізація"),
    ("переходят", "переходять"),
    ("масштабирования", "масштабування"),
    ("расходы", "розходи"),
    ("подписал", "підписав"),
    ("эксперименты", "експерименти"),
    ("миллион", "мільйон"),
    ("объём", "об'єм"),
    ("украли", "вкрали"),
    ("технический", "технічний"),
    ("юридических", "юридичних"),
    ("экономической", "економічної"),
    ("французский", "французький"),
    ("норвежская", "норвезька"),
    ("белорусский", "білоруський"),
    ("немецкий", "німецький"),
    ("поезд", "поїзд"),
    ("переехал", "переїхав"),
    ("киевский", "київський"),
    ("улица", "вулиця"),
    ("съезд", "зїзд"),
    ("интервью", "інтервю"),
    ("семья", "сімя"),
    ("здоровье", "здоровя"),
    ("месяцы", "місяці"),
    ("работа", "робота"),
]


@pytest.mark.parametrize(("russian", "ukrainian"), PAIRS)
def test_what_corresponds_is_found(russian, ukrainian):
    """Letter by letter, and by the ends of words."""
    assert re.fullmatch(ukrainian_pattern(russian), ukrainian)
    assert ukrainian[0] in initials(russian)


@pytest.mark.parametrize(
    ("russian", "ukrainian"),
    [
        ("рынка", "ринку"),
        ("миллиона", "мільйону"),
        ("банков", "банку"),
        ("зеленский", "зеленського"),
        ("немецкий", "німецької"),
        ("регулирований", "регулюванням"),
        ("покупали", "покупає"),
        ("упал", "упала"),
        ("капитала", "капіталом"),
        ("санкциями", "санкції"),
        ("провала", "провалу"),
        ("технических", "технічним"),
    ],
)
def test_another_case_is_found_where_the_same_is_not(russian, ukrainian):
    """Both languages do not decline alike."""
    assert re.fullmatch(ukrainian_pattern(russian), ukrainian) is None
    assert re.fullmatch(inflected_pattern(russian), ukrainian)


@pytest.mark.parametrize(
    ("russian", "other"),
    [
        ("зеленский", "зелене"),
        ("сырский", "сірій"),
        ("курский", "курсі"),
        ("рыбак", "риба"),
        ("мэлания", "меллон"),
        ("тость", "тісно"),
        ("биржевой", "біржа"),
        ("падает", "падіння"),
    ],
)
def test_a_word_of_another_part_of_speech_is_another_word(russian, other):
    """A surname is not the adjective that it was made of, nor a man his trade's fish."""
    assert not re.fullmatch(ukrainian_pattern(russian), other)
    assert not re.fullmatch(inflected_pattern(russian), other)


@pytest.mark.parametrize(
    ("surname", "word"), [("королёв", "королів"), ("козлов", "козлів"), ("шагал", "шагав"), ("павел", "павів")]
)
def test_a_name_keeps_its_end(surname, word):
    """The same letters in small ones may be a case of another word."""
    assert re.fullmatch(ukrainian_pattern(surname), word)
    assert not re.fullmatch(ukrainian_pattern(surname, name=True), word)


@pytest.mark.parametrize(
    ("russian", "other"),
    [
        ("биржи", "баржі"),
        ("крым", "крім"),
        ("вино", "винні"),
        ("контракты", "контракті"),
        ("цены", "цінний"),
        ("купить", "куплений"),
        ("падает", "подає"),
    ],
)
def test_what_does_not_correspond_is_another_word(russian, other):
    """However near it is."""
    assert re.fullmatch(ukrainian_pattern(russian), other) is None


@pytest.mark.parametrize("word", ["аб", "кот", "иииииииииы", "сссссссс", "ооо"])
def test_what_is_too_short_to_tell_corresponds_to_nothing(word):
    """However often a letter is written."""
    assert ukrainian_pattern(word) == ""


def test_a_stem_of_two_letters_decides_on_nothing():
    """What is left of `яды` without its ending begins too many words."""
    assert inflected_pattern("яды") == ""
    assert inflected_pattern("суды") != ""


def test_words_that_have_nothing_in_common_are_known():
    """The commonest in news; names are none of them."""
    assert said_in_ukrainian("взлом") == "злам"
    assert said_in_ukrainian("феврале") == "лютому"
    assert said_in_ukrainian("биткоин") is None


@pytest.mark.parametrize(
    "word",
    [
        "взлом",
        "цены",
        "эфир",
        "почему",
        "россии",
        "падает",
        "токенизация",
        "японский",
        "раскол",
        "ціны",
        "контролирует",
        "новости",
        "рост",
        "год",
        "семья",
        "помощь",
        "здоровье",
        "политический",
    ],
)
def test_a_russian_word_is_told(word):
    """By letters, by its end, or because it is one of those that have nothing in common."""
    assert is_russian(["грантоїд", word])


@pytest.mark.parametrize(
    "word",
    [
        "злам",
        "ціни",
        "ринку",
        "займається",
        "український",
        "прогноз",
        "біржі",
        "надія",
        "кістю",
        "марта",
        "уже",
        "расизм",
        "разом",
        "мир",
        "мая",
        "сети",
        "город",
        "март",
        "покупка",
        "сировина",
        "дресирований",
        "шию",
        "плаский",
        "раскіс",
        "мільйон",
        "місяць",
        "ательє",
        "упали",
    ],
)
def test_a_ukrainian_word_is_none(word):
    """Nor is one that both languages have."""
    assert not is_russian([word])


@pytest.mark.parametrize(("word", "surname"), [("козлов", True), ("королёва", True), ("биржи", False), ("цена", False)])
def test_what_may_be_a_surname_is_told_by_its_end(word, surname):
    """Such a word is no case of another one for sure."""
    assert ends_as_surname(word) is surname


@pytest.mark.parametrize(
    ("word", "put", "past"), [("упал", "упав", True), ("канал", "каналу", False), ("метров", "метрів", False)]
)
def test_a_verb_of_the_past_is_told_by_what_corresponds(word, put, past):
    """A noun that ends so has no counterpart in -в, and another word no л to lose."""
    assert is_past(word, put) is past
