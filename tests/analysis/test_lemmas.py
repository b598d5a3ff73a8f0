"""Which forms have other lemmas in another table?"""

import random

import pytest
import xxhash
from digests import digests as digests_of

from search.analysis.lemmas import Lemmas, write_lemmas


def table(folder, forms):
    """A table of these forms, opened."""
    folder.mkdir()
    write_lemmas(folder, forms)
    return Lemmas(folder)


@pytest.mark.parametrize("seed", range(10))
def test_differing_forms_are_those_of_comparing_each(tmp_path, seed):
    """New ones, lost ones, those with more lemmas or in another order; whatever numbers the suffixes have."""
    dice = random.Random(seed)
    letters = "абвгд"
    words = ["".join(dice.choices(letters, k=4)) for _ in range(60)]
    before = {word: list(dict.fromkeys(dice.choices(words, k=dice.randrange(1, 4)))) for word in words}
    after = {word: lemmas for word, lemmas in before.items() if dice.random() < 0.9}
    for word in dice.sample(sorted(after), 8):
        after[word] = after[word][::-1]
    after |= {f"{word}я": [word] for word in dice.sample(words, 5)}
    old, new = table(tmp_path / "old", before), table(tmp_path / "new", after)
    expected = {word for word in before.keys() | after.keys() if before.get(word) != after.get(word)}
    digests = sorted(xxhash.xxh3_64_intdigest(word.encode()) for word in expected)
    assert old.differing(new).tolist() == new.differing(old).tolist() == digests
    assert len(digests) >= 5


def test_the_order_of_forms_is_all_one(tmp_path):
    """A table has the same bytes in whatever order forms come, and gives each its lemmas."""
    forms = {"котам": ["кіт"], "кіт": ["кіт"], "банку": ["банк", "банка"], "іду": ["йти"], "йду": ["йти"]}
    one = table(tmp_path / "one", forms)
    table(tmp_path / "other", dict(reversed(forms.items())))
    assert digests_of(tmp_path / "one") == digests_of(tmp_path / "other")
    assert {form: list(one.of(form)) for form in forms} == forms
    assert one.initials == {"йти": ["і"]}


def test_equal_and_empty_tables_do_not_differ(tmp_path):
    """Neither from themselves nor from each other; an empty one differs from any other."""
    empty, other = table(tmp_path / "empty", {}), table(tmp_path / "other", {"йти": ["йти"]})
    assert empty.differing(empty).tolist() == other.differing(other).tolist() == []
    assert len(empty.differing(other)) == len(other.differing(empty)) == 1
