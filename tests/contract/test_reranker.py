"""What every Reranker promises: the fake of the tests, and a cross-encoder made for them."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from fake_reranker import FakeReranker, made_cross_encoder

from search.errors import ModelError

TEXTS = (
    "Exchange hacked\nThieves stole coins from the exchange on Thursday.",
    "Rates unchanged\nThe central bank left its rate unchanged.",
    "біржу зламали\nЗлодії вкрали монети",
    "C++ $1.55 $BTC Zürich об'єкт",
    "word " * 2_000,
    "🚀",
    "",
)
QUERIES = ("who hacked the exchange?", "біржа", "$BTC", "🚀", "word " * 300)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The folder of a small cross-encoder."""
    pytest.importorskip("sentence_transformers", reason="sentence-transformers is not installed: only rerankers ask it")
    return made_cross_encoder(tmp_path_factory.mktemp("cross-encoder"))


@pytest.fixture(params=["fake", "sentence-transformers"])
def reranker(request):
    """One adapter."""
    if request.param == "fake":
        return FakeReranker()
    from search.wiring import open_reranker

    return open_reranker(str(request.getfixturevalue("made")))


def test_every_text_has_a_score_from_0_to_1(reranker):
    """One finite score a text, whatever the text and the question, and none for none."""
    for query in QUERIES:
        scores = reranker.scores(query, TEXTS)
        assert scores.shape == (len(TEXTS),)
        assert scores.dtype == np.float32
        assert ((scores >= 0) & (scores <= 1)).all()
    assert reranker.scores("x", []).shape == (0,)
    assert reranker.name


def test_a_score_depends_on_the_question_and_the_text(reranker):
    """Another text or another question has another score; the same pair has the same one again, in other company."""
    scores = reranker.scores(QUERIES[0], TEXTS[:4])
    assert len(np.unique(np.round(scores, 5))) == 4
    assert not np.allclose(scores, reranker.scores(QUERIES[2], TEXTS[:4]), atol=1e-5)
    np.testing.assert_allclose(reranker.scores(QUERIES[0], TEXTS[:4][::-1])[::-1], scores, atol=1e-5)
    np.testing.assert_allclose(reranker.scores(QUERIES[0], TEXTS[:1]), scores[:1], atol=1e-5)


def test_several_threads_may_ask_at_once(reranker):
    """Asked by four threads, every question has the scores that it has alone."""
    alone = [reranker.scores(query, TEXTS) for query in QUERIES]
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(lambda n: reranker.scores(QUERIES[n % len(QUERIES)], TEXTS), range(20)))
    for number, scores in enumerate(together):
        np.testing.assert_allclose(scores, alone[number % len(QUERIES)], atol=1e-5)


def test_scores_are_those_of_the_library(made):
    """The adapter gives the sigmoid of the model's own logit, whatever the model says of activations."""
    from sentence_transformers import CrossEncoder
    from torch.nn import Identity

    from search.wiring import open_reranker

    logits = CrossEncoder(str(made), local_files_only=True).predict(
        [(QUERIES[0], text) for text in TEXTS], activation_fn=Identity()
    )
    np.testing.assert_allclose(open_reranker(str(made)).scores(QUERIES[0], TEXTS), 1 / (1 + np.exp(-logits)), atol=1e-5)


@pytest.mark.parametrize("unfit", ["empty", "embedder", "three labels", "cut", "not there"])
def test_what_is_no_reranker_is_refused(made, tmp_path, unfit):
    """A folder without a model, an embedding model, a classifier, a damaged one: each says what to correct."""
    from search.settings import BUILT_IN_MODEL
    from search.wiring import open_reranker

    folder = tmp_path / "model"
    if unfit != "not there":
        folder.mkdir()
    if unfit in ("three labels", "cut"):
        made_cross_encoder(folder, labels=3 if unfit == "three labels" else 1)
    if unfit == "cut":
        (folder / "model.safetensors").write_bytes(b"\0" * 100)
    with pytest.raises(ModelError, match="`reranker`"):
        open_reranker(BUILT_IN_MODEL if unfit == "embedder" else str(folder))
