"""The engine: one query through two indexes, fused."""

from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from search.analysis import Analyzer
from search.article import Article
from search.columns import UNDATED, month_starts
from search.errors import ArticleNotFoundError, ModelError
from search.fusion import Leg, fuse
from search.keywords import keyword_query
from search.meaning import Nearness, nearness
from search.ports import Rows, Scores
from search.query import Choice, Facet, Filters, Mode, Query, Sort
from search.result import Contribution, Count, Extract, Hit, Results, Total, Twin
from search.snapshot import Served, Snapshot
from search.snippet import snippet
from search.views import PASSAGE
from search.when import zone

POOL = 300
"""How many of each ranking are fused, whatever the page: a pool that grew with it would show hits twice."""
FLOOR = 0.35
"""The similarity that an article must exceed to be an answer by meaning alone."""
KEYWORD_WEIGHT = SEMANTIC_WEIGHT = 0.5
"""What each ranking counts for (docs/experiments.md)."""
_REMEMBERED = 1_000


@dataclass(frozen=True, slots=True)
class Found:
    """What the two indexes found: rows and scores, best first, and which rows the filters admit (None: all)."""

    keyword_rows: Rows
    keyword_scores: Scores
    near: Nearness | None
    semantic_rows: Rows
    """Rows whose similarity exceeds the floor, nearest first; a twin's similarity speaks for both."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """The result set in order. A key stands for an article: its row, or the first row of its twins."""

    keys: Rows
    contributions: dict[int, tuple[Contribution, ...]]


class HybridEngine:
    """Answers queries from the served generation. Safe to ask from several threads."""

    def __init__(self, served: Served, analyzer: Analyzer) -> None:
        self._served = served
        self._analyzer = analyzer
        self._vectors: OrderedDict[tuple[str, str], Scores] = OrderedDict()
        self._lock = Lock()

    def search(self, query: Query) -> Results:
        """The answer to a query. Raises IndexUnusableError when no generation can be opened."""
        with self._served.acquire() as snapshot:
            return _Question(snapshot, self._analyzer, self._vector, query).answer()

    def similar(self, article_id: str, query: Query) -> Results:
        """The articles nearest to an article, in the order of their similarity. `query` gives page and filters.

        Raises ArticleNotFoundError, and IndexUnusableError when no generation can be opened.
        """
        with self._served.acquire() as snapshot:
            row = _row(snapshot, article_id)
            article = snapshot.store.articles([row])[0]
            asked = replace(query, text=article.title, mode=Mode.SEMANTIC)
            head = snapshot.views.of(int(snapshot.columns.embedded_row[row]))[:1]
            own_vector = snapshot.vector.vectors(head)[0] if len(head) else None
            question = _Question(snapshot, self._analyzer, lambda *_: own_vector, asked, without=row)
            return replace(question.answer(), query=query)

    def article(self, article_id: str) -> tuple[Article, tuple[Twin, ...], str]:
        """An article, its twins, and the generation they are from. Raises ArticleNotFoundError."""
        with self._served.acquire() as snapshot:
            row = _row(snapshot, article_id)
            return snapshot.store.articles([row])[0], _twins(snapshot, row), snapshot.manifest.name

    def _vector(self, text: str, snapshot: Snapshot) -> Scores:
        """The unit vector of a text by the snapshot's own model. Raises ModelError."""
        key = (snapshot.manifest.model.fingerprint, text)
        with self._lock:
            if key in self._vectors:
                self._vectors.move_to_end(key)
                return self._vectors[key]
        vector = snapshot.embedder().embed_query(text)
        with self._lock:
            self._vectors[key] = vector
            while len(self._vectors) > _REMEMBERED:
                self._vectors.popitem(last=False)
        return vector


