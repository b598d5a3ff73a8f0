"""The latest slow and empty queries of all workers, kept in memory only, and only if set."""

from collections.abc import Iterator
from dataclasses import dataclass
from heapq import nlargest

import numpy as np

from search.http.shared_state import SharedState

MAX_QUERIES = 1_000
"""Questions that are kept."""
_TEXT_BYTES = 1_024
"""How much of a question is kept, in UTF-8."""


@dataclass(frozen=True, slots=True)
class Asking:
    """One question, how long its answer took in milliseconds, and how much it found."""

    text: str
    took_ms: float
    found: int


class QueryLog:
    """The last questions of a service; none unless they shall be kept. Safe to use from threads and workers."""

    def __init__(self, kept: bool, state: SharedState | None = None) -> None:
        self.kept = kept
        self._state = state or SharedState()
        rows = MAX_QUERIES if kept else 0
        self._count = self._state.array(np.int64, 1)
        """How many were noted so far."""
        if kept:
            self._texts = self._state.array(f"S{_TEXT_BYTES}", rows)
            self._took = self._state.array(np.float64, rows)
            self._found = self._state.array(np.int64, rows)

    def note(self, text: str, took_ms: float, found: int) -> None:
        """Remember a question that had words."""
        if not (self.kept and text.strip()):
            return
        with self._state:
            row = self._count[0] % MAX_QUERIES
            self._texts[row] = text.strip().encode("utf-8", "replace")[:_TEXT_BYTES]
            self._took[row], self._found[row] = took_ms, found
            self._count[0] += 1

    def slowest(self, count: int) -> list[Asking]:
        """The questions that took longest, each text once."""
        by_text: dict[str, Asking] = {}
        for asking in sorted(self._asked(), key=lambda asking: asking.took_ms):
            by_text[asking.text] = asking
        return nlargest(count, by_text.values(), key=lambda asking: asking.took_ms)

    def empty(self, count: int) -> list[str]:
        """The latest questions that found nothing, each once."""
        return list(dict.fromkeys(asking.text for asking in self._asked() if not asking.found))[:count]

    def _asked(self) -> list[Asking]:
        """All that are kept, the latest first."""
        if not self.kept:
            return []
        with self._state:
            return list(self._read())

    def _read(self) -> Iterator[Asking]:
        last = int(self._count[0])
        for number in range(last - 1, max(-1, last - 1 - MAX_QUERIES), -1):
            row = number % MAX_QUERIES
            text = bytes(self._texts[row]).decode("utf-8", "ignore")
            yield Asking(text, float(self._took[row]), int(self._found[row]))
