"""One query on its way through one snapshot: understood, found, ranked, counted and shown."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from itertools import chain
from math import isnan

import numpy as np

from search.arrays import distinct, firsts, within
from search.columns import ALL_VALUES, MOST_VALUES, UNDATED
from search.condition import Conditions
from search.counting import facet, total
from search.errors import ModelError
from search.finding import Found, everything, find, matching
from search.folding import folded, with_stories
from search.fusion import Leg, Shares
from search.keywords import names_nobody
from search.language import uses_language
from search.legs import leg
from search.meaning import exactly
from search.ports import Mask, Reranker, Rows, Scores
from search.query import Facet, Fold, Mode, Query, Sort
from search.ranking import Candidates, Numbers, rank
from search.related import borne
from search.reranking import RERANKED, rerank, reranked, texts
from search.result import Contribution, Count, Hit, Results
from search.showing import Shown, hits
from search.snapshot import Snapshot
from search.spelling import LITTLE, corrected, corrections
from search.timeline import Timeline, timeline
from search.understanding import Named, named, time_fit, understand
from search.vectors import Embed, Meant, heads, meant
from search.when import Time, millis, zone

POOL = 150
"""How many rows of each ranking are fused, whatever the page: a pool that grew with it would show hits twice."""

_AT_ONCE = 100
"""How many articles of a whole result set are read together."""

Ranked = tuple[Rows, dict[int, tuple[Contribution, ...]]]
"""Keys, best first, and what ranked each of the pool."""


class Question:
    """A query, tied to the snapshot that answers it. A *key* stands for an article: its row, or its twins' first."""

    def __init__(
        self,
        snapshot: Snapshot,
        query: Query,
        now: datetime,
        embed: Embed,
        without: int | None = None,
        reranker: Callable[[], Reranker] | None = None,
    ) -> None:
        """`embed` begins the vector of a text; `without` is a row that must not answer, nor its twins.

        `reranker` gives what reads the first hits again, or raises ModelError; None where nothing does.
        """
        self._snapshot = snapshot
        self._columns = snapshot.columns
        self._query = query
        self._now = now
        self._reranker = reranker
        self._degraded: list[str] = []
        self._folds = not query.filters.language
        self._others: Mask | None = None
        if without is not None:
            self._others = self._columns.group != self._columns.group[without]
        self._understood = understand(snapshot, query)
        self._promised = meant(snapshot, query, self._understood, embed, lambda: self._time, without is not None)
        self._held = Conditions(snapshot).holds(query.asked.condition, self._folds)
        self._conditional = self._held is not None and not self._understood.words.enough
        self._admitted = _both(self._columns.admit(query.filters), self._held)
        self._ranked = query.sort is Sort.RELEVANCE and not query.lists

    def answer(self) -> Results:
        """The results.

        1. Look up the words, while the model reads the text.
        2. Find the keyword matches and the semantic hits: with the filters, the result set.
        3. Rank the best of both, behind them the rest by words; or sort by time; cut the page.
        4. Count the result set and its facets.
        5. Fetch the articles of the page, and show where they match.
        """
        self._look_up()
        every = self._every
        found = every.among(self._admitted)
        keys, contributions = self._order(found, self._query.first, self._query.first + self._query.limit)
        query, words, manifest = self._query, self._understood.words.words, self._snapshot.manifest
        return Results(
            query=query,
            hits=self._hits(keys, contributions, found),
            total=total(self._columns, found, query),
            mode=self.mode,
            generation=manifest.name,
            articles=manifest.articles,
            facets={name: self._counts(name, every) for name in query.facets},
            degraded=(*self._meant.degraded, *self._degraded),
            did_you_mean=self._did_you_mean,
            suggestions=(*self._notes, *self._columns.suggestions(query.filters)),
            unknown_words=self._understood.unknown,
            understood=tuple(dict.fromkeys(word.text for word in words)),
            time=self._time,
        )

    def _look_up(self) -> None:
        """Do what takes time and needs no vector, while the model reads the text."""
        if self._query.mode is Mode.HYBRID and not self._query.lists:
            _ = self._did_you_mean, self._named_nobody, self._named
            if self._ranked:
                _ = self._best_by_words

    @property
    def mode(self) -> Mode:
        """Which rankings really answer."""
        return Mode.KEYWORD if self._meant.vectors is None else self._query.mode

    def everything(self) -> Iterator[Hit]:
        """Every hit of the result set from the page on: found and ranked now, shown as they are taken."""
        found = self._every.among(self._admitted)
        keys, contributions = self._order(found, self._query.first, self._columns.size)
        pages = (keys[at : at + _AT_ONCE] for at in range(0, len(keys), _AT_ONCE))
        return chain.from_iterable(self._hits(page, contributions, found) for page in pages)

    def timeline(self) -> Timeline:
        """How the result set is spread over time."""
        query, rows = self._query, self._every.among(self._admitted).rows
        return timeline(self._columns, rows, query.filters, query.fold, zone(query.zone))

    def values(self, of: Facet) -> tuple[Count, ...]:
        """Every value of a facet that the result set bears, counted, most frequent first."""
        return self._counts(of, self._every, ALL_VALUES)

    def _counts(self, of: Facet, every: Found, most: int = MOST_VALUES) -> tuple[Count, ...]:
        every = every.among(self._satisfying(of))
        return facet(self._columns, of, every, self._query, zone(self._query.zone), most)

    def _satisfying(self, of: Facet) -> Mask | None:
        """The rows that satisfy the condition, as a facet counts them.

        A language chosen folds nothing; so its facet counts what each copy for itself satisfies.
        """
        if of is not Facet.LANGUAGE or not self._folds:
            return self._held
        return Conditions(self._snapshot).holds(self._query.asked.condition, False)

    @cached_property
    def _every(self) -> Found:
        """What is found before any filter and condition."""
        if self._query.lists:
            return everything(self._snapshot)
        by_meaning = self._others is not None or not self._named_nobody
        return find(self._snapshot, self._matching, self._meant.vectors, self._others, by_meaning)

    # What the text says.

    @cached_property
    def _meant(self) -> Meant:
        """What the model makes of the text, waited for."""
        return self._promised()

    @cached_property
    def _by_words(self) -> bool:
        return self._query.mode is not Mode.SEMANTIC or self._meant.vectors is None

    @cached_property
    def _matching(self) -> Mask:
        """The rows that the words match, before any filter and condition."""
        words = self._understood.words if self._by_words else None
        return matching(self._snapshot, words, self._others, self._conditional)

    @cached_property
    def _named(self) -> Named:
        return named(self._snapshot, self._query, self._now)

    @property
    def _time(self) -> Time | None:
        return self._named.time

    @property
    def _notes(self) -> tuple[str, ...]:
        return (*self._query.asked.notes, *([self._named.note] if self._named.note else []))

    @cached_property
    def _named_nobody(self) -> bool:
        snapshot = self._snapshot
        said, words = self._query.asked.said, self._understood.words
        return names_nobody(said, words, snapshot.analyzer, lambda word: snapshot.vocabulary().nearest(word))

    @cached_property
    def _did_you_mean(self) -> str | None:
        """The text with its mistyped words put right; None where none seems to be, and where nobody typed it.

        In the query language nothing is doubted: there a name may be the value of a field.
        """
        if self._others is not None or uses_language(self._query.text):
            return None
        snapshot = self._snapshot
        little = self._by_words and int(np.count_nonzero(self._matching)) <= LITTLE
        found = corrections(self._query.text, snapshot.analyzer, snapshot.vocabulary, snapshot.words.frequency, little)
        return corrected(self._query.text, found) if found else None

    # In which order.

    def _order(self, found: Found, first: int, last: int) -> Ranked:
        """The keys from the first place to before the last, and what ranked them."""
        if self._ranked:
            return self._by_relevance(found, first, last)
        return self._once_a_story(self._by_time(found))[first:last], {}

    def _once_a_story(self, keys: Rows) -> Rows:
        return folded(self._columns, keys) if self._query.fold is Fold.STORY else keys

    @leg("ranking")
    def _by_relevance(self, found: Found, first: int, last: int) -> Ranked:
        """These keys by the shares of all rankings: the pool first, behind it keyword order, then nearness."""
        rows, scores = self._worded(found, POOL)
        best = firsts(self._keys(rows))
        keyword = self._keys(rows)[best]
        nearest = _once(self._keys(found.nearest))
        pool = distinct(np.concatenate([keyword, nearest[:POOL]]))
        if not len(pool):
            return pool, {}
        legs, shares = rank(self._candidates(found, pool, keyword, rows[best], scores[best]), self._query.alpha)
        legs, shares = self._reranked(found, pool, legs, shares)
        every = pool[np.lexsort((pool, -shares.sum(axis=0)))]
        answers = self._once_a_story(every)
        if last > len(answers):
            if len(rows) == POOL or self._others is not None:  # else there is nothing behind them
                rows, _ = self._worded(found, self._columns.size)
            behind = np.concatenate([self._keys(rows), nearest])
            answers = self._once_a_story(np.concatenate([every, _once(behind[~within(behind, pool)])]))
        page = answers[first:last]
        ranks = {"keyword": _ranks(keyword), "semantic": _ranks(nearest[:POOL]), "reranker": reranked(pool, legs)}
        return page, _contributions(pool, page, legs, shares, ranks)

    @leg("words")
    def _worded(self, found: Found, limit: int) -> tuple[Rows, Scores]:
        """The best rows by words, and their scores."""
        if not self._by_words:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        if self._held is not None:
            return self._worded_and_held(found, limit)
        if limit == POOL and self._others is None:
            return self._best_by_words
        rows, scores = self._snapshot.keyword.search(self._understood.words, self._query.filters, limit)
        if self._others is None:
            return rows, scores
        return rows[self._others[rows]], scores[self._others[rows]]

    @cached_property
    def _best_by_words(self) -> tuple[Rows, Scores]:
        return self._snapshot.keyword.search(self._understood.words, self._query.filters, POOL)

    def _worded_and_held(self, found: Found, limit: int) -> tuple[Rows, Scores]:
        """The same under a condition, which no engine knows: all its matches, those left out that do not satisfy it.

        Behind them those that satisfy it without a word, as by `a OR -b`.
        """
        words = self._understood.words.any if self._conditional else self._understood.words
        rows, scores = self._snapshot.keyword.search(words, self._query.filters, self._columns.size)
        kept = found.keyword[rows]
        wordless = found.keyword.copy()
        wordless[rows] = False
        others = np.flatnonzero(wordless)
        every = np.concatenate([rows[kept], others]), np.concatenate([scores[kept], np.zeros(len(others), np.float32)])
        return every[0][:limit], every[1][:limit]

    def _reranked(self, found: Found, pool: Rows, legs: list[Leg], shares: Shares) -> tuple[list[Leg], Shares]:
        """The rankings with the reranker's, where there is one and the page reaches up to what it reads."""
        query = self._query
        if self._reranker is None or query.mode is not Mode.HYBRID or not query.limit or query.first >= RERANKED:
            return legs, shares
        try:
            reranker = self._reranker()

            def judge(places: Rows) -> Scores:
                rows = self._copies[pool[places]]
                passages = self._passages(found, rows)
                views = [passages.get(row) for row in rows.tolist()]
                return reranker.scores(query.text, texts(self._snapshot, rows.tolist(), views))

            return rerank(pool, legs, shares, judge)
        except ModelError as unfit:
            self._degraded.append(f"reranker: {unfit}")
            return legs, shares

    def _candidates(self, found: Found, pool: Rows, keyword: Rows, rows: Rows, scores: Scores) -> Candidates:
        """Every ranking's score of every candidate, also of those that only another one found.

        `keyword` are the keys found by words, `rows` and `scores` the row of each that scored best.
        """
        snapshot, asked = self._snapshot, self._understood
        words: Numbers | None = None
        coverage: Numbers | None = None
        related: Numbers | None = None
        meaning: Numbers | None = None
        matched = within(pool, keyword)
        if self._by_words and asked.words.words:
            worded = self._every_copy[pool]
            places = np.searchsorted(pool, keyword)
            worded[places] = rows
            words = np.zeros(len(pool))
            words[places] = scores
            coverage = snapshot.words.contained(asked.words, worded).astype(np.float64) / asked.words.rarity
            rest = ~matched & (coverage > 0)
            words[rest] = snapshot.keyword.scores(asked.words, worded[rest])
            words /= asked.words.rarity
            if self._meant.related:
                related = borne(asked.words, self._meant.related, worded, snapshot.words)
        vectors = self._meant.vectors
        known, headed = heads(snapshot, pool if vectors is not None else pool[:0])
        if found.near is not None and vectors is not None:
            meaning = np.zeros(len(pool))
            places = snapshot.views.places(self._columns.embedded_row[pool[headed]])
            meaning[headed] = exactly(found.near, vectors.order, snapshot.vector, places, known[headed])
        fit = time_fit(snapshot, self._time, pool)
        return Candidates(words, coverage, related, meaning, fit, known, headed, matched)

    def _by_time(self, found: Found) -> Rows:
        """The result set by the time that each hit shows, undated ones last, one time by id."""
        keys = distinct(self._keys(found.rows))
        times = self._columns.published[self._copies[keys]]
        dated = times != UNDATED
        direction = 1 if self._query.sort is Sort.OLDEST else -1
        return keys[np.lexsort((keys, np.where(dated, direction * np.where(dated, times, 0), 0), ~dated))]

    def _keys(self, rows: Rows) -> Rows:
        return self._columns.group[rows] if self._folds else rows

    @cached_property
    def _every_copy(self) -> Rows:
        """For each key its copy in the query's language, or else its first."""
        return self._columns.copies(self._understood.language, None) if self._folds else np.arange(self._columns.size)

    @cached_property
    def _copies(self) -> Rows:
        """For each key the copy that is shown: of those that the filters admit."""
        if self._admitted is None or not self._folds:
            return self._every_copy
        return self._columns.copies(self._understood.language, self._admitted)

    # What is shown.

    @leg("showing")
    def _hits(self, keys: Rows, contributions: dict[int, tuple[Contribution, ...]], found: Found) -> tuple[Hit, ...]:
        rows = self._copies[keys]
        passages = self._passages(found, rows)
        shown = [
            Shown(row, contributions.get(key, self._default()), passages.get(row))
            for key, row in zip(keys.tolist(), rows.tolist(), strict=True)
        ]
        query, words = self._query, self._understood.words
        told = {"calibrated": query.alpha is None, "explained": query.explain}
        found_hits = hits(self._snapshot, shown, words, millis(self._now), **told)
        if query.fold is Fold.NONE:
            return found_hits
        return with_stories(self._snapshot, found_hits, rows, self._copies[distinct(self._keys(found.rows))])

    def _passages(self, found: Found, rows: Rows) -> dict[int, int]:
        """The view nearest in meaning of each of these rows whose own vectors spoke."""
        if found.near is None:
            return {}
        own = rows[self._columns.embedded_row[rows] == rows]
        best = found.near.best_passages(self._snapshot.views.places(own))
        return dict(zip(own.tolist(), best.tolist(), strict=True))

    def _default(self) -> tuple[Contribution, ...]:
        """What ranks a hit that no score ranks: time, or its place behind the pool."""
        return (Contribution("order of words" if self._ranked else "order of time", None, None, 0.0),)


