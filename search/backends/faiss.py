"""The vector engine: FAISS keeps the vectors and scores exactly; beside it bytes that are compared with every question.

One pass over a byte a number (simsimd) takes a third of the time of one over floats, and no result set depends on
how deep a search looked: every view gets its similarity, the best are scored exactly (docs/experiments.md).
"""

from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.arrays import mapped
from search.ports import Matrix, Rows, Scores, VectorIndex

_FILE, _CODES, _STEPS = "views.faiss", "codes.npy", "steps.npy"
_HEADER = 64
"""Less than so many floats stand before the vectors in the file."""
_MOST = 127
"""The largest code: a byte with a sign."""


class FaissFormat:
    """Writes and opens a flat FAISS index, and codes of a byte for each of its numbers."""

    name = "faiss-flat-bytes"

    def write(self, folder: Path, vectors: Matrix) -> None:
        """Write the unit vectors; the n-th becomes view n."""
        import faiss

        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        faiss.write_index(index, str(folder / _FILE))
        codes, steps = _coded(vectors)
        np.save(folder / _CODES, codes)
        np.save(folder / _STEPS, steps)

    def open(self, folder: Path) -> VectorIndex:
        """Open what `write` wrote."""
        return FaissIndex(folder)


class FaissIndex:
    """Answers from files mapped into memory."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / _FILE
        self._codes = mapped(folder / _CODES)
        self._steps = mapped(folder / _STEPS)
        self.size, self.dimension = self._codes.shape
        self._lock = Lock()
        self._opened: Any = None
        floats = self._file.stat().st_size // 4
        if self._steps.shape != (self.size,) or not 0 <= floats - self._codes.size < _HEADER:
            raise ValueError(f"{_FILE}, {_CODES} and {_STEPS} differ in length")

    def similarities(self, vector: Scores) -> Scores:
        """The similarity of every view to the vector, by their codes."""
        if not self.size:
            return np.zeros(0, dtype=np.float32)
        import simsimd

        code, step = _coded(vector[None, :])
        products = np.asarray(simsimd.cdist(code, self._codes, metric="dot"))[0]
        near: Scores = (products * self._steps * step[0]).astype(np.float32)
        return near

    def exact(self, vector: Scores, views: Rows) -> Scores:
        """The similarity of each of these views to the vector."""
        found = np.empty((1, len(views)), dtype=np.float32)
        if len(views):
            import faiss

            asked, wanted = np.ascontiguousarray(vector[None, :]), np.ascontiguousarray(views, dtype=np.int64)
            self._index.compute_distance_subset(
                1, faiss.swig_ptr(asked), len(views), faiss.swig_ptr(found), faiss.swig_ptr(wanted)
            )
        similarities: Scores = found[0]
        return similarities

    def vectors(self, views: Rows) -> Matrix:
        """The vectors of these views."""
        if not len(views):
            return np.zeros((0, self.dimension), dtype=np.float32)
        found: Matrix = self._index.reconstruct_batch(np.ascontiguousarray(views, dtype=np.int64))
        return found

    @property
    def _index(self) -> Any:
        """The exact vectors, opened when first asked for: a question of words alone need not load FAISS."""
        with self._lock:
            if self._opened is None:
                import faiss

                self._opened = faiss.read_index(str(self._file), faiss.IO_FLAG_MMAP_IFC)
            return self._opened

    def close(self) -> None:
        """Let go of the index, and with it of the mapped files."""
        self._opened = None
        self._codes, self._steps = _coded(np.zeros((0, self.dimension), dtype=np.float32))
        self.size = 0


def _coded(vectors: Matrix) -> tuple[NDArray[np.int8], Scores]:
    """Each vector as whole numbers of as many steps as fit a byte, and the size of its step."""
    steps = np.abs(vectors).max(axis=1, initial=1e-9) / np.float32(_MOST)
    return np.rint(vectors / steps[:, None]).astype(np.int8), steps.astype(np.float32)
