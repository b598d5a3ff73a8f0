"""Connection to an OpenSearch cluster: requests that fail clearly, and never with half an answer."""

import logging
import os
import random
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, Generic, TypeVar

import msgspec
import opensearchpy
from msgspec import Struct
from opensearchpy.exceptions import (
    AuthenticationException,
    AuthorizationException,
    ConnectionError,  # noqa: A004 - the library's own
    ConnectionTimeout,
    NotFoundError,
    OpenSearchException,
    SSLError,
    TransportError,
)

from search.cluster.preference import PATIENCE, ROLL_CALL, ROLL_CALL_PATIENCE, ROLL_CALL_WAITS, Preference
from search.cluster.transport import client_of
from search.errors import IndexUnusableError, SettingsError
from search.messages import say

for _library in ("opensearch", "urllib3"):  # each failure is an error of ours, or was made good
    logging.getLogger(_library).setLevel(logging.CRITICAL)

_T = TypeVar("_T")
_S = TypeVar("_S")
OLDEST = (2, 19)
"""The oldest version that was tested."""
_TRIES = 4
_AGAIN = (429, 502, 503, 504)
_FAILED_SHARDS = ("search_phase_execution_exception", "no_shard_available_action_exception")


class ClusterUnreachableError(IndexUnusableError):
    """No node answers, or not enough of them to answer in full."""

    code = "cluster-away"


class ClusterUnfitError(IndexUnusableError):
    """The cluster answers and cannot be used: too old, no k-NN plugin, read-only, or an index of somebody else."""


class ClusterAddress(Struct, frozen=True):
    """Where a cluster is, and who asks. `password` and `api_key` are secret: nothing prints them."""

    nodes: tuple[str, ...]
    ca: Path | None = None
    user: str = ""
    password: str = ""
    api_key: str = ""

    def __repr__(self) -> str:
        """The addresses alone."""
        return f"ClusterAddress({', '.join(self.nodes)})"


class Asked(Struct, Generic[_T], frozen=True):
    """Some searches, each of an index, and what their answers are read as."""

    bodies: tuple[tuple[str, Mapping[str, Any]], ...]
    read: Callable[[Sequence[Any]], _T]


NOTHING_ASKED: Asked[None] = Asked((), lambda _: None)


def beside(*every: Asked[None]) -> Asked[None]:
    """Several as one."""
    asked = gathered(every)

    def read(answers: Sequence[Any]) -> None:
        asked.read(answers)

    return Asked(asked.bodies, read)


def gathered(every: Sequence[Asked[_T]]) -> Asked[list[_T]]:
    """Several as one; what they are read as, in their order."""

    def read(answers: Sequence[Any]) -> list[_T]:
        found, at = list[_T](), 0
        for asked in every:
            found.append(asked.read(answers[at : at + len(asked.bodies)]))
            at += len(asked.bodies)
        return found

    return Asked(tuple(body for asked in every for body in asked.bodies), read)


