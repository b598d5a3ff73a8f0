"""What every VectorIndex promises, against inner products worked out one by one."""

import gc
import tempfile
import weakref
from concurrent.futures import ThreadPoolExecutor

import faiss
import numpy as np
import pytest
from digests import digests
from hypothesis import given
from hypothesis import strategies as st

from search.backends import faiss as backend
from search.backends import int8_scan
from search.errors import LedeError
from search.wiring import vector_format

COUNT, DIMENSION = 203, 64


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


@given(asked=st.integers(0, 300))
def test_every_view_gets_its_similarity(index, asked):
    """Of each view in order, within 0.01 of what its inner product is."""
    vector = VECTORS[asked] if asked < COUNT else unit_vectors(asked, 1)[0]
    np.testing.assert_allclose(index.similarities(vector), VECTORS @ vector, atol=0.01)


@given(views=st.lists(st.integers(0, COUNT - 1), max_size=30), asked=st.integers(0, COUNT - 1))
def test_exact_similarities_and_vectors_are_of_the_views_asked_for(index, views, asked):
    """Both answer in the order asked for, and give what was written."""
    rows = np.array(views, dtype=np.int64)
    np.testing.assert_allclose(index.exact(VECTORS[asked], rows), VECTORS[rows] @ VECTORS[asked], atol=1e-5)
    np.testing.assert_array_equal(index.vectors(rows), VECTORS[rows])


def test_size_and_dimension_are_those_of_what_was_written(index):
    """An index tells how many views it has, and how long their vectors are."""
    assert (index.size, index.dimension) == (COUNT, DIMENSION)


def test_an_index_of_no_views_gives_nothing(tmp_path):
    """No article in a language that the model knows: an index without vectors can be written, opened and asked."""
    index = opened(tmp_path, np.zeros((0, DIMENSION), dtype=np.float32))
    nothing = np.zeros(0, dtype=np.int64)
    assert (index.size, index.dimension) == (0, DIMENSION)
    assert index.similarities(VECTORS[0]).tolist() == []
    assert index.exact(VECTORS[0], nothing).tolist() == []
    assert index.vectors(nothing).shape == (0, DIMENSION)
    index.close()


def test_the_first_question_is_answered_like_the_others(tmp_path):
    """An index may keep its views in another order once it is asked again: to the last bit nobody can tell."""
    index = opened(tmp_path, VECTORS)
    answers = [index.similarities(VECTORS[5]).tobytes() for _ in range(4)]
    assert len(set(answers)) == 1
    index.close()


def test_many_views_are_compared_by_all_cores_to_the_same_bit(tmp_path, monkeypatch):
    """How many threads share a comparison nobody can tell from its outcome."""
    alone, spread = opened(tmp_path, VECTORS), vector_format().open(tmp_path)
    expected = [alone.similarities(vector).tobytes() for vector in VECTORS[:20]]
    monkeypatch.setattr(int8_scan, "_PARALLEL_BYTES", 0)
    monkeypatch.setattr(int8_scan, "cores", lambda: 3)
    assert [spread.similarities(vector).tobytes() for vector in VECTORS[:20]] == expected
    alone.close()
    spread.close()


def test_threads_that_come_first_get_the_answers_of_those_that_come_later(tmp_path):
    """Eight at once, of which each may be the one that finds the index as it lies on the disk."""
    index = opened(tmp_path, VECTORS)
    with ThreadPoolExecutor(8) as pool:
        early = list(pool.map(lambda number: index.similarities(VECTORS[number]).tobytes(), range(64)))
    assert early == [index.similarities(VECTORS[number]).tobytes() for number in range(64)]
    index.close()


def test_several_threads_get_the_answers_that_one_gets(index):
    """Asked by four threads at once, an index answers as when asked alone."""

    def ask(number):
        return index.similarities(VECTORS[number]).tolist()

    alone = [ask(number) for number in range(60)]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(60))) == alone


