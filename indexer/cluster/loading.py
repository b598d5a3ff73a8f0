"""A generation of a folder, loaded into a cluster: three indexes, complete or not there.

Every document has an id of its own, so that whatever is sent twice is there once. A run that was killed is taken up
where it stood. Nobody is served from what is loaded here before it is published.
"""

import tempfile
import time
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from msgspec.structs import replace
from opensearchpy.exceptions import RequestError as Refused

from indexer.cluster.bulk import Document, send_all
from indexer.cluster.documents import Lengths, articles_of, passages_of, scale_of
from search.arrays import Mask
from search.cluster.connection import ClusterUnreachableError, Connection
from search.cluster.generations import PIECE, ClusterGenerations, Described, marked, piece_id
from search.cluster.layout import KINDS, MARK, Names, articles_index, parts_index, passages_index, similarity_of
from search.errors import VerificationError
from search.index.columns import open_columns
from search.index.manifest import MANIFEST, Manifest, read_manifest, write_manifest
from search.index.store import ARTICLES
from search.ports import VectorFormat
from search.wiring import keyword_format

OF_CLUSTER = (ARTICLES, "keyword/", "vector/")
"""What of a generation the cluster keeps in indexes; the rest is its small part."""
_PASSAGES_A_SHARD = 400_000
_LONG = 3_600.0
"""Seconds that merging and copying may take."""
_PATIENCE = 60.0
_LOOKED_UP = 5_000

Told = Callable[[str, int, int], None]
"""Told the stage, how much of it is done, and how much there is."""


