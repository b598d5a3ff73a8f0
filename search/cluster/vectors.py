"""Vectors in the cluster: the nearest by their bytes, the exact ones of those that are scored."""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any

import numpy as np
from msgspec import Struct

from search.arrays import Matrix, Rows, Scores, distinct
from search.cluster.connection import NOTHING_ASKED, Asked, Connection, rows_of
from search.cluster.filters import Clause
from search.index.chunks import Chunks
from search.quantization import FineCodes, unpacked

NEAREST = 1_000
"""How many views a question looks at first, and again among those that filters or its words leave."""
FAR = -1.0
"""The similarity of a view that was not compared: it is farther than all that were."""
MOST_GIVEN = 10_000
"""The most articles that a search is restricted to by naming them."""
_FETCHED = 1_000
"""Articles of one search for vectors."""
_KEPT_BYTES = 128 << 20
BYTE = 127.0


class ArticleVectors(Struct, frozen=True):
    """The vectors of one article: the head's is exact, for it decides on answers; all have their codes."""

    head: Scores
    views: FineCodes
    """The head's among them."""

    @property
    def nbytes(self) -> int:
        """What they take in memory."""
        return self.head.nbytes + self.views.nbytes

    def vector(self, number: int) -> Scores:
        """The vector of the view of that number in the article, (dimension,)."""
        found: Scores = self.head if number == 0 else self.views.at(slice(number, number + 1)).vectors()[0]
        return found

    def packed(self) -> bytes:
        """The head's vector in floats of 32 bits, little-endian, then the codes."""
        return self.head.astype("<f4").tobytes() + self.views.packed()


def unpacked_article(packed: bytes, dimension: int) -> ArticleVectors:
    """What `packed` made of the vectors of an article."""
    return ArticleVectors(
        np.frombuffer(packed, dtype="<f4", count=dimension), unpacked(packed[4 * dimension :], dimension)
    )


Articles = Mapping[int, ArticleVectors]
"""The vectors of some articles, by the place of each article among those that have views."""


class Near(Struct, frozen=True):
    """Some views and the cosine of each with what was asked, nearest first."""

    views: Rows
    cosines: Scores


