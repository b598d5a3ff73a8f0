"""Are numbers and vectors in temporary files what was put there?"""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search import spill
from search.spill import ArrayFile, MatrixFile, SpilledArray, stretches


@given(parts=st.lists(st.lists(st.integers(-(2**40), 2**40), max_size=7), max_size=7), at_once=st.integers(1, 9))
def test_numbers_come_back_in_their_order(parts, at_once):
    """Whatever came together; reading in between does no harm."""
    spilled = SpilledArray(np.int64)
    every = []
    for part in parts:
        spilled.add(np.array(part, dtype=np.int64))
        every += part
        assert spilled.read(0, len(spilled)).tolist() == every
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(spill, "AT_ONCE", at_once)
        found = list(spilled.parts())
    assert [number for part in found for number in part.tolist()] == every
    assert all(len(part) <= at_once for part in found)


@pytest.mark.parametrize("kind", [np.int32, np.int64])
def test_a_file_of_numbers_is_the_one_that_numpy_writes(tmp_path, kind):
    """Byte for byte, its head included."""
    values = np.arange(1000, dtype=kind)
    np.save(tmp_path / "whole.npy", values)
    with ArrayFile(tmp_path / "parts.npy", kind, len(values)) as file:
        for at in range(0, 1000, 300):
            file.add(values[at : at + 300])
    assert (tmp_path / "parts.npy").read_bytes() == (tmp_path / "whole.npy").read_bytes()


def test_vectors_are_where_they_were_put():
    """In any order, some of them twice; read by stretches, and chosen ones."""
    vectors = np.random.default_rng(1).normal(size=(20, 3)).astype(np.float32)
    file = MatrixFile(3)
    for line in (*range(10, 20), *range(10), 4):
        file.put(line, vectors[line : line + 1])
    file.put(15, vectors[15:])
    assert file.shape == vectors.shape
    assert (file.size, len(file)) == (60, 20)
    np.testing.assert_array_equal(file[:], vectors)
    np.testing.assert_array_equal(file[7:30], vectors[7:30])
    np.testing.assert_array_equal(file[np.array([3, 19, 3])], vectors[[3, 19, 3]])
    assert [len(some) for some in stretches(file, 8)] == [8, 8, 4]
    np.testing.assert_array_equal(np.concatenate(list(stretches(vectors, 8))), vectors)
