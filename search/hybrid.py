"""The engine: one query through two indexes, fused; and what else can be asked of a generation."""

from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from threading import Lock

import numpy as np

from search.article import Article
from search.errors import ArticleNotFoundError, ModelError
from search.legs import leg, note
from search.ports import Reranker, Scores
from search.query import Mode, Query
from search.question import Question
from search.result import Hit, Results, Suggestion, Suggestions, Twin
from search.settings import BUILT_IN_MODEL
from search.showing import twins
from search.snapshot import Served, Snapshot
from search.suggesting import Kind

_REMEMBERED = 1_000
"""Vectors of queries kept for when they are asked again."""


class HybridEngine:
    """Answers queries from the served generation. Safe to ask from several threads."""

    def __init__(
        self,
        served: Served,
        model: str,
        clock: Callable[[], datetime],
        reranker: Callable[[], Reranker] | None = None,
    ) -> None:
        """`model` is what the settings name; `clock` is what relative times in a query count back from.

        `reranker` gives what reads the first hits again, or raises ModelError; None where nothing does.
        """
        self._served = served
        self._model = model
        self._clock = clock
        self._reranker = reranker
        self._vectors: OrderedDict[tuple[str, str], Scores] = OrderedDict()
        self._lock = Lock()

    def search(self, query: Query) -> Results:
        """The answer to a query. Raises IndexUnusableError when no generation can be opened."""
        with self._served.acquire() as snapshot:
            return self._search(snapshot, query)

    def searches(self, queries: Sequence[Query]) -> list[Results]:
        """The answers to several queries, all from one generation. Raises IndexUnusableError as `search` does."""
        with self._served.acquire() as snapshot:
            return [self._search(snapshot, query) for query in queries]

    @contextmanager
    def everything(self, query: Query) -> Iterator[Iterator[Hit]]:
        """Every hit of a query's result set, in order, whatever its page; the generation stays open meanwhile.

        Raises IndexUnusableError when no generation can be opened.
        """
        with self._served.acquire() as snapshot:
            yield self._question(snapshot, query).everything()

    def _question(self, snapshot: Snapshot, query: Query) -> Question:
        return Question(snapshot, query, self._clock(), self._vector, reranker=self._reranker)

    def _search(self, snapshot: Snapshot, query: Query) -> Results:
        results = self._question(snapshot, query).answer()
        results = replace(results, degraded=(*results.degraded, *self._other_model(snapshot, query)))
        if not results.total.value:
            note("empty")
        if results.degraded:
            note("degraded")
        return results

    def warm(self) -> list[str]:
        """Load the models before a query waits for them; gives what cannot serve, and why.

        Raises IndexUnusableError when no generation can be opened.
        """
        troubles = []
        with self._served.acquire() as snapshot:
            try:
                snapshot.suggester()
                vector = snapshot.embedder().embed_query("warm")
                snapshot.vector.similarities(vector)
                snapshot.vector.exact(vector, np.arange(min(1, snapshot.vector.size)))
            except ModelError as unfit:
                troubles.append(f"Meaning cannot serve: {unfit}")
        if self._reranker is not None:
            try:
                self._reranker()
            except ModelError as unfit:
                troubles.append(f"The reranker cannot serve: {unfit}")
        return troubles

    def _other_model(self, snapshot: Snapshot, query: Query) -> tuple[str, ...]:
        """That the settings name another model than the index was built with, where a query would use it."""
        own = snapshot.manifest.model
        if query.mode is Mode.KEYWORD or self._model in (BUILT_IN_MODEL, own.name):
            return ()
        what = f"the setting names {self._model!r}, the index was built with {own.name!r} (dimension {own.dimension})"
        return (f"model: {what}, which answers until the index is built again",)

    def similar(self, article_id: str, query: Query) -> Results:
        """The articles nearest to an article, in the order of their similarity. `query` gives page and filters.

        Raises ArticleNotFoundError, and IndexUnusableError when no generation can be opened.
        """
        with self._served.acquire() as snapshot:
            row = _row(snapshot, article_id)
            article = snapshot.store.articles([row])[0]
            asked = replace(query, text=article.title[:500], typed=None, mode=Mode.SEMANTIC, time=False)

            def own_vector(_: str, snapshot: Snapshot) -> Scores:
                speaker = int(snapshot.columns.embedded_row[row])
                if speaker < 0:
                    raise ModelError("this article has no vectors")
                vector: Scores = snapshot.vector.vectors(snapshot.views.heads(np.array([speaker])))[0]
                return vector

            question = Question(snapshot, asked, self._clock(), own_vector, without=row)
            return replace(question.answer(), query=query)

    def article(self, article_id: str) -> tuple[Article, tuple[Twin, ...], str]:
        """An article, its twins, and the generation they are from. Raises ArticleNotFoundError."""
        with self._served.acquire() as snapshot:
            row = _row(snapshot, article_id)
            return snapshot.store.articles([row])[0], twins(snapshot, [row])[0], snapshot.manifest.name

    def suggest(self, text: str, limit: int) -> Suggestions:
        """At most `limit` sources, tags and titles of which a word begins with a text.

        Raises IndexUnusableError when no generation can be opened.
        """
        with self._served.acquire() as snapshot:
            columns, manifest = snapshot.columns, snapshot.manifest
            found = snapshot.suggester().suggest(text, columns.group, limit)
            articles = snapshot.store.articles(found.rows) if found.rows else []
            names = [Suggestion(name.text, name.kind, name.value, name.count) for name in found.names]
            titles = [Suggestion(article.title, Kind.TITLE, article.id, 1, article.language) for article in articles]
            return Suggestions(text, (*names, *titles), manifest.name, manifest.articles)

    @leg("embedding")
    def _vector(self, text: str, snapshot: Snapshot) -> Scores:
        """The unit vector of a text by the snapshot's own model. Raises ModelError."""
        key = (snapshot.manifest.model.fingerprint, text)
        with self._lock:
            if key in self._vectors:
                self._vectors.move_to_end(key)
                note("remembered")
                return self._vectors[key]
        vector = snapshot.embedder().embed_query(text)
        note("embedded")
        with self._lock:
            self._vectors[key] = vector
            while len(self._vectors) > _REMEMBERED:
                self._vectors.popitem(last=False)
        return vector


def _row(snapshot: Snapshot, article_id: str) -> int:
    row = snapshot.store.row(article_id)
    if row is None:
        near = snapshot.store.near_ids(article_id)
        remedy = (
            f"Did you mean {' or '.join(near)}?" if near else "Ids are paths below the content folder, without .md."
        )
        raise ArticleNotFoundError(f"No article has the id {article_id!r}.", remedy)
    return row
