"""Arrays out of files, and sets as sorted arrays."""

from pathlib import Path
from threading import RLock
from typing import Any

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]

FEW = 16
"""Values are few where there might be so many times more."""


_HEADS = RLock()
"""Held while the head of a file is read: numpy parses it by `ast`, which two threads at once break in CPython 3.11."""


def mapped(path: Path) -> NDArray[Any]:
    """The array that np.save wrote, mapped into memory for reading. Raises ValueError for anything else."""
    # A plain array over the mapping: np.memmap itself pays for its subclass at every slice.
    with _HEADS:
        array: NDArray[Any] = np.asarray(np.load(path, mmap_mode="r", allow_pickle=False))
    return array


def loaded(path: Path) -> NDArray[Any]:
    """The same array, read into memory."""
    return np.array(mapped(path))


def distinct(values: Whole) -> Whole:
    """Each value once, ascending. np.unique does the same, but imports numpy.ma: 20 ms of a cold start."""
    ordered = np.sort(values)
    return ordered[_new(ordered)]


def ranks(values: Whole) -> Whole:
    """The place of each value among those equal to it, from 0; values ascend."""
    return np.arange(len(values)) - np.searchsorted(values, values)


def marked(values: Whole, size: int) -> Whole:
    """Each value once, ascending, where all are below a size: a few are put in order, for many marks are made."""
    if len(values) * FEW < size:
        return distinct(values)
    marks = np.zeros(size, dtype=np.bool_)
    marks[values] = True
    return np.flatnonzero(marks)


def ranges(first: Whole, lengths: Whole) -> Whole:
    """The numbers of several ranges, one range behind the other: from each first, so many as its length."""
    begins = np.cumsum(lengths) - lengths
    numbers: Whole = np.arange(lengths.sum()) + np.repeat(first - begins, lengths)
    return numbers


def firsts(values: Whole) -> Whole:
    """The places where each value comes first, in their order."""
    order = np.argsort(values, kind="stable")
    return np.sort(order[_new(values[order])])


def within(values: Whole, among: Whole) -> NDArray[np.bool_]:
    """Which of these values are among those. np.isin does the same, but it too imports numpy.ma."""
    if not len(among):
        return np.zeros(len(values), dtype=np.bool_)
    ordered = np.sort(among)
    found: NDArray[np.bool_] = ordered[np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)] == values
    return found


def _new(ordered: Whole) -> NDArray[np.bool_]:
    """Where a sorted array has a value that was not there before."""
    new = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    return new


Rows = NDArray[np.int64]
"""Rows or views, (count,)."""
Scores = NDArray[np.float32]
"""One score a row or view, (count,)."""
Numbers = NDArray[np.float64]
"""One exact number a row or view, (count,)."""
Mask = NDArray[np.bool_]
"""True where a row or view is admitted, (all,)."""
Matrix = NDArray[np.float32]
"""One unit vector a line, (count, dimension)."""
