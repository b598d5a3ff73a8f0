"""State that the workers of one service share: arrays in memory that forked processes see alike, and one lock.

The lock is a record lock on a file without a name, so the kernel releases it when its holder dies. A service of one
process uses private arrays and a thread lock by the same calls.
"""

import fcntl
import mmap
import os
from threading import RLock
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from search.arrays import Mask

ALL = 0
"""The client number under which a tally counts what is nobody's own."""
_TEXT_BYTES = 8_192
_CLIENTS_AT_ONCE = 4_096
"""Pairs of a client and a worker that a tally can hold."""


class Counted(Protocol):
    """What keeps counts by process."""

    def forget(self, slot: int) -> None:
        """Drop the counts of a process that has ended."""


class SharedState:
    """Arrays, a lock and a bell for each process. Create it before the processes fork."""

    def __init__(self, slots: int = 1, workers: int = 1) -> None:
        """`slots` is how many processes may use it at once, `workers` how many of these answer requests."""
        self.own = 0
        """The slot of this process."""
        self.workers = workers
        self.slots = slots
        self.bells = [os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC) for _ in range(slots)] if slots > 1 else []
        """A file for each slot that becomes readable when its process must look at the arrays."""
        self._file = os.memfd_create("lede") if slots > 1 else None
        self._lock = RLock()
        self._depth = 0
        self.tallies: list[Counted] = []
        self.pids = self.array(np.int64, slots)
        """The process of each slot; 0 where none is."""
        self.serving = self.array(np.bool_, slots)
        """Whether the process of each slot takes connections."""
        self._text = self.array(np.uint8, _TEXT_BYTES if slots > 1 else 0)

    @property
    def shared(self) -> bool:
        """Whether several processes use it."""
        return self.slots > 1

    def array(self, kind: type | str, size: int) -> NDArray[Any]:
        """A new array of zeros, (size,)."""
        if not self.shared:
            return np.zeros(size, dtype=kind)
        memory = mmap.mmap(-1, size * np.dtype(kind).itemsize)
        return np.frombuffer(memory, dtype=kind, count=size)

    def __enter__(self) -> Self:
        """Hold the lock. One thread may hold it several times."""
        self._lock.acquire()
        self._depth += 1
        if self._depth == 1 and self._file is not None:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
        return self

    def __exit__(self, *_: object) -> None:
        """Release it."""
        self._depth -= 1
        if self._depth == 0 and self._file is not None:
            fcntl.lockf(self._file, fcntl.LOCK_UN)
        self._lock.release()

    def tell(self, text: str) -> None:
        """Leave a text for all processes in place of the one before."""
        written = text.encode()[: len(self._text) - 1]
        with self:
            self._text[: len(written)] = np.frombuffer(written, dtype=np.uint8)
            self._text[len(written) :] = 0

    def told(self) -> str:
        """The text that was left last."""
        if not len(self._text) or not self._text[0]:
            return ""
        with self:
            return self._text.tobytes().rstrip(b"\0").decode("utf-8", "ignore")

    def ring(self, slots: Any) -> None:
        """Ring the bells of these slots, but not that of this process."""
        for slot in np.unique(slots).tolist():
            if slot != self.own and self.bells:
                os.eventfd_write(self.bells[slot], 1)

    def silence(self) -> None:
        """Take note of the own bell."""
        try:
            os.eventfd_read(self.bells[self.own])
        except BlockingIOError:
            return

    def begin(self, slot: int) -> None:
        """Take a slot for this process, in which its counts start at nothing."""
        self.own = slot
        self.forget(slot)
        self.pids[slot] = os.getpid()

    def forget(self, slot: int) -> None:
        """Drop what a process that has ended counted, and let the others look again."""
        with self:
            self.pids[slot], self.serving[slot] = 0, False
            for tally in self.tallies:
                tally.forget(slot)
        self.ring(np.flatnonzero(self.serving))


class Tally:
    """Counts by client and process. The total over all processes decides, so no answer depends on which is asked."""

    def __init__(self, state: SharedState, rows: int = _CLIENTS_AT_ONCE) -> None:
        """`rows` is how many pairs of a client and a process have a count at once; further ones are not counted."""
        self._state = state
        self._client = state.array(np.int64, rows)
        self._slot = state.array(np.int32, rows)
        self._count = state.array(np.int32, rows)
        self._last = state.array(np.int64, 1)
        """How many rows from the first on may have a count: what stands behind them is not looked through."""
        self._all = state.array(np.int64, state.slots)
        """The count of ALL, by slot: each process writes its own, so it takes no lock and no search."""
        state.tallies.append(self)

    def total(self, client: int = ALL) -> int:
        """The count of a client over all processes."""
        if client == ALL:
            return int(self._all.sum())
        return int(self._counts[self._client[: self._last[0]] == client].sum())

    @property
    def _counts(self) -> NDArray[np.int32]:
        counts: NDArray[np.int32] = self._count[: self._last[0]]
        return counts

    def here(self, client: int = ALL) -> int:
        """The count of a client in this process."""
        if client == ALL:
            return int(self._all[self._state.own])
        return int(self._counts[self._own(client)].sum())

    def elsewhere(self, client: int = ALL) -> NDArray[np.int32]:
        """The slots of the other processes in which a client has a count."""
        rows = slice(int(self._last[0]))
        slots = self._slot[rows]
        found: NDArray[np.int32] = slots[
            (self._client[rows] == client) & (self._count[rows] > 0) & (slots != self._state.own)
        ]
        return found

    def add(self, number: int, client: int = ALL) -> int:
        """Add to the count of a client in this process; gives its total."""
        if client == ALL:
            self._all[self._state.own] += number
            return self.total()
        with self._state:
            rows = np.flatnonzero(self._own(client) & (self._counts > 0))
            row = int(rows[0]) if len(rows) else self._free()
            if row < len(self._count):
                self._client[row], self._slot[row] = client, self._state.own
                self._count[row] = max(0, self._count[row] + number)
                self._last[0] = max(self._last[0], row + 1)
                while self._last[0] and not self._count[self._last[0] - 1]:
                    self._last[0] -= 1
            return self.total(client)

    def _free(self) -> int:
        """A row without a count, the first one; where all have one, the number of rows."""
        free = np.flatnonzero(self._counts == 0)
        return int(free[0]) if len(free) else int(self._last[0])

    def add_below(self, most: int, client: int) -> bool:
        """Add one to the count of a client where its total is below `most`; tells whether it was."""
        with self._state:
            free = self.total(client) < most
            if free:
                self.add(1, client)
            return free

    def forget(self, slot: int) -> None:
        """Drop the counts of a process."""
        self._count[self._slot == slot] = 0
        self._all[slot] = 0

    def _own(self, client: int) -> Mask:
        rows = slice(int(self._last[0]))
        mask: Mask = (self._client[rows] == client) & (self._slot[rows] == self._state.own)
        return mask


def client_number(*names: str) -> int:
    """The number of a client in all processes of a service: Python's own hash, whose key forks inherit."""
    return hash(names) or 1
