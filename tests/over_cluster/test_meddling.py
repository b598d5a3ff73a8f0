"""Is everything there once, and every answer right, when requests are cut, delayed and sent twice on their way?"""

import os
import threading
from types import SimpleNamespace
from typing import Any

import pytest
from awkward import awkward_articles
from msgspec.structs import replace

from search.api.params import query_from
from search.errors import LedeError

from .conftest import ADDRESSES, CLOCK, engine_over_cluster, loaded
from .meddler import Meddler, Mischief

SHARES = {"cut before": 0.08, "cut behind": 0.08, "repeat": 0.1, "delay": 0.1}
CLIENTS = 4
ROUNDS = 2 + 4 * int(os.environ.get("CLUSTER_ROUNDS", "0"))
QUESTIONS = [
    query_from(pairs, CLOCK)
    for pairs in (
        [("q", "moon bitcoin"), ("facets", "true")],
        [("q", "stablecoin law"), ("lang", "en")],
        [("q", '"stablecoin law"'), ("sort", "newest")],
        [("q", "hacked"), ("mode", "semantic"), ("limit", "20")],
        [("q", "moon NEAR/5 bitcoin")],
    )
]


@pytest.fixture
def meddled():
    """Makes connections to the nodes through proxies of one mischief."""
    from search.cluster.connection import ClusterAddress, connect

    made = []

    def through(mischiefs, **more):
        proxies = [Meddler(node, mischief, **more) for node, mischief in zip(ADDRESSES, mischiefs, strict=True)]
        made.extend(proxies)
        return connect(ClusterAddress(tuple(proxy.address for proxy in proxies)))

    yield through
    for proxy in made:
        proxy.close()


def everything(connection, names, generation):
    """All that is kept of a generation's articles and passages, by id."""
    found = {}
    for kind, fields in (("articles", []), ("passages", ["codes"])):
        body = {"size": 1_000, "query": {"match_all": {}}, "docvalue_fields": fields, "sort": ["row"]}
        hits = connection.search(names.index(kind, generation), body)["hits"]["hits"]
        found[kind] = {hit["_id"]: (hit.get("_source"), hit.get("fields")) for hit in hits}
        assert len(found[kind]) == len(hits) < 1_000
    return found


def asked_of(engine):
    """What an engine answers to all questions, without the time that it took."""
    return [replace(engine.search(query), took_ms=0.0) for query in QUESTIONS]


def test_a_load_through_a_bad_network_is_whole_and_holds_nothing_twice(connection, prefix, meddled, tmp_path):
    """The lease, the indexes, the bulks, the aliases, a withdrawal: as by a good one, and nobody notices."""
    from fake_index import built_index

    from indexer.cluster.destination import ClusterDestination
    from search.wiring import vector_format

    index = built_index(tmp_path / "index", awkward_articles(seed=8, count=36))
    name = index.current_name()
    good = loaded(connection, f"{prefix}-good", index.path(name))
    mischief = Mischief(4, SHARES)
    bad = meddled([mischief] * 3, pause=0.05)
    destination = ClusterDestination(bad.address, f"{prefix}-bad", index, vector_format())
    with destination.building():
        destination.deliver(name, {}, lambda *_: None, serve=True, keep=2)
    assert min(mischief.done[what] for what in SHARES) > 0, mischief.done
    names = destination.generations.names
    assert everything(connection, names, name) == everything(connection, good.names, name)
    assert destination.verify(None) == destination.served() == name
    gone = awkward_articles(seed=8, count=36)[7].id
    told = destination.withdraw([gone])
    assert gone in told
    assert gone in destination.restore([gone])
    with destination.writing():  # the lease was let go
        assert destination.rollback(name) == name


