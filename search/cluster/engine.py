"""The engine over a cluster: the engine over a folder, with what the cluster keeps in the place of the files."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import numpy as np

from search.cluster.articles import ClusterStore
from search.cluster.connection import ClusterAddress, check_fit, connect
from search.cluster.generations import ClusterFolder, ClusterGenerations
from search.cluster.keyword import ClusterKeywordIndex
from search.cluster.layout import Names
from search.cluster.retriever import ClusterRetriever
from search.cluster.vectors import ClusterVectors
from search.cluster.withdrawal import ClusterWithdrawn
from search.engine.engine import EmbeddedEngine
from search.errors import ModelError
from search.index.chunks import open_chunks
from search.index.manifest import ModelCard, read_manifest
from search.index.snapshot import Snapshot, open_snapshot
from search.index.snapshot_manager import SnapshotManager
from search.ports import Embedder, Reranker
from search.results import Build

FETCHED = "cluster"
"""The folder, in that of the index, for what a machine fetches of a cluster."""


PLAIN_BM25 = 3
"""The first version of OpenSearch whose BM25 has no k1 in its numerator."""


class ClusterEngine(EmbeddedEngine):
    """Answers queries from the generation that the cluster serves. Safe to ask from several threads."""

    def __init__(
        self,
        served: "ClusterSnapshots",
        model: str,
        clock: Callable[[], datetime],
        reranker: Callable[[], Reranker] | None = None,
    ) -> None:
        """As for EmbeddedEngine."""
        super().__init__(served, model, clock, reranker, ClusterRetriever)
        self._generations = served.generations

    def warm(self) -> list[str]:
        """Load the models before a query waits for them; gives what cannot serve, and why."""
        troubles = []
        with self._acquired() as snapshot:
            try:
                snapshot.suggester()
                snapshot.vector.exact(snapshot.embedder().embed_query("warm"), np.arange(min(1, snapshot.vector.size)))
            except ModelError as unfit:
                troubles.append(f"Meaning cannot serve: {unfit}")
        return troubles + self._unfit_reranker()

    def history(self) -> list[Build]:
        """The builds that are still kept, newest first; withdrawn articles are counted as they were when loaded."""
        return [
            Build(name, one.built, one.articles, one.rejected, one.added, one.changed, one.removed)
            for name, one in reversed(self._generations.complete().items())
        ]


class ClusterSnapshots(SnapshotManager):
    """What is served of an archive in a cluster, and its exchange for a newer generation. Safe to use from threads."""

    def __init__(
        self, address: ClusterAddress, prefix: str, root: Path, open_embedder: Callable[[Path, ModelCard], Embedder]
    ) -> None:
        """`root` is the folder for what is fetched. Asks nobody yet. Raises SettingsError."""
        self.generations = ClusterGenerations(connect(address), Names(prefix))
        self._open_embedder = open_embedder
        self._withdrawn = ClusterWithdrawn(self.generations.connection, self.generations.names)
        super().__init__(ClusterFolder(root, self.generations), self._opened)

    def _opened(self, path: Path) -> Snapshot:
        connection, names = self.generations.connection, self.generations.names
        with_k1 = int(check_fit(connection).split(".")[0]) < PLAIN_BM25
        described, manifest = self.generations.described(path.name), read_manifest(path)
        declared, shares = manifest.declared, described.shares
        articles, passages = (names.index(kind, path.name) for kind in ("articles", "passages"))
        chunks, dimension = open_chunks(path / "views"), manifest.model.dimension
        return open_snapshot(
            path,
            lambda _, __: ClusterKeywordIndex(connection, articles, declared, shares, with_k1=with_k1),
            lambda _, __: ClusterVectors(connection, passages, chunks, dimension, described.scale),
            self._open_embedder,
            lambda _: ClusterStore(connection, articles),
            self._withdrawn,
        )
