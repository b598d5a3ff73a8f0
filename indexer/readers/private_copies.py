"""Copies of files that only this process knows: nobody shortens or exchanges one while it is read."""

import mmap
import os
import sqlite3
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, getincrementaldecoder
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path
from tempfile import gettempdir, mkstemp
from typing import BinaryIO

from indexer.content.document import UnfitError
from search.spill import temporary_file

Content = bytes | mmap.mmap
"""The bytes of a file, whether in memory or mapped from a copy."""
IN_MEMORY = 64_000_000
"""A file of so many bytes is held in memory."""
_PIECE = 1 << 20
_VERSIONS = slice(18, 20)
"""The bytes in the head of a database of SQLite that say 1 where it has no log beside it, as one in memory has none."""


def database_of(opened: BinaryIO) -> sqlite3.Connection:
    """A database of SQLite that nobody else changes: in memory where it is small, or of a copy without a name.

    Raises UnfitError where there is no room for the copy, sqlite3.Error for what is no database.
    """
    size = os.fstat(opened.fileno()).st_size
    if size <= IN_MEMORY:
        return _in_memory(opened.read(IN_MEMORY))
    with _room_for(size):
        number, name = mkstemp(prefix="lede-copy-", dir=_folder())
    with os.fdopen(number, "wb", buffering=0) as file:
        try:  # SQLite asks for the size at once; a database of mode WAL is read so without a log
            with _room_for(size):
                file.truncate(size)
            database = sqlite3.connect(f"{Path(name).as_uri()}?mode=ro&immutable=1", uri=True)
        finally:
            Path(name).unlink()  # while it says nothing: SQLite holds it open, and a run that is killed leaves nothing
        try:
            while piece := opened.read(_PIECE):
                with _room_for(size):
                    _write(piece, file)
        except BaseException:
            database.close()
            raise
    return database


def _in_memory(content: bytes) -> sqlite3.Connection:
    database = sqlite3.connect(":memory:")
    without_log = bytearray(content)
    without_log[_VERSIONS] = b"\1\1"
    try:
        database.deserialize(without_log)
    except BaseException:
        database.close()
        raise
    return database


def _folder() -> str:
    """The folder of temporary files."""
    return os.environ.get("TMPDIR") or gettempdir()


def _write(piece: bytes, file: FileIO) -> None:
    while piece:
        piece = piece[file.write(piece) :]


@contextmanager
def _room_for(size: int) -> Iterator[None]:
    """Say what is wrong with the temporary folder, where it is: the file that is copied is blameless."""
    try:
        yield
    except OSError as wrong:
        why = wrong.strerror or wrong
        raise UnfitError(
            f"cannot be copied to be read ({why}): needs {size:,} bytes in {_folder()};"
            " set TMPDIR to a folder with more room"
        ) from wrong


@contextmanager
def in_utf_8(opened: BinaryIO) -> Iterator[Content]:
    """The bytes of a file without a mark at its beginning; those of UTF-16, with a mark or without, as UTF-8."""
    head = opened.read(IN_MEMORY + 1)
    whole = len(head) <= IN_MEMORY
    head = head.removeprefix(BOM_UTF8)
    recode = _recoder(head)
    if whole:
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
    """Which UTF-16 a file begins as: by its mark, or as a letter or sign of ASCII, which any dump begins with."""
    first = head[:2]
    if first == BOM_UTF16_LE or (first[1:] == b"\0" and first[0]):
        return "utf-16-le"
    return "utf-16-be" if first == BOM_UTF16_BE or (first[:1] == b"\0" and first[1:] > b"\0") else ""


class _Mapped:
    """A file of which no more is in memory than is looked at."""

    def __init__(self, head: bytes, opened: BinaryIO, recode: Callable[[bytes, bool], bytes]) -> None:
        size = os.fstat(opened.fileno()).st_size
        with _room_for(size):
            self._file = temporary_file(self)
        piece = head
        while piece:
            following = opened.read(_PIECE)
            with _room_for(size):
                self._file.write(recode(piece, not following))
            piece = following
        with _room_for(size):
            self._file.flush()

    def __enter__(self) -> mmap.mmap:
        self._mapped = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        return self._mapped

    def __exit__(self, *_: object) -> None:
        with suppress(BufferError):  # a pattern that was found may still look at it
            self._mapped.close()
