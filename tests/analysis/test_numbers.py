"""Is an amount one number, however it is written, and are its words found too?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.analyzer import Analyzer
from search.analysis.numbers import joined_numbers, with_blanks

BLANKS = [" ", "\u00a0", "\u2009", "\u202f"]


@pytest.fixture(scope="module")
def analyzer():
    """Reads numbers."""
    return Analyzer()


@pytest.mark.parametrize(
    ("written", "whole"),
    [
        ("$1.5bn", "1.5b"),
        ("$1.5B", "1.5b"),
        ("1.5 billion", "1.5b"),
        ("1.50 billion", "1.5b"),
        ("1,5 млрд", "1.5b"),
        ("1,5 мільярда", "1.5b"),
        ("1.5\u00a0Mrd", "1.5b"),
        ("282M", "282m"),
        ("282 million", "282m"),
        ("282-million", "282m"),
        ("282mn", "282m"),
        ("$1,500 million", "1500m"),
        ("100 thousand", "100k"),
        ("100 тис.", "100k"),
        ("2 trillion", "2t"),
    ],
)
def test_an_amount_has_one_form_however_it_is_written(analyzer, written, whole):
    """Whoever asks for `$1.5bn` finds 1.5 billion, and the other way round."""
    (unit,) = analyzer.units(written)
    assert whole in unit.every[0]
    assert all(whole in part for part in unit.every)


def test_the_words_of_an_amount_are_found_one_by_one(analyzer):
    """A phrase stays a phrase, and a scale is a word."""
    assert analyzer.read("1.5 billion dollars").ordered == ("1.5", "billion", "dollar")
    assert analyzer.terms("мільярд")[0] in analyzer.terms("2 мільярди")


def test_words_that_are_related_to_others_are_those_of_an_amount(analyzer):
    """What a reader is told of them has no private signs."""
    (stretch,) = joined_numbers("1.5 billion").split()
    assert analyzer.content(stretch) == (["1.5", "billion"], ["1.5", "billion"])


@pytest.mark.parametrize("written", ["5 m", "5 b", "2025 millionaires", "3 moons", "1.5 bnx", "a million"])
def test_what_is_no_scale_joins_nothing(written):
    """A letter may be a unit, and a word may only begin like one."""
    assert joined_numbers(written) == written


@given(st.lists(st.sampled_from([*"0123456789.,-$", *BLANKS, "million", "млрд", "bn", "k", "x", "\n"]), max_size=30))
def test_joined_numbers_are_shown_as_they_were(pieces):
    """Nothing is added, lost or said twice; other blanks are shown as common ones."""
    text = "".join(pieces)
    plain = text.translate(str.maketrans("".join(BLANKS), " " * len(BLANKS)))
    joined = joined_numbers(text)
    assert len(joined) == len(text)
    assert with_blanks(joined).translate(str.maketrans("".join(BLANKS), " " * len(BLANKS))) == plain
