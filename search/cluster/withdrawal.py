"""The articles that no reader shows, as the cluster lists them: one document, looked at again after a second."""

import base64
import zlib
from collections.abc import Callable, Iterable
from threading import Lock
from time import monotonic

from search.cluster.connection import Connection
from search.cluster.layout import Names
from search.index.withdrawn import LOOK_SECONDS

_ID = "withdrawn"


class ClusterWithdrawn:
    """The ids of the list, as they are now. Safe to ask from threads."""

    def __init__(self, connection: Connection, names: Names, clock: Callable[[], float] = monotonic) -> None:
        self._connection = connection
        self._names = names
        self._clock = clock
        self._lock = Lock()
        self._looked = -1e9
        self._ids: frozenset[str] = frozenset()

    def ids(self) -> frozenset[str]:
        """The ids. Raises ClusterUnreachableError where nobody tells: then nothing is shown."""
        with self._lock:
            now = self._clock()
            if now - self._looked >= LOOK_SECONDS:
                ids, _ = read_list(self._connection, self._names)
                if ids != self._ids:
                    self._ids = ids
                self._looked = now
            return self._ids


Version = tuple[int, int] | None
"""The sequence number and term of a document; None for one that is not there."""


def read_list(connection: Connection, names: Names) -> tuple[frozenset[str], Version]:
    """The ids of the list, and its version."""
    found = connection.find(f"/{names.state}/_doc/{_ID}")
    if found is None:
        return frozenset(), None
    packed = zlib.decompress(base64.b64decode(found["_source"]["ids"])).decode("utf-8", "surrogateescape")
    return frozenset(packed.split("\n")) - {""}, (found["_seq_no"], found["_primary_term"])


def write_list(connection: Connection, names: Names, ids: Iterable[str], version: Version) -> None:
    """Write the list in the place of that version. Raises ConflictError where somebody else was faster."""
    packed = zlib.compress("\n".join(sorted(ids)).encode("utf-8", "surrogateescape"))
    body = {"ids": base64.b64encode(packed).decode()}
    if version is None:
        connection.send("PUT", f"/{names.state}/_create/{_ID}", body)
    else:
        number, term = version
        connection.send("PUT", f"/{names.state}/_doc/{_ID}", body, if_seq_no=number, if_primary_term=term)
