"""Lexical retrieval: the articles that contain enough of the words, and the best of them."""

from functools import cached_property

import numpy as np

from search.arrays import Mask, Rows, Scores, within
from search.engine.boolean import BooleanEvaluator
from search.engine.implied_words import (
    ImpliedWords,
    full_coverage,
    implied_coverage,
    implied_scores,
    implied_words,
    name_all,
    scored_words,
)
from search.engine.interpretation import QueryInterpretation
from search.engine.matches import MatchSet
from search.index.postings import Coverage
from search.index.snapshot import Snapshot
from search.ports import KeywordQuery, WeightedTerm
from search.query.model import Filters, Query
from search.tracing import stage

POOL = 150
"""How many rows of each ranking are fused, whatever the page: a pool that grew with it would show hits twice."""
FEW = 100
"""So many rows are scored one by one; to put more in order, the engine is asked for all that match."""

VERY_FORM = 2.0
"""How much of its rarity a text in quotes counts for besides, where an article has it letter by letter."""


class LexicalRetriever:
    """The keyword engine's part in one question."""

    def __init__(
        self,
        snapshot: Snapshot,
        query: Query,
        said: QueryInterpretation,
        others: Mask | None,
        held: Mask | None,
        admitted: Mask | None,
    ) -> None:
        """`others` are the rows that may answer, `held` those that satisfy the condition; None means all.

        `admitted` are those that the filters and the condition admit.
        """
        self._snapshot = snapshot
        self._query = query
        self._said = said
        self._others = others
        self._held = held
        self._admitted = admitted
        self._conditional = held is not None and not said.words.minimum_should_match

    @cached_property
    def matching(self) -> Mask:
        """The rows that the words match, before any filter and condition.

        Where a condition sees to all words, every row matches by words that satisfies it.
        """
        matching = np.zeros(self._snapshot.columns.size, dtype=np.bool_)
        if self._said.by_words:
            matching = ~matching if self._conditional else self._enough
        return matching if self._others is None else matching & self._others

    @cached_property
    def complete(self) -> Mask:
        """The rows that contain every word, before any filter and condition; all rows where a condition sees to all."""
        words = self._said.words.words
        if not self._said.by_words or not (words or self._conditional):
            complete = np.zeros(self._snapshot.columns.size, dtype=np.bool_)
        elif self._conditional:
            complete = np.ones(self._snapshot.columns.size, dtype=np.bool_)
        else:
            complete = self.coverage.weights == sum(word.clause_weight for word in words)
        return complete if self._others is None else complete & self._others

    @cached_property
    def coverage(self) -> Coverage:
        """What each row has of the words, be it for its time or its source; hidden ones have none."""
        if self._metadata_alone:
            coverage = full_coverage(self._implied, self._said.words)
        else:
            coverage = self._snapshot.postings.coverage(self._said.words)
            coverage = coverage if self._by_metadata is None else coverage.plus(self._by_metadata)
        visible = self._snapshot.columns.visible
        return coverage if visible is None else Coverage(*(np.where(visible, part, 0) for part in coverage))

    @cached_property
    def _implied(self) -> tuple[ImpliedWords, ...]:
        return implied_words(self._said, self._snapshot.columns)

    @cached_property
    def _by_metadata(self) -> Coverage | None:
        """What rows have of the words for their time and source; None where the text names neither."""
        return implied_coverage(self._implied, self._snapshot.postings) if self._implied else None

    @cached_property
    def _scored(self) -> KeywordQuery:
        """The words that the engine scores."""
        return scored_words(self._implied, self._said.words) if self._implied else self._said.words

    @cached_property
    def _added(self) -> Scores:
        """What words by time and source add to the engine's scores."""
        return implied_scores(self._implied, self._scored, self._said.words.idf, self._snapshot.postings)

    @cached_property
    def _metadata_alone(self) -> bool:
        """Whether the text names a time and nothing else, but for sources: then no text matters."""
        return name_all(self._implied, self._said.words)

    def implied(self, word: WeightedTerm, rows: Rows) -> Mask | None:
        """Which of these rows have a word for their time or source; None where the text names neither."""
        if not self._implied:
            return None
        if self._metadata_alone:
            inside: Mask = self.coverage.words[rows] > 0
            return inside
        having = np.zeros(len(rows), dtype=np.bool_)
        for one in self._implied:
            if word in one.words:
                having |= one.rows[rows]
        return having

    @cached_property
    def _enough(self) -> Mask:
        """The rows whose words weigh enough."""
        enough: Mask = (self.coverage.words > 0) & (self.coverage.weights >= self._said.words.minimum_should_match)
        return enough

    @cached_property
    def top_candidates(self) -> tuple[Rows, Scores]:
        """The first POOL of all that match and that the filters admit; needs no vector.

        An engine takes long to weigh words, and the arrays know already what weighs enough, and how many rows do. So
        it gives what contains any of the words: nearly always the first POOL that weigh enough are among the first.
        """
        rows, scores = self._with_any_word(2 * POOL)
        enough = np.flatnonzero(self._enough[rows])[:POOL]
        every = self._enough if self._admitted is None else self._enough & self._admitted
        if self._by_metadata is not None or len(enough) == min(POOL, np.count_nonzero(every)):
            return rows[enough], scores[enough]
        return self._snapshot.keyword.search(self._said.words, self._query.filters, POOL)

    def _with_any_word(self, most: int) -> tuple[Rows, Scores]:
        """The first rows that contain any of the words, and the first of these that have others for time or source.

        Such a row needs fewer words to weigh enough, so it may stand far behind in the engine's list.
        """
        if self._metadata_alone:
            rows = np.flatnonzero(self._enough if self._admitted is None else self._enough & self._admitted)
            rows = rows[np.argsort(-self._snapshot.columns.published[rows], kind="stable")]
            return rows, np.full(len(rows), self._said.words.idf, dtype=np.float32)
        rows, scores = self._given(self._scored.any, most)
        if self._by_metadata is None:
            return rows, scores
        if len(rows) == most:
            for filters in self._lifting:
                more, their_scores = self._snapshot.keyword.search(self._scored.any, filters, most)
                new = ~within(more, rows)
                rows, scores = np.concatenate([rows, more[new]]), np.concatenate([scores, their_scores[new]])
        scores = scores + self._added[rows]
        order = np.lexsort((rows, -scores))
        return rows[order], scores[order]

    def scores(self, rows: Rows) -> Scores:
        """The score of each of these rows by words, whether it matches or not; 0 where it has no word."""
        if self._metadata_alone:
            return self.coverage.rarity[rows]
        scores = self._engine_scores(rows)
        return scores if self._by_metadata is None else scores + self._added[rows]

    def unscored(self, rows: Rows) -> Rows:
        """Those of these rows, whether they match or not, whose scores the engine must still tell."""
        if self._metadata_alone:
            return rows[:0]
        if self._held is not None or self._others is not None:  # it was not asked for the first that have any word
            return rows
        return rows[~within(rows, self._first[0])]

    def _engine_scores(self, rows: Rows) -> Scores:
        """The engine's score of each of these rows; 0 where it contains no word."""
        unknown = self.unscored(rows)
        asked = self._snapshot.keyword.scores(self._scored, unknown)
        by_row = dict(zip(*(told.tolist() for told in self._first), strict=True)) if len(unknown) < len(rows) else {}
        by_row.update(zip(unknown.tolist(), asked.tolist(), strict=True))
        return np.array([by_row[row] for row in rows.tolist()], dtype=np.float32)

    @property
    def first_asked(self) -> tuple[KeywordQuery, Filters, int] | None:
        """What the engine is asked first for the best of a pool, if anything: it may be asked before.

        - Under a condition, which no engine knows: all that match.
        - Where rows are left out: the first POOL that match; all with any word, where some have words by metadata.
        - Else the first 2 * POOL rows that contain any of the words.
        """
        words, filters, every = self._scored, self._query.filters, self._snapshot.columns.size
        if not self._said.by_words or self._metadata_alone:
            return None
        if self._held is not None:
            return words if self._by_metadata is None and not self._conditional else words.any, filters, every
        if self._others is None:
            return words.any, filters, 2 * POOL
        return (words, filters, POOL) if self._by_metadata is None else (words.any, filters, every)

    @property
    def probably_asked(self) -> list[tuple[KeywordQuery, Filters, int]]:
        """That, and what is asked next where of so many rows with any word too few may weigh enough."""
        asked, words = self.first_asked, self._scored
        if asked is None:
            return []
        if self._held is not None or self._others is not None:
            return [asked]
        worded = self.coverage.words > 0
        if np.count_nonzero(worded if self._admitted is None else worded & self._admitted) <= 2 * POOL:
            return [asked]
        if self._by_metadata is None:
            return [asked, (words, self._query.filters, POOL)]
        return [asked, *((words.any, filters, 2 * POOL) for filters in self._lifting)]

    @property
    def _lifting(self) -> list[Filters]:
        """The filters within the time named, and within each source named unless they choose sources themselves."""
        own = self._query.filters
        return [own.joined(one.filters) for one in self._implied if not own["source"] or not one.filters["source"]]

    @cached_property
    def _first(self) -> tuple[Rows, Scores]:
        """What the engine gives of what it is asked first."""
        asked = self.first_asked
        if asked is None:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        return self._snapshot.keyword.search(*asked)

    def _given(self, words: KeywordQuery, most: int) -> tuple[Rows, Scores]:
        """The first rows that match these words and that the filters admit."""
        asked = words, self._query.filters, most
        return self._first if asked == self.first_asked else self._snapshot.keyword.search(*asked)

    @stage("words")
    def best(self, found: MatchSet, limit: int) -> tuple[Rows, Scores]:
        """The best of the found rows by words, and their scores."""
        if not self._said.by_words:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        if self._held is not None:
            return self._within_condition(found, limit)
        if limit == POOL and self._others is None:
            return self.top_candidates
        if self._by_metadata is not None:
            rows, scores = self._with_any_word(self._snapshot.columns.size)
            enough = np.flatnonzero(found.keyword[rows])[:limit]
            return rows[enough], scores[enough]
        rows, scores = self._given(self._said.words, limit)
        if self._others is None:
            return rows, scores
        return rows[self._others[rows]], scores[self._others[rows]]

    def ranked(self, found: MatchSet, rows: Rows) -> Rows:
        """Those of these rows, ascending, that words found, the best first."""
        if len(rows) > FEW or self._held is not None or not self._said.by_words:
            best, _ = self.best(found, self._snapshot.columns.size)
            return best[within(best, rows)]
        rows = rows[found.keyword[rows]]
        return rows[np.argsort(-self.scores(rows), kind="stable")]

    def _within_condition(self, found: MatchSet, limit: int) -> tuple[Rows, Scores]:
        """The same under a condition, which no engine knows: all its matches, those left out that do not satisfy it.

        Behind them those that satisfy it without a word, as by `a OR -b`.
        """
        if self._by_metadata is not None:
            rows, scores = self._with_any_word(self._snapshot.columns.size)
        else:
            rows, scores = self._first
        rows, scores = self._very_forms_first(rows, scores)
        kept = found.keyword[rows]
        wordless = found.keyword.copy()
        wordless[rows] = False
        others = np.flatnonzero(wordless)
        every = np.concatenate([rows[kept], others]), np.concatenate([scores[kept], np.zeros(len(others), np.float32)])
        return every[0][:limit], every[1][:limit]

    def _very_forms_first(self, rows: Rows, scores: Scores) -> tuple[Rows, Scores]:
        """The same, lifted where every word in quotes stands in the very form in which it is typed."""
        typed = BooleanEvaluator(self._snapshot).very_forms(self._query.parsed.condition)
        if typed is None:
            return rows, scores
        lifted = scores + (VERY_FORM * self._said.words.idf * typed[rows]).astype(np.float32)
        order = np.argsort(-lifted, kind="stable")
        return rows[order], lifted[order]
