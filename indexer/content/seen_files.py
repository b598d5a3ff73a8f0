"""Files that an earlier build read: one whose state is the same is not read again.

The state of a file is its path, size, inode, and the times of its last change of content and of attributes, as Git and
make go by them. The system sets the last of these itself, so no copying with old times goes unseen. A file that changed
just before it was read is not remembered: it might change again within the same tick of the clock.
"""

import hashlib
import os
import stat
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from indexer.text.remembered import keep, recalled

SEEN = "files.bin"
"""What builds remember of files, in the folder of caches."""
_RECIPE = "1"
_KEY, _DIGEST = 16, 32
_LATELY = 2_000_000_000
"""Nanoseconds that a file must have rested before it was read: coarser clocks are not in use."""


class SeenFiles:
    """The digests of files by their states: those of the build before, and those of this one."""

    def __init__(self, file: Path) -> None:
        """`file` is where builds remember them; without it, or with one that is damaged, all files are read."""
        self._file = file
        self._before = np.frombuffer(recalled(file, (_RECIPE,)) or b"", dtype=np.uint8).reshape(-1, _KEY + _DIGEST)
        self._keys = self._before[:, :_KEY].tobytes()
        self._at = 0
        self._order: NDArray[np.int64] | None = None
        self._now = bytearray()

    def digest(self, key: bytes) -> str:
        """The digest of a file in that state; empty where none was seen. It is remembered for the next build."""
        place = self._place(key)
        if place < 0:
            return ""
        digest = self._before[place, _KEY:].tobytes()
        self._now += key + digest
        self._at = place + 1
        return digest.hex()

    def add(self, key: bytes, state: os.stat_result, digest: str) -> None:
        """Remember the digest of a file that was just read in that state, unless it changed only lately."""
        if max(state.st_mtime_ns, state.st_ctime_ns) < time.time_ns() - _LATELY:
            self._now += key + bytes.fromhex(digest)

    def keep(self) -> None:
        """Leave what was seen for the next build."""
        keep(self._file, (_RECIPE,), bytes(self._now))

    def _place(self, key: bytes) -> int:
        """The place of a key, -1 for none. Files come in the same order as before, so mostly it is the next."""
        if self._keys[self._at * _KEY : (self._at + 1) * _KEY] == key:
            return self._at
        if self._order is None:
            self._sorted = np.frombuffer(self._keys, dtype=">u8").reshape(-1, 2)[:, 0].astype(np.uint64)
            self._order = np.argsort(self._sorted, kind="stable")
            self._sorted = self._sorted[self._order]
        wanted = np.uint64(int.from_bytes(key[:8], "big"))
        at = int(np.searchsorted(self._sorted, wanted))
        while at < len(self._sorted) and self._sorted[at] == wanted:
            place = int(self._order[at])
            if self._keys[place * _KEY : (place + 1) * _KEY] == key:
                return place
            at += 1
        return -1


def key_of(state: os.stat_result, said: str) -> bytes:
    """The key of a regular file in a state; `said` is what else its digest depends on, its path among it."""
    times = f"{state.st_size} {state.st_mtime_ns} {state.st_ctime_ns} {state.st_ino} {state.st_dev}"
    return hashlib.blake2b(f"{times}\0{said}".encode("utf-8", "surrogateescape"), digest_size=_KEY).digest()


def is_regular(state: os.stat_result) -> bool:
    """Whether that is the state of a regular file, and not of a link to one."""
    return stat.S_ISREG(state.st_mode)
