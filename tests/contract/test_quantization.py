"""Do codes give back what they were made of, and do all who compare by them get the same numbers?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.quantization import MAX_CODE, finely_quantized, offsets, quantized, similarities, unpacked
from search.wiring import vector_format


def vectors_of(seed, many, dimension, kind="normal"):
    """Unit vectors: spread evenly, with few large components, or of one component."""
    random = np.random.default_rng(seed)
    made = random.normal(size=(many, dimension)).astype(np.float32)
    if kind == "steep":
        made = np.sign(made) * np.abs(made) ** 6
    if kind == "axis":
        made = np.eye(dimension, dtype=np.float32)[random.integers(dimension, size=many)] * np.sign(made[:, :1])
    return made / np.linalg.norm(made, axis=1, keepdims=True)


KINDS = st.sampled_from(["normal", "steep", "axis"])


@given(st.integers(0, 10_000), st.sampled_from([3, 16, 384, 1_536]), KINDS)
def test_fine_codes_give_the_codes_and_nearly_the_vectors(seed, dimension, kind):
    """The codes are the codes; a component is wrong by a 256th of a step at most, nearly always by half of that."""
    vectors = vectors_of(seed, 20, dimension, kind)
    codes, steps = quantized(vectors)
    fine = finely_quantized(vectors)
    assert np.array_equal(fine.codes, codes)
    assert np.abs(codes).max() == MAX_CODE
    wrong = np.abs(fine.vectors() - vectors) / steps[:, None]
    assert wrong.max() <= 1 / 256 + 1e-4
    assert np.median(wrong) <= 0.5 / 256 + 1e-4
    assert np.array_equal(fine.steps, steps)


@given(st.integers(0, 10_000), st.integers(1, 9), st.sampled_from([3, 384]))
def test_what_was_packed_comes_back(seed, many, dimension):
    """To the last bit, all and one alone."""
    fine = finely_quantized(vectors_of(seed, many, dimension))
    back = unpacked(fine.packed(), dimension)
    assert back.packed() == fine.packed()
    assert back.vectors().tobytes() == fine.vectors().tobytes()
    assert back.nbytes == len(fine.packed())
    assert back.at(slice(many - 1, many)).vectors().tobytes() == fine.vectors()[-1].tobytes()


@pytest.mark.parametrize("dimension", [5, 64, 384, 1_100])
@pytest.mark.parametrize("kind", ["normal", "steep", "axis"])
def test_similarities_are_those_of_an_index_in_memory_to_the_last_bit(tmp_path, dimension, kind):
    """Whatever is asked: a vector of it, another, one with a very large component, and nothing."""
    vectors = vectors_of(1, 700, dimension, kind)
    vector_format().write(tmp_path, vectors)
    index = vector_format().open(tmp_path)
    fine = finely_quantized(vectors)
    random = np.random.default_rng(2)
    questions = [*vectors[:10], *vectors_of(3, 10, dimension), np.zeros(dimension, dtype=np.float32)]
    questions += [random.normal(size=dimension).astype(np.float32) * 3]
    for question in questions:
        own = index.similarities(question)
        assert similarities(fine.codes, fine.steps, question).tobytes() == own.tobytes()
        some = fine.at(slice(7, 9))
        assert similarities(some.codes, some.steps, question).tobytes() == own[7:9].tobytes()
    index.close()


def test_offsets_are_what_the_zero_of_a_question_adds():
    """So much more a product with unsigned codes is."""
    codes, steps = quantized(vectors_of(4, 50, 32))
    asked = np.arange(32) - 16
    more = (codes.astype(np.int64) @ (asked + 64) - codes.astype(np.int64) @ asked) * steps
    assert offsets(codes, steps) == pytest.approx(more, rel=1e-6)
