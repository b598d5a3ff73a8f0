"""Does every source go by the names that readers call it, and by no ordinary word?"""

import pytest

from search.analysis.source_names import source_names, without_ending


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
