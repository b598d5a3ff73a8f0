"""Retrieval from one generation in memory: what `ports.Retriever` promises, by arrays over all rows.

A match set is made of masks over all rows, so that every filter cuts the same set: what a facet counts is what
choosing it shows.
"""

from collections.abc import Mapping, Sequence
from functools import cached_property

import numpy as np

from search.arrays import Mask, Matrix, Numbers, Rows, Scores, distinct, firsts, within
from search.article import Article
from search.engine.boolean import BooleanEvaluator
from search.engine.confidence import RowFeatures, considered, first_score, row_features
from search.engine.facets import facet, total
from search.engine.grouping import TranslationGroups, collapse_stories, with_stories
from search.engine.interpretation import QueryInterpretation
from search.engine.lexical import POOL, LexicalRetriever
from search.engine.matches import MatchSet, find, gate_similarity, match_all, passages
from search.engine.scoring import time_fit
from search.engine.semantic import rescore_exact
from search.engine.snapshot_knowledge import HeadVectors
from search.hits.hit_builder import RankedRow, hits, parts_wanted
from search.index.chunks import PASSAGE, Chunks
from search.index.columns import UNDATED
from search.index.related_terms import related_share
from search.index.snapshot import Snapshot
from search.ports import ArticleFeatures, Candidates, Pool, WeightedTerm
from search.query.model import Fold, Query
from search.results import Contribution, Count, Hit, Timeline, Total
from search.similarity import SimilarityScale
from search.times import Millis, zone
from search.tracing import stage

_LEAD = 1_000
"""Characters of an article's beginning that a reranker reads where no passage of it is nearest in meaning."""
_ENOUGH = 4 * POOL
"""Rows nearest in meaning that hold POOL keys, if articles have only a few twins."""


