"""Bulk requests to a cluster: a few megabytes each, and again only what had no room."""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import msgspec

from search.cluster.connection import Connection
from search.errors import LedeError

BYTES = 6 << 20
"""Bytes of one request, of the 5 to 10 MB that a cluster takes well."""
_AT_ONCE = 2
"""Requests under way: one is indexed while the next is made."""
_TRIES = 8
_PATIENCE = 120.0
_AGAIN = (429, 503)

Document = tuple[str, Mapping[str, Any]]
"""An id, so that a repeated request does no harm, and what is indexed under it."""


class BulkError(LedeError):
    """The cluster refuses a document, or has had no room for one for a long time."""


def send_all(
    connection: Connection, index: str, documents: Iterable[Document], told: Callable[[int], None] = lambda _: None
) -> int:
    """Index all documents; gives how many. `told` is called with how many were taken so far.

    Raises BulkError, naming the index and the reason, where the cluster refuses one; ClusterUnreachableError.
    """
    sent, under_way = 0, list[tuple[int, Future[None]]]()
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        try:
            for lines in _requests(documents):
                under_way.append((len(lines), threads.submit(_send, connection, index, lines)))
                while len(under_way) >= _AT_ONCE:  # nothing is read ahead of what the cluster takes
                    sent += _taken(under_way)
                    told(sent)
            while under_way:
                sent += _taken(under_way)
                told(sent)
        except BaseException:
            for _, waiting in under_way:
                waiting.cancel()
            raise
    return sent


def _taken(under_way: list[tuple[int, Future[None]]]) -> int:
    many, done = under_way.pop(0)
    done.result()
    return many


def _requests(documents: Iterable[Document]) -> Iterator[list[bytes]]:
    """Documents in parts of about BYTES, each as its two lines."""
    lines, size = list[bytes](), 0
    for name, document in documents:
        line = msgspec.json.encode({"index": {"_id": name}}) + b"\n" + msgspec.json.encode(document) + b"\n"
        if lines and size + len(line) > BYTES:
            yield lines
            lines, size = [], 0
        lines.append(line)
        size += len(line)
    if lines:
        yield lines


def _send(connection: Connection, index: str, lines: list[bytes]) -> None:
    """Send one request, then again those of its items that had no room, later each time."""
    for attempt in range(1, _TRIES + 1):
        answer = connection.send(
            "POST", f"/{index}/_bulk", b"".join(lines), patience=_PATIENCE, wait_for_active_shards="1"
        )
        if not answer["errors"]:
            return
        lines = list(_refused(index, lines, answer["items"]))
        time.sleep(random.uniform(0.5, 1) * min(30, 0.2 * 2**attempt))  # noqa: S311 - jitter  # nosec B311
    raise BulkError(f"The cluster has no room for documents of {index}.", "See to its load and its disks.")


def _refused(index: str, lines: list[bytes], items: list[Mapping[str, Any]]) -> Iterator[bytes]:
    """The lines that may be sent again. Raises BulkError for one that may not."""
    for line, item in zip(lines, items, strict=True):
        told = item["index"]
        blocked = "block" in str(told.get("error", {}).get("type"))  # said with 429 too: by a disk that ran full
        if told["status"] in _AGAIN and not blocked:
            yield line
        elif "error" in told:
            error = told["error"]
            why = f"{error.get('type')}: {str(error.get('reason'))[:300]}"
            raise BulkError(f"{index} refuses document {told['_id']!r}: {why}.", _remedy(why))


def _remedy(why: str) -> str:
    if "block" in why:
        return "Its disk is full: make room, and set index.blocks.read_only_allow_delete to null."
    return "What was served is served still."
