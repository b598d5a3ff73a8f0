"""Long answers in progress, counted over all workers of a service."""

from time import monotonic

import numpy as np
from anyio import CancelScope

from search.http.shared_state import SharedState

_ROWS = 256
"""More than the streams that are open at once, those that are giving way included."""


class Stream:
    """A long answer on its way."""

    def __init__(self, streams: "Streams", row: int, number: int) -> None:
        self.scope = CancelScope()
        self.row, self.number = row, number
        self._streams = streams

    def moved(self) -> None:
        """The reader took something."""
        self._streams.note_move(self)


class Streams:
    """The long answers of all workers: whose they are, and when something of each was taken last."""

    def __init__(self, state: SharedState) -> None:
        self._state = state
        self._number = state.array(np.int64, _ROWS)
        """Which stream each row is of; 0 for none."""
        self._client = state.array(np.int64, _ROWS)
        self._slot = state.array(np.int32, _ROWS)
        self._moved = state.array(np.float64, _ROWS)
        self._last = state.array(np.int64, 1)
        self._here: list[Stream] = []
        state.tallies.append(self)

    def __len__(self) -> int:
        """How many are on their way."""
        return int(np.count_nonzero(self._number))

    def of(self, client: int) -> int:
        """How many of them one client has."""
        return int(np.count_nonzero((self._number > 0) & (self._client == client)))

    def open(self, client: int, most: int, silent: float) -> Stream | None:
        """A stream for a client; None where `most` are there and none was silent for so many seconds.

        The one that has been silent longest gives way.
        """
        with self._state:
            if len(self) >= most and not self._make_room(silent):
                return None
            row = int(np.flatnonzero(self._number == 0)[0])
            self._last[0] += 1
            self._number[row], self._client[row] = self._last[0], client
            self._slot[row], self._moved[row] = self._state.own, monotonic()
        self.give_way()
        stream = Stream(self, row, int(self._number[row]))
        self._here.append(stream)
        return stream

    def close(self, stream: Stream) -> None:
        """The answer is out, or its reader is gone."""
        if stream in self._here:
            self._here.remove(stream)
        with self._state:
            if self._number[stream.row] == stream.number:
                self._number[stream.row] = 0

    def note_move(self, stream: Stream) -> None:
        """The reader of a stream took something."""
        if self._number[stream.row] == stream.number:
            self._moved[stream.row] = monotonic()

    def give_way(self) -> None:
        """Stop those streams of this process that had to make room."""
        for stream in [one for one in self._here if self._number[one.row] != one.number]:
            self._here.remove(stream)
            stream.scope.cancel()

    def forget(self, slot: int) -> None:
        """Drop the streams of a process that has ended."""
        self._number[self._slot == slot] = 0

    def _make_room(self, silent: float) -> bool:
        rows = np.flatnonzero(self._number)
        row = rows[self._moved[rows].argmin()]
        if monotonic() - self._moved[row] < silent:
            return False
        self._number[row] = 0
        self._state.ring([int(self._slot[row])])
        return True
