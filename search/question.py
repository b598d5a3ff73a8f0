"""One query on its way through one snapshot: what is found, in which order, how much of it, and what is shown."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.columns import UNDATED, month_range
from search.dates import Time, named_time
from search.errors import ModelError
from search.keywords import keyword_query
from search.meaning import Nearness, nearness
from search.ports import Mask, Rows, Scores
from search.query import Choice, Facet, Filters, Mode, Query, Sort
from search.ranking import Candidates, centre, first_round, rank
from search.result import Contribution, Count, Hit, Results, Total
from search.showing import Shown, hits
from search.snapshot import Snapshot
from search.when import zone

POOL = 300
"""How many of each ranking are fused, whatever the page: a pool that grew with it would show hits twice."""
GLOSS_WEIGHT = 0.75
"""What a gloss of all the words counts for beside the twins of the first keyword hits."""
TITLE_WEIGHT = 0.5
"""What a word in the title adds when the articles are chosen whose twins speak for a text."""
BEFORE, AFTER = 3 * 86_400_000, 7 * 86_400_000
"""How long before and after a named time an article still fits it a little, in milliseconds."""
FRESH = 30 * 86_400_000
"""How old an article is, at which "latest" prefers it no more, in milliseconds."""
_DAY = 86_400_000

Embed = Callable[[str, Snapshot], Scores]


@dataclass(frozen=True, slots=True)
class Found:
    """What the two indexes found among what the filters admit."""

    keyword_rows: Rows
    keyword_scores: Scores
    """Best first."""
    semantic_rows: Rows
    """Rows whose similarity exceeds the floor, nearest first; a twin's similarity speaks for both."""
    near: Nearness | None

    @property
    def rows(self) -> Rows:
        """The result set, ascending."""
        return np.union1d(self.keyword_rows, self.semantic_rows)


_NO_ROWS: Rows = np.zeros(0, dtype=np.int64)
_NO_HEADS: NDArray[np.float64] = np.zeros((0, 0))
_NO_SCORES: Scores = np.zeros(0, dtype=np.float32)


