"""The engine: one query through two indexes, fused; and what else can be asked of a generation."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from search import deadline
from search.arrays import Scores
from search.cache import LruCache
from search.engine.embargo import visible_counts
from search.engine.execution import Question, RetrieverOf
from search.engine.facets import containing
from search.engine.retrieval import EmbeddedRetriever
from search.errors import ArticleNotFoundError, IndexUnusableError, ModelError, RequestError
from search.hits.hit_builder import twins
from search.index.manifest import Manifest
from search.index.snapshot import Snapshot
from search.index.snapshot_manager import SnapshotManager
from search.messages import Message, say
from search.ports import Reranker
from search.query.cursor import BEGINNING, check_query, cursor_text
from search.query.dates import counts_back
from search.query.fields import NOTHING_DECLARED, Declared
from search.query.model import Mode, Query
from search.results import (
    ArticleAddresses,
    Build,
    EngineStatus,
    FacetValues,
    Hit,
    Reading,
    RejectedFile,
    Results,
    ServedGeneration,
    StoredArticle,
    Suggestion,
    Suggestions,
    Timeline,
)
from search.settings import BUILT_IN_MODEL
from search.times import Millis, millis
from search.tracing import count, stage

if TYPE_CHECKING:  # what only a service asks for
    from search.engine.edition import Edition

_REMEMBERED, _REMEMBERED_BYTES = 1_000, 8 << 20
"""Vectors of queries kept for when they are asked again, and what they and their texts may take."""


class EmbeddedEngine:
    """Answers queries from the served generation. Safe to ask from several threads."""

    def __init__(
        self,
        served: SnapshotManager,
        model: str,
        clock: Callable[[], datetime],
        reranker: Callable[[], Reranker] | None = None,
        retriever: RetrieverOf = EmbeddedRetriever,
    ) -> None:
        """`model` is what the settings name; `clock` is what relative times in a query count back from.

        `reranker` gives what reads the first hits again, or raises ModelError; None where nothing does.
        `retriever` makes what retrieves from a snapshot for one question.
        """
        self._served = served
        self._model = model
        self._clock = clock
        self._reranker = reranker
        self._retriever = retriever
        self._told_of: ServedGeneration | None = None
        self._vectors: LruCache[Scores] = LruCache(_REMEMBERED, _REMEMBERED_BYTES, _bytes_of)

    def search(self, query: Query) -> Results:
        """The answer to a query. Raises IndexUnusableError when no generation can be opened."""
        with self._acquired(self._generation(query)) as snapshot:
            return self._search(snapshot, query)

    def edition(self, query: Query) -> "Edition | None":
        """What the answer to a query depends on besides it, now; None where it depends on the very moment.

        Raises IndexUnusableError as `search` does.
        """
        from search.engine.edition import edition

        with self._acquired() as snapshot:
            return edition(snapshot, query, query.now or self._clock(), self._served.degraded)

    def timeline(self, query: Query) -> Timeline:
        """How the result set of a query is spread over time. Raises IndexUnusableError as `search` does."""
        with self._acquired() as snapshot:
            return self._question(snapshot, query).timeline()

    def overview(self, query: Query, moments: Sequence[Millis] = ()) -> tuple[Results, Timeline]:
        """The answer to a query and the spread of the same result set, with its counts since moments.

        Raises IndexUnusableError as `search` does.
        """
        with self._acquired() as snapshot:
            started = perf_counter()
            question = self._question(snapshot, query)
            return _timed(self._told(snapshot, query, question.answer()), started), question.timeline(moments)

    def searches(self, queries: Sequence[Query]) -> list[Results]:
        """The answers to several queries, all from one generation: the served one, or that of their cursors.

        Raises IndexUnusableError as `search` does, and RequestError for cursors of several generations.
        """
        generations = {name for name in map(self._generation, queries) if name}
        if len(generations) > 1:
            raise RequestError(say("cursors-of-several"), say("ask-one-by-one"), field="cursor")
        with self._acquired(*generations) as snapshot:
            return [self._next(snapshot, query) for query in queries]

    def _next(self, snapshot: Snapshot, query: Query) -> Results:
        """The answer to one of several queries; each has the whole time that one may take."""
        deadline.renew()
        return self._search(snapshot, query)

    @contextmanager
    def _acquired(self, *generations: str | None) -> Iterator[Snapshot]:
        """A snapshot as it may be shown now: embargoed, expired and withdrawn articles are hidden."""
        with self._served.acquire(*generations) as snapshot:
            columns = snapshot.columns.at(millis(self._clock()), snapshot.visible.mask())
            yield snapshot if columns is snapshot.columns else replace(snapshot, columns=columns)

    @contextmanager
    def iterate(self, query: Query) -> Iterator[Iterator[Hit]]:
        """Every hit of a query's result set from its page on, in order; the generation stays open meanwhile.

        Raises IndexUnusableError when no generation can be opened.
        """
        with self._acquired(self._generation(query)) as snapshot:
            yield self._question(snapshot, query).iterate()

    def _question(self, snapshot: Snapshot, query: Query) -> Question:
        """The question that a query asks, answered as its list was begun.

        Raises RequestError for a cursor of another list, ModelError where meaning began it and cannot serve now.
        """
        check_query(query, self._served.key)
        by_words = query.cursor is not None and query.cursor.mode is not query.mode
        embed = _words_alone if by_words else partial(self._vector, snapshot)
        question = Question(
            snapshot, query, query.now or self._clock(), embed, reranker=self._reranker, retriever=self._retriever
        )
        if query.cursor and query.cursor.mode is not question.mode:
            raise ModelError(say("begun-by-meaning"), say("ask-later"))
        return question.fuller or question

    def _search(self, snapshot: Snapshot, query: Query) -> Results:
        started = perf_counter()
        now = query.now or self._clock()
        results = _continued(self._question(snapshot, replace(query, now=now)).answer(), query, now, self._served.key)
        return _timed(self._told(snapshot, query, replace(results, query=query)), started)

    def _told(self, snapshot: Snapshot, query: Query, results: Results) -> Results:
        """The results, and whether another model or an older generation than it should be answered; counted."""
        besides = (*self._other_model(snapshot, query), *self._served.degraded)
        results = replace(results, degraded=(*results.degraded, *besides))
        if not results.total.value:
            count("empty")
        if results.degraded:
            count("degraded")
        return results

    def warm(self) -> list[str]:
        """Load the models before a query waits for them; gives what cannot serve, and why.

        Raises IndexUnusableError when no generation can be opened.
        """
        troubles = []
        with self._acquired() as snapshot:
            try:
                snapshot.suggester()
                vector = snapshot.embedder().embed_query("warm")
                for _ in range(2):  # from the second time on it is quick
                    snapshot.vector.similarities(vector)
                snapshot.vector.exact(vector, np.arange(min(1, snapshot.vector.size)))
            except ModelError as unfit:
                troubles.append(f"Meaning cannot serve: {unfit}")
        return troubles + self._unfit_reranker()

    def _unfit_reranker(self) -> list[str]:
        """Why the reranker cannot serve, if it cannot."""
        if self._reranker is not None:
            try:
                self._reranker()
            except ModelError as unfit:
                return [f"The reranker cannot serve: {unfit}"]
        return []

    def _other_model(self, snapshot: Snapshot, query: Query) -> tuple[str, ...]:
        """That the settings name another model than the index was built with, where a query would use it."""
        own = snapshot.manifest.model
        if query.mode is Mode.KEYWORD or self._model in (BUILT_IN_MODEL, own.name):
            return ()
        size = own.dimension
        local = say("other-model", set=repr(self._model), built=repr(own.name), dimension=size)
        names = {"set": repr(_without_folder(self._model)), "built": repr(_without_folder(own.name))}
        return (say("other-model", local, **names, dimension=size),)

    def similar(self, article_id: str, query: Query) -> Results:
        """The articles nearest to an article, in the order of their similarity. `query` gives page and filters.

        Raises ArticleNotFoundError, and IndexUnusableError when no generation can be opened.
        """
        started = perf_counter()
        now = query.now or self._clock()
        with self._acquired(self._generation(query, article_id)) as snapshot:
            row = _row(snapshot, article_id)
            article = snapshot.store.articles([row])[0]
            asked = replace(query, text=article.title[:500], typed=None, mode=Mode.SEMANTIC, time=False)

            def own_vector(_: str) -> Scores:
                speaker = int(snapshot.columns.embedded_row[row])
                if speaker < 0:
                    raise ModelError(say("no-vectors"))
                vector: Scores = snapshot.vector.vectors(snapshot.chunks.heads(np.array([speaker])))[0]
                return vector

            results = _continued(
                Question(snapshot, asked, now, own_vector, without=row, retriever=self._retriever).answer(),
                query,
                now,
                self._served.key,
                article_id,
            )
            told = replace(results, query=query, degraded=(*results.degraded, *self._served.degraded))
            return _timed(told, started)

    def article(self, article_id: str) -> StoredArticle:
        """An article, its twins, and the generation they are from. Raises ArticleNotFoundError."""
        with self._acquired() as snapshot:
            row = _row(snapshot, article_id)
            article = snapshot.store.articles([row])[0]
            return StoredArticle(article, twins(snapshot, [row])[0], snapshot.manifest.name)

    def read(self, article_id: str, query: Query | None = None) -> Reading:
        """An article as somebody reads it; `query` is what it was found by. Raises ArticleNotFoundError."""
        from search.engine.reading import read_article

        with self._acquired() as snapshot:
            return read_article(snapshot, _row(snapshot, article_id), query)

    def addresses(self, first: int, limit: int) -> ArticleAddresses:
        """So many of the articles that readers may see, from the `first` on, counted from 0, in the order of ids."""
        from search.engine.reading import listed_addresses

        with self._acquired() as snapshot:
            return listed_addresses(snapshot, first, limit)

    def values(self, query: Query, of: str, text: str, limit: int) -> FacetValues:
        """The values of a facet that contain a text, counted in a query's result set, whatever its page.

        Raises IndexUnusableError when no generation can be opened.
        """
        with self._acquired() as snapshot:
            question = self._question(snapshot, query)
            found = containing(question.values(of), text)
            manifest = snapshot.manifest
            return FacetValues(of, text, tuple(found[:limit]), len(found), manifest.name, snapshot.columns.visible_size)

    def suggest(self, text: str, limit: int) -> Suggestions:
        """At most `limit` names (of sources, tags, authors …) and titles of which a word begins with a text.

        Raises IndexUnusableError when no generation can be opened.
        """
        from search.index.suggester import TITLE

        with self._acquired() as snapshot:
            columns, manifest = snapshot.columns, snapshot.manifest
            found = snapshot.suggester().suggest(text, columns.group, limit, columns.visible, columns.is_borne)
            articles = snapshot.store.articles(list(found.rows)) if found.rows else []
            names = [
                Suggestion(name.text, name.kind, name.value, count)
                for name in found.names
                if (count := columns.bearers(name.kind, name.value, name.count))
            ]
            titles = [Suggestion(article.title, TITLE, article.id, 1, article.language) for article in articles]
            return Suggestions(text, (*names, *titles), manifest.name, columns.visible_size)

    def _generation(self, query: Query, like: str = "") -> str | None:
        """The generation that a query must be answered from; None for the served one. Raises RequestError."""
        check_query(query, self._served.key, like)
        return query.cursor.generation if query.cursor else None

    def declared(self) -> Declared:
        """The fields that the served archive declares; a generation is opened for it, and none where none can be."""
        if self._served.manifest is None:
            with suppress(IndexUnusableError):
                self._served.refresh()
        manifest = self._served.manifest
        return manifest.declared if manifest else NOTHING_DECLARED

    def status(self) -> EngineStatus:
        """What answers just now; nothing is opened and nobody is waited for."""
        manifest = self._served.manifest
        if manifest is None:
            return EngineStatus(None, self._served.last_error)
        if self._told_of is None or self._told_of.name != manifest.name:
            self._told_of = _generation_of(manifest)
        return EngineStatus(self._shown(self._told_of), self._served.last_error)

    def _shown(self, generation: ServedGeneration) -> ServedGeneration:
        """What may be told of a generation now: hidden articles are not counted."""
        try:
            with self._served.acquire(generation.name) as snapshot:
                columns = snapshot.columns.at(millis(self._clock()), snapshot.visible.mask())
                return visible_counts(snapshot, columns, generation)
        except (IndexUnusableError, RequestError):  # it was closed meanwhile
            return generation

    def history(self) -> list[Build]:
        """The builds that are still kept, newest first."""
        from search.index.history import history

        return history(self._served.folder, millis(self._clock()))

    def refresh(self) -> None:
        """Answer from the newest generation from now on. Raises IndexUnusableError where none can be opened."""
        self._served.refresh()

    def follow(self, told: Callable[[], Message | None]) -> None:
        """Keep to what is open: another process opens newer generations, and `told` gives why it cannot."""
        self._served.follow(told)

    def close(self) -> None:
        """Let go of what is open, once nobody uses it."""
        self._served.close()

    def _vector(self, snapshot: Snapshot, text: str) -> Scores:
        """The unit vector of a text by the snapshot's own model. Raises ModelError."""
        key = (snapshot.manifest.model.fingerprint, text)
        kept = self._vectors.known(key)
        if kept is not None:
            count("remembered")
            return kept
        count("embedded")
        embedder = snapshot.embedder()
        return stage("embedding")(self._vectors.get)(key, lambda: embedder.embed_query(text))