class _Question:
    """One query on its way through one snapshot."""

    def __init__(
        self,
        snapshot: Snapshot,
        analyzer: Analyzer,
        vector: Callable[[str, Snapshot], Scores | None],
        query: Query,
        without: int | None = None,
    ) -> None:
        self._snapshot = snapshot
        self._columns = snapshot.columns
        self._analyzer = analyzer
        self._query = query
        self._zone: tzinfo = zone(query.zone)
        self._folds = not query.filters.language
        self._language = analyzer.language(query.text)
        self._without = None if without is None else int(self._columns.group[without])
        self._degraded: list[str] = []
        self._words = keyword_query(query.text, analyzer, snapshot.keyword.frequency, snapshot.manifest.articles)
        self._meaning = self._embed(vector)
        self._uses_words = query.mode is not Mode.SEMANTIC or self._meaning is None

    def answer(self) -> Results:
        """
        1. Find the keyword matches and the semantic hits among what the filters admit: the result set.
        2. Fuse the best of both; keyword order goes on behind them; or sort by time.
        3. Count the result set and its facets.
        4. Cut the page, fetch its articles, and show where they match.
        """
        found = self._find(self._query.filters)
        ranked = self._rank(found)
        total = self._total(found)
        facets = {facet: self._facet(facet, found) for facet in self._query.facets}
        hits = self._hits(ranked, found)
        manifest = self._snapshot.manifest
        return Results(
            query=self._query,
            hits=hits,
            total=total,
            mode=self._mode(),
            generation=manifest.name,
            articles=manifest.articles,
            facets=facets,
            degraded=tuple(self._degraded),
            suggestions=self._suggestions(),
            unknown_words=tuple(w.text for w in self._words.words if not self._snapshot.keyword.frequency(w.terms)),
            understood=tuple(word.text for word in self._words.words),
        )

    def _embed(self, vector: Callable[[str, Snapshot], Scores | None]) -> Scores | None:
        """The query's vector, or None and a word in `degraded` where meaning cannot serve."""
        if self._query.mode is Mode.KEYWORD or not self._words.words:
            return None
        if not self._snapshot.views.size:
            return self._without_meaning("no article of this index is in a language that the model knows")
        known = self._snapshot.manifest.model.languages
        if self._without is None and self._language not in known:
            return self._without_meaning(f"the model knows {', '.join(known)}, not {self._language}")
        try:
            found = vector(self._query.text, self._snapshot)
        except ModelError as unfit:
            return self._without_meaning(str(unfit))
        return found if found is not None else self._without_meaning("this article has no vectors")

    def _without_meaning(self, why: str) -> Scores | None:
        self._degraded.append(f"semantic: {why}")
        return None

    def _mode(self) -> Mode:
        if self._meaning is None:
            return Mode.KEYWORD
        return self._query.mode

    def _find(self, filters: Filters) -> Found:
        nothing, unscored = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        admitted = self._columns.admit(filters)
        if not self._query.text.strip():
            rows = np.arange(self._columns.size) if admitted is None else np.flatnonzero(admitted)
            return Found(rows, np.zeros(len(rows), dtype=np.float32), None, nothing)
        rows, scores = nothing, unscored
        if self._uses_words:
            rows, scores = self._snapshot.keyword.search(self._words, filters)
            if self._without is not None:
                others = self._columns.group[rows] != self._without
                rows, scores = rows[others], scores[others]
        if self._meaning is None:
            return Found(rows, scores, None, nothing)
        near, semantic = self._near(admitted)
        return Found(rows, scores, near, semantic)

    def _near(self, admitted: NDArray[np.bool_] | None) -> tuple[Nearness, Rows]:
        """Every embedded row's similarity, and the admitted rows it speaks for that exceed the floor."""
        assert self._meaning is not None
        columns = self._columns
        rows = np.arange(columns.size) if admitted is None else np.flatnonzero(admitted)
        rows = rows[columns.embedded_row[rows] >= 0]
        if self._without is not None:
            rows = rows[columns.group[rows] != self._without]
        speakers = np.zeros(columns.size, dtype=np.bool_)
        speakers[columns.embedded_row[rows]] = True
        near = nearness(self._meaning, self._snapshot.vector, self._snapshot.views, speakers)
        similarity = np.full(columns.size, -2.0, dtype=np.float32)
        similarity[near.rows] = near.similarity
        own = similarity[columns.embedded_row[rows]]
        order = np.lexsort((rows, -own))
        order = order[own[order] > FLOOR]
        return near, rows[order]

    def _keys(self, rows: Rows) -> Rows:
        return self._columns.group[rows] if self._folds else rows

    def _rank(self, found: Found) -> Ranked:
        if self._query.sort is not Sort.RELEVANCE or not self._query.text.strip():
            return Ranked(self._by_time(found), {})
        keyword, best = _firsts(self._keys(found.keyword_rows))
        semantic, _ = _firsts(self._keys(found.semantic_rows))
        pool = np.union1d(keyword[:POOL], semantic[:POOL])
        legs = self._legs(found, pool, keyword, found.keyword_scores[best])
        shares = fuse(legs)
        order = np.lexsort((pool, -shares.sum(axis=0)))
        contributions = _contributions(legs, shares, pool, {"keyword": keyword, "semantic": semantic})
        behind = np.concatenate([keyword, semantic])
        behind = behind[~np.isin(behind, pool)]
        return Ranked(np.concatenate([pool[order], _firsts(behind)[0]]), contributions)

    def _legs(self, found: Found, pool: Rows, keyword: Rows, scores: Scores) -> list[Leg]:
        """Both rankings' scores of every candidate, also of those that only the other one found."""
        legs = []
        if self._uses_words:
            known = dict(zip(keyword.tolist(), scores.tolist(), strict=True))
            missing = np.array([key for key in pool.tolist() if key not in known], dtype=np.int64)
            known.update(zip(missing.tolist(), self._word_scores(missing).tolist(), strict=True))
            of_words = np.array([known[key] for key in pool.tolist()], dtype=np.float64)
            legs.append(Leg("keyword", of_words, KEYWORD_WEIGHT if found.near else 1.0))
        if found.near is not None:
            weight = SEMANTIC_WEIGHT if self._uses_words else 1.0
            legs.append(Leg("semantic", self._similarities(found.near, pool), weight))
        return legs

    def _word_scores(self, keys: Rows) -> Scores:
        """The keyword score of keys that are no keyword match: of the copy shown, matched in part or not at all."""
        return self._snapshot.keyword.scores(self._words, keys)

    def _similarities(self, near: Nearness, keys: Rows) -> NDArray[np.float64]:
        similarity = np.zeros(self._columns.size, dtype=np.float64)
        similarity[near.rows] = near.similarity
        speaker = self._columns.embedded_row[keys]
        return np.where(speaker >= 0, similarity[speaker], 0.0)

    def _by_time(self, found: Found) -> Rows:
        """The result set by time, undated articles last, one time by id."""
        rows = np.union1d(found.keyword_rows, found.semantic_rows)
        times = self._columns.published[rows]
        dated = times != UNDATED
        direction = 1 if self._query.sort is Sort.OLDEST else -1
        order = np.lexsort((rows, np.where(dated, direction * np.where(dated, times, 0), 0), ~dated))
        return _firsts(self._keys(rows[order]))[0]

    def _total(self, found: Found) -> Total:
        keyword = np.unique(self._keys(found.keyword_rows)) if self._query.text.strip() else np.zeros(0)
        semantic = np.unique(self._keys(found.semantic_rows))
        every = np.unique(self._keys(np.union1d(found.keyword_rows, found.semantic_rows)))
        return Total(len(every), len(keyword), len(semantic))

    def _facet(self, facet: Facet, found: Found) -> tuple[Count, ...]:
        """The counts of a facet, each what choosing that value alone in its place would show."""
        filters = self._query.filters
        freed = _without(filters, facet)
        if freed != filters:
            found = self._find(freed)
        rows = np.union1d(found.keyword_rows, found.semantic_rows)
        groups = rows if facet is Facet.LANGUAGE or freed.language else self._columns.group[rows]
        counted = self._columns.count(facet, rows, groups, self._zone)
        names = {value: self._columns.source_name(value) for value, _ in counted} if facet is Facet.SOURCE else {}
        return tuple(
            Count(value, count, self._selected(facet, value), names.get(value, "")) for value, count in counted
        )

    def _selected(self, facet: Facet, value: str) -> bool:
        filters = self._query.filters
        if facet is Facet.MONTH:
            if filters.since is None or filters.until is None:
                return False
            months = month_starts(filters.since, filters.until - 1, self._zone)
            return len(months) == 1 and months[0] == (value, filters.since)
        choice = _choice(filters, facet)
        names = {value.casefold()}
        if facet is Facet.SOURCE:
            names.add(self._columns.source_name(value).casefold())
        return any(wanted.casefold() in names for wanted in choice.wanted)

    def _hits(self, ranked: Ranked, found: Found) -> tuple[Hit, ...]:
        page = ranked.keys[self._query.offset : self._query.offset + self._query.limit]
        if not len(page):
            return ()
        rows = self._shown(page)
        articles = self._snapshot.store.articles(rows)
        terms = frozenset(term for word in self._words.words for term in word.terms)
        nothing = (Contribution("time", None, None, 0.0),) if self._query.sort is not Sort.RELEVANCE else ()
        hits = []
        for key, row, article in zip(page.tolist(), rows, articles, strict=True):
            contributions = ranked.contributions.get(key, nothing)
            passage = self._passage(row, article, found.near)
            hits.append(
                Hit(
                    article=article,
                    score=float(sum(part.share for part in contributions)),
                    contributions=contributions,
                    snippet=snippet(
                        article.text, terms, self._analyzer, _worded(article, terms, passage, self._analyzer)
                    ),
                    passage=passage,
                    twins=_twins(self._snapshot, row),
                )
            )
        return tuple(hits)

    def _shown(self, keys: Rows) -> list[int]:
        """The row to show for each key: the copy in the query's language where the filters admit it."""
        if not self._folds:
            return [int(key) for key in keys]
        admitted = self._columns.admit(self._query.filters)
        rows = np.arange(self._columns.size) if admitted is None else np.flatnonzero(admitted)
        rows = rows[np.isin(self._columns.group[rows], keys)]
        languages = self._columns.values.languages
        wanted = languages.index(self._language) if self._language in languages else -1
        by_choice = np.lexsort((rows, self._columns.language[rows] != wanted))
        shown: dict[int, int] = {}
        for row in rows[by_choice].tolist():
            shown.setdefault(int(self._columns.group[row]), row)
        return [shown[int(key)] for key in keys]

    def _passage(self, row: int, article: Article, near: Nearness | None) -> Extract | None:
        """The passage that is nearest in meaning, if the article shown is the one whose vectors spoke."""
        if near is None or self._columns.embedded_row[row] != row:
            return None
        place = int(np.searchsorted(near.rows, row))
        if place >= len(near.rows) or near.rows[place] != row:
            return None
        view = int(near.best_view[place])
        if self._snapshot.views.kind[view] != PASSAGE:
            return None
        start, end = self._snapshot.views.span(view)
        return Extract(article.text[start:end], start, end)

    def _suggestions(self) -> tuple[str, ...]:
        return tuple(
            f"No article has {name} {value!r}." + (f" Did you mean {near!r}?" if near else "")
            for name, value, near in self._columns.unknown(self._query.filters)
        )


