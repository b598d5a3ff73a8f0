"""Is the short pattern for common texts as good as the whole one?"""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.analysis import unit_patterns
from search.analysis.characters import EMOJI, MARK, UNSPACED, is_common, is_run, is_unspaced
from search.analysis.unit_patterns import unit_pattern

EVERY = [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]


def test_no_common_character_needs_the_whole_pattern():
    """Neither marks, nor runs, nor emoji are common; letters, digits and signs of most texts are."""
    special = re.compile(f"[{MARK}{UNSPACED}]|{EMOJI}")
    assert [letter for letter in EVERY if is_common(letter) and special.fullmatch(letter)] == []
    assert is_common("Łódź, Київ, Αθήνα: 12 500 – “co‑op” C++ €5’s") and is_common("")
    assert not any(map(is_common, ("क्या", "東京", "🚀", "e\u0301", "🇺🇦")))


common = st.text(st.sampled_from([letter for letter in EVERY if is_common(letter)]), max_size=30)
likely = st.text(st.sampled_from(".,'’-‑&+#$1290 абіЇéaBsТ\ue000\n"), max_size=30)


@given(common | likely)
@example("U.S. C++ 1,000.5k co‑op O'Brien’s R&D")
def test_both_patterns_part_common_texts_alike(text):
    """The same units, to the last character."""
    assert unit_pattern(text) is unit_patterns._COMMON_UNIT
    found, whole = unit_patterns._COMMON_UNIT.finditer(text), unit_patterns._any_unit().finditer(text)
    assert [match.span() for match in found] == [match.span() for match in whole]


@pytest.mark.parametrize(
    ("text", "run", "some"), [("東京", True, True), ("東京!", False, True), ("Tokyo", False, False), ("", False, False)]
)
def test_runs_are_told_from_words(text, run, some):
    """All of the characters, and some of them."""
    assert (is_run(text), is_unspaced(text)) == (run, some)
