"""Words in the cluster: Lede's own terms, BM25 over the whole archive, every article that matches."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from search.arrays import Rows, Scores
from search.cluster.connection import Connection
from search.cluster.filters import Clause, filter_clauses
from search.cluster.layout import boost_of
from search.ports import FIELD_WEIGHTS, KeywordQuery, WeightedTerm
from search.query.fields import Declared
from search.query.model import Filters

PAGE = 10_000
"""The most hits that one search may give: the default window of an index."""
MOST_SCORED = 900
"""The most clauses that score: a cluster refuses 1,024 of them. Of longer texts the rarest words score."""


class ClusterKeywordIndex:
    """Articles of one generation, ranked by the cluster. Safe to ask from several threads."""

    def __init__(
        self, connection: Connection, index: str, declared: Declared, shares: Mapping[str, float] | None = None
    ) -> None:
        """`index` is the name of its index of articles; `shares` are those that it was described with."""
        self._weights = {
            field: weight * boost_of((shares or {}).get(field, 1.0)) for field, weight in FIELD_WEIGHTS.items()
        }
        self._connection = connection
        self._index = index
        self._declared = declared

    def search(self, query: KeywordQuery, filters: Filters, limit: int) -> tuple[Rows, Scores]:
        """The best matching and admitted rows, best first, with their BM25 scores; rows of one score ascend."""
        if not query.words or limit < 1:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        asked = {"query": self._recipe(query, filters), "sort": [{"_score": "desc"}, {"row": "asc"}]}
        pairs = list(self._sorted(asked, limit))
        return (
            np.array([row for _, row in pairs], dtype=np.int64),
            np.array([score for score, _ in pairs], dtype=np.float32),
        )

    def scores(self, query: KeywordQuery, rows: Rows) -> Scores:
        """The BM25 score of each of these rows, 0 where it contains no word."""
        found: dict[int, float] = {}
        if query.words:
            for at in range(0, len(rows), PAGE):
                among = {"terms": {"row": rows[at : at + PAGE].tolist()}}
                recipe = {"bool": {"must": [self._scored(query.words)], "filter": [among]}}
                asked = {"query": recipe, "sort": [{"_score": "desc"}, {"row": "asc"}]}
                found |= {row: score for score, row in self._sorted(asked, PAGE)}
        return np.array([found.get(row, 0.0) for row in rows.tolist()], dtype=np.float32)

    def in_order(self, terms: tuple[str, ...], field: str) -> Rows:
        """Every row where the terms stand one right behind the other."""
        return self._rows(_phrase(terms, field, 0))

    def near(self, first: str, second: str, distance: int, field: str) -> Rows:
        """Every row where the two terms stand so many places apart at most."""
        if first == second:
            return self._rows({"term": {field: first}})
        either = [_phrase(terms, field, distance - 1) for terms in ((first, second), (second, first))]
        return self._rows({"bool": {"should": either, "minimum_should_match": 1}})

    def close(self) -> None:
        """Nothing is held open."""

    def _rows(self, recipe: Clause) -> Rows:
        """Every row that a recipe matches, ascending."""
        asked = {"query": {"constant_score": {"filter": recipe}}, "sort": [{"row": "asc"}]}
        return np.array([row for (row,) in self._sorted(asked, None)], dtype=np.int64)

    def _sorted(self, asked: dict[str, Any], limit: int | None) -> Iterator[Sequence[Any]]:
        """What the first hits are sorted by, a page of the index at a time; all of them without a limit."""
        left = limit
        body = {**asked, "_source": False, "stored_fields": "_none_", "track_total_hits": False}
        while left is None or left > 0:
            size = PAGE if left is None else min(PAGE, left)
            hits = self._connection.search(self._index, {**body, "size": size})["hits"]["hits"]
            yield from (hit["sort"] for hit in hits)
            if len(hits) < size:
                return
            left = None if left is None else left - size
            body["search_after"] = hits[-1]["sort"]

    def _recipe(self, query: KeywordQuery, filters: Filters) -> Clause:
        must, must_not = filter_clauses(filters, self._declared)
        if query.minimum_should_match > min(word.clause_weight for word in query.words):
            must.append(_enough(query.words, query.minimum_should_match))
        return {"bool": {"must": [self._scored(query.words)], "filter": must, "must_not": must_not}}

    def _scored(self, words: Sequence[WeightedTerm]) -> Clause:
        """Any of the terms, in any field, scored by the weight of each; it matches what has one of them."""
        rarest = sorted(words, key=lambda word: -word.idf)
        terms = list(dict.fromkeys(term for word in rarest for term in word.terms))
        every = list(dict.fromkeys(term for word in words for term in word.terms))
        if len(terms) * len(FIELD_WEIGHTS) <= MOST_SCORED:
            scored = every
        else:
            kept = set(terms[: MOST_SCORED // len(FIELD_WEIGHTS)])
            scored = [term for term in every if term in kept]
        clauses: list[Clause] = [
            {"term": {field: {"value": term, "boost": weight}}}
            for field, weight in self._weights.items()
            for term in scored
        ]
        if len(scored) < len(every):
            clauses.append({"constant_score": {"filter": {"terms": {"text": every}}, "boost": 0.0}})
        return {"bool": {"should": clauses, "minimum_should_match": 1}}


def _enough(words: Sequence[WeightedTerm], enough: int) -> Clause:
    """Words whose weights add up to enough: a word of weight 3 is asked for three times."""
    clauses = [{"terms": {"text": list(word.terms)}} for word in words for _ in range(word.clause_weight)]
    return {"bool": {"should": clauses, "minimum_should_match": enough}}


def _phrase(terms: Sequence[str], field: str, slop: int) -> Clause:
    return {"match_phrase": {field: {"query": " ".join(terms), "slop": slop}}}