class Loader:
    """Loads one generation."""

    def __init__(self, generations: ClusterGenerations, folder: Path, vectors: VectorFormat, told: Told) -> None:
        """`folder` is the generation's own, verified; `vectors` opens its vectors."""
        self._generations = generations
        self._connection: Connection = generations.connection
        self._names: Names = generations.names
        self._folder = folder
        self._vectors = vectors
        self._told = told
        self._manifest = read_manifest(folder)
        self._nodes = 1

    def load(self, changes: Mapping[str, int] | None = None) -> Described:
        """Load it to the end, where that was not done; gives what is said of it. `changes` are told of it too.

        Raises BulkError, ClusterUnreachableError, VerificationError.
        """
        manifest = self._manifest
        known = self._generations.all().get(manifest.name)
        if known is not None and known.complete:
            return known
        self._nodes = int(self._connection.get("/_cluster/health")["number_of_data_nodes"])
        with closing(self._vectors.open(self._folder / "vector")) as vectors:
            scale = scale_of(vectors)
            described = self._described(scale, changes or {})
            resumed = self._make(described)
            columns = open_columns(self._folder / "columns", manifest.declared)
            lengths = Lengths(keyword_format(manifest.keyword_engine).estimates_lengths(manifest.articles))
            articles = partial(articles_of, self._folder, manifest, lengths)
            views = partial(passages_of, self._folder, manifest, columns, vectors, scale)
            self._fill("articles", "row", manifest.articles, articles, resumed)
            self._fill("passages", "view", manifest.views, views, resumed)
        send_all(self._connection, self._index("parts"), _pieces(self._folder, manifest))
        self._weigh(lengths.shares())
        for kind in KINDS:
            self._merge(kind)
        self._check()
        for kind in KINDS:
            self._copy(kind)
        complete = replace(described, complete=True, shares=lengths.shares())
        self._describe(complete)
        return complete

    def _described(self, scale: float, changes: Mapping[str, int]) -> Described:
        manifest = self._manifest
        return Described(
            built=manifest.built,
            articles=manifest.articles,
            passages=manifest.passages,
            views=manifest.views,
            rejected=len(manifest.rejected),
            keyword_engine="opensearch",
            scale=scale,
            added=changes.get("added"),
            changed=changes.get("changed"),
            removed=changes.get("removed"),
        )

    def _make(self, described: Described) -> bool:
        """Make the three indexes; whether a killed run has made some of them before."""
        manifest, shards = self._manifest, self._shards()
        bodies = {
            "articles": articles_index(manifest.declared, shards),
            "passages": passages_index(manifest.declared, shards, max(1, manifest.model.dimension)),
            "parts": parts_index(),
        }
        resumed = False
        for kind, body in bodies.items():
            found = self._connection.find(f"/{self._index(kind)}/_mapping")
            if found is None:
                self._create(self._index(kind), body)
            else:
                marked(self._index(kind), found[self._index(kind)])
                resumed = True
        self._describe(described)
        return resumed

    def _create(self, index: str, body: Mapping[str, Any]) -> None:
        try:
            self._connection.send("PUT", f"/{index}", body, patience=_PATIENCE)
        except Refused as refused:  # what was sent twice comes back so; nobody else writes while the lease is ours
            if refused.error != "resource_already_exists_exception":
                raise

    def _shards(self) -> int:
        """One while one is small: more would be asked for each question."""
        return max(1, min(self._nodes, -(-self._manifest.views // _PASSAGES_A_SHARD)))

    def _describe(self, described: Described) -> None:
        self._connection.send(
            "PUT", f"/{self._index('parts')}/_mapping", {"_meta": {MARK: msgspec.to_builtins(described)}}
        )

    def _fill(
        self, kind: str, field: str, size: int, documents: Callable[[Mask], Iterable[Document]], resumed: bool
    ) -> None:
        missing = np.ones(size, dtype=np.bool_)
        if resumed:
            missing[self._there(kind, field)] = False
        before, stage = size - int(missing.sum()), f"load {kind}"
        self._told(stage, before, size)
        send_all(
            self._connection,
            self._index(kind),
            documents(missing),
            lambda sent: self._told(stage, before + sent, size),
        )

    def _there(self, kind: str, field: str) -> list[int]:
        """The numbers of the documents that a killed run has left."""
        index = self._index(kind)
        self._connection.send("POST", f"/{index}/_refresh", patience=_PATIENCE)
        found: list[int] = []
        body: dict[str, Any] = {"size": _LOOKED_UP, "sort": [field], "_source": False, "track_total_hits": False}
        while hits := self._connection.search(index, body)["hits"]["hits"]:
            found += [hit["sort"][0] for hit in hits]
            body["search_after"] = hits[-1]["sort"]
        return found

    def _weigh(self, shares: Mapping[str, float]) -> None:
        """Make scores those of the real terms. A similarity is changed while an index is closed."""
        if all(share == 1 for share in shares.values()):
            return
        index = self._index("articles")
        similarities = {field: similarity_of(share) for field, share in shares.items()}
        self._connection.send("POST", f"/{index}/_close", patience=_PATIENCE)
        self._connection.send("PUT", f"/{index}/_settings", {"index": {"similarity": similarities}}, patience=_PATIENCE)
        self._connection.send("POST", f"/{index}/_open", patience=_PATIENCE)
        self._wait(lambda: self._connection.get(f"/_cluster/health/{index}")["status"] == "green", f"opening {index}")

    def _merge(self, kind: str) -> None:
        """Leave one segment a shard, and open it to searches: copies then hold the same bytes and answer alike."""
        index = self._index(kind)
        self._connection.send("POST", f"/{index}/_refresh", patience=_PATIENCE)
        while not self._merged(index):
            continue
        self._connection.send("POST", f"/{index}/_flush", patience=_PATIENCE)
        self._connection.send("POST", f"/{index}/_refresh", patience=_PATIENCE)

    def _merged(self, index: str) -> bool:
        """Merge; whether that came to its end, which nobody knows once the node that saw to it has gone."""
        merging = {"max_num_segments": "1", "wait_for_completion": "false"}
        task = self._connection.send("POST", f"/{index}/_forcemerge", patience=_PATIENCE, **merging)["task"]
        found: dict[str, Any] = {}

        def is_done() -> bool:
            found.update(self._connection.find(f"/_tasks/{task}") or {"gone": True})
            return bool(found.get("completed") or found.get("gone"))

        self._wait(is_done, f"merging {index}")
        return "gone" not in found

    def _copy(self, kind: str) -> None:
        """Give each shard a copy on another node, where there is one, and wait for it."""
        index = self._index(kind)
        copies = 1 if self._nodes > 1 else 0
        settings = {"index": {"number_of_replicas": copies, "blocks.write": True}}
        self._connection.send("PUT", f"/{index}/_settings", settings, patience=_PATIENCE)
        self._wait(lambda: self._connection.get(f"/_cluster/health/{index}")["status"] == "green", f"copying {index}")

    def _wait(self, is_done: Callable[[], bool], what: str) -> None:
        """Ask until something is done. Raises ClusterUnreachableError where it takes too long."""
        begun, pause = time.monotonic(), 0.05
        while not is_done():
            if time.monotonic() - begun > _LONG:
                raise ClusterUnreachableError(f"The cluster has not ended {what} in an hour.", "See to its health.")
            time.sleep(pause)
            pause = min(2.0, 1.5 * pause)

    def _check(self) -> None:
        """See that everything is there. Raises VerificationError."""
        wanted = {"articles": self._manifest.articles, "passages": self._manifest.views}
        for kind, size in wanted.items():
            found = int(self._connection.get(f"/{self._index(kind)}/_count")["count"])
            if found != size:
                raise VerificationError(f"{self._index(kind)} has {found:,} documents, not {size:,}.")

    def _index(self, kind: str) -> str:
        return self._names.index(kind, self._manifest.name)


def _pieces(folder: Path, manifest: Manifest) -> Iterator[Document]:
    """The files of the small part in pieces, and a manifest of them alone."""
    small = {name: digest for name, digest in manifest.files.items() if not name.startswith(OF_CLUSTER)}
    engines = {"keyword_engine": "opensearch", "vector_engine": "opensearch-knn"}
    for name in small:
        yield from _pieces_of(name, folder / name)
    with tempfile.TemporaryDirectory(prefix="lede-manifest-") as scratch:
        write_manifest(Path(scratch), msgspec.structs.replace(manifest, files=small, **engines))
        yield from _pieces_of(MANIFEST, Path(scratch) / MANIFEST)


def _pieces_of(name: str, path: Path) -> Iterator[Document]:
    with path.open("rb") as file:
        number, piece = 0, file.read(PIECE)
        while piece or number == 0:
            document = {"file": name, "piece": number, "bytes": b64encode(piece).decode()}
            yield piece_id(name, number), document
            number, piece = number + 1, file.read(PIECE)
