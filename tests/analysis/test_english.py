"""Do irregular inflections and British spellings of English words share a term with the word they belong to?"""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import english
from search.analysis.analyzer import Analyzer

WORDS = st.from_regex(r"[a-z]{1,24}", fullmatch=True)
WRITTEN = st.one_of(WORDS, st.sampled_from(sorted(english._READINGS)), st.sampled_from(sorted(english._AMERICAN)))


@pytest.fixture(scope="module")
def analyzer():
    """Reads English without names."""
    return Analyzer()


@pytest.mark.parametrize(
    "family",
    [
        "buy buys buying bought",
        "steal steals stealing stole stolen",
        "rise rises rising rose risen",
        "withdraw withdrew withdrawn withdrawing",
        "freeze froze frozen freezing",
        "thief thieves",
        "crisis crises",
        "woman women",
        "spokesman spokesmen",
        "tokenize tokenise tokenised tokenized tokenising tokenisation tokenization",
        "organization organisation organizations organisations",
        "license licence licenses licences licensed",
        "center centre centers centres centered centred",
        "color colour colors colours coloured colorful colourful",
        "behavior behaviour",
        "defense defence",
        "analyze analyse analysed analysing analyzing",
        "program programme programmes programs",
        "travel travelled traveled travelling",
        "skepticism scepticism",
    ],
)
def test_a_family_of_forms_shares_a_term(analyzer, family):
    """Whichever of them is asked for, all are found."""
    assert len({analyzer.terms(word)[0] for word in family.split()}) == 1


@pytest.mark.parametrize(
    ("form", "other"),
    [
        ("rose", "roses"),
        ("left", "lefts"),
        ("won", "wons"),
        ("lives", "living"),
        ("found", "founded"),
        ("saw", "saws"),
        ("drew", "drews"),
        ("lent", "lents"),
        ("slew", "slews"),
        ("spelt", "spelts"),
    ],
)
def test_a_form_that_is_a_word_of_its_own_too_is_found_as_both(analyzer, form, other):
    """`a red rose` is no rise alone."""
    assert analyzer.terms(other)[0] in analyzer.terms(form)
    assert len(analyzer.terms(form)) == 2


@pytest.mark.parametrize(
    "apart",
    [
        "promise prom",
        "advise adv",
        "men omen",
        "yemen yeman",
        "fed feed",
        "base basis",
        "our or",
        "four for",
        "acre acer",
        "massacre massacer",
        "noise noize",
        "precise preciz",
        "paris pariz",
        "hour hor",
        "tour tor",
        "court cort",
        "contour contor",
    ],
)
def test_words_that_only_look_so_keep_their_terms(analyzer, apart):
    """A rule for spellings takes no other word with it."""
    one, other = apart.split()
    assert not set(analyzer.terms(one)) & set(analyzer.terms(other))


@pytest.mark.parametrize(
    "family",
    ["metropolis metropolises", "trellis trellises", "promise promises", "franchise franchises", "premise premises"],
)
def test_a_plural_in_ises_stays_with_its_word(analyzer, family):
    """No metropolis is metropolized."""
    one, several = family.split()
    assert analyzer.terms(several) == analyzer.terms(one)


@given(WRITTEN)
def test_what_is_read_is_read_no_further(word):
    """A reading is no form and no British spelling itself, and begins as the word does."""
    for reading in english.readings(word):
        assert english.american(reading) == reading
        assert reading[0] == word[0]


@given(WORDS)
def test_most_words_are_read_as_they_are(word):
    """Words of no family get no other one."""
    if (
        word not in english._READINGS
        and not re.search(r"is|ys|re|our", word)
        and word.rstrip("s") not in english._AMERICAN
    ):
        assert english.readings(word) == (word,)


@pytest.mark.parametrize("word", "vs versus against between because during all both whether don't".split())
def test_a_function_word_carries_no_topic(analyzer, word):
    """`bitcoin vs gold` asks for what `bitcoin gold` asks for."""
    assert analyzer.is_stop_word(word)


@pytest.mark.parametrize(("british", "other"), [("Tyre", "tired"), ("cheques", "checks")])
def test_a_word_that_americans_spell_as_a_commoner_one_is_another_word(analyzer, british, other):
    """A city is not tired, and who asks for cheques means no checks of facts."""
    assert not set(analyzer.terms(british)) & set(analyzer.terms(other))


@pytest.mark.parametrize(
    ("word", "named"), [("WHO", True), ("IT", True), ("ALL", False), ("VS", False), ("BETWEEN", False)]
)
def test_only_a_short_function_word_in_capitals_is_a_name(analyzer, word, named):
    """`Bitcoin VS gold` asks for bitcoin and gold."""
    assert (analyzer.name_in_capitals(word) is not None) == named
