"""The processor time that one answer may take, checked between its stages and inside its loops.

The time is that of the thread that works on the answer, so a busy machine makes no answer fail. Where nobody set a
deadline (the command line, a build) nothing is checked.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from time import thread_time

from search.errors import AbandonedError, TooCostlyError


class Deadline:
    """The allowance of one request. One thread at a time works within it."""

    __slots__ = ("_begun", "_lock", "_since", "_spent", "_stop", "abandoned", "limit")

    def __init__(self, limit: float = 0.0) -> None:
        """`limit` is in seconds of processor time; 0 stands for none."""
        self.limit = limit
        self._spent = self._since = self._begun = 0.0
        self.abandoned = False
        """Whether the client has gone, so that nobody reads the answer any more."""
        self._lock = Lock()
        self._stop: Callable[[], None] | None = None

    def abandon(self) -> None:
        """The client has gone: work ends at its next check, and waiting for somebody else ends at once."""
        with self._lock:
            self.abandoned = True
            if self._stop is not None:
                self._stop()

    @contextmanager
    def waiting(self, stop: Callable[[], None]) -> Iterator[None]:
        """As long as work waits for somebody else; `stop` ends the waiting, and may be called by another thread."""
        with self._lock:
            if self.abandoned:
                stop()
            self._stop = stop
        try:
            yield
        finally:
            with self._lock:
                self._stop = None

    @property
    def spent(self) -> float:
        """Seconds of processor time that all work for the request took so far."""
        return self._spent

    @contextmanager
    def working(self) -> Iterator[None]:
        """As long as this thread works on the request. Raises AbandonedError where its client has gone."""
        self._begun = self._since = thread_time()
        token = _current.set(self)
        try:
            self.check("")
            yield
        finally:
            self._spent += thread_time() - self._begun
            _current.reset(token)

    def renew(self) -> None:
        """Begin the next of several answers, or the next piece of a long one: it has the whole allowance again."""
        self._since = thread_time()

    def check(self, stage: str) -> None:
        """Raise TooCostlyError where the time is used up, AbandonedError where the client has gone."""
        if self.abandoned:
            raise AbandonedError("The client has gone.")
        if self.limit and thread_time() - self._since > self.limit:
            raise TooCostlyError(self.limit, stage)


_current: ContextVar[Deadline | None] = ContextVar("deadline", default=None)
deadline_of_request: ContextVar[Deadline | None] = ContextVar("deadline of the request", default=None)
"""The allowance of the request that is being answered, whether work on it has begun or not."""


def check(stage: str) -> None:
    """Raise TooCostlyError or AbandonedError where this thread works within a deadline that is over.

    `stage` says what the time went into, as the reader is told it.
    """
    deadline = _current.get()
    if deadline is not None:
        deadline.check(stage)


def renew() -> None:
    """Give the next of several answers the whole allowance again."""
    deadline = _current.get()
    if deadline is not None:
        deadline.renew()


@contextmanager
def waiting(stop: Callable[[], None]) -> Iterator[None]:
    """As long as this thread waits for somebody else; `stop` is called where its client goes meanwhile."""
    deadline = _current.get()
    if deadline is None:
        yield
        return
    with deadline.waiting(stop):
        yield