class Question:
    """A query, tied to the snapshot that answers it. A *key* stands for an article: its row, or its twins' first."""

    def __init__(
        self,
        snapshot: Snapshot,
        query: Query,
        now: datetime,
        embed: Embed,
        without: int | None = None,
    ) -> None:
        """`embed` gives the vector of a text; `without` is a row that must not answer, nor its twins."""
        self._snapshot = snapshot
        self._columns = snapshot.columns
        self._analyzer = analyzer = snapshot.analyzer
        self._query = query
        self._zone: tzinfo = zone(query.zone)
        self._folds = not query.filters.language
        self._language = analyzer.language(query.text)
        self._without = None if without is None else int(self._columns.group[without])
        self._degraded: list[str] = []
        self._notes: list[str] = []
        self._words = keyword_query(query.text, analyzer, snapshot.keyword.frequency, snapshot.manifest.articles)
        self._time = self._named_time(now)
        self._gate: Scores | None = None
        self._meaning = self._vector(embed)
        self._admitted = self._columns.admit(query.filters)
        self._known_floor: float | None = None
        self._uses_words = query.mode is not Mode.SEMANTIC or self._meaning is None

    def answer(self) -> Results:
        """The results.

        1. Find the keyword matches and the semantic hits among what the filters admit: the result set.
        2. Rank the best of both; keyword order goes on behind them; or sort by time.
        3. Count the result set and its facets.
        4. Cut the page, fetch its articles, and show where they match.
        """
        found = self._find(self._query.filters)
        keys, contributions = self._rank(found)
        manifest = self._snapshot.manifest
        return Results(
            query=self._query,
            hits=self._hits(keys, contributions, found),
            total=self._total(found),
            mode=Mode.KEYWORD if self._meaning is None else self._query.mode,
            generation=manifest.name,
            articles=manifest.articles,
            facets={facet: self._facet(facet, found) for facet in self._query.facets},
            degraded=tuple(self._degraded),
            suggestions=(*self._notes, *self._suggestions()),
            unknown_words=tuple(w.text for w in self._words.words if not w.frequency),
            understood=tuple(dict.fromkeys(word.text for word in self._words.words)),
            time=self._time,
        )

    # What stands for the text.

    def _named_time(self, now: datetime) -> Time | None:
        """The time that the text names, if it shall count and something was published then."""
        filters = self._query.filters
        if not self._query.time or filters.since is not None or filters.until is not None:
            return None
        dated = self._columns.published[self._columns.published != UNDATED]
        if not len(dated):
            return None
        # A month without a year is the latest that the archive can have, not the latest there was.
        newest = datetime.fromtimestamp(int(dated.max()) / 1000, now.tzinfo)
        time = named_time(self._query.text, now, self._zone)
        if time is not None and not time.fresh and not _any_within(dated, time):
            time = named_time(self._query.text, min(now, newest), self._zone)
        if time is not None and not time.fresh and not _any_within(dated, time):
            self._notes.append(f"Nothing was published in {time.text!r}; the time was left out of account.")
            return None
        return time

    def _vector(self, embed: Embed) -> Scores | None:
        """The vector that stands for the text, or None and a word in `degraded` where meaning cannot serve."""
        if self._query.mode is Mode.KEYWORD or not self._words.words:
            return None
        if not self._snapshot.views.size:
            return self._without_meaning("no article of this index is in a language that the model knows")
        try:
            if self._without is not None or self._language in self._snapshot.manifest.model.languages:
                return embed(self._analyzer.spelled_out(self._query.text), self._snapshot)
            return self._vector_by_twins(embed)
        except ModelError as unfit:
            return self._without_meaning(str(unfit))

    def _vector_by_twins(self, embed: Embed) -> Scores | None:
        """A vector for a text in a language that the model does not know.

        A gloss of the text by the archive's own glossary, as far as it goes, and for the rest the twins of the articles
        that its words find. Two such vectors: one by the engine's scores, for the order, and one that no engine and no
        filter has a say in, for what is an answer at all: the result set must not depend on either.
        """
        glossary = self._snapshot.glossary(self._language)
        gloss = glossary.gloss(self._query.text, self._analyzer) if glossary else None
        share = GLOSS_WEIGHT * gloss.known if gloss and gloss.text else 0.0
        vector = embed(gloss.text, self._snapshot) if gloss and share else None
        everywhere = Filters(language=Choice(wanted=(self._language,)))
        rows, scores = self._snapshot.keyword.search(replace(self._words, enough=1), everywhere)
        spoken = self._columns.embedded_row[rows] >= 0
        by_score = self._twin_vector(rows[spoken], scores[spoken])
        ascending = np.sort(rows[spoken])
        by_words = self._twin_vector(ascending, self._contained(ascending))
        self._gate = _mixed(share, vector, by_words)
        ordering = _mixed(share, vector, by_score)
        if ordering is None:
            known = ", ".join(self._snapshot.manifest.model.languages)
            return self._without_meaning(f"the model knows {known}, not {self._language}, and no twin could help")
        return ordering

    def _contained(self, rows: Rows) -> Scores:
        """The rarity of the words that each row contains, in its title again by TITLE_WEIGHT."""
        index = self._snapshot.keyword
        in_title = index.contained(self._words, rows, "title")
        weighed: Scores = index.contained(self._words, rows) + np.float32(TITLE_WEIGHT) * in_title
        return weighed

    def _twin_vector(self, rows: Rows, scores: Scores) -> Scores | None:
        """The mean of the heads of the best of these rows, which all have one, by words and time."""
        if not len(rows):
            return None
        words = scores.astype(np.float64) / self._words.rarity
        first = first_round(Candidates(words, None, None, self._times(rows), _NO_HEADS))
        best = np.argsort(-first, kind="stable")[:POOL]
        middle = centre(first[best], self._heads(rows[best]))
        return None if middle is None else middle.astype(np.float32)

    def _without_meaning(self, why: str) -> Scores | None:
        self._degraded.append(f"semantic: {why}")
        return None

    # What is found.

    def _find(self, filters: Filters) -> Found:
        admitted = self._admitted if filters == self._query.filters else self._columns.admit(filters)
        if not self._query.text.strip():
            rows = np.arange(self._columns.size) if admitted is None else np.flatnonzero(admitted)
            return Found(rows, np.zeros(len(rows), dtype=np.float32), _NO_ROWS, None)
        rows, scores = _NO_ROWS, _NO_SCORES
        if self._uses_words:
            rows, scores = self._snapshot.keyword.search(self._words, filters)
            others = self._others(rows)
            rows, scores = rows[others], scores[others]
        if self._meaning is None:
            return Found(rows, scores, _NO_ROWS, None)
        near, semantic = self._near(self._meaning, admitted)
        return Found(rows, scores, semantic, near)

    def _floor(self, vector: Scores, near: Nearness | None) -> float:
        """The similarity that an article must exceed: it depends on the query and the archive, never on a filter.

        `near` is the nearness of the whole archive where it is known already.
        """
        if self._known_floor is None:
            if near is None:
                others = None if self._without is None else self._columns.group != self._without
                near = nearness(vector, self._snapshot.vector, self._snapshot.views, others)
            best = float(near.similarity.max()) if len(near.similarity) else -1.0
            self._known_floor = self._snapshot.manifest.model.calibration.semantic_floor(best)
        return self._known_floor

    def _near(self, vector: Scores, admitted: Mask | None) -> tuple[Nearness, Rows]:
        """Every embedded row's similarity, and the admitted rows it speaks for that exceed the floor."""
        columns = self._columns
        rows = np.arange(columns.size) if admitted is None else np.flatnonzero(admitted)
        rows = rows[(columns.embedded_row[rows] >= 0) & self._others(rows)]
        speakers = None
        if admitted is not None or self._without is not None:
            speakers = np.zeros(columns.size, dtype=np.bool_)
            speakers[columns.embedded_row[rows]] = True
        near = nearness(vector, self._snapshot.vector, self._snapshot.views, speakers)
        similarity = np.full(columns.size, -2.0, dtype=np.float32)
        similarity[near.rows] = near.similarity
        own = similarity[columns.embedded_row[rows]]
        order = np.lexsort((rows, -own))
        return near, rows[order[self._answers(vector, own, rows, speakers, near)[order]]]

    def _answers(self, vector: Scores, similarity: Scores, rows: Rows, speakers: Mask | None, near: Nearness) -> Mask:
        """Which of these rows, of the similarity given, are near enough to answer."""
        if self._gate is None:
            near_enough: Mask = similarity > self._floor(vector, near if speakers is None else None)
            return near_enough
        gate = nearness(self._gate, self._snapshot.vector, self._snapshot.views, speakers)
        by_gate = np.full(self._columns.size, -2.0, dtype=np.float32)
        by_gate[gate.rows] = gate.similarity
        allowed: Mask = by_gate[self._columns.embedded_row[rows]] > self._floor(
            self._gate, gate if speakers is None else None
        )
        return allowed

    def _others(self, rows: Rows) -> Mask:
        if self._without is None:
            return np.ones(len(rows), dtype=np.bool_)
        others: Mask = self._columns.group[rows] != self._without
        return others

    # In which order.

    def _rank(self, found: Found) -> tuple[Rows, dict[int, tuple[Contribution, ...]]]:
        """The keys of the result set in order, and what ranked those of the page."""
        if self._query.sort is not Sort.RELEVANCE or not self._query.text.strip():
            return self._by_time(found), {}
        keyword, best = _firsts(self._keys(found.keyword_rows))
        semantic, _ = _firsts(self._keys(found.semantic_rows))
        pool = np.union1d(keyword[:POOL], semantic[:POOL])
        if not len(pool):
            return pool, {}
        worded = self._copies(pool, None)
        places = np.searchsorted(pool, keyword[:POOL])
        worded[places] = found.keyword_rows[best[:POOL]]
        legs, shares = rank(self._candidates(found, pool, worded))
        order = np.lexsort((pool, -shares.sum(axis=0)))
        shown = order[self._query.offset : self._query.offset + self._query.limit]
        ranks = {"keyword": _ranks(keyword, pool[shown]), "semantic": _ranks(semantic, pool[shown])}
        contributions = {
            int(pool[place]): tuple(
                Contribution(
                    leg.name,
                    ranks.get(leg.name, {}).get(int(pool[place])),
                    float(leg.scores[place]),
                    float(shares[number, place]),
                )
                for number, leg in enumerate(legs)
            )
            for place in shown.tolist()
        }
        behind = np.concatenate([keyword, semantic])
        behind = behind[~np.isin(behind, pool)]
        return np.concatenate([pool[order], _firsts(behind)[0]]), contributions

    def _candidates(self, found: Found, pool: Rows, worded: Rows) -> Candidates:
        """Every ranking's score of every candidate, also of those that only the other one found.

        `worded` is the row of each candidate whose words count.
        """
        words = coverage = None
        if self._uses_words and self._words.words:
            index = self._snapshot.keyword
            words = index.scores(self._words, worded).astype(np.float64) / self._words.rarity
            coverage = index.contained(self._words, worded).astype(np.float64) / self._words.rarity
        meaning = None
        if found.near is not None:
            similarity = np.zeros(self._columns.size, dtype=np.float64)
            similarity[found.near.rows] = found.near.similarity
            speaker = self._columns.embedded_row[pool]
            meaning = np.where(speaker >= 0, similarity[speaker], 0.0)
        return Candidates(words, coverage, meaning, self._times(pool), self._heads(pool))

    def _copies(self, keys: Rows, admitted: Mask | None) -> Rows:
        """For each key the copy in the query's language, else its first one, of those that the filters admit."""
        if not self._folds:
            return keys.copy()
        groups = self._columns.group
        members = np.arange(self._columns.size) if admitted is None else np.flatnonzero(admitted)
        copies = np.arange(self._columns.size)
        copies[groups[members[::-1]]] = members[::-1]  # of several, what is written last stays: the first one
        languages = self._columns.values.languages
        if self._language in languages:
            own = members[self._columns.language[members] == languages.index(self._language)]
            copies[groups[own]] = own
        chosen: Rows = copies[keys]
        return chosen

    def _times(self, keys: Rows) -> NDArray[np.float64] | None:
        """How well each candidate's time fits the one named: 1 inside, falling to 0 over some days beside it."""
        if self._time is None:
            return None
        times = self._columns.published[keys]
        dated = times != UNDATED
        times = np.where(dated, times, 0).astype(np.float64)
        if self._time.fresh:
            fit = 1 - (self._columns.published.max() - times) / FRESH
        else:
            early, late = self._time.since - times, times - self._time.until + 1
            fit = np.where(early > 0, 1 - early / BEFORE, np.where(late > 0, 1 - late / AFTER, 1.0))
        return np.where(dated, np.clip(fit, 0.0, 1.0) * self._time.certainty, 0.0)

    def _heads(self, keys: Rows) -> NDArray[np.float64]:
        """The head's vector of each candidate, 0 where there is none."""
        speakers = self._columns.embedded_row[keys]
        heads = np.zeros((len(keys), self._snapshot.vector.dimension))
        known = speakers >= 0
        heads[known] = self._snapshot.vector.vectors(self._snapshot.views.heads(speakers[known]))
        return heads

    def _by_time(self, found: Found) -> Rows:
        """The result set by the time that each hit shows, undated ones last, one time by id."""
        keys = np.unique(self._keys(found.rows))
        times = self._columns.published[self._copies(keys, self._admitted)]
        dated = times != UNDATED
        direction = 1 if self._query.sort is Sort.OLDEST else -1
        return keys[np.lexsort((keys, np.where(dated, direction * np.where(dated, times, 0), 0), ~dated))]

    def _keys(self, rows: Rows) -> Rows:
        return self._columns.group[rows] if self._folds else rows

    # How much.

    def _total(self, found: Found) -> Total:
        keyword = found.keyword_rows if self._query.text.strip() else _NO_ROWS
        counted = (len(np.unique(self._keys(rows))) for rows in (found.rows, keyword, found.semantic_rows))
        return Total(*counted)

    def _facet(self, facet: Facet, found: Found) -> tuple[Count, ...]:
        """The counts of a facet, each what choosing that value alone in its place would show."""
        filters = self._query.filters
        freed = _without(filters, facet)
        rows = (found if freed == filters else self._find(freed)).rows
        groups = rows if facet is Facet.LANGUAGE or freed.language else self._columns.group[rows]
        counted = self._columns.count(facet, rows, groups, self._zone)
        names = {value: self._columns.source_name(value) for value, _ in counted} if facet is Facet.SOURCE else {}
        return tuple(
            Count(value, count, self._selected(facet, value), names.get(value, "")) for value, count in counted
        )

    def _selected(self, facet: Facet, value: str) -> bool:
        filters = self._query.filters
        if facet is Facet.MONTH:
            return (filters.since, filters.until) == month_range(value, self._zone)
        names = {value.casefold()}
        if facet is Facet.SOURCE:
            names.add(self._columns.source_name(value).casefold())
        return any(wanted.casefold() in names for wanted in _choice(filters, facet).wanted)

    # What is shown.

    def _hits(self, keys: Rows, contributions: dict[int, tuple[Contribution, ...]], found: Found) -> tuple[Hit, ...]:
        page = keys[self._query.offset : self._query.offset + self._query.limit]
        terms = frozenset(term for word in self._words.words for term in word.terms)
        shown = [
            Shown(row, contributions.get(key, self._default()), _best_view(found.near, row))
            for key, row in zip(page.tolist(), self._copies(page, self._admitted).tolist(), strict=True)
        ]
        return hits(self._snapshot, shown, terms, self._analyzer)

    def _default(self) -> tuple[Contribution, ...]:
        """What ranks a hit that no score ranks: time, or its place behind the pool."""
        by_time = self._query.sort is not Sort.RELEVANCE or not self._query.text.strip()
        return (Contribution("order of time" if by_time else "order of words", None, None, 0.0),)

    def _suggestions(self) -> tuple[str, ...]:
        return tuple(
            f"No article has {name} {value!r}." + (f" Did you mean {near!r}?" if near else "")
            for name, value, near in self._columns.unknown(self._query.filters)
        )


