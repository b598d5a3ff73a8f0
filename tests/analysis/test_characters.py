"""Do words of other scripts, invisible characters, marks and letter case come to the terms that they should?"""

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis.analyzer import Analyzer, stretches
from search.analysis.characters import EMOJI, MARK, UNSPACED, bounded_marks, composed, fold, visible
from search.analysis.numbers import with_blanks

ANALYZER = Analyzer()
DATA = Path(__file__).parents[1] / "data"
INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u202a\u202c\u2066\u2069\u034f\ufe0f"
LETTERS = "aábcčdđeéłøžñ őß ıİ АбвгґіїйёКиївщ Ωμέγα दिल्लीपुल بحث الميناءُ שָׁלוֹם 東京都知事の 도서관 ไทย 12.5,-’'🔥"
TEXTS = st.text(alphabet=LETTERS, max_size=24)


def terms(text):
    """The terms of a text."""
    return ANALYZER.terms(text)


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Łódź", "lodz"),
        ("Tromsø", "TROMSO"),
        ("Straße", "STRASSE"),
        ("Kılıçdaroğlu", "Kilicdaroglu"),
        ("İzmir", "izmir"),
        ("Đukanović", "Dukanovic"),
        ("Ísafjörður", "Isafjordur"),
        ("œuvre", "oeuvre"),
        ("Æsop", "aesop"),
        ("Þór", "thor"),
        ("Ħamrun", "Hamrun"),
        ("Ŋorlu", "norlu"),
        ("ΣΟΦΌΣ", "σοφος"),
        ("الْمِينَاء", "الميناء"),
        ("שָׁלוֹם", "שלום"),
        ("Королёв", "Королев"),
        ("Ки\u0301їв", "київ"),
        ("ﬁrst", "first"),
        ("ＢＴＣ", "btc"),
        ("ｶﾞｽ", "ガス"),
        ("👍🏽", "👍"),
    ],
)
def test_a_plain_keyboard_types_the_same_word(written, typed):
    """Letters that Unicode takes apart and letters that it does not, points of vowels, widths and skin tones."""
    assert terms(written) == terms(typed)
    assert len(terms(typed)) >= 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("दिल्ली", "दल"), ("পুল", "পল"), ("கடல்", "கடலை"), ("ґанок", "ганок"), ("ліки", "лики"), ("🔥", "🌱"), ("🇺🇦", "🇺🇸")],
)
def test_marks_that_make_another_word_stay(one, other):
    """Vowel signs of Indian scripts are part of a word, and ґ, і and й are letters."""
    assert terms(one) != terms(other)


@pytest.mark.parametrize("word", ["दिल्ली", "বাংলাদেশ", "தமிழ்நாடு", "සිංහල", "ཀྲུང"])
def test_a_word_with_marks_is_one_word(word):
    """No combining mark ends a word."""
    assert len(list(ANALYZER.units(word))) == 1


@given(text=TEXTS)
def test_composed_and_decomposed_texts_have_the_same_terms(text):
    """NFC and NFD are one text."""
    assert terms(unicodedata.normalize("NFD", text)) == terms(unicodedata.normalize("NFC", text))


@given(text=TEXTS, places=st.lists(st.tuples(st.integers(0, 24), st.sampled_from(INVISIBLE)), max_size=5))
def test_invisible_characters_change_nothing(text, places):
    """Wherever they stand, and the units stand where the words were."""
    marked = text
    for place, sign in places:
        marked = marked[:place] + sign + marked[place:]
    assert terms(marked) == terms(text)
    shown = [composed(marked[unit.start : unit.end]).strip() for unit in ANALYZER.units(marked)]
    assert shown == [composed(text[unit.start : unit.end]).strip() for unit in ANALYZER.units(text)]


@given(text=st.text(alphabet="abcdeéłøñßčžабвгґіїйєщ '’-", max_size=20))
def test_letter_case_changes_nothing(text):
    """Capitals may make a name of a stop word besides, and nothing else."""
    upper = [term for term in terms(text.upper()) if not term.endswith(".")]
    assert sorted(set(upper)) == sorted(set(terms(text)))


@given(text=TEXTS)
def test_a_folded_word_stays_as_it_is(text):
    """Folding twice is folding once."""
    for word in text.split():
        assert fold(fold(word)) == fold(word)


@given(text=TEXTS)
def test_visible_text_knows_where_it_stood(text):
    """Every place is inside the text, in order, and the end is the end."""
    seen, places = visible(text)
    assert seen == composed(text) or places is None
    if places is not None:
        assert len(places) == len(seen) + 1
        assert list(places) == sorted(places)
        assert places[-1] == len(text)


