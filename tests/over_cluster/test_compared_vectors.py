"""Are the articles that matter to a question compared in full, and do all others count as far?

A cluster of arrays stands in: it has what was loaded, and tells only the few nearest.
"""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("opensearchpy", reason="the extra cluster is not installed")

from search.cluster.compared import NOTHING, ComparedVectors
from search.cluster.connection import NOTHING_ASKED, Asked
from search.cluster.vectors import FAR, ArticleVectors, ClusterVectors, Near, in_bytes, near_of, unpacked_article
from search.engine.semantic import semantic_scores
from search.index.chunks import HEAD, PASSAGE, Chunk, views_of
from search.quantization import finely_quantized
from search.wiring import vector_format

TOLD = 3
"""How many nearest views the stand-in tells."""


class Arrays:
    """Vectors in memory that answer as those of a cluster do; counts the articles that were fetched, and requests."""

    def __init__(self, chunks, vectors):
        self.size, self.dimension = vectors.shape
        self._chunks, self._vectors = chunks, vectors
        self._fine = finely_quantized(vectors)
        self.fetched, self.requests, self.asked = [], 0, []
        self.most = TOLD

    def nearest(self, vector, among):
        cosines = self._vectors @ vector
        best = np.argsort(-cosines, kind="stable")
        found = [best if clause is None else best[np.isin(self._chunks.row[best], clause)] for clause in among]
        return [Near(views[:TOLD], cosines[views[:TOLD]]) for views in found]

    def places(self, views):
        return np.searchsorted(self._chunks.first, views, side="right") - 1

    def known(self, places):
        return {}

    def of(self, places, besides=NOTHING_ASKED):
        self.requests += bool(len(places) or besides.bodies)
        self.asked += besides.bodies
        self.fetched += places.tolist()
        found = {}
        for place in places.tolist():
            views = slice(self._chunks.first[place], self._chunks.after[place])
            packed = ArticleVectors(self._vectors[views.start], self._fine.at(views)).packed()
            found[place] = unpacked_article(packed, self.dimension)
        return found


