"""Vectors in the cluster: the nearest by their bytes, the exact ones of those that are scored."""

from base64 import b64decode
from collections.abc import Mapping, Sequence
from itertools import islice
from threading import Lock
from typing import Any

import numpy as np
from msgspec import Struct

from search.arrays import Matrix, Rows, Scores
from search.cluster.connection import Asked, Connection, rows_of
from search.cluster.filters import Clause
from search.index.chunks import PASSAGE

NEAREST = 1_000
"""How many views a question looks at first, and again among those that filters or its words leave."""
FAR = -1.0
"""The similarity of a view that was not compared: it is farther than all that were."""
MOST_GIVEN = 10_000
"""The most articles that a search is restricted to by naming them."""
_COMPARED = 9_000
"""The most views that are compared exactly at once: beyond 10,000 a search is approximate again."""
_FETCHED = 1_000
_KEPT_BYTES = 64 << 20
BYTE = 127.0


class Near(Struct, frozen=True):
    """Some views and the cosine of each with what was asked, nearest first."""

    views: Rows
    cosines: Scores


class ClusterVectors:
    """The views of one generation. Safe to ask from several threads; vectors that were fetched are kept a while."""

    most = NEAREST
    """How many of the nearest views a search gives."""

    def __init__(self, connection: Connection, index: str, size: int, dimension: int, scale: float) -> None:
        """`index` is the name of the index of passages, `scale` what its bytes are multiplied by."""
        self.size = size
        self.dimension = dimension
        self._connection = connection
        self._index = index
        self._scale = scale
        self._lock = Lock()
        self._kept: dict[int, Scores] = {}

    def similarities(self, vector: Scores) -> Scores:
        """The similarity of the NEAREST views to the vector, FAR for all others, (size,)."""
        found: Scores = np.full(self.size, FAR, dtype=np.float32)
        if self.size:
            near = self.nearest(vector, [None])[0]
            found[near.views] = near.cosines
        return found

    def nearest(self, vector: Scores, among: Sequence[Clause | None]) -> list[Near]:
        """For each clause the nearest views of what it admits; None admits all."""
        return self._connection.ask(self.nearing(vector, among))

    def nearest_beside(self, vector: Scores, among: Sequence[Clause | None], besides: Asked[Any]) -> list[Near]:
        """The same, asked in one request with something else."""
        return self._connection.ask_both(self.nearing(vector, among), besides)[0]

    def nearing(self, vector: Scores, among: Sequence[Clause | None]) -> Asked[list[Near]]:
        """The same to be asked with something else."""
        query, scale = self._query_bytes(vector)
        bodies = tuple((self._index, _sorted(_knn(query, self.most, clause), self.most)) for clause in among)
        return Asked(bodies, lambda answers: [near_of(answer, scale) for answer in answers])

    def compare(self, vector: Scores, heads: Rows, rows: Rows, lengths: Rows) -> tuple[Scores, Near]:
        """The similarity of each of these heads exactly, and the nearest passage of each of these articles.

        Each of the articles has a passage; `lengths` are their numbers of views.
        """
        known, unknown = self._known(heads)
        fetched, best = self._connection.ask_both(self.fetching(unknown), self._passing(vector, rows, lengths))
        self._keep(fetched)
        similarities: Scores = self._stacked(heads, known | fetched) @ vector
        return similarities, best

    def _passing(self, vector: Scores, rows: Rows, lengths: Rows) -> Asked[Near]:
        query, _ = self._query_bytes(vector)
        bodies = []
        for part in _parted(rows, lengths):
            clause = {"bool": {"filter": [{"terms": {"row": part.tolist()}}, {"term": {"kind": PASSAGE}}]}}
            body = _sorted(_knn(query, PAGE_K, clause), len(part))
            bodies.append((self._index, {**body, "collapse": {"field": "row"}, "docvalue_fields": ["exact"]}))

        def read(answers: Sequence[Any]) -> Near:
            fetched = _vectors_of(answers)
            self._keep(fetched)
            views = np.array(list(fetched), dtype=np.int64)
            return Near(views, self._stacked(views, fetched) @ vector)

        return Asked(tuple(bodies), read)

    def exact(self, vector: Scores, views: Rows) -> Scores:
        """The similarity of each of these views to the vector."""
        similarities: Scores = self.vectors(views) @ vector
        return similarities

    def vectors(self, views: Rows) -> Matrix:
        """The vectors of these views."""
        known, unknown = self._known(views)
        if unknown:
            fetched = self._connection.ask(self.fetching(unknown))
            self._keep(fetched)
            known |= fetched
        return self._stacked(views, known)

    def fetch_beside(self, views: Rows, besides: Asked[Any]) -> None:
        """Fetch and keep the vectors of these views, asked in one request with something else."""
        self._keep(self._connection.ask_both(self.fetching(self._known(views)[1]), besides)[0])

    def close(self) -> None:
        """Forget what was fetched."""
        with self._lock:
            self._kept.clear()

    def fetching(self, views: Sequence[int]) -> Asked[dict[int, Scores]]:
        """The vectors of these views, by view, to be asked with something else."""
        bodies: list[tuple[str, dict[str, Any]]] = []
        for at in range(0, len(views), _FETCHED):
            part = views[at : at + _FETCHED]
            asked = {"constant_score": {"filter": {"terms": {"view": part}}}}
            body = {**_sorted(asked, len(part), by_score=False), "docvalue_fields": ["exact"]}
            bodies.append((self._index, body))
        return Asked(tuple(bodies), _vectors_of)

    def _known(self, views: Rows) -> tuple[dict[int, Scores], list[int]]:
        """The vectors that are kept, and the views of the others, each once."""
        wanted = list(dict.fromkeys(views.tolist()))
        with self._lock:
            known = {view: self._kept[view] for view in wanted if view in self._kept}
        return known, [view for view in wanted if view not in known]

    def _stacked(self, views: Rows, known: Mapping[int, Scores]) -> Matrix:
        if not len(views):
            return np.zeros((0, self.dimension), dtype=np.float32)
        return np.stack([known[view] for view in views.tolist()])

    def _keep(self, fetched: dict[int, Scores]) -> None:
        """Keep what was fetched; the oldest goes first. A vector never changes in its generation."""
        most = _KEPT_BYTES // (4 * max(1, self.dimension))
        with self._lock:
            self._kept |= fetched
            for view in list(islice(self._kept, max(0, len(self._kept) - most))):
                del self._kept[view]

    def _query_bytes(self, vector: Scores) -> tuple[list[int], float]:
        """A vector in bytes, and what a product with it is divided by."""
        largest = float(np.abs(vector).max(initial=0.0))
        own = BYTE / largest if largest else 1.0
        return np.rint(vector * own).astype(np.int8).tolist(), own * self._scale


def _vectors_of(answers: Sequence[Any]) -> dict[int, Scores]:
    found: dict[int, Scores] = {}
    for answer in answers:
        for hit in answer["hits"]["hits"]:
            packed = b64decode(hit["fields"]["exact"][0] + "==")  # doc values come without padding
            found[hit["sort"][-1]] = np.frombuffer(packed, dtype=np.float16).astype(np.float32)
    return found


def near_of(answer: Any, scale: float) -> Near:
    """The views of an answer and their cosines: a product below nothing has a score below 1."""
    pairs = list(rows_of(answer))
    scores = np.array([score for score, _ in pairs], dtype=np.float64)
    products = np.where(scores >= 1, scores - 1, 1 - 1 / np.maximum(scores, 1e-30))
    return Near(np.array([view for _, view in pairs], dtype=np.int64), (products / scale).astype(np.float32))


PAGE_K = 10_000
"""The most that a search by nearness may be asked for."""


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


def _parted(rows: Rows, lengths: Rows) -> list[Rows]:
    """The rows in parts whose views are few enough to be compared exactly."""
    if not len(rows):
        return []
    number = np.cumsum(lengths) // _COMPARED
    return [part for part in np.split(rows, np.flatnonzero(np.diff(number)) + 1) if len(part)]
