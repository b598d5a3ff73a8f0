"""Are the articles that matter to a question compared in full, and do all others count as far?

A cluster of arrays stands in: it compares exactly, and tells only the few nearest.
"""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("opensearchpy", reason="the extra cluster is not installed")

from search.cluster.compared import ComparedVectors
from search.cluster.vectors import FAR, ClusterVectors, Near, in_bytes, near_of
from search.engine.semantic import semantic_scores
from search.index.chunks import HEAD, PASSAGE, Chunk, views_of

TOLD = 3
"""How many nearest views the stand-in tells."""


class Arrays:
    """Vectors in memory that answer as those of a cluster do; counts the articles whose passages were compared."""

    def __init__(self, chunks, vectors):
        self.size, self.dimension = vectors.shape
        self._chunks, self._vectors = chunks, vectors
        self.compared = []
        self.most = TOLD

    def nearest(self, vector, among):
        cosines = self._vectors @ vector
        best = np.argsort(-cosines, kind="stable")
        found = [best if clause is None else best[np.isin(self._chunks.row[best], clause)] for clause in among]
        return [Near(views[:TOLD], cosines[views[:TOLD]]) for views in found]

    def compare(self, vector, heads, rows, lengths):
        self.compared += rows.tolist()
        assert lengths.tolist() == [len(self._chunks.of(row)) for row in rows.tolist()]
        best = []
        for row in rows.tolist():
            views = self._chunks.of(row)[1:]
            best.append(views[np.argmax(self._vectors[views] @ vector)])
        views = np.array(best, dtype=np.int64)
        return self._vectors[heads] @ vector, Near(views, self._vectors[views] @ vector)

    def vectors(self, views):
        return self._vectors[views]

    def exact(self, vector, views):
        return self._vectors[views] @ vector


def archive(seed, passages):
    """Articles with so many passages each, their vectors, and a question."""
    random = np.random.default_rng(seed)
    chunks = views_of(
        (row, [Chunk(HEAD), *(Chunk(PASSAGE, (n, n + 1)) for n in range(many))]) for row, many in enumerate(passages)
    )
    vectors = random.normal(size=(chunks.size, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return chunks, vectors, vectors[random.integers(chunks.size)]


@given(st.integers(0, 1_000), st.lists(st.integers(0, 4), min_size=2, max_size=12), st.data())
def test_what_matters_is_compared_in_full_and_all_else_is_far(seed, passages, data):
    """Articles of the nearest views, of the nearest among those admitted, and those that words name."""
    chunks, vectors, asked = archive(seed, passages)
    every = st.lists(st.integers(0, len(passages) - 1), unique=True).map(sorted)
    admitted, named = data.draw(every), data.draw(every)
    stand_in: Any = Arrays(chunks, vectors)
    compared = ComparedVectors(
        stand_in,
        chunks,
        lambda vector: stand_in.nearest(vector, [None, admitted]),
        lambda: np.array(named, dtype=np.int64),
    )
    found = semantic_scores(asked, compared, chunks)
    everything: Any = SimpleNamespace(similarities=lambda vector: vectors @ vector)
    whole = semantic_scores(asked, everything, chunks)
    near = np.concatenate([each.views for each in stand_in.nearest(asked, [None, admitted])])
    matters = sorted({*chunks.row[near].tolist(), *named})
    assert found.similarity[matters] == pytest.approx(whole.similarity[matters], abs=1e-5)
    others = [row for row in range(len(passages)) if row not in matters]
    assert (found.similarity[others] == FAR).all()
    rest = np.array(others, dtype=np.int64)
    compared.fill(asked, found.by_view, rest)
    assert (
        found.best_passages(np.arange(len(passages))).tolist() == whole.best_passages(np.arange(len(passages))).tolist()
    )
    assert sorted(stand_in.compared) == [row for row, many in enumerate(passages) if many]


@given(st.integers(0, 1_000), st.sampled_from([16, 64, 384]))
def test_products_of_bytes_are_cosines(seed, dimension):
    """By the score that the engine makes of a product, below and above nothing."""
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(40, dimension)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    scale = 127 / float(np.abs(vectors).max())
    nowhere: Any = None
    keeper = ClusterVectors(nowhere, "a", 40, dimension, scale)
    query, divided = keeper._query_bytes(vectors[0])
    products = in_bytes(vectors, scale).astype(np.int64) @ np.array(query)
    scores = np.where(products >= 0, 1.0 + products, 1 / (1.0 - np.minimum(products, 0)))
    hits = [{"sort": [float(np.float32(score)), view]} for view, score in enumerate(scores.tolist())]
    near = near_of({"hits": {"hits": hits}}, divided)
    assert near.views.tolist() == list(range(40))
    assert near.cosines == pytest.approx(vectors @ vectors[0], abs=0.01)