class Connection:
    """A cluster to send requests to. Safe to use from threads, and in a process forked from the one that made it."""

    def __init__(self, address: ClusterAddress) -> None:
        self.address = address
        self._lock = Lock()
        self._opened: tuple[int, opensearchpy.OpenSearch] | None = None
        self._preference = Preference()

    def get(self, path: str, body: object = None, **parameters: Any) -> Any:
        """The answer to GET. Raises as `send` does."""
        return self.send("GET", path, body, **parameters)

    def find(self, path: str, body: object = None, **parameters: Any) -> Any:
        """The answer to GET; None where there is nothing of that name."""
        try:
            return self.send("GET", path, body, **parameters)
        except NotFoundError:
            return None

    def send(
        self, method: str, path: str, body: object = None, *, patience: float = PATIENCE, **parameters: Any
    ) -> Any:
        """The answer to one request, sent again to another node where one is away or has too much to do.

        Raises ClusterUnreachableError where no node answers in time, ClusterUnfitError where access is refused, and
        opensearchpy's NotFoundError, ConflictError and RequestError for what the caller must know.
        """
        for attempt in range(1, _TRIES + 1):
            try:
                return self._sent(method, path, body, patience, parameters)
            except ConnectionTimeout as late:
                if attempt == _TRIES:
                    raise self._explained(late) from late
        raise AssertionError("unreachable")

    def searches(self, bodies: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Any]:
        """The answers to several searches, each of an index, in one request; every one whole.

        Where a node does not answer, those that do are asked. Raises ClusterUnreachableError where any shard of any
        failed: part of an answer is no answer.
        """
        if not bodies:
            return []
        for attempt in range(1, _TRIES + 1):
            answers = self._heard(bodies)
            why = _fault_among(answers)
            if why is None:
                return answers
            if why not in _FAILED_SHARDS or attempt == _TRIES:
                break
            time.sleep(0.1 * 2**attempt)
        raise ClusterUnreachableError(
            say("cluster-partial", f"A search of the cluster failed in part ({why})."), say("ask-later")
        )

    def ask(self, asked: Asked[_T]) -> _T:
        """The answer to some searches. Raises as `searches` does."""
        return asked.read(self.searches(asked.bodies))

    def ask_both(self, one: Asked[_T], other: Asked[_S]) -> tuple[_T, _S]:
        """The answers to two, in one request. Raises as `searches` does."""
        answers, many = self.searches((*one.bodies, *other.bodies)), len(one.bodies)
        return one.read(answers[:many]), other.read(answers[many:])

    def search(self, index: str, body: Mapping[str, Any]) -> Any:
        """The whole answer to one search. Raises as `searches` does."""
        return self.searches([(index, body)])[0]

    def _heard(self, bodies: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Any]:
        """The answers, whole or not, of nodes that are not silent. Raises ClusterUnreachableError where all are."""
        patience = self._preference.patience
        for attempt in range(1, _TRIES + 1):
            try:
                return self._from_preferred(bodies, patience)
            except ConnectionTimeout as late:
                if attempt == _TRIES:
                    raise self._explained(late) from late
                patience = PATIENCE
                self._call_roll()
        raise AssertionError("unreachable")

    def _from_preferred(self, bodies: Sequence[tuple[str, Mapping[str, Any]]], patience: float) -> list[Any]:
        """The answers of the nodes that are thought to answer; of all where those alone cannot answer in full."""
        preference = self._preference.header
        answers = self._sent("POST", "/_msearch", _lines(bodies, preference), patience, {})["responses"]
        if preference and _fault_among(answers):  # a copy stands on a node alone that was too busy to answer the roll
            self._preference.forget()
            answers = self._sent("POST", "/_msearch", _lines(bodies, {}), patience, {})["responses"]
        return list(answers)

    def _call_roll(self) -> None:
        """Learn which nodes answer; where none says so in time, all are given more time."""
        try:
            self._preference.learn(self.get(ROLL_CALL, patience=ROLL_CALL_PATIENCE, timeout=ROLL_CALL_WAITS))
        except ClusterUnreachableError:
            self._preference.give_time()

    def _sent(self, method: str, path: str, body: object, patience: float, parameters: Mapping[str, Any]) -> Any:
        """The answer of one node, or of the next where that refuses. Raises ConnectionTimeout where it is silent."""
        for attempt in range(1, _TRIES + 1):
            try:
                return self._client.transport.perform_request(
                    method, path, params={**parameters, "request_timeout": patience}, body=body
                )
            except ConnectionTimeout:
                raise
            except TransportError as failed:
                if not _may_pass(failed) or attempt == _TRIES:
                    raise self._explained(failed) from failed
                time.sleep(random.uniform(0.05, 0.15) * 2**attempt)  # noqa: S311 - jitter  # nosec B311
            except OpenSearchException as failed:
                raise self._explained(failed) from failed
        raise AssertionError("unreachable")

    @property
    def _client(self) -> opensearchpy.OpenSearch:
        """A client of this process: connections do not survive a fork."""
        with self._lock:
            if self._opened is None or self._opened[0] != os.getpid():
                self._opened = os.getpid(), _client_of(self.address)
            return self._opened[1]

    def _explained(self, failed: OpenSearchException) -> Exception:
        nodes = ", ".join(self.address.nodes)
        if isinstance(failed, SSLError):
            return ClusterUnfitError(
                f"The certificate of {nodes} does not hold: {_first_line(failed)}.",
                "Name the authority that signed it by `cluster_ca`, and address the nodes by the names in it.",
            )
        if isinstance(failed, ConnectionTimeout):
            return ClusterUnreachableError(say("cluster-away", f"{nodes} did not answer in time."), say("ask-later"))
        if isinstance(failed, ConnectionError):
            return ClusterUnreachableError(say("cluster-away", f"No node of {nodes} answers."), say("ask-later"))
        if isinstance(failed, AuthenticationException):
            return ClusterUnfitError(
                f"{nodes} does not know this user or key.",
                "Correct `cluster_user`, and the secret in LEDE_CLUSTER_SECRET or `cluster_secret_file`.",
            )
        if isinstance(failed, AuthorizationException) or _is_blocked(failed):
            return self._refused(failed)
        if isinstance(failed, TransportError) and failed.status_code in (*_AGAIN, 500):
            return ClusterUnreachableError(
                say("cluster-away", f"{nodes} cannot answer now ({failed.error})."), say("ask-later")
            )
        return failed

    def _refused(self, failed: OpenSearchException) -> Exception:
        """Why a request was forbidden: by rights, or by a block on an index."""
        if _is_blocked(failed):
            return ClusterUnfitError(
                "The cluster takes no writes: an index is read-only, as after a disk ran full.",
                "Make room, and set index.blocks.read_only_allow_delete to null.",
            )
        return ClusterUnfitError(
            f"The cluster forbids this: {_first_line(failed)}.", "Give the user the rights of docs/how-to/cluster.md."
        )


