"""Does every source go by the names that readers call it, and by no ordinary word?"""

import pytest

from search.analysis.analyzer import Analyzer
from search.analysis.source_names import SourceNames, source_names, without_ending


def test_a_name_in_brackets_an_article_and_an_ending_may_be_left_out():
    """By the key and by the label; a name of two letters is none."""
    names = source_names(
        [("ft_", "Financial Times (Crypto)"), ("block", "The Block"), ("d", "www.decrypt.co"), ("ab", "AB")]
    )
    assert names["financial times"] == names["financial times crypto"] == ("ft_",)
    assert names["block"] == names["the block"] == ("block",)
    assert names["decrypt"] == ("d",)
    assert "ab" not in names


def test_sources_that_share_a_name_are_all_meant():
    """Whoever asks for the BBC asks for each of its desks."""
    names = source_names([("bbc_world", "BBC (World)"), ("bbc_ua", "BBC (Ukraine)"), ("bbc", "BBC")])
    assert names["bbc"] == ("bbc_world", "bbc_ua", "bbc")
    assert names["bbc ukraine"] == ("bbc_ua",)


@pytest.mark.parametrize(
    ("domain", "name"),
    [
        ("www.decrypt.co", "decrypt"),
        ("pravda.com.ua", "pravda"),
        ("news.bitcoin.com", ""),
        ("finance.yahoo.com", ""),
        ("blog.example.org", ""),
        ("U.S. News", ""),
        ("decrypt", ""),
    ],
)
def test_a_domain_goes_by_the_name_that_was_registered(domain, name):
    """`news` of `news.bitcoin.com` is nobody's name."""
    assert without_ending(domain) == name


NAMES = SourceNames(
    source_names(
        [
            ("ft_", "Financial Times (Crypto)"),
            ("tide-post", "Tide-Post"),
            ("tidepool", "Tidepool"),
            ("forbes", "Forbes"),
            ("reuters", "Reuters"),
            ("guardian", "The Guardian"),
            ("sun", "The Sun"),
            ("hvylia", "Ранкова Хвиля"),
            ("today", "Today"),
            ("inform", "Inform"),
            ("ain", "AIN.UA"),
            ("zaraz", "Зараз"),
        ]
    )
)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("tide-post", "tide-post"),
        ("Tide Post", "tide-post"),
        ("tidepost", "tide-post"),
        ("TidePost’s", "tide-post"),
        ("tide pool", "tidepool"),
        ("tide-pool", "tidepool"),
        ("financialtimes", "ft_"),
        ("Financial-Times", "ft_"),
        ("Tidepool'у", "tidepool"),
        ("Forbes-ом", "forbes"),
    ],
)
def test_blanks_hyphens_and_endings_make_no_other_name(written, key):
    """Readers write a name as they remember it, and Ukrainian declines those in Latin letters too."""
    assert NAMES.called(written, Analyzer()) == (key,)


@pytest.mark.parametrize("written", ["tide", "post", "tide pos", "financial", "forbes tide", "tidepools"])
def test_a_part_of_a_name_is_none(written):
    """Nor is a word that begins so."""
    assert NAMES.called(written, Analyzer()) == ()


@pytest.mark.parametrize("written", ["to day", "To-day", "in form", "a in", "за раз"])
@pytest.mark.parametrize("languages", [(), ("en",), ("uk",), ("en", "uk")])
def test_words_of_a_phrase_are_no_name_without_blanks(written, languages):
    """*Day to day* names no newspaper called Today, whatever language is asked in."""
    assert NAMES.called(written, Analyzer().asking(languages)) == ()
    assert NAMES.called(written.replace(" ", "").replace("-", ""), Analyzer()) != ()


def test_of_a_name_with_more_blanks_than_its_own_no_spelling_may_be_ordinary():
    """Whoever writes *tide pool* may mean a pool, and *tidepool* too."""
    assert NAMES.spellings("Tide Pool") == ("tide pool", "tidepool")
    assert NAMES.spellings("Tidepool") == ("tidepool",)
    assert NAMES.spellings("Tide Post") == ("tide post",)
    assert NAMES.spellings("www.forbes.com") == ("forbes",)


@pytest.mark.parametrize("written", ["Ранкова Хвиля", "ранкової хвилі", "Ранкову хвилю", "ранковою хвилею"])
def test_a_name_is_meant_in_every_case(written):
    """As the words of a text are."""
    assert NAMES.inflected(written, Analyzer()) == ("hvylia",)
    assert NAMES.inflected(f"{written} знову", Analyzer()) == ()


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("форбс", "forbes"),
        ("Форбсом", "forbes"),
        ("ройтерс", "reuters"),
        ("Ройтерсу", "reuters"),
        ("гардіан", "guardian"),
    ],
)
def test_a_name_in_latin_letters_is_known_by_how_it_sounds(written, key):
    """Those who write Ukrainian spell it so."""
    assert NAMES.sounding(written) == (key,)


@pytest.mark.parametrize(
    "written", ["форб", "рейтинг", "сон", "гардероб", "forbes", "форбс знову", "хвиля", "Гордон", "Гордону"]
)
def test_other_words_are_no_such_name(written):
    """*Сон* is a dream: a name of three sounds is like too many words. *Гордон* is spelled otherwise."""
    assert NAMES.sounding(written) == ()


@pytest.mark.parametrize(
    "word", ["tide-post", "Tide", "financial", "ранкової", "форбсом", "Forbes-ом", "www.forbes.com"]
)
def test_a_name_may_begin_with_a_word_that_any_spelling_of_it_begins_with(word):
    """Only behind such a word a name is looked for."""
    assert NAMES.may_begin(word, Analyzer())


@pytest.mark.parametrize("word", ["post", "хвиля", "ферма", "bitcoin", "tides"])
def test_no_name_begins_with_other_words(word):
    """So most texts cost one look a word."""
    assert not NAMES.may_begin(word, Analyzer())
