"""One query on its way through one snapshot: understood, found, ranked, counted and shown."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import chain

from msgspec.structs import replace

from search.arrays import Mask, Rows, distinct
from search.deadline import check, renew
from search.engine.boolean import BooleanEvaluator
from search.engine.completion import completed
from search.engine.facets import facet, total
from search.engine.grouping import TranslationGroups, with_stories
from search.engine.interpretation import QueryInterpretation
from search.engine.lexical import LexicalRetriever
from search.engine.matches import MatchSet, passages
from search.engine.query_vectors import Embed
from search.engine.ranker import Ordering
from search.engine.result_set import ResultSet
from search.engine.spell_corrector import SpellCheck, check_spelling
from search.engine.timeline import counts_since, timeline
from search.hits.hit_builder import HitParts, RankedRow, hits
from search.index.columns import ALL_VALUES, MOST_VALUES
from search.index.snapshot import Snapshot
from search.ports import Reranker
from search.query.model import Fold, Mode, Query
from search.results import Contribution, Count, Hit, Results, Timeline
from search.times import Millis, millis, zone
from search.tracing import stage

_AT_ONCE = 100
"""How many articles of a whole result set are read together."""


class Question:
    """A query, tied to the snapshot that answers it."""

    def __init__(
        self,
        snapshot: Snapshot,
        query: Query,
        now: datetime,
        embed: Embed,
        without: int | None = None,
        reranker: Callable[[], Reranker] | None = None,
    ) -> None:
        """`embed` gives the vector of a text; `without` is a row that must not answer, nor its twins.

        `reranker` gives what reads the first hits again, or raises ModelError; None where nothing does.
        """
        self._snapshot = snapshot
        self._columns = columns = snapshot.columns
        self._asked = query
        self._spelling = check_spelling(snapshot, query) if without is None else SpellCheck(query)
        self._query = query = completed(snapshot, self._spelling.query)
        self._now = now
        self._folds = not query.filters.language
        apart = None if without is None else columns.group != columns.group[without]
        self._others = _both(apart, columns.visible)
        self._said = QueryInterpretation(snapshot, query, now, embed, like=without is not None)
        self._conditions = BooleanEvaluator(snapshot)
        self._held = self._conditions.matches(query.parsed.condition, self._folds)
        self._admitted = _both(columns.filter_mask(query.filters), self._held)
        self._copies = TranslationGroups(columns, self._folds, self._language, self._admitted)
        self._worded = LexicalRetriever(snapshot, query, self._said, self._others, self._held)
        self.result_set = ResultSet(snapshot, query, self._said, self._worded, self._others)
        """What is likely an answer."""
        self._ordering = Ordering(snapshot, query, self._said, self._worded, self._copies, reranker)

    def answer(self) -> Results:
        """The results.

        1. Find the keyword matches and the semantic hits: with the filters, the result set.
        2. Rank the best of both, behind them the rest by words; or sort by time; cut the page.
        3. Count the result set and its facets.
        4. Fetch the articles of the page, and show where they match.
        """
        self.result_set.check()
        every = self._every
        found = every.restricted_to(self._admitted)
        keys, contributions = self._ordering.order(found, self._query.first, self._query.first + self._query.limit)
        query, said, manifest = self._query, self._said, self._snapshot.manifest
        return Results(
            query=self._asked,
            hits=self._hits(keys, contributions, found),
            total=total(self._columns, found, self._wider(found), query),
            near=self._near(found),
            mode=self.mode,
            generation=manifest.name,
            articles=self._columns.visible_size,
            facets={name: self._counts(name, every) for name in query.facets},
            degraded=(*said.meant.degraded, *self._ordering.degraded),
            did_you_mean=self._spelling.offered,
            corrected=self._spelling.corrected,
            suggestions=(*said.notes, *self._columns.suggestions(query.filters)),
            unknown_words=said.unknown,
            understood=tuple(dict.fromkeys(word.text for word in said.words.words)),
            time=said.time,
        )

    @property
    def _language(self) -> str:
        """The language of the copies that are shown: the text's, and the reader's where there is no text."""
        return self._query.reader_language or self._said.language if self._query.lists else self._said.language

    @property
    def mode(self) -> Mode:
        """Which rankings really answer."""
        return Mode.KEYWORD if self._said.meant.vectors is None else self._query.mode

    def iterate(self) -> Iterator[Hit]:
        """Every hit of the result set from the page on: found and ranked now, shown as they are taken."""
        self.result_set.check()
        found = self._every.restricted_to(self._admitted)
        keys, contributions = self._ordering.order(found, self._query.first, self._columns.size)
        pages = (keys[at : at + _AT_ONCE] for at in range(0, len(keys), _AT_ONCE))
        return chain.from_iterable(self._hits(self._still_shown(page), contributions, found) for page in pages)

    def _still_shown(self, keys: Rows) -> Rows:
        """Those of a page that were not withdrawn meanwhile; each page has the whole time that an answer may take."""
        renew()
        visible = self._snapshot.visible.mask()
        return keys if visible is None else keys[visible[self._copies.shown[keys]]]

    def timeline(self, moments: Sequence[Millis] = ()) -> Timeline:
        """How the result set is spread over time, and what it would count from each of these moments on."""
        self.result_set.check()
        query, rows = self._query, self._every.restricted_to(self._admitted).rows
        check("timeline")
        spread = timeline(self._columns, rows, query.filters, query.fold, zone(query.zone))
        return replace(spread, since=self._since(moments)) if moments else spread

    def _since(self, moments: Sequence[Millis]) -> tuple[int, ...]:
        columns, query = self._columns, self._query
        filters = query.filters.replaced(since=None, until=None)
        admitted = _both(columns.filter_mask(filters), self._held)
        return counts_since(columns, self._every.restricted_to(admitted).rows, filters, query.fold, moments)

    def values(self, of: str) -> tuple[Count, ...]:
        """Every value of a facet that the result set bears, counted, most frequent first."""
        self.result_set.check()
        return self._counts(of, self._every, ALL_VALUES)

    @property
    def _every(self) -> MatchSet:
        """What is found before any filter and condition."""
        return self.result_set.every.restricted_to(self._columns.visible)

    def ranking(self, most: int) -> Rows:
        """The keys of the best candidates, best first, whether they are of the result set or not: to calibrate by."""
        candidates = self.result_set.candidates.restricted_to(self._admitted)
        return self._ordering.order(candidates, 0, most)[0]

    def _wider(self, found: MatchSet) -> MatchSet:
        """What the widest threshold admits; what is found where there is no other."""
        wider = self.result_set.wider
        return found if wider is self.result_set.every else wider.restricted_to(self._admitted)

    def _near(self, found: MatchSet) -> tuple[Hit, ...]:
        """The nearest articles, where nothing is found: no answers, and counted nowhere."""
        if self._query.lists or not self._said.typed or found.mask.any():
            return ()
        keys = self._copies.keys(self.result_set.nearest(self._admitted))
        return self._hits(keys, {}, found)

    def _counts(self, of: str, every: MatchSet, most: int = MOST_VALUES) -> tuple[Count, ...]:
        check("facets")
        every = every.restricted_to(self._satisfying(of))
        return facet(self._columns, of, every, self._query, zone(self._query.zone), most)

    def _satisfying(self, of: str) -> Mask | None:
        """The rows that satisfy the condition, as a facet counts them.

        A language chosen folds nothing; so its facet counts what each copy for itself satisfies.
        """
        if of != "language" or not self._folds:
            return self._held
        return self._conditions.matches(self._query.parsed.condition, False)

    @stage("showing")
    def _hits(self, keys: Rows, contributions: dict[int, tuple[Contribution, ...]], found: MatchSet) -> tuple[Hit, ...]:
        rows = self._copies.shown[keys]
        nearest = passages(self._snapshot, found, rows)
        unranked = self._ordering.unranked()
        shown = [
            RankedRow(row, contributions.get(key, unranked), nearest.get(row))
            for key, row in zip(keys.tolist(), rows.tolist(), strict=True)
        ]
        query = self._query
        parts = HitParts(
            marks=query.wants("snippet", "snippet_marks", "highlight"),
            passage=query.wants("passage"),
            twins=query.wants("twins"),
            matches=query.explain and query.wants("explain"),
        )
        found_hits = hits(self._snapshot, shown, self._said.words, millis(self._now), parts=parts)
        if self._said.typed:
            likely = self.result_set.confidences(rows)
            found_hits = tuple(replace(hit, confidence=one) for hit, one in zip(found_hits, likely, strict=True))
        if query.fold is Fold.NONE:
            return found_hits
        others = self._copies.shown[distinct(self._copies.keys(found.rows))]
        return with_stories(self._snapshot, found_hits, rows, others)


def _both(one: Mask | None, other: Mask | None) -> Mask | None:
    """Where both hold; None stands for everywhere."""
    if one is None or other is None:
        return other if one is None else one
    both: Mask = one & other
    return both
