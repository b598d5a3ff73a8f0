"""Does a snippet show where the words stand, as safe text with <mark> as its only tag?"""

import html
import re

import pytest
from awkward import WORDS
from hypothesis import given
from hypothesis import strategies as st

from indexer.text.sentences import sentences
from search.analysis.analyzer import Analyzer
from search.hits.highlighter import Highlighter
from search.hits.snippet import LENGTH, PARTING, Marks, make_snippet

ANALYZER = Analyzer()
HOSTILE = (
    *WORDS,
    "<script>",
    "</mark>",
    "<mark>",
    "&lt;b&gt;",
    "&amp;",
    "&",
    '"><img src=x onerror=1>',
    "…",
    "\n",
    ". ",
)


def snippet(text, question, within=None):
    """The snippet of a text for a question, as a page makes it, and what its marks stand for."""
    wanted = Highlighter(set(ANALYZER.terms(question)), ANALYZER)
    start, end = within or (0, len(text))
    inside = [span for span in sentences(text) if span[0] >= start and span[1] <= end]

    def words(number):
        return [term for _, _, term in wanted.find(text[slice(*inside[number])])]

    best = max(range(len(inside)), key=lambda number: (len(set(words(number))), len(words(number)), -number), default=0)
    found = make_snippet(text, inside[best:], wanted, within)
    return found.marked(wanted.marked([found.text])[0], within is not None)


def shown(text, question, within=None):
    """The text of that snippet."""
    return snippet(text, question, within)[0]


def plain(marked):
    """A snippet as a reader sees it, without the ellipses around it."""
    return html.unescape(re.sub(r"</?mark>", "", marked.removeprefix("… ").removesuffix(" …")))


texts = st.lists(st.sampled_from(HOSTILE), max_size=80).map(" ".join)


@given(text=texts, question=st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join))
def test_a_snippet_without_its_marks_is_a_stretch_of_the_text(text, question):
    """Unescaped and without marks it stands in the text, but for folded blanks and dots at ends of lines."""
    folded = " ".join(text.split())
    parted = plain(shown(text, question)).replace(PARTING, " ")
    assert " ".join(parted.split()).removeprefix("… ").removesuffix(" …") in folded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bitcoin overview\n\nBitcoin fell on Monday.", "Bitcoin overview · Bitcoin fell on Monday."),
        ("Bitcoin fell.\n\nIt rose again.", "Bitcoin fell. It rose again."),
        ("Bitcoin fell.\n\nWhat comes next\n\nIt rises.", "Bitcoin fell."),
        ("Bitcoin of the week\nEther of the week\nTether", "Bitcoin of the week · Ether of the week · Tether"),
        ("Three coins of Bitcoin:\nEther", "Three coins of Bitcoin: Ether"),
        ("He said “Bitcoin fell.”\nThen he left.", "He said “Bitcoin fell.” Then he left."),
    ],
)
def test_a_heading_or_list_item_is_never_glued_to_what_follows(text, expected):
    """A line that ends no sentence is parted by a dot."""
    assert plain(shown(text, "bitcoin")) == expected


@given(text=texts, question=st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join))
def test_mark_is_the_only_tag_and_marks_are_in_pairs(text, question):
    """Whatever the text holds, nothing but <mark> is a tag, and each is closed before the next begins."""
    found = re.findall(r"<[^>]*>|[<>]", shown(text, question))
    assert found == ["<mark>", "</mark>"] * (len(found) // 2)


@given(text=texts, question=st.lists(st.sampled_from(WORDS), max_size=4).map(" ".join))
def test_every_marked_word_was_asked_for(text, question):
    """What stands between marks has a term of the question."""
    wanted = set(ANALYZER.terms(question))
    for word in re.findall(r"<mark>(.*?)</mark>", shown(text, question)):
        assert wanted & set(ANALYZER.terms(html.unescape(word)))


def test_the_sentence_with_most_of_the_words_is_shown():
    """Of several sentences the one where the words stand together is chosen, from its beginning."""
    text = f"{'Nothing here. ' * 40}Bitcoin is old. A bitcoin ETF saw outflows today. {'More nothing. ' * 40}"
    found = shown(text, "bitcoin ETF outflow")
    assert found.startswith("… A <mark>bitcoin</mark> <mark>ETF</mark> saw <mark>outflows</mark> today.")
    assert found.endswith(" …")


def test_a_word_is_marked_in_every_form_it_was_found_by():
    """Stems, accents and apostrophes: what matched is what is marked."""
    assert "<mark>Zürich</mark>" in shown("In Zürich it rained.", "zurich")
    assert "<mark>об’єкт</mark>" in shown("Цей об’єкт великий.", "об'єкт")
    assert "<mark>C++</mark>" in shown("Written in C++ today.", "c++")
    assert "<mark>regulations</mark>" in shown("New regulations came.", "regulation")


def test_without_a_match_the_beginning_is_shown():
    """A hit by meaning alone shows how its text begins, without marks."""
    text = "First sentence here. " + "Then another one follows. " * 50
    assert shown(text, "zebra").startswith("First sentence here.")
    assert "<mark>" not in shown(text, "zebra")


def test_a_passage_limits_the_choice():
    """Within a passage nothing outside it is shown."""
    text = "Alpha is outside. Beta is inside. Gamma is outside."
    start = text.index("Beta")
    assert shown(text, "alpha gamma", (start, start + len("Beta is inside."))) == "<mark>Beta is inside.</mark>"


@pytest.mark.parametrize("text", ["word " * 5000, "w" * 5000, "слово, " * 3000])
def test_a_long_sentence_is_cut_to_about_the_length(text):
    """A text without a full stop is cut around its first match, not shown whole."""
    assert len(plain(shown(text, "word"))) <= LENGTH * 1.5 + 2


def test_a_text_of_nothing_has_a_snippet_of_nothing():
    """An article without a body is shown with an empty snippet."""
    assert shown("", "bitcoin") == ""


@pytest.mark.parametrize("before", range(0, 400, 7))
def test_a_long_sentence_is_cut_between_words(before):
    """Wherever the word asked for stands, the words beside it are whole."""
    words = ["alpha", "be", "gammadelta", "x"] * 60
    text = " ".join([*words[: before // 4], "zebra", *words[before // 4 :]])
    cut = plain(shown(text, "zebra"))
    assert "zebra" in cut
    assert set(cut.split()) <= {*words, "zebra"}


def test_a_passage_near_in_meaning_is_one_mark():
    """Where no word of the passage was asked for, all that is shown of it is marked, and that is said."""
    text = "Alpha is outside. Beta & co. are inside. They stay. Gamma is outside."
    passage = text.index("Beta"), text.index(" Gamma")
    meant = "<mark>Beta &amp; co. are inside. They stay.</mark>"
    assert snippet(text, "outside", passage) == (meant, Marks.MEANING)
    assert snippet(text, "stay outside", passage) == ("… They <mark>stay</mark>.", Marks.WORDS)
    assert snippet(text, "zebra") == (html.escape(text, quote=False), None)
