"""Is no search dearer than a cluster allows, whatever somebody writes?

The dearest questions are put to an index whose connection only notes what it is asked.
"""

from typing import Any

import numpy as np
import pytest

pytest.importorskip("opensearchpy", reason="the extra cluster is not installed")

from search.cluster.filters import filter_clauses
from search.cluster.keyword import MOST_CLAUSES, PAGE, ClusterKeywordIndex, leaves
from search.cluster.vectors import MOST_GIVEN, ClusterVectors
from search.engine.term_query import MAX_WEIGHT, MAX_WORDS
from search.index.chunks import HEAD, PASSAGE, Chunk, views_of
from search.ports import KeywordQuery, WeightedTerm
from search.query.model import MAX_FILTER_VALUES, FieldFilter, Filters

REFUSED = 1_024
"""The clauses that a cluster refuses."""


class Noted:
    """A connection that answers nothing and keeps what it was asked."""

    def __init__(self):
        self.bodies = []

    def searches(self, bodies):
        self.bodies += [body for _, body in bodies]
        return [{"hits": {"hits": []}} for _ in bodies]

    def search(self, index, body):
        return self.searches([(index, body)])[0]

    def ask(self, asked):
        return asked.read(self.searches(asked.bodies))

    def ask_both(self, one, other):
        return self.ask(one), self.ask(other)


def words(many, terms):
    """Words of the greatest weight, each of so many terms; the last is the rarest."""
    return tuple(
        WeightedTerm(f"w{one}", tuple(f"w{one}t{term}" for term in range(terms)), MAX_WEIGHT, 1.0 + one)
        for one in range(many)
    )


def filters(fields):
    """As many ranges as a filter takes, wanted and not wanted, of so many fields."""
    ranges = tuple(f"{2 * one}..{2 * one + 1}" for one in range(MAX_FILTER_VALUES))
    chosen = FieldFilter(include=ranges, exclude=ranges)
    choices: dict[str, Any] = {f"n{field}": chosen for field in range(fields)}
    return Filters(**choices), {f"n{field}": "number" for field in range(fields)}


@pytest.mark.parametrize("many", [1, 5, MAX_WORDS])
@pytest.mark.parametrize("terms", [1, 7, 40])
@pytest.mark.parametrize("fields", [0, 1, 3, 7])
def test_no_text_and_no_filters_make_more_clauses_than_a_cluster_takes(many, terms, fields):
    """Of the words that are left out of the scores, every one is looked for all the same."""
    chosen, declared = filters(fields)
    noted: Any = Noted()
    index = ClusterKeywordIndex(noted, "a", declared)
    query = KeywordQuery(words(many, terms), 2 * MAX_WEIGHT)
    index.search(query, chosen, 10)
    index.scores(query, np.arange(3 * PAGE))
    assert len(noted.bodies) == 4
    for body in noted.bodies:
        assert leaves(body["query"]) < REFUSED
        assert body["size"] <= PAGE
        scoring = str(body["query"]["bool"]["must"])
        assert f"w{many - 1}t0" in scoring
        assert "w0t0" in scoring
    assert MOST_CLAUSES < REFUSED


def test_ranges_are_all_asked_for():
    """None is dropped to make room for words."""
    chosen, declared = filters(3)
    must, must_not = filter_clauses(chosen, declared)
    assert sum(map(leaves, must)) == sum(map(leaves, must_not)) == 3 * MAX_FILTER_VALUES


def test_comparisons_stay_within_the_window_of_an_index():
    """However many articles are compared; no search names more articles or wants more hits than one may."""
    noted: Any = Noted()
    chunks = views_of((row, [Chunk(HEAD), Chunk(PASSAGE, (0, 1))]) for row in range(2_500))
    vectors = ClusterVectors(noted, "p", chunks, 16, 127.0)
    vectors.nearest(np.ones(16, dtype=np.float32), [None, {"terms": {"row": list(range(MOST_GIVEN))}}])
    assert {body["size"] for body in noted.bodies} == {vectors.most}
    noted.bodies.clear()
    assert vectors.of(np.arange(2_500)) == {}
    asked = [body["query"]["constant_score"]["filter"]["terms"]["view"] for body in noted.bodies]
    assert np.array_equal(np.concatenate(asked), chunks.first)
    assert max(map(len, asked)) <= 1_000