def _mixed(share: float, gloss: Scores | None, twins: Scores | None) -> Scores | None:
    """So much of the gloss and the rest of the twins; whichever there is alone, if there is but one."""
    if gloss is None or twins is None:
        return twins if gloss is None else gloss
    mixed: Scores = (share * gloss + (1 - share) * twins).astype(np.float32)
    return mixed


def _any_within(published: NDArray[np.int64], time: Time) -> bool:
    return bool(np.any((published >= time.since) & (published < time.until)))


def _best_view(near: Nearness | None, row: int) -> int | None:
    """The view of a row that is nearest in meaning; None where its own vectors did not speak."""
    if near is None:
        return None
    place = int(np.searchsorted(near.rows, row))
    return int(near.best_view[place]) if place < len(near.rows) and near.rows[place] == row else None


def _firsts(keys: Rows) -> tuple[Rows, Rows]:
    """Each key once, where it comes first, in that order; and the places of these."""
    _, first = np.unique(keys, return_index=True)
    first = np.sort(first)
    return keys[first], first


def _ranks(keys: Rows, among: Rows) -> dict[int, int]:
    """The place from 1 of those keys that are among the candidates."""
    places = np.flatnonzero(np.isin(keys, among))
    return dict(zip(keys[places].tolist(), (places + 1).tolist(), strict=True))


_FIELDS = {Facet.SOURCE: "source", Facet.TAG: "tag", Facet.SENTIMENT: "sentiment", Facet.LANGUAGE: "language"}


def _without(filters: Filters, facet: Facet) -> Filters:
    """The filters without the choice of a facet: so a chosen value does not make the others vanish."""
    if facet is Facet.MONTH:
        return replace(filters, since=None, until=None)
    if not _choice(filters, facet).wanted:
        return filters
    changes: dict[str, Any] = {_FIELDS[facet]: replace(_choice(filters, facet), wanted=())}
    return replace(filters, **changes)


def _choice(filters: Filters, facet: Facet) -> Choice:
    return getattr(filters, _FIELDS[facet]) if facet in _FIELDS else Choice()
