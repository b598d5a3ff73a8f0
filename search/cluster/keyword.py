"""Words in the cluster: Lede's own terms, BM25 over the whole archive, every article that matches."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from search.arrays import Rows, Scores
from search.cluster.connection import Asked, Connection, rows_of
from search.cluster.filters import Clause, filter_clauses
from search.cluster.layout import boost_of
from search.ports import FIELD_WEIGHTS, KeywordQuery, WeightedTerm
from search.query.fields import Declared
from search.query.model import Filters

PAGE = 10_000
"""The most hits that one search may give: the default window of an index."""
MOST_CLAUSES = 1_000
"""The most clauses of one search: a cluster refuses 1,024 of them. Where there are more, the rarest words score."""
LEAST_SCORED = 128
"""Clauses that score in any case."""


_BARE: Mapping[str, Any] = {"_source": False, "stored_fields": "_none_", "track_total_hits": False}
"""What makes hits of their sort values alone."""


class ClusterKeywordIndex:
    """Articles of one generation, ranked by the cluster. Safe to ask from several threads."""

    def __init__(
        self,
        connection: Connection,
        index: str,
        declared: Declared,
        shares: Mapping[str, float] | None = None,
        *,
        with_k1: bool = True,
    ) -> None:
        """`index` is the name of its index of articles; `shares` are those that it was described with.

        `with_k1` says that the cluster's BM25 has k1 in its numerator, as it had before OpenSearch 3.
        """
        self._weights = {
            field: weight * boost_of((shares or {}).get(field, 1.0), with_k1=with_k1)
            for field, weight in FIELD_WEIGHTS.items()
        }
        self._connection = connection
        self._index = index
        self._declared = declared

    def search(self, query: KeywordQuery, filters: Filters, limit: int) -> tuple[Rows, Scores]:
        """The best matching and admitted rows, best first, with their BM25 scores; rows of one score ascend."""
        if not query.words or limit < 1:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        return _scored_rows(list(self._sorted(self._ranked(query, filters), limit)))

    def asking(self, query: KeywordQuery, filters: Filters, limit: int) -> Asked[tuple[Rows, Scores]]:
        """The same to be asked with something else; `limit` is at most PAGE, and the query has words."""
        body = {**self._ranked(query, filters), **_BARE, "size": limit}
        return Asked(((self._index, body),), lambda answers: _scored_rows(list(rows_of(answers[0]))))

    def scoring(self, query: KeywordQuery, rows: Rows) -> Asked[dict[int, float]]:
        """The BM25 score of each of these rows that has one, to be asked with something else; PAGE rows at most."""
        if not query.words or not len(rows):
            return Asked((), lambda _: {})
        among = {"terms": {"row": rows.tolist()}}
        recipe = {"bool": {"must": [self._scored(query.words)], "filter": [among]}}
        body = {"query": recipe, "sort": [{"_score": "desc"}, {"row": "asc"}], **_BARE, "size": PAGE}
        return Asked(((self._index, body),), lambda answers: {row: score for score, row in rows_of(answers[0])})

    def _ranked(self, query: KeywordQuery, filters: Filters) -> dict[str, Any]:
        return {"query": self._recipe(query, filters), "sort": [{"_score": "desc"}, {"row": "asc"}]}

    def scores(self, query: KeywordQuery, rows: Rows) -> Scores:
        """The BM25 score of each of these rows, 0 where it contains no word."""
        found: dict[int, float] = {}
        for at in range(0, len(rows), PAGE):
            some: dict[int, float] = self._connection.ask(self.scoring(query, rows[at : at + PAGE]))
            found |= some
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
        body = {**asked, **_BARE}
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
        left = MOST_CLAUSES - sum(map(leaves, (*must, *must_not))) - 1
        scored = self._scored(query.words, max(LEAST_SCORED, left))
        return {"bool": {"must": [scored], "filter": must, "must_not": must_not}}

    def _scored(self, words: Sequence[WeightedTerm], most: int = MOST_CLAUSES - 2) -> Clause:
        """Any of the terms, in any field, scored by the weight of each; it matches what has one of them."""
        rarest = sorted(words, key=lambda word: -word.idf)
        terms = list(dict.fromkeys(term for word in rarest for term in word.terms))
        every = list(dict.fromkeys(term for word in words for term in word.terms))
        if len(terms) * len(FIELD_WEIGHTS) <= most:
            scored = every
        else:
            kept = set(terms[: most // len(FIELD_WEIGHTS)])
            scored = [term for term in every if term in kept]
        clauses: list[Clause] = [
            {"term": {field: {"value": term, "boost": weight}}}
            for field, weight in self._weights.items()
            for term in scored
        ]
        if len(scored) < len(every):
            clauses.append({"constant_score": {"filter": {"terms": {"text": every}}, "boost": 0.0}})
        return {"bool": {"should": clauses, "minimum_should_match": 1}}


def leaves(clause: Clause) -> int:
    """How many clauses a cluster counts in this one."""
    if "bool" not in clause:
        return 1
    parts = clause["bool"]
    return sum(leaves(one) for name, many in parts.items() if name != "minimum_should_match" for one in many)


def _scored_rows(pairs: Sequence[Sequence[Any]]) -> tuple[Rows, Scores]:
    return (
        np.array([row for _, row in pairs], dtype=np.int64),
        np.array([score for score, _ in pairs], dtype=np.float32),
    )


def _enough(words: Sequence[WeightedTerm], enough: int) -> Clause:
    """Words whose weights add up to enough: a word of weight 3 is asked for three times."""
    clauses = [{"terms": {"text": list(word.terms)}} for word in words for _ in range(word.clause_weight)]
    return {"bool": {"should": clauses, "minimum_should_match": enough}}


def _phrase(terms: Sequence[str], field: str, slop: int) -> Clause:
    return {"match_phrase": {field: {"query": " ".join(terms), "slop": slop}}}
