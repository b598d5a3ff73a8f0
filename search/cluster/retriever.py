"""Retrieval from a generation in a cluster: what it finds and compares, joined with the columns held here.

Words and phrases are found by the cluster over the whole archive. Of the meanings it compares the nearest: those of
the archive, of what the filters admit, and of what has most of the words. Every other article counts as far.

A question is two requests as a rule. One gives the best by words and the nearest by their bytes. The other fetches the
vectors of these that this machine has not, and with them what will probably be asked for next: scores by words, and the
articles of the page. What was not foreseen is asked for once it is needed.
"""

from collections.abc import Mapping
from functools import cached_property
from typing import cast

import numpy as np
from msgspec.structs import replace

from search.arrays import Mask, Rows, Scores, distinct, firsts, within
from search.cache import LruCache
from search.cluster.articles import ClusterStore
from search.cluster.compared import NOTHING, ComparedVectors
from search.cluster.connection import NOTHING_ASKED, Asked, beside, gathered
from search.cluster.filters import Clause, filter_clauses
from search.cluster.keyword import ClusterKeywordIndex
from search.cluster.remembered import RememberedKeyword, RememberedStore
from search.cluster.vectors import FAR, MOST_GIVEN, ClusterVectors, Near
from search.engine.confidence import CONSIDERED, RowFeatures, considered, first_score, row_features
from search.engine.interpretation import QueryInterpretation
from search.engine.lexical import POOL
from search.engine.matches import MatchSet, by_row, gate_similarity, nearness
from search.engine.retrieval import EmbeddedRetriever
from search.engine.scoring import FEWEST
from search.engine.semantic import ArticleSimilarities, article_similarity
from search.hits.hit_builder import parts_wanted
from search.index.snapshot import Snapshot
from search.ports import ArticleFeatures, Candidates, Pool
from search.query.model import Query, Sort
from search.results import Contribution, Hit, Total
from search.times import Millis

_COPIES = 4
"""Rows looked at for each article considered, so that its translations take no other's place."""
_SPARE = 20
"""Articles that are asked for beyond those that will be shown, and beyond those that will be considered."""
_MOST_FORESEEN = 40
"""The last place of a page that is foreseen."""
_NOWHERE: Clause = {"match_none": {}}
_ROUNDING = 0.005
"""What a cosine of bytes may be wrong by."""
_MOST_BESIDES = 1_000
"""The most rows that are compared besides, to be sure of the result set; of more the nearest are looked for."""
_MOST_VIEWS = 10_000
"""The most views of the articles that are compared at once: each is a kilobyte of an answer."""


