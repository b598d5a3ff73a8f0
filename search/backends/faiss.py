"""The vector engine: FAISS, exact inner products, with filters handed to it as a bitmap of rows."""

from pathlib import Path
from typing import Any

import faiss
import numpy as np

from search.ports import Mask, Matrix, Rows, Scores, VectorIndex

_FILE = "views.faiss"


class FaissFormat:
    """Writes and opens a flat FAISS index."""

    name = "faiss-flat"

    def write(self, folder: Path, vectors: Matrix) -> None:
        """Write the unit vectors; the n-th becomes view n."""
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        faiss.write_index(index, str(folder / _FILE))

    def open(self, folder: Path) -> VectorIndex:
        """Open what `write` wrote."""
        return FaissIndex(folder / _FILE)


class FaissIndex:
    """Answers from a flat index, mapped into memory."""

    def __init__(self, path: Path) -> None:
        index: Any = faiss.read_index(str(path), faiss.IO_FLAG_MMAP_IFC)
        self._index = index
        self.size = int(self._index.ntotal)
        self.dimension = int(self._index.d)
        flat = faiss.rev_swig_ptr(index.get_xb(), self.size * self.dimension)
        self._vectors: Matrix = flat.reshape(self.size, self.dimension)

    def above(self, vector: Scores, floor: float, admitted: Mask | None = None) -> tuple[Rows, Scores]:
        """Every admitted view more similar than the floor, in ascending order, with its similarity."""
        if admitted is None:
            _, similarities, views = self._index.range_search(vector[None, :], floor)
        else:
            bits = np.packbits(admitted, bitorder="little")
            selector = faiss.IDSelectorBitmap(self.size, faiss.swig_ptr(bits))
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
            _, similarities, views = self._index.range_search(vector[None, :], floor, params=parameters)
        order = np.argsort(views)
        return views[order], similarities[order]

    def similarities(self, vector: Scores, views: Rows) -> Scores:
        """The similarity of each of these views to the vector."""
        products: Scores = self._vectors[views] @ vector
        return products

    def vectors(self, views: Rows) -> Matrix:
        """The vectors of these views."""
        return self._vectors[views]

    def close(self) -> None:
        """Let go of the index, and with it of the mapped file."""
        self._vectors = np.zeros((0, self.dimension), dtype=np.float32)
        self._index = faiss.IndexFlatIP(self.dimension)
        self.size = 0
