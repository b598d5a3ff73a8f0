"""Is an answer of a cluster whole or an error that says what to do, and is only what may pass asked again?

A server of our own stands in for a node: it gives the answers that it was told to, one after the other.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

pytest.importorskip("opensearchpy", reason="the extra cluster is not installed")

from search.cluster import connection as connections
from search.cluster.connection import (
    ClusterAddress,
    ClusterUnfitError,
    ClusterUnreachableError,
    Connection,
    check_fit,
)


class Node:
    """A node that gives these answers in their order, the last one for good, and keeps what it was asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []
        node = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                node.asked.append((self.command, self.path, body, dict(self.headers)))
                status, answer = node.answers.pop(0) if len(node.answers) > 1 else node.answers[0]
                written = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(written)))
                self.end_headers()
                self.wfile.write(written)

            do_POST = do_PUT = do_DELETE = do_HEAD = do_GET  # noqa: N815

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        self.address = f"http://127.0.0.1:{self.server.server_address[1]}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()


@pytest.fixture
def node_of(monkeypatch):
    """Makes nodes; nothing is waited for between two tries."""
    monkeypatch.setattr(connections.time, "sleep", lambda _: None)
    made = []

    def make(*answers):
        made.append(Node(*answers))
        return made[-1], Connection(ClusterAddress((made[-1].address,)))

    yield make
    for node in made:
        node.close()


def whole(hits=()):
    """What a search that every shard answered looks like."""
    return {"timed_out": False, "_shards": {"failed": 0}, "hits": {"hits": list(hits)}}


def failed(kind):
    """What a search that could not be answered looks like."""
    return {"error": {"type": kind}, "status": 500}


def error(kind, status=500, reason="why"):
    """What a refused request looks like."""
    return status, {"error": {"type": kind, "reason": reason}, "status": status}


def test_an_answer_in_part_is_no_answer(node_of):
    """A shard that failed, a time that ran out, a search that failed: never what is left."""
    part = {"timed_out": False, "_shards": {"failed": 1}, "hits": {"hits": [1]}}
    late = whole() | {"timed_out": True}
    for answer in (part, late, failed("parsing_exception"), failed("search_phase_execution_exception")):
        _, connection = node_of((200, {"responses": [whole(), answer]}))
        with pytest.raises(ClusterUnreachableError):
            connection.searches([("a", {}), ("a", {})])


def test_a_shard_that_is_being_moved_is_asked_again(node_of):
    """And the whole answer of the second time counts."""
    away = failed("search_phase_execution_exception")
    node, connection = node_of((200, {"responses": [away]}), (200, {"responses": [whole(["hit"])]}))
    assert connection.search("a", {})["hits"]["hits"] == ["hit"]
    assert len(node.asked) == 2


@pytest.mark.parametrize("status", [429, 503])
def test_a_node_with_too_much_to_do_is_asked_again(node_of, status):
    """Up to four times; then whoever asked is told to ask later."""
    node, connection = node_of(error("rejected", status), error("rejected", status), (200, {"ok": True}))
    assert connection.get("/x") == {"ok": True}
    assert len(node.asked) == 3
    node, connection = node_of(error("rejected", status))
    with pytest.raises(ClusterUnreachableError):
        connection.get("/x")


def test_a_node_that_is_away_is_replaced_by_another(node_of):
    """Of two addresses one refuses the connection."""
    node, _ = node_of((200, {"ok": True}))
    connection = Connection(ClusterAddress(("http://127.0.0.1:1", node.address)))
    assert [connection.get("/x") for _ in range(4)] == [{"ok": True}] * 4


def test_nobody_answers():
    """The message names the nodes to whoever runs Lede, and nothing of them to strangers."""
    with pytest.raises(ClusterUnreachableError) as away:
        Connection(ClusterAddress(("http://127.0.0.1:1",))).get("/x")
    assert "127.0.0.1:1" in str(away.value)
    assert "127.0.0.1" not in away.value.public


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (error("security_exception", 401), "cluster_user"),
        (error("security_exception", 403, "no permissions for [indices:data/read/search]"), "rights"),
        (error("cluster_block_exception", 403, "index [a] blocked by: [read-only / allow delete (api)]"), "read-only"),
    ],
)
def test_what_is_refused_says_what_to_do(node_of, answer, told):
    """A wrong password, missing rights, a disk that ran full."""
    _, connection = node_of(answer)
    with pytest.raises(ClusterUnfitError) as refused:
        connection.send("PUT", "/x", {})
    assert told in str(refused.value)


def version(number, **more):
    """What a node says of itself."""
    return 200, {"version": {"number": number, "distribution": "opensearch"} | more}


PLUGIN = (200, {"defaults": {"knn": {"plugin": {"enabled": "true"}}}})


def test_a_cluster_is_looked_at_before_it_is_used(node_of):
    """Another product, an old version, no plugin: each is said; a newer version is taken."""
    for number in ("2.19.1", "3.0.0", "3.12.4"):
        assert check_fit(node_of(version(number), PLUGIN)[1]) == number
    for answers, told in (
        ([version("2.18.0")], "2.19"),
        ([version("8.15.0", distribution=None)], "no OpenSearch"),
        ([version("2.19.1"), (200, {})], "k-NN"),
    ):
        with pytest.raises(ClusterUnfitError, match=told):
            check_fit(node_of(*answers)[1])


def test_who_asks_is_told_to_the_cluster_alone(node_of):
    """A user with a password, or a key."""
    node, _ = node_of((200, {}))
    Connection(ClusterAddress((node.address,), None, "lede", "secret-1")).get("/x")
    Connection(ClusterAddress((node.address,), api_key="key-1")).get("/x")
    sent = [headers.get("Authorization") or headers.get("authorization") for *_, headers in node.asked]
    assert sent == ["Basic bGVkZTpzZWNyZXQtMQ==", "ApiKey key-1"]