def _row(snapshot: Snapshot, article_id: str) -> int:
    row = snapshot.store.row(article_id)
    if row is None:
        near = snapshot.store.near_ids(article_id)
        remedy = (
            f"Did you mean {' or '.join(near)}?" if near else "Ids are paths below the content folder, without .md."
        )
        raise ArticleNotFoundError(f"No article has the id {article_id!r}.", remedy)
    return row


def _twins(snapshot: Snapshot, row: int) -> tuple[Twin, ...]:
    columns = snapshot.columns
    others = [int(other) for other in np.flatnonzero(columns.group == columns.group[row]) if other != row]
    ids = snapshot.store.ids(others) if others else []
    return tuple(
        Twin(twin, columns.values.languages[columns.language[other]]) for twin, other in zip(ids, others, strict=True)
    )


def _firsts(keys: Rows) -> tuple[Rows, Rows]:
    """Each key once, where it comes first, in that order; and the places of these."""
    _, first = np.unique(keys, return_index=True)
    first = np.sort(first)
    return keys[first], first


def _contributions(
    legs: Sequence[Leg], shares: NDArray[np.float64], pool: Rows, rankings: dict[str, Rows]
) -> dict[int, tuple[Contribution, ...]]:
    ranks = {name: {key: rank for rank, key in enumerate(keys.tolist(), 1)} for name, keys in rankings.items()}
    return {
        key: tuple(
            Contribution(leg.name, ranks[leg.name].get(key), float(leg.scores[place]), float(shares[number, place]))
            for number, leg in enumerate(legs)
        )
        for place, key in enumerate(pool.tolist())
    }


def _worded(
    article: Article, terms: frozenset[str], passage: Extract | None, analyzer: Analyzer
) -> tuple[int, int] | None:
    """Where to look for a snippet: anywhere if the words occur, else in the passage that is near in meaning."""
    if passage is None or any(term in terms for unit in analyzer.units(article.text) for term in unit.terms):
        return None
    return passage.start, passage.end


_FIELDS = {
    Facet.SOURCE: "source",
    Facet.TAG: "tag",
    Facet.SENTIMENT: "sentiment",
    Facet.LANGUAGE: "language",
}


def _without(filters: Filters, facet: Facet) -> Filters:
    """The filters without the choice of a facet: so a chosen value does not make the others vanish."""
    if facet is Facet.MONTH:
        return replace(filters, since=None, until=None)
    if facet not in _FIELDS or not _choice(filters, facet).wanted:
        return filters
    changes: dict[str, Any] = {_FIELDS[facet]: replace(_choice(filters, facet), wanted=())}
    return replace(filters, **changes)


def _choice(filters: Filters, facet: Facet) -> Choice:
    return getattr(filters, _FIELDS[facet]) if facet in _FIELDS else Choice()
