"""The writer's lease in a cluster: one document, renewed while the writer runs, and expired when it has ended."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from uuid import uuid4

from opensearchpy.exceptions import ConflictError, NotFoundError
from opensearchpy.exceptions import RequestError as Refused

from search.cluster.connection import Connection
from search.cluster.generations import marked
from search.cluster.layout import Names, state_index
from search.errors import IndexUnusableError, LockedError
from search.times import iso

LASTS = 60.0
"""Seconds that a lease is good for without being renewed."""
RENEWED = 10.0
_ID = "lease"


class Lease:
    """The right to write, as long as nobody took it. The cluster's clock counts, not this machine's."""

    def __init__(self, connection: Connection, names: Names, lasts: float = LASTS) -> None:
        self._connection = connection
        self._path = f"/{names.state}/_doc/{_ID}"
        self._names = names
        self._lasts = lasts
        self._token = uuid4().hex
        self._version: tuple[int, int] = (0, 0)
        self._lock = threading.Lock()

    def take(self) -> None:
        """Take the lease, of nobody or of one whose lease has run out. Raises LockedError where somebody holds it."""
        make_state(self._connection, self._names)
        found = self._connection.find(self._path)
        if found is None:
            self._write("op_type", "create")
            return
        held = found["_source"]
        left = held["until"] - self._now()
        if left > 0:
            raise LockedError(
                f"The archive {self._names.prefix!r} in the cluster is being written by {held['holder']},"
                f" whose lease lasts until {iso(int(held['until']))} unless it is renewed.",
                "Wait for it to end.",
            )
        self._version = found["_seq_no"], found["_primary_term"]
        self.renew()

    def renew(self) -> None:
        """Hold it for another while. Raises LockedError where another has it by now."""
        with self._lock:
            number, term = self._version
            self._write("if_seq_no", number, "if_primary_term", term)

    def release(self) -> None:
        """Let it go, if it is still ours."""
        number, term = self._version
        with suppress(ConflictError, NotFoundError, IndexUnusableError):
            self._connection.send("DELETE", self._path, if_seq_no=number, if_primary_term=term)

    def _write(self, *condition: Any) -> None:
        body = {
            "holder": f"process {os.getpid()} of {socket.gethostname()}",
            "token": self._token,
            "until": self._now() + 1000 * self._lasts,
        }
        conditions = dict(zip(condition[::2], condition[1::2], strict=True))
        try:
            told = self._connection.send("PUT", self._path, body, **conditions)
        except ConflictError as taken:
            told = self._connection.find(self._path)
            if told is None or told["_source"].get("token") != self._token:  # else it was sent twice, and came once
                raise LockedError(
                    f"Another run has taken the lease of {self._names.prefix!r} in the cluster.", "Wait for it to end."
                ) from taken
        self._version = told["_seq_no"], told["_primary_term"]

    def _now(self) -> float:
        """The cluster's time in milliseconds: the latest that any of its nodes tells."""
        nodes = self._connection.get("/_nodes/stats/os", filter_path="nodes.*.timestamp")["nodes"]
        return float(max(node["timestamp"] for node in nodes.values()))


@contextmanager
def leased(connection: Connection, names: Names, lasts: float = LASTS, every: float = RENEWED) -> Iterator[Lease]:
    """Hold the lease, renewed by a thread. Raises LockedError at once where another holds it."""
    lease = Lease(connection, names, lasts)
    lease.take()
    ended = threading.Event()

    def keep() -> None:
        while not ended.wait(every):
            try:
                lease.renew()
            except LockedError:
                return  # whoever publishes is told
            except IndexUnusableError:
                continue  # the cluster may be back before the lease runs out

    keeper = threading.Thread(target=keep, name="lede-lease", daemon=True)
    keeper.start()
    try:
        yield lease
    finally:
        ended.set()
        keeper.join()
        lease.release()


def make_state(connection: Connection, names: Names) -> None:
    """Make the index of what belongs to no generation, if it is missing. Raises ClusterUnfitError for a stranger's."""
    found = connection.find(f"/{names.state}/_mapping")
    if found is None:
        with suppress(Refused):  # another was faster
            connection.send("PUT", f"/{names.state}", state_index(), patience=60.0)
        found = connection.get(f"/{names.state}/_mapping")
    marked(names.state, found[names.state])
