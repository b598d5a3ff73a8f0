"""Retrieval from a generation in a cluster: what it finds and compares, joined with the columns held here.

Words and phrases are found by the cluster over the whole archive. Of the meanings it compares the nearest: those of
the archive, of what the filters admit, and of what has most of the words. Every other article counts as far.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import cast

import numpy as np
from msgspec.structs import replace

from search.arrays import Matrix, Rows, Scores, distinct
from search.cache import LruCache
from search.cluster.filters import Clause, filter_clauses
from search.cluster.vectors import FAR, MOST_GIVEN, ClusterVectors
from search.engine.confidence import CONSIDERED, RowFeatures, first_score, row_features
from search.engine.interpretation import QueryInterpretation
from search.engine.lexical import POOL
from search.engine.matches import MatchSet, gate_similarity
from search.engine.retrieval import EmbeddedRetriever
from search.index.chunks import Chunks
from search.index.snapshot import Snapshot
from search.ports import KeywordIndex, KeywordQuery, VectorIndex
from search.query.model import Filters, Query
from search.results import Contribution, Hit
from search.times import Millis

_COPIES = 4
"""Rows looked at for each article considered, so that its translations take no other's place."""
_NOWHERE: Clause = {"match_none": {}}


class ClusterRetriever(EmbeddedRetriever):
    """What one question retrieves from a generation in a cluster."""

    def __init__(
        self, snapshot: Snapshot, query: Query, said: QueryInterpretation, now: Millis, without: int | None
    ) -> None:
        """As for EmbeddedRetriever."""
        self._compared = ComparedVectors(snapshot.vector, snapshot.chunks, self._clauses, lambda: self._worded_places)
        own = replace(
            snapshot,
            keyword=_Remembered(snapshot.keyword),
            vector=self._compared,
            near=LruCache(),  # what is near depends on the whole question here
        )
        super().__init__(own, query, said, now, without)

    def hits(
        self, found: MatchSet, keys: Rows, contributions: Mapping[int, tuple[Contribution, ...]]
    ) -> tuple[Rows, tuple[Hit, ...]]:
        """The rows and the hits of these keys, in the order given."""
        self._compare(found, keys)
        return super().hits(found, keys, contributions)

    def texts(self, found: MatchSet, keys: Rows) -> list[str]:
        """What a reranker reads of each article."""
        self._compare(found, keys)
        return super().texts(found, keys)

    @cached_property
    def _rows(self) -> RowFeatures:
        said = self._said
        vectors = said.meant.vectors
        coverage = self._worded.coverage if said.by_words else None
        time, size = self._time_fit(slice(None)), self._columns.size
        if vectors is None:
            return row_features(said, None, coverage, time, size)
        similarity = gate_similarity(self._snapshot, vectors)
        if self._visible is not None:
            similarity = np.where(self._visible, similarity, np.float32(-2))
        far = similarity == FAR
        features = row_features(said, np.where(far, np.float32(-2), similarity), coverage, time, size)
        # What was not compared lets nothing be supposed: it has vectors, and they are far.
        known = np.where(far, np.float32(FAR), np.asarray(features.similarity))
        return replace(features, similarity=known)

    def _compare(self, found: MatchSet, keys: Rows) -> None:
        """See that the best passages of what is shown are known, however far it is."""
        if found.near is None or self._said.meant.vectors is None or not len(keys):
            return
        speakers = self._columns.embedded_row[self._copies.shown[keys]]
        places = self._snapshot.chunks.places(distinct(speakers[speakers >= 0]))
        self._compared.fill(self._said.meant.vectors.order, found.near.by_view, places)

    def _clauses(self) -> list[Clause | None]:
        """Among what the nearest are looked for: all, what the filters and the condition admit, the best by words."""
        clauses: list[Clause | None] = [None]
        if self._admitted is not None:
            clauses.append(self._given(np.flatnonzero(self._admitted)) or self._filtered())
        if (best := self._best_worded) is not None and len(best) > _COPIES * CONSIDERED:
            clauses += [given] if (given := self._given(best)) else []
        return clauses

    def _given(self, rows: Rows) -> Clause | None:
        """A clause that names the articles whose views speak for these rows; None where they are too many."""
        speakers = distinct(self._columns.embedded_row[rows])
        speakers = speakers[speakers >= 0]
        if len(speakers) > MOST_GIVEN:
            return None
        return {"terms": {"row": speakers.tolist()}} if len(speakers) else _NOWHERE

    def _filtered(self) -> Clause | None:
        """What has one of the values that the filters want; what they exclude is left out later."""
        must, _ = filter_clauses(self._query.filters, self._snapshot.manifest.declared)
        return {"bool": {"filter": must}} if must else None

    @cached_property
    def _best_worded(self) -> Rows | None:
        """The rows that have most of the words, ties included; None where words take no part."""
        said = self._said
        if not said.by_words or not said.words.words:
            return None
        by_words = row_features(said, None, self._worded.coverage, self._time_fit(slice(None)), self._columns.size)
        score = np.where(self._worded.coverage.words > 0, first_score(by_words), np.float32(0))
        most = _COPIES * CONSIDERED
        least = np.partition(score, -most)[-most] if len(score) > most else np.float32(0)
        return np.flatnonzero((score >= least) & (score > 0))

    @cached_property
    def _worded_places(self) -> Rows:
        """The articles with views, by their places, that speak for the best by words."""
        rows = [np.zeros(0, dtype=np.int64)]
        if (best := self._best_worded) is not None:
            if len(best) <= _COPIES * CONSIDERED:
                rows.append(best)
            matching = MatchSet(self._worded.matching, np.zeros(self._columns.size, dtype=np.bool_))
            found = matching.restricted_to(self._visible).restricted_to(self._admitted)
            rows.append(self._worded.best(found, POOL)[0])
        speakers = self._columns.embedded_row[np.concatenate(rows)]
        return self._snapshot.chunks.places(distinct(speakers[speakers >= 0]))


