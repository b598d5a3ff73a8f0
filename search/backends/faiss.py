"""The vector engine: FAISS keeps the vectors and scores exactly; beside it every view is compared in bytes.

No result set depends on how deep a search looked: every view gets its similarity by search.scan, the best are scored
exactly.
"""

from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

import numpy as np

from search.arrays import Matrix, Rows, Scores
from search.backends.int8_scan import Int8Scan, write_scan
from search.errors import LedeError
from search.ports import VectorIndex

if TYPE_CHECKING:  # what only a build needs
    from search.spill import Lines

_FILE = "views.faiss"
_AT_ONCE = 1 << 16
"""Vectors that are written together."""
_HEADER = 64
"""Less than so many floats stand before the vectors in the file."""


class FaissFormat:
    """Writes and opens a flat FAISS index, and its vectors in bytes."""

    name = "faiss-flat-scan"

    def write(self, folder: Path, vectors: "Lines") -> None:
        """Write the unit vectors; the n-th becomes view n."""
        from search.spill import stretches

        with (folder / _FILE).open("wb") as file:
            file.write(_head(vectors))
            for some in stretches(vectors, _AT_ONCE):
                np.ascontiguousarray(some, dtype=np.float32).tofile(file)
        _check_header(folder / _FILE, vectors)
        write_scan(folder, vectors)

    def open(self, folder: Path) -> VectorIndex:
        """Open what `write` wrote."""
        return FaissIndex(folder)


def _head(vectors: "Lines") -> bytes:
    """What FAISS writes before these vectors, as `_check_header` makes sure of.

    It is taken from an empty index: one with the vectors would take as much memory again.
    """
    import faiss

    index = faiss.IndexFlatIP(vectors.shape[1])
    index.ntotal = len(vectors)
    head: bytes = faiss.serialize_index(index).tobytes()
    return head[:-8] + vectors.size.to_bytes(8, "little")  # how many numbers follow stands last: none yet


def _check_header(file: Path, vectors: "Lines") -> None:
    """Raise LedeError where FAISS does not find the vectors that were written: its file format has changed."""
    import faiss

    index = faiss.read_index(str(file), faiss.IO_FLAG_MMAP_IFC)
    sound = (index.ntotal, index.d) == vectors.shape
    for row in {0, len(vectors) - 1} if sound and len(vectors) else ():
        sound = sound and np.array_equal(index.reconstruct(row), vectors[row : row + 1][0])
    if not sound:
        raise LedeError(
            f"FAISS {faiss.__version__} does not read the vectors that were written for it.",
            "Install the version of faiss-cpu that requirements.lock names.",
        )


class FaissIndex:
    """Answers from files mapped into memory."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / _FILE
        self._scan: Int8Scan | None = Int8Scan(folder)
        self.size, self.dimension = self._scan.size, self._scan.dimension
        self._lock = Lock()
        self._opened: Any = None
        if not 0 <= self._file.stat().st_size // 4 - self.size * self.dimension < _HEADER:
            raise ValueError(f"{_FILE} has not {self.size} vectors of {self.dimension} numbers")

    def similarities(self, vector: Scores) -> Scores:
        """The similarity of every view to the vector, by their bytes."""
        if self._scan is None or not self.size:
            return np.zeros(0, dtype=np.float32)
        return self._scan.similarities(vector)

    def exact(self, vector: Scores, views: Rows) -> Scores:
        """The similarity of each of these views to the vector."""
        found = np.empty((1, len(views)), dtype=np.float32)
        if len(views):
            import faiss

            # One question is one thread's work. FAISS would start others, and wait while they have no core.
            faiss.omp_set_num_threads(1)  # of the calling thread alone
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
        self._opened = self._scan = None
        self.size = 0
