"""Does every text get its vector, whether the model, the cache or an earlier index knows it, and is none made twice?"""

import numpy as np
import pytest
from fake_embedder import FakeEmbedder
from hypothesis import given
from hypothesis import strategies as st

from indexer.vectors import embedding_cache
from indexer.vectors.embedding_cache import EmbeddingCache, Vectors

TEXTS = st.text("ab ", max_size=6)


@pytest.fixture(autouse=True, scope="module")
def few_at_once():
    """So that few texts are too many to be held, and a block is soon full."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(embedding_cache, "_HELD", 20)
        patched.setattr(embedding_cache, "_BATCH", 3)
        patched.setattr(embedding_cache, "_BLOCK", 1 << 11)
        yield


@given(known=st.sets(TEXTS), asked=st.lists(st.tuples(st.booleans(), st.lists(TEXTS, max_size=8)), max_size=8))
def test_texts_get_their_vectors_in_their_order(tmp_path_factory, known, asked):
    """Some are cached, some taken over, the rest meet the model as soon as they are too many: each of them once."""
    cache = EmbeddingCache(tmp_path_factory.mktemp("cache") / "cache.sqlite")
    embedding_cache.embed(sorted(known), FakeEmbedder(), cache, lambda *_: None)
    model, told = FakeEmbedder(), []
    vectors = Vectors(model, cache, lambda done, total: told.append((done, total)))
    for inherited, texts in asked:
        if inherited:
            vectors.take(FakeEmbedder().embed(texts))
        else:
            vectors.ask(texts)
            assert sum(map(len, vectors._new.values())) <= embedding_cache._HELD
    expected = FakeEmbedder().embed([text for _, texts in asked for text in texts])
    np.testing.assert_array_equal(vectors.matrix(), expected)
    new = {text for inherited, texts in asked if not inherited for text in texts} - known
    assert sorted(model.met) == sorted(new)
    assert vectors.fresh == len(new)
    assert [done for done, _ in told] == sorted({done for done, _ in told})
    assert all(total in (0, len(new)) for _, total in told)
    cache.close()


def test_what_was_made_before_a_run_was_killed_is_kept(tmp_path):
    """The model fails at the last batch: what it made of the others is not made again."""

    class Failing(FakeEmbedder):
        def embed(self, texts):
            if "bbbbbb" in texts:
                raise RuntimeError
            return super().embed(texts)

    texts, cache = ["a", "b", "ab", "aab", "bbbbbb"], EmbeddingCache(tmp_path / "cache.sqlite")
    with pytest.raises(RuntimeError):
        embedding_cache.embed(texts, Failing(), cache, lambda *_: None)
    model = FakeEmbedder()
    embedding_cache.embed(texts, model, cache, lambda *_: None)
    assert sorted(model.met) == ["aab", "bbbbbb"]
    cache.close()
