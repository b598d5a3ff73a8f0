"""Arrays on their way to disk: what is too large to be held while an index is built."""

import os
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from search.arrays import Matrix, Rows

AT_ONCE = 1 << 20
"""Numbers that are read back together."""
_FOLDER = os.environ.get("TMPDIR") or None
"""Named, where it is set: tempfile would try the folder out with a file of any name, which a killed run leaves."""


def temporary_file(owner: object) -> BinaryIO:
    """A file without a name, which goes when its owner does, however that ends."""
    file = cast(BinaryIO, tempfile.TemporaryFile(dir=_FOLDER))  # noqa: SIM115 - it is closed with its owner
    weakref.finalize(owner, _let_go, file)
    return file


def _let_go(file: BinaryIO) -> None:
    with suppress(OSError):  # on a full disk the last bytes cannot be written, and nobody wants them any more
        file.close()


def marks_of(numbers: NDArray[Any], marks: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The marks, with those of these numbers set; as many more as are needed."""
    most = int(numbers.max(initial=-1)) + 1
    if most > len(marks):
        marks = np.concatenate([marks, np.zeros(max(most - len(marks), len(marks)), dtype=np.bool_)])
    marks[numbers] = True
    return marks


class SpilledArray:
    """Numbers of one kind, added one behind the other into a temporary file and read back in their order."""

    def __init__(self, kind: type[np.generic]) -> None:
        self.kind = kind
        self._kind = np.dtype(kind)
        self._file = temporary_file(self)
        self._size = 0

    def __len__(self) -> int:
        return self._size

    def add(self, values: NDArray[Any]) -> None:
        """Add numbers behind all others."""
        self._file.write(np.ascontiguousarray(values, dtype=self._kind).data)
        self._size += len(values)

    def parts(self) -> Iterator[NDArray[Any]]:
        """All numbers, some at a time."""
        for first in range(0, self._size, AT_ONCE):
            yield self.read(first, min(AT_ONCE, self._size - first))

    def read(self, first: int, count: int) -> NDArray[Any]:
        """So many numbers from one on."""
        self._file.seek(first * self._kind.itemsize)
        found = np.frombuffer(self._file.read(count * self._kind.itemsize), dtype=self._kind)
        self._file.seek(0, os.SEEK_END)
        return found


class ArrayFile:
    """A .npy file, byte for byte as np.save writes it, written some numbers at a time."""

    def __init__(self, path: Path, kind: type[np.generic], size: int) -> None:
        """`size` is how many numbers there will be."""
        self._kind = np.dtype(kind)
        self._file = path.open("wb")
        head = {"descr": np.lib.format.dtype_to_descr(self._kind), "fortran_order": False, "shape": (size,)}
        np.lib.format.write_array_header_1_0(self._file, head)

    def add(self, values: NDArray[Any]) -> None:
        """Write the next numbers."""
        self._file.write(np.ascontiguousarray(values, dtype=self._kind).data)

    def __enter__(self) -> "ArrayFile":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()


class MatrixFile:
    """Vectors in a temporary file, (lines, dimension) float32, of which some are read at a time."""

    def __init__(self, dimension: int) -> None:
        self._file = temporary_file(self)
        self._dimension = dimension
        self._lines = 0

    @property
    def shape(self) -> tuple[int, int]:
        """How many lines there are, and how long each is."""
        return self._lines, self._dimension

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return self._lines * self._dimension

    def __len__(self) -> int:
        return self._lines

    def put(self, line: int, vectors: Matrix) -> None:
        """Write vectors from a line on."""
        os.pwrite(self._file.fileno(), np.ascontiguousarray(vectors, dtype=np.float32).data, line * self._dimension * 4)
        self._lines = max(self._lines, line + vectors.size // self._dimension)

    def __getitem__(self, lines: slice | Rows) -> Matrix:
        """The vectors of a stretch of lines, or of these lines."""
        if isinstance(lines, slice):
            first, last, _ = lines.indices(self._lines)
            return self._read(first, max(0, last - first))
        found = np.empty((len(lines), self._dimension), dtype=np.float32)
        for place, line in enumerate(lines.tolist()):
            found[place] = self._read(line, 1)[0]
        return found

    def _read(self, first: int, count: int) -> Matrix:
        length = self._dimension * 4
        numbers = np.frombuffer(os.pread(self._file.fileno(), count * length, first * length), dtype=np.float32)
        return numbers.reshape(count, self._dimension)


Lines = Matrix | MatrixFile
"""Vectors in memory or in a file; both give stretches and chosen lines."""


def stretches(lines: Lines, at_once: int) -> Iterator[Matrix]:
    """All lines, so many at a time."""
    for first in range(0, len(lines), at_once):
        yield lines[first : first + at_once]
