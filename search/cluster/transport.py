"""Transport to the nodes: the well-kept client, with fast JSON, and waiting that ends when whoever asked has gone."""

import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import msgspec
import opensearchpy
import urllib3.connection
from opensearchpy import RoundRobinSelector, Urllib3HttpConnection
from opensearchpy.exceptions import (
    ConnectionError,  # noqa: A004 - the library's own
    ConnectionTimeout,
)
from opensearchpy.serializer import JSONSerializer

from search import deadline
from search.cluster.preference import HOLDS

_STAGE = "cluster"


class _Serializer(JSONSerializer):
    """JSON by msgspec: answers are megabytes of numbers."""

    def loads(self, s: Any) -> Any:
        return msgspec.json.decode(s)

    def dumps(self, data: Any) -> Any:
        return data if isinstance(data, str | bytes) else msgspec.json.encode(data).decode()


def _end(waiting: socket.socket | None) -> None:
    """End a connection that a thread waits at: a node then stops searching for it, and the thread goes on."""
    if waiting is not None:
        with suppress(OSError):
            socket.socket.shutdown(waiting, socket.SHUT_RDWR)


class _Plain(urllib3.connection.HTTPConnection):
    def getresponse(self) -> Any:
        with deadline.waiting(lambda: _end(self.sock)):
            return super().getresponse()


class _Secured(urllib3.connection.HTTPSConnection):
    def getresponse(self) -> Any:
        with deadline.waiting(lambda: _end(self.sock)):
            return super().getresponse()


class _NodeConnection(Urllib3HttpConnection):
    """Connections to one node. Raises TooCostlyError and AbandonedError where nobody waits for more."""

    avoided_until = 0.0
    """Of the clock that only goes forward."""

    def _create_urllib3_pool(self) -> None:
        super()._create_urllib3_pool()
        self.pool.ConnectionCls = _Secured if self.use_ssl else _Plain

    def perform_request(self, *args: Any, **named: Any) -> Any:
        deadline.check(_STAGE)
        try:
            return super().perform_request(*args, **named)
        except ConnectionError as failed:
            deadline.check(_STAGE)  # the node is sound: the waiting was ended
            if isinstance(failed, ConnectionTimeout):
                self.avoided_until = time.monotonic() + HOLDS
            raise


class _Answering(RoundRobinSelector):
    """One node after the other, without those that were silent lately, unless all were."""

    def select(self, connections: Sequence[Any]) -> Any:
        now = time.monotonic()
        return super().select([node for node in connections if node.avoided_until <= now] or connections)


def client_of(nodes: list[str], **choices: Any) -> opensearchpy.OpenSearch:
    """A client of these nodes; another is asked where one is away. One that is silent is left to whoever asks."""
    return opensearchpy.OpenSearch(
        nodes,
        connection_class=_NodeConnection,
        selector_class=_Answering,
        max_retries=len(nodes),
        retry_on_status=(502, 504),
        dead_timeout=2,
        timeout_cutoff=2,
        http_compress=False,
        pool_maxsize=16,
        serializer=_Serializer(),
        ssl_show_warn=False,
        **choices,
    )
