"""Is an answer of a cluster whole or an error that says what to do, and is only what may pass asked again?

A server of our own stands in for a node: it gives the answers that it was told to, one after the other.
"""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

pytest.importorskip("opensearchpy", reason="the extra cluster is not installed")

from search.cluster import connection as connections
from search.cluster import preference
from search.cluster.connection import (
    ClusterAddress,
    ClusterUnfitError,
    ClusterUnreachableError,
    Connection,
    check_fit,
)

SILENT = (0, None)
"""No answer, for as long as the node is there."""


class Node:
    """A node that gives these answers in their order, the last one for good, and keeps what it was asked."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.asked = []
        self.closing = threading.Event()
        node = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                node.asked.append((self.command, self.path, body, dict(self.headers)))
                status, answer = node.answers.pop(0) if len(node.answers) > 1 else node.answers[0]
                if (status, answer) == SILENT:
                    node.closing.wait()
                    self.close_connection = True
                    return
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
        self.closing.set()
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


@pytest.fixture
def _impatient(monkeypatch):
    """The first try of a search waits a moment."""
    monkeypatch.setattr(preference, "FIRST_PATIENCE", 0.3)
    monkeypatch.setattr(connections, "ROLL_CALL_PATIENCE", 0.3)


def roll_call(*answered, silent=0):
    """What a node says of which nodes there are."""
    return 200, {"_nodes": {"failed": silent}, "nodes": {key: {} for key in answered}}


def preferences(node):
    """What each search that a node was sent says about nodes."""
    searches = [body for _, path, body, _ in node.asked if path.startswith("/_msearch")]
    return [json.loads(body.splitlines()[0]).get("preference") for body in searches]


FOUND = (200, {"responses": [whole(["hit"])]})


@pytest.mark.usefixtures("_impatient")
def test_a_search_is_sent_again_to_the_nodes_that_answer(node_of):
    """A node somewhere in the cluster is frozen. The next searches leave it out from the beginning, for a while."""
    node, connection = node_of(SILENT, roll_call("b", "a", silent=1), FOUND)
    for _ in range(2):
        assert connection.search("x", {})["hits"]["hits"] == ["hit"]
    assert preferences(node) == [None, "_only_nodes:a,b", "_only_nodes:a,b"]
    connection._preference.forget()
    connection.search("x", {})
    assert preferences(node)[-1] is None


@pytest.mark.usefixtures("_impatient")
def test_a_busy_cluster_is_given_time(node_of):
    """Every node answers to its name, so all stay in use, and the next first try is as patient as a second one."""
    node, connection = node_of(SILENT, roll_call("a", "b"), FOUND)
    assert connection.search("x", {})["hits"]["hits"] == ["hit"]
    assert preferences(node) == [None, None]
    assert connection._preference.patience == preference.PATIENCE


@pytest.mark.usefixtures("_impatient")
def test_where_the_roll_call_is_not_answered_either_all_are_given_time(node_of):
    """A cluster that chooses a manager, or is very busy, is no reason to refuse a question."""
    node, connection = node_of(SILENT, *[SILENT] * connections._TRIES, FOUND)
    assert connection.search("x", {})["hits"]["hits"] == ["hit"]
    assert preferences(node) == [None, None]
    assert connection._preference.patience == preference.PATIENCE


@pytest.mark.usefixtures("_impatient")
def test_a_shard_that_no_answering_node_has_is_asked_of_all(node_of):
    """What the nodes hold may have changed since they were called."""
    missing = (200, {"responses": [failed("illegal_argument_exception")]})
    node, connection = node_of(SILENT, roll_call("a", silent=1), missing, FOUND)
    assert connection.search("x", {})["hits"]["hits"] == ["hit"]
    assert preferences(node) == [None, "_only_nodes:a", None]


@pytest.mark.usefixtures("_impatient")
def test_what_fails_for_the_choice_of_nodes_is_no_try(node_of):
    """Each try of a question ends with all nodes, whatever other questions learn meanwhile."""
    away = (200, {"responses": [failed("search_phase_execution_exception")]})
    node, connection = node_of(SILENT, roll_call("a", silent=1), *[away] * (2 * connections._TRIES - 1), FOUND)
    forget = connection._preference.forget
    connection._preference.forget = lambda: (forget(), connection._preference.learn(roll_call("b", silent=1)[1]))
    assert connection.search("x", {})["hits"]["hits"] == ["hit"]
    later = ["_only_nodes:b", None] * (connections._TRIES - 1)
    assert preferences(node) == [None, "_only_nodes:a", None, *later]


@pytest.mark.usefixtures("_impatient")
def test_a_silent_node_is_avoided(node_of):
    """Of two addresses one takes requests and says nothing: it is asked once."""
    silent, _ = node_of(SILENT)
    node, _ = node_of((200, {"ok": True}))
    connection = Connection(ClusterAddress((silent.address, node.address)))
    assert [connection.get("/x", patience=0.3) for _ in range(6)] == [{"ok": True}] * 6
    assert len(silent.asked) == 1


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


def test_any_setting_of_the_plugin_tells_that_it_is_there(node_of):
    """Version 3 has no `knn.plugin.enabled` any more, so no single one is asked for."""
    node, connection = node_of(version("3.2.0"), (200, {"defaults": {"knn": {"size": "1"}}}))
    assert check_fit(connection) == "3.2.0"
    assert parse_qs(urlsplit(node.asked[-1][1]).query)["filter_path"] == ["**.knn"]


def test_who_asks_is_told_to_the_cluster_alone(node_of):
    """A user with a password, or a key."""
    node, _ = node_of((200, {}))
    Connection(ClusterAddress((node.address,), None, "lede", "secret-1")).get("/x")
    Connection(ClusterAddress((node.address,), api_key="key-1")).get("/x")
    sent = [headers.get("Authorization") or headers.get("authorization") for *_, headers in node.asked]
    assert sent == ["Basic bGVkZTpzZWNyZXQtMQ==", "ApiKey key-1"]
