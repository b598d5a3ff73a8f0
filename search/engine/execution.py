"""One query on its way through one snapshot: understood, found, ranked, counted and shown."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import cached_property
from itertools import chain

from msgspec.structs import replace

from search.arrays import Mask, Rows
from search.deadline import check, renew
from search.engine.interpretation import QueryInterpretation
from search.engine.matches import MatchSet
from search.engine.query_vectors import Embed
from search.engine.ranker import Contributions, Ordering
from search.engine.result_set import NEAR, ResultSet
from search.engine.retrieval import EmbeddedRetriever
from search.engine.snapshot_knowledge import SnapshotKnowledge
from search.engine.spell_check import SpellCheck, check_spelling
from search.index.columns import ALL_VALUES, MOST_VALUES
from search.index.snapshot import Snapshot
from search.ports import Reranker
from search.query.model import Fold, Mode, Query
from search.results import Contribution, Count, Hit, Results, Timeline, Total
from search.times import Millis, millis, zone

_AT_ONCE = 100
"""How many articles of a whole result set are read together."""


RetrieverOf = Callable[[Snapshot, Query, QueryInterpretation, Millis, int | None], EmbeddedRetriever]
"""Makes the retriever of a question."""


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
        retriever: RetrieverOf = EmbeddedRetriever,
        spelling: SpellCheck | None = None,
    ) -> None:
        """`embed` gives the vector of a text; `without` is a row that must not answer, nor its twins.

        `reranker` gives what reads the first hits again, or raises ModelError; None where nothing does.
        `retriever` makes what retrieves from the snapshot; `spelling` is how the text was put right, if that is known.
        """
        self._snapshot = snapshot
        self._now, self._embed, self._reranker, self._retriever_of = now, embed, reranker, retriever
        self._columns = snapshot.columns
        self._asked = query
        self._spelling = spelling or (check_spelling(snapshot, query) if without is None else SpellCheck(query))
        self._query = query = _completed(snapshot, self._spelling.query)
        knowledge = SnapshotKnowledge(snapshot)
        self._said = said = QueryInterpretation(knowledge, query, now, embed, like=without is not None)
        self._retriever = retriever(snapshot, query, said, millis(now), without)
        manifest = snapshot.manifest
        calibration = manifest.model.calibration
        if said.across_languages:  # no curve knows such a question
            calibration = replace(calibration, curves={})
        self.result_set: ResultSet[MatchSet] = ResultSet(self._retriever, query, said, manifest.articles, calibration)
        """What is likely an answer."""
        self._ordering: Ordering[MatchSet] = Ordering(self._retriever, query, reranker)

    @property
    def fuller(self) -> "Question | None":
        """The question with more words put right, where this one finds nothing in the archive and that one does."""
        if self._spelling.fuller is None or self._finds:
            return None
        other = Question(
            self._snapshot,
            self._asked,
            self._now,
            self._embed,
            reranker=self._reranker,
            retriever=self._retriever_of,
            spelling=self._spelling.fuller,
        )
        return other if other._finds else None

    @property
    def _finds(self) -> bool:
        """Whether any article is likely an answer, before any filter."""
        return bool(self._retriever.total(self._every, self._every).value)

    def answer(self) -> Results:
        """The results.

        1. Find the keyword matches and the semantic hits: with the filters, the result set.
        2. Rank the best of both, behind them the rest by words; or sort by time; cut the page.
        3. Count the result set and its facets.
        4. Fetch the articles of the page, and show where they match.
        """
        self.result_set.check()
        query, said, manifest = self._query, self._said, self._snapshot.manifest
        found = self._found
        keys, contributions = self._ordering.order(found, query.first, query.first + query.limit)
        total = self.total()
        return Results(
            query=self._asked,
            hits=self._hits(keys, contributions),
            total=total,
            near=() if total.value else self._near(),
            mode=self.mode,
            generation=manifest.name,
            articles=self._columns.visible_size,
            facets={name: self._counts(name, MOST_VALUES) for name in query.facets},
            degraded=(*said.meant.degraded, *self._ordering.degraded),
            did_you_mean=self._spelling.offered.text if self._spelling.offered else None,
            did_you_mean_total=None if total.value else self._offered_total(),
            corrected=self._spelling.corrected,
            suggestions=(*said.notes, *self._columns.suggestions(query.filters, zone(query.zone))),
            unknown_words=said.unknown,
            understood=tuple(dict.fromkeys(word.text for word in said.words.words)),
            time=said.time,
            sources=tuple(dict.fromkeys(source.written for source in said.sources)),
        )

    def total(self) -> Total:
        """The size of the result set."""
        return self._retriever.total(self._found, self._wider)

    def _offered_total(self) -> int | None:
        """How many articles the text finds that is offered; None where none is."""
        if self._spelling.offered is None:
            return None
        offered = replace(self._spelling.offered, correct=False)
        other = Question(self._snapshot, offered, self._now, self._embed, retriever=self._retriever_of)
        return other.total().value

    @property
    def mode(self) -> Mode:
        """Which rankings really answer."""
        return Mode.KEYWORD if self._said.meant.vectors is None else self._query.mode

    def iterate(self) -> Iterator[Hit]:
        """Every hit of the result set from the page on: found and ranked now, shown as they are taken."""
        self.result_set.check()
        keys, contributions = self._ordering.order(self._found, self._query.first, self._columns.size)
        pages = (keys[at : at + _AT_ONCE] for at in range(0, len(keys), _AT_ONCE))
        return chain.from_iterable(self._hits(self._still_shown(page), contributions) for page in pages)

    def _still_shown(self, keys: Rows) -> Rows:
        """Those of a page that were not withdrawn meanwhile; each page has the whole time that an answer may take."""
        renew()
        return self._retriever.still_shown(keys)

    def timeline(self, moments: Sequence[Millis] = ()) -> Timeline:
        """How the result set is spread over time, and what it would count from each of these moments on."""
        self.result_set.check()
        found = self._found
        check("timeline")
        spread = self._retriever.timeline(found)
        return replace(spread, since=self._retriever.counts_since(self._every, moments)) if moments else spread

    def values(self, of: str) -> tuple[Count, ...]:
        """Every value of a facet that the result set bears, counted, most frequent first."""
        self.result_set.check()
        return self._counts(of, ALL_VALUES)

    @property
    def _every(self) -> MatchSet:
        """What is found before any filter and condition."""
        return self.result_set.every

    @cached_property
    def _found(self) -> MatchSet:
        return self._retriever.admitted(self._every)

    @property
    def _wider(self) -> MatchSet:
        """What the widest threshold admits; what is found where there is no other."""
        wider = self.result_set.wider
        return self._found if wider is None else self._retriever.admitted(wider)

    @property
    def complete(self) -> Mask:
        """The rows that contain every word, before any filter: to calibrate by."""
        return self._retriever.complete

    def ranking(self, most: int) -> Rows:
        """The keys of the best candidates, best first, whether they are of the result set or not: to calibrate by."""
        return self._ordering.order(self._retriever.admitted(self._retriever.candidates()), 0, most)[0]

    def _near(self) -> tuple[Hit, ...]:
        """The nearest articles, where nothing is found: no answers, and counted nowhere."""
        if self._query.lists or not self._said.typed:
            return ()
        keys = self._retriever.nearest(3 * NEAR)
        if self._query.fold is Fold.STORY:
            keys = self._retriever.once_a_story(keys)
        keys = keys[:NEAR]
        by_nearness = (Contribution(self._ordering.unscored, None, None, 0.0),)
        return self._hits(keys, dict.fromkeys(keys.tolist(), by_nearness))

    def _counts(self, of: str, most: int) -> tuple[Count, ...]:
        check("facets")
        return self._retriever.facet(of, self._every, most)

    def _hits(self, keys: Rows, contributions: Contributions) -> tuple[Hit, ...]:
        rows, hits = self._retriever.hits(self._found, keys, contributions)
        if not self._said.typed or not self._query.wants("confidence"):
            return hits
        likely = self.result_set.confidences(rows)
        return tuple(replace(hit, confidence=one) for hit, one in zip(hits, likely, strict=True))


def _completed(snapshot: Snapshot, query: Query) -> Query:
    """The query with its last word completed, where it is unfinished."""
    if not query.prefix:
        return query
    from search.engine.completion import completed

    return completed(snapshot, query)
