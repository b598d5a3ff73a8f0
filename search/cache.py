"""Least-recently-used cache of what further pages, facets and sorting ask for again."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, TypeVar

KEPT = 16
"""How many are kept: of 250,000 views each takes about a megabyte."""
_T = TypeVar("_T")


class LruCache(Generic[_T]):
    """The values used last, by what they were made of. Safe to ask from several threads."""

    def __init__(self, kept: int = KEPT, most: int = 0, weigh: Callable[[Any, _T], int] | None = None) -> None:
        """At most `kept` values, which together weigh at most `most` bytes where `weigh` tells those of a pair."""
        self._kept, self._most = kept, most
        self._weigh = weigh or (lambda _, __: 0)
        self._bytes = 0
        self._values: OrderedDict[Hashable, _T] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        """How many are kept now."""
        return len(self._values)

    def known(self, key: Hashable) -> _T | None:
        """The value kept under that key, if one is."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def get(self, key: Hashable, make: Callable[[], _T]) -> _T:
        """The value kept under that key, or else made now; two threads may make it twice."""
        kept = self.known(key)
        if kept is not None:
            return kept
        value = make()
        with self._lock:
            if key not in self._values:
                self._bytes += self._weigh(key, value)
            self._values[key] = value
            while len(self._values) > self._kept or self._bytes > self._most > 0:
                self._bytes -= self._weigh(*self._values.popitem(last=False))
        return value

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._values.clear()
            self._bytes = 0
