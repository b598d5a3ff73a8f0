"""Bounds on how much of a stream one item may take: what has no end is refused before it fills the memory."""

from collections.abc import Iterator
from typing import BinaryIO, TextIO

from indexer.content.document import UnfitError

MAX_TABLES, MAX_VALUES = 4_000_000, 10_000_000
"""JSON that is read as a whole may hold so many lists and tables, and so many values."""


class BoundedStream:
    """The bytes of a file, for a parser that reads them piece by piece; `restart` is called behind each item."""

    def __init__(self, opened: BinaryIO, most: int) -> None:
        self._opened = opened
        self._most = most
        self._taken = 0

    def read(self, size: int = -1) -> bytes:
        """The next bytes. Raises UnfitError where an item has more than it may have."""
        piece = self._opened.read(size if size >= 0 else self._most)
        self._taken += len(piece)
        if self._taken > self._most:
            raise UnfitError(f"an item has more than {self._most:,} bytes")
        return piece

    def restart(self) -> None:
        """Count anew: an item has ended."""
        self._taken = 0


class BoundedLines:
    """The lines of a text, for a parser that joins them to rows; `restart` is called behind each row."""

    def __init__(self, text: TextIO, most: int) -> None:
        self._text = text
        self._most = most
        self._taken = 0
        self.number = 0
        """How many lines were read."""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._text.readline(self._most + 1)
        if not line:
            raise StopIteration
        self.number += 1
        self._taken += len(line)
        if self._taken > self._most:
            raise UnfitError(f"a row has more than {self._most:,} characters", self.number)
        return line

    def restart(self) -> None:
        """Count anew: a row has ended."""
        self._taken = 0


def see_to_density(content: bytes) -> None:
    """Refuse JSON that stands for far more memory than it has bytes, such as millions of empty lists.

    Raises UnfitError.
    """
    if content.count(b"{") + content.count(b"[") > MAX_TABLES or content.count(b",") > MAX_VALUES:
        raise UnfitError(f"holds more than {MAX_TABLES:,} lists and tables, or {MAX_VALUES:,} values; write JSON Lines")
