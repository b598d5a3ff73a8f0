"""Admission: a bound on the queries answered at once, a share of it for each client, and a refusal beyond it.

A question is work for a processor core: as many are answered at once as there are cores, a few wait, and whoever comes
then is told at once to come back. Without that bound a crowd would wait ever longer, and all of it in vain.

Of the places one client has at most PLACES; what it asks beyond that waits in a line of its own, in which the people
behind one address take turns. Each piece of work has a deadline of processor time.

The workers of a service count together. Whoever waits in another worker than the one in which a place becomes free is
woken by its bell.
"""

import asyncio
import os
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Self, TypeVar

from anyio import CapacityLimiter, to_thread

from search.deadline import Deadline, deadline_of_request
from search.errors import BusyClientError, OverloadedError
from search.http.clients import Client, client_asking
from search.http.shared_state import ALL, SharedState, Tally, client_number
from search.http.streams import Stream, Streams
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
    """Who of one client waits here for a place, by person in the order of their turns."""

    waiting: OrderedDict[str, deque[asyncio.Future[None]]] = field(default_factory=OrderedDict)

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


class Capacity:
    """Runs work in threads, so that the event loop never blocks. Used from one event loop."""

    def __init__(
        self,
        workers: int | None = None,
        waiting: int = WAITING,
        deadline: float = 0.0,
        state: SharedState | None = None,
    ) -> None:
        """`workers` is the number of threads here.

        `deadline` is the processor time, in seconds, that one piece of work may take; 0 stands for no end. Several
        processes with one `state` count together.
        """
        self._state = state or SharedState()
        self._workers = workers or max(2, -(-(os.cpu_count() or 2) // self._state.workers))
        self._most = self._workers * self._state.workers + waiting
        self._deadline = deadline
        self._running, self._taken, self._waiting = (Tally(self._state) for _ in range(3))
        self._lines: dict[str, _Line] = {}
        self._long = Streams(self._state)
        self._limiter: CapacityLimiter | None = None

    @property
    def _inside(self) -> int:
        return self._running.total()

    @property
    def _streams(self) -> int:
        return len(self._long)

    def listen(self) -> None:
        """Look after who waits here whenever another worker rings. Called in the event loop."""
        if self._state.bells:
            asyncio.get_running_loop().add_reader(self._state.bells[self._state.own], self._rung)

    def _rung(self) -> None:
        self._state.silence()
        self._long.give_way()
        for name, line in list(self._lines.items()):
            self._fill(name, line)

    @contextmanager
    def stream(self) -> Iterator[Stream]:
        """A place for a long answer, as long as it is on its way.

        Raises OverloadedError where all are taken and each of them moves, BusyClientError where this client has its
        share. The stream that has been silent longest gives way.
        """
        client = client_asking.get()
        own = ALL if client is None else client_number(client.name, client.person, client.network)
        if own != ALL and self._long.of(own) >= STREAMS_OF_ONE:
            raise BusyClientError(say("busy-client-streams", count=STREAMS_OF_ONE), _LATER)
        stream = self._long.open(own, STREAMS, SILENT_SECONDS)
        if stream is None:
            raise OverloadedError(say("busy-streams", count=self._streams), _LATER)
        try:
            yield stream
        finally:
            self._long.close(stream)

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

        self._running.add(1)
        try:
            return await to_thread.run_sync(within, limiter=self._limiter)
        finally:
            self._running.add(-1)

    @asynccontextmanager
    async def _place(self, client: Client, begun: bool) -> AsyncIterator[Self]:
        line = self._lines.setdefault(client.name, _Line())
        await self._enter(client.name, line, client.person, begun)
        try:
            yield self
        finally:
            self._leave(client.name, line)

    async def _enter(self, name: str, line: _Line, person: str, begun: bool) -> None:
        number = client_number(name)
        if not line.waiting and self._taken.add_below(PLACES, number):
            return
        if self._waiting.total(number) >= LINE and not begun:
            self._let_go_of_one(line, person)
        future = asyncio.get_running_loop().create_future()
        line.waiting.setdefault(person, deque()).append(future)
        self._waiting.add(1, number)
        self._fill(name, line)  # another worker may have freed a place meanwhile, and seen nobody wait
        try:
            await future
        except asyncio.CancelledError:
            if future.done() and not future.cancelled() and not future.exception():
                self._leave(name, line)
            raise
        finally:
            self._waiting.add(-1, number)

    def _let_go_of_one(self, line: _Line, person: str) -> None:
        """Make room in a full line: the last question of whoever has most of them in it is refused, or this one."""
        refusal = BusyClientError(say("busy-client", count=LINE), _LATER)
        if not line.waiting:
            raise refusal
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
        """Give a place that is free again to who is next; to another worker, where one waits and this has its share."""
        number = client_number(name)
        elsewhere = self._waiting.elsewhere(number)
        share = max(1, PLACES // (1 + len(elsewhere)))
        future = None if len(elsewhere) and self._taken.here(number) > share else line.next()
        if future is None:
            self._taken.add(-1, number)
            self._state.ring(elsewhere)
            self._fill(name, line)
        else:
            future.set_result(None)
        if not line.waiting and not self._taken.here(number):
            self._lines.pop(name, None)

    def _fill(self, name: str, line: _Line) -> None:
        """Let those who wait here take the places that are free."""
        number = client_number(name)
        while line.waiting and self._taken.add_below(PLACES, number):
            future = line.next()
            if future is None:
                self._taken.add(-1, number)
                return
            future.set_result(None)