def connect(address: ClusterAddress) -> Connection:
    """A connection to a cluster that was looked at and found fit.

    Raises SettingsError for an address that is none, and as `Connection.send` does.
    """
    for node in address.nodes:
        if not node.startswith(("http://", "https://")):
            raise SettingsError(
                f"cluster: {node!r} is no address.", "Give addresses such as https://search-1:9200.", field="cluster"
            )
    return Connection(address)


def check_fit(connection: Connection) -> str:
    """The version of the cluster. Raises ClusterUnfitError where it is too old, or cannot compare vectors."""
    told = connection.get("/")["version"]
    version = str(told.get("number", ""))
    if told.get("distribution") != "opensearch":
        raise ClusterUnfitError(
            f"{connection.address.nodes[0]} is no OpenSearch: it calls itself version {version}.",
            "Lede needs OpenSearch 2.19 or newer; Elasticsearch has another interface for vectors.",
        )
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST:
        raise ClusterUnfitError(f"The cluster is OpenSearch {version}.", "Lede needs 2.19 or newer.")
    settings = connection.get("/_cluster/settings", include_defaults="true", filter_path="**.knn")
    if not settings:
        raise ClusterUnfitError(
            "The cluster has no k-NN plugin.", "Install it on every node: `opensearch-plugin install opensearch-knn`."
        )
    return version


def _client_of(address: ClusterAddress) -> opensearchpy.OpenSearch:
    choices: dict[str, Any] = {}
    if address.api_key:
        choices["headers"] = {"Authorization": f"ApiKey {address.api_key}"}
    elif address.user:
        choices["http_auth"] = (address.user, address.password)
    if address.ca is not None:
        choices["ca_certs"] = str(address.ca)
    return client_of(list(address.nodes), **choices)


def _lines(bodies: Sequence[tuple[str, Mapping[str, Any]]], preference: Mapping[str, str]) -> bytes:
    """Searches as one request: of each its header and its body."""
    lines = [part for index, body in bodies for part in (_header(index, body, preference), msgspec.json.encode(body))]
    return b"\n".join([*lines, b""])


def _header(index: str, body: Mapping[str, Any], preference: Mapping[str, str]) -> bytes:
    """Where a search goes, and after what time nobody waits for it. Words are weighed over all shards."""
    told = {"index": index, "cancel_after_time_interval": f"{PATIENCE:.0f}s", **preference}
    if "knn" not in body.get("query", {}):
        told["search_type"] = "dfs_query_then_fetch"
    return msgspec.json.encode(told)


def _fault_of(answer: Mapping[str, Any]) -> str | None:
    """What kept a search from being answered whole; None where nothing did."""
    if "error" in answer:
        return str(answer["error"].get("type"))
    shards = answer["_shards"]
    return "timed_out" if answer["timed_out"] else "shards_failed" if shards["failed"] else None


def _fault_among(answers: Sequence[Mapping[str, Any]]) -> str | None:
    """What kept the first of several searches from being answered whole; None where nothing did."""
    return next((reason for answer in answers if (reason := _fault_of(answer))), None)


def _is_blocked(failed: OpenSearchException) -> bool:
    """Whether an index takes no writes, which no second try changes."""
    if not isinstance(failed, TransportError) or failed.status_code not in (403, 429):
        return False
    return "block" in str(failed.error) or "block" in str(failed.info)


def _may_pass(failed: TransportError) -> bool:
    """Whether the same request may be answered a moment later."""
    if isinstance(failed, ConnectionError) or _is_blocked(failed):  # the client has asked every node by then
        return False
    return failed.status_code in _AGAIN or (failed.status_code == 500 and failed.error in _FAILED_SHARDS)


def _first_line(failed: OpenSearchException) -> str:
    return str(failed).splitlines()[0][:200]


def rows_of(answer: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
    """The sort values of each hit."""
    return [hit["sort"] for hit in answer["hits"]["hits"]]
