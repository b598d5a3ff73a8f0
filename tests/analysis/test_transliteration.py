"""Do Latin letters find the Cyrillic words that they stand for, and Cyrillic ones the Latin names?"""

import re

import pytest
from conftest import REPOSITORY
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.transliteration import cyrillic_pattern, is_latin, is_spelled, romanised, transliterated

FAMILIES = (REPOSITORY / "tests" / "data" / "uk_word_families.txt").read_text(encoding="utf-8")
WORDS = sorted({word for word in re.findall("[а-яґєії]+", FAMILIES.lower()) if len(word) > 2})


def fits(latin, word):
    """Whether a Latin word may stand for a Cyrillic one."""
    return re.fullmatch(cyrillic_pattern(latin), word) is not None


def test_what_the_table_romanises_is_read_back():
    """Of the words of two hundred families all but a few, whose letters the table leaves apart."""
    missed = [word for word in WORDS if not fits(romanised(word)[0], word)]
    assert len(missed) <= 0.01 * len(WORDS), missed


@pytest.mark.parametrize(
    ("latin", "word"),
    [
        ("tsina", "ціна"),
        ("cina", "ціна"),
        ("kryptovaliuta", "криптовалюта"),
        ("kryptovalyuta", "криптовалюта"),
        ("vykorystovuietsia", "використовується"),
        ("silskyi", "сільський"),
        ("obiekt", "об'єкт"),
        ("shchastia", "щастя"),
    ],
)
def test_what_people_type_is_read(latin, word):
    """By the table and otherwise; what it leaves out may be anywhere."""
    assert fits(latin, word)


@pytest.mark.parametrize(("latin", "word"), [("tsina", "цінам"), ("tsina", "сина"), ("hroshi", "гріш")])
def test_other_words_are_not(latin, word):
    """All of the word is meant."""
    assert not fits(latin, word)


@pytest.mark.parametrize(
    ("word", "names"),
    [("етф", {"etf"}), ("нфт", {"nft"}), ("дефі", {"defi"}), ("etf", set()), ("", set()), ("2л", set())],
)
def test_names_are_spelled_in_latin_letters(word, names):
    """A word of other letters has none."""
    assert names <= set(romanised(word))
    assert bool(romanised(word)) == bool(names)


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("коінбейз", "coinbase"),
        ("коінбейзом", "coinbase"),
        ("блекроку", "blackrock"),
        ("ріпл", "ripple"),
        ("тезер", "tether"),
        ("тетер", "tether"),
        ("юнісвап", "uniswap"),
        ("фиделити", "fidelity"),
        ("чейнлінк", "chainlink"),
        ("майкрософта", "microsoft"),
        ("солани", "solana"),
        ("лайткоін", "litecoin"),
        ("леджер", "ledger"),
        ("воррен", "warren"),
        ("твітер", "twitter"),
        ("форбс", "forbes"),
        ("нвідією", "nvidia"),
    ],
)
def test_a_name_is_spelled_as_letters_are(word, name):
    """In any case; a long one may have a letter that is seldom spelled so."""
    assert is_spelled(name, word)


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("озеро", "ether"),
        ("гувер", "however"),
        ("деспот", "despite"),
        ("боткін", "bitcoin"),
        ("зелень", "solana"),
        ("салон", "solana"),
        ("варення", "warren"),
        ("варена", "warren"),
        ("ворона", "warren"),
        ("томосом", "thomas"),
        ("тизер", "tether"),
        ("бушмен", "bossman"),
        ("ліітингів", "loathing"),
        ("кардан", "cardano"),
        ("коінбейзиком", "coinbase"),
        ("", "ether"),
    ],
)
def test_what_sounds_so_and_is_spelled_otherwise_is_another_word(word, name):
    """Vowels that no one reads so, a letter seldom spelled so in a short name, two in a long one, an end of no case."""
    assert not is_spelled(name, word)


@given(name=st.text(max_size=20), word=st.text(max_size=20))
def test_any_name_is_compared_without_a_fault(name, word):
    """Whatever both are; a name in Latin letters alone is no Cyrillic word."""
    assert not (is_spelled(name, word) and word.isascii() and word)


@given(text=st.text(max_size=30))
def test_any_text_is_read_without_a_fault(text):
    """Its pattern is one; what is Latin has Cyrillic letters for each of its own."""
    re.compile(cyrillic_pattern(text))
    assert not is_latin(text) or re.fullmatch("[а-яґєіїы]*", transliterated(text))
