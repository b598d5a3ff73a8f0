"""Deadlines for slow clients, and a bound on connections.

uvicorn waits for ever for a request that has begun to arrive, and for a client that does not read; a few hundred such
connections would hold every file that the process may open ("slowloris"). Here each has so many seconds.
"""

import asyncio
import logging
import os
import resource
from typing import Any, ClassVar

import h11
import msgspec
from uvicorn.protocols.http.h11_impl import H11Protocol

from search.deadline import Deadline
from search.http.clients import Client, ClientNames
from search.http.hosts import is_loopback
from search.http.problems import REFUSALS, Problem
from search.http.rate_limit import client_network
from search.http.shared_state import SharedState, Tally, client_number

REQUEST_SECONDS = 10.0
"""A request, headers and body, is here within so many seconds of its connection or of the answer before."""
STALLED_SECONDS = 30.0
"""A client that takes nothing of its answer for so long is let go, and with it the generation it is answered from."""
OF_ONE_CLIENT = 128
"""Connections that one address may hold, where no proxy stands before the service; this machine is not counted."""
HEADER_BYTES = 32_768
"""Headers and query of one request together: a text of 2,000 signs takes up to 24,000 in a URL."""
LINGER_SECONDS = 1.0
"""A service that stops answers what comes on an open connection for so long, and says that it closes it."""
_log = logging.getLogger("lede.request")
_CLOSE = (b"connection", b"close")
_CONNECTIONS = 16_384
"""Pairs of a client and a worker whose connections are counted at once."""
_FILES_KEPT = 256
"""Open files that connections may not use up: two generations, the log, what libraries open."""


def most_connections() -> int:
    """How many connections are held at once: as many as the process may open files, but for some."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return max(64, hard - _FILES_KEPT)


class _SizedBodies(h11.Connection):
    """A connection over which bodies say how long they are: each chunk of another would be parsed by itself."""

    lacks_length = False

    def next_event(self) -> Any:
        """The next event; a request whose body comes in chunks is an error."""
        event = super().next_event()
        if isinstance(event, h11.Request) and any(name == b"transfer-encoding" for name, _ in event.headers):
            self.lacks_length = True
            raise h11.RemoteProtocolError("no length", error_status_hint=411)
        return event


class TimeoutProtocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, with bounds on how long and on how many.

    uvicorn has no public place for such bounds. So this class overrides its protocol, and reads what that keeps of a
    connection; tests/server/test_clients.py says what must be there in another version.
    """

    _most: int | None = None
    _of_client: ClassVar[Tally | None] = None
    """Connections by client; None where they are not counted. `protocol_for` makes a class that counts."""
    _names: ClassVar[ClientNames] = ClientNames()
    """What stands in the log for a client whose request cannot be read."""
    _counted = 0
    _leaving = False
    _due: asyncio.TimerHandle | None = None
    _stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, if there is room, and start waiting for its first request."""
        super().connection_made(transport)
        self.conn: _SizedBodies = _SizedBodies(h11.SERVER, self.config.h11_max_incomplete_event_size or HEADER_BYTES)
        if TimeoutProtocol._most is None:
            TimeoutProtocol._most = most_connections()
        if len(self.connections) > TimeoutProtocol._most or not self._count():
            transport.abort()
            return
        self._await_request()

    def _count(self) -> bool:
        """Count the connection for its client; tells whether that may hold it."""
        peer = self.client[0] if self.client else ""
        if self._of_client is None or not peer or is_loopback(peer):
            return True
        self._counted = client_number(client_network(peer))
        return self._of_client.add(1, self._counted) <= OF_ONE_CLIENT

    def _uncount(self) -> None:
        if self._counted and self._of_client is not None:
            self._of_client.add(-1, self._counted)
            self._counted = 0

    def send_400_response(self, msg: str) -> None:
        """Say what is wrong with a request that cannot be read, as all refusals are said."""
        unread = Problem("Not HTTP", 400, detail=msg, remedy="Ask by HTTP/1.1.")
        problem = REFUSALS[411] if self.conn.lacks_length else unread
        self._note(problem.status)
        headers = [(b"content-type", b"application/problem+json"), (b"connection", b"close")]
        for event in (
            h11.Response(status_code=problem.status, headers=headers, reason=problem.title.encode()),
            h11.Data(data=msgspec.json.encode(problem)),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event) or b"")
        self.transport.close()

    def _note(self, status: int) -> None:
        """Say in the log whose request could not be read; nothing of it stands there."""
        peer = self.client[0] if self.client else ""
        client = Client(client_network(peer)) if peer and not is_loopback(peer) else None
        fields = {"status": status, "cost_ms": 0.0, "client": self._names.of(client), "worker": os.getpid()}
        _log.info("not HTTP", extra={"fields": fields})

    def data_received(self, data: bytes) -> None:
        """Take what came; a request that is complete is waited for no longer."""
        super().data_received(data)
        if self._leaving:
            self._answer_last()
        self._await_request()

    def on_response_complete(self) -> None:
        """The answer is out. While nothing of a next request is here, uvicorn's keep-alive time counts."""
        self._forget()
        super().on_response_complete()
        if self._leaving:
            self.loop.call_later(LINGER_SECONDS, self._leave)

    def shutdown(self) -> None:
        """The service stops: what was asked is answered, and a request that is on its way too.

        A client that keeps a connection open may have asked already; closing at once would lose its request.
        """
        self._leaving = True
        if self.cycle is None or self.cycle.response_complete:
            self.loop.call_later(LINGER_SECONDS, self._leave)
        else:
            self._answer_last()

    def _answer_last(self) -> None:
        """Say with the answer in the making that the connection ends with it, if its head is not out yet."""
        if self.cycle is not None and not self.cycle.response_started and _CLOSE not in self.cycle.scope["headers"]:
            self.cycle.scope["headers"] = [*self.cycle.scope["headers"], _CLOSE]

    def _leave(self) -> None:
        if not self.transport.is_closing() and (self.cycle is None or self.cycle.response_complete):
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is waited for any more, and work for an answer that nobody will read stops."""
        self._forget()
        deadline = dict(self.scope or {}).get("lede.deadline")
        if isinstance(deadline, Deadline):
            deadline.abandon()
        self._uncount()
        self._unstall()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The client reads more slowly than the answer is made."""
        super().pause_writing()
        self._stalled = self._stalled or self.loop.call_later(STALLED_SECONDS, self.transport.abort)

    def resume_writing(self) -> None:
        """The client reads again."""
        self._unstall()
        super().resume_writing()

    def _await_request(self) -> None:
        if self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            self._forget()
        elif self._due is None:
            self._due = self.loop.call_later(REQUEST_SECONDS, self._give_up)

    def _give_up(self) -> None:
        self._due = None
        if not self.transport.is_closing() and self.conn.their_state in (h11.IDLE, h11.SEND_BODY):
            self.transport.abort()

    def _forget(self) -> None:
        if self._due is not None:
            self._due.cancel()
            self._due = None

    def _unstall(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None


def protocol_for(
    proxies: int, state: SharedState | None = None, names: ClientNames | None = None
) -> type[TimeoutProtocol]:
    """The protocol of one service; behind proxies all connections are theirs, and no client's are counted.

    `names` says how a client stands in the log.
    """
    tally = None if proxies else Tally(state or SharedState(), _CONNECTIONS)
    return type("Protocol", (TimeoutProtocol,), {"_of_client": tally, "_names": names or TimeoutProtocol._names})
