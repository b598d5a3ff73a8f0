"""Is the text of a Markdown body what a reader reads of it?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.content.markdown import plain_text


@pytest.mark.parametrize(
    ("markdown", "expected"),
    [
        ("Some *emphasis*, **strong** and `code`.", "Some emphasis, strong and code."),
        ("A [link](https://x.example/a_b 'title') here.", "A link here."),
        ("An ![alternative text](cat.jpg) here.", "An alternative text here."),
        ("<https://x.example>", "https://x.example"),
        ("One\nline", "One line"),
        ("A hard  \nbreak", "A hard\nbreak"),
        ("One.\n\nTwo.", "One.\n\nTwo."),
        ("- one\n- two\n", "one\ntwo"),
        ("1. one\n2. two\n", "one\ntwo"),
        ("> quoted", "quoted"),
        ("| a | b |\n|---|---|\n| 1 | 2 |\n", "a | b\n1 | 2"),
        ("```\ncode here\n```", "code here"),
        ("A<br>B <b>bold</b>", "A\nB bold"),
        ("a<sup>2</sup> and one<span>two</span>", "a2 and onetwo"),
        ("<div>raw</div>\n\nText", "raw\n\nText"),
        ("<p>One.</p>\n<p>Two &amp; <em>three</em></p>", "One.\n\nTwo & three"),
        ("<script>alert(1)</script>\n\nText", "Text"),
        ("<table><tr><td>a</td><td>b</td></tr></table>", "a | b"),
        ("<!-- hidden -->\n\nText", "Text"),
        ("R&amp;D &lt;3", "R&D <3"),
        ("5 \\* 3", "5 * 3"),
        ("~~gone~~", "gone"),
        ("", ""),
    ],
)
def test_markup_is_gone_and_words_stay(markdown, expected):
    """Links keep their words, images their alternative text, blocks are parted, HTML keeps its words."""
    assert plain_text(markdown).text == expected


def test_headings_are_stretches_of_the_text():
    """Each heading is told as [start, end) of the plain text, its markup gone."""
    found = plain_text("# One *big* thing\n\nText.\n\n## Overview\n\nMore.\n\nSetext\n======\n\n#\n\nEnd")
    assert [found.text[start:end] for start, end in found.headings] == ["One big thing", "Overview", "Setext"]
    assert found.text == "One big thing\n\nText.\n\nOverview\n\nMore.\n\nSetext\n\nEnd"


@given(markdown=st.text(alphabet="ab#*_`[]()<>!|-\n &;їЇ🚀\\\"'1.", max_size=80))
def test_any_text_has_a_plain_text_with_its_headings_inside(markdown):
    """Nothing makes the parser fail, and headings always lie in the text, in order, not blank at their ends."""
    found = plain_text(markdown)
    at = 0
    for start, end in found.headings:
        assert at <= start <= end <= len(found.text)
        at = end


@given(words=st.lists(st.sampled_from(["bitcoin", "об’єкт", "3.5%", "C++", "fell"]), min_size=1, max_size=20))
def test_plain_words_come_through_as_they_are(words):
    """Prose without markup is its own plain text."""
    assert plain_text(" ".join(words)).text == " ".join(words)
