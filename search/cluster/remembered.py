"""What one question was told already: several things are asked for in one request, and read one after the other."""

from collections.abc import Sequence

import numpy as np

from search.arrays import Rows, Scores
from search.article import Article
from search.cluster.articles import ClusterStore
from search.cluster.connection import NOTHING_ASKED, Asked
from search.cluster.keyword import PAGE, ClusterKeywordIndex
from search.ports import KeywordQuery
from search.query.model import Filters

Ranked = tuple[KeywordQuery, Filters, int]
"""What a keyword index is asked for: words, filters, and how many rows."""
_HELD = 1_000
"""Articles that one question holds at most before it lets go of them: it may show a whole archive by pages."""


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
        """The best rows, to be asked for with something else, and to be told by `search` then.

        Where more are wanted than one search gives, it may turn out that there are no more.
        """
        if ranked is None or ranked in self._found or not ranked[0].words or ranked[-1] < 1:
            return NOTHING_ASKED
        query, filters, limit = ranked
        most = min(limit, PAGE)
        asked = self._keyword.asking(query, filters, most)

        def read(answers: Sequence[object]) -> None:
            rows, scores = asked.read(answers)
            if len(rows) < most or most == limit:
                self._found[ranked] = rows, scores

        return Asked(asked.bodies, read)

    def scores(self, query: KeywordQuery, rows: Rows) -> Scores:
        """The score of each of these rows; the index is asked for those alone that are not known."""
        unknown = self._unknown(query, rows)
        if len(unknown):
            told = self._keyword.scores(query, unknown)
            self._known(query).update(zip(unknown.tolist(), told.tolist(), strict=True))
        known = self._known(query)
        return np.array([known[row] for row in rows.tolist()], dtype=np.float32)

    def scoring(self, query: KeywordQuery, rows: Rows) -> Asked[None]:
        """The score of each of these rows, to be asked for with something else, and to be told by `scores` then."""
        unknown = self._unknown(query, rows)[:PAGE]
        asked = self._keyword.scoring(query, unknown)

        def read(answers: Sequence[object]) -> None:
            found = asked.read(answers)
            self._known(query).update((row, found.get(row, 0.0)) for row in unknown.tolist())

        return Asked(asked.bodies, read)

    def _known(self, query: KeywordQuery) -> dict[int, float]:
        return self._scored.setdefault(query, {})

    def _unknown(self, query: KeywordQuery, rows: Rows) -> Rows:
        known = self._known(query)
        return np.array([row for row in rows.tolist() if row not in known], dtype=np.int64)


class RememberedStore:
    """The articles of a generation, some of which were fetched before it was sure that they are shown."""

    def __init__(self, store: ClusterStore) -> None:
        self._store = store
        self._articles: dict[tuple[int, bool], Article] = {}
        self._ids: dict[int, str] = {}
        self.row, self.touched, self.near_ids = store.row, store.touched, store.near_ids
        self.body_html, self.close = store.body_html, store.close

    def fetching(self, rows: Sequence[int], others: Sequence[int], *, texts: bool) -> Asked[None]:
        """These articles, and the ids of the others, to be asked for with something else, and to be told then."""
        if len(self._articles) > _HELD:
            self._articles.clear()
            self._ids.clear()
        wanted = [row for row in rows if (row, texts) not in self._articles]
        named = [row for row in others if row not in self._ids]
        asked = self._store.together(wanted, named, texts=texts)

        def read(answers: Sequence[object]) -> None:
            articles, ids = asked.read(answers)
            self._articles.update(zip([(row, texts) for row in wanted], articles, strict=True))
            self._ids.update(zip(named, ids, strict=True))

        return Asked(asked.bodies, read)

    def articles(self, rows: Sequence[int], *, texts: bool = True) -> list[Article]:
        """The articles of these rows, in the order asked for."""
        if all((row, texts) in self._articles for row in rows):
            return [self._articles[row, texts] for row in rows]
        return self._store.articles(rows, texts=texts)

    def ids(self, rows: Sequence[int]) -> list[str]:
        """The ids of these rows, in the order asked for."""
        if all(row in self._ids for row in rows):
            return [self._ids[row] for row in rows]
        return self._store.ids(rows)
