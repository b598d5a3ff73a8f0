"""What every Embedder promises: the fake of the tests, the model of the samples' index, and what that was made from."""

import numpy as np
import pytest
from conftest import run
from fake_embedder import FakeEmbedder

from search.errors import ModelError
from search.index.directory import IndexFolder
from search.index.manifest import read_manifest
from search.settings import BUILT_IN_MODEL

TEXTS = (
    "Bitcoin",
    "who hacked the exchange?",
    "C++ $1.55 $BTC Zürich об'єкт",
    "The central bank left its rate unchanged at 4.25% on Thursday, citing weaker growth and a strong currency.",
    "Miners moved their machines to where power is cheap. " * 12,
    "word " * 2_000,
    "🚀",
    "",
)
EMBEDDERS = ("fake", "onnx", "sentence-transformers")


@pytest.fixture(scope="module")
def embedders(samples):
    """Every adapter, made when it is first asked for."""
    made = {}

    def get(name):
        if name not in made:
            made[name] = _made(name, samples)
        return made[name]

    return get


def _made(name, samples):
    if name == "fake":
        return FakeEmbedder()
    if name == "onnx":
        from search.embedders.onnx import OnnxEmbedder

        return OnnxEmbedder(_generation(samples) / "model")
    pytest.importorskip(
        "sentence_transformers", reason="sentence-transformers is not installed: it builds, not answers"
    )
    from search.embedders.sentence_transformers import SentenceTransformerEmbedder, model_folder

    return SentenceTransformerEmbedder(model_folder(BUILT_IN_MODEL))


def _generation(samples):
    index = IndexFolder(samples.index)
    return index.path(index.current_name())


@pytest.fixture(params=EMBEDDERS)
def embedder(request, embedders):
    """One adapter."""
    return embedders(request.param)


def test_vectors_are_of_unit_length_and_of_the_dimension(embedder):
    """One finite unit vector a text, whatever the text, and a query's is one too."""
    vectors = embedder.embed(TEXTS)
    assert vectors.shape == (len(TEXTS), embedder.dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    query = embedder.embed_query("who hacked the exchange?")
    assert query.shape == (embedder.dimension,)
    assert np.linalg.norm(query) == pytest.approx(1, abs=1e-3)


def test_no_texts_have_no_vectors(embedder):
    """Nothing to embed gives an empty matrix of the dimension."""
    assert embedder.embed([]).shape == (0, embedder.dimension)
    assert embedder.count_tokens([]) == []


@pytest.mark.parametrize("name", ["fake", "onnx"])
def test_a_text_has_the_same_vector_alone_and_in_company(embedders, name):
    """An index can be built twice alike: neighbours in a batch, order and repetition change no bit."""
    embedder = embedders(name)
    together = embedder.embed(TEXTS)
    for place, text in enumerate(TEXTS):
        assert embedder.embed([text])[0].tobytes() == together[place].tobytes()
    assert embedder.embed(TEXTS[::-1])[::-1].tobytes() == together.tobytes()


def test_a_text_has_the_same_vector_again(embedder):
    """Asked twice, the same text has the same vector."""
    np.testing.assert_allclose(embedder.embed(TEXTS[:4]), embedder.embed(TEXTS[:4]), atol=1e-6)


def test_tokens_are_counted_one_text_at_a_time(embedder):
    """Longer texts take more tokens, beyond max_tokens too; none take none; company changes no count."""
    counts = embedder.count_tokens(TEXTS)
    assert counts == [embedder.count_tokens([text])[0] for text in TEXTS]
    assert counts[-1] == 0
    assert counts[0] >= 1
    assert embedder.count_tokens(["word " * 2_000])[0] > embedder.max_tokens
    assert embedder.count_tokens(["word " * 4])[0] == 4


def test_text_beyond_max_tokens_is_not_read(embedder):
    """What stands behind max_tokens changes nothing; what stands before does."""
    assert embedder.max_tokens > 10
    full = "word " * embedder.max_tokens
    vectors = embedder.embed([full, full + "zebra " * 50, "zebra " + full])
    np.testing.assert_allclose(vectors[0], vectors[1], atol=1e-5)
    assert not np.allclose(vectors[0], vectors[2], atol=1e-4)


@pytest.mark.parametrize("name", ["onnx", "sentence-transformers"])
def test_meaning_is_nearer_than_chance(embedders, name):
    """A model brings paraphrases nearer than strangers."""
    one, other, stranger = embedders(name).embed(
        ["Thieves stole coins from an exchange", "Hackers robbed a crypto platform", "Recipe for apple pie"]
    )
    assert one @ other > one @ stranger + 0.2


def test_onnx_agrees_with_the_model_it_was_made_from(embedders):
    """Cosine at least 0.97 for every text, the same counts of tokens, and the same limits."""
    onnx, original = embedders("onnx"), embedders("sentence-transformers")
    texts = [text for text in TEXTS if text]
    cosines = np.einsum("ij,ij->i", onnx.embed(texts), original.embed(texts))
    assert cosines.min() >= 0.97, dict(zip(texts, cosines.tolist(), strict=True))
    assert onnx.count_tokens(TEXTS) == original.count_tokens(TEXTS)
    assert (onnx.max_tokens, onnx.dimension) == (original.max_tokens, original.dimension)


def test_the_model_of_an_index_is_the_one_its_manifest_names(embedders, samples):
    """The model stands in the generation itself, and its fingerprint in the manifest."""
    card = read_manifest(_generation(samples)).model
    assert card.runtime == "onnx"
    assert card.fingerprint == embedders("onnx").fingerprint
    assert card.dimension == embedders("onnx").dimension


@pytest.mark.parametrize("damage", ["missing", "cut", "other"])
def test_a_damaged_model_is_refused(samples, tmp_path, damage):
    """A model folder without a file, or with a broken one, is a ModelError that says what to do."""
    import shutil

    from search.embedders.onnx import CARD, MODEL, OnnxEmbedder

    folder = tmp_path / "model"
    shutil.copytree(_generation(samples) / "model", folder)
    if damage == "missing":
        (folder / CARD).unlink()
    elif damage == "cut":
        (folder / MODEL).write_bytes((folder / MODEL).read_bytes()[:1000])
    else:
        (folder / CARD).write_text("[]")
    with pytest.raises(ModelError, match="Build again"):
        OnnxEmbedder(folder)


def test_a_model_that_is_not_there_is_refused(tmp_path):
    """A folder that is none, or holds no model, is a ModelError at once, without asking a hub."""
    from search.embedders.sentence_transformers import model_folder

    with pytest.raises(ModelError, match="model"):
        model_folder(str(tmp_path / "none"))


def test_the_model_reports_to_nobody(samples, tmp_path):
    """Asking by meaning writes no device id or telemetry cache into the home folder."""
    asked = run("-m", "search.cli.main", "query", "bitcoin", "--index", samples.index, HOME=str(tmp_path), CI="")
    assert asked.returncode == 0, asked.stderr
    assert "hybrid" in asked.stderr
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
