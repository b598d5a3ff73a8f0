"""Are the nearest words that were brought up to date those of comparing all with all, to the last bit?"""

import random

import numpy as np
import pytest

from indexer.derive import nearest_words as module
from indexer.derive.nearest_words import LIKE, LOOKED_AT, nearest_words
from search.similarity import COSINES, SimilarityScale


def vector(word):
    """A unit vector for a word: those of one family are near each other."""
    family, own = random.Random(word[:2]), random.Random(word)
    made = np.array([family.gauss(0, 1) + own.gauss(0, 0.7) for _ in range(24)], dtype=np.float32)
    return made / np.linalg.norm(made)


class Model:
    """Vectors of words, and which it was asked for."""

    def __init__(self):
        self.asked = []

    def __call__(self, words):
        self.asked += words
        return np.array([vector(word) for word in words], dtype=np.float32)


def found(words, common, memory=None, scale=COSINES, name="model"):
    """The pairs as text, their cosines to the bit; and for which words a vector was needed."""
    model = Model()
    pairs = nearest_words(words, np.array(common), model, scale, name, memory)
    named = [(words[of], words[near]) for of, near in zip(pairs.of.tolist(), pairs.near.tolist(), strict=True)]
    return (named, pairs.cosines.tobytes()), model.asked


def vocabulary(dice, size):
    """Words of twelve families."""
    return sorted({f"{chr(97 + dice.randrange(12))}x{dice.randrange(10_000)}" for _ in range(size)})


@pytest.mark.parametrize("seed", range(8))
def test_night_after_night_is_what_comparing_all_gives(tmp_path, monkeypatch, seed):
    """Words come, go, become common or rare; some lose one of as many as are remembered."""
    monkeypatch.setattr(module, "_AT_ONCE", 7)
    dice = random.Random(seed)
    words, memory = vocabulary(dice, 160), tmp_path / "near"
    common, before = {word for word in words if dice.random() < 0.6}, set()
    scale = dice.choice([COSINES, SimilarityScale(1.2, -0.1)])
    for _ in range(5):
        now, asked = found(words, [word in common for word in words], memory, scale)
        assert set(asked) == set(words) - before
        assert now == found(words, [word in common for word in words], None, scale)[0]
        assert max(np.unique([of for of, _ in now[0]], return_counts=True)[1]) == LOOKED_AT
        gone, before = set(dice.sample(words, 6)), set(words)
        words = sorted((set(words) - gone) | set(vocabulary(dice, 5)))
        common = {word for word in words if (word in common) ^ (dice.random() < 0.04)}


def test_the_same_words_need_no_vectors_and_another_model_all(tmp_path):
    """What was found is remembered for one model and one scale."""
    words = vocabulary(random.Random(1), 60)
    every = [True] * len(words)
    first, asked = found(words, every, tmp_path / "near")
    assert asked == words
    assert found(words, every, tmp_path / "near") == (first, [])
    assert found(words, every, tmp_path / "near", name="another")[1] == words
    assert found(words, every, tmp_path / "near", SimilarityScale(0.9), name="another")[1] == words


@pytest.mark.parametrize("name", ["near", "near.vectors"])
def test_what_is_damaged_is_not_believed(tmp_path, name):
    """A bit turns in a file: the model is asked again."""
    words = vocabulary(random.Random(2), 60)
    every = [True] * len(words)
    first, _ = found(words, every, tmp_path / "near")
    damaged = tmp_path / name
    written = bytearray(damaged.read_bytes())
    written[-3] ^= 1
    damaged.write_bytes(written)
    assert found(words, every, tmp_path / "near") == (first, words)


def test_no_words_and_no_common_ones_have_nothing_near(tmp_path):
    """Empty archives, and those of rare words alone."""
    assert found([], [])[0] == found([], [], tmp_path / "none")[0] == ([], b"")
    assert found(["ax1", "ax2"], [False, False], tmp_path / "near")[0] == ([], b"")


def test_the_nearest_are_those_of_plain_python():
    """Each word's best, itself among them, by the cosines as they are."""
    words = vocabulary(random.Random(3), 50)
    (pairs, cosines), _ = found(words, [True] * len(words))
    expected = []
    for word in words:
        likes = sorted((-float(vector(word) @ vector(other)), other) for other in words)
        expected += [(word, other) for cosine, other in likes[:LOOKED_AT] if -cosine >= LIKE]
    assert pairs == expected
    assert np.frombuffer(cosines, dtype=np.float32).min() >= LIKE
