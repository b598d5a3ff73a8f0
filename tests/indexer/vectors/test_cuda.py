"""Articles embedded by a GPU: the same vectors under a name of their own, and the processor where there is none."""

import logging

import numpy as np
import pytest

from indexer.cli import main
from indexer.vectors import cuda
from indexer.vectors.encoder import encoder
from search.embedders.onnx import fingerprint
from search.embedders.sentence_transformers import SentenceTransformerEmbedder, model_folder
from search.index.directory import IndexFolder
from search.index.manifest import read_manifest
from search.settings import BUILT_IN_MODEL, CUDA

torch = pytest.importorskip("torch", reason="the extra `models` is not installed")
pytest.importorskip("sentence_transformers", reason="the extra `models` is not installed")

GPU = torch.cuda.is_available()
TEXTS = ("Bitcoin", "Miners moved their machines to where power is cheap. " * 12, "word " * 2_000, "", "Zürich, об'єкт")


@pytest.fixture
def stand_in(monkeypatch):
    """The way to the GPU, with the processor at its end: all of it but the device itself."""

    class OnProcessor(SentenceTransformerEmbedder):
        def __init__(self, folder, device):
            assert device == CUDA
            super().__init__(folder)

    monkeypatch.setattr(cuda, "_require_gpu", lambda: None)
    monkeypatch.setattr(cuda, "SentenceTransformerEmbedder", OnProcessor)


@pytest.fixture
def content(tmp_path):
    """A folder with one article."""
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "a.md").write_text(
        "---\ntitle: Harbour opens\nlang: en\n---\n\nThe boats leave at noon.\n", encoding="utf-8"
    )
    return folder


def test_articles_and_questions_meet_although_other_arithmetic_made_them(stand_in, tmp_path):
    """Vectors of articles are those of floats; their name is another than that of the model that answers."""
    made = encoder(BUILT_IN_MODEL, tmp_path, CUDA)
    assert made.folder is not None
    floats = SentenceTransformerEmbedder(model_folder(BUILT_IN_MODEL)).embed(TEXTS)
    assert np.abs(made.embedder.embed(TEXTS) - floats).max() < 1e-3
    assert made.fingerprint == fingerprint(made.folder) != made.embedder.fingerprint
    assert float(floats[0] @ made.embedder.embed_query(TEXTS[0])) > 0.99
    assert made.embedder.count_tokens(TEXTS) == encoder(BUILT_IN_MODEL, tmp_path).embedder.count_tokens(TEXTS)


def test_an_index_with_vectors_of_a_gpu_answers_by_the_model_in_it(stand_in, content, tmp_path, capsys):
    """It opens and verifies; the next build on the processor embeds anew, for the vectors are not its own."""
    index = tmp_path / "index"
    assert main(["build", str(content), "--index", str(index), "--device", "cuda"]) == 0
    folder = IndexFolder(index)
    served = folder.path(folder.current_name())
    assert read_manifest(served).model.fingerprint == fingerprint(served / "model")
    assert main(["verify", "--index", str(index)]) == 0
    capsys.readouterr()
    assert main(["build", str(content), "--index", str(index)]) == 0
    assert " 0 texts embedded" not in capsys.readouterr().out
    assert main(["build", str(content), "--index", str(index), "--device", "cuda"]) == 0
    assert " 0 texts embedded" in capsys.readouterr().out


@pytest.mark.skipif(GPU, reason="there is a GPU")
def test_without_a_gpu_the_processor_embeds_and_one_line_says_so(tmp_path, caplog):
    """The vectors are the processor's, under the processor's name."""
    with caplog.at_level(logging.WARNING):
        made = encoder(BUILT_IN_MODEL, tmp_path, CUDA)
    assert made.embedder.fingerprint == made.fingerprint
    (line,) = [record.getMessage() for record in caplog.records]
    assert "GPU" in line
    assert line.endswith("The processor embeds the articles instead.")


@pytest.mark.skipif(not GPU, reason="PyTorch reaches no GPU here")
def test_a_gpu_gives_the_vectors_of_floats(tmp_path):
    """Within a thousandth of those of the processor."""
    made = encoder(BUILT_IN_MODEL, tmp_path, CUDA)
    floats = SentenceTransformerEmbedder(model_folder(BUILT_IN_MODEL)).embed(TEXTS)
    assert made.embedder.fingerprint != made.fingerprint
    assert np.abs(made.embedder.embed(TEXTS) - floats).max() < 1e-3
