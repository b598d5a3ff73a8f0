"""Are sentences parted where they end, and nowhere else?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.text.sentences import sentences


def parted(text):
    """The sentences of a text."""
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "whole",
    [
        "Bitcoin fell 4.25 percent.",
        "The U.S. Senate voted.",
        "Acme Inc. rose, Foo Ltd. Bar fell.",
        "Mr. Smith spoke with Dr. Who.",
        "Збитки склали 5 млн. Доларів було менше.",
        "J. K. Rowling wrote this.",
        "",
    ],
)
def test_what_is_one_sentence_stays_one(whole):
    """Numbers, initials and abbreviations of both languages end no sentence."""
    assert parted(whole) == ([whole] if whole else [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? Four… Five", ["One.", "Two!", "Three?", "Four…", "Five"]),
        ("He said “never.” She left.", ["He said “never.”", "She left."]),
        ("It fell. $5 was left. 'Good' said one.", ["It fell.", "$5 was left.", "'Good' said one."]),
        ("A line\nAnother line\n\n  And one more  ", ["A line", "Another line", "And one more"]),
        ("Перше речення. Друге! «Третє?»", ["Перше речення.", "Друге!", "«Третє?»"]),
        ("  \n ", []),
    ],
)
def test_sentences_end_at_full_stops_and_lines(text, expected):
    """A full stop, ! or ? behind which a new sentence begins, and every line's end."""
    assert parted(text) == expected


@given(text=st.text(alphabet='aB. !?\n\r\u2028"”)1$,їЇ', max_size=60))
def test_sentences_hold_all_but_the_blanks_between_them(text):
    """Spans ascend, do not overlap, begin and end with no blank, and leave only blanks out."""
    at = 0
    for start, end in sentences(text):
        assert start < end
        assert text[at:start].strip() == ""
        assert text[start:end] == text[start:end].strip()
        at = end
    assert text[at:].strip() == ""
