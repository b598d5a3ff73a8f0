"""What tests of a cluster may ask for: one that answers, and an archive in it beside the same archive in a folder."""

import os
import uuid
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from awkward import awkward_articles

ADDRESSES = tuple(
    os.environ.get("TEST_CLUSTER", "http://127.0.0.1:9201,http://127.0.0.1:9202,http://127.0.0.1:9203").split(",")
)
CLOCK = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def connection():
    """A connection to the cluster of this machine. Skips where none answers, unless TEST_CLUSTER names one."""
    pytest.importorskip("opensearchpy", reason="the extra cluster is not installed")
    from search.cluster.connection import ClusterAddress, check_fit, connect
    from search.errors import IndexUnusableError

    made = connect(ClusterAddress(ADDRESSES))
    try:
        check_fit(made)
    except IndexUnusableError as away:
        if "TEST_CLUSTER" in os.environ:
            raise
        pytest.skip(f"no cluster answers ({away}); `make test-cluster` starts one")
    return made


@pytest.fixture(scope="session")
def prefix(connection):
    """A prefix of this run's own; its indexes are removed when the session ends."""
    made = f"test{uuid.uuid4().hex[:8]}"
    yield made
    connection.send("DELETE", f"/{made}-*", ignore_unavailable="true", patience=60.0)


def loaded(connection, prefix, folder):
    """The generation of a folder, loaded into the cluster and published there."""
    from indexer.cluster.lease import leased
    from indexer.cluster.loading import Loader
    from indexer.cluster.publishing import publish
    from search.cluster.generations import ClusterGenerations
    from search.cluster.layout import Names
    from search.wiring import vector_format

    generations = ClusterGenerations(connection, Names(prefix))
    with leased(connection, generations.names):
        Loader(generations, folder, vector_format(), lambda *_: None).load()
        publish(generations, folder.name)
    return generations


def engine_over_cluster(connection, prefix, root):
    """An engine over what is published under a prefix, with a fake model."""
    from fake_embedder import fake_encoder

    from search.cluster.engine import ClusterEngine, ClusterSnapshots

    snapshots = ClusterSnapshots(
        connection.address, prefix, root, lambda _, card: fake_encoder(card.fingerprint).embedder
    )
    return ClusterEngine(snapshots, "built-in", lambda: CLOCK)


@pytest.fixture(scope="session")
def both(connection, prefix, tmp_path_factory):
    """Two engines over the same awkward articles: one over a folder, one over the cluster."""
    from fake_index import built_index, open_fake

    from search.index.snapshot_manager import SnapshotManager
    from search.settings import Settings
    from search.wiring import engine

    articles = awkward_articles(seed=3, count=90)
    index = built_index(tmp_path_factory.mktemp("both"), articles)
    name = index.current_name()
    loaded(connection, prefix, index.path(name))
    folder = engine(Settings(), SnapshotManager(index, open_fake), lambda: CLOCK)
    cluster = engine_over_cluster(connection, prefix, tmp_path_factory.mktemp("fetched"))
    yield SimpleNamespace(folder=folder, cluster=cluster, articles=articles, index=index, name=name, prefix=prefix)
    folder.close()
    cluster.close()