def test_answers_through_a_bad_network_are_right(both, meddled, tmp_path):
    """Four clients at once; cut, delayed and repeated requests are nobody's trouble."""
    expected = asked_of(both.cluster)
    mischief = Mischief(5, SHARES)
    bad = meddled([mischief] * 3, pause=0.05)
    engine = engine_over_cluster(bad, both.prefix, tmp_path / "fetched")
    outcomes: list[Any] = []

    def ask():
        try:
            for _ in range(ROUNDS):
                outcomes.extend(answer == right for answer, right in zip(asked_of(engine), expected, strict=True))
        except LedeError as failed:
            outcomes.append(str(failed))

    clients = [threading.Thread(target=ask) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    engine.close()
    assert outcomes == [True] * (CLIENTS * ROUNDS * len(QUESTIONS))
    assert min(mischief.done[what] for what in SHARES) > 0, mischief.done


def test_a_slow_node_makes_no_answer_wrong(both, meddled, tmp_path):
    """Every request to one of three waits a while."""
    slow, quick = Mischief(6, {"delay": 1.0}), Mischief(6, {})
    bad = meddled([slow, quick, quick], pause=0.2)
    engine = engine_over_cluster(bad, both.prefix, tmp_path / "fetched")
    assert asked_of(engine) == asked_of(both.cluster)
    engine.close()
    assert slow.done["delay"] > 0 < quick.done["pass"]


@pytest.fixture
def two(connection, prefix, tmp_path, request):
    """An archive that serves one generation, and another that was built and not loaded yet."""
    from fake_index import built_index

    from indexer.cluster.destination import ClusterDestination
    from search.wiring import vector_format

    articles = awkward_articles(seed=9, count=30)
    index = built_index(tmp_path / "index", articles[:20])
    destination = ClusterDestination(
        connection.address, f"{prefix}-{request.node.name[:20].lower()}", index, vector_format()
    )
    first = index.current_name()
    with destination.building():
        destination.deliver(first, {}, lambda *_: None, serve=True, keep=2)
    built_index(tmp_path / "index", articles)
    second = index.names()[-1]
    return SimpleNamespace(destination=destination, first=first, second=second, names=destination.generations.names)


def test_a_publication_that_arrives_again_later_changes_nothing(connection, two, monkeypatch):
    """Its network held it back until another was published, and once more until the first was published again."""
    from opensearchpy.exceptions import NotFoundError, RequestError

    from indexer.cluster.publishing import publish
    from search.cluster.connection import Connection

    deliver(two)
    generations, late = two.destination.generations, []
    send = Connection.send

    def noted(self, method, path, body=None, **more):
        if path == "/_aliases":
            late.append(body)
        return send(self, method, path, body, **more)

    monkeypatch.setattr(Connection, "send", noted)
    for name in (two.first, two.second, two.first):
        publish(generations, name)
    assert len(late) == 3
    for body in late:
        with pytest.raises((RequestError, NotFoundError)):
            send(connection, "POST", "/_aliases", body)
        assert generations.current() == two.first
    assert publish(generations, two.second) == generations.current()


def test_of_two_that_publish_at_once_one_is_told(connection, two, monkeypatch):
    """Whoever comes second, without a lease, learns that another was faster."""
    from indexer.cluster import publishing
    from search.errors import LockedError

    deliver(two)
    turn = publishing._turn(two.destination.generations)
    publishing.publish(two.destination.generations, two.first)
    monkeypatch.setattr(publishing, "_turn", lambda _: turn)
    with pytest.raises(LockedError, match="meanwhile"):
        publishing.publish(two.destination.generations, two.second)
    assert two.destination.served() == two.first


def deliver(two, told=lambda *_: None):
    """Load and publish the second generation."""
    with two.destination.building():
        two.destination.deliver(two.second, {}, told, serve=True, keep=2)


def test_a_full_disk_is_said_at_once_and_the_old_generation_stays(connection, two):
    """The block that a node sets when its disk runs full, while documents are loaded; then room is made."""
    blocked = {"index.blocks.read_only_allow_delete": True}

    def fill_the_disk(stage, done, total):
        if stage == "load passages" and done == 0:
            connection.send("PUT", f"/{two.names.index('passages', two.second)}/_settings", blocked)

    with pytest.raises(LedeError, match=r"read_only_allow_delete|read-only"):
        deliver(two, fill_the_disk)
    assert two.destination.served() == two.first
    unblocked = {"index.blocks.read_only_allow_delete": None}
    connection.send("PUT", f"/{two.names.prefix}-*/_settings", unblocked)
    deliver(two)
    assert two.destination.served() == two.second


def test_a_lease_in_a_read_only_index_is_refused_at_once(connection, two):
    """Nothing is tried again for a minute, and the message says what to do."""
    connection.send("PUT", f"/{two.names.state}/_settings", {"index.blocks.read_only_allow_delete": True})
    with pytest.raises(LedeError, match="read-only"):
        deliver(two)
    connection.send("PUT", f"/{two.names.state}/_settings", {"index.blocks.read_only_allow_delete": None})
    assert two.destination.served() == two.first


def test_a_changed_mapping_is_named_and_the_old_generation_stays(connection, two):
    """An index of the new generation that somebody else has made, with fields of his own."""
    index = two.names.index("articles", two.second)
    connection.send("PUT", f"/{index}", {"mappings": {"properties": {"row": {"type": "date"}}}}, patience=60.0)
    with pytest.raises(LedeError, match="not made by Lede"):
        deliver(two)
    assert two.destination.served() == two.first
    assert connection.get(f"/{index}/_mapping")[index]["mappings"]["properties"] == {"row": {"type": "date"}}


def test_a_document_that_a_changed_mapping_refuses_is_named(connection, two):
    """A field of an index of ours that was given another type meanwhile: which document, which index and why."""

    def change(stage, done, total):
        if stage == "load articles" and done == 0:
            index, parts = two.names.index("articles", two.second), two.names.index("articles", two.first)
            ours = connection.get(f"/{parts}/_mapping")[parts]["mappings"]
            ours["properties"]["id"] = {"type": "integer"}
            connection.send("DELETE", f"/{index}", patience=60.0)
            settings = {"analysis": connection.get(f"/{parts}")[parts]["settings"]["index"]["analysis"]}
            similarity = connection.get(f"/{parts}")[parts]["settings"]["index"]["similarity"]
            body = {"settings": {"index": settings | {"similarity": similarity}}, "mappings": ours}
            connection.send("PUT", f"/{index}", body, patience=60.0)

    with pytest.raises(LedeError, match=rf"{two.names.index('articles', two.second)} refuses document"):
        deliver(two, change)
    assert two.destination.served() == two.first