class ClusterRetriever(EmbeddedRetriever):
    """What one question retrieves from a generation in a cluster."""

    def __init__(
        self, snapshot: Snapshot, query: Query, said: QueryInterpretation, now: Millis, without: int | None
    ) -> None:
        """As for EmbeddedRetriever."""
        self._vectors = cast("ClusterVectors", snapshot.vector)
        self._keyword = RememberedKeyword(cast("ClusterKeywordIndex", snapshot.keyword))
        self._store = RememberedStore(cast("ClusterStore", snapshot.store))
        self._connection = self._vectors.connection
        self._near_of: dict[bytes, list[Near]] = {}
        self._among: list[Rows] = []
        self._probable: dict[bytes, tuple[Scores, Scores]] = {}
        self._foresaw = False
        self._compared = ComparedVectors(
            snapshot.vector, snapshot.chunks, self._near, self._compared_places, self._foreseen
        )
        self._by_rank = False
        own = replace(
            snapshot,
            keyword=self._keyword,
            vector=self._compared,
            store=self._store,
            near=LruCache(),  # what is near depends on the whole question here
        )
        super().__init__(own, query, said, now, without)
        self._far = float(self._scale.of(np.float32(FAR)))

    def features(self, rows: Rows) -> ArticleFeatures:
        """The features of any rows; what of them was not compared is, for it is shown or considered."""
        unknown = rows[self._uncompared[rows]]
        if len(unknown) and self._views_of(unknown) <= _MOST_VIEWS:
            self._compare_besides(unknown)
            for stale in ("_rows", "_first"):
                self.__dict__.pop(stale, None)
        return super().features(rows)

    def likely(self, groups: Rows) -> MatchSet:
        """The candidates; the result set is what contains every word, and all articles of these groups."""
        self._by_rank = True
        return super().likely(groups)

    def total(self, found: MatchSet, wider: MatchSet) -> Total:
        """The size of the result set, and how many more `wider` has; not exact where more could pass."""
        counted = super().total(found, wider)
        if found.best is None or self._said.meant.vectors is None:
            return counted
        near = self._near_enough(found.best)
        if self._by_rank:
            missing = len(self._rivals(self._rows)) + len(self._undrawn(self._rows))
            exact, unsure = not missing, near & found.by_words
        else:
            exact, unsure = not (near & ~found.mask).any(), near
        return replace(counted, exact=exact, semantic_exact=exact and not unsure.any())

    def hits(
        self, found: MatchSet, keys: Rows, contributions: Mapping[int, tuple[Contribution, ...]]
    ) -> tuple[Rows, tuple[Hit, ...]]:
        """The rows and the hits of these keys, in the order given."""
        self._compare(found, keys)
        self._fetch_page(keys)
        return super().hits(found, keys, contributions)

    def texts(self, found: MatchSet, keys: Rows) -> list[str]:
        """What a reranker reads of each article."""
        self._compare(found, keys)
        return super().texts(found, keys)

    @cached_property
    def _rows(self) -> RowFeatures:
        rows = self._featured()
        undrawn = self._undrawn(rows)
        if len(undrawn) and self._are_few(undrawn):
            self._compare_besides(undrawn)
            rows = self._featured()
        rivals = self._rivals(rows)
        if not self._are_few(rivals):
            rivals = self._nearest_of(rivals)
        if len(rivals):
            self._compare_besides(rivals)
            rows = self._featured()
        return rows

    def _are_few(self, rows: Rows) -> bool:
        """Whether these rows may be compared all."""
        return len(rows) <= _MOST_BESIDES and self._views_of(rows) <= _MOST_VIEWS

    def _nearest_of(self, rows: Rows) -> Rows:
        """Of rows too many to be compared all those that another search among them tells, if they can be named."""
        vectors, clause = self._said.meant.vectors, self._given(rows)
        if vectors is None or clause is None:
            return rows[:0]
        near = self._vectors.nearest(vectors.gate, [clause])[0]
        self._compared.tell(vectors.gate, near)
        self._among.append(rows)
        del self._nearest_possible
        told = rows[self._spoken_for(near.views)[rows]]
        return told if self._views_of(told) <= _MOST_VIEWS else told[:0]

    def _undrawn(self, rows: RowFeatures) -> Rows:
        """The rows that were not compared and must be, so that what is supposed of rows without a vector is right."""
        if rows.similarity is None or rows.coverage is None:
            return np.zeros(0, dtype=np.int64)
        worded, spoken, uncompared = rows.coverage > 0, self._columns.embedded_row >= 0, self._uncompared
        voiceless = worded & ~spoken
        if not voiceless.any() or not uncompared.any():
            return np.zeros(0, dtype=np.int64)
        least = rows.similarity[spoken & ~uncompared].min(initial=1.0)
        by_words = (worded & spoken).sum() >= FEWEST and (rows.similarity[voiceless] > least).all()
        return np.flatnonzero(uncompared & worded if by_words else uncompared)

    def _featured(self) -> RowFeatures:
        """The features of every row, by what was compared so far."""
        said = self._said
        vectors = said.meant.vectors
        coverage = self._worded.coverage if said.by_words else None
        time, size = self._time_fit(slice(None)), self._columns.size
        if vectors is None:
            return row_features(said, None, coverage, time, size)
        similarity = gate_similarity(self._snapshot, vectors)
        if self._visible is not None:
            similarity = np.where(self._visible, similarity, np.float32(-2))
        far = similarity == self._far
        features = row_features(said, np.where(far, np.float32(-2), similarity), coverage, time, size)
        # What was not compared lets nothing be supposed: it has vectors, and they are far.
        known = np.where(far, np.float32(self._far), np.asarray(features.similarity))
        return replace(features, similarity=known)

    def _rivals(self, rows: RowFeatures) -> Rows:
        """The rows that were not compared and could be among those that may pass a threshold."""
        group, first = self._columns.group, first_score(rows)
        among = considered(first, group)
        if len(among) < CONSIDERED or rows.similarity is None:
            return among[:0]
        uncompared = self._uncompared
        possible = first_score(replace(rows, similarity=np.where(uncompared, self._nearest_possible, rows.similarity)))
        rivals = np.flatnonzero(uncompared & (possible > first[among[-1]]))
        return rivals[~within(group[rivals], group[among])]

    def _compare_besides(self, rows: Rows) -> None:
        """Compare some rows besides."""
        vectors, snapshot = self._said.meant.vectors, self._snapshot
        if vectors is not None:
            near, by_rows = nearness(snapshot, vectors.gate)
            self._compared.fill(vectors.gate, near.by_view, self._places(rows))
            near.similarity[:] = article_similarity(near.by_view, near.views, self._scale)
            by_rows[:] = by_row(snapshot, near)

    def _places(self, rows: Rows) -> Rows:
        """The places of the articles whose views speak for these rows."""
        speakers = self._columns.embedded_row[rows]
        return self._snapshot.chunks.places(distinct(speakers[speakers >= 0]))

    def _views_of(self, rows: Rows) -> int:
        """How many views the articles have that speak for these rows."""
        chunks, places = self._snapshot.chunks, self._places(rows)
        return int((chunks.after[places] - chunks.first[places]).sum())

    @property
    def _uncompared(self) -> Mask:
        """The rows that could answer and were not compared."""
        vectors = self._said.meant.vectors
        if vectors is None:
            return np.zeros(self._columns.size, dtype=np.bool_)
        far: Mask = gate_similarity(self._snapshot, vectors) == self._far
        return far if self._others is None else far & self._others

    @cached_property
    def _nearest_possible(self) -> Scores:
        """How near each row is at most, by what the searches told.

        What none of them told is no nearer than the last of each that it is in.
        """
        vectors = self._said.meant.vectors
        if vectors is None:
            return np.full(self._columns.size, NOTHING, dtype=np.float32)
        most = by_row(self._snapshot, self._similar(self._compared.told(vectors.gate) + np.float32(_ROUNDING)))
        near = self._compared.near(vectors.gate)
        searched = [*(rows for rows, _ in self._admitted_search), *self._among]
        for rows, found in zip(searched, near[1:], strict=False):
            untold = np.zeros(self._columns.size, dtype=np.bool_)
            untold[rows] = True
            untold &= ~self._spoken_for(found.views)
            least = self._scale.of(np.float32(self._compared.last(found) + _ROUNDING))
            most[untold] = np.minimum(most[untold], least)
        return most

    def _spoken_for(self, views: Rows) -> Mask:
        """The rows that articles speak for to which any of these views belongs."""
        chunks = self._snapshot.chunks
        speaking = np.zeros(self._columns.size + 1, dtype=np.bool_)  # the last is for rows without a vector
        speaking[chunks.row[views]] = True
        spoken: Mask = speaking[self._columns.embedded_row]
        return spoken

    def _similar(self, by_view: Scores) -> ArticleSimilarities:
        """How near articles are by the similarities of all views."""
        chunks = self._snapshot.chunks
        return ArticleSimilarities(chunks, by_view, article_similarity(by_view, chunks, self._scale))

    def _near_enough(self, best: float) -> Mask:
        """The admitted rows that were not compared and could be nearer than the floor."""
        if self._said.hinges_on_unknown_name:
            return np.zeros(self._columns.size, dtype=np.bool_)
        floor = self._snapshot.manifest.model.calibration.semantic_floor(best)
        near: Mask = self._uncompared & (self._nearest_possible > floor)
        return near if self._admitted is None else near & self._admitted

    def _compare(self, found: MatchSet, keys: Rows) -> None:
        """See that the best passages of what is shown are known, however far it is."""
        if found.near is None or self._said.meant.vectors is None or not len(keys):
            return
        places = self._places(self._copies.shown[keys])
        self._compared.fill(self._said.meant.vectors.order, found.near.by_view, places)

    def _near(self, vector: Scores) -> list[Near]:
        """The nearest views of each search, for all vectors of the question and the best by words in one request."""
        if vector.tobytes() not in self._near_of:
            meant = self._said.meant.vectors
            vectors = (vector, *((meant.order, meant.gate) if meant else ()))
            every = {one.tobytes(): one for one in vectors}
            clauses = [None, *(clause for _, clause in self._admitted_search)]
            nearing = gathered([self._vectors.nearing(one, clauses) for one in every.values()])
            found, _ = self._connection.ask_both(nearing, self._asking_words())
            self._near_of.update(zip(every, found, strict=True))
        return self._near_of[vector.tobytes()]

    def _asking_words(self) -> Asked[None]:
        """The best by words, as they are asked for first, and as they may have to be asked for next."""
        return beside(*map(self._keyword.asking, self._worded.probably_asked))

    def pool(self, found: MatchSet) -> Pool:
        """The first POOL rows by words and keys by meaning; where words alone rank, the page is foreseen with them."""
        if found.near is None:
            self._connection.ask(beside(self._asking_words(), self._probable_page(self._first)))
        return super().pool(found)

    def features_of(self, found: MatchSet, pool: Pool) -> Candidates:
        """The features of every candidate of the pool; what the cluster has of them is fetched in one request."""
        vectors = self._said.meant.vectors
        if found.near is not None and vectors is not None:
            besides = self._scoring(pool.keys[~within(pool.keys, pool.by_words)])
            if besides.bodies or not self._foresaw:
                # Where nothing is ranked before it is found, no more must be compared once it was found.
                first = self._first if self._by_rank else self._probable_features(vectors.order)[1]
                besides = beside(besides, self._probable_page(first))
            self._compared.fill(vectors.order, found.near.by_view, self._places(pool.keys), besides)
        return super().features_of(found, pool)

    def _foreseen(self, vector: Scores) -> Asked[None]:
        """What will probably be asked for next."""
        self._foresaw = True
        similarity, first = self._probable_features(vector)
        return beside(self._scoring(self._probable_keys(similarity, 2 * POOL)), self._probable_page(first))

    def _probable_features(self, vector: Scores) -> tuple[Scores, Scores]:
        """The similarity and the first score of every row, as far as the searches told it: each is that at most."""
        key = vector.tobytes()
        if key not in self._probable:
            self._probable[key] = self._features_told(vector)
        return self._probable[key]

    def _features_told(self, vector: Scores) -> tuple[Scores, Scores]:
        said, similarity = self._said, by_row(self._snapshot, self._similar(self._compared.told(vector)))
        coverage = self._worded.coverage if said.by_words else None
        features = row_features(said, similarity, coverage, self._time_fit(slice(None)), self._columns.size)
        return similarity, first_score(features)

    def _probable_keys(self, score: Scores, most: int) -> Rows:
        """The first admitted keys by a score of every row."""
        if self._admitted is not None:
            score = np.where(self._admitted, score, np.float32(-np.inf))
        keys = self._copies.keys(self._probable_rows(score, most))
        return keys[firsts(keys)][:most]

    def _probable_rows(self, score: Scores, most: int) -> Rows:
        """The first rows by a score of every row, as many as so many articles have."""
        if self._others is not None:
            score = np.where(self._others, score, np.float32(-np.inf))
        copies = _COPIES * most
        rows = np.flatnonzero(
            score >= np.partition(score, -copies)[-copies] if len(score) > copies else score > -np.inf
        )
        rows = rows[score[rows] > -np.inf]
        return rows[np.argsort(-score[rows], kind="stable")][:copies]

    def _scoring(self, keys: Rows) -> Asked[None]:
        """The scores by words of these keys, as far as they have any and are not known."""
        if not self._said.by_words or not self._said.words.words:
            return NOTHING_ASKED
        rows = self._copies.all[keys]
        rows = rows[self._worded.coverage.rarity[rows] > 0]
        return self._keyword.scoring(self._said.words, self._worded.unscored(rows))

    def _probable_page(self, score: Scores) -> Asked[None]:
        """The articles that are probably shown, where they are of the first of a list by relevance."""
        query = self._query
        last = query.first + query.limit
        if not query.limit or query.lists or query.sort is not Sort.RELEVANCE or last > _MOST_FORESEEN:
            return NOTHING_ASKED
        return self._showing(self._probable_keys(score, last + _SPARE))

    def _fetch_page(self, keys: Rows) -> None:
        """Fetch the articles that are shown, and the ids of their translations, in one request."""
        self._connection.ask(self._showing(keys))

    def _showing(self, keys: Rows) -> Asked[None]:
        """The articles of these keys, and the ids of their translations, as far as they are not known."""
        rows, parts = self._copies.shown[keys].tolist(), parts_wanted(self._query)
        others = [other for row in rows for other in self._columns.twins(row)] if parts.twins else []
        return self._store.fetching(rows, others, texts=parts.texts)

    @cached_property
    def _admitted_search(self) -> list[tuple[Rows, Clause]]:
        """What the filters and the condition admit, and a clause for it: the nearest are looked for there too."""
        if self._admitted is None:
            return []
        rows = np.flatnonzero(self._admitted)
        clause = self._given(rows) or self._filtered()
        return [(rows, clause)] if clause else []

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

    def _compared_places(self, vector: Scores) -> Rows:
        """The articles that are compared, by their places: those of views that were told, and the best by words.

        Where these have too many views, all of the pool by words come first, then the nearest.
        """
        chunks, pooled = self._snapshot.chunks, self._places(self._worded_pool)
        told = self._vectors.places(np.concatenate([each.views for each in self._compared.near(vector)]))
        rows = self._probable_rows(self._probable_features(vector)[1], CONSIDERED + _SPARE)
        considered = rows[firsts(self._columns.group[rows])][: CONSIDERED + _SPARE]
        every = distinct(np.concatenate([told, pooled, self._places(considered)]))
        lengths = chunks.after[every] - chunks.first[every]
        if lengths.sum() <= _MOST_VIEWS:
            return every
        similarity = self._similar(self._compared.told(vector)).similarity[every]
        order = np.lexsort((-similarity, ~within(every, pooled)))
        return np.sort(every[order[np.cumsum(lengths[order]) <= _MOST_VIEWS]])

    @property
    def _worded_pool(self) -> Rows:
        """The best rows by words among those that may be ranked."""
        matching = MatchSet(self._worded.matching, np.zeros(self._columns.size, dtype=np.bool_))
        found = matching.restricted_to(self._visible).restricted_to(self._admitted)
        return self._worded.best(found, POOL)[0]
