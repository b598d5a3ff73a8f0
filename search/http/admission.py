"""Admission: a bound on the queries answered at once, a share of it for each client, and a refusal beyond it.

A question is work for a processor core: as many are answered at once as there are cores, a few wait, and whoever comes
then is told at once to come back. Without that bound a crowd would wait ever longer, and all of it in vain.

Of the places one client has at most PLACES; what it asks beyond that waits in a line of its own, in which the people
behind one address take turns. Each piece of work has a deadline of processor time.
"""

import asyncio
import os
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from time import monotonic
from typing import Self, TypeVar

from anyio import CancelScope, CapacityLimiter, to_thread

from search.deadline import Deadline, deadline_of_request
from search.errors import BusyClientError, OverloadedError
from search.http.clients import Client, client_asking
from search.messages import say

WAITING = 64
"""How many may wait for a core: at ten milliseconds a question, a third of a second on two cores."""
PLACES = 4
"""How many of these one client may have at once."""
LINE = 32
"""How many questions of one client may wait for its places."""
STREAMS = 16
"""How many long answers may be on their way at once: each keeps a generation open, and takes a core for each piece."""
STREAMS_OF_ONE = 2
"""How many of these one client may have."""
SILENT_SECONDS = 5.0
"""A long answer of which nothing was taken for so long gives way to the next that wants its place."""
_T = TypeVar("_T")
_LATER = say("ask-later")


@dataclass(slots=True)
class _Line:
    """The places of one client: how many are taken, and who waits for one, by person in the order of their turns."""

    taken: int = 0
    waiting: OrderedDict[str, deque[asyncio.Future[None]]] = field(default_factory=OrderedDict)

    @property
    def length(self) -> int:
        return sum(map(len, self.waiting.values()))

    def next(self) -> asyncio.Future[None] | None:
        """Who is next; a person that was served goes behind the others."""
        while self.waiting:
            person, theirs = self.waiting.popitem(last=False)
            future = theirs.popleft()
            if theirs:
                self.waiting[person] = theirs
            if not future.done():
                return future
        return None

    def longest(self) -> str:
        """The person of whom most questions wait."""
        return max(self.waiting, key=lambda person: len(self.waiting[person]))


class Stream:
    """A long answer on its way."""

    def __init__(self, client: Client | None) -> None:
        self.client = client
        self.scope = CancelScope()
        self._moved = monotonic()

    def moved(self) -> None:
        """The reader took something."""
        self._moved = monotonic()

    @property
    def silent(self) -> float:
        """Seconds since the reader took something."""
        return monotonic() - self._moved


class Capacity:
    """Runs work in threads, so that the event loop never blocks. Used from one event loop."""

    def __init__(self, workers: int | None = None, waiting: int = WAITING, deadline: float = 0.0) -> None:
        """`deadline` is the processor time, in seconds, that one piece of work may take; 0 stands for no end."""
        self._workers = workers or max(2, os.cpu_count() or 2)
        self._most = self._workers + waiting
        self._deadline = deadline
        self._inside = 0
        self._lines: dict[str, _Line] = {}
        self._open: list[Stream] = []
        self._limiter: CapacityLimiter | None = None

    @property
    def _streams(self) -> int:
        return len(self._open)

    @contextmanager
    def stream(self) -> Iterator[Stream]:
        """A place for a long answer, as long as it is on its way.

        Raises OverloadedError where all are taken and each of them moves, BusyClientError where this client has its
        share. The stream that has been silent longest gives way.
        """
        client = client_asking.get()
        if client is not None and sum(other.client == client for other in self._open) >= STREAMS_OF_ONE:
            raise BusyClientError(say("busy-client-streams", count=STREAMS_OF_ONE), _LATER)
        if self._streams >= STREAMS:
            self._make_room()
        stream = Stream(client)
        self._open.append(stream)
        try:
            yield stream
        finally:
            if stream in self._open:
                self._open.remove(stream)

    def _make_room(self) -> None:
        silent = max(self._open, key=lambda stream: stream.silent)
        if silent.silent < SILENT_SECONDS:
            raise OverloadedError(say("busy-streams", count=self._streams), _LATER)
        silent.scope.cancel()
        self._open.remove(silent)

    async def run(self, work: Callable[[], _T], begun: bool = False) -> _T:
        """What the work gives. Raises OverloadedError, at once, when too many wait already.

        What was `begun` before, a stream, waits its turn: it can no longer be refused. Raises BusyClientError where
        one client's line is full, and whatever a deadline raises.
        """
        if self._inside >= self._most and not begun:
            raise OverloadedError(say("busy", count=self._inside), _LATER)
        client = client_asking.get()
        if client is None:
            return await self._run(work)
        async with self._place(client, begun):
            return await self._run(work)

    async def _run(self, work: Callable[[], _T]) -> _T:
        if self._limiter is None:
            self._limiter = CapacityLimiter(self._workers)
        deadline = deadline_of_request.get() or Deadline(0.0)
        deadline.limit = self._deadline

        def within() -> _T:
            with deadline.working():
                return work()

        self._inside += 1
        try:
            return await to_thread.run_sync(within, limiter=self._limiter)
        finally:
            self._inside -= 1

    @asynccontextmanager
    async def _place(self, client: Client, begun: bool) -> AsyncIterator[Self]:
        line = self._lines.setdefault(client.name, _Line())
        await self._enter(line, client.person, begun)
        try:
            yield self
        finally:
            self._leave(client.name, line)

    async def _enter(self, line: _Line, person: str, begun: bool) -> None:
        if line.taken < PLACES and not line.waiting:
            line.taken += 1
            return
        if line.length >= LINE and not begun:
            self._let_go_of_one(line, person)
        future = asyncio.get_running_loop().create_future()
        line.waiting.setdefault(person, deque()).append(future)
        try:
            await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled() and not future.exception():
                self._hand_on(line)
            raise

    def _let_go_of_one(self, line: _Line, person: str) -> None:
        """Make room in a full line: the last question of whoever has most of them in it is refused, or this one."""
        refusal = BusyClientError(say("busy-client", count=line.length), _LATER)
        longest = line.longest()
        if len(line.waiting[longest]) <= len(line.waiting.get(person, ())) + 1:
            raise refusal
        theirs = line.waiting[longest]
        future = theirs.pop()
        if not theirs:
            del line.waiting[longest]
        if not future.done():
            future.set_exception(refusal)

    def _leave(self, name: str, line: _Line) -> None:
        self._hand_on(line)
        if not line.taken and not line.waiting:
            self._lines.pop(name, None)

    @staticmethod
    def _hand_on(line: _Line) -> None:
        """Give a place that is free again to who is next."""
        future = line.next()
        if future is None:
            line.taken -= 1
        else:
            future.set_result(None)