class EmbeddedRetriever:
    """What one question retrieves from a snapshot."""

    def __init__(
        self, snapshot: Snapshot, query: Query, said: QueryInterpretation, now: Millis, without: int | None
    ) -> None:
        """`without` is a row that must not answer, nor its translations."""
        self._snapshot = snapshot
        self._columns = columns = snapshot.columns
        self._query = query
        self._said = said
        self._now = now
        self._folds = not query.filters.language
        self._visible = columns.visible
        apart = None if without is None else columns.group != columns.group[without]
        self._others = _both(apart, columns.visible)
        self._conditions = BooleanEvaluator(snapshot)
        self._held = self._conditions.matches(query.parsed.condition, self._folds)
        self._admitted = _both(columns.filter_mask(query.filters), self._held)
        # The copies that are shown are in the language of the text, and in the reader's where there is no text.
        spoken = query.spoken or said.language
        language = query.reader_language or spoken if query.lists else spoken
        self._copies = TranslationGroups(columns, self._folds, language, self._admitted)
        self._heads = HeadVectors(snapshot)
        self._worded = LexicalRetriever(snapshot, query, said, self._others, self._held, self._admitted)

    @property
    def _scale(self) -> SimilarityScale:
        return self._snapshot.manifest.model.calibration.scale

    @cached_property
    def _rows(self) -> RowFeatures:
        said = self._said
        vectors = said.meant.vectors
        similarity = None if vectors is None else gate_similarity(self._snapshot, vectors)
        if similarity is not None and self._visible is not None:  # the best of all must be one that may be shown
            similarity = np.where(self._visible, similarity, np.float32(-2))
        coverage = self._worded.coverage if said.by_words else None
        return row_features(said, similarity, coverage, self._time_fit(slice(None)), self._columns.size)

    @cached_property
    def _first(self) -> Scores:
        return first_score(self._rows)

    def considered(self) -> ArticleFeatures:
        """The features of the first articles of the whole archive, best first."""
        return self.features(self._considered)

    @cached_property
    def _considered(self) -> Rows:
        return considered(self._first, self._columns.group)

    @cached_property
    def _best_similarity(self) -> float:
        """The similarity of the nearest article to what the model reads of the text; 0 where meaning is silent.

        Twins that speak for a text are near themselves, whatever was asked. So where they do, only its gloss tells.
        """
        vectors, similarity = self._said.meant.vectors, self._rows.similarity
        if vectors is None or similarity is None:
            return 0.0
        if vectors.gloss is None:
            return float(similarity.max(initial=-1.0))
        known, _ = self._heads.of(self._considered)
        return float(self._scale.of(known @ vectors.gloss).max(initial=-1.0))

    @cached_property
    def _best_coverage(self) -> float:
        """The most that any article has of the words: by meaning alone too it tells whether the archive answers."""
        words = self._said.words
        if not words.words:
            return 0.0
        return float(self._worded.coverage.rarity.max(initial=0.0) / np.float32(words.idf))

    def features(self, rows: Rows) -> ArticleFeatures:
        """The features of any rows."""
        every = self._rows
        if every.similarity is None:
            vectors, headed = np.zeros((len(rows), 0), dtype=np.float32), np.zeros(len(rows), dtype=np.bool_)
        else:
            vectors, headed = self._heads.of(rows)
        return ArticleFeatures(
            rows=rows,
            groups=self._columns.group[rows],
            first=self._first[rows],
            similarity=None if every.similarity is None else every.similarity[rows],
            coverage=None if every.coverage is None else every.coverage[rows],
            in_title=None if every.in_title is None else every.in_title[rows],
            related=self._related(rows),
            heads=vectors,
            headed=headed,
            best_similarity=self._best_similarity,
            best_coverage=self._best_coverage,
            scale=self._scale,
        )

    def _related(self, rows: Rows) -> Numbers | None:
        return None if self._related_shares is None else self._related_shares[rows]

    @cached_property
    def _related_shares(self) -> Numbers | None:
        """What every row has by related words; None where there are none."""
        related = self._said.meant.related
        return related_share(self._said.words, related, self._snapshot.postings) if related else None

    def groups(self, rows: Rows) -> Rows:
        """The number that each row shares with its translations."""
        groups: Rows = self._columns.group[rows]
        return groups

    def contains(self, word: WeightedTerm, rows: Rows) -> Mask:
        """Which of these rows contain the word, or have it for their time or source."""
        postings = self._snapshot.postings
        numbers = [number for number in map(postings.number, word.terms) if number is not None]
        contained, implied = postings.contains_any(rows, numbers), self._worded.implied(word, rows)
        return contained if implied is None else contained | implied

    def everything(self) -> MatchSet:
        """All rows, found by nothing."""
        return match_all(self._snapshot).restricted_to(self._others).restricted_to(self._visible)

    @cached_property
    def _candidates(self) -> MatchSet:
        by_meaning = not self._said.hinges_on_unknown_name
        return find(self._snapshot, self._worded.matching, self._said.meant.vectors, self._others, by_meaning)

    def candidates(self) -> MatchSet:
        """What words match and what is near enough to be ranked."""
        return self._candidates.restricted_to(self._visible)

    def likely(self, groups: Rows) -> MatchSet:
        """The candidates; the result set is what contains every word, and all articles of these groups."""
        passing = np.zeros(self._columns.size, dtype=np.bool_)
        passing[groups] = True
        return self._having(passing[self._columns.group])

    def above_floor(self) -> MatchSet:
        """The candidates; the result set is what contains every word or is nearer than the floor."""
        found = self._candidates
        if found.similarity is None:
            return self._having(found.keyword | found.semantic)
        return self._having(found.semantic | (found.keyword & (found.similarity < -1)))

    def _having(self, answers: Mask) -> MatchSet:
        return self._candidates.having(self._worded.complete | answers).restricted_to(self._visible)

    @property
    def complete(self) -> Mask:
        """The rows that contain every word, before any filter: to calibrate by."""
        return self._worded.complete

    def admitted(self, found: MatchSet) -> MatchSet:
        """What of it the filters and the condition admit."""
        return found.restricted_to(self._admitted)

    def pool(self, found: MatchSet) -> Pool:
        """The first POOL rows by words and the first POOL keys by meaning."""
        rows, scores = self._worded.best(found, POOL)
        keys = self._copies.keys(rows)
        best = firsts(keys)
        by_meaning = self._nearest(found)
        every = distinct(np.concatenate([keys[best], by_meaning]))
        return Pool(every, keys[best], rows[best], scores[best], by_meaning)

    def _nearest(self, found: MatchSet) -> Rows:
        """The first POOL keys by nearness."""
        most = _ENOUGH
        while True:
            rows = found.nearest(most)
            keys = _once(self._copies.keys(rows))
            if len(keys) >= POOL or len(rows) < most:
                return keys[:POOL]
            most *= 2

    def features_of(self, found: MatchSet, pool: Pool) -> Candidates:
        """The features of every candidate of the pool."""
        said, keys = self._said, pool.keys
        matched = within(keys, pool.by_words)
        words = coverage = related = None
        if said.by_words and said.words.words:
            rows = self._copies.all[keys]
            rows[np.searchsorted(keys, pool.by_words)] = pool.rows
            coverage = self._worded.coverage.rarity[rows].astype(np.float64) / said.words.idf
            words = self._word_scores(pool, rows, matched, coverage)
            related = self._related(rows)
        vectors, headed = self._heads.of(keys if said.meant.vectors is not None else keys[:0])
        return Candidates(
            words=words,
            coverage=coverage,
            related=related,
            meaning=self._similarities(found, keys, vectors, headed),
            time=self._time_fit(keys),
            heads=vectors,
            headed=headed,
            matched=matched,
            lexical_weight=self._lexical_weight(found),
            signal_weights=self._snapshot.manifest.model.calibration.signal_weights,
            scale=self._scale,
        )

    def _lexical_weight(self, found: MatchSet) -> float:
        """What words count for in this question; 1 where it was not typed, or meaning is silent."""
        if found.best is None or not self._said.typed:
            return 1.0
        return self._snapshot.manifest.model.calibration.lexical_weight(found.best)

    def _time_fit(self, rows: Rows | slice) -> Numbers | None:
        """How well the times of these rows fit the one that the query names; None where it names none."""
        time, columns = self._said.time, self._columns
        return None if time is None else time_fit(columns.published[rows], columns.newest, time)

    def _word_scores(self, pool: Pool, rows: Rows, matched: Mask, coverage: Numbers) -> Numbers:
        """The BM25 score over the idf of each candidate, also of those that only meaning found."""
        scores = np.zeros(len(rows))
        scores[np.searchsorted(pool.keys, pool.by_words)] = pool.scores
        rest = ~matched & (coverage > 0)
        scores[rest] = self._worded.scores(rows[rest])
        return scores / self._said.words.idf

    def _similarities(self, found: MatchSet, keys: Rows, vectors: Matrix, headed: Mask) -> Numbers | None:
        """The exact similarity of each candidate, 0 without a vector; None where meaning takes no part."""
        meant = self._said.meant.vectors
        if found.near is None or meant is None:
            return None
        similarities = np.zeros(len(keys))
        places = self._snapshot.chunks.places(self._columns.embedded_row[keys[headed]])
        similarities[headed] = rescore_exact(
            found.near, meant.order, self._snapshot.vector, places, vectors[headed], self._scale
        )
        return similarities

    def answers(self, found: MatchSet, keys: Rows) -> Mask:
        """Which of these keys are of the result set."""
        answering: Mask = self._answering(found)[keys]
        return answering

    def _answering(self, found: MatchSet) -> Mask:
        answering = np.zeros(self._columns.size, dtype=np.bool_)
        answering[self._copies.keys(found.rows)] = True
        return answering

    def behind(self, found: MatchSet, pool: Pool) -> Rows:
        """The keys of the result set behind the pool."""
        answering = self._answering(found)
        answering[pool.keys] = False
        if not answering.any():
            return pool.keys[:0]
        keys = self._copies.keys
        rows = self._worded.ranked(found, np.flatnonzero(answering[keys(np.arange(len(answering)))]))
        behind = np.concatenate([keys(rows), keys(found.nearest()), np.flatnonzero(answering)])
        return _once(behind[answering[behind]])

    def by_time(self, found: MatchSet, oldest: bool) -> Rows:
        """The keys of the result set by the time that each shows."""
        keys = distinct(self._copies.keys(found.rows))
        times = self._columns.published[self._copies.shown[keys]]
        dated = times != UNDATED
        direction = 1 if oldest else -1
        return keys[np.lexsort((keys, np.where(dated, direction * np.where(dated, times, 0), 0), ~dated))]

    def once_a_story(self, keys: Rows) -> Rows:
        """Of each story the key that comes first."""
        return collapse_stories(self._columns, keys)

    def texts(self, found: MatchSet, keys: Rows) -> list[str]:
        """What a reranker reads of each article."""
        rows = self._copies.shown[keys]
        nearest = passages(self._snapshot, found, rows)
        articles = self._snapshot.store.articles(rows.tolist()) if len(rows) else []
        return [
            _reranker_text(article, self._snapshot.chunks, nearest.get(row))
            for row, article in zip(rows.tolist(), articles, strict=True)
        ]

    def nearest(self, most: int) -> Rows:
        """The keys of the first articles by similarity, words and time that are admitted."""
        score = self._first if self._admitted is None else np.where(self._admitted, self._first, 0.0)
        rows = np.flatnonzero(score > 0)
        if len(rows) > most * most:
            rows = rows[score[rows] >= np.partition(score[rows], -most * most)[-most * most]]
        rows = rows[np.argsort(-score[rows], kind="stable")]
        return self._copies.keys(rows[firsts(self._columns.group[rows])][:most])

    def total(self, found: MatchSet, wider: MatchSet) -> Total:
        """The size of the result set, and how many more `wider` has."""
        return total(self._columns, found, wider, self._query)

    def facet(self, of: str, found: MatchSet, most: int) -> tuple[Count, ...]:
        """The `most` frequent values of a facet."""
        satisfying = found.restricted_to(self._satisfying(of))
        return facet(self._columns, of, satisfying, self._query, zone(self._query.zone), most)

    def _satisfying(self, of: str) -> Mask | None:
        """The rows that satisfy the condition, as a facet counts them.

        A language chosen folds nothing; so its facet counts what each copy for itself satisfies.
        """
        if of != "language" or not self._folds:
            return self._held
        return self._conditions.matches(self._query.parsed.condition, False)

    def timeline(self, found: MatchSet) -> Timeline:
        """How the result set is spread over time."""
        from search.engine.timeline import timeline

        query = self._query
        return timeline(self._columns, found.rows, query.filters, query.fold, zone(query.zone))

    def counts_since(self, every: MatchSet, moments: Sequence[Millis]) -> tuple[int, ...]:
        """What the result set would count from each of these moments on, without the dates of the filters."""
        from search.engine.timeline import counts_since

        columns, filters = self._columns, self._query.filters.replaced(since=None, until=None)
        admitted = _both(columns.filter_mask(filters), self._held)
        return counts_since(columns, every.restricted_to(admitted).rows, filters, self._query.fold, moments)

    def still_shown(self, keys: Rows) -> Rows:
        """Those of the keys whose articles were not withdrawn meanwhile."""
        visible = self._snapshot.visible.mask()
        return keys if visible is None else keys[visible[self._copies.shown[keys]]]

    @stage("showing")
    def hits(
        self, found: MatchSet, keys: Rows, contributions: Mapping[int, tuple[Contribution, ...]]
    ) -> tuple[Rows, tuple[Hit, ...]]:
        """The rows and the hits of these keys, in the order given."""
        query, rows = self._query, self._copies.shown[keys]
        parts = parts_wanted(query)
        nearest = passages(self._snapshot, found, rows) if parts.texts else {}
        shown = [
            RankedRow(row, contributions[key], nearest.get(row))
            for key, row in zip(keys.tolist(), rows.tolist(), strict=True)
        ]
        built = hits(self._snapshot, shown, self._said.words, self._now, parts=parts)
        if query.fold is Fold.NONE:
            return rows, built
        others = self._copies.shown[distinct(self._copies.keys(found.rows))]
        return rows, with_stories(self._snapshot, built, rows, others)


def _reranker_text(article: Article, chunks: Chunks, view: int | None) -> str:
    """The title of an article and the passage that is nearest in meaning, else how it begins."""
    if view is not None and chunks.kind[view] == PASSAGE:
        start, end = chunks.span(view)
        return f"{article.title}\n{article.text[start:end]}"
    return "\n".join(part for part in (article.title, article.description, article.text[:_LEAD]) if part)


def _both(one: Mask | None, other: Mask | None) -> Mask | None:
    """Where both hold; None stands for everywhere."""
    if one is None or other is None:
        return other if one is None else one
    both: Mask = one & other
    return both


def _once(keys: Rows) -> Rows:
    """Each key where it comes first, in that order."""
    return keys[firsts(keys)]
