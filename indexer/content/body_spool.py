"""A temporary file of pieces of bytes, such as bodies of articles: a build of a large archive holds none of them."""

import os
from array import array
from collections.abc import Iterable, Iterator

from search.spill import temporary_file


class BodySpool:
    """Bodies in the order in which they were put; the file goes when the spool does."""

    def __init__(self) -> None:
        self._file = temporary_file(self)
        self._starts = array("q", [0])
        self._written = 0
        """How many of the bodies have left the buffer of the file."""

    def put(self, body: bytes) -> int:
        """Keep a body; gives its number."""
        self._file.write(body)
        self._starts.append(self._starts[-1] + len(body))
        return len(self._starts) - 2

    def get(self, number: int) -> bytes:
        """The body of that number. Several threads may ask at once, as long as none puts."""
        if self._written < len(self):
            self._file.flush()
            self._written = len(self)
        start, end = self._starts[number], self._starts[number + 1]
        return os.pread(self._file.fileno(), end - start, start)

    def in_order(self, numbers: Iterable[int]) -> Iterator[bytes]:
        """The bodies of these numbers."""
        return map(self.get, numbers)

    def __len__(self) -> int:
        return len(self._starts) - 1
