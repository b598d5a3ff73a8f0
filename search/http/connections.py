"""How long is a client waited for, and how many may be connected?

uvicorn waits for ever for a request that has begun to arrive, and for a client that does not read; a few hundred such
connections would hold every file that the process may open ("slowloris"). Here each has so many seconds.
"""

import asyncio
import resource

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_SECONDS = 10.0
"""A request, headers and body, is here within so many seconds of its connection or of the answer before."""
STALLED_SECONDS = 30.0
"""A client that takes nothing of its answer for so long is let go, and with it the generation it is answered from."""
_FILES_KEPT = 256
"""Open files that connections may not use up: two generations, the log, what libraries open."""


def most_connections() -> int:
    """How many connections are held at once: as many as the process may open files, but for some."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return max(64, hard - _FILES_KEPT)


class TimeoutProtocol(H11Protocol):
    """HTTP/1.1 as uvicorn speaks it, with bounds on how long and on how many."""

    _most: int | None = None
    _due: asyncio.TimerHandle | None = None
    _stalled: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take a connection, if there is room, and start waiting for its first request."""
        super().connection_made(transport)
        if TimeoutProtocol._most is None:
            TimeoutProtocol._most = most_connections()
        if len(self.connections) > TimeoutProtocol._most:
            transport.abort()
            return
        self._await_request()

    def data_received(self, data: bytes) -> None:
        """Take what came; a request that is complete is waited for no longer."""
        super().data_received(data)
        self._await_request()

    def on_response_complete(self) -> None:
        """The answer is out. While nothing of a next request is here, uvicorn's keep-alive time counts."""
        self._forget()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is waited for any more."""
        self._forget()
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
