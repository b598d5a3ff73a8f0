"""Are the values of fields read in each of their shapes?"""

import pytest

from indexer.content.values import address, clean, description, people, picture, several, source, thumbnail, truth
from search.article import Source


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Nellie Bly", ["Nellie Bly"]),
        ("By Nellie Bly", ["Nellie Bly"]),
        ("Ribbon and Ron Williams", ["Ribbon", "Ron Williams"]),
        ("Natasha L. Barredo, Masami Kubo, Brian Boucheron", ["Natasha L. Barredo", "Masami Kubo", "Brian Boucheron"]),
        ("Jane Doe; John Roe", ["Jane Doe", "John Roe"]),
        ("Aaron Snow, Dirigeant principal", ["Aaron Snow, Dirigeant principal"]),
        ("Martin Luther King, Jr.", ["Martin Luther King, Jr."]),
        ("[A B](https://x.example/a) (Firm), [C D](https://x.example) (Other)", ["A B", "C D"]),
        ("Patrick Thier and Ana Peško, regular expressers of opinions", ["Patrick Thier", "Ana Peško"]),
        (["a-slug", {"name": "Jane Doe", "url": "https://x.example"}, ""], ["a-slug", "Jane Doe"]),
        ({"display_name": "", "login": "erlehmann"}, ["erlehmann"]),
        ("[huntie, alanleedev]", ["huntie", "alanleedev"]),
        ("https://www.facebook.com/house", []),
        ([""], []),
        ("Anna & Bob", ["Anna", "Bob"]),
        (["Smith, John"], ["Smith, John"]),
    ],
)
def test_people_are_told_apart(written, names):
    """Several in one text, tables, links, offices, addresses."""
    assert list(people(written)) == names


@pytest.mark.parametrize(
    ("written", "plain", "jekyll"),
    [
        ("climate, mountains", ["climate", "mountains"], ["climate", "mountains"]),
        ("climate mountains", ["climate mountains"], ["climate", "mountains"]),
        (["a, b", "#c", "c"], ["a, b", "c"], ["a, b", "c"]),
        ('["Israel", "Hamas"]', ["Israel", "Hamas"], ["Israel", "Hamas"]),
        ("R&amp;D; X", ["R&D", "X"], ["R&D", "X"]),
        ([{"label": "l", "permalink": "/"}], ["l"], ["l"]),
        ([["foo", "bar"]], ["foo", "bar"], ["foo", "bar"]),
        (2013, ["2013"], ["2013"]),
        ("#a #b", ["a", "b"], ["a", "b"]),
        (["", None], [], []),
    ],
)
def test_tags_in_every_shape(written, plain, jekyll):
    """One text is parted at commas and semicolons, where Jekyll writes also at blanks; entries of a list stay whole."""
    assert list(several(written)) == plain
    assert list(several(written, blanks=True)) == jekyll


def test_texts_are_cleaned():
    """References, tags, control characters and every kind of blank; in NFC."""
    assert (
        clean("Mayor&#8217;s plan &amp; the <strike>old</strike>\u00a0harbour \n") == "Mayor’s plan & the old harbour"
    )
    assert clean("Kyi\u0308v") == "Kyïv"
    assert clean("a < b") == "a < b"
    assert description("See **this** [page](https://x.example/a_(b)).") == "See this page."


@pytest.mark.parametrize(
    ("written", "found"),
    [("yes", True), ("0", False), (1, True), ("False", False), ("2026", None), (None, None), (7, None), (1.0, True),
     ("0.0", False), ("Так", True), ("nein", False), ("✓", True), ("f", False), ("perhaps", None), (0.5, None)],
)  # fmt: skip
def test_truth_is_told_or_not(written, found):
    """A year is no truth value."""
    assert truth(written) is found


def test_pictures_in_their_nested_forms():
    """An address, a table, a list; a truth value is no picture."""
    assert picture({"src": "/a.png", "alt": "x"}) == "/a.png"
    assert picture([{"url": {"path": "b.png"}}]) == "b.png"
    assert picture("true") == picture(True) == picture(None) == ""


def test_addresses():
    """http(s) and what begins with a slash; patterns, other schemes and words are none."""
    assert address("https://x.example/a?b=c&amp;d=e") == "https://x.example/a?b=c&d=e"
    assert address("[..](http://x.example)") == "http://x.example"
    assert address("/songs/marsh/") == "/songs/marsh/"
    for written in ("/songs/:title/", "javascript:alert(1)", "pretty", "//evil.example/x", "a b", 5):
        assert address(written) == ""


def test_a_source_is_a_name():
    """An address is none."""
    assert source("Decrypt") == Source("Decrypt", "Decrypt")
    assert source({"key": "d", "name": "Decrypt", "type": "RSS"}) == Source("d", "Decrypt")
    assert source("https://x.example/a") is None


@pytest.mark.parametrize(
    ("key", "value", "small"),
    [
        ("coverImage", {"raw": "r", "full": "f", "regular": "m", "small": "s", "thumb": "t.jpg"}, "s"),
        ("coverImage", {"raw": "r", "thumb": "t.jpg"}, "t.jpg"),
        ("image", {"url": "u", "formats": {"small": {"url": "s"}, "large": {"url": "l"}}}, "s"),
        ("media", {"source_url": "u", "sizes": {"thumbnail": "t.jpg"}}, "t.jpg"),
        ("images", [{"url": "u"}, {"url": "v", "small": "s"}], "s"),
        ("thumbnail", "t.jpg", "t.jpg"),
        ("thumbnail_url", "t.jpg", "t.jpg"),
        ("image", "u", ""),
        ("image", {"url": "u"}, ""),
        ("image", None, ""),
    ],
)
def test_a_thumbnail_is_a_small_size_of_a_picture(key, value, small):
    """Of a table of sizes the most useful small one; nothing where only one size is named."""
    assert thumbnail(key, value) == small
