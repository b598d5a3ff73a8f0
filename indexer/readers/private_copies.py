"""Copies of files that only this process knows: nobody shortens or exchanges one while it is read."""

import mmap
import os
from codecs import BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import BinaryIO

from search.spill import temporary_file

Content = bytes | mmap.mmap
"""The bytes of a file, whether in memory or mapped from a copy."""
IN_MEMORY = 64_000_000
"""A file of so many bytes is held in memory."""
_PIECE = 1 << 20


@contextmanager
def private_copy(opened: BinaryIO) -> Iterator[Path]:
    """The path of a copy of what is left of a file, for a library that opens its files itself."""
    with TemporaryDirectory(prefix="lede-copy-", dir=os.environ.get("TMPDIR") or None) as folder:
        path = Path(folder) / "copy"
        with path.open("wb") as file:
            copyfileobj(opened, file, _PIECE)
        yield path


@contextmanager
def in_utf_8(opened: BinaryIO) -> Iterator[Content]:
    """The bytes of a file; those of UTF-16, with a mark at its beginning or without, as UTF-8."""
    head = opened.read(IN_MEMORY + 1)
    recode = _recoder(head)
    if len(head) <= IN_MEMORY:
        yield recode(head, True)
        return
    with _Mapped(head, opened, recode) as mapped:
        yield mapped


def _recoder(head: bytes) -> Callable[[bytes, bool], bytes]:
    """What makes UTF-8 of one piece of a file after another; the last one is said to be it."""
    encoding = _of_two_bytes(head)
    if not encoding:
        return lambda piece, _: piece
    decode = getincrementaldecoder(encoding)("replace").decode
    return lambda piece, last: decode(piece, last).removeprefix("\ufeff").encode("utf-8", "replace")


def _of_two_bytes(head: bytes) -> str:
    """Which UTF-16 a file begins as: by its mark, or as half of its first bytes are zeros."""
    first = head[:4_096]
    if first.startswith(BOM_UTF16_LE) or first[1::2].count(0) * 2 > len(first) * 0.9:
        return "utf-16-le"
    return "utf-16-be" if first.startswith(BOM_UTF16_BE) or first[::2].count(0) * 2 > len(first) * 0.9 else ""


class _Mapped:
    """A file of which no more is in memory than is looked at."""

    def __init__(self, head: bytes, opened: BinaryIO, recode: Callable[[bytes, bool], bytes]) -> None:
        self._file = temporary_file(self)
        piece = head
        while piece:
            following = opened.read(_PIECE)
            self._file.write(recode(piece, not following))
            piece = following
        self._file.flush()

    def __enter__(self) -> mmap.mmap:
        self._mapped = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        return self._mapped

    def __exit__(self, *_: object) -> None:
        with suppress(BufferError):  # a pattern that was found may still look at it
            self._mapped.close()
