"""What one question was told already: several things are asked for in one request, and read one after the other."""

from collections.abc import Sequence

import numpy as np

from search.arrays import Rows, Scores
from search.article import Article
from search.cluster.articles import ClusterStore
from search.cluster.connection import Asked
from search.cluster.keyword import PAGE, ClusterKeywordIndex
from search.ports import KeywordQuery
from search.query.model import Filters

Ranked = tuple[KeywordQuery, Filters, int]
"""What a keyword index is asked for: words, filters, and how many rows."""
NOTHING_ASKED: Asked[None] = Asked((), lambda _: None)


class RememberedKeyword:
    """A keyword index that answers what it was asked before, as long as one question lasts."""

    def __init__(self, keyword: ClusterKeywordIndex) -> None:
        self._keyword = keyword
        self._found: dict[Ranked, tuple[Rows, Scores]] = {}
        self._scored: dict[KeywordQuery, dict[int, float]] = {}
        self.in_order, self.near, self.close = keyword.in_order, keyword.near, keyword.close

    def search(self, query: KeywordQuery, filters: Filters, limit: int) -> tuple[Rows, Scores]:
        """The best rows, as the index gives them."""
        asked = (query, filters, limit)
        if asked not in self._found:
            self._found[asked] = self._keyword.search(query, filters, limit)
        return self._found[asked]

    def asking(self, ranked: Ranked | None) -> Asked[None]:
        """The best rows, to be asked for with something else, and to be told by `search` then."""
        if ranked is None or ranked in self._found or not ranked[0].words or not 0 < ranked[-1] <= PAGE:
            return NOTHING_ASKED
        asked = self._keyword.asking(*ranked)

        def read(answers: Sequence[object]) -> None:
            self._found[ranked] = asked.read(answers)

        return Asked(asked.bodies, read)

    def scores(self, query: KeywordQuery, rows: Rows) -> Scores:
        """The score of each of these rows."""
        known = self._scored.get(query, {})
        if all(row in known for row in rows.tolist()):
            return np.array([known[row] for row in rows.tolist()], dtype=np.float32)
        return self._keyword.scores(query, rows)

    def scoring(self, query: KeywordQuery, rows: Rows) -> Asked[None]:
        """The score of each of these rows, to be asked for with something else, and to be told by `scores` then."""
        asked = self._keyword.scoring(query, rows[:PAGE])

        def read(answers: Sequence[object]) -> None:
            found = asked.read(answers)
            self._scored[query] = {row: found.get(row, 0.0) for row in rows[:PAGE].tolist()}

        return Asked(asked.bodies, read)


class RememberedStore:
    """The articles of a generation, some of which were fetched together with what else is shown of them."""

    def __init__(self, store: ClusterStore) -> None:
        self._store = store
        self._articles: dict[int, Article] = {}
        self._ids: dict[int, str] = {}
        self.row, self.touched, self.near_ids = store.row, store.touched, store.near_ids
        self.body_html, self.close = store.body_html, store.close

    def fetch(self, rows: Sequence[int], others: Sequence[int], *, texts: bool) -> None:
        """Fetch these articles, and the ids of the others, in one request."""
        articles, ids = self._store.together(rows, others, texts=texts)
        self._articles = dict(zip(rows, articles, strict=True))
        self._ids = dict(zip(others, ids, strict=True))

    def articles(self, rows: Sequence[int], *, texts: bool = True) -> list[Article]:
        """The articles of these rows, in the order asked for; `fetch` was told whether texts are wanted."""
        if all(row in self._articles for row in rows):
            return [self._articles[row] for row in rows]
        return self._store.articles(rows, texts=texts)

    def ids(self, rows: Sequence[int]) -> list[str]:
        """The ids of these rows, in the order asked for."""
        if all(row in self._ids for row in rows):
            return [self._ids[row] for row in rows]
        return self._store.ids(rows)
