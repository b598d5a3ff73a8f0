"""Do names of indexes tell their generation, and are scores those of the real terms?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("opensearchpy", reason="the extra cluster is not installed")

from indexer.cluster.documents import kept_length
from search.cluster.connection import ClusterUnfitError
from search.cluster.generations import marked, piece_id
from search.cluster.layout import (
    K1,
    KINDS,
    LAYOUT,
    MARK,
    B,
    Names,
    articles_index,
    boost_of,
    passages_index,
    similarity_of,
)

GENERATION = "20261129T204847.349147Z"


def test_an_index_tells_its_generation():
    """Of this prefix and this form alone."""
    names = Names("lede")
    assert {names.generation(names.index(kind, GENERATION)) for kind in KINDS} == {GENERATION}
    for other in ("lede-articles", "lede-articles-old", "lede2-articles-20261129t204847.349147z", names.state):
        assert names.generation(other) is None


@given(st.integers(1, 50), st.integers(1, 400), st.integers(1, 1_000), st.integers(0, 1_000))
def test_scores_are_those_of_the_real_terms(frequency, length, terms, absent):
    """BM25 by the mean length with the stand-ins, and corrected, is BM25 by the mean length of the real terms."""
    articles = terms + absent
    share = terms / (terms + absent)
    chosen = similarity_of(share)

    def score(k1, b, mean, numerator):
        return numerator * frequency / (frequency + k1 * (1 - b + b * length / mean))

    own, mean = (chosen["k1"], chosen["b"]), (terms + absent) / articles
    right = score(K1, B, terms / articles, K1 + 1)
    assert boost_of(share) * score(*own, mean, chosen["k1"] + 1) == pytest.approx(right)
    assert boost_of(share, with_k1=False) * score(*own, mean, 1) == pytest.approx(right)


@given(st.integers(0, 100_000))
def test_a_length_is_kept_with_four_bits(terms):
    """Exact while it is short, never greater, and less by an eighth at most; what is kept is kept as it is."""
    kept = kept_length(terms)
    assert kept_length(kept) == kept <= terms
    assert kept == terms if terms <= 40 else terms - kept <= (terms - 24) / 8


def test_vectors_are_never_left_to_an_engine_that_ends_the_jvm():
    """The mapping names Lucene, bytes, and takes no field that it does not know."""
    for body in (passages_index({}, 1, 384), articles_index({"desk": "keyword", "pages": "number"}, 1)):
        assert body["mappings"]["dynamic"] == "strict"
        assert body["settings"]["number_of_replicas"] == 0
    vector = passages_index({}, 1, 384)["mappings"]["properties"]["vector"]
    assert (vector["method"]["engine"], vector["data_type"], vector["dimension"]) == ("lucene", "byte", 384)
    own = articles_index({"desk": "keyword", "row": "number"}, 1)["mappings"]["properties"]
    assert own["f_desk"]["type"] == "keyword"
    assert (own["f_row"]["type"], own["row"]["type"]) == ("long", "integer")


def test_an_index_of_somebody_else_is_refused():
    """Nothing of it is read, and nothing changed."""
    with pytest.raises(ClusterUnfitError, match="cluster_prefix"):
        marked("lede-parts-x", {"mappings": {"properties": {}}})
    with pytest.raises(ClusterUnfitError, match="layout"):
        marked("lede-parts-x", {"mappings": {"_meta": {MARK: {"layout": LAYOUT + 1}}}})


@given(st.lists(st.tuples(st.text(min_size=1), st.integers(0, 99)), unique=True))
def test_pieces_of_files_have_ids_of_their_own(pieces):
    """Fit for an address."""
    ids = [piece_id(*piece) for piece in pieces]
    assert len(set(ids)) == len(pieces)
    assert all(one.replace("-", "").replace("_", "").replace(".", "").isalnum() and one.isascii() for one in ids)