class ClusterVectors:
    """The views of one generation. Safe to ask from several threads; vectors that were fetched are kept a while."""

    most = NEAREST
    """How many of the nearest views a search gives."""

    def __init__(self, connection: Connection, index: str, chunks: Chunks, dimension: int, scale: float) -> None:
        """`index` is the name of the index of passages, `scale` what its bytes are multiplied by."""
        self.size = chunks.size
        self.dimension = dimension
        self.connection = connection
        self._index = index
        self._chunks = chunks
        self._scale = scale
        self._lock = Lock()
        self._kept: dict[int, ArticleVectors] = {}
        self._bytes = 0

    def similarities(self, vector: Scores) -> Scores:
        """The similarity of the NEAREST views to the vector, FAR for all others, (size,)."""
        found: Scores = np.full(self.size, FAR, dtype=np.float32)
        if self.size:
            near = self.nearest(vector, [None])[0]
            found[near.views] = near.cosines
        return found

    def nearest(self, vector: Scores, among: Sequence[Clause | None]) -> list[Near]:
        """For each clause the nearest views of what it admits; None admits all."""
        return self.connection.ask(self.nearing(vector, among))

    def nearing(self, vector: Scores, among: Sequence[Clause | None]) -> Asked[list[Near]]:
        """The same to be asked with something else."""
        query, scale = self._query_bytes(vector)
        bodies = tuple((self._index, _sorted(_knn(query, self.most, clause), self.most)) for clause in among)
        return Asked(bodies, lambda answers: [near_of(answer, scale) for answer in answers])

    def exact(self, vector: Scores, views: Rows) -> Scores:
        """The similarity of each of these views to the vector."""
        similarities: Scores = self.vectors(views) @ vector
        return similarities

    def vectors(self, views: Rows) -> Matrix:
        """The vectors of these views."""
        places = self.places(views)
        return vectors_of(self.of(distinct(places)), self._chunks, places, views, self.dimension)

    def places(self, views: Rows) -> Rows:
        """The articles of these views, by their places among those that have views."""
        return np.searchsorted(self._chunks.first, views, side="right") - 1

    def of(self, places: Rows, besides: Asked[None] = NOTHING_ASKED) -> Articles:
        """The vectors of all views of these articles, fetched in one request with something else."""
        known = self.known(places)
        unknown = np.array([place for place in places.tolist() if place not in known], dtype=np.int64)
        return known | self.connection.ask_both(self._fetching(unknown), besides)[0]

    def known(self, places: Rows) -> dict[int, ArticleVectors]:
        """Those of them that are kept."""
        with self._lock:
            known = {place: self._kept.pop(place) for place in places.tolist() if place in self._kept}
            self._kept |= known  # what was asked for last goes last
        return known

    def _fetching(self, places: Rows) -> Asked[dict[int, ArticleVectors]]:
        bodies: list[tuple[str, dict[str, Any]]] = []
        for at in range(0, len(places), _FETCHED):
            heads = self._chunks.first[places[at : at + _FETCHED]].tolist()
            asked = {"constant_score": {"filter": {"terms": {"view": heads}}}}
            body = {**_sorted(asked, len(heads), by_score=False), "docvalue_fields": ["codes"]}
            bodies.append((self._index, body))

        def read(answers: Sequence[Any]) -> dict[int, ArticleVectors]:
            hits = [hit for answer in answers for hit in answer["hits"]["hits"]]
            owners = self.places(np.array([hit["sort"][0] for hit in hits], dtype=np.int64)).tolist()
            found = {place: self._unpacked(hit) for place, hit in zip(owners, hits, strict=True)}
            self._keep(found)
            return found

        return Asked(tuple(bodies), read)

    def close(self) -> None:
        """Forget what was fetched."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0

    def _unpacked(self, hit: Mapping[str, Any]) -> ArticleVectors:
        packed = b64decode(hit["fields"]["codes"][0] + "==")  # doc values come without padding
        return unpacked_article(packed, self.dimension)

    def _keep(self, found: Articles) -> None:
        """Keep what was fetched; what was not asked for longest goes first. A generation's vectors never change."""
        with self._lock:
            for place, codes in found.items():
                before = self._kept.pop(place, None)
                self._kept[place] = codes
                self._bytes += codes.nbytes - (before.nbytes if before else 0)
            while self._bytes > _KEPT_BYTES:
                self._bytes -= self._kept.pop(next(iter(self._kept))).nbytes

    def _query_bytes(self, vector: Scores) -> tuple[list[int], float]:
        """A vector in bytes, and what a product with it is divided by."""
        largest = float(np.abs(vector).max(initial=0.0))
        own = BYTE / largest if largest else 1.0
        return np.rint(vector * own).astype(np.int8).tolist(), own * self._scale


def vectors_of(articles: Articles, chunks: Chunks, places: Rows, views: Rows, dimension: int) -> Matrix:
    """The vectors of these views, (views, dimension), out of those of their articles, which stand at these places."""
    if not len(views):
        return np.zeros((0, dimension), dtype=np.float32)
    numbers = (views - chunks.first[places]).tolist()
    return np.stack([articles[place].vector(number) for place, number in zip(places.tolist(), numbers, strict=True)])


def near_of(answer: Any, scale: float) -> Near:
    """The views of an answer and their cosines: a product below nothing has a score below 1."""
    pairs = list(rows_of(answer))
    scores = np.array([score for score, _ in pairs], dtype=np.float64)
    products = np.where(scores >= 1, scores - 1, 1 - 1 / np.maximum(scores, 1e-30))
    return Near(np.array([view for _, view in pairs], dtype=np.int64), (products / scale).astype(np.float32))


def in_bytes(vectors: Matrix, scale: float) -> Any:
    """Vectors as the index keeps them, (views, dimension) of int8."""
    return np.clip(np.rint(vectors * scale), -BYTE, BYTE).astype(np.int8)


def _knn(query: list[int], k: int, clause: Clause | None) -> Clause:
    asked: dict[str, Any] = {"vector": query, "k": k}
    if clause is not None:
        asked["filter"] = clause
    return {"knn": {"vector": asked}}


def _sorted(query: Clause, size: int, *, by_score: bool = True) -> dict[str, Any]:
    """A search that gives views alone: with their scores, nearest first, or by number."""
    order = [{"_score": "desc"}, {"view": "asc"}] if by_score else [{"view": "asc"}]
    return {
        "query": query,
        "size": size,
        "sort": order,
        "_source": False,
        "stored_fields": "_none_",
        "track_total_hits": False,
    }