def archive(seed, passages):
    """Articles with so many passages each, their vectors, and a question."""
    random = np.random.default_rng(seed)
    chunks = views_of(
        (row, [Chunk(HEAD), *(Chunk(PASSAGE, (n, n + 1)) for n in range(many))]) for row, many in enumerate(passages)
    )
    vectors = random.normal(size=(chunks.size, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return chunks, vectors, vectors[random.integers(chunks.size)]


def opened(folder, vectors):
    """The same vectors as an index of a folder keeps them."""
    vector_format().write(folder, vectors)
    return vector_format().open(folder)


@given(st.integers(0, 1_000), st.lists(st.integers(0, 4), min_size=2, max_size=12), st.data())
def test_what_matters_is_compared_in_full_and_all_else_is_far(tmp_path_factory, seed, passages, data):
    """Articles of the nearest views, and those that words name: to the last bit as in memory; the rest when shown."""
    chunks, vectors, asked = archive(seed, passages)
    every = st.lists(st.integers(0, len(passages) - 1), unique=True).map(sorted)
    admitted, named = data.draw(every), data.draw(every)
    stand_in: Any = Arrays(chunks, vectors)
    near = stand_in.nearest(asked, [None, admitted])
    matters = sorted({*chunks.row[np.concatenate([each.views for each in near])].tolist(), *named})
    places = np.array(matters, dtype=np.int64)
    foreseen = Asked((("a", {}),), lambda _: None)
    compared = ComparedVectors(stand_in, chunks, lambda _: near, lambda _: places, lambda _: foreseen)
    found = semantic_scores(asked, compared, chunks)
    index = opened(tmp_path_factory.mktemp("folder"), vectors)
    whole = semantic_scores(asked, index, chunks)
    assert found.similarity[places].tobytes() == whole.similarity[places].tobytes()
    others = [row for row in range(len(passages)) if row not in matters]
    assert (found.similarity[others] == FAR).all()
    assert (stand_in.requests, stand_in.asked) == (1, list(foreseen.bodies))
    told = compared.told(asked)
    assert (told >= vectors @ asked - 1e-6).all() or len(near[0].views) < TOLD
    compared.fill(asked, found.by_view, np.arange(len(passages)))
    assert found.by_view.tobytes() == whole.by_view.tobytes()
    exact = compared.exact(asked, np.arange(chunks.size)[::-1])
    assert exact == pytest.approx(index.exact(asked, np.arange(chunks.size)[::-1]), abs=1e-4)
    assert compared.vectors(chunks.first).tobytes() == vectors[chunks.first].tobytes()
    assert sorted(stand_in.fetched) == list(range(len(passages)))
    index.close()


def test_what_is_held_is_not_fetched_again_and_nothing_is_foreseen_for_it():
    """Another vector of the same question asks for what it lacks alone."""
    chunks, vectors, asked = archive(1, [2, 3, 1])
    stand_in: Any = Arrays(chunks, vectors)
    foreseen: list[Any] = []
    compared = ComparedVectors(
        stand_in,
        chunks,
        lambda vector: stand_in.nearest(vector, [None]),
        lambda _: np.arange(3),
        lambda _: foreseen.append(1) or NOTHING_ASKED,
    )
    compared.similarities(asked)
    compared.similarities(vectors[0])
    assert (sorted(stand_in.fetched), stand_in.requests, len(foreseen)) == ([0, 1, 2], 1, 1)


def test_a_long_list_holds_no_more_than_some_articles(monkeypatch):
    """What was shown before is let go, and fetched again if it is wanted again."""
    monkeypatch.setattr("search.cluster.compared._HELD", 2)
    chunks, vectors, _ = archive(2, [1] * 6)
    stand_in: Any = Arrays(chunks, vectors)
    compared = ComparedVectors(stand_in, chunks, lambda _: [], lambda _: np.arange(0), lambda _: NOTHING_ASKED)
    for place in (0, 1, 2, 3, 0):
        compared.fetch(np.array([place]))
        assert len(compared._held) <= 3
    assert stand_in.fetched == [0, 1, 2, 3, 0]


def test_what_no_search_told_is_as_near_as_the_last_at_most():
    """And nothing is left where a search gave all there are."""
    chunks, vectors, asked = archive(3, [1, 1])
    stand_in: Any = Arrays(chunks, vectors)
    compared = ComparedVectors(
        stand_in,
        chunks,
        lambda vector: stand_in.nearest(vector, [None]),
        lambda _: np.arange(2),
        lambda _: NOTHING_ASKED,
    )
    compared.similarities(asked)
    cosines = np.sort(vectors @ asked)[::-1]
    assert sorted(compared.told(asked).tolist(), reverse=True) == pytest.approx([*cosines[:TOLD], cosines[TOLD - 1]])
    stand_in.most = 100
    assert compared.last(compared.near(asked)[0]) == NOTHING


@given(st.integers(0, 1_000), st.sampled_from([16, 64, 384]))
def test_products_of_bytes_are_cosines(seed, dimension):
    """By the score that the engine makes of a product, below and above nothing."""
    random = np.random.default_rng(seed)
    vectors = random.normal(size=(40, dimension)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    scale = 127 / float(np.abs(vectors).max())
    nowhere: Any = None
    chunks = views_of((row, [Chunk(HEAD)]) for row in range(40))
    keeper = ClusterVectors(nowhere, "a", chunks, dimension, scale)
    query, divided = keeper._query_bytes(vectors[0])
    products = in_bytes(vectors, scale).astype(np.int64) @ np.array(query)
    scores = np.where(products >= 0, 1.0 + products, 1 / (1.0 - np.minimum(products, 0)))
    hits = [{"sort": [float(np.float32(score)), view]} for view, score in enumerate(scores.tolist())]
    near = near_of({"hits": {"hits": hits}}, divided)
    assert near.views.tolist() == list(range(40))
    assert near.cosines == pytest.approx(vectors @ vectors[0], abs=0.01)
