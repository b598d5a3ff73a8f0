"""Does text become the terms that search.analysis promises?"""

from itertools import chain

import pytest
from awkward import WORDS, texts
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.analyzer import Analyzer

ANALYZER = Analyzer()


def terms(text):
    """The terms of a text."""
    return ANALYZER.terms(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$BTC", ["btc"]),
        ("C++", ["c++"]),
        ("C#", ["c#"]),
        ("S&P", ["s&p"]),
        ("x402", ["x402"]),
        ("4.2B", ["4.2b"]),
        ("$1.55", ["1.55"]),
        ("U.S.", ["us"]),
        ("1,000", ["1000"]),
        ("1,000,000.50", ["1000000.50"]),
        ("1,5", ["1.5"]),
        ("", []),
        ("- ! ? “” ( ) --", []),
        ("go 🚀!", ["go", "🚀"]),
    ],
)
def test_awkward_tokens_stay_whole(text, expected):
    """The tokens of the module's docstring, and texts that hold none."""
    assert terms(text) == expected


@pytest.mark.parametrize("written", ["об'єкт", "обʼєкт", "об’єкт", "обєкт", "ОБ'ЄКТ", "Об’єкт", "об`єкт"])
def test_all_apostrophes_make_one_term(written):
    """об'єкт, обʼєкт, об’єкт and обєкт are one term, in any letter case."""
    assert terms(written) == terms("обєкт")
    assert len(terms(written)) == 1


def test_a_hyphenated_word_is_its_parts_and_all_of_it():
    """well-known is well, known, and besides the whole in one piece, behind the text's other terms."""
    assert terms("well-known fact") == ["well", "know", "fact", *terms("wellknown")]
    assert set(terms("e-mail")) >= set(terms("email"))
    (unit,) = ANALYZER.units("well-known")
    assert (unit.start, unit.end, unit.terms, unit.whole) == (0, 10, ("well", "know"), terms("wellknown")[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Zürich", "zurich"),
        ("naïve", "NAIVE"),
        ("regulations", "regulation"),
        ("hacked", "hacks"),
        ("bitcoin's", "bitcoin"),
        ("traders’", "trader"),
        ("біткоїн", "біткоїна"),
        ("Біткоїном", "БІТКОЇН"),
        ("йод", "ЙОД"),
        ("cafe\u0301", "café"),
        ("и\u0306од", "йод"),
        ("U.S.", "US"),
    ],
)
def test_forms_of_one_word_share_a_term(one, other):
    """Letter case, accents of Latin words, English and Ukrainian endings and combining marks part no words."""
    assert terms(one) == terms(other)


@pytest.mark.parametrize(
    ("one", "other"), [("кит", "кіт"), ("мій", "мии"), ("C++", "C"), ("їжа", "іжа"), ("1.5", "15")]
)
def test_different_words_keep_different_terms(one, other):
    """й and ї are letters, not accents; C++ is not C; 1.5 is not 15."""
    assert terms(one) != terms(other)


@pytest.mark.parametrize(
    ("text", "language"),
    [("who hacked Bybit", "en"), ("хто зламав Bybit", "uk"), ("спотовий біткоїн ETF", "uk"), ("", "en"), ("123", "en")],
)
def test_the_language_is_told_by_the_letters(text, language):
    """Mostly Cyrillic letters are Ukrainian, all else is English."""
    assert ANALYZER.language(text) == language


@pytest.mark.parametrize("word", ["the", "The", "NOT", "і", "Що", "не"])
def test_stop_words_are_known_in_any_letter_case(word):
    """Stop words are told as such, and are terms nevertheless."""
    assert ANALYZER.is_stop_word(word)
    assert terms(word)


@given(text=texts())
def test_units_are_stretches_of_the_text_in_order(text):
    """Every unit names where it stands; none overlap; together they give the terms."""
    units = list(ANALYZER.units(text))
    at = 0
    for unit in units:
        assert at <= unit.start < unit.end <= len(text)
        at = unit.end
    wholes = [
        term
        for unit in units
        for term in (*([] if unit.whole is None else [unit.whole]), *unit.besides, *chain.from_iterable(unit.others))
    ]
    assert [term for unit in units for term in unit.terms] + wholes == terms(text)


@given(text=texts())
def test_terms_hold_no_blank_and_no_capital(text):
    """A term is never empty, holds no blank (an engine parts terms at blanks) and no upper-case ASCII."""
    for term in terms(text):
        assert term
        assert term.split() == [term]
        assert term == term.strip()
        assert not any("A" <= letter <= "Z" for letter in term)


@given(words=st.lists(st.sampled_from(WORDS), max_size=8))
def test_terms_do_not_depend_on_what_was_read_before(words):
    """An analyzer that has read much gives the terms that a new one gives."""
    text = " ".join(words)
    assert terms(text) == Analyzer().terms(text)


@pytest.mark.parametrize(("one", "other"), [("1.5_x", "1.5"), ("_U.S.A", "U.S.A"), ("$4.2B.", "4.2B")])
def test_what_stands_beside_a_word_does_not_change_it(one, other):
    """Read first or last, behind a sign or before one, it has the same terms."""
    forth, back = Analyzer(), Analyzer()
    assert set(forth.terms(other)) <= set(forth.terms(one))
    read = back.terms(one)
    assert (read, back.terms(other)) == (forth.terms(one), forth.terms(other))


@given(text=texts())
def test_the_content_of_a_chunk_is_its_units_without_stop_words(text):
    """The first term of each, and how it is written."""
    units = [(unit.terms[0], text[unit.start : unit.end]) for unit in ANALYZER.units(text)]
    content = [pair for chunk in map(ANALYZER.content, text.split()) for pair in zip(*chunk, strict=True)]
    assert content == [(term, word) for term, word in units if not ANALYZER.is_stop_word(word)]
