"""Transport to the nodes: the well-kept client, with fast JSON, and waiting that ends when whoever asked has gone."""

import socket
from contextlib import suppress
from typing import Any

import msgspec
import opensearchpy
import urllib3.connection
from opensearchpy import Urllib3HttpConnection
from opensearchpy.exceptions import ConnectionError  # noqa: A004 - the library's own
from opensearchpy.serializer import JSONSerializer

from search import deadline

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

    def _create_urllib3_pool(self) -> None:
        super()._create_urllib3_pool()
        self.pool.ConnectionCls = _Secured if self.use_ssl else _Plain

    def perform_request(self, *args: Any, **named: Any) -> Any:
        deadline.check(_STAGE)
        try:
            return super().perform_request(*args, **named)
        except ConnectionError:
            deadline.check(_STAGE)  # the node is sound: the waiting was ended
            raise


def client_of(nodes: list[str], **choices: Any) -> opensearchpy.OpenSearch:
    """A client of these nodes; another is asked where one is away."""
    return opensearchpy.OpenSearch(
        nodes,
        connection_class=_NodeConnection,
        max_retries=len(nodes),
        retry_on_timeout=True,
        retry_on_status=(502, 504),
        dead_timeout=2,
        timeout_cutoff=2,
        http_compress=False,
        pool_maxsize=16,
        serializer=_Serializer(),
        ssl_show_warn=False,
        **choices,
    )
