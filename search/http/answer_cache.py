"""Answers as they were written, remembered as long as the same question has the same answer; bounded in bytes."""

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock
from typing import Generic, Protocol, TypeVar

MAX_BYTES = 8 << 20
"""What each worker keeps: 370 answers of ten hits, 22 KB each."""


class Sized(Protocol):
    """What takes so many bytes."""

    @property
    def size(self) -> int:
        """Bytes."""


_T = TypeVar("_T", bound=Sized)


class AnswerCache(Generic[_T]):
    """Answers by query, those used last. Safe to use from threads."""

    def __init__(self, most: int = MAX_BYTES) -> None:
        """`most` is the sum of the sizes of what is kept."""
        self._most = most
        self._size = 0
        self._kept: OrderedDict[Hashable, tuple[Hashable, _T]] = OrderedDict()
        self._lock = Lock()

    def get(self, query: Hashable, edition: Hashable) -> _T | None:
        """The answer to a query, if the one that is kept is of this edition."""
        with self._lock:
            kept = self._kept.get(query)
            if kept is None or kept[0] != edition:
                return None
            self._kept.move_to_end(query)
            return kept[1]

    def put(self, query: Hashable, edition: Hashable, answer: _T) -> None:
        """Keep an answer in place of the one before; the ones used longest ago make room."""
        if answer.size > self._most // 8:
            return
        with self._lock:
            before = self._kept.pop(query, None)
            self._size += answer.size - (before[1].size if before else 0)
            self._kept[query] = edition, answer
            while self._size > self._most:
                self._size -= self._kept.popitem(last=False)[1][1].size
