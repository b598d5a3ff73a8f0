"""Does the model read a question while its words are looked up, and what if it fails meanwhile?"""

from threading import Event

import pytest
from awkward import awkward_articles
from fake_embedder import FakeEmbedder
from fake_index import built_index, open_fake
from msgspec import structs

from search import wiring
from search.errors import ModelError
from search.query import Mode, Query
from search.settings import Settings
from search.snapshot import Served

_PATIENCE = 20.0
"""Seconds after which a test gives up; none of them takes a tenth of one."""


class Slow(FakeEmbedder):
    """A model that reads nothing before something else has happened."""

    def __init__(self, fingerprint, event):
        super().__init__(fingerprint)
        self.event = event
        self.waited = []

    def embed_query(self, text):
        self.waited.append(self.event.wait(_PATIENCE))
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
    return wiring.engine(Settings(), Served(index, lambda folder: changed(open_fake(folder))))


def test_words_are_looked_up_while_the_model_reads(index):
    """A model that waits until the keyword index was asked still answers, and with the usual answer."""
    asked = Event()
    models = []

    class Telling:
        def __init__(self, keyword):
            self._keyword = keyword

        def search(self, *what):
            asked.set()
            return self._keyword.search(*what)

        def __getattr__(self, name):
            return getattr(self._keyword, name)

    def changed(snapshot):
        models.append(Slow(snapshot.manifest.model.fingerprint, asked))
        return structs.replace(snapshot, keyword=Telling(snapshot.keyword), embedder=lambda: models[0])

    usual = engine_with(index, lambda snapshot: snapshot).search(Query("bitcoin"))
    assert engine_with(index, changed).search(Query("bitcoin")) == usual
    assert models[0].waited
    assert all(models[0].waited)
    assert usual.mode is Mode.HYBRID


@pytest.mark.parametrize("mode", [Mode.HYBRID, Mode.SEMANTIC])
def test_a_model_that_fails_while_it_reads_leaves_the_words(index, mode):
    """Words answer, and it is said why meaning does not; nothing of the failure is kept."""
    engine = engine_with(index, lambda snapshot: structs.replace(snapshot, embedder=lambda: Broken("fake-1")))
    for _ in range(2):
        results = engine.search(Query("bitcoin", mode=mode))
        assert results.mode is Mode.KEYWORD
        assert results.degraded == ("semantic: cannot read 'bitcoin'",)
        assert results.hits


def test_what_was_read_once_is_not_read_again(index):
    """The same text asked twice reaches the model once."""
    ready = Event()
    ready.set()
    model = Slow("fake-1", ready)
    engine = engine_with(index, lambda snapshot: structs.replace(snapshot, embedder=lambda: model))
    first = engine.search(Query("bitcoin"))
    read = len(model.waited)
    assert engine.search(Query("bitcoin")) == first
    assert len(model.waited) == read > 0