@pytest.mark.parametrize(
    ("text", "found_by"),
    [
        ("東京都知事選挙の結果", ["選挙", "東京", "結果", "京"]),
        ("도서관이 문을 열었다", ["도서관", "문을"]),
        ("ห้องสมุดประชาชน", ["ห้องสมุด"]),
        ("l'économie et la Côte d’Ivoire", ["économie", "Ivoire", "L'ÉCONOMIE"]),
        ("dell'arte all’Aquila", ["arte", "Aquila"]),
        ("до Кот-д'Івуару", ["Івуару"]),
        ("12 500 homes", ["12500", "12 500", "500", "12,500"]),
        ("12\u00a0500 будинків", ["12500", "12'500", "12\u202f500"]),
        ("1 234 567 грн", ["1234567", "1,234,567"]),
        ("12.500 Häuser", ["12500", "12.500"]),
        ("COVID\u201119 and F\u221216", ["covid19", "F16", "COVID-19"]),
        ("co\u2010operative", ["cooperative", "co-operative"]),
        ("WHO warns", ["who"]),
        ("🌱plants and 🇺🇦", ["🌱", "🇺🇦", "plants"]),
    ],
)
def test_an_article_is_found_by_the_ways_in_which_people_ask(text, found_by):
    """Every word of each question has a term that the article stands under."""
    own = set(terms(text))
    for asked in found_by:
        units = list(ANALYZER.units(asked))
        assert units
        for unit in units:
            for part in range(len(unit.terms)):
                assert own.intersection(unit.alternatives(part)), asked


@pytest.mark.parametrize("text", ["in 2024 100 people", "4 2024", "page 5 12", "a1 500", "0 500", "1.5 500"])
def test_numbers_beside_one_another_stay_two(text):
    """Only groups of three digits behind one to three make one number."""
    assert stretches(text) == text.split()


@given(text=st.text(alphabet="123 450\u00a0\u202f,.a-", max_size=20))
def test_a_text_with_joined_numbers_is_shown_as_it_was(text):
    """Blanks folded, nothing is lost."""
    assert with_blanks(" ".join(stretches(text))) == " ".join(text.split())


@pytest.mark.parametrize(
    ("word", "name"), [("WHO", "who."), ("IT", "it."), ("W.H.O.", "who."), ("who", None), ("US", None), ("A", None)]
)
def test_a_stop_word_in_capitals_is_a_name_besides(word, name):
    """Others have no second term for it; a single letter says nothing."""
    assert ANALYZER.name_in_capitals(word) == name


def test_marks_are_those_of_unicode_and_no_range_holds_a_sign():
    """What the class holds beside marks is letters and digits of the same scripts, or nothing yet."""
    inside = re.compile(f"[{MARK}]")
    for code in range(0x20000):
        letter = chr(code)
        category = unicodedata.category(letter)
        if category[0] == "M" and not 0xFE00 <= code <= 0xFE0F and code < 0x1E94B and not 0x1CF00 <= code < 0x1E000:
            known = inside.match(letter) or re.match(f"[{UNSPACED}]", letter) or code in (0x16F4F, 0x16FE4, 0x16FF0)
            known = known or composed(f"a{letter}") == "a"  # of a later version of Unicode
            assert known or 0x16F4F <= code <= 0x1BC9E, hex(code)
        if inside.match(letter):
            assert category[0] in "MLN" or category == "Cn", hex(code)


def test_of_marks_in_a_row_no_more_stay_than_any_writing_has():
    """Putting them in order takes time by the square of their number; other signs in a row are left alone."""
    marks = "\u0301\u0327" * 20_000
    assert len(composed(f"hello a{marks} world")) <= len("hello a world") + 30
    assert composed("═" * 600 + "é") == "═" * 600 + "é"
    assert bounded_marks("e\u0301" * 400) == "e\u0301" * 400
    assert bounded_marks("x" * 500 + "a" + "\u0301" * 31) == "x" * 500 + "a" + "\u0301" * 30


def assigned_since_unicode_14():
    """What this Python knows of the characters that Unicode 14, and with it Python 3.11, does not."""
    spans = (span.split("-") for span in (DATA / "unassigned_in_unicode_14.txt").read_text().split())
    codes = (code for first, last in spans for code in range(int(first, 16), int(last, 16) + 1))
    return [letter for letter in map(chr, codes) if unicodedata.category(letter) != "Cn"]


def test_every_python_reads_characters_that_only_some_know_alike():
    """They part words or are passed over, as where they are not known; but for scripts without blanks and emoji."""
    own_rule = re.compile(f"[{UNSPACED}]|{EMOJI}")
    apart, joined = terms("ab cd"), terms("abcd")
    for letter in assigned_since_unicode_14():
        expected = [joined] if unicodedata.category(letter)[0] == "M" else [apart]
        if not own_rule.match(letter):
            assert terms(f"ab{letter}cd") in expected, hex(ord(letter))
            assert terms(f"12{letter} 345") == terms("12 , 345") or expected == [joined], hex(ord(letter))


@pytest.mark.parametrize(
    ("written", "read_as"),
    [("ab\u088fcd", "ab cd"), ("ab\U0001e030cd", "ab cd"), ("a\U00010efdb", "ab"), ("ab\u0897cd", "abcd")],
)
def test_letters_of_later_versions_of_unicode_part_words_and_marks_are_passed_over(written, read_as):
    """With a Python that knows them, and with one that does not; places are those of the text as it is written."""
    assert terms(written) == terms(read_as)
    shown = "".join(written[unit.start : unit.end] for unit in ANALYZER.units(written))
    assert shown.replace("\U00010efd", "").replace("\u0897", "") == read_as.replace(" ", "")


def test_ideographs_of_later_versions_of_unicode_are_read_as_all_others():
    """Extensions H and I; a name may have one."""
    assert terms("\U00031350\U0002ebf0") == ["\U00031350\U0002ebf0", "\U00031350", "\U0002ebf0"]