def _contributions(
    pool: Rows, page: Rows, legs: list[Leg], shares: Shares, ranks: Mapping[str, Mapping[int, int]]
) -> dict[int, tuple[Contribution, ...]]:
    """What each ranking added to each key of the page that is in the pool."""
    keys = page[within(page, pool)]
    places = np.searchsorted(pool, keys)
    scores = np.stack([leg.scores for leg in legs])[:, places].T.tolist()
    added = shares[:, places].T.tolist()
    named = [(leg.name, ranks.get(leg.name, {})) for leg in legs]
    return {
        key: tuple(
            Contribution(name, rank.get(key), score, share)
            for (name, rank), score, share in zip(named, *of_key, strict=True)
            if not isnan(score)
        )
        for key, *of_key in zip(keys.tolist(), scores, added, strict=True)
    }


def _both(one: Mask | None, other: Mask | None) -> Mask | None:
    """Where both hold; None stands for everywhere."""
    if one is None or other is None:
        return other if one is None else one
    both: Mask = one & other
    return both


def _once(keys: Rows) -> Rows:
    """Each key where it comes first, in that order."""
    return keys[firsts(keys)]


def _ranks(keys: Rows) -> dict[int, int]:
    """The place of each key, from 1."""
    return {key: place for place, key in enumerate(keys.tolist(), 1)}
