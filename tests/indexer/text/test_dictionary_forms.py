"""Are the forms that were brought up to date those of looking up every word?"""

import random

import msgspec
import pytest
from conftest import REPOSITORY

from indexer.text import lemmatizer
from indexer.text.dictionary_forms import forms_of
from indexer.text.lemmatizer import lemmas_of

FAMILIES = (REPOSITORY / "tests/data/uk_word_families.txt").read_text(encoding="utf-8").split()
AWKWARD = "банку банка банки об'єкт обєкт об'єкта п'ять пять їх їхати мати мат поле полем пол три терти тру".split()
WORDS = sorted({word.lower().replace("’", "'") for word in (*FAMILIES, *AWKWARD)})


@pytest.fixture(scope="module")
def dictionary():
    """The dictionary, where it is installed."""
    pytest.importorskip("pymorphy3_dicts_uk", reason="the dictionary is not installed")
    return lemmatizer._dictionary()


@pytest.mark.parametrize("seed", range(5))
def test_night_after_night_is_what_looking_up_every_word_gives(dictionary, tmp_path, seed):
    """Words come and go; what the table says of every form is the same, and so are the lemmas."""
    dice = random.Random(seed)
    words = set(dice.sample(WORDS, 150))
    for _ in range(5):
        found = forms_of(words, dictionary, "seal", tmp_path / "forms")
        anew = forms_of(words, dictionary, "seal", None)
        assert found.lemmas == anew.lemmas
        assert found.met == anew.met
        words = (words - set(dice.sample(sorted(words), 40))) | set(dice.sample(WORDS, 40))


def test_lemmas_are_the_same_with_and_without_a_memory(dictionary, tmp_path):
    """Whatever was asked before: counts decide which word a form is likeliest of."""
    assert dictionary
    counts = dict.fromkeys(WORDS, 1)
    lemmas_of(counts | {"банка": 9}, tmp_path / "forms")
    for word in AWKWARD:
        del counts[word]
        assert lemmas_of(counts, tmp_path / "forms") == lemmas_of(counts)


def test_another_dictionary_knows_nothing_of_before(dictionary, tmp_path):
    """What was looked up counts for the dictionary it was looked up in."""
    forms_of({"банку"}, dictionary, "old", tmp_path / "forms")
    written = msgspec.msgpack.decode((tmp_path / "forms").read_bytes()[32:])
    assert "банк" in written[3]["банку"]
    found = forms_of({"ринку"}, dictionary, "new", tmp_path / "forms")
    assert "банку" not in found.lemmas
    assert "ринок" in found.lemmas["ринку"]
