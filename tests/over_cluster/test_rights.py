"""Is nothing asked of a cluster that the documented roles do not allow?

A user with rights for the indexes of one archive is refused where a request names no index, for that means all of them.
"""

import msgspec
import pytest
from awkward import awkward_articles

from search.api.params import query_from

pytest.importorskip("opensearchpy", reason="the extra cluster is not installed")

from search.cluster.connection import Connection

from .conftest import CLOCK, engine_over_cluster, loaded

OF_THE_CLUSTER = ("/_cluster/health", "/_cluster/settings", "/_nodes/", "/_tasks/")
"""Requests about the cluster, which `cluster_monitor` allows."""
OF_SEVERAL = {"/_msearch", "/_aliases"}
"""Requests that name their indexes in their body."""


@pytest.fixture
def requests(monkeypatch):
    """The path and body of every request to the cluster, in order."""
    made, sent = [], Connection._sent

    def noted(self, method, path, body, *rest):
        made.append((path, body))
        return sent(self, method, path, body, *rest)

    monkeypatch.setattr(Connection, "_sent", noted)
    return made


def indexes_of(path, body):
    """The indexes that a request names; none where it names none."""
    if path == "/_msearch":
        return {msgspec.json.decode(line)["index"] for line in body.splitlines()[::2]}
    if path == "/_aliases":
        return {action["index"] for one in body["actions"] for action in one.values()}
    return set() if path.startswith("/_") or path == "/" else set(path.split("/")[1].split(","))


def test_only_indexes_of_the_archive_are_named(connection, tmp_path, requests):
    """A generation is loaded, published, opened, asked and listed."""
    from fake_index import built_index

    articles = awkward_articles(seed=9, count=30)
    index = built_index(tmp_path / "index", articles)
    generations = loaded(connection, "rights7", index.path(index.current_name()))
    try:
        engine = engine_over_cluster(connection, "rights7", tmp_path / "fetched")
        for pairs in ([("q", "moon")], [("q", "moon"), ("sort", "newest")], [("facets", "true")]):
            engine.search(query_from(pairs, CLOCK))
        engine.close()
        generations.current()
        generations.all()
    finally:
        connection.send("DELETE", "/rights7-*", ignore_unavailable="true", patience=60.0)
    assert {path for path, _ in requests} >= OF_SEVERAL
    for path, body in requests:
        named = indexes_of(path, body)
        assert named or path == "/" or path.startswith(OF_THE_CLUSTER), path
        assert all(name.startswith("rights7-") for name in named), (path, named)
