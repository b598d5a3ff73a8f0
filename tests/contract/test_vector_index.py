"""What every VectorIndex promises, against inner products worked out one by one."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from digests import digests
from hypothesis import given
from hypothesis import strategies as st

from search.wiring import vector_format

COUNT, DIMENSION = 203, 24
"""A count that is no multiple of eight: the last byte of a bitmap is part used."""


def unit_vectors(seed, count, dimension=DIMENSION):
    """Random vectors of unit length."""
    made = np.random.default_rng(seed).normal(size=(count, dimension))
    return (made / np.linalg.norm(made, axis=1, keepdims=True)).astype(np.float32)


VECTORS = unit_vectors(1, COUNT)
VECTORS[17] = VECTORS[3]


def opened(folder, vectors):
    """An index of these vectors."""
    vector_format().write(folder, vectors)
    return vector_format().open(folder)


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """One index, asked by every test."""
    made = opened(tmp_path_factory.mktemp("vectors"), VECTORS)
    yield made
    made.close()


@st.composite
def masks(draw):
    """All, none, one, or any of the views."""
    kind = draw(st.sampled_from(["all", "none", "one", "some", "last"]))
    mask = np.zeros(COUNT, dtype=np.bool_)
    if kind == "all":
        mask[:] = True
    elif kind == "one":
        mask[draw(st.integers(0, COUNT - 1))] = True
    elif kind == "last":
        mask[-1] = True
    elif kind == "some":
        mask = np.random.default_rng(draw(st.integers(0, 999))).random(COUNT) < draw(st.floats(0.05, 0.95))
    return mask


@given(
    asked=st.integers(0, 300), floor=st.sampled_from([-2.0, -0.3, 0.0, 0.1, 0.35, 0.9, 1.5]), mask=st.none() | masks()
)
def test_above_gives_every_admitted_view_over_the_floor(index, asked, floor, mask):
    """The views over the floor among the admitted, ascending, are those of brute force; none for no admitted view."""
    vector = VECTORS[asked] if asked < COUNT else unit_vectors(asked, 1)[0]
    products = VECTORS.astype(np.float64) @ vector.astype(np.float64)
    views, similarities = index.above(vector, floor, mask)
    admitted = np.ones(COUNT, dtype=np.bool_) if mask is None else mask
    sure = np.abs(products - floor) > 1e-5
    expected = np.flatnonzero(admitted & (products > floor) & sure)
    assert [view for view in views.tolist() if sure[view]] == expected.tolist()
    assert np.all(admitted[views])
    assert np.all(np.diff(views) > 0)
    np.testing.assert_allclose(similarities, products[views], atol=1e-5)


@given(views=st.lists(st.integers(0, COUNT - 1), max_size=30), asked=st.integers(0, COUNT - 1))
def test_similarities_and_vectors_are_of_the_views_asked_for(index, views, asked):
    """Both answer in the order asked for, and give what was written."""
    rows = np.array(views, dtype=np.int64)
    np.testing.assert_allclose(index.similarities(VECTORS[asked], rows), VECTORS[rows] @ VECTORS[asked], atol=1e-5)
    np.testing.assert_array_equal(index.vectors(rows), VECTORS[rows])


def test_size_and_dimension_are_those_of_what_was_written(index):
    """An index tells how many views it has, and how long their vectors are."""
    assert (index.size, index.dimension) == (COUNT, DIMENSION)


@pytest.mark.parametrize("mask", [None, np.zeros(0, dtype=np.bool_)])
def test_an_index_of_no_views_gives_nothing(tmp_path, mask):
    """No article in a language that the model knows: an index without vectors can be written, opened and asked."""
    index = opened(tmp_path, np.zeros((0, DIMENSION), dtype=np.float32))
    nothing = np.zeros(0, dtype=np.int64)
    assert (index.size, index.dimension) == (0, DIMENSION)
    assert index.above(VECTORS[0], -2.0, mask)[0].tolist() == []
    assert index.similarities(VECTORS[0], nothing).tolist() == []
    assert index.vectors(nothing).shape == (0, DIMENSION)
    index.close()


def test_several_threads_get_the_answers_that_one_gets(index):
    """Asked by four threads at once, an index answers as when asked alone."""
    masks_asked = [None, np.arange(COUNT) % 2 == 0, np.arange(COUNT) < 5] * 20

    def ask(number):
        return index.above(VECTORS[number], 0.1, masks_asked[number])[0].tolist()

    alone = [ask(number) for number in range(60)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(60))) == alone


def test_opening_and_asking_change_no_byte(tmp_path):
    """A folder is, after it was opened, asked and closed, what it was when it was written."""
    vector_format().write(tmp_path, VECTORS)
    before = digests(tmp_path)
    index = vector_format().open(tmp_path)
    index.above(VECTORS[0], 0.1)
    index.close()
    assert digests(tmp_path) == before


def test_a_closed_index_gives_nothing(tmp_path):
    """After close no view is found."""
    index = opened(tmp_path, VECTORS)
    index.close()
    assert index.size == 0
    assert index.above(VECTORS[0], -2.0)[0].tolist() == []
