"""Words of each language: their families meet under one stem, and what is no word of a language stays shared."""

import tomllib
from itertools import combinations

import pytest
from conftest import REPOSITORY

from search.analysis.analyzer import Analyzer
from search.analysis.stemmers import stemmed_languages, stemmer_of
from search.analysis.stop_words import STOP_WORDS, stop_words

FAMILIES = {
    language: table["families"]
    for language, table in tomllib.loads(
        (REPOSITORY / "tests" / "data" / "word_families.toml").read_text(encoding="utf-8")
    ).items()
}
REACHED = {"de": (0.88, 0.82), "fr": (0.76, 0.855), "es": (0.95, 0.79), "pl": (0.87, 0.99)}
"""Recall and precision of conflation, as measured; by English stems, as before, recall was .25, .67, .51 and .03."""
PLAIN = Analyzer({"btc": "bitcoin"})


def conflation(language):
    """Of the pairs of words of one family the share that meets, and of the pairs that meet those of one family."""
    article, asked = PLAIN.of_article(language), PLAIN.asking((language,))
    words = [(word, number) for number, family in enumerate(FAMILIES[language]) for word in family.split()]
    held = {word: set(article.terms(word)) for word, _ in words}
    sought = {word: set(asked.terms(word)) for word, _ in words}
    same = together = meant = 0
    for (one, family), (other, others) in combinations(words, 2):
        meets = bool(sought[one] & held[other])
        same += family == others
        together += meets
        meant += meets and family == others
    return meant / same, meant / together


@pytest.mark.parametrize("language", FAMILIES)
def test_families_meet_under_one_stem(language):
    """Fifty families of each language, none less; a stemmer joins some derivations, which costs precision."""
    assert len(FAMILIES[language]) == 50
    recall, precision = conflation(language)
    least = REACHED[language]
    assert recall >= least[0] - 0.005, (recall, precision)
    assert precision >= least[1] - 0.005, (recall, precision)


def test_a_stem_is_of_its_language():
    """The English rat is not the German one, nor the French pain the English."""
    german, english = PLAIN.of_article("de"), PLAIN.of_article("en")
    assert set(german.terms("rates")).isdisjoint(english.terms("rat"))
    assert set(PLAIN.of_article("fr").terms("pain")).isdisjoint(english.terms("pain"))
    assert english is PLAIN


@pytest.mark.parametrize("word", ["4.2B", "1,000", "12 500", "x402", "U.S.", "bitcoin", "BTC", "$BTC", "btc"])
def test_numbers_and_known_names_are_the_same_everywhere(word):
    """What no language inflects has the terms that it has in English."""
    for language in ("de", "pl", "ru"):
        assert PLAIN.of_article(language).terms(word) == PLAIN.terms(word), language


@pytest.mark.parametrize("word", ["Siemens", "Mercedes", "SAP", "T-Mobile", "Angela"])
def test_a_name_is_found_in_every_language(word):
    """With its capital it stands under its shared term besides, so a question in any language finds it."""
    for language in ("de", "fr", "pl", "es"):
        assert set(PLAIN.of_article(language).terms(word)) & set(PLAIN.terms(word)), language
        assert set(PLAIN.of_article(language).terms(word)) & set(PLAIN.asking(("it",)).terms(word.lower())), language


def test_an_accent_may_be_left_out():
    """Readers type `economia` and `Fabrica`; articles have the accents."""
    for language, written, typed in (
        ("es", "economía", "economia"),
        ("fr", "passée", "passee"),
        ("pl", "żółty", "zolty"),
    ):
        assert set(PLAIN.of_article(language).terms(written)) & set(PLAIN.asking((language,)).terms(typed)), written


def test_words_of_another_script_keep_its_rules():
    """A Ukrainian word in a German article, a German one in a Russian article."""
    assert PLAIN.of_article("de").terms("гривня") == PLAIN.terms("гривня")
    assert PLAIN.of_article("ru").terms("Bundestag") == PLAIN.terms("Bundestag")
    assert PLAIN.of_article("ru").terms("банках") != PLAIN.terms("банках")


def test_norwegian_is_one_language_under_three_codes():
    """nb, nn and no share their stems; regions are no matter of the analyzer; English has no mark."""
    assert PLAIN.of_article("nb").terms("husene") == PLAIN.of_article("no").terms("husene")
    assert stemmed_languages(("en", "nb", "no", "uk", "ja", "de")) == ("no", "de")


def test_a_question_in_doubt_asks_under_each():
    """With two languages left, a word has the stems of both, then the shared one."""
    assert PLAIN.asking(("de", "fr")).terms("banken") == ["bank.de", "banken.fr", "banken"]


def test_stop_words_are_those_of_the_language():
    """`die` says nothing in German; in doubt between German and English it may be the English verb."""
    assert PLAIN.asking(("de",)).is_stop_word("die")
    assert not PLAIN.asking(("de", "en")).is_stop_word("die")
    assert PLAIN.asking(("de", "en")).is_stop_word("in")
    assert not PLAIN.of_article("de").is_stop_word("the")
    assert stop_words("en") is STOP_WORDS


@pytest.mark.parametrize(
    "language", ["de", "fr", "es", "pl", "it", "pt", "nl", "sv", "da", "no", "fi", "hu", "ru", "tr", "cs"]
)
def test_frequent_languages_have_stop_words(language):
    """At least some fifty, in small letters, and each a word of its script."""
    words = stop_words(language)
    assert len(words) >= 50
    assert all(word == word.lower() and stemmer_of(language).stems(word) for word in words)


def test_every_stemmer_can_be_made():
    """Each of Snowball's algorithms that is named exists in the library."""
    from search.analysis import stemmers

    for language in stemmers._ALGORITHMS:
        assert stemmer_of(language).language == language