class ComparedVectors:
    """The vectors as one question sees them: compared where it matters, FAR elsewhere."""

    def __init__(
        self,
        vectors: VectorIndex,
        chunks: Chunks,
        among: Callable[[], Sequence[Clause | None]],
        places: Callable[[], Rows],
    ) -> None:
        """`among` gives clauses within which the nearest are looked for, `places` articles that matter anyway."""
        self._vectors = cast("ClusterVectors", vectors)
        self._chunks = chunks
        self._among = among
        self._places = places
        self.size, self.dimension = vectors.size, vectors.dimension

    def similarities(self, vector: Scores) -> Scores:
        """The similarity of the head and the best passage of each article that matters; FAR for every other view."""
        found: Scores = np.full(self.size, FAR, dtype=np.float32)
        if self.size:
            near = self._vectors.nearest(vector, self._among())
            views = np.concatenate([each.views for each in near])
            owners = self._chunks.places(distinct(self._chunks.row[views]))
            self.fill(vector, found, distinct(np.concatenate([owners, self._places()])))
        return found

    def fill(self, vector: Scores, by_view: Scores, places: Rows) -> None:
        """Put the similarities of these articles among the others, where they are not known yet."""
        heads = self._chunks.first[places]
        unknown = by_view[heads] == FAR
        places, heads = places[unknown], heads[unknown]
        if not len(places):
            return
        by_view[heads] = self._vectors.vectors(heads) @ vector
        lengths = self._chunks.after[places] - heads
        several = lengths > 1
        rows = self._chunks.article_rows[places[several]]
        best = self._vectors.best_passages(vector, rows, lengths[several])
        by_view[best.views] = best.cosines

    def exact(self, vector: Scores, views: Rows) -> Scores:
        """The similarity of each of these views to the vector."""
        return self._vectors.exact(vector, views)

    def vectors(self, views: Rows) -> Matrix:
        """The vectors of these views."""
        return self._vectors.vectors(views)

    def close(self) -> None:
        """The generation's vectors stay open."""


class _Remembered:
    """A keyword index that answers what it was asked before, as long as one question lasts."""

    def __init__(self, keyword: KeywordIndex) -> None:
        self._keyword = keyword
        self._found: dict[tuple[KeywordQuery, Filters, int], tuple[Rows, Scores]] = {}
        self.scores, self.in_order, self.near, self.close = (
            keyword.scores,
            keyword.in_order,
            keyword.near,
            keyword.close,
        )

    def search(self, query: KeywordQuery, filters: Filters, limit: int) -> tuple[Rows, Scores]:
        """The best rows, as the index gives them."""
        asked = (query, filters, limit)
        if asked not in self._found:
            self._found[asked] = self._keyword.search(query, filters, limit)
        return self._found[asked]
