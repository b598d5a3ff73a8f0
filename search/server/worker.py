"""One worker process: it answers requests from its start to its orderly end."""

import asyncio
import ctypes
import os
import signal
import socket
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import uvicorn

from search.http.shared_state import SharedState

STOP_SECONDS = 30
"""How long a service that is told to stop goes on with what it began."""
_TAKING_SECONDS = 0.02
"""How long a stopping worker goes on taking connections."""
_SO_ATTACH_FILTER = 26
"""Linux: a program of the Berkeley packet filter decides which packets a socket sees."""


class Worker(uvicorn.Server):
    """A server that loses no request when it stops.

    It takes every connection which waits already before it stops listening. What its connections do then is in
    `TimeoutProtocol.shutdown`.
    """

    def __init__(
        self,
        config: uvicorn.Config,
        started: Callable[[], None] = lambda: None,
        stopping: Callable[[], None] = lambda: None,
    ) -> None:
        """`started` is called once it listens, `stopping` before it takes the last connections."""
        super().__init__(config)
        self._tell_started = started
        self._tell_stopping = stopping

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to listen, and say so."""
        await super().startup(sockets)
        self._tell_started()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take what waits, answer what was begun, and end."""
        self._tell_stopping()
        await asyncio.sleep(_TAKING_SECONDS)  # whoever is connected already is taken meanwhile
        await super().shutdown(sockets)


def end_handshakes(listening: socket.socket) -> None:
    """Let no new connection begin at a socket that all of its holders will close.

    Those that wait when it is closed would be reset, and their requests lost.

    The kernel drops what asks for a connection, so the client asks again after a second, and then nobody listens, or
    the service that was started anew. Where a filter cannot be set, the loss stays possible for a moment.
    """
    if sys.platform != "linux":
        return
    drop_syn = b"".join(
        struct.pack("=HBBI", *step)
        for step in (
            (0x30, 0, 0, 13),  # load the flags of the TCP header
            (0x45, 0, 1, 0x02),  # is SYN among them?
            (0x06, 0, 0, 0),  # drop
            (0x06, 0, 0, 0xFFFFFFFF),  # else keep
        )
    )
    steps = ctypes.create_string_buffer(drop_syn, len(drop_syn))
    with suppress(OSError):
        listening.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, struct.pack("@HP", 4, ctypes.addressof(steps)))


def run_worker(config: uvicorn.Config, listening: socket.socket, state: SharedState, slot: int) -> None:
    """Answer in this process, a fork, until it is told to stop. Does not return."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    state.begin(slot)

    def started() -> None:
        state.serving[slot] = True

    with suppress(KeyboardInterrupt):
        Worker(config, started).run(sockets=[listening])
    os._exit(0)


def listening_socket(host: str, port: int, *, several: bool = False) -> socket.socket:
    """A socket that listens there; with `several`, others may listen at the same address. Raises OSError.

    It names its protocol: asyncio sends answers without delay only where a socket says that it is TCP.
    """
    family: Any = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if several:
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        if family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listening.bind((host, port))
        listening.listen(2048)
    except OSError:
        listening.close()
        raise
    return listening
