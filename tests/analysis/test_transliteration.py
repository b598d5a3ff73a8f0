"""Do Latin letters find the Cyrillic words that they stand for, and Cyrillic ones the Latin names?"""

import re

import pytest
from conftest import REPOSITORY
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.transliteration import cyrillic_pattern, is_latin, romanised, transliterated

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


@given(text=st.text(max_size=30))
def test_any_text_is_read_without_a_fault(text):
    """Its pattern is one; what is Latin has Cyrillic letters for each of its own."""
    re.compile(cyrillic_pattern(text))
    assert not is_latin(text) or re.fullmatch("[а-яґєіїы]*", transliterated(text))
