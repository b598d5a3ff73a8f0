"""Admission: a bound on the queries answered at once, and a refusal beyond it.

A question is work for a processor core: as many are answered at once as there are cores, a few wait, and whoever comes
then is told at once to come back. Without that bound a crowd would wait ever longer, and all of it in vain.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from anyio import CapacityLimiter, to_thread

from search.errors import OverloadedError

WAITING = 64
"""How many may wait for a core: at ten milliseconds a question, a third of a second on two cores."""
STREAMS = 16
"""How many long answers may be on their way at once: each keeps a generation open, and takes a core for each piece."""
_T = TypeVar("_T")


class Capacity:
    """Runs work in threads, so that the event loop never blocks. Used from one event loop."""

    def __init__(self, workers: int | None = None, waiting: int = WAITING) -> None:
        self._workers = workers or max(2, os.cpu_count() or 2)
        self._most = self._workers + waiting
        self._inside = 0
        self._streams = 0
        self._limiter: CapacityLimiter | None = None

    @contextmanager
    def stream(self) -> Iterator[None]:
        """A place for a long answer, as long as it is on its way. Raises OverloadedError where all are taken."""
        if self._streams >= STREAMS:
            raise OverloadedError(f"{self._streams} long answers are on their way.", "Ask again in a moment.")
        self._streams += 1
        try:
            yield
        finally:
            self._streams -= 1

    async def run(self, work: Callable[[], _T], begun: bool = False) -> _T:
        """What the work gives. Raises OverloadedError, at once, when too many wait already.

        What was `begun` before, a stream, waits its turn: it can no longer be refused.
        """
        if self._inside >= self._most and not begun:
            raise OverloadedError(f"{self._inside} questions are being answered or wait.", "Ask again in a moment.")
        if self._limiter is None:
            self._limiter = CapacityLimiter(self._workers)
        self._inside += 1
        try:
            return await to_thread.run_sync(work, limiter=self._limiter)
        finally:
            self._inside -= 1
