"""Does the model read what it must, once, and what if it fails?"""

import pytest
from awkward import awkward_articles
from fake_embedder import FakeEmbedder
from fake_index import built_index, open_fake
from msgspec import structs

from search import wiring
from search.errors import ModelError
from search.index.snapshot_manager import SnapshotManager
from search.query.model import Mode, Query
from search.settings import Settings


class Counting(FakeEmbedder):
    """A model that counts what it reads."""

    read = 0

    def embed_query(self, text):
        self.read += 1
        return super().embed_query(text)


class Broken(FakeEmbedder):
    """A model that fails at every question."""

    def embed_query(self, text):
        raise ModelError(f"cannot read {text!r}")


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """Some articles, published."""
    return built_index(tmp_path_factory.mktemp("index"), awkward_articles(seed=3, count=40))


def engine_with(index, changed):
    """An engine over snapshots that are changed when they are opened."""
    return wiring.engine(Settings(), SnapshotManager(index, lambda folder: changed(open_fake(folder))))


@pytest.mark.parametrize("mode", [Mode.HYBRID, Mode.SEMANTIC])
def test_a_model_that_fails_while_it_reads_leaves_the_words(index, mode):
    """Words answer, and it is said why meaning does not; nothing of the failure is kept."""
    engine = engine_with(index, lambda snapshot: structs.replace(snapshot, embedder=lambda: Broken("fake-1")))
    for _ in range(2):
        results = engine.search(Query("bitcoin", mode=mode))
        assert results.mode is Mode.KEYWORD
        assert results.degraded == ("semantic: the model cannot serve now",)
        assert results.hits


def test_what_was_read_once_is_not_read_again(index):
    """The same text asked twice reaches the model once."""
    model = Counting("fake-1")
    engine = engine_with(index, lambda snapshot: structs.replace(snapshot, embedder=lambda: model))
    first = engine.search(Query("bitcoin"))
    assert first.mode is Mode.HYBRID
    assert engine.search(Query("bitcoin")) == first
    assert model.read == 1


def test_words_alone_need_no_model(index):
    """Nothing is read where meaning is not asked for, nor where nothing is looked for."""
    model = Counting("fake-1")
    engine = engine_with(index, lambda snapshot: structs.replace(snapshot, embedder=lambda: model))
    assert engine.search(Query("bitcoin", mode=Mode.KEYWORD)).hits
    assert engine.search(Query()).hits
    assert model.read == 0