def _generation_of(manifest: Manifest) -> ServedGeneration:
    rejected = tuple(RejectedFile(one.path, one.line, one.why) for one in manifest.rejected)
    model = manifest.model
    return ServedGeneration(
        name=manifest.name,
        built=manifest.built,
        articles=manifest.articles,
        passages=manifest.passages,
        languages=manifest.languages,
        rejected=rejected,
        drafts=manifest.drafts,
        keyword_engine=manifest.keyword_engine,
        model=model.name,
        model_languages=tuple(model.languages),
    )


def _timed(results: Results, started: float) -> Results:
    return replace(results, took_ms=(perf_counter() - started) * 1000)


def _continued(results: Results, query: Query, now: datetime, key: bytes, like: str = "") -> Results:
    """The results with the cursor of the page behind them, where there is one."""
    place = query.first + query.limit
    now = now if query.now or counts_back(query.text) else BEGINNING
    if not query.limit or place >= results.total.value:
        return results
    return replace(results, next=cursor_text(place, query, now, results.mode, results.generation, key, like))


def _words_alone(_: str) -> Scores:
    raise ModelError(say("begun-by-words"))


def _without_folder(model: str) -> str:
    """A model as anybody may read it: one in a folder by the last part of its path."""
    return Path(model).name if model.startswith(("/", ".", "~")) else model


def _row(snapshot: Snapshot, article_id: str) -> int:
    row = snapshot.store.row(article_id)
    if row is None or not snapshot.columns.is_visible(row):
        near = [other for other in snapshot.store.near_ids(article_id) if _is_shown(snapshot, other)]
        remedy = say("did-you-mean", near=" or ".join(near)) if near else say("ids-are-paths")
        raise ArticleNotFoundError(say("no-article", id=repr(article_id)), remedy)
    return row


def _is_shown(snapshot: Snapshot, article_id: str) -> bool:
    row = snapshot.store.row(article_id)
    return row is not None and snapshot.columns.is_visible(row)


def _bytes_of(key: tuple[str, str], vector: Scores) -> int:
    """What a remembered vector takes with its text: up to four bytes a character."""
    return vector.nbytes + 4 * len(key[1])