def test_opening_and_asking_change_no_byte(tmp_path):
    """A folder is, after it was opened, asked and closed, what it was when it was written."""
    vector_format().write(tmp_path, VECTORS)
    before = digests(tmp_path)
    index = vector_format().open(tmp_path)
    index.similarities(VECTORS[0])
    index.exact(VECTORS[0], np.arange(3))
    index.close()
    assert digests(tmp_path) == before


def test_a_closed_index_gives_nothing(tmp_path):
    """After close no view is found."""
    index = opened(tmp_path, VECTORS)
    index.close()
    assert index.size == 0
    assert index.similarities(VECTORS[0]).tolist() == []


def test_the_exact_vectors_are_kept_in_a_file_as_faiss_writes_it(index, tmp_path):
    """Whoever has FAISS reads them without Lede; the file is written without a second copy in memory."""
    made = faiss.IndexFlatIP(DIMENSION)
    made.add(VECTORS)
    faiss.write_index(made, str(tmp_path / "made.faiss"))
    assert index._file.read_bytes() == (tmp_path / "made.faiss").read_bytes()


@given(company=st.lists(st.integers(0, COUNT - 1), min_size=1, max_size=8))
def test_a_question_is_answered_in_company_as_alone(index, company):
    """Several vectors in one pass: to the last bit each has the similarities that it has by itself."""
    together = index._scan._compare(VECTORS[company])
    for row, number in zip(together, company, strict=True):
        np.testing.assert_array_equal(row, index.similarities(VECTORS[number]))


def test_what_is_let_go_holds_no_file(tmp_path):
    """Without waiting for the garbage collector: else a service keeps the files of every generation that it served."""
    index = opened(tmp_path, VECTORS)
    index.similarities(VECTORS[0])
    scan = weakref.ref(index._scan)
    gc.disable()
    try:
        index.close()
        assert scan() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("count", [0, 1, 5])
def test_vectors_that_faiss_would_read_otherwise_are_not_left(tmp_path, monkeypatch, count):
    """Its file is written without it, by a header that another version may write otherwise."""
    vector_format().write(tmp_path, VECTORS[:count])
    own = backend._head

    def longer(vectors):
        return own(vectors) + bytes(4)

    monkeypatch.setattr(backend, "_head", longer)
    if count:
        with pytest.raises(LedeError, match="FAISS"):
            vector_format().write(tmp_path, VECTORS[:count])


@pytest.mark.parametrize("count", [40, 96, 203])
def test_codes_that_are_mapped_in_pieces_give_the_same_similarities(tmp_path, monkeypatch, count):
    """To the last bit, and nothing of them stays where they were packed."""
    vectors = VECTORS[:count]
    plain = opened(tmp_path, vectors)
    monkeypatch.setattr(int8_scan, "_MAPPED_BYTES", 1)
    monkeypatch.setattr(int8_scan, "_TOGETHER", 32)
    (tmp_path / "mapped").mkdir()
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    made = opened(tmp_path / "mapped", vectors)
    for asked in range(4):
        expected, found = (one.similarities(VECTORS[asked]) for one in (plain, made))
        np.testing.assert_array_equal(found, expected)
    assert len(made._scan._state.graphs) == -(-count // 32)
    assert list((tmp_path / "tmp").iterdir()) == []
    for one in (plain, made):
        one.close()


def test_where_codes_cannot_be_mapped_they_are_packed_into_memory(tmp_path, monkeypatch):
    """A disk may be full, and a generation of before has no graphs for pieces."""
    monkeypatch.setattr(int8_scan, "_MAPPED_BYTES", 1)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    made = opened(tmp_path, VECTORS)
    for asked in range(3):
        np.testing.assert_allclose(made.similarities(VECTORS[asked]), VECTORS @ VECTORS[asked], atol=0.01)
    assert len(made._scan._state.graphs) == 1
    made.close()
